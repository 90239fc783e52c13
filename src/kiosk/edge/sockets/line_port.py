"""Lines of JSON for tools on this machine alone: who may connect, and how much of what is taken.

Only this machine can reach it: a Unix socket, or TCP on a loopback address. What a line means is
the matter of whoever serves the port.
"""

import asyncio
import json
import logging
import os
import socket
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Final

from kiosk.edge.logs import fault_line, line_of
from kiosk.edge.sockets.loopback import local_address
from kiosk.edge.sockets.unix_socket import bind_anew

CLIENTS_MAX: Final = 8
"""Tools of one port at a time: driver, technician, staff; more is refused."""

LINE_BYTES_MAX: Final = 4096
"""The longest line from a tool: a plate, or the name of a touch."""

UNSENT_BYTES_MAX: Final = 256 * 1024
"""What may wait for a tool that does not read; beyond it the tool is dropped."""

LINES_PER_S_MAX: Final = 20
"""Lines of one tool that count in one second: more than fingers can do."""

log = logging.getLogger(__name__)


class LinePort(ABC):
    """Listens, takes lines in, and sends lines out. `name` is how its log lines begin."""

    name: str
    clients: str
    """What connects here, in the plural."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.lines_in = 0
        self.lines_refused = 0
        self.clients_dropped = 0
        self.clients_turned_away = 0
        self._where = local_address(address)
        self._clients: set[LineClient] = set()
        self._server: asyncio.Server | None = None

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.address} {self.clients}={len(self._clients)}"
            f" lines={self.lines_in} refused={self.lines_refused} dropped={self.clients_dropped}"
            f" turned_away={self.clients_turned_away}>"
        )

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        if isinstance(self._where, str):
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            # Before the bind, so that the path never exists with wider rights.
            os.fchmod(listener.fileno(), 0o660)
            bind_anew(listener, self._where)
            self._server = await loop.create_unix_server(self._client, sock=listener)
        else:
            host, port = self._where
            self._server = await loop.create_server(self._client, host, port)

    def port(self) -> int:
        """The TCP port that it listens on (an address with port 0 lets the kernel choose)."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Hang up on every client and listen no more."""
        if self._server is not None:
            self._server.close()
            if isinstance(self._where, str):
                Path(self._where).unlink(missing_ok=True)
        for client in tuple(self._clients):
            client.hang_up()

    # What the port is for.

    @abstractmethod
    def take(self, client: "LineClient", message: dict[str, Any]) -> bool:
        """Do what `message` means; False if it means nothing."""

    @abstractmethod
    def welcome(self, client: "LineClient") -> None:
        """A client connected."""

    @abstractmethod
    def farewell(self, client: "LineClient") -> None:
        """A client is gone."""

    # For the clients.

    def entered(self, client: "LineClient") -> bool:
        """A client connected; False turns it away."""
        if len(self._clients) >= CLIENTS_MAX:
            self.clients_turned_away += 1
            return False
        self._clients.add(client)
        self.welcome(client)
        return True

    def left(self, client: "LineClient") -> None:
        """A client is gone."""
        if client in self._clients:
            self._clients.discard(client)
            self.farewell(client)

    def understood(self, client: "LineClient", message: dict[str, Any]) -> bool:
        """Whether the message meant something. Its fault is shown nowhere: it may hold a plate."""
        try:
            return self.take(client, message)
        except (ValueError, TypeError, KeyError) as error:
            log.info(fault_line(f"{self.name}.message.refused", error))
            return False

    def _client(self) -> "LineClient":
        return LineClient(self)


class LineClient(asyncio.Protocol):
    """One connected tool."""

    def __init__(self, owner: LinePort) -> None:
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._second = 0
        self._lines_in_second = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._owner.entered(self):
            self._refuse(f"{CLIENTS_MAX} {self._owner.clients} are connected already", True)

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

    def tell(self, record: dict[str, Any]) -> None:
        """Send one record as a line."""
        self.send(as_line(record))

    def send(self, line: bytes) -> None:
        """Send one line, or drop a client that does not read."""
        # A client that is gone is known to be only after the turn in which a line did not reach it.
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(line)
        if self._transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            self._owner.clients_dropped += 1
            log.warning(line_of(f"{self._owner.name}.dropped", why="it does not read"))
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
        elif not owner.understood(self, message):
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
        self.tell({"error": why})
        if hang_up:
            self._unread.clear()
            self.hang_up()


def as_line(record: dict[str, Any]) -> bytes:
    """One record as the line that is sent."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
