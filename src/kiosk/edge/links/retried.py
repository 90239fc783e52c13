"""What a link that is kept and a link that is called share: its name, its bytes, its next try.

When the first try comes, and what a loss means for the next one, is each link's own.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.edge.links.link import Link
from kiosk.edge.links.opening import LinkLost
from kiosk.edge.links.shown import shown_url
from kiosk.edge.links.web_link import WebLink
from kiosk.edge.logs import line_of
from kiosk_hw.ports.party import LineSettings

RETRY_FIRST_S: Final = 0.2
"""How soon a lost link is tried again: a re-plugged USB adapter is back in about a second."""

RETRY_MAX_S: Final = 5.0
"""The longest wait between two openings; each doubles the wait before it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LinkEars:
    """Who is told what comes of a link; all of it in the loop, in turns of its own."""

    bytes: Callable[[bytes], None]
    up: Callable[[], None]
    """After each opening."""
    down: Callable[[LinkLost], None]
    trouble: Callable[[LinkLost], None]
    """Before `down`, where it could not be opened or broke."""


class RetriedLink(ABC):
    """A named link that is tried again, ever more slowly; the log hears each reason once."""

    link: Link | WebLink

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop, ears: LinkEars) -> None:
        self.name = name
        self._loop = loop
        self._ears = ears
        self._wait_s = RETRY_FIRST_S
        self._why: str | None = None
        """Why it is down, as the log has it; None since it was up."""
        self._retry: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} retry_s={self._wait_s} {self.link!r}>"

    @abstractmethod
    def start(self) -> None:
        """Begin: the shell's loop runs now."""

    def write(self, data: bytes) -> None:
        """Send `data` now, or drop and count it while the link is down."""
        self.link.write(data)

    def reset_line(self, line: LineSettings) -> None:
        """Use `line` on the open port and at every further opening; a network has none to set."""
        self.link.reset_line(line)

    def unsent(self) -> int:
        """Bytes that have not left this machine yet."""
        return self.link.unsent()

    def close(self) -> None:
        """Close and stay closed; no callback comes after this."""
        self._stop_waiting()
        self.link.close()

    # For the two kinds of link.

    def _say_opened(self) -> None:
        self._why = None
        url, opens = shown_url(self.link.url), self.link.opens
        log.info(line_of("link.opened", port=self.name, url=url, opens=opens))

    def _is_news(self, error: LinkLost) -> bool:
        """Log why it is down, unless that is what the log has last.

        The same reason every five seconds for a weekend would bury the rest.
        """
        if error.why == self._why:
            return False
        self._why = error.why
        told = {"url": error.url, "why": error.why, "cure": error.cure}
        log.warning(line_of("link.lost", port=self.name, **told))
        return True

    def _try_soon(self) -> None:
        """It was sound: the next loss begins with the shortest wait."""
        self._wait_s = RETRY_FIRST_S

    def _try_later(self, again: Callable[[], None]) -> None:
        self._retry = self._loop.call_later(self._wait_s, again)
        self._wait_s = min(self._wait_s * 2, RETRY_MAX_S)

    def _stop_waiting(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
