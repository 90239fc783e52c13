"""One connection of a stranger: one request, bounded in bytes and seconds, and its answer.

HTTP/1.1 is parsed by h11. A connection that asks slowly, asks for too much, or does not take its
answer is hung up on. It knows no page.
"""

import asyncio
from typing import Final, Protocol

import h11

from kiosk.edge.pay_page.asking import Answer, Asked

HEAD_BYTES_MAX: Final = 8192
"""The longest head of a request; phones send below two kilobytes."""

BODY_BYTES_MAX: Final = 16 * 1024
"""The longest body: a gateway's notification. The forms of the page stay below one kilobyte."""

REQUEST_S: Final = 5.0
"""How long a request may take to come in whole: a phone on a bad line takes below two seconds."""

ANSWER_S: Final = 30.0
"""How long the answer may take to be made and taken; the longest wait, for news, is 20 s."""

LINGER_S: Final = 1.0
"""How long who sent too much may take to read why, before the line is cut."""


class Host(Protocol):
    """What a connection needs of its server."""

    async def answer(self, asked: Asked) -> Answer:
        """What this request is answered with."""

    def heads(self, answer: Answer) -> list[tuple[str, str]]:
        """The heads of this answer, but for those that frame it."""

    def entered(self, visitor: "Visitor", peer: str) -> bool:
        """Somebody connected; False turns them away."""

    def left(self, visitor: "Visitor", peer: str) -> None:
        """A connection is gone."""


class Visitor(asyncio.Protocol):
    """One connection."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)
        self._transport: asyncio.Transport | None = None
        self._peer = ""
        self._request: h11.Request | None = None
        self._head_bytes = 0
        self._body = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        where = transport.get_extra_info("peername")
        self._peer = where[0] if isinstance(where, tuple) else ""
        if self._host.entered(self, self._peer):
            self._hang_up_in(REQUEST_S)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        self._host.left(self, self._peer)

    def data_received(self, data: bytes) -> None:
        if self._task is not None or self._answered:
            # One request a connection: what comes behind it is not even parsed.
            return
        try:
            if self._request is None:
                # h11 bounds a head that is not whole; one that comes whole at once is bounded here.
                room = HEAD_BYTES_MAX - self._head_bytes
                self._head_bytes += len(data[:room])
                self._take(data[:room])
                data = data[room:]
                if self._request is None and self._head_bytes >= HEAD_BYTES_MAX:
                    self._refuse(431)
            if data and self._task is None and not self._answered:
                self._take(data)
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint)

    def abort(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, data: bytes) -> None:
        self._parser.receive_data(data)
        while True:
            event = self._parser.next_event()
            match event:
                case h11.Request():
                    self._request = event
                    if self._parser.they_are_waiting_for_100_continue:
                        go_on = h11.InformationalResponse(status_code=100, headers=[])
                        self._send(self._parser.send(go_on))
                case h11.Data():
                    self._body += event.data
                    if len(self._body) > BODY_BYTES_MAX:
                        self._refuse(413)
                        return
                case h11.EndOfMessage():
                    self._hang_up_in(ANSWER_S)
                    loop = asyncio.get_running_loop()
                    self._task = loop.create_task(self._answer(self._asked()))
                    return
                case _:
                    return

    def _asked(self) -> Asked:
        assert self._request is not None
        request = self._request
        target = request.target.decode("ascii")
        path, _, query = target.partition("?")
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in request.headers}
        method = request.method.decode("ascii")
        return Asked(method, path, query, headers, bytes(self._body), self._peer)

    async def _answer(self, asked: Asked) -> None:
        self._finish(await self._host.answer(asked), head_only=asked.method == "HEAD")

    def _finish(self, answer: Answer, *, head_only: bool = False) -> None:
        self._answered = True
        if self._parser.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.abort()
            return
        heads = [
            *self._host.heads(answer),
            ("Content-Length", str(len(answer.body))),
            ("Connection", "close"),
        ]
        data = self._parser.send(h11.Response(status_code=answer.status, headers=heads)) or b""
        if not head_only:
            data += answer.body
        self._send(data)

    def _refuse(self, status: int) -> None:
        """Say why in one line, read no more, and cut the line soon."""
        self._finish(Answer(status))
        self._hang_up_in(LINGER_S)

    def _send(self, data: bytes | None) -> None:
        if self._transport is not None and data:
            self._transport.write(data)
            if self._answered:
                self._transport.close()

    def _hang_up_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.abort)
