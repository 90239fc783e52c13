"""How a visit or an entry is locked out for maintenance, and goes on afterwards."""

from abc import abstractmethod
from typing import Any, Final

from kiosk.core.lane.control_events import LockDenied, LockGranted, LockWanted
from kiosk.core.lane.machine import Stateful
from kiosk.core.shows import Picture

MAINTENANCE: Final = "maintenance"
"""The note of the driver's screen while a technician has the lane."""

_WHY: Final = {
    **dict.fromkeys(("due", "paying", "resolving"), "a car is paying"),
    **dict.fromkeys(("releasing", "released", "admitting", "admitted"), "a car is leaving"),
    "fire": "the fire contact asks for an open lane",
    "free": "a loop is occupied",
}


class Lockable(Stateful):
    """The part of a lane that drivers deal with, as far as it can be locked out."""

    # Guards.

    def _is_empty(self, event: LockWanted) -> bool:
        """Nothing is felt; a board that does not answer feels nothing, and is why somebody came."""
        inputs = self.desk.inputs
        felt = inputs.arming_loop or inputs.safety_loop
        return event.vouched or not felt or not self.desk.board_answers

    def _is_vouched(self, event: LockWanted) -> bool:
        return event.vouched

    def _board_is_silent(self, event: Any) -> bool:
        return not self.desk.board_answers

    # Actions.

    def _lock(self, event: LockWanted) -> None:
        if event.vouched:
            self.desk.note("lane-vouched-empty", "a technician saw no car in the lane")
        self._forget_everybody()
        self.desk.screen(Picture.OUT_OF_SERVICE, None, MAINTENANCE)
        self.desk.post(LockGranted())

    def _deny_lock(self, event: LockWanted) -> None:
        self.desk.post(LockDenied(_WHY.get(self.state.value, "a car is in the lane")))

    def _see_while_locked(self, event: Any) -> None:
        self.desk.step(f"visit.locked.{type(event).__name__}")

    def _decline_open(self, event: Any) -> None:
        self.desk.note("open-refused", "a technician has control of the lane")

    @abstractmethod
    def _forget_everybody(self) -> None:
        """Whoever was thought to stand here does not."""
