"""Did the terminal book this order? Judged from its last stored receipt alone, never from hope.

Source: ZVT PA00P015 2.20 (repeat receipt sends the status of the last stored transaction).
"""

from enum import Enum

from kiosk.core.records import OpenOrder
from kiosk_hw.ports.receipt import Receipt


class Finding(Enum):
    """What the last receipt says about an order."""

    BOOKED = "booked"
    ABSENT = "absent"
    UNKNOWN = "unknown"


def judge(order: OpenOrder, receipt: Receipt | None) -> Finding:
    """Compare the terminal's last stored booking with an order whose dialogue broke.

    - The terminal holds nothing: the order was not booked.
    - The last booking is the one from before our order: not booked.
    - A newer booking of our amount that stands: booked. One that was reversed: not booked.
    - Anything else (another amount; no knowledge of what came before): unknown.
    """
    if receipt is None:
        return Finding.ABSENT
    if order.held_receipt_no == receipt.receipt_no:
        return Finding.ABSENT if receipt.reversed else Finding.BOOKED
    if order.last_receipt_no is None:
        return Finding.UNKNOWN
    if receipt.receipt_no == order.last_receipt_no:
        return Finding.ABSENT
    if receipt.amount != order.amount:
        return Finding.UNKNOWN
    return Finding.ABSENT if receipt.reversed else Finding.BOOKED
