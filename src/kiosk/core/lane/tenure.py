"""Who has the lane for maintenance: how control is taken, kept and lost, and the held key.

Moves go through the gate where they open, and to the board where they close; both keep all their
rules.
"""

from abc import abstractmethod
from typing import Any, Final

from kiosk.core.lane.control_events import (
    ARM_IS_UP,
    ControlOver,
    ControlRequested,
    HoldDue,
    HoldOver,
    LaneAskedFor,
    LockDenied,
    LockEnded,
    LookAgainDue,
    MoveHeld,
    PresenceOver,
    Way,
)
from kiosk.core.lane.desk import BARRIER, Desk
from kiosk.core.lane.events import ReleaseOrdered
from kiosk.core.lane.machine import Stateful
from kiosk.core.lane.passage import Passage
from kiosk.core.records import OpeningOrdered, OpeningReason
from kiosk.core.shows import ControlShown
from kiosk.core.stopwatch import Share, Stopwatch
from kiosk_hw.ports.barrier import Arm, CloseBarrier, OpenBarrier

CONTROL_S: Final = 10.0
"""A tool that is not heard for so long is gone: a closed lid, a pulled cable, a killed process."""

PRESENCE_S: Final = 300.0
"""Nobody works at a lane for so long without touching the tool: the lane goes back to drivers."""

LOOK_AGAIN_S: Final = 0.5
"""How often a lane that is waited for is looked at."""

HOLD_S: Final = 1.0
"""A key is held for so long before the arm moves: longer than a slip of a finger."""

LET_GO_S: Final = 0.8
"""A held key is heard at least so often: terminals wait up to 0.66 s before they repeat a key.
Shorter than `HOLD_S`, so that one press alone never moves the arm."""


