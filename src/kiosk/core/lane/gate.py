"""What the gate does on each row of its table: pulses, holds, watches, reports. No I/O is here."""

from collections import deque
from typing import Any, Final

from kiosk.core.lane.control_events import LaneAskedFor, LockDenied, LockWanted
from kiosk.core.lane.desk import BARRIER, Desk
from kiosk.core.lane.earlier import EarlierOpening
from kiosk.core.lane.events import (
    BarrierUp,
    CarPassed,
    CarStayed,
    LeaveOver,
    OpeningFailed,
    PassOver,
    ReleaseOrdered,
    TravelOver,
)
from kiosk.core.lane.machine import Stateful
from kiosk.core.lane.passage import Passage
from kiosk.core.lane.tables.gate import GATE, GateState
from kiosk.core.records import (
    BarrierOpened,
    ClosingReason,
    ExitFinished,
    OpeningLeft,
    OpeningOrdered,
    OpeningReason,
    StayClosed,
)
from kiosk.core.shows import ExitReported
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.barrier import Arm, HoldOpen, OpenBarrier, ReleaseHold, SwitchLamp

TRAVEL_MARGIN_S: Final = 1.5
"""What the arm gets on top of its travel time: the pulse, the polls, the debounce."""

CLOSING_MARGIN_S: Final = 15.0
"""How long a barrier may stay up after the car before its own automatic closing must have begun."""

VANISHED_S: Final = 5.0
"""A released car that leaves the arming loop without coming under the arm (a motorcycle between
the loops, a car that backed out) is given this long before its leaving counts as unknown."""

OPENINGS_MAX: Final = 4
"""OPEN pulses for one car over all its retries and reopenings; after that a person is called."""

QUEUED_MAX: Final = 1
"""Cars that may be released behind the one that is still on its way: there is one arming loop."""

_NO_ROW_NEEDED: Final = (OpeningReason.POLICY, OpeningReason.MANUAL)
"""Openings that let a trapped car out: a store that is dead must not keep them from it."""


