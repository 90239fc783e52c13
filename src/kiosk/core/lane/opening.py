"""How the gate opens for a released car: pulses, their proof, the car behind. No table is here."""

from collections import deque
from typing import Any, Final

from kiosk.core.lane.desk import BARRIER, Desk
from kiosk.core.lane.earlier import EarlierOpening
from kiosk.core.lane.events import (
    BarrierUp,
    LeaveOver,
    OpeningFailed,
    PassOver,
    ReleaseOrdered,
    TravelOver,
)
from kiosk.core.lane.machine import Stateful
from kiosk.core.lane.passage import Passage
from kiosk.core.records import (
    BarrierOpened,
    OpeningOrdered,
    OpeningReason,
)
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.barrier import Arm, OpenBarrier

TRAVEL_MARGIN_S: Final = 1.5
"""What the arm gets on top of its travel time: the pulse, the polls, the debounce."""

VANISHED_S: Final = 5.0
"""A released car that leaves the arming loop without coming under the arm (a motorcycle between
the loops, a car that backed out) is given this long before its leaving counts as unknown."""

OPENINGS_MAX: Final = 4
"""OPEN pulses for one car over all its retries and reopenings; after that a person is called."""

QUEUED_MAX: Final = 1
"""Cars that may be released behind the one that is still on its way: there is one arming loop."""

_NO_ROW_NEEDED: Final = (OpeningReason.POLICY, OpeningReason.MANUAL)
"""Openings that let a trapped car out: a store that is dead must not keep them from it."""


class OpeningGate(Stateful):
    """A gate with the passage that its arm is open for, and the one released behind it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.passage: Passage | None = None
        self._reason = OpeningReason.MANUAL
        self._queued: deque[ReleaseOrdered] = deque(maxlen=QUEUED_MAX)
        self._pulses_left = 0
        self._earlier = EarlierOpening(desk)

    # Guards.

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

    def _may_try_again(self, event: Any) -> bool:
        """Never with a technician's hands at the arm: only a held key moves it then."""
        return self._pulses_left > 0 and not self.desk.locked

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

    # The car behind.

    def _drop_queued(self, why: str) -> None:
        while self._queued:
            self.desk.post(OpeningFailed(self._queued.popleft().exit_id, why))


def _seconds(passage: Passage, now: float) -> dict[str, str]:
    waterfall = passage.stopwatch.waterfall(now)
    machine_ms = waterfall.shares_s[Share.MACHINE] * 1000
    return {"total_s": f"{waterfall.total_s:.3f}", "machine_ms": f"{machine_ms:.0f}"}
