"""The opening that an earlier run of the process left behind: whose arm it is that stands up now.

It moves nothing. What it is for: the money of that exit may be taken, and its stay is closed when
its car passes, though nobody of this run has released it.
"""

from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import OpeningSeen
from kiosk.core.records import BarrierOpened, ClosingReason, OpeningLeft, StayClosed
from kiosk_hw.ports.barrier import Arm


class EarlierOpening:
    """The exit that was opened last before this run began, until its car has gone."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._left: OpeningLeft | None = None
        self._told = False
        self._rises_until = 0.0

    def __bool__(self) -> bool:
        return self._left is not None

    def remember(self, left: OpeningLeft) -> None:
        """The store says which exit it is; its pulse may have been given a moment ago."""
        if left.exit_id:
            self._left = left
            self._rises_until = self.desk.now + self.desk.settings.arm_travel_s

    def forget(self) -> None:
        """The arm has been down since, or opens for somebody else."""
        self._left = None

    def rises(self) -> bool:
        """Whether an arm that leaves its lower limit now obeys that pulse."""
        if self._left is not None and self.desk.now > self._rises_until:
            self.forget()
        return self._left is not None

    def look(self) -> None:
        """Where the arm is up, the barrier did open for that exit."""
        left = self._left
        if left is None or self._told or self.desk.inputs.arm is not Arm.RAISED:
            return
        self._told = True
        if not left.opened:
            self.desk.write(BarrierOpened(left.exit_id))
        self.desk.post(OpeningSeen(left.exit_id))
        self.desk.step("gate.found.raised", left.exit_id)

    def passed(self) -> bool:
        """A car passed that nobody of this run had released: it was this one, if there is one."""
        left, self._left = self._left, None
        if left is None:
            return False
        if left.stay_id is not None:
            self.desk.write(StayClosed(left.exit_id, left.stay_id, ClosingReason.LEFT))
        self.desk.step("gate.found.passed", left.exit_id)
        return True
