"""Opening a database file: modes, pragmas, integrity, schema version. It knows no other table.

Every failure leaves here as a `JournalError` that says what was expected, what was found and what
to do. The messages of SQLite name files and tables, never the values in them.
"""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.edge.store.schema import Migration
from kiosk.errors import JournalError

FILE_MODE: Final = 0o600
"""Only the controller's own user reads the store."""

FOLDER_MODE: Final = 0o700
"""Only the controller's own user sees the store's folders."""

BUSY_S: Final = 1.0
"""How long to wait for another process that writes; below a lane's default `store_s` of 2 s."""

WAL_BYTES_MAX: Final = 4 * 1024 * 1024
"""What the write-ahead file is cut back to, so that it cannot fill a small card."""

QUICK_CHECK_BYTES_MAX: Final = 16 * 1024 * 1024
"""Up to this size a file is checked whole when it is opened; beyond it, start would be slow."""


def open_database(
    path: Path | None, migrations: Sequence[Migration], *, durable: bool
) -> sqlite3.Connection:
    """Open the file, or a database in memory for None, and bring its schema up to date."""
    name = path.name if path else "memory"
    try:
        if path is not None:
            _create(path)
        db = sqlite3.connect(path or ":memory:", timeout=BUSY_S, isolation_level=None)
        try:
            _settle(db, in_memory=path is None, durable=durable)
            _check(db, name, path.stat().st_size if path else 0)
            _migrate(db, name, migrations)
        except BaseException:
            db.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise JournalError(
            f"{name}: expected a store that opens, found: {explain(error)}; check disk, folder and"
            " file modes, or move the file away: a new one is begun"
        ) from error
    return db


def open_read_only(path: Path) -> sqlite3.Connection:
    """The file as it is, for a process that must change nothing. Raises sqlite3.Error."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S, isolation_level=None
    )
    db.execute("PRAGMA query_only = ON")
    return db


def explain(error: Exception) -> str:
    """One line on what went wrong, with SQLite's own name for it where there is one."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return f"{name}: {error}"


def checkpoint(db: sqlite3.Connection, name: str) -> None:
    """Move everything into the main file and empty the write-ahead file: it keeps no old page."""
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise JournalError(
            f"{name}: expected to empty the write-ahead file, found another process reading it;"
            " close that program, the next sweep tries again"
        )


def _create(path: Path) -> None:
    """Make folder and file before SQLite does, which would give them the modes of the umask."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path.parent.chmod(FOLDER_MODE)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    path.chmod(FILE_MODE)
    # The file's name must outlive a power cut as well as its rows do.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _settle(db: sqlite3.Connection, *, in_memory: bool, durable: bool) -> None:
    db.execute(f"PRAGMA journal_mode = {'MEMORY' if in_memory else 'WAL'}")
    db.execute(f"PRAGMA synchronous = {'FULL' if durable and not in_memory else 'OFF'}")
    db.execute("PRAGMA secure_delete = ON")
    # Without it, INSERT OR REPLACE would delete a journal row behind its trigger's back.
    db.execute("PRAGMA recursive_triggers = ON")
    db.execute(f"PRAGMA journal_size_limit = {WAL_BYTES_MAX}")


def _check(db: sqlite3.Connection, name: str, size: int) -> None:
    db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if size > QUICK_CHECK_BYTES_MAX:
        return
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise JournalError(
            f"{name}: expected an intact file, found: {verdict}; restore it from a backup, or move"
            " it away: a new one is begun"
        )


def _migrate(db: sqlite3.Connection, name: str, migrations: Sequence[Migration]) -> None:
    """All missing steps in one transaction: a power cut leaves the old schema or the new one."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        found = db.execute("SELECT max(version) FROM schema_version").fetchone()[0] or 0
        if found > len(migrations):
            raise JournalError(
                f"{name}: expected schema version {len(migrations)} or older, found {found}: a"
                " newer kiosk wrote it; install that release again, or move its folder away:"
                " a new one is begun"
            )
        for version, statements in enumerate(migrations[found:], found + 1):
            for statement in statements:
                db.execute(statement)
            db.execute("INSERT INTO schema_version VALUES (?)", (version,))
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
