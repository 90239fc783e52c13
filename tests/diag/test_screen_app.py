"""The Textual app on a terminal of the test: it paints the frame, sends wishes, and leaves well.

Every pane in every language is kept as an SVG in `build/screens`, for people who look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from diag.told_lane import HELLO, QUIET, sick, snapshot
from kiosk.screens.technician.app import TechnicianApp, app_of
from kiosk.screens.technician.handling import PANES
from kiosk.screens.technician.hold import LAG_S_MAX
from kiosk.screens.technician.sheet import Sheet
from kiosk.screens.technician.walk import Walk
from kiosk.screens.technician.words import LANGUAGES, Words

pytest.importorskip("textual")
from textual.events import Key
from textual.pilot import Pilot

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screens"

LOCKED = {"show": "control", "mine": True, "state": "locked", "why": "", "who": "technician"}


class Bench:
    """The shell that a test is: a clock, a line that records, and a disk that may be full."""

    def __init__(self) -> None:
        self.time = 100.0
        self.said: list[dict[str, Any]] = []
        self.saved: list[list[str]] = []
        self.is_closed = self.is_full = False
        self.leave: Callable[[], None] = lambda: None
        self.met: Any = None
        self.take: Any = None
        self.lost: Any = None

    def now(self) -> float:
        return self.time

    def draw_s(self) -> float:
        return 0.0

    def say(self, message: dict[str, Any]) -> None:
        self.said.append(message)

    async def listen(self, met: Any, take: Any, lost: Any) -> None:
        self.met, self.take, self.lost = met, take, lost
        met(HELLO)
        await asyncio.Event().wait()

    def on_hang_up(self, leave: Callable[[], None]) -> None:
        self.leave = leave

    def close(self) -> None:
        self.is_closed = True

    def save(self, lines: list[str]) -> str:
        if self.is_full:
            raise OSError(28, "No space left on device")
        self.saved.append(lines)
        return "trace.txt"

    def report(self) -> str:
        if self.is_full:
            raise OSError(28, "No space left on device")
        return "report.tar.gz: 9 files"

    def probe(self) -> Mapping[str, Any]:
        told: dict[str, Any] = sick("camera", "camera.silent")["snapshot"]["health"]
        return told

    def surroundings(self) -> Mapping[str, str]:
        return {"host": "lane-pc", "synchronised": "no"}


def painted(app: TechnicianApp) -> str:
    size = app.sheet.size
    return "\n".join(app.sheet.render_line(y).text for y in range(size.height))


def driven(
    test: Callable[[TechnicianApp, Bench, Pilot[None]], Awaitable[None]],
    language: str = "en",
    size: tuple[int, int] = (80, 24),
    ascii_only: bool = False,
    plain: bool = False,
) -> Bench:
    bench = Bench()
    app = app_of(bench, language, Walk(()), ascii_only, plain)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await test(app, bench, pilot)

    asyncio.run(run())
    return bench


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_every_pane_is_painted_in_every_language(language: str, size: tuple[int, int]) -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        bench.take([snapshot(inputs={**QUIET, "arming_loop": True})])
        words = Words(language)
        for key, pane in PANES.items():
            await pilot.press(key)
            text = painted(app)
            assert f"[{key} {words(f'pane.{pane}')}]" in text
            assert words("verdict.well") in text
            picture = app.export_screenshot(title=f"{pane} {language}")
            (SHOTS / f"diag-{language}-{size[0]}-{pane}.svg").write_text(picture, encoding="utf-8")

    SHOTS.mkdir(parents=True, exist_ok=True)
    driven(test, language, size)


@pytest.mark.parametrize("plain", [True, False])
def test_an_old_terminal_gets_nothing_but_ascii(plain: bool) -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        bench.take([sick("barrier", "barrier.limits-swapped")])
        for key in PANES:
            await pilot.press(key)
            assert painted(app).isascii()
        if plain:
            colours = {part.style and part.style.color for part in app.sheet.render_line(0)}
            assert colours <= {None}, "monochrome"

    driven(test, "de", ascii_only=True, plain=plain)


def test_a_record_shows_within_a_tick_and_a_lost_lane_at_once() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        assert {"do": "watch"} in bench.said
        bench.take([sick("barrier", "barrier.silent")])
        app.tick()
        assert "Barrier: " in painted(app).splitlines()[0]
        bench.lost("the lane hung up")
        app.tick()
        assert "No lane answers (the lane hung up)" in painted(app)
        bench.said.clear()
        bench.met({**HELLO, "run": "r2"})
        assert bench.said[0] == {"do": "watch"}

    driven(test)


def test_a_held_key_goes_to_the_lane_and_is_let_go_by_the_tick() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        await pilot.press("c", "enter")
        bench.take([LOCKED])
        await pilot.press("u")
        assert {"do": "move", "way": "open"} in bench.said
        assert {"do": "let-go"} not in bench.said
        bench.time += 0.7
        app.tick()
        assert {"do": "let-go"} in bench.said

    driven(test)


def test_a_press_is_as_old_as_the_terminal_says() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        await pilot.press("c", "enter")
        bench.take([LOCKED])
        old = Key("u", "u")
        old.time -= LAG_S_MAX + 0.1
        app.on_key(old)
        assert {"do": "move", "way": "open"} not in bench.said
        app.on_key(Key("u", "u"))
        assert {"do": "move", "way": "open"} in bench.said

    driven(test)


@pytest.mark.parametrize("way", ["q", "ctrl+c", "hang-up"])
def test_whoever_leaves_gives_the_lane_back_before_the_line_is_closed(way: str) -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        await pilot.press("c", "enter")
        bench.take([LOCKED])
        if way == "hang-up":
            bench.leave()
        else:
            await pilot.press(way)
        await pilot.pause()

    bench = driven(test)
    assert bench.said[-1] == {"do": "release"}
    assert bench.is_closed


def test_a_trace_is_saved_and_a_full_disk_is_told() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        await pilot.press("8")
        bench.take([{"port": "barrier", "frame": {"d": "tx", "text": "hello board", "n": 2}}])
        await pilot.press("s")
        assert "Saved 1 lines to trace.txt" in painted(app)
        assert "hello board" in bench.saved[0][0]
        bench.is_full = True
        await pilot.press("s")
        assert "Not done: No space left on device" in painted(app)

    driven(test)


async def shown(app: TechnicianApp, text: str) -> None:
    for _ in range(200):
        if text in painted(app):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(painted(app))


def test_a_report_is_written_and_a_failure_harms_nothing() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        await pilot.press("0", "r")
        await shown(app, "Report written: report.tar.gz: 9 files")
        bench.is_full = True
        await pilot.press("r")
        await shown(app, "Not done: ")

    driven(test)


def test_without_a_lane_the_ports_are_asked_and_the_faults_shown() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        bench.lost("no lane runs here")
        app.draw()
        assert "No lane has told anything yet" in painted(app)
        await pilot.press("0", "b")
        await shown(app, "Asked: 1 fault(s) named.")
        assert painted(app).startswith("[no lane runs] Camera: ")
        await pilot.press("1")
        assert "No alarm" not in painted(app), "nobody knows"
        bench.met(HELLO)
        bench.take([snapshot()])
        app.draw()
        assert "Nothing is at fault" in painted(app)

    driven(test)


def test_the_machine_of_the_screen_is_shown() -> None:
    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        app.tick()
        await pilot.press("7")
        await shown(app, "lane-pc")

    driven(test)


def test_only_lines_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[int] = []
    painting = Sheet.render_line

    def noted(sheet: Sheet, y: int) -> Any:
        lines.append(y)
        return painting(sheet, y)

    monkeypatch.setattr(Sheet, "render_line", noted)

    async def test(app: TechnicianApp, bench: Bench, pilot: Pilot[None]) -> None:
        bench.take([snapshot()])
        app.draw()
        await pilot.pause()
        lines.clear()
        bench.take([snapshot(up_s=61.0)])
        app.draw()
        await pilot.pause()
        assert lines == [1]

    driven(test)