class Tenure(Stateful):
    """Who has the lane for maintenance, and the key that he holds."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.asked: ControlRequested | None = None
        """Who has control, or waits for it."""
        self._waits_for = ""
        self._way: Way | None = None
        self._closing = False

    def receive(self, event: Any) -> bool:
        """Answer, but never to a tool that is not the one in control."""
        holder = getattr(event, "holder", None)
        asks = isinstance(event, ControlRequested)
        if holder is not None and not asks and (self.asked is None or self.asked.holder != holder):
            self.desk.refused["control.not-the-holder"] += 1
            return False
        return super().receive(event)

    # Guards.

    def _may_wait(self, event: LockDenied) -> bool:
        return self._asked().wait

    def _may_move(self, event: MoveHeld) -> bool:
        return not self._why_not(event.way)

    def _same_way(self, event: MoveHeld) -> bool:
        return event.way is self._way

    def _closes(self, event: Any) -> bool:
        return self._closing

    # Taken, kept, ended.

    def _ask(self, event: ControlRequested) -> None:
        self.asked = event
        self.desk.wait(ControlOver, CONTROL_S)
        self.desk.post(LaneAskedFor(event.vouched))

    def _ask_again(self, event: Any) -> None:
        self.desk.post(LaneAskedFor(self._asked().vouched))

    def _turn_away(self, event: ControlRequested) -> None:
        who = self._asked().who
        self.desk.show(ControlShown(event.holder, "refused", f"{who} has control of this lane"))

    def _take(self, event: Any) -> None:
        asked = self._asked()
        self.desk.locked = True
        self.desk.wait(PresenceOver, PRESENCE_S)
        self.desk.note("control-taken", f"{asked.who}: {asked.reason.value}")
        self._tell("locked")

    def _wait_for_empty(self, event: LockDenied) -> None:
        self.desk.wait(LookAgainDue, LOOK_AGAIN_S)
        if event.why != self._waits_for:
            self._waits_for = event.why
            self._tell("waiting", event.why)

    def _deny(self, event: LockDenied) -> None:
        self._tell("refused", event.why)
        self._forget()

    def _renew(self, event: Any) -> None:
        self.desk.wait(ControlOver, CONTROL_S)
        if event.present and self.desk.locked:
            self.desk.wait(PresenceOver, PRESENCE_S)

    def _give_up(self, event: Any) -> None:
        self._tell("ended", "nobody waits for the lane any more")
        self._forget()

    def _end(self, event: Any) -> None:
        self._end_because(event.why)

    def _end_unheard(self, event: Any) -> None:
        self._end_because(f"the tool was not heard for {CONTROL_S:.0f} s")

    def _end_unattended(self, event: Any) -> None:
        self._end_because(f"nobody touched the tool for {PRESENCE_S:.0f} s")

    def _end_in_fire(self, event: Any) -> None:
        self._end_because("the fire contact asks for an open lane")

    def _end_stopped(self, event: Any) -> None:
        self._end_because("the process was asked to end")

    def _end_because(self, why: str) -> None:
        self._stop_moving()
        self._give_up_trial()
        self.desk.locked = False
        self.desk.note("control-ended", f"{self._asked().who}: {why}")
        self._tell("ended", why)
        self._forget()
        self.desk.post(LockEnded())

    def _forget(self) -> None:
        self.asked, self._waits_for = None, ""
        self.desk.stop_waiting(ControlOver, PresenceOver, LookAgainDue)

    @abstractmethod
    def _give_up_trial(self) -> None:
        """Control ends in the middle of a trial, if one runs."""

    # A held key.

    def _begin_hold(self, event: MoveHeld) -> None:
        self._way = event.way
        self.desk.wait(HoldDue, HOLD_S)
        self._hold_on(event)

    def _hold_on(self, event: MoveHeld) -> None:
        self.desk.wait(HoldOver, LET_GO_S)

    def _refuse_move(self, event: MoveHeld) -> None:
        self._tell("move-refused", self._why_not(event.way))

    def _move(self, event: Any) -> None:
        if self._way is Way.CLOSE:
            self._closing = True
            self.desk.note("maintenance-close", f"{self._asked().who} holds the key")
            # Not behind the store: a CLOSE that leaves late finds nobody at the key.
            self.desk.order_at_once(BARRIER, CloseBarrier())
        else:
            self._release(OpeningReason.MAINTENANCE, self.desk.new_id("m"))
        self._tell("moving", self._way.value if self._way else "")

    def _let_go(self, event: Any) -> None:
        self._stop_moving()
        self._tell("locked")

    def _stop_moving(self) -> None:
        """Let go in the middle of closing, and the arm goes up again: it never comes down alone."""
        self.desk.stop_waiting(HoldDue, HoldOver)
        self._way = None
        if self._closing and self.desk.inputs.arm is not Arm.LOWERED:
            self.desk.write(OpeningOrdered("", None, OpeningReason.MAINTENANCE))
            self.desk.order_at_once(BARRIER, OpenBarrier(self.desk.new_id("m")))
        self._closing = False

    def _tell_refused(self, event: Any) -> None:
        self._closing = False
        self._stop_moving()
        self._tell("move-refused", event.why)

    def _tell_failed(self, event: Any) -> None:
        self._stop_moving()
        self._tell("move-refused", event.why)

    def _tell_moved(self, event: Any) -> None:
        self._tell("moved", self.desk.inputs.arm.value)

    def _why_not(self, way: Way) -> str:
        """Why the arm is not moved this way now; "" if it is. The board looks once more."""
        inputs = self.desk.inputs
        if not self.desk.board_answers:
            return "the barrier board does not answer"
        if way is Way.OPEN:
            return ARM_IS_UP if inputs.arm is Arm.RAISED else ""
        if inputs.arm is Arm.LOWERED:
            return "the arm is down"
        return "something is under the arm" if inputs.safety_loop else ""

    # Inside.

    def _release(self, reason: OpeningReason, exit_id: str) -> None:
        passage = Passage(exit_id, Stopwatch(self.desk.now, "release", Share.MACHINE))
        passage.kind = reason.value
        self.desk.passages[exit_id] = passage
        self.desk.post(ReleaseOrdered(exit_id, None, reason))

    def _tell(self, state: str, why: str = "") -> None:
        asked = self._asked()
        shown = ControlShown(asked.holder, state, why, asked.who, asked.reason.value)
        self.desk.show(shown)

    def _asked(self) -> ControlRequested:
        assert self.asked is not None, f"nobody has control in {self.state}"
        return self.asked
