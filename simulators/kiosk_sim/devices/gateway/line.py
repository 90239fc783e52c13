"""One connection to a gateway: HTTP/1.1 as bytes, by h11's server role. No socket is here."""

from collections.abc import Callable
from typing import Final

import h11

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.messages import HTML, Answer, Reply, Request

NETWORK: Final = LineSettings(10_000_000)
"""Ten megabits, as the host has it: `pace` says what an answer takes, not its bytes."""

HEAD_BYTES_MAX: Final = 16_384
"""A request's line and headers; a wap link is the longest, about two thousand bytes."""

BODY_BYTES_MAX: Final = 65_536
"""A request's body: a hundred times what an order needs."""

AHEAD_BYTES_MAX: Final = 65_536
"""Bytes that may come while an answer is awaited; a client that sends more is hung up on."""

IDLE_S: Final = 60.0
"""How long a client may take for the head of its next request, and then for the body, however
slowly it goes on talking."""


Busy = Callable[[float, float], None]


def _nobody(_start_s: float, _end_s: float) -> None:
    """Where nobody keeps a ledger."""


class GatewayLine:
    """One client's line, a `DeviceSide`. `hung_up` tells the shell to close the connection.

    After a hang-up nothing is heard or said until the line is `connected` again; the virtual shell
    sees to that by itself, as a client that dials again at once.
    """

    def __init__(self, gateway: Gateway, on_busy: Busy = _nobody) -> None:
        """`on_busy(start_s, end_s)` hears how long the gateway takes for each answer."""
        self.gateway = gateway
        self._on_busy = on_busy
        self.line = NETWORK
        self.hung_up = False
        self.answers = 0
        self._http: h11.Connection | None = None
        self._head: h11.Request | None = None
        self._body = b""
        self._out = b""
        self._reply: Reply | None = None
        self._due = NEVER
        self._idle_at = NEVER

    def __repr__(self) -> str:
        return f"<GatewayLine answers={self.answers} hung_up={self.hung_up}>"

    def connected(self, now: float) -> None:
        """A client is there."""
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)
        self._head, self._reply, self._body, self._out = None, None, b"", b""
        self._due, self._idle_at = NEVER, now + IDLE_S
        self.hung_up = False

    def disconnected(self, now: float) -> None:
        """The client has gone; what it asked for was asked for all the same."""
        self._http = None
        self._due = self._idle_at = NEVER

    def receive(self, data: bytes, now: float) -> None:
        """Bytes of requests, in any split."""
        if self._http is None or self.hung_up or not data:
            return
        self._http.receive_data(data)
        self._advance(now)
        if self._reply is not None and len(self._http.trailing_data[0]) > AHEAD_BYTES_MAX:
            self._hang_up()

    def tick(self, now: float) -> None:
        """Answers leave when they are due; a silent client is hung up on."""
        if self._due <= now and self._reply is not None:
            reply, self._reply, self._due = self._reply, None, NEVER
            self._say(reply)
            if not self.hung_up:
                self._idle_at = now + IDLE_S
                self._advance(now)
        if self._idle_at <= now and self._reply is None:
            self._hang_up()

    def deadline(self) -> float:
        """When an answer is due, or patience ends."""
        return min(self._due, NEVER if self._reply is not None else self._idle_at)

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        out, self._out = self._out, b""
        return out

    # Inside.

    def _advance(self, now: float) -> None:
        """Read on until bytes are missing, or until a request is whole."""
        http = self._http
        assert http is not None
        while self._reply is None and not self.hung_up:
            try:
                event = http.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(error.error_status_hint, str(error))
                return
            match event:
                case h11.NEED_DATA | h11.PAUSED:
                    if http.they_are_waiting_for_100_continue:
                        self._out += (
                            http.send(h11.InformationalResponse(status_code=100, headers=[])) or b""
                        )
                    return
                case h11.Request():
                    self._head, self._body = event, b""
                    self._idle_at = now + IDLE_S
                case h11.Data():
                    self._body += event.data
                    if len(self._body) > BODY_BYTES_MAX:
                        self._refuse(413, f"expected at most {BODY_BYTES_MAX} bytes of body")
                case h11.EndOfMessage():
                    self._ask(now)
                case h11.ConnectionClosed():
                    self._hang_up()

    def _ask(self, now: float) -> None:
        assert self._head is not None
        if self._head.method == b"CONNECT":
            self._refuse(405, "this is no proxy")
            return
        headers: dict[str, str] = {}
        for raw_name, raw_value in self._head.headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        request = Request(
            self._head.method.decode("latin-1"),
            self._head.target.decode("latin-1"),
            headers,
            self._body,
        )
        self._reply = self.gateway.ask(request, now)
        self._due = now + self._reply.after_s
        self._on_busy(now, self._due)
        if self._reply.answer is None and not self._reply.cut:
            self._due = NEVER

    def _say(self, reply: Reply) -> None:
        http = self._http
        assert http is not None
        if reply.answer is None:
            self._hang_up()
            return
        bare = self._head is not None and self._head.method == b"HEAD"
        data = _bytes_of(http, reply.answer, bare=bare)
        self.answers += 1
        if reply.cut:
            # Half of the body, or half of the head where there is no body.
            body = 0 if bare else len(reply.answer.body)
            self._out += data[: len(data) - body + body // 2] if body else data[: len(data) // 2]
            self._hang_up()
            return
        self._out += data
        if http.our_state is h11.DONE and http.their_state is h11.DONE:
            http.start_next_cycle()
        else:
            self._hang_up()

    def _refuse(self, status: int, why: str) -> None:
        http = self._http
        assert http is not None
        if http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = Answer(status, why.encode(), HTML, (("Connection", "close"),))
            bare = self._head is not None and self._head.method == b"HEAD"
            self._out += _bytes_of(http, answer, bare=bare)
        self._hang_up()

    def _hang_up(self) -> None:
        self.hung_up = True
        self._reply = None
        self._due = self._idle_at = NEVER


def _bytes_of(http: h11.Connection, answer: Answer, *, bare: bool = False) -> bytes:
    headers = [("Content-Type", answer.content_type), *answer.headers]
    if answer.status != 204:
        headers.append(("Content-Length", str(len(answer.body))))
    response = h11.Response(
        status_code=answer.status,
        headers=[(name.encode(), value.encode()) for name, value in headers],
    )
    return b"".join(
        (
            http.send(response) or b"",
            (http.send(h11.Data(data=answer.body)) or b"") if answer.body and not bare else b"",
            http.send(h11.EndOfMessage()) or b"",
        )
    )
