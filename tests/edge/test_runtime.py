"""The real shell drives a controller over real ports: in order, in time, and to a clean end."""

import asyncio
import logging
import os
import pty
import signal
import termios
import tty
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from edge.toy_lane import ToyLane, ToyParty, ToyStore
from edge.waiting import until
from kiosk.core.controller import Controller
from kiosk.edge import runtime as runtime_room
from kiosk.edge.links import LinkLost, keep_all, mask_text
from kiosk.edge.loop import new_loop
from kiosk.edge.port import PortConfig
from kiosk.edge.runtime import DRAIN_S, SPINS_MAX, Runtime
from kiosk_hw.ports.party import NEVER, LineSettings

pytestmark = pytest.mark.slow


@dataclass
class Site:
    """A runtime with its far ends: one pty per party."""

    store: ToyStore = field(default_factory=ToyStore)
    record: dict[str, tuple[str, Any]] = field(default_factory=dict)
    names: tuple[str, ...] = ("barrier", "camera")
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lane = ToyLane()
        self.parties = {name: ToyParty(name) for name in self.names}
        self.controller = Controller(self.lane, self.parties)
        self.shows: list[Any] = []
        self.far: dict[str, int] = {}
        self.near: dict[str, int] = {}
        self.heard: dict[str, bytearray] = {name: bytearray() for name in self.names}
        ports = {}
        for name in self.names:
            self.far[name], self.near[name] = pty.openpty()
            tty.setraw(self.near[name])
            os.set_blocking(self.far[name], False)
            path, redact = self.record.get(name, (None, None))
            ports[name] = PortConfig(os.ttyname(self.near[name]), path, redact)
        self.runtime = Runtime(
            self.controller,
            ports,
            self.store,
            lambda show, now: self.shows.append(show),
            **self.options,
        )

    def say(self, name: str, data: bytes) -> None:
        os.write(self.far[name], data)

    def hear(self, name: str) -> bytes:
        try:
            self.heard[name] += os.read(self.far[name], 4096)
        except BlockingIOError:
            pass
        return bytes(self.heard[name])

    async def up(self) -> None:
        await until(lambda: all(p.calls for p in self.parties.values()))

    def close(self) -> None:
        for fd in (*self.far.values(), *self.near.values()):
            os.close(fd)


def run_site(
    story: Callable[[Site], Coroutine[Any, Any, None]], stop: bool = True, **site: Any
) -> tuple[int, Site]:
    """Serve while the story is told, then stop; returns the exit code."""

    async def run() -> tuple[int, Site]:
        it = Site(**site)
        serving = asyncio.create_task(it.runtime.serve())
        try:
            await it.up()
            await story(it)
            if stop:
                it.runtime.stop()
            return await asyncio.wait_for(serving, 5), it
        finally:
            serving.cancel()
            it.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(run())


def test_bytes_become_events_and_commands_become_bytes() -> None:
    async def story(site: Site) -> None:
        site.say("barrier", b"a")
        await until(lambda: site.hear("barrier") == b"<a>")
        site.say("camera", b"b")
        await until(lambda: site.hear("camera") == b"<b>")

    code, site = run_site(story)
    assert code == 0
    assert site.store.closed
    assert site.lane.told[-2:] == [("barrier", b"a"), ("camera", b"b")]
    assert site.shows[-1] == {"told": 4}


def test_the_bytes_leave_only_after_their_row_is_durable_and_in_order() -> None:
    async def story(site: Site) -> None:
        site.say("barrier", b"!open")
        await until(lambda: site.store.waiting)
        site.say("camera", b"later")
        await until(lambda: ("camera", b"later") in site.lane.told)
        assert site.hear("barrier") == b""
        assert site.hear("camera") == b"", "nothing overtakes a row"
        site.store.answer()
        await until(lambda: site.hear("barrier") == b"<!open>")
        await until(lambda: site.hear("camera") == b"<later>")
        assert len(site.store.batches) == 1

    assert run_site(story, store=ToyStore(at_once=False))[0] == 0


def test_a_store_that_answers_within_the_call_is_no_nested_turn() -> None:
    async def story(site: Site) -> None:
        site.say("barrier", b"!1")
        await until(lambda: site.hear("barrier") == b"<!1>")
        site.say("barrier", b"!2")
        await until(lambda: site.hear("barrier") == b"<!1><!2>")

    assert run_site(story)[0] == 0