class Gate(Stateful):
    """The arm's machine with the passage that it is open for, and the one released behind it."""

    table = GATE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.passage: Passage | None = None
        self._reason = OpeningReason.MANUAL
        self._queued: deque[ReleaseOrdered] = deque(maxlen=QUEUED_MAX)
        self._pulses_left = 0
        self._lamp_is_on = False
        self._earlier = EarlierOpening(desk)

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

    def _arm_is_lowered(self, event: Any) -> bool:
        return self.desk.inputs.arm is Arm.LOWERED

    def _arm_is_raised(self, event: Any) -> bool:
        return self.desk.inputs.arm is Arm.RAISED

    def _arm_was_up(self, event: Any) -> bool:
        return self.passage is None or self.passage.raised

    def _released(self, event: Any) -> bool:
        return self.passage is not None

    def _released_and_raised(self, event: Any) -> bool:
        return self.passage is not None and self.desk.inputs.arm is Arm.RAISED

    def _released_and_under(self, event: Any) -> bool:
        return self.passage is not None and self.desk.inputs.safety_loop

    def _released_and_waiting(self, event: Any) -> bool:
        """The arm did not move. One that was up may be down again behind a car that has left."""
        return (
            self._owes_an_opening(event)
            and self._arm_is_lowered(event)
            and not self._arm_was_up(event)
        )

    def _released_and_opening(self, event: Any) -> bool:
        return (
            self.passage is not None and not self.passage.raised and not self._arm_is_lowered(event)
        )

    def _released_and_lowered(self, event: Any) -> bool:
        return self.passage is not None and self.desk.inputs.arm is Arm.LOWERED

    def _owes_an_opening(self, event: Any) -> bool:
        return (
            self.passage is not None
            and not self.desk.locked
            and self.desk.inputs.arming_loop
            and self.passage.openings < OPENINGS_MAX
        )

    def _car_waits(self, event: Any) -> bool:
        return self.desk.inputs.arming_loop

    def _car_is_under(self, event: Any) -> bool:
        return self.desk.inputs.safety_loop

    def _may_try_again(self, event: Any) -> bool:
        """Never with a technician's hands at the arm: only a held key moves it then."""
        return self._pulses_left > 0 and not self.desk.locked

    def _is_let_through(self, event: LaneAskedFor) -> bool:
        return self.passage is not None and not event.vouched

    def _rear_unseen(self, event: Any) -> bool:
        """A car that passes leaves the arming loop first; one that comes back does not."""
        return (
            self.passage is not None and not self.passage.rear_seen and self.desk.inputs.arming_loop
        )

    def _next_is_released(self, event: Any) -> bool:
        """The car that waits for its own opening may be the one that just passed, read twice."""
        return bool(self._queued) and self.desk.inputs.arming_loop

    # Opening.

    def _open(self, event: ReleaseOrdered) -> None:
        self.passage = self.desk.passages[event.exit_id]
        self._reason = event.reason
        self._pulses_left = 1
        self._earlier.forget()
        self._pulse()

    def _open_again(self, event: Any) -> None:
        assert self.passage is not None
        self._pulses_left -= 1
        self.desk.note("opened-again", type(event).__name__, self.passage.exit_id)
        self._pulse()

    def _pulse(self) -> None:
        """A board gives each name one pulse: a car that is let go anew needs a new one.

        What a held key moves moves now: after a slow store, the key may be up again.
        """
        assert self.passage is not None
        pulse_id = f"{self.passage.exit_id}/{self.passage.pulses}"
        self.passage.openings += 1
        self.passage.pulses += 1
        self.desk.write(OpeningOrdered(self.passage.exit_id, self.passage.stay_id, self._reason))
        held = self._reason is OpeningReason.MAINTENANCE
        if held or (self.desk.store_is_down and self._reason in _NO_ROW_NEEDED):
            self.desk.order_at_once(BARRIER, OpenBarrier(pulse_id))
        else:
            self.desk.order(BARRIER, OpenBarrier(pulse_id))
        self.desk.stop_waiting(LeaveOver, PassOver)
        self.desk.wait(TravelOver, self.desk.settings.arm_travel_s + TRAVEL_MARGIN_S)
        self.desk.step("gate.opening", self.passage.exit_id, reason=self._reason.value)

    def _queue(self, event: ReleaseOrdered) -> None:
        self._queued.append(event)

    def _cannot_open(self, event: ReleaseOrdered) -> None:
        self.desk.post(OpeningFailed(event.exit_id, "the barrier board does not answer"))

    def _let_through(self, event: ReleaseOrdered) -> None:
        """The arm is held open already: the car goes, no pulse is given."""
        self.passage = self.desk.passages[event.exit_id]
        self._reason = event.reason
        self.desk.write(OpeningOrdered(event.exit_id, event.stay_id, event.reason))
        self._confirm()

    def _await_arm(self, event: Any) -> None:
        if self.passage is not None:
            self.passage.stopwatch.switch("arm", Share.DEVICES, self.desk.now)

    def _doubt_pulse(self, event: Any) -> None:
        exit_id = self.passage.exit_id if self.passage else ""
        self.desk.note("pulse-unconfirmed", "the board did not confirm the OPEN pulse", exit_id)

    def _raise(self, event: Any) -> None:
        self.desk.stop_waiting(TravelOver)
        here = self.desk.inputs.arming_loop or self.desk.inputs.safety_loop
        self.desk.wait(LeaveOver, self.desk.settings.leave_s if here else VANISHED_S)
        self._confirm()

    def _raise_late(self, event: Any) -> None:
        self._confirm()

    def _confirm(self) -> None:
        passage = self.passage
        if passage is None or passage.raised:
            return
        passage.raised = True
        passage.stopwatch.stop(self.desk.now)
        self.desk.write(BarrierOpened(passage.exit_id))
        self.desk.post(BarrierUp(passage.exit_id))
        self.desk.step("gate.raised", passage.exit_id, **_seconds(passage, self.desk.now))
        for kind in ("arm-fault", "arm-jam"):
            self.desk.calm(kind)

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

    def _drop_queued(self, why: str) -> None:
        while self._queued:
            self.desk.post(OpeningFailed(self._queued.popleft().exit_id, why))

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


def _seconds(passage: Passage, now: float) -> dict[str, str]:
    waterfall = passage.stopwatch.waterfall(now)
    machine_ms = waterfall.shares_s[Share.MACHINE] * 1000
    return {"total_s": f"{waterfall.total_s:.3f}", "machine_ms": f"{machine_ms:.0f}"}
