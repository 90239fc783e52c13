"""A loopback port for screens: shows go out, and touches come in, as JSON lines.

Only this machine can reach it: a Unix socket, or TCP on a loopback address. It holds no rule of the
lane; what a touch means is the mapping that it is given.
"""

import asyncio
import errno
import json
import logging
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kiosk.edge.logs import fault_line, line_of
from kiosk.edge.loopback import loopback

CLIENTS_MAX: Final = 8
"""Screens of one lane at a time: driver, technician, tools; more is refused."""

LINE_BYTES_MAX: Final = 4096
"""The longest line from a screen: a plate, or the name of a touch."""

UNSENT_BYTES_MAX: Final = 256 * 1024
"""What may wait for a screen that does not read; beyond it the screen is dropped."""

LINES_PER_S_MAX: Final = 20
"""Lines of one screen that count in one second: more than fingers can do."""

log = logging.getLogger(__name__)

ToEvent = Callable[[dict[str, Any]], Any]
"""What a screen's message means to the lane, or None for a message that is not understood."""


class ScreenPort:
    """Publishes what screens show, and tells the lane what people touch."""

    def __init__(self, address: str, to_event: ToEvent, tell: Callable[[Any], None]) -> None:
        self.address = address
        self.lines_in = 0
        self.lines_refused = 0
        self.screens_dropped = 0
        self.screens_refused = 0
        self._where = _where(address)
        self._to_event = to_event
        self._tell = tell
        self._clients: set[_Client] = set()
        self._latest: bytes | None = None
        self._server: asyncio.Server | None = None

    def __repr__(self) -> str:
        return (
            f"<ScreenPort {self.address} screens={len(self._clients)} lines={self.lines_in}"
            f" refused={self.lines_refused} dropped={self.screens_dropped}"
            f" turned_away={self.screens_refused}>"
        )

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        if isinstance(self._where, str):
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            # Before the bind, so that the path never exists with wider rights.
            os.fchmod(listener.fileno(), 0o660)
            _bind_anew(listener, self._where)
            self._server = await loop.create_unix_server(self._client, sock=listener)
        else:
            host, port = self._where
            self._server = await loop.create_server(self._client, host, port)

    def port(self) -> int:
        """The TCP port that it listens on (an address with port 0 lets the kernel choose)."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def publish(self, show: dict[str, Any]) -> None:
        """Send `show` to every screen, and to those that connect later until the next one."""
        line = json.dumps(show, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._latest = line
        for client in tuple(self._clients):
            client.send(line)

    def close(self) -> None:
        """Hang up on every screen and listen no more."""
        if self._server is not None:
            self._server.close()
            if isinstance(self._where, str):
                Path(self._where).unlink(missing_ok=True)
        for client in tuple(self._clients):
            client.hang_up()

    # For the clients.

    def entered(self, client: "_Client") -> bool:
        """A screen connected; False turns it away."""
        if len(self._clients) >= CLIENTS_MAX:
            self.screens_refused += 1
            return False
        self._clients.add(client)
        if self._latest is not None:
            client.send(self._latest)
        return True

    def left(self, client: "_Client") -> None:
        """A screen is gone."""
        self._clients.discard(client)

    def understood(self, message: dict[str, Any]) -> bool:
        """Tell the lane what `message` means; False if it means nothing."""
        try:
            event = self._to_event(message)
        except (ValueError, TypeError, KeyError) as error:
            log.info(fault_line("screen.message.refused", error))
            event = None
        if event is None:
            return False
        self._tell(event)
        return True

    def _client(self) -> "_Client":
        return _Client(self)


class _Client(asyncio.Protocol):
    """One connected screen."""

    def __init__(self, owner: ScreenPort) -> None:
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._second = 0
        self._lines_in_second = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._owner.entered(self):
            self._refuse(f"{CLIENTS_MAX} screens are connected already", hang_up=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._owner.left(self)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while self._transport is not None:
            end = self._unread.find(b"\n", 0, LINE_BYTES_MAX)
            if end < 0:
                break
            line = bytes(self._unread[:end])
            del self._unread[: end + 1]
            if line.strip():
                self._line_came(line)
        if len(self._unread) >= LINE_BYTES_MAX:
            self._refuse(f"a line is at most {LINE_BYTES_MAX} bytes", hang_up=True)

    def send(self, line: bytes) -> None:
        """Send one line, or drop a screen that does not read."""
        if self._transport is None:
            return
        self._transport.write(line)
        if self._transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            self._owner.screens_dropped += 1
            log.warning(line_of("screen.dropped", why="it does not read"))
            self._transport.abort()
            self._transport = None
            self._owner.left(self)

    def hang_up(self) -> None:
        """Send what waits and close."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            self._owner.left(self)

    def _line_came(self, line: bytes) -> None:
        owner = self._owner
        owner.lines_in += 1
        if self._too_fast():
            self._refuse(f"at most {LINES_PER_S_MAX} lines a second")
            return
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            # A web page in this machine's browser could post here: hanging up at the request line
            # keeps the body of its request from being read as a touch.
            self._refuse("expected one JSON object a line", hang_up=True)
        elif not owner.understood(message):
            self._refuse("this message means nothing here")

    def _too_fast(self) -> bool:
        second = int(asyncio.get_running_loop().time())
        if second != self._second:
            self._second, self._lines_in_second = second, 0
        self._lines_in_second += 1
        return self._lines_in_second > LINES_PER_S_MAX

    def _refuse(self, why: str, hang_up: bool = False) -> None:
        """Say why, without a word of what came: it may be a plate."""
        self._owner.lines_refused += 1
        self.send(json.dumps({"error": why}).encode() + b"\n")
        if hang_up:
            self._unread.clear()
            self.hang_up()


def _where(address: str) -> str | tuple[str, int]:
    """A path, or a loopback host and port; `unix:/run/kiosk/screen.sock`, `127.0.0.1:8641`."""
    if address.startswith("unix:"):
        return address.removeprefix("unix:")
    if address.startswith("/"):
        return address
    where = loopback(address)
    if where is None:
        raise ValueError(
            f"screen address {address!r}: expected unix:/path, or a loopback address and port"
            " such as 127.0.0.1:8641; nobody outside this machine may open the barrier"
        )
    return where


def _bind_anew(listener: socket.socket, path: str) -> None:
    """Bind, replacing the socket that a killed process left; never one that somebody listens on."""
    try:
        listener.bind(path)
    except OSError:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            # A socket that nobody listens on refuses, and so does a plain file: not ours to remove.
            heard = probe.connect_ex(path) != errno.ECONNREFUSED
            if heard or not stat.S_ISSOCK(os.lstat(path).st_mode):
                listener.close()
                raise
        os.unlink(path)
        listener.bind(path)
