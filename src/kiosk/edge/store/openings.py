"""Which exit was opened last and has no end: what a lane that starts anew must know of its arm."""

import json
import sqlite3
from typing import Final

from kiosk.core.records import OpeningLeft, OpeningReason
from kiosk.edge.store.orders import of_lane

LOOK_BACK: Final = 8
"""Openings that are looked at: an entry and an exit that have one lane have one arm."""

LEFT_OPEN_US: Final = 300_000_000
"""How old an opening may be: whoever was let out five minutes ago has gone, seen or not."""

NOBODY: Final = OpeningLeft("", None, opened=False)


def opening_left(db: sqlite3.Connection, lane: str, now_us: int) -> OpeningLeft:
    """A lane's newest opening for a car that leaves, if its exit was not finished nor closed."""
    rows = db.execute(
        "SELECT seq, exit_id, body FROM journal WHERE kind = 'opening-ordered' AND exit_id != ''"
        f" AND utc_us >= ? AND {of_lane('exit_id')} ORDER BY seq DESC LIMIT ?",
        (now_us - LEFT_OPEN_US, lane, lane, LOOK_BACK),
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
