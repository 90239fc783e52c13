"""Serves the driver's page to the browser of this machine: files, pictures as they change, touches.

HTTP/1.1 on a loopback address, one request a connection; pictures are Server-Sent Events. It holds
no rule of the lane; what a touch means is the mapping that it is given.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any, Final

from kiosk.edge.driver_screen.pictures import PagePictures
from kiosk.edge.driver_screen.visitor import PageVisitor
from kiosk.edge.http.answer import KEPT, UNKEPT, answer, event, head
from kiosk.edge.http.request import Refused, Request, check_origin
from kiosk.edge.logs import fault_line, line_of
from kiosk.edge.sockets.loopback import loopback
from kiosk.screens.driver.bundle import Bundle

CONNECTIONS_MAX: Final = 24
"""Connections at a time; a browser opens at most six to one address, and reloads now and then."""

STREAMS_MAX: Final = 4
"""Pages that are shown pictures: the driver's, and who looks over the shoulder."""

TOUCHES_PER_S_MAX: Final = 10
"""Touches of all pages that count in one second: more than fingers can do."""

BEAT_S: Final = 1.0
"""How often every page is told that the controller is there; it notices a silence of 2.3 s."""

_STREAM: Final = f"Content-Type: text/event-stream; charset=utf-8\r\n{UNKEPT}"
EVENTS: Final = "/events"
TOUCH: Final = "/touch"

log = logging.getLogger(__name__)

ToEvent = Callable[[dict[str, Any]], Any]
"""What a touch means to the lane, or None for one that means nothing."""


class ScreenPage:
    """Publishes what the driver's page shows, and tells the lane what is touched there."""

    def __init__(
        self, address: str, bundle: Bundle, to_event: ToEvent, tell: Callable[[Any], None]
    ) -> None:
        where = loopback(address)
        if where is None:
            raise ValueError(f"page address {address!r}: expected one like 127.0.0.1:8080")
        self.address = address
        self.bundle = bundle
        self.touches = 0
        self.refused = 0
        self.turned_away = 0
        self.dropped = 0
        self._where = where
        self._to_event = to_event
        self._tell = tell
        self._hosts: frozenset[str] = frozenset()
        self._visitors: set[PageVisitor] = set()
        self._streams: set[PageVisitor] = set()
        self._pictures = PagePictures(self._send, time.monotonic)
        self._beat: asyncio.TimerHandle | None = None
        self._second = 0
        self._touches_in_second = 0
        self._server: asyncio.Server | None = None

    def __repr__(self) -> str:
        return (
            f"<ScreenPage {self.address} pages={len(self._streams)} touches={self.touches}"
            f" refused={self.refused} dropped={self.dropped} turned_away={self.turned_away}>"
        )

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        host, port = self._where
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: PageVisitor(self), host, port)
        name = f"[{host}]" if ":" in host else host
        self._hosts = frozenset({f"{name}:{self.port()}", f"localhost:{self.port()}"})

    def port(self) -> int:
        """The TCP port that it listens on (an address with port 0 lets the kernel choose)."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def pages(self) -> int:
        """How many pages are connected."""
        return len(self._streams)

    def publish(self, show: dict[str, Any]) -> None:
        """Send `show` to every page, and to those that connect later until the next one."""
        self._pictures.show(show)

    def close(self) -> None:
        """Hang up on every page and listen no more."""
        if self._server is not None:
            self._server.close()
        if self._beat is not None:
            self._beat.cancel()
        self._pictures.close()
        for visitor in tuple(self._visitors):
            visitor.abort()

    # For the visitors.

    def entered(self, visitor: PageVisitor) -> bool:
        """Somebody connected; False turns them away."""
        if len(self._visitors) >= CONNECTIONS_MAX:
            self.turned_away += 1
            return False
        self._visitors.add(visitor)
        return True

    def left(self, visitor: PageVisitor) -> None:
        """A connection is gone."""
        self._visitors.discard(visitor)
        self._streams.discard(visitor)

    def drop(self, visitor: PageVisitor) -> None:
        """A page that does not read is hung up on; it comes again by itself."""
        self.dropped += 1
        log.warning(line_of("page.dropped", why="it does not read"))
        visitor.abort()

    def asked(self, request: Request, visitor: PageVisitor) -> None:
        """Answer one request. Raises `Refused`."""
        check_origin(request, self._hosts)
        if request.path == TOUCH:
            if request.method != "POST":
                raise Refused(405)
            self._touch(request)
            visitor.finish(answer(204, UNKEPT))
        elif request.method != "GET":
            raise Refused(405)
        elif request.path == EVENTS:
            self._stream(visitor)
        elif (asset := self.bundle.assets.get(request.path)) is not None:
            keep = KEPT if asset.lasting else UNKEPT
            visitor.finish(answer(200, f"Content-Type: {asset.content_type}\r\n{keep}", asset.body))
        else:
            raise Refused(404)

    def _touch(self, request: Request) -> None:
        if request.headers.get("content-type") != "application/json":
            raise Refused(415)
        second = int(asyncio.get_running_loop().time())
        if second != self._second:
            self._second, self._touches_in_second = second, 0
        self._touches_in_second += 1
        if self._touches_in_second > TOUCHES_PER_S_MAX:
            raise Refused(429)
        try:
            message = json.loads(request.body)
            meant = self._to_event(message) if isinstance(message, dict) else None
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            log.info(fault_line("page.touch.refused", error))
            meant = None
        if meant is None:
            raise Refused(422)
        self.touches += 1
        self._tell(meant)

    def _send(self, data: bytes) -> None:
        for stream in tuple(self._streams):
            stream.send(data)

    def _stream(self, visitor: PageVisitor) -> None:
        if len(self._streams) >= STREAMS_MAX:
            raise Refused(503)
        self._streams.add(visitor)
        visitor.stay(
            head(200, _STREAM) + event(self.bundle.build, "build") + self._pictures.latest()
        )
        if self._beat is None:
            self._beats()

    def _beats(self) -> None:
        self._beat = None
        self._send(event("1", "beat"))
        if self._streams:
            self._beat = asyncio.get_running_loop().call_later(BEAT_S, self._beats)
