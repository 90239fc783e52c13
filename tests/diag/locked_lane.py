"""A simulated lane with a technician at it: what he says, what he is told, what is written."""

from collections.abc import Iterator
from typing import Any

from kiosk.core.lane.control_events import (
    ControlReason,
    ControlRenewed,
    ControlRequested,
    MoveHeld,
    Way,
)
from kiosk.core.shows import ControlShown, TrialStep
from kiosk_sim.site.virtual_lane import LanePlan
from lane.watched_lane import READY_S, WatchedLane

TOOL = "tool-1"


class LockedLane(WatchedLane):
    """A `WatchedLane` whose technician renews while time goes on."""

    def __init__(self, plan: LanePlan | None = None, **more: Any) -> None:
        super().__init__(plan, **more)
        self.run(READY_S)

    def says(self, event: Any) -> None:
        self.lane.tell(event)

    def take(self, holder: str = TOOL, **more: Any) -> str:
        """Ask for control; says what came of it."""
        self.says(ControlRequested(holder, "technician", ControlReason.FAULT, **more))
        return self.told()[-1].state

    def work(self, seconds: float, present: bool = True) -> None:
        """Time in which the tool renews every two seconds."""
        for _ in steps(seconds, 2.0):
            self.says(ControlRenewed(TOOL, present))
            self.run(self.now + 2.0)

    def hold(self, way: Way, seconds: float) -> None:
        """The key is held; a terminal repeats it five times a second."""
        for _ in steps(seconds, 0.2):
            self.says(ControlRenewed(TOOL, True))
            self.says(MoveHeld(TOOL, way))
            self.run(self.now + 0.2)

    def told(self) -> list[ControlShown]:
        return [show for show in self.lane.control if isinstance(show, ControlShown)]

    def steps(self) -> list[str]:
        return [show.what for show in self.lane.control if isinstance(show, TrialStep)]

    def verdict(self) -> bool | None:
        """Whether the last trial passed; None while it runs."""
        trials = [show for show in self.lane.control if isinstance(show, TrialStep)]
        return trials[-1].passed if trials else None

    def relay(self, number: int) -> bool:
        return bool(self.lane.board.map.relays >> (number - 1) & 1)


def steps(seconds: float, each_s: float) -> Iterator[int]:
    return iter(range(round(seconds / each_s)))
