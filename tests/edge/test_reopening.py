"""A kept link comes back by itself after every loss, and waits longer each time, up to a bound."""

import asyncio
import logging
import os
import pty
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.waiting import until
from kiosk.edge.links import KeptLink, LinkEars, LinkLost
from kiosk.edge.links import reopening as room
from kiosk.edge.links import retried as retried_room
from kiosk.edge.links.retried import RETRY_FIRST_S, RETRY_MAX_S
from kiosk_hw.ports.party import LineSettings


@dataclass
class Watched:
    url: str
    told: list[str] = field(default_factory=list)
    came_in: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.link = KeptLink(
            "barrier",
            self.url,
            LineSettings(9600),
            asyncio.get_running_loop(),
            ears=LinkEars(
                self.came_in.extend,
                lambda: self.told.append("up"),
                lambda error: self.told.append("down"),
                lambda error: None,
            ),
        )


def plug_in(path: Path) -> tuple[int, int]:
    """A new device behind the same by-id path, as udev makes it."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    path.unlink(missing_ok=True)
    path.symlink_to(os.ttyname(slave))
    return master, slave


@pytest.mark.slow
def test_a_replugged_device_comes_back_under_its_old_name_and_another_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retried_room, "RETRY_FIRST_S", 0.01)
    path = tmp_path / "usb-FTDI"

    async def run() -> None:
        watched = Watched(str(path))
        watched.link.start()
        await until(lambda: watched.told == ["down"])
        first = plug_in(path)
        await until(lambda: watched.told == ["down", "up"])
        other = pty.openpty()
        for fd in first:
            os.close(fd)
        await until(lambda: watched.told == ["down", "up", "down"])
        master, slave = plug_in(path)
        await until(lambda: watched.told == ["down", "up", "down", "up"])
        os.write(master, b"back")
        await until(lambda: watched.came_in == b"back")
        watched.link.close()
        for fd in (master, slave, *other):
            os.close(fd)

    asyncio.run(run())


class Later:
    """Only the timers of a loop, by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self.last: Callable[[], None] = lambda: None

    def time(self) -> float:
        return self.now

    def call_later(self, delay_s: float, call: Callable[[], None]) -> "Later":
        self.waits.append(delay_s)
        self.last = call
        return self

    def cancel(self) -> None:
        self.last = lambda: None


def kept(told: list[str], troubles: list[str] | None = None) -> tuple[KeptLink, Later]:
    heard = [] if troubles is None else troubles
    loop = Later()
    link = KeptLink(
        "barrier",
        "/dev/x",
        LineSettings(9600),
        loop,  # type: ignore[arg-type]
        ears=LinkEars(
            lambda data: None,
            lambda: told.append("up"),
            lambda error: told.append("down"),
            lambda error: heard.append(error.why),
        ),
    )
    return link, loop


def test_the_wait_doubles_up_to_its_bound_and_starts_anew_after_a_steady_link() -> None:
    told: list[str] = []
    link, loop = kept(told)
    for _ in range(8):
        link._lost(LinkLost("/dev/x", "gone"))
    assert loop.waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert (loop.waits[0], loop.waits[-1]) == (RETRY_FIRST_S, RETRY_MAX_S)
    link._opened()
    loop.now += 0.1
    link._lost(LinkLost("/dev/x", "flaps"))
    assert loop.waits[-1] == RETRY_MAX_S, "a link that flaps is not hammered"
    loop.now += 60.0
    link._lost(LinkLost("/dev/x", "still gone"))
    assert loop.waits[-1] == RETRY_MAX_S, "time without a link is no steady link"
    link._opened()
    loop.now += 2 * room.STEADY_S
    link._lost(LinkLost("/dev/x", "gone"))
    assert loop.waits[-1] == RETRY_FIRST_S
    assert told == ["down", "up", "down", "up", "down"], "only the first of a row of failures"


def test_each_failure_is_trouble_and_the_first_alone_a_loss() -> None:
    told: list[str] = []
    troubles: list[str] = []
    link, _ = kept(told, troubles)
    for why in ("gone", "gone", "locked"):
        link._lost(LinkLost("/dev/x", why))
    assert (told, troubles) == (["down"], ["gone", "gone", "locked"])


def test_the_same_reason_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    link, _ = kept([])
    with caplog.at_level(logging.INFO):
        for why in ("gone", "gone", "gone", "locked", "locked"):
            link._lost(LinkLost("/dev/x", why, "do this"))
    assert caplog.messages == [
        'link.lost port=barrier url=/dev/x why=gone cure="do this"',
        'link.lost port=barrier url=/dev/x why=locked cure="do this"',
    ]


def test_a_closed_link_is_not_opened_again() -> None:
    link, loop = kept([])
    link._lost(LinkLost("/dev/x", "gone"))
    link.close()
    loop.last()
    assert link.link.state.value == "closed"
    assert repr(link).startswith("<KeptLink barrier retry_s=0.4 <Link /dev/x closed")
