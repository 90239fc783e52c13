"""What the visit does on each row of its table: who is this, what is due, out or call a person."""

from typing import Any

from kiosk.core.lane.codes.events import (
    CodesOrdered,
)
from kiosk.core.lane.control_events import LockWanted
from kiosk.core.lane.events import (
    BarrierUp,
    CarPassed,
    ChargeGivenUp,
    MoneyBooked,
    MoneyHeld,
    MoneyUnresolved,
    OpeningFailed,
    OpenRequested,
    PayOver,
)
from kiosk.core.lane.stay_found import CarWithStay
from kiosk.core.lane.tables.visit import VISIT
from kiosk.core.records import (
    ClosingReason,
    OpeningReason,
    StayFound,
    is_trial,
)
from kiosk.core.shows import Picture
from kiosk.core.stopwatch import Share


class Visit(CarWithStay):
    """The exit's machine: the car at the arming loop, its stay, its fee."""

    table = VISIT

    # Guards.

    def _is_vouched(self, event: LockWanted) -> bool:
        """A fee that is being taken is no opinion of a loop: it ends by itself first."""
        car = self.car
        charging = car is not None and (car.order_id is not None or car.by_code)
        return super()._is_vouched(event) and not charging

    def _is_for_us(self, event: MoneyBooked) -> bool:
        return self._is_ours(event) or (
            self._stay is not None and self._stay.stay_id == event.stay_id
        )

    def _may_adopt(self, event: MoneyBooked) -> bool:
        """Paid before a restart, not let out, and an unknown car stands there since."""
        return not event.barrier_opened and self._stay is None and self.here_since_start

    def _lets_out(self, event: MoneyUnresolved) -> bool:
        return self._is_ours(event) and self._opens_when_stuck(event)

    def _called_in_silence(self, event: Any) -> bool:
        return self._car().called_in_silence and self._knows_plate(event)

    def _is_trial(self, event: MoneyHeld) -> bool:
        return is_trial(event.order_id)

    # The fee.

    def _show_fee(self, event: StayFound) -> None:
        self._take_stay(event)
        car, quote = self._car(), self._quote
        assert quote is not None
        assert car.stay_id is not None
        car.amount, car.kind = quote.due, "card"
        car.paid_before_minor = event.stay.paid_minor(quote.due.currency)
        car.codes, car.by_code = (), self._means.codes
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        self.desk.step("visit.fee.due", car.exit_id, amount=quote.due)
        self._charge()
        if self._means.codes:
            self.desk.post(CodesOrdered(car.exit_id, car.stay_id, quote.due, car.paid_before_minor))

    def _call_unsettled(self, event: Any) -> None:
        if isinstance(event, StayFound):
            self._take_stay(event)
        self._call("payment-unresolved", "an earlier payment of this stay is not settled")

    # It may go.

    def _release_unpriced(self, event: StayFound) -> None:
        self._take_stay(event)
        quote = self._quote
        assert quote is not None
        if event.stay.season:
            reason = OpeningReason.SEASON
        elif quote.total.amount_minor == 0:
            reason = OpeningReason.FREE
        else:
            reason = OpeningReason.PREPAID
        self._release(reason)

    def _release_unsettled(self, event: StayFound) -> None:
        self._take_stay(event)
        self._release_stuck(event)

    def _release_held(self, event: StayFound) -> None:
        held = self._holds.pop(event.stay.stay_id)
        self._take_stay(event)
        self._release_by(held)

    def _release_booked(self, event: MoneyBooked) -> None:
        car = self._car()
        if car.order_id is not None and car.order_id != event.order_id:
            self.desk.post(ChargeGivenUp(car.order_id))
        car.order_id, car.receipt_id = None, event.order_id
        self._release(OpeningReason.PAID)

    def _adopt(self, event: MoneyBooked) -> None:
        car = self._car()
        car.stay_id = event.stay_id
        self._release(OpeningReason.PAID)

    def _release_doubt(self, event: MoneyUnresolved) -> None:
        self._car().order_id = None
        self._release_stuck(event)

    def _release_stuck(self, event: Any) -> None:
        """A trapped car is worse than a lost fee: out, and the stay is settled later."""
        self._give_up_charge()
        self._car().settle_later = True
        self._release(OpeningReason.POLICY)

    def _release_by_hand(self, event: OpenRequested) -> None:
        self._give_up_charge()
        self.desk.note("manual-opening", event.who, self._car().exit_id)
        self._release(OpeningReason.MANUAL)

    def _release_nobody(self, event: OpenRequested) -> None:
        self._start_passage("manual", Share.MACHINE)
        self._release_by_hand(event)

    def _drive(self, event: BarrierUp) -> None:
        self._issue_goods()
        self.desk.screen(Picture.DRIVE, self._car(), receipt=self._receipt())

    def _drive_off(self, event: BarrierUp) -> None:
        self._issue_goods()
        self._welcome(event)

    def _call_stuck(self, event: OpeningFailed) -> None:
        self._withhold_goods()
        self._call("not-opened", event.why)

    def _withhold_and_doubt(self, event: OpeningFailed) -> None:
        self._withhold_goods()
        self._doubt_presence(event)

    # It goes without leave.

    def _back_out(self, event: Any) -> None:
        self._give_up_charge()
        self._give_up_presence(event)

    def _leave_unreleased(self, event: CarPassed) -> None:
        self._give_up_charge()
        self._close_stay(event.reason)
        self._forget_passage()
        self._welcome(event)

    def _leave_in_fire(self, event: CarPassed) -> None:
        self._close_stay(ClosingReason.FIRE)
        self._stay = None

    def _burn(self, event: Any) -> None:
        if self.car is not None:
            self._give_up_charge()
        self._let_go_of_holds()
        super()._burn(event)

    def _close_lane(self, event: Any) -> None:
        if self.car is not None:
            self._give_up_charge()
        self._let_go_of_holds()
        super()._close_lane(event)

    # Inside.

    def _welcome(self, event: Any) -> None:
        self._stay, self._quote = None, None
        self._let_go_of_holds()
        super()._welcome(event)

    def _leave_car(self) -> None:
        """Holds of an earlier run wait for the first car to be known."""
        if not self._is_start:
            self._let_go_of_holds()
        super()._leave_car()
