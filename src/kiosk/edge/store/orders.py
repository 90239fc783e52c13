"""The money's state: orders from intent to end. It runs within the store's transaction."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kiosk.core.records import (
    IncidentNoted,
    OpenOrder,
    OpenOrdersFound,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    PaymentReversed,
    PaymentUnresolved,
    RefundIntended,
    Row,
)
from kiosk.edge.store.claims import is_counted, paid_besides
from kiosk.edge.store.journal import moment_of, utc_us
from kiosk.edge.store.stays import Stays
from kiosk_hw.ports.money import Money

PaymentRow = (
    PaymentIntended
    | PaymentHeld
    | PaymentBooked
    | PaymentRefused
    | PaymentReversed
    | PaymentUnresolved
    | RefundIntended
)


@dataclass(frozen=True, slots=True)
class UnresolvedOrder:
    """An order that nobody could say the end of. A later final row for it takes it off the list."""

    order_id: str
    exit_id: str
    stay_id: str
    amount: Money
    why: str
    noted_utc: datetime


class Orders:
    """The table `orders`.

    An open order may take any end. A refused or unresolved one may still turn out booked or
    reversed, since a late answer is a normal event. The money of a booked one counts until it is
    reversed, also while a reversal is unresolved. A reversed one stays reversed.
    """

    def __init__(self, db: sqlite3.Connection, stays: Stays) -> None:
        self._db = db
        self._stays = stays

    def intend(self, row: PaymentIntended, now_us: int) -> None:
        """Begin an order. The same `order_id` again changes nothing."""
        self._db.execute(
            "INSERT OR IGNORE INTO orders (order_id, exit_id, stay_id, amount_minor, currency,"
            " last_receipt_no, gateway, paid_before_minor, state, changed_us)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)",
            (
                row.order_id,
                row.exit_id,
                row.stay_id,
                row.amount.amount_minor,
                row.amount.currency,
                row.last_receipt_no,
                row.gateway,
                row.paid_before_minor,
                now_us,
            ),
        )

    def go_on(self, row: PaymentRow, now_us: int) -> list[Row]:
        """Take an order one step on. Returns an incident for an order that was never intended."""
        known = self._db.execute(
            "SELECT state, stay_id, amount_minor, currency FROM orders WHERE order_id = ?",
            (row.order_id,),
        ).fetchone()
        if known is None:
            why = f"order {row.order_id}: {type(row).__name__} without an intent"
            return [IncidentNoted(row.exit_id, "order-unknown", why)]
        state, stay_id, minor, currency = known
        match row:
            case PaymentHeld():
                self._hold(row, state, now_us)
            case PaymentBooked() if state != "reversed":
                return self._book(row, state, (stay_id, Money(minor, currency)), now_us)
            case PaymentReversed():
                self._stays.take_back(row.order_id)
                self._enter("reversed", row.order_id, now_us)
            case PaymentRefused() if state in ("open", "unresolved"):
                self._enter("refused", row.order_id, now_us)
            case PaymentUnresolved() if state not in ("refused", "reversed"):
                self._enter("unresolved", row.order_id, now_us, row.why)
            case RefundIntended():
                self._db.execute(
                    "UPDATE orders SET refund_id = ? WHERE order_id = ?",
                    (row.refund_id, row.order_id),
                )
        return []

    def _book(
        self, row: PaymentBooked, state: str, owed: tuple[str, Money], now_us: int
    ) -> list[Row]:
        """Count it, unless others have paid as much for the stay since it was priced.

        Then it stays open, so that its lane gives it back, after a restart too. If others paid a
        part of it, it counts, and a person gives that part back.
        """
        order_id, (stay_id, amount) = row.order_id, owed
        besides = 0 if is_counted(self._db, order_id) else paid_besides(self._db, order_id)
        if besides >= amount.amount_minor > 0:
            if state == "refused":
                self._enter("open", order_id, now_us)
            why = f"order {order_id}: stay {stay_id} was paid besides, so that it does not count"
            return [IncidentNoted(row.exit_id, "payment-not-counted", why)]
        covers_us = now_us if row.covers_utc is None else min(now_us, utc_us(row.covers_utc))
        self._stays.pay(order_id, stay_id, amount, covers_us)
        if besides == 0:
            self._enter("booked", order_id, now_us)
            return []
        part = Money(besides, amount.currency)
        why = f"order {order_id}: refund {part} by hand, which was paid for stay {stay_id} besides"
        self._enter("unresolved", order_id, now_us, why)
        return [IncidentNoted(row.exit_id, "paid-in-part-twice", why)]

    def open_orders(self, lane: str = "") -> OpenOrdersFound:
        """A lane's orders without an end, oldest first, and how far each one's exit had come."""
        rows = self._db.execute(
            "SELECT order_id, exit_id, stay_id, amount_minor, currency, last_receipt_no,"
            " held_receipt_no, gateway, refund_id,"
            f" EXISTS ({_OPENINGS} AND kind = 'opening-ordered'),"
            f" EXISTS ({_OPENINGS} AND kind = 'barrier-opened')"
            f" FROM orders WHERE state = 'open' AND {of_lane('order_id')} ORDER BY seq",
            (lane, lane),
        ).fetchall()
        return OpenOrdersFound(
            tuple(
                OpenOrder(
                    order,
                    exit_,
                    stay,
                    Money(minor, cur),
                    last,
                    held,
                    opening_ordered=bool(told),
                    barrier_opened=bool(up),
                    gateway=gateway,
                    refund_id=refund,
                    covered=paid_besides(self._db, order) >= minor > 0,
                )
                for order, exit_, stay, minor, cur, last, held, gateway, refund, told, up in rows
            )
        )

    def unresolved(self) -> tuple[UnresolvedOrder, ...]:
        """The orders for a person to settle, oldest first."""
        rows = self._db.execute(
            "SELECT order_id, exit_id, stay_id, amount_minor, currency, why, changed_us"
            " FROM orders WHERE state = 'unresolved' ORDER BY seq"
        ).fetchall()
        return tuple(
            UnresolvedOrder(order, exit_, stay, Money(minor, cur), why, moment_of(us))
            for order, exit_, stay, minor, cur, why, us in rows
        )

    def _hold(self, row: PaymentHeld, state: str, now_us: int) -> None:
        """A gateway may have money for an order that it had called closed: it is open again."""
        self._db.execute(
            "UPDATE orders SET held_receipt_no = ?, reference = ? WHERE order_id = ?",
            (row.receipt_no, row.reference, row.order_id),
        )
        if state in ("refused", "unresolved"):
            self._enter("open", row.order_id, now_us)

    def _enter(self, state: str, order_id: str, now_us: int, why: str = "") -> None:
        self._db.execute(
            "UPDATE orders SET state = ?, why = ?, changed_us = ? WHERE order_id = ?",
            (state, why, now_us, order_id),
        )


_OPENINGS = (
    "SELECT 1 FROM journal WHERE journal.exit_id = orders.exit_id"
    " AND kind IN ('opening-ordered', 'barrier-opened')"
)


def of_lane(column: str) -> str:
    """The condition that an id is of a run of this lane: `o-<run>-000012`, all where it is ""."""
    return f"substr({column}, instr({column}, '-') + 1, length(?)) = ?"
