"""The journal's rows. Each names the exit that it belongs to; `exit_id` is "" where there is none.

A row never holds a plate: `StayOpened` carries one to the store, which keeps a keyed fingerprint.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

FEE_LINES_MAX: Final = 40
"""Lines of a fee in the journal; a receipt of more is read by nobody."""

TRIAL: Final = "trial"
"""What stands for the stay of a technician's trial payment, and begins the ids of every trial."""


def is_trial(order_id: str) -> bool:
    """Whether this order is a technician's trial: it belongs to no car, and is always reversed."""
    return order_id.startswith(f"{TRIAL}-")


class OpeningReason(Enum):
    """Why the barrier is opened; part of every opening's row."""

    PAID = "paid"
    FREE = "free"
    PREPAID = "prepaid"
    SEASON = "season"
    ENTRY = "entry"
    MANUAL = "manual"
    FIRE = "fire"
    MAINTENANCE = "maintenance"
    """A technician holds the key; no car is let out."""
    TRIAL = "trial"
    """A technician tries one whole exit."""
    POLICY = "policy"
    """Let out without payment because a failure left no other way within the stated time."""


class ClosingReason(Enum):
    """Why a stay was closed."""

    LEFT = "left"
    LEFT_BY_OPEN_ARM = "left-by-open-arm"
    MANUAL = "manual"
    FIRE = "fire"
    SETTLE_LATER = "settle-later"
    NEVER_ENTERED = "never-entered"
    """The entry's barrier opened, but the car was not seen coming in."""
    SUPERSEDED = "superseded"
    """Left open by an earlier visit whose leaving nobody saw; written by the store alone."""
    EXPIRED = "expired"
    """Open for longer than the store keeps the key of its day; written by the store alone."""


@dataclass(frozen=True, slots=True)
class StayOpened:
    """A vehicle entered. The store fingerprints the plate under its entry day's key."""

    exit_id: str
    stay_id: str
    plate: PlateText
    vehicle_class: str


@dataclass(frozen=True, slots=True)
class StayPrepaid:
    """Money for this stay was taken elsewhere, by a pay page or a cashier.

    Written twice, it counts twice.
    """

    exit_id: str
    stay_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class FeeReckoned:
    """What a stay costs and why, as the driver was told."""

    exit_id: str
    stay_id: str
    total: Money
    due: Money
    lines: tuple[str, ...]
    """The lines of the quote, for people; they add up to what is due."""


@dataclass(frozen=True, slots=True)
class PaymentIntended:
    """Committed before a terminal or gateway is asked for money; open until it has an end.

    `exit_id` is "" where the stay is paid from elsewhere, before its exit.
    """

    exit_id: str
    order_id: str
    stay_id: str
    amount: Money
    last_receipt_no: int | None
    """The terminal's last receipt before this order, to tell its booking from an older one."""
    gateway: str = ""
    """The gateway's port where the order is paid by code; "" for the card terminal."""
    paid_before_minor: int = 0
    """What had been paid for the stay when this was priced: whatever else comes, comes besides."""


@dataclass(frozen=True, slots=True)
class PaymentHeld:
    """The terminal holds the money, or the gateway has it: it waits for the barrier."""

    exit_id: str
    order_id: str
    receipt_no: int | None
    """The terminal's; None where a gateway has the money."""
    trace_no: int | None
    reference: str = ""
    """The gateway's own number of the payment."""


@dataclass(frozen=True, slots=True)
class PaymentBooked:
    """The money was taken, and the stay counts as paid by this amount.

    Final, unless others paid the stay since the order was priced: then the store does not count it,
    the order stays open, and goes back.
    """

    exit_id: str
    order_id: str
    receipt_no: int | None
    reference: str = ""
    covers_utc: datetime | None = None
    """Up to when the stay is paid, where its price stepped before this money came; None: now."""


@dataclass(frozen=True, slots=True)
class PaymentRefused:
    """Final: nothing was charged."""

    exit_id: str
    order_id: str
    code: int


@dataclass(frozen=True, slots=True)
class PaymentReversed:
    """Final: what was booked was taken back, or given back."""

    exit_id: str
    order_id: str
    receipt_no: int | None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundIntended:
    """Committed before a gateway is asked to give an order's money back.

    A restart goes on with the same `refund_id`, which makes the gateway give it back once.
    """

    exit_id: str
    order_id: str
    refund_id: str


@dataclass(frozen=True, slots=True)
class PaymentUnresolved:
    """Final for the lane: nobody could say what happened. Listed for the operator to settle."""

    exit_id: str
    order_id: str
    why: str


@dataclass(frozen=True, slots=True)
class OpeningOrdered:
    """Committed before the OPEN pulse leaves."""

    exit_id: str
    stay_id: str | None
    reason: OpeningReason


@dataclass(frozen=True, slots=True)
class BarrierOpened:
    """The arm reached its upper limit for this exit; committed before the money is taken."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class StayClosed:
    """The vehicle is gone, or the stay was ended by hand."""

    exit_id: str
    stay_id: str
    reason: ClosingReason


@dataclass(frozen=True, slots=True)
class IncidentNoted:
    """Something a person should know: an alarm, a tailgater, a forced arm, a manual opening.

    `kind` is a short fixed word of the lane's vocabulary; `why` never holds a plate.
    """

    exit_id: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class ExitFinished:
    """The exit's seconds, booked to people, devices and machine (`kiosk.core.stopwatch`)."""

    exit_id: str
    kind: str
    total_s: float
    people_s: float
    devices_s: float
    machine_s: float


Row = (
    StayOpened
    | StayPrepaid
    | FeeReckoned
    | PaymentIntended
    | PaymentHeld
    | PaymentBooked
    | PaymentRefused
    | PaymentReversed
    | PaymentUnresolved
    | RefundIntended
    | OpeningOrdered
    | BarrierOpened
    | StayClosed
    | IncidentNoted
    | ExitFinished
)

OnlyTold = FeeReckoned | OpeningOrdered | BarrierOpened | IncidentNoted | ExitFinished
"""Rows that nothing else of the store depends on."""
