"""The store as the shell sees it: one batch, one transaction, durable before it is answered.

A store belongs to the thread that made it. The real shell keeps it on a writer thread
(`kiosk.edge.store.writer`), because a flush can take 200 ms on a busy card; simulations hold it
in memory and call it directly.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.core.records import (
    Answer,
    Batch,
    FindOpening,
    FindStay,
    IncidentNoted,
    LookStay,
    OnlyTold,
    PaymentIntended,
    Query,
    Row,
    StayClosed,
    StayOpened,
    StayPrepaid,
    StoreFailed,
)
from kiosk.edge.store import journal
from kiosk.edge.store.database import checkpoint, explain, open_database
from kiosk.edge.store.keys import KeyRing
from kiosk.edge.store.openings import opening_left
from kiosk.edge.store.orders import Orders, UnresolvedOrder
from kiosk.edge.store.schema import JOURNAL_MIGRATIONS
from kiosk.edge.store.stays import Stays, TracedStay
from kiosk.edge.store.sweep import LIVE_DAYS_MAX, Sweep, Swept
from kiosk.errors import JournalError
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

IN_MEMORY: Final = ":memory:"
"""Given instead of a folder: nothing is written anywhere, for simulations and tests."""

JOURNAL_NAME: Final = "journal.db"
KEYS_NAME: Final = "keys.db"

DISPUTE_S: Final = 86_400.0
"""How long after a stay its driver may still ask about it, plate in hand."""


@dataclass(slots=True)
class _Files:
    """Both databases while they are open, and what works on them."""

    db: sqlite3.Connection
    ring: KeyRing
    stays: Stays
    orders: Orders

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self.db.close()
        with suppress(sqlite3.Error):
            self.ring.close()


class Store:
    """Journal, stays, orders and keys of one site or lane.

    `wall` tells the time of day; it may jump, because nothing but what people read and what they
    pay for rests on it. Raises `JournalError` when the files cannot be opened.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        wall: Callable[[], datetime],
        durable: bool = True,
        dispute_s: float = DISPUTE_S,
        live_days_max: int = LIVE_DAYS_MAX,
        keys_folder: Path | None = None,
    ) -> None:
        self._folder = None if folder == IN_MEMORY else Path(folder)
        self._keys_folder = keys_folder or (self._folder and self._folder / "keys")
        self._wall = wall
        self._durable = durable
        self._dispute_us = round(dispute_s * 1_000_000)
        self._live_days_max = live_days_max
        self._batches = self._rows = self._failures = 0
        self._files: _Files | None = None
        with self._whole("open the store"):
            self._opened()

    def __repr__(self) -> str:
        state = "open" if self._files else "closed"
        return (
            f"<Store {self._folder or 'in memory'} {state} batches={self._batches}"
            f" rows={self._rows} failures={self._failures}>"
        )

    def carry_out(self, batch: Batch) -> list[Answer]:
        """Write the rows, then answer the queries, all in one transaction.

        Returns the answers in the order of the queries, or one `StoreFailed` and nothing was
        acknowledged. After a failure the files are closed, and opened again for the next batch.
        A flush that failed may have reached the disk all the same; that is safe, because such a
        row claims less than happened: an intent whose payment was never asked for.
        """
        try:
            with self._transaction() as (files, now_us):
                rows = self._apply(files, batch.rows, now_us)
                answers = [self._answer(files, query, now_us) for query in batch.queries]
        except (sqlite3.Error, OSError, JournalError) as error:
            return [StoreFailed(explain(error))]
        self._batches += 1
        self._rows += rows
        return answers

    def note_prepayment(self, stay_id: str, amount: Money) -> list[Answer]:
        """Money for this stay was taken elsewhere. Returns what `carry_out` does."""
        return self.carry_out(Batch(rows=(StayPrepaid("", stay_id, amount),)))

    def add_season(self, plate: PlateText, valid_from: datetime, valid_until: datetime) -> None:
        """Take a season pass in, which holds from `valid_from` until just before `valid_until`."""
        with self._whole("add a season pass"), self._transaction() as (files, _):
            files.stays.add_season(plate, valid_from, valid_until)

    def trace(self, plate: PlateText) -> tuple[TracedStay, ...]:
        """What is known of this plate's stays, for a driver who disputes one, plate in hand."""
        with self._whole("trace a plate"), self._transaction() as (files, now_us):
            return files.stays.trace(plate, now_us)

    def unresolved(self) -> tuple[UnresolvedOrder, ...]:
        """The orders for a person to settle, oldest first; a final row for one settles it."""
        with self._whole("list orders"), self._transaction() as (files, _):
            return files.orders.unresolved()

    def sweep(self) -> Swept:
        """Destroy fingerprints and keys that served their purpose, and empty the write-ahead files.

        Called about once a day. A fingerprint goes when its stay was closed longer than the dispute
        window ago, an entry day's key when that day is over and its last fingerprint has gone.
        """
        with self._whole("destroy old keys"):
            with self._transaction() as (files, now_us):
                sweep = Sweep(files.db, files.ring, files.stays, now_us, self._dispute_us)
                ended = sweep.end_lost_stays(self._live_days_max)
                journal.append(files.db, ended, now_us)
                sweep.forget_ended_stays()
            # Keys go only after their stays are gone for good: killed in between, the next sweep
            # finds keys without use. The lock keeps other processes from using one meanwhile.
            with self._transaction():
                doomed = sweep.keys_without_use()
                if doomed:
                    files.ring.destroy(doomed)
                    told = IncidentNoted("", "keys-destroyed", ", ".join(doomed))
                    journal.append(files.db, [told], now_us)
            files.ring.scrub()
            checkpoint(files.db, JOURNAL_NAME)
        return Swept(tuple(doomed), len(ended) // 2)

    def close(self) -> None:
        """Close the files. The next batch would open them again."""
        if self._files:
            self._files.close()
            self._files = None

    def _opened(self) -> _Files:
        if self._files is None:
            path = self._folder and self._folder / JOURNAL_NAME
            db = open_database(path, JOURNAL_MIGRATIONS, durable=self._durable)
            try:
                keys = self._keys_folder and self._keys_folder / KEYS_NAME
                ring = KeyRing(keys, durable=self._durable)
            except BaseException:
                db.close()
                raise
            stays = Stays(db, ring)
            self._files = _Files(db, ring, stays, Orders(db, stays))
        return self._files

    @contextmanager
    def _transaction(self) -> Iterator[tuple[_Files, int]]:
        """Everything inside is written, or nothing is and the files are opened afresh next time."""
        try:
            files = self._opened()
            files.db.execute("BEGIN IMMEDIATE")
            # Under the lock no other process creates or destroys a key, or writes a later moment.
            files.ring.refresh()
            yield files, journal.utc_us(self._wall())
            files.db.execute("COMMIT")
        except BaseException:
            self._failures += 1
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._folder is not None:
            self.close()
        elif self._files and self._files.db.in_transaction:
            self._files.db.execute("ROLLBACK")

    @contextmanager
    def _whole(self, what: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise JournalError(
                f"expected to {what}, found: {explain(error)}; nothing was changed, check the disk"
            ) from error

    def _apply(self, files: _Files, rows: Sequence[Row], now_us: int) -> int:
        journal.append(files.db, rows, now_us)
        told: list[Row] = []
        for row in rows:
            told += self._derive(files, row, now_us)
        if told:
            journal.append(files.db, told, now_us)
        return len(rows) + len(told)

    def _derive(self, files: _Files, row: Row, now_us: int) -> Sequence[Row]:
        """Bring the tables up to this row. Returns the rows that the store itself adds."""
        if isinstance(row, OnlyTold):
            return ()
        match row:
            case PaymentIntended():
                files.orders.intend(row, now_us)
            case StayOpened():
                files.stays.open(row, now_us)
            case StayClosed():
                return files.stays.close(row, now_us)
            case StayPrepaid():
                files.stays.pay(None, row.stay_id, row.amount, now_us)
            case _:
                return files.orders.go_on(row, now_us)
        return ()

    def _answer(self, files: _Files, query: Query, now_us: int) -> Answer:
        if isinstance(query, FindStay):
            return files.stays.find(query, now_us)
        if isinstance(query, LookStay):
            return files.stays.look(query, now_us)
        if isinstance(query, FindOpening):
            return opening_left(files.db, query.lane, now_us)
        return files.orders.open_orders(query.lane)
