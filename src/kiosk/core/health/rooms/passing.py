"""How cars pass here as a rule, learnt: one that passes otherwise makes a dead loop suspected.

A motorcycle, or a driver who backs out, passes otherwise too: one car proves nothing here.
"""

from collections import deque
from typing import Final

from kiosk.core.health.findings import Findings
from kiosk_hw.ports.party import NEVER

PASSES_MAX: Final = 8
"""Cars that are remembered: enough for a rule, and a rule that broke is forgotten in minutes."""

PASSES_MIN: Final = 3
"""Cars that make a rule."""

EARLY: Final = 2
"""So many cars in a row that a loop let go of too early are no motorcycles."""

ALONE_S: Final = 4.0
"""How long a loop that let go too early stays free; one that chatters is back sooner."""

GHOSTS: Final = 4
"""So often a second loop may be occupied although nobody came from the first; a trailer does so
once, somebody on foot perhaps twice."""

CHATTER_S: Final = 40.0
"""Within this time: a detector that comes and goes every eight seconds still counts."""

GHOST_S: Final = 60.0
"""How long one such ghost makes the first loop no suspect."""

GONE_S: Final = 2.0
"""How long after it let go of one loop a car is on the other, where it is on both as a rule."""

REACH_TIMES: Final = 1.5
REACH_MORE_S: Final = 1.0
"""A driver who needs more than half as long again as any before him, and a second, is not there."""


class Passing:
    """One car on its way: on the first loop, under the raised arm, gone."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._overlaps: deque[bool] = deque(maxlen=PASSES_MAX)
        """Whether a car was still on the first loop when it reached the second."""
        self._reaches: deque[float] = deque(maxlen=PASSES_MAX)
        """How long after the arm was up."""
        self._arrivals = 0
        """How often the first loop was occupied since a car passed; more than once is no car."""
        self._raised_at = self._left_at = self._early_at = NEVER
        self._ghosts: deque[float] = deque(maxlen=GHOSTS)
        """When the second loop was occupied, and nobody had been on the first."""
        self._read = False
        self.let_go = 0
        """Cars in a row that the first loop let go of while they stood, or before their time."""

    def forget(self) -> None:
        """Nothing is known of the car that is here; the rules stay."""
        self._arrivals = 0
        self._raised_at = self._left_at = self._early_at = NEVER

    def arrived(self, now: float) -> None:
        """The first loop is occupied, by the same car where it has just been free."""
        if now - self._left_at > ALONE_S:
            self._arrivals = 0
        self._arrivals += 1
        self._left_at = self._early_at = NEVER

    def read(self) -> None:
        """The camera sees a car, whatever the first loop says of it."""
        self._read = True

    def left(self, now: float) -> None:
        """The first loop is free."""
        self._left_at = now

    def raised(self, now: float) -> None:
        """The arm came up before a car that stands on the first loop."""
        self._raised_at = now

    def lowered(self) -> None:
        """The arm is not up any more."""
        self._raised_at = NEVER

    def presented(self, now: float) -> None:
        """A driver pays: he is there, whatever the loops say."""
        if self._left_at != NEVER and self._arrivals == 1:
            self._early_at = now

    def came_under(self, now: float, *, both: bool) -> None:
        """The second loop is occupied; `both` if the first one still is."""
        if not (self._arrivals or self._read):
            self._ghosts.append(now)
            if len(self._ghosts) == GHOSTS and now - self._ghosts[0] <= CHATTER_S:
                self._findings.find("barrier.loop-chatter", now, loop="safety", ghosts=GHOSTS)
        self._read = False
        if both and self.let_go:
            self.let_go = 0
            self._findings.drop(now, "barrier.arming-loop-dead")
        if self._raised_at != NEVER:
            let_go_early = not both and self._arrivals == 1 and self._left_at != NEVER
            if let_go_early and self._rules():
                self._early_at = now
            else:
                self._overlaps.append(both)
            self._reaches.append(now - self._raised_at)
        self._raised_at = self._left_at = NEVER
        self._arrivals = 0

    def tick(self, now: float, *, is_under: bool) -> None:
        """What was odd stays so; `is_under` if the second loop is occupied."""
        if now - self._early_at > ALONE_S:
            self._early_at = NEVER
            if self._ghosts and now - self._ghosts[-1] < GHOST_S:
                return
            self.let_go += 1
            tell = self._findings.find if self.let_go >= EARLY else self._findings.suspect
            tell("barrier.arming-loop-dead", now, let_go_of_cars=self.let_go)
        if is_under or NEVER in (self._raised_at, self._left_at) or not self._rules():
            return
        due_s = REACH_TIMES * max(self._reaches) + REACH_MORE_S
        if now - self._raised_at > due_s and now - self._left_at > GONE_S:
            self._findings.suspect("barrier.safety-loop-dead", now, cars=1)
            self._left_at = NEVER

    def _rules(self) -> bool:
        return len(self._overlaps) >= PASSES_MIN and all(self._overlaps)
