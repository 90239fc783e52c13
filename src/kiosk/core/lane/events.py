"""The lane's own events: people's wishes, what machines tell each other, deadlines fallen due."""

from dataclasses import dataclass

from kiosk.core.records import ClosingReason, OpeningReason
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

# What people do. Any screen, button or staff tool may bring these.


@dataclass(frozen=True, slots=True)
class PlateEntered:
    """The driver typed a plate."""

    plate: PlateText


@dataclass(frozen=True, slots=True)
class HelpRequested:
    """The driver asks for a person."""


@dataclass(frozen=True, slots=True)
class OpenRequested:
    """Staff opens for the car in the lane; `who` is a role or a desk, never a person's name."""

    who: str


@dataclass(frozen=True, slots=True)
class LaneReleased:
    """Staff releases a latched state: the hold after a fire, a fault that was repaired."""

    who: str


@dataclass(frozen=True, slots=True)
class StopRequested:
    """The process is asked to end: give up what is not yet paid, leave the arm as it is."""


# From the visit to the till and back.


@dataclass(frozen=True, slots=True)
class ChargeOrdered:
    """Take this fee for this stay."""

    order_id: str
    exit_id: str
    stay_id: str
    amount: Money
    paid_before_minor: int = 0
    """What had been paid for the stay when it was priced."""


@dataclass(frozen=True, slots=True)
class ChargeGivenUp:
    """The fee is no longer wanted: the car is gone, or leaves another way."""

    order_id: str


@dataclass(frozen=True, slots=True)
class GoodsIssued:
    """The barrier is open for this order: the money may be taken."""

    order_id: str


@dataclass(frozen=True, slots=True)
class GoodsWithheld:
    """The barrier did not open for this order: the money must be released."""

    order_id: str


@dataclass(frozen=True, slots=True)
class MoneyHeld:
    """The fee is held: the car may leave."""

    order_id: str
    stay_id: str = ""
    """Whose fee it is, where it was paid by code: an older order of a stay is as good as its last.
    """
    receipt_id: str = ""
    """What its receipt will be called, where that is not the order's id."""


@dataclass(frozen=True, slots=True)
class MoneyRefused:
    """Nothing was charged. `retry` is False where another try would meet the same fault."""

    order_id: str
    why: str
    retry: bool


@dataclass(frozen=True, slots=True)
class MoneyUnclear:
    """What the terminal did is not known; it is being asked."""

    order_id: str


@dataclass(frozen=True, slots=True)
class MoneyBooked:
    """The terminal says that this order was booked, though its dialogue had broken."""

    order_id: str
    exit_id: str
    stay_id: str
    barrier_opened: bool


@dataclass(frozen=True, slots=True)
class MoneyUnresolved:
    """Nobody can say whether this order was booked; it is on the operator's list."""

    order_id: str


@dataclass(frozen=True, slots=True)
class TillFree:
    """The terminal is there again, and no earlier order is in doubt."""


@dataclass(frozen=True, slots=True)
class OpeningSeen:
    """The arm stands up for this exit of an earlier run: its money may be taken."""

    exit_id: str


# From the visit to the gate and back.


@dataclass(frozen=True, slots=True)
class ReleaseOrdered:
    """Let this car out (or in)."""

    exit_id: str
    stay_id: str | None
    reason: OpeningReason


@dataclass(frozen=True, slots=True)
class BarrierUp:
    """The arm is up for this exit."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class OpeningFailed:
    """The arm did not open for this exit."""

    exit_id: str
    why: str


@dataclass(frozen=True, slots=True)
class CarPassed:
    """A car cleared the safety loop. `exit_id` is "" for a car that nobody had released."""

    exit_id: str
    reason: ClosingReason


@dataclass(frozen=True, slots=True)
class CarStayed:
    """A released car was not seen passing; whether it left is not known, its stay stays paid."""

    exit_id: str
    stay_id: str | None


# Deadlines.


@dataclass(frozen=True, slots=True)
class PlateWaitOver:
    """The camera said nothing in time."""


@dataclass(frozen=True, slots=True)
class AnswerOver:
    """The driver typed nothing in time."""


@dataclass(frozen=True, slots=True)
class PayOver:
    """The fee stood unpaid for too long."""


@dataclass(frozen=True, slots=True)
class HelpOver:
    """The person who was called did not come in time."""


@dataclass(frozen=True, slots=True)
class BackOutOver:
    """The car did not come back onto the arming loop."""


@dataclass(frozen=True, slots=True)
class StoreOver:
    """The store did not answer in time."""


@dataclass(frozen=True, slots=True)
class TravelOver:
    """The arm had the time it needs for one way, and a margin."""


@dataclass(frozen=True, slots=True)
class LeaveOver:
    """The released car had the time it needs to leave."""


@dataclass(frozen=True, slots=True)
class PassOver:
    """The car under the arm had the time it needs to pass."""


@dataclass(frozen=True, slots=True)
class ResolveOver:
    """The unclear payment was asked after for long enough."""


@dataclass(frozen=True, slots=True)
class ResolveDue:
    """It is time to ask for the last receipt again."""


@dataclass(frozen=True, slots=True)
class RecoverDue:
    """It is time to ask the store again which orders an earlier run left open."""


@dataclass(frozen=True, slots=True)
class StatusDue:
    """An idle terminal is asked for its status."""
