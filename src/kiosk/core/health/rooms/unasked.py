"""An arm that leaves its lower limit although nobody told it to. Its other ways are elsewhere.

Somebody may lift it, or its lower limit switch may fail: as long as it does not come back by
itself, only the next pulse can tell.
"""

from typing import Final

from kiosk.core.health.findings import Findings
from kiosk_hw.ports.barrier import Arm
from kiosk_hw.ports.party import NEVER

UNASKED_S: Final = 60.0
"""How long such an arm waits for a pulse to show what it was; then it counts as lifted."""


class Unasked:
    """Since when the arm is away from its lower limit by itself."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._since = NEVER

    @property
    def waits(self) -> bool:
        """It is away, and what that means is not known yet."""
        return self._since != NEVER

    def moved(self, before: Arm, arm: Arm, now: float, *, asked: bool) -> None:
        """The limits changed; `asked` if a pulse explains it."""
        if before is Arm.LOWERED and arm is Arm.BETWEEN:
            self._since = NEVER if asked else now
        elif arm is Arm.LOWERED and self.waits:
            self._lifted(now)

    def tick(self, now: float) -> None:
        """It stays away for too long."""
        if now - self._since > UNASKED_S:
            self._lifted(now)

    def forget(self) -> None:
        """A pulse was given, or nothing is known any more: what comes next has a reason."""
        self._since = NEVER

    def _lifted(self, now: float) -> None:
        # Where limits are swapped, an arm that leaves the one that says down begins to close.
        if not self._findings.holds("barrier.limits-swapped"):
            self._findings.find("barrier.arm-forced", now, up_s=f"{now - self._since:.1f}")
        self._since = NEVER
