"""Which exit was opened last and has no end: what a lane that starts anew must know of its arm."""

import json
import sqlite3
from typing import Final

from kiosk.core.records import OpeningLeft, OpeningReason

LOOK_BACK: Final = 8
"""Openings that are looked at: of several lanes in one store, each may have written one since."""

LEFT_OPEN_US: Final = 300_000_000
"""How old an opening may be: whoever was let out five minutes ago has gone, seen or not."""

NOBODY: Final = OpeningLeft("", None, opened=False)


def opening_left(db: sqlite3.Connection, now_us: int) -> OpeningLeft:
    """The newest opening for a car that leaves, if its exit was neither finished nor closed."""
    rows = db.execute(
        "SELECT seq, exit_id, body FROM journal WHERE kind = 'opening-ordered' AND exit_id != ''"
        " AND utc_us >= ? ORDER BY seq DESC LIMIT ?",
        (now_us - LEFT_OPEN_US, LOOK_BACK),
    ).fetchall()
    for seq, exit_id, body in rows:
        told = json.loads(body)
        if told["reason"] == OpeningReason.ENTRY.value:
            continue
        later = db.execute(
            "SELECT kind FROM journal WHERE seq > ? AND exit_id = ?", (seq, exit_id)
        ).fetchall()
        kinds = {kind for (kind,) in later}
        if kinds & {"exit-finished", "stay-closed"}:
            return NOBODY
        return OpeningLeft(exit_id, told["stay_id"], opened="barrier-opened" in kinds)
    return NOBODY
