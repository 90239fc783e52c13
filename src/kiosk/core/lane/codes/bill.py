"""What one order by code is for, and how long each of its steps may take. No state is here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.receipt import ReceiptLine
from kiosk_hw.ports.gateway import Way
from kiosk_hw.ports.money import Money

ASK_S: Final = 0.5
"""The pause between two questions whether an order was paid, where nothing else is set."""

LIFE_S: Final = 300
"""How long an order may be paid: longer than anybody stands before a price, and no gateway makes
one for less than a minute (WeChat `time_expire`, Alipay `timeout_express`)."""

CREATE_S: Final = 8.0
"""How long a gateway may take to make an order, with all repetitions."""

CREATE_ANSWER_S: Final = 3.0
"""How long it may take for one answer before it is asked to make the same order again."""

LINGER_S: Final = LIFE_S + 60.0
"""How long an order that its gateway does not know is asked after: its whole life, and a margin.
Alipay knows a precreated order only once it was scanned."""

UNKNOWN_S: Final = 1800.0
"""How long a gateway that cannot say, or does not give back, is asked before a person must know."""

ANSWER_S: Final = 1.2
"""How long a gateway may take for an answer before it is asked again, and its code leaves the
screen: with the pause before the question that is less than the two seconds promised."""

REFUND_ANSWER_S: Final = 20.0
"""How long a gateway may take for an answer about a refund: nobody stands and waits for it."""

LOOK_S: Final = 2.0
"""How long the store may take to look at a stay before it is asked again."""

BOARD_S: Final = 1.0
"""How long the board may take at a start until it tells whether the arm stands up: its link and two
samples. A gateway answers sooner, and money would go back although the barrier opened for it."""

LAST_LOOK_S: Final = LIFE_S + 30.0
"""When a closed order is asked about once more: a driver may have paid as it was being closed."""

PAUSE_S: Final[Mapping[Enum, float]] = {
    CodeState.CREATING: 1.0,
    CodeState.CLOSING: 1.0,
    CodeState.DROPPING: 2.0,
    CodeState.LINGERING: 20.0,
    CodeState.RESOLVING: 2.0,
    CodeState.REFUNDING: 20.0,
    CodeState.RETURNING: 20.0,
}
"""The pause before a gateway is asked again, where nothing is heard from it meanwhile; while an
order can be paid, `pace` says it."""


OfferUrl = Callable[[str], str]
"""The link that the screen's code says, from the offer's id; it reads nothing and forgets it."""

ReturnUrl = Callable[[str], str]
"""Where a phone's browser comes back to from the payment sheet, from the id of the offer or tap
that was paid; it reads nothing and forgets it."""


def nowhere(request_id: str) -> str:
    """A phone's browser stays where it is: there is no page of ours."""
    return ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid by one order, and on whose behalf."""

    order_id: str
    exit_id: str
    """"" where the stay is paid from elsewhere, before its exit."""
    stay_id: str
    amount: Money
    gateway: str
    way: Way = Way.SCREEN
    request_id: str = ""
    """Whose tap or screen it answers."""
    lines: tuple[ReceiptLine, ...] = ()
    paid_before_minor: int = 0
    """What had been paid for the stay when it was priced."""
    payer_address: str = field(default="", repr=False)
    return_url: str = field(default="", repr=False)
    """Where the phone's browser comes back to from the payment sheet; "": nowhere."""
    covers_utc: datetime | None = None
    """Up to when its stay is paid by it; None: up to its payment."""
    prepared: bool = False
    """Made before its driver chose a gateway, one of several: nobody has its link until he does."""

    @property
    def is_ahead(self) -> bool:
        """Paid before the exit."""
        return not self.exit_id

    @property
    def receipt_id(self) -> str:
        """What its receipt is called: the page knows its payer by the offer, not by the order."""
        by_offer = self.way is Way.PAGE and self.request_id and not self.is_ahead
        return self.request_id if by_offer else self.order_id
