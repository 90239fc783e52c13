"""What it means that both limits report at once: which goes off when the arm moves tells why."""

from typing import Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.rooms.episode import PULSE_S, Episode
from kiosk_hw.ports.barrier import Arm

STILL_S: Final = 30.0
"""How long both limits may report at once until that alone is told, with no pulse since."""

BLIP_S: Final = 0.4
"""Both limits for less than this are two contacts bouncing."""

NAMES: Final = (
    "barrier.limits-both",
    "barrier.open-limit-stuck",
    "barrier.closed-limit-stuck",
)


class BothLimits:
    """Tells a stuck upper switch, a stuck lower one and joined wires apart."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def parted(self, episode: Episode, arm: Arm, now: float) -> bool:
        """Both reported while the arm was down, and a pulse changed that; says if that proves."""
        after_s = now - episode.at
        if after_s > PULSE_S:
            return False
        code = "barrier.open-limit-stuck" if arm is Arm.RAISED else "barrier.limits-both"
        self._findings.drop(now, *(name for name in NAMES if name != code))
        self._findings.find(code, now, after_pulse_s=f"{after_s:.2f}")
        return True

    def met(self, episode: Episode, now: float) -> None:
        """Both report for a while after a pulse: at the top, or still."""
        if episode.start is Arm.LOWERED:
            self._findings.find("barrier.closed-limit-stuck", now)
        elif episode.start is Arm.CONTRADICTORY and not episode.trace:
            self._findings.find("barrier.limits-both", now, moved="no")

    def stays(self, held_s: float, now: float) -> None:
        """Both report, and no pulse came that could tell why."""
        named = any(self._findings.holds(name) for name in NAMES)
        if held_s > STILL_S and not named:
            self._findings.find("barrier.limits-both", now)
