"""Keeps one link alive: unplugged and replugged ports come back by themselves, without end."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kiosk.edge.links.link import Link, LinkState
from kiosk.edge.links.opening import LinkLost
from kiosk.edge.links.shown import shown_url
from kiosk.edge.logs import line_of
from kiosk_hw.ports.party import LineSettings

RETRY_FIRST_S: Final = 0.2
"""How soon a lost link is opened again: a re-plugged USB adapter is back in about a second."""

RETRY_MAX_S: Final = 5.0
"""The longest wait between two openings; each doubles the wait before it."""

STEADY_S: Final = 5.0
"""A link that held this long was good: its next loss is retried at `RETRY_FIRST_S` again."""

log = logging.getLogger(__name__)


class KeptLink:
    """A named link that opens itself until it is closed.

    `on_up()` follows each opening. `on_down(LinkLost)` follows each loss, and the first failure at
    start, but not the failures of further attempts; `on_trouble(LinkLost)` follows each of them.
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
        on_trouble: Callable[[LinkLost], None] = lambda error: None,
    ) -> None:
        self.name = name
        self.link = Link(url, line, loop, on_bytes, self._lost)
        self._loop = loop
        self._on_up = on_up
        self._on_down = on_down
        self._on_trouble = on_trouble
        self._wait_s = RETRY_FIRST_S
        self._up_since: float | None = None
        self._told: str | None = None
        self._retry: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<KeptLink {self.name} retry_s={self._wait_s} {self.link!r}>"

    def start(self) -> None:
        """Open the port, and keep it open from now on."""
        self.link.open(self._opened)

    def write(self, data: bytes) -> None:
        """Send `data` now, or drop and count it while the link is down."""
        self.link.write(data)

    def reset_line(self, line: LineSettings) -> None:
        """Use `line` on the open port and at every further opening."""
        self.link.reset_line(line)

    def unsent(self) -> int:
        """Bytes that have not left this machine yet."""
        return self.link.unsent()

    def close(self) -> None:
        """Close and stay closed; no callback comes after this."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self.link.close()

    def _opened(self) -> None:
        self._up_since = self._loop.time()
        self._told = None
        opens = self.link.opens
        log.info(line_of("link.opened", port=self.name, url=shown_url(self.link.url), opens=opens))
        self._on_up()

    def _lost(self, error: LinkLost) -> None:
        assert self.link.state is LinkState.CLOSED
        self._on_trouble(error)
        now = self._loop.time()
        if self._up_since is not None and now - self._up_since >= STEADY_S:
            self._wait_s = RETRY_FIRST_S
        first = self._up_since is not None or self._told is None
        self._up_since = None
        self._retry = self._loop.call_later(self._wait_s, self.start)
        self._wait_s = min(self._wait_s * 2, RETRY_MAX_S)
        if error.why != self._told:
            # The same reason every five seconds for a weekend would bury the rest of the log.
            self._told = error.why
            log.warning(
                line_of("link.lost", port=self.name, url=error.url, why=error.why, cure=error.cure)
            )
        if first:
            self._on_down(error)