def test_the_clock_is_read_once_a_turn() -> None:
    async def story(site: Site) -> None:
        party = site.parties["barrier"]
        party.again_s = 0.0
        party.tick = stop_waking(party)  # type: ignore[method-assign]
        site.say("barrier", b"wake")
        await until(lambda: ("barrier", "tick") in site.lane.told)
        site.say("barrier", b"a")
        await until(lambda: site.hear("barrier") == b"<a>")
        (_, received), (_, ticked), (_, again), (_, commanded) = party.calls[1:]
        assert received == ticked, "bytes in and what they make due are one turn"
        assert again == commanded > ticked

    run_site(story)


def stop_waking(party: ToyParty) -> Callable[[float], Any]:
    def tick(now: float) -> Any:
        party.again_s = None
        return ToyParty.tick(party, now)

    return tick


def test_deadlines_are_met_within_milliseconds_and_never_early() -> None:
    async def story(site: Site) -> None:
        party = site.parties["barrier"]
        party.again_s = 0.002
        site.say("barrier", b"wake")
        await until(lambda: len(party.calls) > 100)
        ticks = [when for what, when in party.calls if what == "tick"]
        gaps = sorted(after - before for before, after in pairwise(ticks))
        assert gaps[0] >= 0.002
        assert gaps[len(gaps) // 2] < 0.02

    run_site(story)


def test_a_lost_port_is_told_and_comes_back() -> None:
    async def story(site: Site) -> None:
        camera = site.parties["camera"]
        site.runtime.ports[1].link.link._port._fail(  # type: ignore[union-attr]
            LinkLost("/dev/x", "unplugged")
        )
        await until(lambda: [what for what, _ in camera.calls].count("connected") == 2)
        assert ("camera", "down") in site.lane.told
        site.say("camera", b"again")
        await until(lambda: site.hear("camera") == b"<again>")

    assert run_site(story)[0] == 0


def test_a_party_that_wants_another_speed_gets_it_before_its_bytes_leave() -> None:
    async def story(site: Site) -> None:
        party = site.parties["barrier"]
        party.line = LineSettings(115200)
        site.say("barrier", b"a")
        await until(lambda: site.hear("barrier") == b"<a>")
        assert termios.tcgetattr(site.near["barrier"])[4] == termios.B115200

    run_site(story)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_tells_the_lane_lets_its_last_bytes_leave_and_ends_with_0(
    number: signal.Signals,
) -> None:
    async def story(site: Site) -> None:
        os.kill(os.getpid(), number)
        await until(lambda: "bye" in site.lane.told)
        await until(lambda: site.hear("barrier") == b"bye")

    code, site = run_site(story, stop=False, options={"stop_event": "bye"})
    assert code == 0
    assert site.store.closed


def test_a_stop_waits_for_a_row_under_way_and_its_bytes() -> None:
    async def story(site: Site) -> None:
        site.say("barrier", b"!open")
        await until(lambda: site.store.waiting)
        site.runtime.stop()
        site.runtime.stop()
        site.runtime.loop.call_later(0.1, site.store.answer)
        await until(lambda: site.store.closed)
        assert site.hear("barrier") == b"<!open>bye"
        assert site.lane.told.count("bye") == 1, "told once, however often it is asked"

    options = {"stop_event": "bye"}
    code, _ = run_site(story, stop=False, store=ToyStore(at_once=False), options=options)
    assert code == 0


def test_a_stop_waits_for_the_store_and_for_the_lane_but_not_for_ever() -> None:
    lane_is_done = asyncio.Event()

    async def story(site: Site) -> None:
        site.say("barrier", b"!open")
        await until(lambda: site.store.waiting)
        site.runtime.stop()
        site.store.answer()
        await until(lambda: site.hear("barrier") == b"<!open>")
        lane_is_done.set()

    options = {"stopped": lane_is_done.is_set}
    assert run_site(story, store=ToyStore(at_once=False), options=options)[0] == 0

    async def stuck(site: Site) -> None:
        started = site.runtime.loop.time()
        site.runtime.stop()
        await until(lambda: site.store.closed)
        assert DRAIN_S <= site.runtime.loop.time() - started < DRAIN_S + 1

    assert run_site(stuck, options={"stopped": lambda: False})[0] == 0


def test_a_defect_ends_the_process_with_1_and_nothing_more_leaves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(site: Site) -> None:
        site.parties["camera"].outbox.append(b"must not leave")
        site.say("barrier", b"raise")
        await until(lambda: site.store.closed)
        assert not site.runtime.alive()
        site.runtime.tell("too late")
        assert "too late" not in site.lane.told
        assert site.hear("camera") == b""

    code, _ = run_site(story, stop=False)
    assert code == 1
    (critical,) = [r.getMessage() for r in caplog.records if r.levelno == logging.CRITICAL]
    assert critical.startswith("runtime.defect error=ValueError")
    assert "BWY2917" not in caplog.text


def test_a_deadline_that_never_passes_is_a_defect_and_no_endless_loop() -> None:
    async def story(site: Site) -> None:
        site.parties["barrier"].again_s = 0.0
        site.say("barrier", b"wake")
        await until(lambda: site.store.closed)

    assert run_site(story, stop=False)[0] == 1


def test_many_deadlines_that_fall_due_at_once_are_no_defect_if_each_passes() -> None:
    async def story(site: Site) -> None:
        party, runtime = site.parties["barrier"], site.runtime
        for _ in range(2 * SPINS_MAX):
            now = runtime.loop.time()
            party.again_s = 0.0
            runtime.step(now, site.controller.receive, "barrier", b"wake")
            party.again_s = None
            runtime.step(now, site.controller.tick)

    assert run_site(story)[0] == 0


def test_an_overdue_deadline_starves_the_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(site: Site) -> None:
        site.parties["barrier"].again_s = 60.0
        site.say("barrier", b"wake")
        await until(lambda: site.controller.deadline() != NEVER)
        assert site.runtime.alive()
        monkeypatch.setattr(runtime_room, "OVERDUE_S", -61.0)
        assert not site.runtime.alive()

    run_site(story)


def test_a_show_that_fails_never_stops_the_lane(caplog: pytest.LogCaptureFixture) -> None:
    async def story(site: Site) -> None:
        site.runtime._on_show = lambda show, now: show["no such key"]
        site.say("barrier", b"a")
        await until(lambda: site.hear("barrier") == b"<a>")
        site.say("barrier", b"b")
        await until(lambda: site.hear("barrier") == b"<a><b>")
        assert "shows_failed=2" in repr(site.runtime)

    assert run_site(story)[0] == 0
    assert caplog.text.count("runtime.show.failed") == 1


def test_recordings_and_traces_keep_what_each_port_may_show(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "kiosk.edge.port")
    record = {
        "barrier": (str(tmp_path / "barrier"), keep_all),
        "camera": (str(tmp_path / "camera"), mask_text),
    }

    async def story(site: Site) -> None:
        site.say("barrier", b"\x01\x02")
        site.say("camera", b"\x02BWY2917\x03")
        await until(lambda: site.hear("barrier") and site.hear("camera"))

    run_site(story, record=record)
    barrier, camera = ((tmp_path / name).read_text() for name in ("barrier", "camera"))
    assert '"d": "up"' in barrier
    assert '"d": "rx", "x": "0102"' in barrier
    assert '"d": "tx", "x": "3c01023e"' in barrier
    assert '"d": "rx", "x": "025858585858585803"' in camera
    for text in (camera, caplog.text):
        assert b"BWY2917".hex() not in text
        assert "BWY2917" not in text
        assert b"BWY2917".hex(" ") not in text
    assert "wire.barrier tx 3c 01 02 3e" in caplog.text
    assert "wire.camera rx 9 bytes" in caplog.text


def test_a_failed_callback_is_told_without_its_bytes(caplog: pytest.LogCaptureFixture) -> None:
    def fail(data: bytes) -> None:
        raise ValueError(data)

    async def story(site: Site) -> None:
        site.runtime.loop.call_soon(fail, b"BWY2917")
        await until(lambda: "runtime.callback.failed" in caplog.text)

    assert run_site(story)[0] == 0
    assert "BWY2917" not in caplog.text


def test_ports_and_parties_must_match() -> None:
    async def run() -> None:
        controller = Controller(ToyLane(), {"barrier": ToyParty("barrier")})
        with pytest.raises(ValueError, match="camera"):
            Runtime(controller, {"camera": PortConfig("loop://")}, ToyStore(), print)

    asyncio.run(run())
