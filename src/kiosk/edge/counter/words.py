"""What the page reads at the counter: offers, payments, receipts. No plate but a masked one."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from kiosk.core.receipt import ReceiptLine
from kiosk_hw.ports.money import Money

COUNTER_NAME: Final = "counter/counter.db"
"""From the store's folder. It has a folder of its own: nowhere else does the page write."""


class State(Enum):
    """How far an offer or a payment has come."""

    OPEN = "open"
    PAID = "paid"
    ENDED = "ended"
    """Nothing was charged, and nothing can be."""
    RETURNED = "returned"
    """It was paid, was not needed, and goes back: whatever is said of it later changes nothing."""


class TapTaken(Enum):
    """What became of a tap at the counter."""

    TAKEN = "taken"
    """The lane will hear of it, or has already: the link comes, or is there."""
    REFUSED = "refused"
    """Nothing can be paid under this token now."""
    FULL = "full"
    """Too many taps wait for their lanes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The order of the car in a lane."""

    order_id: str
    lane: str
    plate: str
    """Masked."""
    amount: Money
    state: State
    gateway: str
    """What the driver chose, or "" until then."""
    link: str
    why: str
    awaits_last_word: bool = False
    """It is paid; its receipt comes, or that it goes back."""

    @property
    def awaits_news(self) -> bool:
        """Something more will be said of it."""
        return self.state is State.OPEN or self.awaits_last_word


@dataclass(frozen=True, slots=True)
class Payment:
    """A tap elsewhere, and what came of it."""

    request_id: str
    lane: str
    amount: Money
    state: State
    receipt_id: str
    link: str
    why: str

    @property
    def awaits_news(self) -> bool:
        """Something more will be said of it."""
        return self.state is State.OPEN


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was taken for good; it names no vehicle."""

    receipt_id: str
    amount: Money
    lines: tuple[ReceiptLine, ...]
    paid_by: str
    issued_utc: datetime


@dataclass(frozen=True, slots=True)
class OpenLane:
    """A lane that takes taps now, and its gateways."""

    lane: str
    gateways: tuple[str, ...]
