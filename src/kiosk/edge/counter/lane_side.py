"""What a lane does at the counter, as SQL: offers it, takes taps from it, ends what it offered.

It belongs to the thread of `kiosk.edge.counter.port`; no clock is read here, `now_us` comes along.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any, Final

from kiosk.core.lane.taps import LanePageOpened, LanePayTapped, NoticeBrought, StayPayTapped
from kiosk.core.shows import (
    CounterShow,
    OfferEnded,
    OfferMade,
    PayLinkReady,
    PayLinkRefused,
    PaymentReturned,
    ReceiptIssued,
    StayPayEnded,
)
from kiosk.edge.counter.file import CounterFile
from kiosk.edge.counter.receipt_lines import written
from kiosk.edge.counter.schema import ENDED_S, NAMES, OFFERS_MAX, RECEIPTS_MAX
from kiosk.edge.counter.tokens import PageAddresses, mark_of
from kiosk.edge.counter.words import State
from kiosk_hw.ports.money import Money

LANE_S: Final = 10.0
"""How long a lane counts as open after its last beat; it beats every 2 s."""

OFFER_S: Final = 3600.0
"""How long an order may stand in its lane, `help_s` and all."""

RECEIPT_S: Final = 86_400.0
"""How long a receipt can be read."""

TAPS_AT_ONCE_MAX: Final = 16
"""Taps and notices that one look hands over; the next look is 20 or 50 ms later."""

Tap = LanePageOpened | LanePayTapped | StayPayTapped
"""What a phone asked of this lane."""


_NOT_RETURNED: Final = f"state != '{State.RETURNED.value}'"


class LaneSide:
    """One lane at the counter; `gateways` are what its drivers may pay with."""

    def __init__(
        self, path: Path, lane: str, gateways: tuple[str, ...], addresses: PageAddresses
    ) -> None:
        self.file = CounterFile(path)
        self._lane = lane
        self._gateways = gateways
        self._addresses = addresses
        self._heard = -1

    def open(self, now_us: int) -> None:
        """Come to the counter: whatever an earlier run of this lane offered is void."""

        def change(db: sqlite3.Connection) -> None:
            for table in ("offers", "taps"):
                db.execute(f"DELETE FROM {table} WHERE lane = ?", (self._lane,))
            self._beat(db, now_us)
            (self._heard,) = db.execute("SELECT ifnull(max(seq), 0) FROM notices").fetchone()

        self.file.write(change)

    def beat(self, now_us: int) -> None:
        """Say that the lane is there, and delete what is over, whoever wrote it."""

        def change(db: sqlite3.Connection) -> bool:
            self._beat(db, now_us)
            over = {
                table: db.execute(f"DELETE FROM {table} WHERE until_us <= ?", (now_us,)).rowcount
                for table in NAMES
            }
            return over["notices"] > 0

        if self.file.write(change):
            # What named a payer is not left in the write-ahead file either.
            self.file.shorten()

    def has_page(self, now_us: int) -> bool:
        """Whether a pay page has said lately that it is there."""
        asked = "SELECT 1 FROM pages WHERE until_us > ?"
        found = self.file.read(lambda db: db.execute(asked, (now_us,)).fetchone())
        return found is not None

    def leave(self) -> None:
        """No tap is taken here any more."""

        def change(db: sqlite3.Connection) -> None:
            for table in ("lanes", "offers", "taps"):
                db.execute(f"DELETE FROM {table} WHERE lane = ?", (self._lane,))
            # Where nobody is left who could hear them.
            db.execute("DELETE FROM notices WHERE NOT EXISTS (SELECT 1 FROM lanes)")

        self.file.write(change)
        self.file.shorten()

    def put(self, show: CounterShow, now_us: int) -> None:
        """Let the page know of this."""
        self.file.write(lambda db: self._put(db, show, now_us))

    def take(self, now_us: int) -> list[Tap | NoticeBrought]:
        """The taps for this lane, which are taken away, and the notices it has not heard yet."""
        return self.file.write(lambda db: [*self._taps(db, now_us), *self._notices(db)])

    def _beat(self, db: sqlite3.Connection, now_us: int) -> None:
        db.execute(
            "INSERT OR REPLACE INTO lanes VALUES (?, ?, ?)",
            (self._lane, " ".join(self._gateways), _after(now_us, LANE_S)),
        )

    def _put(self, db: sqlite3.Connection, show: CounterShow, now_us: int) -> None:
        match show:
            case OfferMade():
                self._offer(db, show, now_us)
            case OfferEnded(order_id, paid):
                state = State.PAID if paid else State.ENDED
                told = (state.value, _after(now_us, ENDED_S), order_id)
                db.execute("DELETE FROM taps WHERE request_id = ?", (order_id,))
                ends = "UPDATE offers SET state = ?, until_us = ? WHERE order_id = ?"
                db.execute(f"{ends} AND {_NOT_RETURNED}", told)
            case PayLinkReady():
                self._answer(db, show, show.link, "")
            case PayLinkRefused():
                self._answer(db, show, "", show.why)
            case StayPayEnded():
                state = State.PAID if show.paid else State.ENDED
                until_us = _after(now_us, ENDED_S)
                db.execute(
                    "UPDATE payments SET state = ?, receipt_id = ?, until_us = ?"
                    f" WHERE request_id = ? AND {_NOT_RETURNED}",
                    (state.value, show.receipt_id, until_us, show.request_id),
                )
            case PaymentReturned(request_id):
                told = (State.RETURNED.value, _after(now_us, ENDED_S), request_id)
                for table, key in (("offers", "order_id"), ("payments", "request_id")):
                    change = f"UPDATE {table} SET state = ?, until_us = ? WHERE {key} = ?"
                    db.execute(change, told)
            case ReceiptIssued():
                self._issue(db, show, now_us)

    def _offer(self, db: sqlite3.Connection, made: OfferMade, now_us: int) -> None:
        mark = mark_of(self._addresses.offer_token(made.order_id))
        plate = made.plate.masked() if made.plate else ""
        db.execute(
            "INSERT OR REPLACE INTO offers (order_id, mark, lane, plate, amount_minor, currency,"
            " state, until_us) SELECT ?, ?, ?, ?, ?, ?, 'open', ?"
            f" WHERE (SELECT count(*) FROM offers) < {OFFERS_MAX}",
            (
                *(made.order_id, mark, self._lane, plate),
                *(made.amount.amount_minor, made.amount.currency, _after(now_us, OFFER_S)),
            ),
        )

    def _answer(
        self, db: sqlite3.Connection, show: PayLinkReady | PayLinkRefused, link: str, why: str
    ) -> None:
        told = (link, why, show.request_id)
        # Who has chosen another gateway meanwhile waits for that one's answer.
        chosen = "UPDATE offers SET link = ?, why = ? WHERE order_id = ? AND ? IN ('', gateway)"
        db.execute(chosen, (*told, show.gateway))
        db.execute("UPDATE payments SET link = ?, why = ? WHERE request_id = ?", told)

    def _issue(self, db: sqlite3.Connection, issued: ReceiptIssued, now_us: int) -> None:
        mark = mark_of(self._addresses.receipt_token(issued.receipt_id))
        db.execute(
            "INSERT OR REPLACE INTO receipts SELECT ?, ?, ?, ?, ?, ?, ?, ?"
            f" WHERE (SELECT count(*) FROM receipts) < {RECEIPTS_MAX}",
            (
                *(issued.receipt_id, mark, issued.amount.amount_minor, issued.amount.currency),
                *(written(issued.lines), issued.by, now_us, _after(now_us, RECEIPT_S)),
            ),
        )

    def _taps(self, db: sqlite3.Connection, now_us: int) -> list[Tap]:
        rows = db.execute(
            "SELECT seq, request_id, stay_id, amount_minor, currency, gateway, payer_address,"
            " until_us FROM taps WHERE lane = ? ORDER BY seq LIMIT ?",
            (self._lane, TAPS_AT_ONCE_MAX),
        ).fetchall()
        db.executemany("DELETE FROM taps WHERE seq = ?", [row[:1] for row in rows])
        return [_tap(row) for row in rows if row[-1] > now_us]

    def _notices(self, db: sqlite3.Connection) -> list[NoticeBrought]:
        rows = db.execute(
            "SELECT seq, gateway, headers, body FROM notices WHERE seq > ? ORDER BY seq LIMIT ?",
            (self._heard, TAPS_AT_ONCE_MAX),
        ).fetchall()
        if rows:
            self._heard = rows[-1][0]
        return [
            NoticeBrought(
                gateway, tuple((name, value) for name, value in json.loads(headers)), body
            )
            for _, gateway, headers, body in rows
            if gateway in self._gateways
        ]


def _tap(row: tuple[Any, ...]) -> Tap:
    _, request_id, stay_id, minor, currency, gateway, payer_address, _ = row
    if not stay_id and not gateway:
        return LanePageOpened(request_id, payer_address)
    if not stay_id:
        return LanePayTapped(request_id, gateway, payer_address)
    return StayPayTapped(request_id, stay_id, Money(minor, currency), gateway, payer_address)


def _after(now_us: int, seconds: float) -> int:
    return now_us + round(seconds * 1_000_000)
