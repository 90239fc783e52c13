"""An arm that stays up behind a car, measured against how soon this one closes as a rule."""

from collections import deque
from typing import Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.rooms.travel import SAMPLES_MIN
from kiosk_hw.ports.party import NEVER

CLOSES_S: Final = 9.0
"""How long after a car an arm may stay up unasked; by its own loop it is down in two or three."""

CLOSINGS_MAX: Final = 8
"""Closings that are remembered, to know how long this arm stays up behind a car."""

NOT_SURELY_UP: Final = ("barrier.limits-swapped", "barrier.open-limit-stuck")
"""Faults with which an arm that reports up may be down."""


class StandingOpen:
    """Since when a car has gone from under an arm that is up."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._passed_at = NEVER
        self._latest: deque[float] = deque(maxlen=CLOSINGS_MAX)

    def passed(self, is_up: bool, now: float) -> None:
        """A car cleared the loop under the arm."""
        self._passed_at = now if is_up else NEVER

    def forget(self) -> None:
        """Somebody came, or asked for it: it may stay up."""
        self._passed_at = NEVER

    def closes(self, now: float) -> None:
        """It left its upper limit."""
        self._findings.drop(now, "barrier.stays-open")
        if self._passed_at != NEVER:
            self._latest.append(now - self._passed_at)
        self._passed_at = NEVER

    def tick(self, way_down_s: float, is_held: bool, now: float) -> None:
        """It is up. A stuck switch reports so all its way down, so that is waited for, too."""
        stays_s = now - self._passed_at
        if stays_s <= self._limit_s() + way_down_s:
            return
        self._passed_at = NEVER
        if not (is_held or any(map(self._findings.holds, NOT_SURELY_UP))):
            self._findings.find("barrier.stays-open", now, up_after_car_s=f"{stays_s:.0f}")

    def _limit_s(self) -> float:
        if len(self._latest) < SAMPLES_MIN:
            return CLOSES_S
        return min(2 * max(self._latest) + 3.0, CLOSES_S)
