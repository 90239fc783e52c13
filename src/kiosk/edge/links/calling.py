"""Opens one link when its party wants it, and leaves it closed when nobody does.

A gateway of payment codes is asked for minutes and left alone for hours, and closes what is idle: a
link that were kept would be opened anew every few seconds for nothing. Between two questions of
a payment the server keeps it open itself; a fresh one costs two round trips before the first.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.edge.links.link import LinkState
from kiosk.edge.links.opening import LinkLost
from kiosk.edge.links.shown import shown_url
from kiosk.edge.links.web_link import WebLink
from kiosk.edge.logs import line_of
from kiosk_hw.ports.party import LineSettings, LinkWish

RETRY_FIRST_S: Final = 0.2
"""How soon a link that could not be opened, or was closed before a byte came, is tried again."""

RETRY_MAX_S: Final = 5.0
"""The longest wait between two openings; each doubles the wait before it."""

log = logging.getLogger(__name__)


class CalledLink:
    """A named link that opens on a wish. `on_up()` follows each opening, `on_down()` each end.

    `on_trouble()` comes before `on_down()` where it could not be opened, once for each reason.
    """

    def __init__(
        self,
        name: str,
        url: str,
        line: LineSettings,
        loop: asyncio.AbstractEventLoop,
        on_bytes: Callable[[bytes], None],
        on_up: Callable[[], None],
        on_down: Callable[[LinkLost], None],
        on_trouble: Callable[[LinkLost], None],
        *,
        ca_file: Path | None = None,
    ) -> None:
        self.name = name
        self.link = WebLink(url, line, loop, on_bytes, self._lost, ca_file=ca_file)
        self._loop = loop
        self._on_up = on_up
        self._on_down = on_down
        self._on_trouble = on_trouble
        self._wait_s = RETRY_FIRST_S
        self._bytes_at_open = 0
        self._told: str | None = ""
        self._wish = LinkWish.KEEP
        self._retry: asyncio.TimerHandle | None = None
        self._is_over = False

    def __repr__(self) -> str:
        return f"<CalledLink {self.name} {self._wish.value} retry_s={self._wait_s} {self.link!r}>"

    def start(self) -> None:
        """Nothing to do before somebody asks: the party wishes for the link by itself."""

    def heed(self, wish: LinkWish) -> None:
        """Do what the party wishes after this turn."""
        self._wish = wish
        if self._is_over:
            return
        match wish:
            case LinkWish.CALL if self.link.state is LinkState.CLOSED and self._retry is None:
                self.link.open(self._opened)
            case LinkWish.HANG_UP if self.link.state is LinkState.OPEN:
                self.link.close()
                self._loop.call_soon(self._hung_up)

    def write(self, data: bytes) -> None:
        """Send `data` now, or drop and count it while the link is down."""
        self.link.write(data)

    def reset_line(self, line: LineSettings) -> None:
        """A network has no line to set."""
        self.link.reset_line(line)

    def unsent(self) -> int:
        """Bytes that have not left this machine yet."""
        return self.link.unsent()

    def close(self) -> None:
        """Close and stay closed; no callback comes after this."""
        self._is_over = True
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self.link.close()

    # Inside.

    def _opened(self) -> None:
        self._bytes_at_open = self.link.bytes_in
        if self._told is not None:
            # Once, and once more after each failure: a server that closes often fills no log.
            self._told = None
            opens = self.link.opens
            log.info(
                line_of("link.opened", port=self.name, url=shown_url(self.link.url), opens=opens)
            )
        self._on_up()

    def _lost(self, error: LinkLost) -> None:
        if self.link.bytes_in > self._bytes_at_open:
            self._wait_s = RETRY_FIRST_S
        else:
            if error.why != self._told:
                self._told = error.why
                log.warning(
                    line_of(
                        "link.lost", port=self.name, url=error.url, why=error.why, cure=error.cure
                    )
                )
                self._on_trouble(error)
            self._retry = self._loop.call_later(self._wait_s, self._try_again)
            self._wait_s = min(self._wait_s * 2, RETRY_MAX_S)
        self._bytes_at_open = self.link.bytes_in
        self._on_down(error)

    def _try_again(self) -> None:
        self._retry = None
        self.heed(self._wish)

    def _hung_up(self) -> None:
        if not self._is_over:
            self._on_down(LinkLost(self.link.url, "hung up", "none: it is called again"))
