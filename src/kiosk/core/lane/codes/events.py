"""What visit and codes tell each other, what an order by code is told, and its deadlines."""

from dataclasses import dataclass

from kiosk.core.shows import ScreenCode
from kiosk_hw.ports.money import Money

# From the visit to the codes and back.


@dataclass(frozen=True, slots=True)
class CodesOrdered:
    """Let this fee be paid by code, and by no older order of this stay."""

    exit_id: str
    stay_id: str
    amount: Money
    paid_before_minor: int = 0
    """What had been paid for the stay when it was priced."""


@dataclass(frozen=True, slots=True)
class CodesGivenUp:
    """This fee is not to be paid by code any more, but for the order `kept`, which has its money.

    An order of the stay that turns out paid all the same is refunded.
    """

    exit_id: str
    stay_id: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class CodesReady:
    """What the screen may show for this exit's fee now; nothing while an order is being made."""

    exit_id: str
    codes: tuple[ScreenCode, ...]
    coming: int = 0
    """So many more are being made."""


@dataclass(frozen=True, slots=True)
class CodesGone:
    """This exit's fee cannot be paid by code: no gateway answers."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """Somebody is confirming an order of this exit on a phone."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class CodeLeft:
    """Whoever was confirming is no longer: the order stands unpaid."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class StayPaid:
    """An order made elsewhere was booked for this stay."""

    stay_id: str


# To one order.


@dataclass(frozen=True, slots=True)
class OrderBegun:
    """Make this order at its gateway."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderInherited:
    """An earlier run of the process left this order open."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderSuperseded:
    """Another order takes its place. If it was paid, that is as good as ever."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderGivenUp:
    """Its money is not wanted any more: whatever is paid for it goes back."""

    order_id: str


# Its deadlines. Each order has its own; the lane's desk holds the nearest of all (`CodesDue`).


@dataclass(frozen=True, slots=True)
class CodesDue:
    """An order, or somebody who waits for one, has something due."""


@dataclass(frozen=True, slots=True)
class AskDue:
    """It is time to ask the gateway, or ask again."""


@dataclass(frozen=True, slots=True)
class CreateOver:
    """The gateway had long enough to make the order."""


@dataclass(frozen=True, slots=True)
class OfferOver:
    """The order was payable for long enough."""


@dataclass(frozen=True, slots=True)
class LingerOver:
    """An order that its gateway does not know can come into being no more."""


@dataclass(frozen=True, slots=True)
class UnknownOver:
    """What became of the order, or of its refund, was asked after for long enough."""
