"""Words for money that came for a stay which others had paid meanwhile. Decides nothing.

Of two payments of one stay, the one that the store counts first stays: its transactions are one
after the other, at whichever lane. Whoever comes second learns it in the answer to its own row.
"""

from typing import Final

from kiosk.core.records import StayLooked
from kiosk_hw.ports.money import Money

PAID_TWICE: Final = "paid-twice"
"""The incident of a second payment; the first one's row stands before it in the journal."""


def covers(looked: StayLooked, amount: Money) -> bool:
    """Others have paid as much since it was priced, and the order that asks is not counted."""
    return not looked.counted and looked.besides_minor >= amount.amount_minor


def goes_back(order_id: str) -> str:
    """Why an order's money goes back."""
    return f"order {order_id}: its stay was paid elsewhere meanwhile, so its money goes back"


def refund_part(order_id: str, looked: StayLooked) -> str:
    """What a person has to do about an order whose stay was paid in part meanwhile."""
    return f"order {order_id}: {looked.besides_minor} (minor units) of its stay were paid twice"
