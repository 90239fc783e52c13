"""What stands in the way of another payment for a stay: one in doubt, on its way, or counted.

All lanes of a site write here one after the other, so that what is counted first is first for all.
"""

import sqlite3

from kiosk.core.records import LookStay


def is_unsettled(db: sqlite3.Connection, stay_id: str) -> bool:
    """Whether a person has yet to find out what a payment for this stay did."""
    asked = "SELECT 1 FROM orders WHERE state = 'unresolved' AND stay_id = ?"
    return db.execute(asked, (stay_id,)).fetchone() is not None


def is_claimed(db: sqlite3.Connection, query: LookStay) -> bool:
    """Whether another order has money for this stay, at any lane, and comes before whoever asks.

    One that a barrier is opening for comes first, then the older.
    """
    row = db.execute(
        "SELECT 1 FROM orders WHERE state = 'open' AND stay_id = ? AND order_id != ?"
        " AND (held_receipt_no IS NOT NULL OR reference != '') AND refund_id = ''"
        " AND (exit_id != '' OR seq < (SELECT seq FROM orders WHERE order_id = ?))",
        (query.stay_id, query.request_id, query.request_id),
    ).fetchone()
    return row is not None


def is_counted(db: sqlite3.Connection, order_id: str) -> bool:
    """Whether this order's stay counts as paid by it."""
    asked = "SELECT 1 FROM payments WHERE order_id = ?"
    return db.execute(asked, (order_id,)).fetchone() is not None


def paid_besides(db: sqlite3.Connection, order_id: str) -> int:
    """What others paid for this order's stay since it was priced, in its own currency.

    Whatever was known when it was priced is in its price, and is no second payment.
    """
    row = db.execute(
        "SELECT (SELECT coalesce(sum(amount_minor), 0) FROM payments"
        "  WHERE payments.stay_id = orders.stay_id AND payments.currency = orders.currency"
        "  AND payments.order_id IS NOT orders.order_id) - paid_before_minor"
        " FROM orders WHERE order_id = ?",
        (order_id,),
    ).fetchone()
    return max(0, row[0]) if row else 0
