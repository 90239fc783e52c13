"""Opens one link when its party wants it, and leaves it closed when nobody does.

A gateway of payment codes is asked for minutes and left alone for hours, and closes what is idle: a
link that were kept would be opened anew every few seconds for nothing. Between two questions of
a payment the server keeps it open itself; a fresh one costs two round trips before the first.
"""

import asyncio
from pathlib import Path

from kiosk.edge.links.link import LinkState
from kiosk.edge.links.opening import LinkLost
from kiosk.edge.links.retried import LinkEars, RetriedLink
from kiosk.edge.links.web_link import WebLink
from kiosk_hw.ports.party import LineSettings, LinkWish


class CalledLink(RetriedLink):
    """A named link that opens on a wish.

    Its ears hear `up` after each opening, `down` after each end, and `trouble` before that where it
    could not be opened, once for each reason.
    """

    def __init__(
        self,
        name: str,
        url: str,
        line: LineSettings,
        loop: asyncio.AbstractEventLoop,
        *,
        ears: LinkEars,
        ca_file: Path | None = None,
    ) -> None:
        super().__init__(name, loop, ears)
        self.link = WebLink(url, line, loop, ears.bytes, self._lost, ca_file=ca_file)
        self._bytes_at_open = 0
        self._wish = LinkWish.KEEP
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

    def close(self) -> None:
        """Close and stay closed; no callback comes after this."""
        self._is_over = True
        super().close()

    def _opened(self) -> None:
        self._bytes_at_open = self.link.bytes_in
        if self.link.opens == 1 or self._why is not None:
            # Once, and once more after each failure: a server that closes often fills no log.
            self._say_opened()
        self._ears.up()

    def _lost(self, error: LinkLost) -> None:
        if self.link.bytes_in > self._bytes_at_open:
            self._try_soon()
        else:
            if self._is_news(error):
                self._ears.trouble(error)
            self._try_later(self._try_again)
        self._bytes_at_open = self.link.bytes_in
        self._ears.down(error)

    def _try_again(self) -> None:
        self._retry = None
        self.heed(self._wish)

    def _hung_up(self) -> None:
        if not self._is_over:
            self._ears.down(LinkLost(self.link.url, "hung up", "none: it is called again"))
