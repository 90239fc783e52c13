"""The pay page's door: a listening socket that lets in so many a second, and the rest wait outside.

A flood costs this process as much as it lets in and no more, so that a lane on the same machine
keeps its core; who waits, waits in the kernel, and beyond its backlog is turned away there.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Final

from kiosk.edge.sockets.unix_socket import bind_anew
from kiosk.screens.pay.limits import Buckets, Rate

BACKLOG: Final = 128
"""Connections that the kernel holds for us; the rest is refused there."""

ENTRIES: Final = Rate(100, 1 / 400)
"""A hundred at once, then 400 a second: a fifth of a core, and more than any site's drivers."""

PAUSE_S: Final = 0.02
"""How long nobody is let in once there were too many, or the machine has no descriptor left."""

AT_ONCE_MAX: Final = 32
"""Connections taken in one turn of the loop; those inside are answered in between."""

SOCKET_MODE: Final = 0o660
"""A Unix socket is for this user and its group, which the proxy is in."""


class Door:
    """Listens at `host:port`, `[host]:port` or `unix:/path`; each who enters gets a protocol."""

    def __init__(
        self, address: str, visitor: Callable[[], asyncio.Protocol], entries: Rate = ENTRIES
    ) -> None:
        self.pauses = 0
        self._visitor = visitor
        self._entries = Buckets(entries)
        self._loop = asyncio.get_running_loop()
        self._socket = _listening(address)
        self._timer: asyncio.TimerHandle | None = None
        self._entering: set[asyncio.Task[object]] = set()
        self._open()

    def port(self) -> int:
        """The TCP port (an address with port 0 lets the kernel choose)."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Listen no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _open(self) -> None:
        self._timer = None
        self._loop.add_reader(self._socket, self._let_in)

    def _let_in(self) -> None:
        for _ in range(AT_ONCE_MAX):
            try:
                line, _ = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:
                # No descriptor or memory left: those inside will leave.
                self._pause()
                return
            line.setblocking(False)
            entering = self._loop.create_task(self._enter(line))
            self._entering.add(entering)
            entering.add_done_callback(self._entering.discard)
            if not self._entries.take("", self._loop.time()):
                self._pause()
                return

    async def _enter(self, line: socket.socket) -> None:
        await self._loop.connect_accepted_socket(self._visitor, line)

    def _pause(self) -> None:
        self.pauses += 1
        self._loop.remove_reader(self._socket)
        self._timer = self._loop.call_later(PAUSE_S, self._open)


def _listening(address: str) -> socket.socket:
    """Raises OSError where the address cannot be had."""
    kind, _, path = address.partition(":")
    if kind == "unix":
        made = socket.socket(socket.AF_UNIX)
        bind_anew(made, path)
        os.chmod(path, SOCKET_MODE)
        made.listen(BACKLOG)
    else:
        host, _, port = address.rpartition(":")
        family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
        where = (host.strip("[]"), int(port))
        made = socket.create_server(where, family=family, backlog=BACKLOG)
    made.setblocking(False)
    return made
