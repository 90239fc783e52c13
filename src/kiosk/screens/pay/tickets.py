"""Tickets: what a driver was shown and may pay, kept in memory for minutes, named by one form.

A ticket is unguessable and good for one payment: tapped twice, it is the same request. Time and
the tickets' names are arguments.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from kiosk_hw.ports.money import Money

TICKET_S: Final = 180.0
"""How long a shown amount may be tapped; the lane refuses one that is no longer right anyway."""

TICKETS_MAX: Final = 2048
"""Amounts shown and not yet tapped; the oldest goes first."""


@dataclass(slots=True)
class Ticket:
    """One shown amount."""

    stay_id: str
    amount: Money
    until: float
    requests: dict[str, str] = field(default_factory=dict)
    """The tap's id by the gateway that was chosen: the same choice again is the same tap."""


class Tickets:
    """The tickets of one page process."""

    def __init__(self) -> None:
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tickets)

    def issue(self, name: str, stay_id: str, amount: Money, now: float) -> None:
        """Let this amount be tapped for a while."""
        self._tickets[name] = Ticket(stay_id, amount, now + TICKET_S)
        while len(self._tickets) > TICKETS_MAX:
            self._tickets.popitem(last=False)

    def find(self, name: str, now: float) -> Ticket | None:
        """The ticket of this name, unless it is too old."""
        ticket = self._tickets.get(name)
        if ticket is None or ticket.until <= now:
            return None
        return ticket

    def clear(self, now: float) -> None:
        """Forget those that are too old; they were issued in the order of their ends."""
        while self._tickets and next(iter(self._tickets.values())).until <= now:
            self._tickets.popitem(last=False)
