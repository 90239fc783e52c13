"""What a gateway is still to be asked, in which order, and how long each may take. No bytes."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kiosk_hw.paycodes.merchant import Asking
from kiosk_hw.ports.gateway import (
    AskOrder,
    AskRefund,
    CloseOrder,
    CreateOrder,
    GatewayEvent,
    OrderUnclear,
    RefundOrder,
    RefundUnclear,
)
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import NEVER

ERRANDS_MAX: Final = 64
"""Errands that may wait: one lane has one order, and a weekend's refunds after an outage."""

ATTEMPTS_MAX: Final = 4
"""How often one exchange is begun: each repeats what is idempotent by its number."""

ASK_S: Final = 1.5
ORDER_S: Final = 3.0
"""Making and closing an order: measured by others at 0.2 to 0.8 s."""

REFUND_S: Final = 10.0
"""Nobody stands before a refund; the lane's own errands go first meanwhile."""

PROBE: Final = AskOrder("kiosk-probe-no-order", Money(1, "CNY"))
"""Asks for an order that nobody makes: the answer proves keys, clock and way."""


class Rank(IntEnum):
    """Who goes first."""

    LANE = 0
    """A driver waits for it."""
    REFUND = 1
    PROBE = 2


@dataclass(slots=True)
class Errand:
    """One command on its way."""

    command: Asking
    step: str
    rank: Rank
    taken_s: float
    due_s: float
    ordered_s: float
    """Wall time of the first asking for this order: its expiry counts from there."""
    attempts: int = 0
    why: str = "it does not answer"


def rank_of(command: Asking) -> Rank:
    """Who goes first."""
    if command is PROBE:
        return Rank.PROBE
    return Rank.REFUND if isinstance(command, RefundOrder | AskRefund) else Rank.LANE


def patience_s(command: Asking) -> float:
    """How long this command may take from when it was given to its event."""
    match command:
        case AskOrder():
            return ORDER_S if command is PROBE else ASK_S
        case CreateOrder() | CloseOrder():
            return ORDER_S
        case RefundOrder() | AskRefund():
            return REFUND_S


def unclear(command: Asking, why: str) -> tuple[GatewayEvent, ...]:
    """The event for a command whose outcome is not known; a probe has none."""
    match command:
        case RefundOrder(order_id=order_id, refund_id=refund_id):
            return (RefundUnclear(order_id, refund_id, why),)
        case AskRefund(order_id=order_id, refund_id=refund_id):
            return (RefundUnclear(order_id, refund_id, why),)
    return () if command is PROBE else (OrderUnclear(command.order_id, why),)


class Errands:
    """The errands that wait: by rank, and first come, first served within it."""

    def __init__(self) -> None:
        self._waiting: list[Errand] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def has(self, command: Asking) -> bool:
        """Whether the very same is waiting already; one answer then answers both."""
        return any(errand.command == command for errand in self._waiting)

    def is_full(self) -> bool:
        """Whether no more is taken."""
        return len(self._waiting) >= ERRANDS_MAX

    def add(self, errand: Errand) -> None:
        """Behind all of its rank."""
        at = sum(other.rank <= errand.rank for other in self._waiting)
        self._waiting.insert(at, errand)

    def put_back(self, errand: Errand) -> None:
        """Before all of its rank: it was begun already."""
        at = sum(other.rank < errand.rank for other in self._waiting)
        self._waiting.insert(at, errand)

    def first(self) -> Errand | None:
        """The next one, left where it is."""
        return self._waiting[0] if self._waiting else None

    def take(self) -> Errand:
        """The next one."""
        return self._waiting.pop(0)

    def take_overdue(self, now: float) -> list[Errand]:
        """Those whose time is over."""
        overdue = [errand for errand in self._waiting if errand.due_s <= now]
        self._waiting = [errand for errand in self._waiting if errand.due_s > now]
        return overdue

    def deadline(self) -> float:
        """When the first of them is overdue."""
        return min((errand.due_s for errand in self._waiting), default=NEVER)
