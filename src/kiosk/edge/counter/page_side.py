"""What the page does at the counter, as SQL: reads offers, puts taps and notices there. No more.

No clock is read here, `now_us` comes along. Raises sqlite3.Error or OSError when the file fails.
"""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kiosk.core.lane.taps import NoticeBrought, StayPayTapped
from kiosk.edge.counter.file import CounterFile
from kiosk.edge.counter.receipt_lines import read
from kiosk.edge.counter.schema import ENDED_S, NAMES, NOTICES_MAX, PAYMENTS_MAX, TAPS_MAX
from kiosk.edge.counter.tokens import mark_of
from kiosk.edge.counter.words import Offer, OpenLane, Payment, Receipt, State, TapTaken
from kiosk_hw.ports.money import Money

TAP_S: Final = 10.0
"""How long a tap waits for its lane; later nobody waits for its link any more."""

PAGE: Final = "page"
"""A site has one pay page; a second process of it is as good as the first."""

PAGE_S: Final = 10.0
"""How long the page counts as there after its last beat; it beats every 2 s."""

PAYMENT_S: Final = 900.0
"""How long the page tells what became of a tap elsewhere that its lane has said no end of."""

NOTICE_S: Final = 2.0
"""How long a notice lies there: it may name who paid. Every lane of the site hears it within 50 ms,
and one that does not asks its gateway anyway."""

LAST_WORD_S: Final = 60.0
"""How long a paid order may wait for its last word, which is its receipt or that it goes back: the
arm takes seconds. Later the page waits for neither; the receipt of a card is not the offer's."""

_OFFER: Final = (
    "SELECT order_id, lane, plate, amount_minor, currency, state, gateway, link, why,"
    " state = 'paid' AND until_us > :now_us + :last_us AND NOT EXISTS (SELECT 1 FROM receipts"
    " WHERE receipt_id = order_id) FROM offers WHERE mark = :mark AND until_us > :now_us"
)
_LIVE: Final = (
    "EXISTS (SELECT 1 FROM lanes WHERE lanes.lane = offers.lane AND lanes.until_us > :now_us)"
)


