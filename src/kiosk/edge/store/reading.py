"""A reader's view of the store, for the pay page: it looks a plate up, and can change nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kiosk.core.records import FindStay, StayFound
from kiosk.edge.store.database import explain, open_read_only
from kiosk.edge.store.journal import utc_us
from kiosk.edge.store.keys import KeyRing
from kiosk.edge.store.stays import Stays
from kiosk.edge.store.store import JOURNAL_NAME, KEYS_NAME
from kiosk.errors import JournalError
from kiosk_hw.ports.plate import PlateText


class StayReader:
    """The stays of one site. A lane must have made its files; while there are none, it fails."""

    def __init__(
        self, folder: Path, keys_folder: Path | None, *, wall: Callable[[], datetime]
    ) -> None:
        self._journal = folder / JOURNAL_NAME
        self._keys = (keys_folder or folder / "keys") / KEYS_NAME
        self._wall = wall
        self._db: sqlite3.Connection | None = None
        self._ring: KeyRing | None = None

    def look(self, plate: PlateText) -> StayFound | None:
        """This plate's open stay, if there is one. Raises JournalError."""
        try:
            db, ring = self._opened()
            ring.refresh()
            db.execute("BEGIN")
            try:
                return Stays(db, ring).find_exactly(FindStay("", plate), utc_us(self._wall()))
            finally:
                db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise JournalError(f"expected to read the store, found: {explain(error)}") from error

    def close(self) -> None:
        """Close the files; the next look opens them, wherever their paths lead then."""
        with suppress(sqlite3.Error):
            if self._db is not None:
                self._db.close()
            if self._ring is not None:
                self._ring.close()
        self._db = self._ring = None

    def _opened(self) -> tuple[sqlite3.Connection, KeyRing]:
        if self._db is None or self._ring is None:
            self._db = open_read_only(self._journal)
            self._ring = KeyRing(self._keys, read_only=True)
        return self._db, self._ring
