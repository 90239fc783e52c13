"""What the gate does on each row of its table: it rests, holds in fire, and fails. No I/O is here.

How it opens is in `opening`, how cars pass it in `passing`.
"""

from typing import Any

from kiosk.core.lane.control_events import LaneAskedFor, LockDenied, LockWanted
from kiosk.core.lane.desk import BARRIER, Desk
from kiosk.core.lane.events import (
    LeaveOver,
    OpeningFailed,
    PassOver,
    TravelOver,
)
from kiosk.core.lane.opening import TRAVEL_MARGIN_S
from kiosk.core.lane.passing import CLOSING_MARGIN_S, PassingGate
from kiosk.core.lane.tables.gate import GATE, GateState
from kiosk.core.records import (
    OpeningLeft,
    OpeningOrdered,
    OpeningReason,
)
from kiosk_hw.ports.barrier import Arm, HoldOpen, OpenBarrier, ReleaseHold, SwitchLamp


class Gate(PassingGate):
    """The arm's machine with the passage that it is open for, and the one released behind it."""

    table = GATE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lamp_is_on = False

    def receive(self, event: Any) -> bool:
        """Answer, then let the lamp say whether a car may leave."""
        answered = super().receive(event)
        may_leave = self.state is GateState.HELD or (
            self.state is GateState.RAISED and self.passage is not None
        )
        if may_leave is not self._lamp_is_on:
            self._lamp_is_on = may_leave
            self.desk.order_at_once(BARRIER, SwitchLamp(on=may_leave))
        return answered

    # Guards.

    def _fire_is_on(self, event: Any) -> bool:
        return self.desk.inputs.fire

    def _limits_contradict(self, event: Any) -> bool:
        return self.desk.inputs.arm is Arm.CONTRADICTORY or self.desk.inputs.swung_off

    def _is_let_through(self, event: LaneAskedFor) -> bool:
        return self.passage is not None and not event.vouched

    # The arm rests, or should.

    def _rest(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver, LeaveOver)
        for kind in ("arm-stays-up", "arm-jam", "not-leaving"):
            self.desk.calm(kind)
        self._earlier.forget()
        if self.passage is not None:
            self._lose_sight(event)
            self.desk.stop_waiting(TravelOver)

    def _await_lowering(self, event: Any) -> None:
        self._pulses_left = max(self._pulses_left, 1)
        self._earlier.look()
        self.desk.stop_waiting(LeaveOver)
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + TRAVEL_MARGIN_S)

    def _free_jam(self, event: Any) -> None:
        """Stuck half way down: one OPEN pulse frees most arms; a CLOSE is never tried."""
        self._pulses_left -= 1
        self.desk.note("jam-retry", "the arm is between its limits for too long")
        self.desk.write(OpeningOrdered("", None, OpeningReason.POLICY))
        self.desk.order(BARRIER, OpenBarrier(self.desk.new_id("free")))
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + TRAVEL_MARGIN_S)

    def _report_open(self, event: Any) -> None:
        self.desk.alarm("arm-stays-up", "the barrier did not close by itself")

    def _report_forced(self, event: Any) -> None:
        if not self._earlier.rises():
            kind = "manual-opening" if self.desk.inputs.manual_key else "arm-forced"
            self.desk.note(kind, "the arm left its lower limit without our command")
        self._earlier.look()
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + CLOSING_MARGIN_S)

    def _see_from_behind(self, event: Any) -> None:
        self.desk.step("gate.safety.occupied.behind-lowered-arm")

    # A technician asks for the lane.

    def _deny_lane(self, event: LaneAskedFor) -> None:
        self.desk.post(LockDenied("a car is leaving"))

    def _ask_on(self, event: LaneAskedFor) -> None:
        self.desk.post(LockWanted(event.vouched))

    # Fire.

    def _hold(self, event: Any) -> None:
        """Whoever waits for an opening goes now; nothing is opened for them afterwards."""
        while self._queued:
            self.desk.passages.pop(self._queued.popleft().exit_id, None)
        self.desk.order_at_once(BARRIER, HoldOpen())
        self.desk.write(OpeningOrdered("", None, OpeningReason.FIRE))
        self.desk.stop_waiting(TravelOver, LeaveOver, PassOver)
        self.desk.alarm("fire", "the fire contact asks for an open lane")

    def _await_release(self, event: Any) -> None:
        self.desk.step("gate.fire.cleared")

    def _refuse_release(self, event: Any) -> None:
        self.desk.note("release-refused", "the fire contact still asks for an open lane")

    def _let_go(self, event: Any) -> None:
        self.desk.order(BARRIER, ReleaseHold())
        self.desk.calm("fire")
        self.desk.note("hold-released", event.who)
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + CLOSING_MARGIN_S)

    # Faults.

    def _lose_board(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver, LeaveOver, PassOver)
        self.desk.alarm("board-silent", event.why)
        if self.passage is not None and not self.passage.raised:
            self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + TRAVEL_MARGIN_S)

    def _fail_unseen(self, event: Any) -> None:
        self._fail("the barrier board does not answer")

    def _give_up(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver)
        self.desk.alarm("arm-jam", f"the arm is {self.desk.inputs.arm.value} after its time")
        self._fail("the arm did not open")

    def _report_contradiction(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver, LeaveOver, PassOver)
        self.desk.alarm("arm-fault", "both limit switches report at once: check their wiring")
        self._fail("the limit switches contradict each other")

    def _report_swung_off(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver, LeaveOver, PassOver)
        self.desk.alarm("arm-swung-off", "the arm was knocked out of its holder")
        self._fail("the arm was knocked off")

    def _fail(self, why: str) -> None:
        passage, self.passage = self.passage, None
        if passage is not None:
            self.desk.post(OpeningFailed(passage.exit_id, why))
        self._drop_queued(why)

    def _repair(self, event: Any) -> None:
        for kind in ("arm-fault", "arm-jam", "arm-swung-off"):
            self.desk.calm(kind)
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + CLOSING_MARGIN_S)

    def _find_lowered(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver)

    def _find_opening(self, event: Any) -> None:
        """The pulse had been heard before the silence: the arm is on its way, no other is given."""
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + TRAVEL_MARGIN_S)

    def _find_under(self, event: Any) -> None:
        if self._arm_is_raised(event):
            self._confirm()
        self._go_under(event)

    def _remember_opening(self, event: OpeningLeft) -> None:
        self._earlier.remember(event)
        self._earlier.look()

    def _find_left_under(self, event: Any) -> None:
        if isinstance(event, OpeningLeft):
            self._earlier.remember(event)
        self._earlier.look()
        self._go_under(event)

    def _was_left_under(self, event: Any) -> bool:
        known = bool(event.exit_id) if isinstance(event, OpeningLeft) else bool(self._earlier)
        return known and self.desk.inputs.safety_loop

    def _find_open(self, event: Any) -> None:
        self._earlier.look()
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + CLOSING_MARGIN_S)
