"""Cars that drive on under an arm that never reports up: its upper limit switch is dead.

An arm is late against its usual time; where none is known yet, several cars tell.
"""

from typing import Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.rooms.episode import PULSE_S, Episode
from kiosk_hw.ports.barrier import Arm

WHOLE_WAY_S: Final = 0.15
"""How much less than the usual time still counts as the whole way: one poll and its debounce."""

CARS: Final = 2
"""So many cars in a row, with no report of up before, between or after: swapped limits report up
whenever the arm has come down, and no driver drives on twice under an arm that jams."""

_CODE: Final = "barrier.open-limit-dead"


class NeverUp:
    """Counts cars that passed below an arm that had left its lower limit for them."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._cars = 0

    def seen_up(self) -> None:
        """The upper limit reports, rightly or not."""
        self._cars = 0

    def crossing(self, episode: Episode, between_s: float, usual_s: float, now: float) -> bool:
        """A car drives on below an arm between its limits; says if that proves anything."""
        if episode.start is not Arm.LOWERED or now - episode.at <= PULSE_S:
            return False
        if between_s <= usual_s + WHOLE_WAY_S:
            left = episode.first(Arm.BETWEEN)
            # A pulse lifts an arm that is down at once; one that is up leaves it when it closes.
            episode.passed_below = left is not None and left - episode.at <= PULSE_S
            return False
        self._findings.find(_CODE, now, between_s=f"{between_s:.1f}")
        self._findings.drop(now, "barrier.arm-jammed", "barrier.arm-slow")
        return True

    def came_down(self, episode: Episode, now: float) -> None:
        """The arm is back at its lower limit, and was not up meanwhile."""
        if not (episode.passed_below and episode.confirmed):
            return
        self._cars += 1
        if self._cars >= CARS:
            self._findings.find(_CODE, now, cars=self._cars)
