"""Keeps one link alive: unplugged and replugged ports come back by themselves, without end."""

import asyncio
from typing import Final

from kiosk.edge.links.link import Link, LinkState
from kiosk.edge.links.opening import LinkLost
from kiosk.edge.links.retried import LinkEars, RetriedLink
from kiosk_hw.ports.party import LineSettings

STEADY_S: Final = 5.0
"""A link that held this long was good: its next loss is soon tried again."""


class KeptLink(RetriedLink):
    """A named link that opens itself until it is closed.

    Its ears hear `down` after each loss, and after the first failure at start, but not after the
    failures of further attempts; `trouble` after each of them.
    """

    def __init__(
        self,
        name: str,
        url: str,
        line: LineSettings,
        loop: asyncio.AbstractEventLoop,
        *,
        ears: LinkEars,
    ) -> None:
        super().__init__(name, loop, ears)
        self.link = Link(url, line, loop, ears.bytes, self._lost)
        self._up_since: float | None = None

    def start(self) -> None:
        """Open the port, and keep it open from now on."""
        self.link.open(self._opened)

    def _opened(self) -> None:
        self._up_since = self._loop.time()
        self._say_opened()
        self._ears.up()

    def _lost(self, error: LinkLost) -> None:
        assert self.link.state is LinkState.CLOSED
        self._ears.trouble(error)
        now = self._loop.time()
        if self._up_since is not None and now - self._up_since >= STEADY_S:
            self._try_soon()
        is_first = self._up_since is not None or self._why is None
        self._up_since = None
        self._try_later(self.start)
        self._is_news(error)
        if is_first:
            self._ears.down(error)
