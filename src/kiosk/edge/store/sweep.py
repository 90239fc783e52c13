"""Destroying what has served its purpose: fingerprints, their keys, passes that ran out.

It runs between lanes' batches, about once a day, and can be killed anywhere: the next one goes on.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

from kiosk.core.records import ClosingReason, Row
from kiosk.edge.store.keys import SEASON, KeyRing
from kiosk.edge.store.stays import Stays, day_of

SWEEP_S: Final = 3600.0
"""How often keys and fingerprints that are no longer needed are destroyed."""

LIVE_DAYS_MAX: Final = 92
"""Days whose stays may be open at once; each costs every lookup one more fingerprint.

Counted in days on which somebody entered, not by the clock: a clock that leaps ends no stay.
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep destroyed."""

    keys: tuple[str, ...]
    """Names of the destroyed keys: entry days, or `season`."""
    stays_ended: int
    """Stays that were still open and can no longer be found: too old, or their key was lost."""


class Sweep:
    """One sweep at one moment, in two transactions of the store's."""

    def __init__(
        self, db: sqlite3.Connection, ring: KeyRing, stays: Stays, now_us: int, dispute_us: int
    ) -> None:
        self._db = db
        self._ring = ring
        self._stays = stays
        self._now_us = now_us
        self._dispute_us = dispute_us
        self._today = day_of(now_us)

    def end_lost_stays(self, live_days_max: int) -> list[Row]:
        """End what can no longer be found, or not for much longer. Returns the rows that tell."""
        living = self._ring.days()
        too_many = [day for day in living if day != self._today][:-live_days_max]
        rows: list[Row] = []
        for day in self._days_of_stays():
            if day not in living:
                why = f"the key of its entry day {day} is gone, so its plate cannot be matched"
            elif day in too_many:
                why = f"open since {day}, while on {live_days_max} later days others came"
            else:
                continue
            still_open = self._db.execute(
                "SELECT stay_id FROM stays WHERE day = ? AND closed_us IS NULL", (day,)
            ).fetchall()
            rows += self._stays.end_by_store(
                "", [stay for (stay,) in still_open], ClosingReason.EXPIRED, why, self._now_us
            )
        return rows

    def forget_ended_stays(self) -> None:
        """Delete the stays whose own dispute window is over, and season passes that ended.

        A stay's fingerprint does not wait for its day's key: one car that stays for weeks keeps
        the key alive, but not the fingerprints of those who came on the same day and left.
        """
        until_us = self._now_us - self._dispute_us
        for day in self._days_of_stays():
            # A closing time ahead of the clock was written by a clock that ran ahead: its window
            # begins anew, or the stay would be kept until that far moment.
            self._db.execute(
                "UPDATE stays SET closed_us = ? WHERE day = ? AND closed_us > ?",
                (self._now_us, day, self._now_us),
            )
            ended = "(SELECT stay_id FROM stays WHERE day = ? AND closed_us <= ?)"
            self._db.execute(f"DELETE FROM payments WHERE stay_id IN {ended}", (day, until_us))
            # An order without an end stays for a person to settle: that needs no fingerprint.
            self._db.execute(
                "DELETE FROM orders WHERE state IN ('booked', 'refused', 'reversed')"
                f" AND stay_id IN {ended}",
                (day, until_us),
            )
            self._db.execute("DELETE FROM stays WHERE day = ? AND closed_us <= ?", (day, until_us))
        self._db.execute("DELETE FROM seasons WHERE valid_until_us <= ?", (self._now_us,))

    def keys_without_use(self) -> list[str]:
        """The keys that nothing is fingerprinted under any more; today's may be needed again."""
        used = {self._today, *self._days_of_stays()}
        if self._db.execute("SELECT 1 FROM seasons LIMIT 1").fetchone():
            used.add(SEASON)
        names = [*self._ring.days(), *([SEASON] if self._ring.has(SEASON) else [])]
        return [name for name in names if name not in used]

    def _days_of_stays(self) -> list[str]:
        """Each day once, by jumping through the index: a scan of a million stays would be felt."""
        days: list[str] = []
        step = "SELECT min(day) FROM stays WHERE day > ?"
        while (
            day := self._db.execute(step, (days[-1] if days else "",)).fetchone()[0]
        ) is not None:
            days.append(day)
        return days
