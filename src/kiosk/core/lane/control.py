"""What control does on each row of its table beyond its tenure: it tries the lane out.

What is tried without a driver is marked as a trial wherever it is written down.
"""

from typing import Any, Final

from kiosk.core.lane.control_events import TrialOver, TrialStopped, Way
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import ChargeGivenUp, ChargeOrdered, GoodsIssued, GoodsWithheld
from kiosk.core.lane.tables.control import CONTROL
from kiosk.core.lane.tenure import Tenure
from kiosk.core.records import TRIAL, OpeningReason, is_trial
from kiosk.core.shows import TrialStep
from kiosk_hw.ports.money import Money

CAR_S: Final = 60.0
"""How long an exit trial waits for a car on the arming loop."""

EXIT_S: Final = 90.0
"""How long an exit trial may take from its opening: up, through, down."""

CARD_S: Final = 90.0
"""How long a payment trial may take, the technician's card and its way back included."""


class Control(Tenure):
    """The machine of whoever works at the lane. `currency` is None where no terminal is."""

    table = CONTROL

    def __init__(self, desk: Desk, currency: str | None) -> None:
        super().__init__(desk)
        self._currency = currency
        self._with_car = False
        self._trial_id = self._order_id = ""
        self._began_at = 0.0
        self._up = self._opened = False

    # Guards.

    def _may_open(self, event: Any) -> bool:
        return not self._why_not(Way.OPEN)

    def _may_pay(self, event: Any) -> bool:
        return self._currency is not None

    def _trial_opened(self, event: Any) -> bool:
        return self._opened

    def _was_up(self, event: Any) -> bool:
        return self._up

    def _is_trial(self, event: Any) -> bool:
        return is_trial(event.order_id)

    # An exit trial.

    def _begin_exit(self, event: Any) -> None:
        self._begin_trial(CAR_S if event.with_car else EXIT_S)
        self._with_car = event.with_car
        if event.with_car and not self.desk.inputs.arming_loop:
            self._step("waiting for a car on the arming loop")
        else:
            self._open_for_trial(event)

    def _refuse_exit(self, event: Any) -> None:
        self._tell("trial-refused", self._why_not(Way.OPEN))

    def _open_for_trial(self, event: Any) -> None:
        self._began_at = self.desk.now
        self._opened = True
        self._step("OPEN ordered")
        self.desk.wait(TrialOver, EXIT_S)
        self._release(OpeningReason.TRIAL, self._trial_id)

    def _see_up(self, event: Any) -> None:
        self._up = True
        self._step("arm at its upper limit")

    def _see_plate(self, event: Any) -> None:
        self._step(f"camera: {_SEEN_AS[type(event).__name__]}")

    def _see(self, event: Any) -> None:
        self._step(_SEEN_AS[type(event).__name__])

    def _finish_exit(self, event: Any) -> None:
        self._step("arm at its lower limit")
        self._end_trial(True)

    def _fail_exit(self, event: Any) -> None:
        self._end_trial(False, event.why)

    # A payment trial.

    def _begin_payment(self, event: Any) -> None:
        assert self._currency is not None
        self._begin_trial(CARD_S)
        amount = Money(1, self._currency)
        self._order_id = self._trial_id
        self.desk.note("trial-payment", f"{amount} by {self._asked().who}", self._trial_id)
        self.desk.post(ChargeOrdered(self._order_id, self._trial_id, TRIAL, amount))
        self._step(f"{amount} asked for: hold your own card to the reader")

    def _refuse_payment(self, event: Any) -> None:
        self._tell("trial-refused", "this lane has no payment terminal")

    def _take_money(self, event: Any) -> None:
        self._step("held by the terminal")
        self.desk.post(GoodsIssued(event.order_id))

    def _decline_money(self, event: Any) -> None:
        self.desk.post(GoodsWithheld(event.order_id))

    def _finish_payment(self, event: Any) -> None:
        self._step("given back" if event.why == "reversed" else f"not taken: {event.why}")
        self._end_trial(event.why == "reversed", "" if event.why == "reversed" else event.why)

    def _leave_payment(self, event: Any) -> None:
        self._end_trial(False, "the terminal could not say; see `kiosk journal --unresolved`")

    # Trials end.

    def _stop_exit(self, event: Any) -> None:
        if isinstance(event, TrialStopped):
            why = "stopped"
        elif self._up:
            why = "the arm was not seen down again"
        else:
            why = "no car was felt on the arming loop"
        self._end_trial(False, why)

    def _stop_payment(self, event: Any) -> None:
        """What the terminal is doing meanwhile goes on: the till takes back what it books."""
        self._give_payment_up()
        why = "stopped" if isinstance(event, TrialStopped) else "it took too long"
        self._end_trial(False, why)

    def _give_payment_up(self) -> None:
        """Only an order of ours may be given up: the till may have an earlier car's in hand."""
        if self._order_id:
            self.desk.post(ChargeGivenUp(self._order_id))
        self._order_id = ""

    def _refuse_busy(self, event: Any) -> None:
        self._tell("refused", f"{self.state.value}: let that end first")

    def _begin_trial(self, seconds: float) -> None:
        self._trial_id = self.desk.new_id(TRIAL)
        self._began_at = self.desk.now
        self._up = self._opened = self._with_car = False
        self.desk.wait(TrialOver, seconds)

    def _end_trial(self, passed: bool, why: str = "") -> None:
        self.desk.stop_waiting(TrialOver)
        self.desk.show(TrialStep(self._trial_id, why or "done", self._took_s(), passed))
        self._trial_id = self._order_id = ""
        self._tell("locked")

    def _give_up_trial(self) -> None:
        self._give_payment_up()
        self._trial_id = ""
        self.desk.stop_waiting(TrialOver)

    def _step(self, what: str) -> None:
        self.desk.show(TrialStep(self._trial_id, what, self._took_s(), None))

    def _took_s(self) -> float:
        return self.desk.now - self._began_at


_SEEN_AS: Final = {
    "PlateRead": "a plate was read",
    "PlateUncertain": "a plate was read, and is doubtful",
    "PlateNotRead": "no plate was read",
    "SafetyLoopOccupied": "safety loop occupied",
    "SafetyLoopCleared": "safety loop free",
    "ArmRaised": "upper limit reports",
    "ArmLeftLimit": "arm between its limits",
    "CarPassed": "car passed",
    "CarStayed": "no car passed",
    "CardPresented": "card presented",
    "MoneyUnclear": "the terminal's answer is missing: it is being asked",
}
"""The steps of a trial, as a technician reads them."""
