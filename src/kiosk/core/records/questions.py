"""What the lane asks the store, and the answers, which are events of the lane."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.records.rows import Row
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText


@dataclass(frozen=True, slots=True)
class Stay:
    """One vehicle's time in the car park, as the store knows it; nothing names the vehicle."""

    stay_id: str
    vehicle_class: str
    entered_utc: datetime
    paid: tuple[tuple[Money, datetime], ...] = ()
    """What was paid for this stay so far, and when."""
    season: bool = False
    """A season pass covers this vehicle now."""
    unsettled: bool = False
    """What an earlier payment of this stay did is not known: it is never charged again."""
    before_utc: datetime | None = None
    """When the same vehicle came the time before, as long as the key of that day lives."""

    def paid_minor(self, currency: str) -> int:
        """What was paid so far in this currency, in its minor units."""
        return sum(money.amount_minor for money, _ in self.paid if money.currency == currency)


@dataclass(frozen=True, slots=True)
class FindStay:
    """Find this plate's open stay; `lookalikes` are what it may have been misread from."""

    exit_id: str
    plate: PlateText
    lookalikes: tuple[PlateText, ...] = ()


@dataclass(frozen=True, slots=True)
class StayFound:
    """Exactly one open stay fits; `exact` is False when only a look-alike's fingerprint did."""

    exit_id: str
    stay: Stay
    exact: bool
    asked_utc: datetime
    """The wall clock when the store was asked: what the fee is reckoned to."""


@dataclass(frozen=True, slots=True)
class StayMissing:
    """No open stay fits this plate, or `candidates` look-alikes do, more than one."""

    exit_id: str
    candidates: int
    asked_utc: datetime


@dataclass(frozen=True, slots=True)
class LookStay:
    """How does this stay stand now? `request_id` names whoever asks, and comes back."""

    request_id: str
    stay_id: str


@dataclass(frozen=True, slots=True)
class StayLooked:
    """The stay as it stands; None where it has ended, or never was."""

    request_id: str
    stay: Stay | None
    asked_utc: datetime
    besides_minor: int = 0
    """What others paid for it since the order that asks was priced."""
    counted: bool = False
    """The order that asks is written down as booked, and its stay counts as paid by it."""


@dataclass(frozen=True, slots=True)
class FindOpenOrders:
    """Which orders did an earlier run leave without an end? Asked once, at start."""

    lane: str = ""
    """How the runs of this lane begin: another lane of the site looks after its own orders."""


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order without an end, and how far it had come when the controller stopped."""

    order_id: str
    exit_id: str
    stay_id: str
    amount: Money
    last_receipt_no: int | None
    held_receipt_no: int | None
    """The receipt of `PaymentHeld`, or None if the approval was never written."""
    opening_ordered: bool
    barrier_opened: bool
    gateway: str = ""
    """The gateway that it was made at; "" for the card terminal."""
    refund_id: str = ""
    """Not "" once its money is to be given back."""
    covered: bool = False
    """Others have paid for its stay since it was priced: it goes back."""


@dataclass(frozen=True, slots=True)
class OpenOrdersFound:
    """The orders that an earlier run left open, oldest first."""

    orders: tuple[OpenOrder, ...]


@dataclass(frozen=True, slots=True)
class FindOpening:
    """For whom did an earlier run open the barrier last, if that exit has no end?"""

    lane: str = ""
    """How the runs of this lane begin: another lane has an arm of its own."""


@dataclass(frozen=True, slots=True)
class OpeningLeft:
    """The exit that was opened last and has no end; `exit_id` is "" where there is none."""

    exit_id: str
    stay_id: str | None
    opened: bool
    """The arm was seen up for it."""


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The store could not carry a batch out: nothing was written, none of its bytes left."""

    why: str


Query = FindStay | LookStay | FindOpenOrders | FindOpening
Answer = StayFound | StayMissing | StayLooked | OpenOrdersFound | OpeningLeft | StoreFailed


@dataclass(frozen=True, slots=True)
class Batch:
    """What the store carries out in one transaction, durable before it answers."""

    rows: tuple[Row, ...] = ()
    queries: tuple[Query, ...] = ()
