"""systemd hears READY, is fed only while turns happen, and its absence changes nothing."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.waiting import until
from kiosk.edge.monitor.watchdog import STATUS_CHARS_MAX, Watchdog


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    abstract = request.param == "abstract"
    name = f"@kiosk-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name[1:] if abstract else name)
        heard.setblocking(False)
        yield heard, name


def said(heard: socket.socket) -> list[bytes]:
    messages = []
    try:
        while True:
            messages.append(heard.recv(100))
    except BlockingIOError:
        return messages


def test_a_live_lane_feeds_and_a_dead_one_does_not(systemd: tuple[socket.socket, str]) -> None:
    heard, name = systemd
    lane = {"alive": True}

    async def run() -> None:
        watchdog = Watchdog(
            lambda: lane["alive"], {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "100000"}
        )
        watchdog.ready(asyncio.get_running_loop())
        assert said(heard) == [b"READY=1", b"WATCHDOG=1"]
        await until(lambda: watchdog.fed >= 2)
        assert said(heard) == [b"WATCHDOG=1"]
        lane["alive"] = False
        await until(lambda: watchdog.withheld >= 1)
        assert said(heard) == []
        watchdog.stopping()
        assert said(heard) == [b"STOPPING=1"]
        assert repr(watchdog) == "<Watchdog period_s=0.05 fed=2 withheld=1>"
        lane["alive"] = True
        later = asyncio.get_running_loop().time() + 0.12
        await until(lambda: asyncio.get_running_loop().time() > later)
        assert said(heard) == [], "after STOPPING it is fed no more"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "<Watchdog silent fed=0 withheld=0>"),
        ({"NOTIFY_SOCKET": "nonsense"}, "<Watchdog silent fed=0 withheld=0>"),
        ({"NOTIFY_SOCKET": "/no/such"}, "<Watchdog period_s=None fed=0 withheld=0>"),
        (
            {"NOTIFY_SOCKET": "/no/such", "WATCHDOG_USEC": "x"},
            "<Watchdog period_s=None fed=0 withheld=0>",
        ),
        (
            {"NOTIFY_SOCKET": "/no/such", "WATCHDOG_USEC": "8000000", "WATCHDOG_PID": "1"},
            "<Watchdog period_s=None fed=0 withheld=0>",
        ),
        (
            {"NOTIFY_SOCKET": "/no/such", "WATCHDOG_USEC": "1"},
            "<Watchdog period_s=0.05 fed=1 withheld=0>",
        ),
        (
            {"NOTIFY_SOCKET": "/no/such", "WATCHDOG_USEC": "8000000"},
            "<Watchdog period_s=4.0 fed=1 withheld=0>",
        ),
    ],
)
def test_no_systemd_or_a_broken_one_changes_nothing(environ: dict[str, str], expected: str) -> None:
    async def run() -> None:
        watchdog = Watchdog(lambda: True, environ)
        watchdog.ready(asyncio.get_running_loop())
        watchdog.stopping()
        assert repr(watchdog) == expected

    asyncio.run(run())


def test_how_the_lane_is_goes_to_systemd_as_one_short_line(
    systemd: tuple[socket.socket, str],
) -> None:
    heard, name = systemd
    watchdog = Watchdog(lambda: True, {"NOTIFY_SOCKET": name})
    watchdog.status("2 found:\n disk.full,  barrier.silent")
    assert said(heard) == [b"STATUS=2 found: disk.full, barrier.silent"]
    watchdog.status("x" * 5000)
    assert heard.recv(5000) == b"STATUS=" + b"x" * STATUS_CHARS_MAX
    watchdog.stopping()
