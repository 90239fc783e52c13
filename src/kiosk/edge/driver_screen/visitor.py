"""One connection of the driver's page: its bytes, its time, its end. What it asks is the page's."""

import asyncio
from typing import TYPE_CHECKING, Final

from kiosk.edge.http.answer import UNKEPT, answer
from kiosk.edge.http.request import Refused, take

if TYPE_CHECKING:
    from kiosk.edge.driver_screen.page import ScreenPage

REQUEST_S: Final = 5.0
"""How long a connection may take to ask and to take its answer."""

UNSENT_BYTES_MAX: Final = 64 * 1024
"""What may wait for a page that does not read; beyond it the page is dropped."""


class PageVisitor(asyncio.Protocol):
    """One connection: one request and its answer, or a page that stays for the pictures."""

    def __init__(self, page: "ScreenPage") -> None:
        self._page = page
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._answered = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._page.entered(self):
            self._timer = asyncio.get_running_loop().call_later(REQUEST_S, self.abort)
        else:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._patient()
        self._page.left(self)

    def data_received(self, data: bytes) -> None:
        if self._answered:
            return
        self._unread += data
        try:
            request = take(self._unread)
            if request is not None:
                self._unread.clear()
                self._page.asked(request, self)
        except Refused as refusal:
            self._page.refused += 1
            self._unread.clear()
            self.finish(answer(refusal.status, UNKEPT))

    def finish(self, whole: bytes) -> None:
        """Send the answer and hang up."""
        self._answered = True
        if self._transport is not None:
            self._transport.write(whole)
            self._transport.close()

    def stay(self, start: bytes) -> None:
        """Send the start of a stream; the rest comes with `send`."""
        self._answered = True
        self._patient()
        self.send(start)

    def send(self, data: bytes) -> None:
        """Send more of a stream, or drop a page that does not read."""
        if self._transport is None:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            self._page.drop(self)

    def abort(self) -> None:
        """Hang up at once."""
        self._page.left(self)
        if self._transport is not None:
            self._transport.abort()

    def _patient(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
