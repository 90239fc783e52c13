"""Serves one text to those who may collect metrics: one GET a connection, and nothing else.

The text is made when it is asked for, in the loop; it holds numbers and names of devices only.
"""

import asyncio
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from kiosk.edge.http.request import HEAD_BYTES_MAX, Refused, take

COLLECTORS_MAX: Final = 4
"""Connections at a time: two collectors, and two people who look."""

REQUEST_S: Final = 5.0
"""How long a connection may take to ask and to take its answer."""

Network = IPv4Network | IPv6Network

PATH: Final = "/metrics"

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_REASONS: Final = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}


class MetricsPort:
    """Listens on `address`, an IP address and a port; `text()` is what `collectors` collect."""

    def __init__(
        self, address: str, text: Callable[[], str], collectors: tuple[Network, ...]
    ) -> None:
        self.address = address
        self.served = 0
        self.refused = 0
        host, _, number = address.rpartition(":")
        self._where = host.removeprefix("[").removesuffix("]"), int(number)
        self._text = text
        self._may = collectors
        self._server: asyncio.Server | None = None
        self.collectors: set[Collector] = set()

    def __repr__(self) -> str:
        return f"<MetricsPort {self.address} served={self.served} refused={self.refused}>"

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Collector(self), *self._where)

    def port(self) -> int:
        """The TCP port that it listens on (port 0 lets the kernel choose)."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Hang up and listen no more."""
        if self._server is not None:
            self._server.close()
        for collector in tuple(self.collectors):
            collector.abort()

    def answer(self, data: bytes) -> bytes | None:
        """The answer to what was asked so far, or None until the question is whole."""
        try:
            request = take(data)
        except Refused:
            return self._refusal(400)
        if request is None:
            return None
        if request.path != PATH:
            return self._refusal(404)
        if request.method != "GET":
            return self._refusal(405)
        self.served += 1
        return _message(200, self._text().encode())

    def admits(self, peer: str) -> bool:
        """Whether this address may collect; one that cannot be read may not."""
        try:
            address = ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in self._may)

    def _refusal(self, status: int) -> bytes:
        self.refused += 1
        return _message(status, b"")


class Collector(asyncio.Protocol):
    """One connection: one question, one answer."""

    def __init__(self, port: MetricsPort) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if len(self._port.collectors) >= COLLECTORS_MAX or not self._port.admits(peer):
            self._port.refused += 1
            transport.abort()
            return
        self._port.collectors.add(self)
        self._timer = asyncio.get_running_loop().call_later(REQUEST_S, self.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._port.collectors.discard(self)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._unread = (self._unread + data)[: HEAD_BYTES_MAX + 1]
        answer = self._port.answer(self._unread)
        if answer is not None and self._transport is not None:
            self._transport.write(answer)
            self._transport.close()

    def abort(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()


def _message(status: int, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        f"Content-Type: {_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    return head.encode() + body
