"""Who is in the car park, as fingerprints: stays, what was paid for them, and season passes.

Everything here runs within the transaction of `kiosk.edge.store.store`. No row is fingerprinted
anywhere else, and no plate is written anywhere.
"""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from kiosk.core.records import (
    ClosingReason,
    FindStay,
    IncidentNoted,
    LookStay,
    Row,
    Stay,
    StayClosed,
    StayFound,
    StayLooked,
    StayMissing,
    StayOpened,
)
from kiosk.edge.store.claims import is_claimed, is_counted, is_unsettled, paid_besides
from kiosk.edge.store.journal import moment_of, utc_us
from kiosk.edge.store.keys import SEASON, KeyRing
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

FINGERPRINTS_MAX: Final = 16_384
"""Fingerprints in one query: 178 look-alikes under 92 day keys. SQLite takes 32,766 values."""

_Fit = tuple[int, str, str, int, bytes]
"""seq, stay_id, vehicle_class, entered_us, fingerprint."""


@dataclass(frozen=True, slots=True)
class TracedStay:
    """A stay that its driver asks about, plate in hand, while its day's key still lives."""

    stay: Stay
    closed_utc: datetime | None
    closed_because: str | None


class Stays:
    """The tables `stays`, `payments` and `seasons`."""

    def __init__(self, db: sqlite3.Connection, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    def open(self, row: StayOpened, now_us: int) -> None:
        """Write a stay under its entry day's key. The same `stay_id` again changes nothing."""
        day = day_of(now_us)
        self._db.execute(
            "INSERT OR IGNORE INTO stays (stay_id, day, fingerprint, vehicle_class, entered_us)"
            " VALUES (?, ?, ?, ?, ?)",
            (row.stay_id, day, self._ring.fingerprint(day, row.plate), row.vehicle_class, now_us),
        )

    def close(self, row: StayClosed, now_us: int) -> list[Row]:
        """End a stay, and with it the older ones that `find` saw open for the same plate.

        Returns the rows that tell of those. A stay that is not open stays as it is.
        """
        self._end((row.stay_id,), row.reason, now_us)
        older = self._db.execute(
            "SELECT stay_id FROM stays WHERE superseded_by = ? AND closed_us IS NULL",
            (row.stay_id,),
        ).fetchall()
        if not older:
            return []
        return self.end_by_store(
            row.exit_id,
            [stay_id for (stay_id,) in older],
            ClosingReason.SUPERSEDED,
            f"still open when the same vehicle's newer stay {row.stay_id} ended",
            now_us,
        )

    def end_by_store(
        self, exit_id: str, stay_ids: list[str], reason: ClosingReason, why: str, now_us: int
    ) -> list[Row]:
        """End stays that no lane ended; each gets its closing row and an incident for a person."""
        self._end(stay_ids, reason, now_us)
        rows: list[Row] = []
        for stay_id in stay_ids:
            rows.append(StayClosed(exit_id, stay_id, reason))
            rows.append(IncidentNoted(exit_id, f"stay-{reason.value}", f"stay {stay_id}: {why}"))
        return rows

    def pay(self, order_id: str | None, stay_id: str, amount: Money, now_us: int) -> None:
        """Count a payment for the stay: once for each order, always where there is no order."""
        self._db.execute(
            "INSERT OR IGNORE INTO payments (order_id, stay_id, amount_minor, currency, paid_us)"
            " VALUES (?, ?, ?, ?, ?)",
            (order_id, stay_id, amount.amount_minor, amount.currency, now_us),
        )

    def take_back(self, order_id: str) -> None:
        """The order's payment was reversed: it counts no longer."""
        self._db.execute("DELETE FROM payments WHERE order_id = ?", (order_id,))

    def find(self, query: FindStay, now_us: int) -> StayFound | StayMissing:
        """Look the plate up as it was read, and only then as what it was misread from.

        Of several open stays of one plate the newest counts, by the order of writing: a vehicle
        that entered again must have left, so the older ones are left over from an exit nobody saw.
        They are only marked here, because asking must take nothing away; `close` of the newest
        ends them.
        """
        fits = self._fits(self._ring.under_every_day((query.plate,)))
        if fits:
            if len(fits) > 1:
                self._db.executemany(
                    "UPDATE stays SET superseded_by = ? WHERE seq = ?",
                    [(fits[0][1], older[0]) for older in fits[1:]],
                )
            return self._found(query, fits[0], query.plate, now_us)
        if len(query.lookalikes) * len(self._ring.days()) > FINGERPRINTS_MAX:
            return StayMissing(query.exit_id, 0, moment_of(now_us))
        whose = self._ring.under_every_day(query.lookalikes)
        fits = self._fits(whose)
        if len(fits) == 1:
            return self._found(query, fits[0], whose[fits[0][4]], now_us, exact=False)
        return StayMissing(query.exit_id, len(fits), moment_of(now_us))

    def look(self, query: LookStay, now_us: int) -> StayLooked:
        """The open stay of this id; whether a season pass covers it only its plate could tell."""
        besides = paid_besides(self._db, query.request_id)
        counted = is_counted(self._db, query.request_id)
        row = self._db.execute(
            "SELECT seq, fingerprint, vehicle_class, entered_us FROM stays"
            " WHERE stay_id = ? AND closed_us IS NULL",
            (query.stay_id,),
        ).fetchone()
        if row is None:
            return StayLooked(query.request_id, None, moment_of(now_us), besides, counted)
        seq, fingerprint, vehicle_class, entered_us = row
        entered, paid = moment_of(entered_us), self._paid(query.stay_id)
        unsettled = is_unsettled(self._db, query.stay_id) or is_claimed(self._db, query)
        # Without its plate, a vehicle is known by the fingerprint of the same day alone.
        before = self._before(seq, (fingerprint,))
        stay = Stay(query.stay_id, vehicle_class, entered, paid, False, unsettled, before)
        asked_utc = moment_of(max(now_us, entered_us))
        return StayLooked(query.request_id, stay, asked_utc, besides, counted)

    def find_exactly(self, query: FindStay, now_us: int) -> StayFound | None:
        """The newest open stay of exactly this plate. Nothing is marked: a reader may ask."""
        fits = self._fits(self._ring.under_every_day((query.plate,)))
        return self._found(query, fits[0], query.plate, now_us) if fits else None

    def trace(self, plate: PlateText, now_us: int) -> tuple[TracedStay, ...]:
        """This plate's stays, open or closed, newest first, for as long as their keys live."""
        marks = list(self._ring.under_every_day((plate,)))
        rows = self._db.execute(
            "SELECT stay_id, vehicle_class, entered_us, closed_us, closed_because FROM stays"
            f" WHERE fingerprint IN ({','.join('?' * len(marks))}) ORDER BY seq DESC",
            marks,
        ).fetchall()
        season = self._in_season(plate, now_us)
        return tuple(
            TracedStay(
                Stay(stay_id, vehicle_class, moment_of(entered), self._paid(stay_id), season),
                None if closed is None else moment_of(closed),
                because,
            )
            for stay_id, vehicle_class, entered, closed, because in rows
        )

    def add_season(self, plate: PlateText, valid_from: datetime, valid_until: datetime) -> None:
        """Write a season pass: a fingerprint under the passes' own key, and its validity."""
        self._db.execute(
            "INSERT INTO seasons VALUES (?, ?, ?)",
            (self._ring.fingerprint(SEASON, plate), utc_us(valid_from), utc_us(valid_until)),
        )

    def _before(self, seq: int, marks: Collection[bytes]) -> datetime | None:
        """When the vehicle with these fingerprints came the time before the stay `seq`."""
        row = self._db.execute(
            "SELECT entered_us FROM stays INDEXED BY stays_by_fingerprint"
            f" WHERE fingerprint IN ({','.join('?' * len(marks))}) AND seq < ?"
            " ORDER BY seq DESC LIMIT 1",
            (*marks, seq),
        ).fetchone()
        return None if row is None else moment_of(row[0])

    def _end(self, stay_ids: Iterable[str], reason: ClosingReason, now_us: int) -> None:
        self._db.executemany(
            "UPDATE stays SET closed_us = ?, closed_because = ?"
            " WHERE stay_id = ? AND closed_us IS NULL",
            [(now_us, reason.value, stay_id) for stay_id in stay_ids],
        )

    def _fits(self, marks: dict[bytes, PlateText]) -> list[_Fit]:
        if not marks:
            return []
        # Padded to a power of two by repeating, so that few statements are prepared and kept.
        places = 1 << (len(marks) - 1).bit_length()
        wanted = [*marks, *([next(iter(marks))] * (places - len(marks)))]
        fits: list[_Fit] = self._db.execute(_find_sql(places), wanted).fetchall()
        return sorted(fits, reverse=True)

    def _found(
        self, query: FindStay, fit: _Fit, plate: PlateText, now_us: int, *, exact: bool = True
    ) -> StayFound:
        _, stay_id, vehicle_class, entered_us, _ = fit
        season = self._in_season(plate, now_us)
        entered, paid = moment_of(entered_us), self._paid(stay_id)
        unsettled = is_unsettled(self._db, stay_id)
        before = self._before(fit[0], self._ring.under_every_day((plate,)))
        stay = Stay(stay_id, vehicle_class, entered, paid, season, unsettled, before)
        # The clock may have been set back since the entry: a stay never lasts less than nothing.
        return StayFound(query.exit_id, stay, exact, moment_of(max(now_us, entered_us)))

    def _paid(self, stay_id: str) -> tuple[tuple[Money, datetime], ...]:
        rows = self._db.execute(
            "SELECT amount_minor, currency, paid_us FROM payments WHERE stay_id = ? ORDER BY seq",
            (stay_id,),
        ).fetchall()
        return tuple((Money(minor, currency), moment_of(us)) for minor, currency, us in rows)

    def _in_season(self, plate: PlateText, now_us: int) -> bool:
        if not self._ring.has(SEASON):
            return False
        row = self._db.execute(
            "SELECT 1 FROM seasons"
            " WHERE fingerprint = ? AND valid_from_us <= ? AND ? < valid_until_us",
            (self._ring.fingerprint(SEASON, plate), now_us, now_us),
        ).fetchone()
        return row is not None


def day_of(now_us: int) -> str:
    """The UTC day, which names the key of the stays that begin on it."""
    return moment_of(now_us).date().isoformat()


@cache
def _find_sql(places: int) -> str:
    return (
        "SELECT seq, stay_id, vehicle_class, entered_us, fingerprint"
        " FROM stays INDEXED BY stays_by_fingerprint"
        f" WHERE closed_us IS NULL AND fingerprint IN ({','.join('?' * places)})"
    )
