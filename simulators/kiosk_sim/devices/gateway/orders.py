"""What stands in a provider's books: orders, payers, refunds, and their states. Nothing acts here.

All times are wall seconds (POSIX) of the provider's clock.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class State(Enum):
    """An order's state, in the words of WeChat Pay v3."""

    NOTPAY = "NOTPAY"
    USERPAYING = "USERPAYING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    PAYERROR = "PAYERROR"
    REFUND = "REFUND"


UNPAID: Final = frozenset({State.NOTPAY, State.USERPAYING, State.PAYERROR})
"""Somebody can still pay it."""

PAID: Final = frozenset({State.SUCCESS, State.REFUND})


class RefundState(Enum):
    """A refund's state, in the words of WeChat Pay v3."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"


class Refusal(Enum):
    """Why the books do not do it."""

    OTHER_TERMS = "the order number was used for another order"
    IS_PAID = "the order is paid"
    IS_CLOSED = "the order is closed"
    ABSENT = "no such order"
    NOT_PAID = "the order is not paid"
    TOO_MUCH = "more than was paid"
    TOO_MANY = "too many refunds of one order"
    OTHER_REFUND = "the refund number was used for another refund"
    FULL = "no room in the books"


@dataclass(frozen=True, slots=True, repr=False)
class Payer:
    """Who paid. Real gateways tell this; a merchant that keeps it has a defect."""

    ident: str
    login: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order is made of; asked for again under its number, all of it must be the same."""

    amount_minor: int
    title: str
    way: str
    expires_s: float = field(compare=False)
    """The first request's: asked again a moment later, it is a moment later."""
    notify_url: str = ""
    return_url: str = ""
    attach: str = ""


@dataclass(slots=True)
class Refund:
    """Money on its way back."""

    number: str
    reference: str
    amount_minor: int
    total_minor: int
    created_s: float
    due_s: float
    notify_url: str = ""
    state: RefundState = RefundState.PROCESSING
    done_s: float | None = None


@dataclass(slots=True)
class Order:
    """One order of one merchant."""

    number: str
    terms: Terms
    code: str
    """What the code says, or the last part of the link: whoever has it can pay."""
    created_s: float
    state: State = State.NOTPAY
    reference: str = ""
    """The provider's own number of the payment; empty before it."""
    paid_s: float = 0.0
    payer: Payer | None = field(default=None, repr=False)
    scanned: bool = False
    refunds: dict[str, Refund] = field(default_factory=dict)

    @property
    def refunded_minor(self) -> int:
        """What was given back, or is on its way."""
        return sum(
            refund.amount_minor
            for refund in self.refunds.values()
            if refund.state is not RefundState.ABNORMAL
        )


@dataclass(frozen=True, slots=True)
class News:
    """Something that a merchant is told of: a payment, or the end of a refund."""

    order: Order
    refund: Refund | None = None
