"""The pay page's server: listens, bounds how many come at once, keeps count. No page is here."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

from kiosk.edge.logs import fault_line, line_of
from kiosk.edge.pay_page.asking import Answer, Asked
from kiosk.edge.pay_page.door import ENTRIES, Door
from kiosk.edge.pay_page.visitor import Visitor
from kiosk.screens.pay.limits import Rate
from kiosk.screens.pay.look import HEADERS

CONNECTIONS_MAX: Final = 256
"""Connections at a time: each may cost 40 KiB. A proxy in front opens one for each request."""

CONNECTIONS_OF_ONE_MAX: Final = 24
"""Connections of one address that is no trusted proxy; a browser opens six."""

log = logging.getLogger(__name__)


class PageServer:
    """Serves `desk` at one address: `host:port`, `[host]:port` or `unix:/path`."""

    def __init__(
        self,
        address: str,
        desk: Callable[[Asked], Awaitable[Answer]],
        is_proxy: Callable[[str], bool] = lambda peer: False,
        entries: Rate = ENTRIES,
    ) -> None:
        self.address = address
        self.answered = 0
        self.turned_away = 0
        self.faults = 0
        self._desk = desk
        self._is_proxy = is_proxy
        self._visitors: set[Visitor] = set()
        self._of_one: Counter[str] = Counter()
        self._entries = entries
        self.door: Door | None = None

    def __repr__(self) -> str:
        return (
            f"<PageServer visitors={len(self._visitors)} answered={self.answered}"
            f" turned_away={self.turned_away} faults={self.faults}>"
        )

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        self.door = Door(self.address, lambda: Visitor(self), self._entries)

    def port(self) -> int:
        """The TCP port that it listens on (an address with port 0 lets the kernel choose)."""
        assert self.door is not None
        return self.door.port()

    def close(self) -> None:
        """Hang up on everybody and listen no more."""
        if self.door is not None:
            self.door.close()
        for visitor in tuple(self._visitors):
            visitor.abort()

    # For the visitors.

    def entered(self, visitor: Visitor, peer: str) -> bool:
        """Somebody connected; False turns them away."""
        crowd = peer and not self._is_proxy(peer) and self._of_one[peer] >= CONNECTIONS_OF_ONE_MAX
        if crowd or len(self._visitors) >= CONNECTIONS_MAX:
            self.turned_away += 1
            return False
        self._visitors.add(visitor)
        self._of_one[peer] += 1
        return True

    def left(self, visitor: Visitor, peer: str) -> None:
        """A connection is gone."""
        if visitor not in self._visitors:
            return
        self._visitors.discard(visitor)
        self._of_one[peer] -= 1
        if self._of_one[peer] <= 0:
            del self._of_one[peer]

    async def answer(self, asked: Asked) -> Answer:
        """What the desk answers; a defect of ours is told without what it held."""
        try:
            answer = await self._desk(asked)
        except Exception as error:
            self.faults += 1
            log.error(fault_line("page.defect", error))
            return Answer(500)
        self.answered += 1
        return answer

    def heads(self, answer: Answer) -> list[tuple[str, str]]:
        """The heads of this answer, but for those that frame it."""
        kind = [("Content-Type", answer.kind)] if answer.body else []
        return [*HEADERS, *kind, *answer.more]


def listening(server: PageServer) -> str:
    """One line for the log."""
    return line_of("page.ready", listen=server.address)