class PageSide:
    """The page at the counter of one site."""

    def __init__(self, path: Path) -> None:
        self.file = CounterFile(path)

    def lanes(self, now_us: int) -> tuple[OpenLane, ...]:
        """The lanes that take taps, by name."""
        rows = self.file.read(
            lambda db: db.execute(
                "SELECT lane, gateways FROM lanes WHERE until_us > ? ORDER BY lane", (now_us,)
            ).fetchall()
        )
        return tuple(OpenLane(lane, tuple(gateways.split())) for lane, gateways in rows)

    def offer(self, token: str, now_us: int) -> Offer | None:
        """The order that this token is for; an order whose lane is gone is over."""
        sql = f"{_OFFER} AND (state <> 'open' OR {_LIVE})"
        row = self.file.read(lambda db: db.execute(sql, _named(token, now_us)).fetchone())
        return None if row is None else _offer(row)

    def tap_offer(self, token: str, gateway: str, payer_address: str, now_us: int) -> TapTaken:
        """The driver in the lane chose this gateway. The same choice again changes nothing."""

        def change(db: sqlite3.Connection) -> TapTaken:
            offer = _payable(db, token, now_us)
            if offer is None:
                return TapTaken.REFUSED
            if offer.gateway == gateway and not offer.why:
                return TapTaken.TAKEN
            if not _has_room(db, "taps", TAPS_MAX):
                return TapTaken.FULL
            db.execute(
                "UPDATE offers SET gateway = ?, link = '', why = '' WHERE order_id = ?",
                (gateway, offer.order_id),
            )
            tap = StayPayTapped(offer.order_id, "", offer.amount, gateway, payer_address)
            _put_tap(db, tap, offer.lane, now_us)
            return TapTaken.TAKEN

        return self.file.write(change)

    def open_offer(self, token: str, payer_address: str, now_us: int) -> None:
        """A phone shows the page, and more than one gateway can be chosen there."""

        def change(db: sqlite3.Connection) -> None:
            offer = _payable(db, token, now_us)
            # A choice may lie there that its lane has not taken yet.
            if offer is None or offer.gateway or not _has_room(db, "taps", TAPS_MAX):
                return
            opened = StayPayTapped(offer.order_id, "", offer.amount, "", payer_address)
            _put_tap(db, opened, offer.lane, now_us)

        self.file.write(change)

    def tap_stay(self, tap: StayPayTapped, lane: str, now_us: int) -> TapTaken:
        """A driver elsewhere tapped. The same request again changes nothing."""

        def change(db: sqlite3.Connection) -> TapTaken:
            asked = "SELECT 1 FROM payments WHERE request_id = ?"
            if db.execute(asked, (tap.request_id,)).fetchone():
                return TapTaken.TAKEN
            if not (_has_room(db, "payments", PAYMENTS_MAX) and _has_room(db, "taps", TAPS_MAX)):
                return TapTaken.FULL
            minor, currency = tap.amount.amount_minor, tap.amount.currency
            until_us = now_us + round(PAYMENT_S * 1_000_000)
            db.execute(
                "INSERT INTO payments (request_id, lane, amount_minor, currency, state, until_us)"
                " VALUES (?, ?, ?, ?, 'open', ?)",
                (tap.request_id, lane, minor, currency, until_us),
            )
            _put_tap(db, tap, lane, now_us)
            return TapTaken.TAKEN

        return self.file.write(change)

    def take_back(self, request_id: str) -> None:
        """Nobody waits for this tap's link any more: a lane that has not taken it never will."""

        def change(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM taps WHERE request_id = ?", (request_id,))
            for table, key in (("offers", "order_id"), ("payments", "request_id")):
                late = f"UPDATE {table} SET why = 'late' WHERE {key} = ? AND link = '' AND why = ''"
                db.execute(late, (request_id,))

        self.file.write(change)

    def payment(self, request_id: str, now_us: int) -> Payment | None:
        """What became of a tap elsewhere."""
        row = self.file.read(
            lambda db: db.execute(
                "SELECT request_id, lane, amount_minor, currency, state, receipt_id, link, why"
                " FROM payments WHERE request_id = ? AND until_us > ?",
                (request_id, now_us),
            ).fetchone()
        )
        if row is None:
            return None
        request, lane, minor, currency, state, receipt_id, link, why = row
        return Payment(request, lane, Money(minor, currency), State(state), receipt_id, link, why)

    def bring(self, notice: NoticeBrought, now_us: int) -> bool:
        """Put a notification there for every lane to verify; False where there are too many."""

        def change(db: sqlite3.Connection) -> bool:
            if not _has_room(db, "notices", NOTICES_MAX):
                return False
            until_us = now_us + round(NOTICE_S * 1_000_000)
            told = (notice.gateway, json.dumps(notice.headers), notice.body, until_us)
            columns = "gateway, headers, body, until_us"
            db.execute(f"INSERT INTO notices ({columns}) VALUES (?, ?, ?, ?)", told)
            return True

        return self.file.write(change)

    def receipt(self, token: str, now_us: int) -> Receipt | None:
        """The receipt that this token is for."""
        return self._receipt("mark", mark_of(token), now_us)

    def receipt_of(self, receipt_id: str, now_us: int) -> Receipt | None:
        """The receipt of an order, for whoever proved to be its payer."""
        return self._receipt("receipt_id", receipt_id, now_us)

    def beat(self, now_us: int) -> None:
        """Say that the page is there; lanes tell their technicians where it is not."""
        until_us = now_us + round(PAGE_S * 1_000_000)
        row = (PAGE, until_us)
        self.file.look_after()
        self.file.write(lambda db: db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?)", row))

    def clear(self, now_us: int) -> None:
        """Delete what is over; lanes do so too, but there may be none."""

        def change(db: sqlite3.Connection) -> None:
            for table in NAMES:
                db.execute(f"DELETE FROM {table} WHERE until_us <= ?", (now_us,))

        self.file.look_after()
        self.file.write(change)
        self.file.shorten()

    def _receipt(self, column: str, value: bytes | str, now_us: int) -> Receipt | None:
        row = self.file.read(
            lambda db: db.execute(
                "SELECT receipt_id, amount_minor, currency, lines, paid_by, issued_us"
                f" FROM receipts WHERE {column} = ? AND until_us > ?",
                (value, now_us),
            ).fetchone()
        )
        if row is None:
            return None
        receipt_id, minor, currency, lines, paid_by, issued_us = row
        issued = datetime.fromtimestamp(issued_us / 1_000_000, UTC)
        return Receipt(receipt_id, Money(minor, currency), read(lines), paid_by, issued)


def _payable(db: sqlite3.Connection, token: str, now_us: int) -> Offer | None:
    sql = f"{_OFFER} AND state = 'open' AND {_LIVE}"
    row = db.execute(sql, _named(token, now_us)).fetchone()
    return None if row is None else _offer(row)


def _named(token: str, now_us: int) -> dict[str, object]:
    last_us = round((ENDED_S - LAST_WORD_S) * 1_000_000)
    return {"mark": mark_of(token), "now_us": now_us, "last_us": last_us}


def _offer(row: tuple[Any, ...]) -> Offer:
    order_id, lane, plate, minor, currency, state, gateway, link, why, awaits = row
    money = Money(minor, currency)
    told = (State(state), gateway, link, why, bool(awaits))
    return Offer(order_id, lane, plate, money, *told)


def _put_tap(db: sqlite3.Connection, tap: StayPayTapped, lane: str, now_us: int) -> None:
    db.execute(
        "INSERT OR REPLACE INTO taps (request_id, lane, stay_id, amount_minor, currency, gateway,"
        " payer_address, until_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(tap.request_id, lane, tap.stay_id, tap.amount.amount_minor, tap.amount.currency),
            *(tap.gateway, tap.payer_address, now_us + round(TAP_S * 1_000_000)),
        ),
    )


def _has_room(db: sqlite3.Connection, table: str, rows_max: int) -> bool:
    (rows,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return bool(rows < rows_max)
