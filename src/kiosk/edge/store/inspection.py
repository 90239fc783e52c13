"""Reads a store's journal for people, beside the lane that writes it. Never creates a file."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.edge.store.database import explain, open_read_only
from kiosk.edge.store.journal import moment_of
from kiosk.edge.store.store import JOURNAL_NAME
from kiosk.errors import JournalError


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One row as it was written; `body` is its values as JSON, without any plate."""

    seq: int
    written_utc: datetime
    exit_id: str
    kind: str
    body: str


def last_rows(folder: Path, count: int) -> list[JournalRow]:
    """The last rows, oldest first. Raises JournalError where there is no journal to read."""
    path = folder / JOURNAL_NAME
    if not path.is_file():
        raise JournalError(f"{path}: expected a journal, found none; has this lane run yet?")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            found = db.execute(
                "SELECT seq, utc_us, exit_id, kind, body FROM journal ORDER BY seq DESC LIMIT ?",
                (count,),
            ).fetchall()
    except sqlite3.Error as error:
        raise JournalError(f"{path}: expected to read it, found: {explain(error)}") from error
    return [
        JournalRow(seq, moment_of(utc_us), exit_id, kind, body)
        for seq, utc_us, exit_id, kind, body in reversed(found)
    ]


def unresolved_count(folder: Path) -> int | None:
    """How many payments a person must settle; None where that cannot be read."""
    path = folder / JOURNAL_NAME
    try:
        with closing(open_read_only(path)) as db:
            (count,) = db.execute(
                "SELECT count(*) FROM orders WHERE state = 'unresolved'"
            ).fetchone()
    except sqlite3.Error:
        return None
    return int(count)
