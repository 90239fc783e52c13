"""How a car goes under the open arm, and what its passage comes to. No table is here."""

from typing import Any, Final

from kiosk.core.lane.desk import BARRIER
from kiosk.core.lane.events import (
    CarPassed,
    CarStayed,
    LeaveOver,
    OpeningFailed,
    PassOver,
    TravelOver,
)
from kiosk.core.lane.opening import VANISHED_S, OpeningGate
from kiosk.core.lane.passage import Passage
from kiosk.core.lane.tables.gate import GateState
from kiosk.core.records import (
    ClosingReason,
    ExitFinished,
    OpeningReason,
    StayClosed,
)
from kiosk.core.shows import ExitReported
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.barrier import OpenBarrier

CLOSING_MARGIN_S: Final = 15.0
"""How long a barrier may stay up after the car before its own automatic closing must have begun."""


class PassingGate(OpeningGate):
    """A gate that watches whoever passes it, released or not."""

    # Guards.

    def _car_waits(self, event: Any) -> bool:
        return self.desk.inputs.arming_loop

    def _car_is_under(self, event: Any) -> bool:
        return self.desk.inputs.safety_loop

    def _rear_unseen(self, event: Any) -> bool:
        """A car that passes leaves the arming loop first; one that comes back does not."""
        return (
            self.passage is not None and not self.passage.rear_seen and self.desk.inputs.arming_loop
        )

    def _next_is_released(self, event: Any) -> bool:
        """The car that waits for its own opening may be the one that just passed, read twice."""
        return bool(self._queued) and self.desk.inputs.arming_loop

    # The car goes.

    def _go_under(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver, LeaveOver)
        self.desk.wait(PassOver, self.desk.settings.pass_s)

    def _follow(self, event: Any) -> None:
        """The arm has not come down yet, and the next car goes without having been released."""
        self.desk.note("tailgate", "a second car passes on one opening")
        self._go_under(event)

    def _go_unreleased(self, event: Any) -> None:
        if not self._earlier:
            self.desk.note("unreleased-passing", "a car passes an arm that stands open")
        self._go_under(event)

    def _suspect_tailgate(self, event: Any) -> None:
        exit_id = self.passage.exit_id if self.passage else ""
        self.desk.step("gate.tailgate.candidate", exit_id)

    def _report_standing(self, event: Any) -> None:
        self.desk.alarm("car-under-arm", "a car stands under the arm")
        self.desk.wait(PassOver, self.desk.settings.pass_s)

    def _lift_off_car(self, event: Any) -> None:
        """The barrier lowers itself onto a car: OPEN wins, without waiting for the store."""
        self.desk.alarm("arm-on-car", "the arm came down over an occupied safety loop")
        self.desk.order_at_once(BARRIER, OpenBarrier(self.desk.new_id("lift")))

    def _pass(self, event: Any) -> None:
        self._end_passage()
        self._drop_queued("the car was gone before its turn")
        self.desk.stop_waiting(PassOver)
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + CLOSING_MARGIN_S)
        self._pulses_left = 1
        self.desk.calm("car-under-arm")

    def _see_rear(self, event: Any) -> None:
        if self.passage is not None:
            self.passage.rear_seen = True

    def _doubt_passing(self, event: Any) -> None:
        """Under the arm and back, or followed bumper to bumper: the stay stays open, and paid."""
        passage = self.passage
        assert passage is not None
        self.desk.note("passing-doubtful", "the arming loop never cleared", passage.exit_id)
        passage.stay_id = None
        self._pass(event)

    def _pass_and_open(self, event: Any) -> None:
        self._end_passage()
        self._open(self._queued.popleft())

    def _pass_as_it_is(self, event: Any) -> None:
        """A car passed an arm that is held open, or broken: it is gone all the same."""
        self._end_passage()

    def _end_passage(self) -> None:
        passage, self.passage = self.passage, None
        if passage is None:
            reason = ClosingReason.LEFT if self._earlier.passed() else self._unreleased_reason()
            self.desk.post(CarPassed("", reason))
            return
        if not passage.raised:
            # The upper limit never reported, but a car went through: the barrier did open.
            self.desk.note("limit-missing", "a car passed before the upper limit", passage.exit_id)
            self.passage = passage
            self._confirm()
            self.passage = None
        reason = ClosingReason.SETTLE_LATER if passage.settle_later else ClosingReason.LEFT
        if self._reason is OpeningReason.MANUAL:
            reason = ClosingReason.MANUAL
        if passage.stay_id is not None and self._reason is not OpeningReason.ENTRY:
            self.desk.write(StayClosed(passage.exit_id, passage.stay_id, reason))
        passage.stopwatch.clear(self.desk.now)
        self._report(passage)
        self.desk.post(CarPassed(passage.exit_id, reason))

    def _unreleased_reason(self) -> ClosingReason:
        if self.state is GateState.HELD:
            return ClosingReason.FIRE
        if self.desk.inputs.manual_key:
            return ClosingReason.MANUAL
        return ClosingReason.LEFT_BY_OPEN_ARM

    def _report(self, passage: Passage) -> None:
        waterfall = passage.stopwatch.waterfall(self.desk.now)
        shares = waterfall.shares_s
        self.desk.write(
            ExitFinished(
                passage.exit_id,
                passage.kind,
                waterfall.total_s,
                shares[Share.PEOPLE],
                shares[Share.DEVICES],
                shares[Share.MACHINE],
            )
        )
        self.desk.show(ExitReported(passage.exit_id, passage.kind, waterfall))
        self.desk.passages.pop(passage.exit_id, None)

    # The car does not go.

    def _doubt_presence(self, event: Any) -> None:
        self.desk.wait(LeaveOver, VANISHED_S)

    def _see_presence(self, event: Any) -> None:
        self.desk.wait(LeaveOver, self.desk.settings.leave_s)

    def _urge(self, event: Any) -> None:
        exit_id = self.passage.exit_id if self.passage else ""
        self.desk.alarm("not-leaving", "a released car does not leave", exit_id)
        self.desk.wait(LeaveOver, self.desk.settings.leave_s)

    def _lose_sight(self, event: Any) -> None:
        """Whether the released car left is not known: its stay stays paid, and open."""
        passage, self.passage = self.passage, None
        self.desk.stop_waiting(LeaveOver, TravelOver)
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + CLOSING_MARGIN_S)
        if passage is not None:
            self.desk.note("leaving-unseen", type(event).__name__, passage.exit_id)
            if passage.raised:
                self._report(passage)
                self.desk.post(CarStayed(passage.exit_id, passage.stay_id))
            else:
                self.desk.post(OpeningFailed(passage.exit_id, "the car was gone before it opened"))
        if self._next_is_released(event):
            self.desk.post(self._queued.popleft())
        self._drop_queued("the car was gone before its turn")
