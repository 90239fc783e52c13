"""Tells systemd that the lane is ready, alive or stopping (sd_notify(3)); else silent."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

LATE_S_MIN: Final = 0.05
"""The shortest feeding period: a WATCHDOG_USEC below twice this is a mistake in the unit file."""

STATUS_CHARS_MAX: Final = 400
"""A longer line is cut: it is read on one screen."""


class Watchdog:
    """Feeds systemd's watchdog at half of its period, only while `alive()` says so."""

    def __init__(self, alive: Callable[[], bool], environ: Mapping[str, str] = os.environ) -> None:
        self.fed = 0
        self.withheld = 0
        self._alive = alive
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._period_s = _period_s(environ)
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        state = "silent" if self._address is None else f"period_s={self._period_s}"
        return f"<Watchdog {state} fed={self.fed} withheld={self.withheld}>"

    def ready(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say READY and start feeding."""
        self._notify(b"READY=1")
        if self._address is not None and self._period_s is not None:
            self._loop = loop
            self._feed()

    def status(self, text: str) -> None:
        """Say how the lane is, in one line; `systemctl status` shows it."""
        line = " ".join(text.split())[:STATUS_CHARS_MAX]
        self._notify(f"STATUS={line}".encode())

    def stopping(self) -> None:
        """Say STOPPING and feed no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._notify(b"STOPPING=1")
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _feed(self) -> None:
        assert self._loop is not None
        assert self._period_s is not None
        if self._alive():
            self._notify(b"WATCHDOG=1")
            self.fed += 1
        else:
            self.withheld += 1
        self._timer = self._loop.call_later(self._period_s, self._feed)

    def _notify(self, state: bytes) -> None:
        if self._address is None:
            return
        try:
            if self._socket is None:
                flags = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
                self._socket = socket.socket(socket.AF_UNIX, flags)
            self._socket.sendto(state, self._address)
        except OSError:
            # Nothing on this side can cure it, and the lane must not stop for it: systemd, left
            # unfed, restarts the process.
            pass


def _address(name: str) -> str | None:
    """`@name` is Linux's abstract namespace; anything else must be a path."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def _period_s(environ: Mapping[str, str]) -> float | None:
    """Half of WATCHDOG_USEC, or None where no watchdog runs for this process."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        period_s = int(environ["WATCHDOG_USEC"]) / 2e6
    except (KeyError, ValueError):
        return None
    return max(period_s, LATE_S_MIN) if period_s > 0 else None
