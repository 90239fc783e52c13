"""The journal: every row that was ever committed, in the order of writing. It can only grow."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from kiosk.core.records import (
    BarrierOpened,
    ExitFinished,
    FeeReckoned,
    IncidentNoted,
    OpeningOrdered,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    PaymentReversed,
    PaymentUnresolved,
    RefundIntended,
    Row,
    StayClosed,
    StayOpened,
    StayPrepaid,
)
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

KINDS: Final[dict[type, str]] = {
    StayOpened: "stay-opened",
    StayPrepaid: "stay-prepaid",
    FeeReckoned: "fee-reckoned",
    PaymentIntended: "payment-intended",
    PaymentHeld: "payment-held",
    PaymentBooked: "payment-booked",
    PaymentRefused: "payment-refused",
    PaymentReversed: "payment-reversed",
    PaymentUnresolved: "payment-unresolved",
    RefundIntended: "refund-intended",
    OpeningOrdered: "opening-ordered",
    BarrierOpened: "barrier-opened",
    StayClosed: "stay-closed",
    IncidentNoted: "incident-noted",
    ExitFinished: "exit-finished",
}
"""What a row is called on disk, so that renaming a class changes no file."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def utc_us(moment: datetime) -> int:
    """The moment in whole microseconds since 1970; raises TypeError for one without a time zone."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(us: int) -> datetime:
    """The moment that `utc_us` came from."""
    return EPOCH + timedelta(microseconds=us)


def append(db: sqlite3.Connection, rows: Iterable[Row], now_us: int) -> None:
    """Write the rows, within the transaction that is under way."""
    db.executemany(
        "INSERT INTO journal (utc_us, exit_id, kind, body) VALUES (?, ?, ?, ?)",
        [(now_us, row.exit_id, KINDS[type(row)], body_of(row)) for row in rows],
    )


def body_of(row: Row) -> str:
    """The row's values as JSON, without its plate.

    A stay's fingerprint is not here either: the journal outlives every key, and two equal
    fingerprints would still tell that one vehicle came twice on a day.
    """
    return _ENCODER.encode({name: getattr(row, name) for name in _NAMES[type(row)]})


def _names(kind: type) -> tuple[str, ...]:
    return tuple(
        item.name for item in fields(kind) if item.name != "exit_id" and item.type is not PlateText
    )


def _plain(value: object) -> object:
    match value:
        case Money():
            return {"amount_minor": value.amount_minor, "currency": value.currency}
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
    raise TypeError(f"a {type(value).__name__} must never come into the journal")


_NAMES: Final = {kind: _names(kind) for kind in KINDS}
_ENCODER: Final = json.JSONEncoder(default=_plain, separators=(",", ":"))
