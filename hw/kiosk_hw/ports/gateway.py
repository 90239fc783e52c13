"""What every gateway of payment codes can be told and can tell. No payer and no plate is here.

A gateway is asked, never believed unasked: what it pushes (`HearNotice`) only makes the host ask.
"""

from dataclasses import dataclass, field
from enum import Enum

from kiosk_hw.ports.money import Money


class Way(Enum):
    """How the driver comes to the gateway's own payment sheet."""

    SCREEN = "screen"
    """A code on the lane's screen, which the provider's app scans (WeChat Native, precreate)."""
    PAGE = "page"
    """A link on our page, which the phone's browser follows (WeChat H5, Alipay wap)."""


# Commands.


@dataclass(frozen=True, slots=True)
class CreateOrder:
    """Make an order that can be paid once, for this amount, until `expires_s` from now.

    The same `order_id` may be asked for again: a gateway that knows it answers alike, and never
    with a second order.
    """

    order_id: str
    amount: Money
    way: Way
    expires_s: int
    payer_address: str = field(default="", repr=False)
    """The phone's network address, which WeChat H5 demands; forgotten once it was sent."""
    return_url: str = field(default="", repr=False)
    """`Way.PAGE`: where the phone's browser comes back to; empty: it stays where it is."""


@dataclass(frozen=True, slots=True)
class AskOrder:
    """Ask what became of this order; nothing changes."""

    order_id: str
    amount: Money
    """What it was made for: a gateway that speaks of another amount is not believed."""


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Let this order be payable no more. The answer may be that it was paid meanwhile."""

    order_id: str
    amount: Money
    way: Way = Way.SCREEN
    """As it was made: an Alipay code can be called back before anybody scanned it, a link not."""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Give the whole amount of a paid order back. Idempotent by `refund_id`, so it may repeat."""

    order_id: str
    refund_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AskRefund:
    """Ask what became of this refund."""

    order_id: str
    refund_id: str
    amount: Money


@dataclass(frozen=True, slots=True, repr=False)
class HearNotice:
    """A notification that somebody brought: verified, and then only a reason to ask."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


GatewayCommand = CreateOrder | AskOrder | CloseOrder | RefundOrder | AskRefund | HearNotice

# Events.


@dataclass(frozen=True, slots=True)
class GatewayReady:
    """The gateway answers us, and its answers verify."""

    gateway: str
    """The name of its port: a lane may have two gateways."""


@dataclass(frozen=True, slots=True)
class GatewaySilent:
    """The gateway cannot be reached, or does not answer in time."""

    gateway: str
    why: str


@dataclass(frozen=True, slots=True)
class GatewayBlocked:
    """The gateway answers, but takes no order of ours: its error code and what cures it.

    Wrong keys, a clock that is off, a merchant that is not admitted.
    """

    gateway: str
    code: str
    cure: str


@dataclass(frozen=True, slots=True)
class OrderCreated:
    """The order can be paid. `content` is what the code says, or the link to follow."""

    order_id: str
    content: str


@dataclass(frozen=True, slots=True)
class OrderNotCreated:
    """Final: there is no such order, and nothing can be paid. `why` is the gateway's code."""

    order_id: str
    why: str


@dataclass(frozen=True, slots=True)
class OrderWaiting:
    """Asked: the order stands, nobody has paid."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderPaying:
    """Asked: somebody has scanned it and is confirming."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The order was paid: this amount, to us, once. Verified."""

    order_id: str
    amount: Money
    reference: str
    """The gateway's own number of the payment, to find it again; says nothing of the payer."""


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """Final: nothing was paid, and nothing can be paid any more."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderAbsent:
    """The gateway knows no such order. Whether one still arrives is the asker's to judge."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderUnclear:
    """What the gateway did is not known: no answer, or none that can be believed. Ask again."""

    order_id: str
    why: str


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """Asked: what had been paid for this order was given back."""

    order_id: str


@dataclass(frozen=True, slots=True)
class RefundMade:
    """Final: the money is on its way back."""

    order_id: str
    refund_id: str


@dataclass(frozen=True, slots=True)
class RefundPending:
    """The gateway is at it: ask again."""

    order_id: str
    refund_id: str


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """The gateway does not give it back by itself: a person must."""

    order_id: str
    refund_id: str
    why: str


@dataclass(frozen=True, slots=True)
class RefundUnclear:
    """What became of the refund is not known: ask, or order it again under the same id."""

    order_id: str
    refund_id: str
    why: str


@dataclass(frozen=True, slots=True)
class OrderNoticed:
    """A verified, fresh notification spoke of this order: ask at once."""

    order_id: str


GatewayEvent = (
    GatewayReady
    | GatewaySilent
    | GatewayBlocked
    | OrderCreated
    | OrderNotCreated
    | OrderWaiting
    | OrderPaying
    | OrderPaid
    | OrderClosed
    | OrderAbsent
    | OrderUnclear
    | OrderRefunded
    | RefundMade
    | RefundPending
    | RefundRefused
    | RefundUnclear
    | OrderNoticed
)
