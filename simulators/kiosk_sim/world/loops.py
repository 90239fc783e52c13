"""An inductive loop and its detector: delay, hold, tune-out, faults. It knows presence, no cars."""

from enum import Enum
from typing import Final

from kiosk_hw.ports.party import NEVER

HOLD_S: Final = 0.2
"""How long a detector reports at least (FEIG VEK MNH: 200 ms signal as delivered)."""


class Stuck(Enum):
    """What a broken detector reports for ever."""

    OCCUPIED = "occupied"
    FREE = "free"


class Loop:
    """One loop: metal goes in by `over`, the detector's contact comes out as `reports`.

    `tune_out_s` is after how long a standing car is taken for the road itself: the detector then
    reports *free* with the car on it (FEIG VEK M1H: 5 minutes, or never by DIP switch).
    """

    def __init__(self, name: str, delay_s: float, tune_out_s: float = NEVER) -> None:
        self.name = name
        self.delay_s = delay_s
        self.tune_out_s = tune_out_s
        self.stuck: Stuck | None = None
        self.reports = False
        """The detector's contact: a vehicle is on the loop."""
        self.tuned_out = 0
        """How often a standing car was taken for the road."""
        self._over = False
        self._chatter_s = 0.0
        self._chatters_at_s = NEVER
        self._sensed = False
        self._sense_at_s = NEVER
        self._held_until_s = 0.0
        self._tune_out_at_s = NEVER

    def __repr__(self) -> str:
        state = "occupied" if self.reports else "free"
        return f"<Loop {self.name} {state} stuck={self.stuck} tuned_out={self.tuned_out}>"

    @property
    def occupied(self) -> bool:
        """A vehicle is really on the loop, whatever the detector says."""
        return self._over

    def over(self, present: bool, now: float) -> None:
        """Metal came over the loop or left it."""
        self._over = present
        self._sense_at_s = now + self.delay_s

    def break_down(self, stuck: Stuck | None, now: float) -> None:
        """The detector fails, or is repaired and senses what is there."""
        self.stuck = stuck
        self._sense_at_s = now + (self.delay_s if stuck is None else 0.0)
        self._held_until_s = self._sense_at_s

    def chatter(self, period_s: float, now: float) -> None:
        """A loose wire: from now on the contact comes and goes by itself; 0 ends that."""
        self._chatter_s = period_s
        self._chatters_at_s = now + period_s / 2 if period_s else NEVER

    def tick(self, now: float) -> bool:
        """It is `now`; says whether the contact changed."""
        if self._chatters_at_s <= now:
            self._chatters_at_s = now + self._chatter_s / 2
            self.reports = not self.reports
            return True
        if self._chatter_s:
            return False
        if self._sense_at_s <= now:
            self._sense(self._sense_at_s)
        if self._tune_out_at_s <= now:
            self._tune_out_at_s = NEVER
            self._sensed = False
            self.tuned_out += 1
        before, wanted = self.reports, self._sensed
        if self.stuck is not None:
            wanted = self.stuck is Stuck.OCCUPIED
        if wanted and not before:
            self._held_until_s = now + HOLD_S
            self.reports = True
        elif before and not wanted and (now >= self._held_until_s or self.stuck is not None):
            self.reports = False
        return self.reports is not before

    def deadline(self) -> float:
        """When the contact may change next."""
        if self._chatter_s:
            return self._chatters_at_s
        due = min(self._sense_at_s, self._tune_out_at_s)
        if self.reports and not self._sensed and self.stuck is None:
            due = min(due, self._held_until_s)
        return due

    def _sense(self, at_s: float) -> None:
        self._sense_at_s = NEVER
        self._sensed = self._over
        self._tune_out_at_s = at_s + self.tune_out_s if self._over else NEVER
