"""What stands in the way of another payment for a stay: one in doubt, or one on its way."""

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
