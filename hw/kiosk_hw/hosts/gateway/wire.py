"""HTTP/1.1 on one connection, one request at a time, by h11. No meaning of an answer is here."""

from enum import Enum
from typing import Final

import h11

from kiosk_hw.paycodes.merchant import ANSWER_BYTES_MAX
from kiosk_hw.paycodes.messages import HttpAnswer, HttpRequest

HEAD_BYTES_MAX: Final = 16 * 1024
"""Status line and headers of one answer; both gateways send less than 2 KiB."""

EVENTS_MAX: Final = 10_000
"""Events out of one piece of bytes, which has 64 KiB at most: a chunk of one byte takes six."""


class WireState(Enum):
    """Whether a request may leave."""

    DOWN = "down"
    IDLE = "idle"
    ASKED = "asked"
    ABANDONED = "abandoned"
    """An answer is under way that nobody waits for any more."""
    SPENT = "spent"
    """Nothing can be asked on this connection any more."""


class HttpWire:
    """One connection after the other; its bytes, and the answers in them."""

    def __init__(self, host: str) -> None:
        self.state = WireState.DOWN
        self.fault = ""
        """Why the running exchange broke; empty while it did not."""
        self.strays = 0
        """Bytes that answered nothing."""
        self._host = host
        self._connection: h11.Connection | None = None
        self._outbox = bytearray()
        self._status = 0
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = bytearray()

    def __repr__(self) -> str:
        return f"<HttpWire {self.state.value} strays={self.strays}>"

    def up(self) -> None:
        """A new connection."""
        self._begin()
        self._connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)
        self.state = WireState.IDLE

    def down(self) -> HttpAnswer | None:
        """The connection is gone; an answer that ends with the connection ends here."""
        answer = self._parse(b"") if self.state is WireState.ASKED else None
        self._begin()
        self._connection = None
        self.state = WireState.DOWN
        return answer

    def send(self, request: HttpRequest) -> None:
        """Ask; the answer comes out of `receive`."""
        assert self.state is WireState.IDLE, f"asked while {self.state.value}"
        assert self._connection is not None
        headers = [("Host", self._host), *request.headers]
        if request.body or request.method != "GET":
            headers.append(("Content-Length", str(len(request.body))))
        head = h11.Request(method=request.method, target=request.target, headers=headers)
        self._begin()
        for event in (head, h11.Data(data=request.body), h11.EndOfMessage()):
            self._outbox += self._connection.send(event) or b""
        self.state = WireState.ASKED

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        if self.state is WireState.ASKED:
            self.state = WireState.ABANDONED

    def receive(self, data: bytes) -> HttpAnswer | None:
        """Bytes of the other end; the answer when it is whole and wanted. `fault` if it broke."""
        if self.state in (WireState.ASKED, WireState.ABANDONED):
            return self._parse(data)
        if self.state is not WireState.DOWN:
            # Whoever sends without being asked would be taken for the answer to the next request.
            self.strays += len(data)
            self.state = WireState.SPENT
        return None

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        data = bytes(self._outbox)
        self._outbox.clear()
        return data

    # Inside.

    def _begin(self) -> None:
        self.fault = ""
        self._outbox.clear()
        self._status, self._headers = 0, ()
        self._body.clear()

    def _parse(self, data: bytes) -> HttpAnswer | None:
        connection = self._connection
        assert connection is not None
        try:
            connection.receive_data(data)
            for _ in range(EVENTS_MAX):
                event = connection.next_event()
                match event:
                    case h11.NEED_DATA:
                        return None
                    case h11.Response():
                        self._status = event.status_code
                        self._headers = tuple(
                            (name.decode("ascii"), value.decode("latin-1"))
                            for name, value in event.headers
                        )
                    case h11.Data():
                        self._body += event.data
                        if len(self._body) > ANSWER_BYTES_MAX:
                            self._break(f"more than {ANSWER_BYTES_MAX} bytes of body")
                            return None
                    case h11.EndOfMessage():
                        return self._whole(connection)
                    case h11.ConnectionClosed() | h11.PAUSED:
                        self._break("the connection ended without an answer")
                        return None
        except h11.RemoteProtocolError:
            self._break("not HTTP as it must be")
            return None
        self._break(f"more than {EVENTS_MAX} pieces")
        return None

    def _whole(self, connection: h11.Connection) -> HttpAnswer | None:
        answer = HttpAnswer(self._status, self._headers, bytes(self._body))
        wanted = self.state is WireState.ASKED
        trailing, _ = connection.trailing_data
        self.strays += len(trailing)
        self._begin()
        both = (connection.our_state, connection.their_state)
        if trailing or both != (h11.DONE, h11.DONE):
            self.state = WireState.SPENT
        else:
            connection.start_next_cycle()
            self.state = WireState.IDLE
        return answer if wanted else None

    def _break(self, why: str) -> None:
        self.fault = why
        self.state = WireState.SPENT
