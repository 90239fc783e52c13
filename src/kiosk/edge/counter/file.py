"""Opening the counter's file, and opening it again when it is broken or was replaced.

Nothing in it is worth a repair: a file that is no sound counter is deleted and begun anew, and
whoever has it open notices within a beat. No table is known here.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from kiosk.edge.counter.schema import PAGES_MAX, TABLES, VERSION
from kiosk.edge.store.database import FILE_MODE, FOLDER_MODE

BUSY_S: Final = 0.25
"""How long to wait for the other process's write; each takes well below a millisecond."""

WAL_BYTES_MAX: Final = 256 * 1024
"""What the write-ahead file is cut back to."""

WAL_TRIES_MAX: Final = 20
"""How often a new file is asked again for its write-ahead file: lanes and page open it at once."""

BROKEN: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
"""What SQLite says of a file that is none of its own, or no longer."""

T = TypeVar("T")


class CounterFile:
    """One connection, opened on first use and after every failure. Belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.openings = 0
        self.failures = 0
        self._db: sqlite3.Connection | None = None
        self._inode = 0

    def __repr__(self) -> str:
        state = "open" if self._db else "closed"
        return f"<CounterFile {state} openings={self.openings} failures={self.failures}>"

    def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """What this query finds. Raises sqlite3.Error or OSError, and opens anew next time."""
        try:
            return query(self._opened())
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            raise

    def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """The same in a transaction: all of it, or nothing."""

        def whole(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            try:
                done = change(db)
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
            return done

        return self.read(whole)

    def version(self) -> tuple[int, int]:
        """Another one after every change by another process, and after every opening."""
        seen = self.read(lambda db: int(db.execute("PRAGMA data_version").fetchone()[0]))
        return self.openings, seen

    def look_after(self) -> None:
        """Close a file whose path leads to another one, or nowhere, by now."""
        if self._db is not None and _inode(self.path) != self._inode:
            self.close()

    def shorten(self) -> None:
        """Move everything into the file itself: the write-ahead file keeps no deleted row."""
        self.read(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())

    def close(self) -> None:
        """Close the file; the next use opens it."""
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = _open(self.path)
            self._inode = _inode(self.path)
            self.openings += 1
        return self._db

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        self.close()
        if _is_broken(error):
            _delete(self.path)


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        # Not durable: after a power cut no offer of before it is payable anyway.
        _enter_wal(db)
        _set(db, synchronous="OFF", secure_delete="ON")
        _set(db, journal_size_limit=WAL_BYTES_MAX, max_page_count=PAGES_MAX)
        _make_tables(db)
    except BaseException:
        db.close()
        raise
    return db


def _enter_wal(db: sqlite3.Connection) -> None:
    """Two that open a new file at once: SQLite refuses one of them here without waiting."""
    for _ in range(WAL_TRIES_MAX):
        try:
            _set(db, journal_mode="WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            # For a transaction it does wait, up to `BUSY_S`.
            db.execute("BEGIN IMMEDIATE")
            db.execute("COMMIT")
    _set(db, journal_mode="WAL")


def _make_tables(db: sqlite3.Connection) -> None:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    # Another process may have made them while this one waited.
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found not in (0, VERSION):
        db.execute("ROLLBACK")
        raise OtherVersion(f"expected version {VERSION}, found {found}")
    if found == 0:
        for table in TABLES:
            db.execute(table)
        _set(db, user_version=VERSION)
    db.execute("COMMIT")


class OtherVersion(sqlite3.DatabaseError):
    """The counter of another release, or no counter at all."""


def _set(db: sqlite3.Connection, **pragmas: Any) -> None:
    for name, value in pragmas.items():
        db.execute(f"PRAGMA {name} = {value}")


def _is_broken(error: Exception) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    missing = isinstance(error, sqlite3.OperationalError) and "no such" in str(error)
    return isinstance(error, OtherVersion) or missing or name.startswith(BROKEN)


def _delete(path: Path) -> None:
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(OSError):
            each.unlink()


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
