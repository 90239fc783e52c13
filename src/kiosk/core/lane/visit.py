"""What the visit does on each row of its table: who is this, what is due, out or call a person."""

from typing import Any, Final

from kiosk.core.lane.car import CarAtLoop
from kiosk.core.lane.control_events import LockWanted
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import (
    AnswerOver,
    BackOutOver,
    BarrierUp,
    CarPassed,
    ChargeGivenUp,
    ChargeOrdered,
    GoodsIssued,
    GoodsWithheld,
    HelpOver,
    MoneyBooked,
    MoneyHeld,
    MoneyRefused,
    MoneyUnclear,
    MoneyUnresolved,
    OpeningFailed,
    OpenRequested,
    PayOver,
    PlateWaitOver,
    StoreOver,
    TillFree,
)
from kiosk.core.lane.reader import PlateReader
from kiosk.core.lane.tables.visit import VISIT
from kiosk.core.records import (
    ClosingReason,
    FeeReckoned,
    FindStay,
    OpeningReason,
    Stay,
    StayClosed,
    StayFound,
    StayMissing,
    is_trial,
)
from kiosk.core.settings import WhenStuck
from kiosk.core.shows import Picture
from kiosk.core.stopwatch import Share
from kiosk.core.tariff import Quote, Tariff

CHARGES_MAX: Final = 3
"""Cards that one car may try before a person is called."""

FEE_LINES_MAX: Final = 40
"""Lines of a fee in the journal; a receipt of more is read by nobody."""


class Visit(CarAtLoop):
    """The exit's machine: the car at the arming loop, its stay, its fee."""

    table = VISIT

    def __init__(self, desk: Desk, reader: PlateReader, tariff: Tariff, *, has_till: bool) -> None:
        super().__init__(desk, reader)
        self._tariff = tariff
        self._has_till = has_till
        self._stay: Stay | None = None
        self._quote: Quote | None = None

    # Guards.

    def _is_vouched(self, event: LockWanted) -> bool:
        """A fee that is being taken is no opinion of a loop: it ends by itself first."""
        return super()._is_vouched(event) and (self.car is None or self.car.order_id is None)

    def _is_ours(self, event: Any) -> bool:
        return self.car is not None and self.car.order_id == event.order_id

    def _is_for_us(self, event: MoneyBooked) -> bool:
        return self._is_ours(event) or (
            self._stay is not None and self._stay.stay_id == event.stay_id
        )

    def _may_adopt(self, event: MoneyBooked) -> bool:
        """Paid before a restart, not let out, and an unknown car stands there since."""
        return not event.barrier_opened and self._stay is None and self.here_since_start

    def _needs_no_money(self, event: StayFound) -> bool:
        return not event.stay.unsettled and self._price(event).due.amount_minor == 0

    def _is_unsettled(self, event: StayFound) -> bool:
        return event.stay.unsettled

    def _may_settle_later(self, event: StayFound) -> bool:
        return event.stay.unsettled and self._opens_when_stuck(event)

    def _price(self, event: StayFound) -> Quote:
        if self._quote is None:
            self._quote = self._tariff.fee(event.stay, event.asked_utc)
        return self._quote

    def _may_ask(self, event: StayMissing) -> bool:
        return self._car().asks < self.desk.settings.asks_max

    def _may_charge_again(self, event: MoneyRefused) -> bool:
        return self._is_ours(event) and event.retry and self._car().charges < CHARGES_MAX

    def _opens_when_stuck(self, event: Any) -> bool:
        return self.desk.settings.when_stuck is WhenStuck.OPEN

    def _waits_for_till(self, event: TillFree) -> bool:
        return self.car is not None and self.car.waits_for_till

    def _lets_out(self, event: MoneyUnresolved) -> bool:
        return self._is_ours(event) and self._opens_when_stuck(event)

    def _is_trial(self, event: MoneyHeld) -> bool:
        return is_trial(event.order_id)

    def _is_charging(self, event: Any) -> bool:
        return self._car().order_id is not None

    # The plate and the stay.

    def _find(self, event: Any) -> None:
        reading = self._understood
        assert reading is not None
        car = self._car()
        car.plate = reading.plate
        self._stay, self._quote = None, None
        self.desk.stop_waiting(PlateWaitOver, AnswerOver, HelpOver)
        self.desk.ask(FindStay(car.exit_id, reading.plate, reading.lookalikes))
        self.desk.wait(StoreOver, self.desk.settings.store_s)
        car.stopwatch.switch("stay and fee", Share.MACHINE, self.desk.now)
        self.desk.step("visit.plate.known", car.exit_id, plate=reading.plate)

    def _find_again(self, event: Any) -> None:
        car = self._car()
        self.desk.stop_waiting(BackOutOver)
        self._stay, self._quote = None, None
        assert car.plate is not None
        self.desk.ask(FindStay(car.exit_id, car.plate))
        self.desk.wait(StoreOver, self.desk.settings.store_s)

    def _find_in_fire(self, event: Any) -> None:
        if self._understood is not None:
            self.desk.ask(FindStay("", self._understood.plate))

    def _remember_stay(self, event: StayFound) -> None:
        self._stay = event.stay

    def _call_missing(self, event: StayMissing) -> None:
        self._call("no-stay", f"{event.candidates} stays fit the plate")

    def _call_unanswered(self, event: Any) -> None:
        self._call("no-plate", "the driver typed no plate")

    def _call_store(self, event: Any) -> None:
        self._call("store-down", event.why)

    def _report_store(self, event: Any) -> None:
        self.desk.alarm("store-down", event.why)

    def _call_store_slow(self, event: Any) -> None:
        self._call("store-down", "the store did not answer in time")

    # The fee.

    def _show_fee(self, event: StayFound) -> None:
        self._take_stay(event)
        car, quote = self._car(), self._quote
        assert quote is not None
        car.amount, car.kind = quote.due, "card"
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        self.desk.step("visit.fee.due", car.exit_id, amount=quote.due)
        self._charge()

    def _charge(self, note: str = "") -> None:
        car = self._car()
        assert car.amount is not None
        assert car.stay_id is not None
        self.desk.screen(Picture.DUE, car, note)
        if not self._has_till:
            return
        car.charges += 1
        car.order_id = self.desk.new_id("o")
        self.desk.post(ChargeOrdered(car.order_id, car.exit_id, car.stay_id, car.amount))

    def _charge_again(self, event: MoneyRefused) -> None:
        self._charge("declined")

    def _charge_anew(self, event: MoneyRefused) -> None:
        """What was unclear was not booked: the driver gets the whole time to pay once more."""
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        self._charge("declined")

    def _offer_again(self, event: TillFree) -> None:
        """The terminal is back: the driver may pay, and nobody needs to come."""
        self._car().waits_for_till = False
        self.desk.stop_waiting(HelpOver)
        self.desk.calm("help:terminal-down")
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        self._charge()

    def _show_fee_again(self, event: Any) -> None:
        self.desk.stop_waiting(BackOutOver)
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        self.desk.screen(Picture.DUE, self._car())

    def _show_paying(self, event: Any) -> None:
        self.desk.screen(Picture.PAYING, self._car())

    def _show_waiting(self, event: MoneyUnclear) -> None:
        self.desk.stop_waiting(PayOver)
        self.desk.screen(Picture.WAIT, self._car())

    def _decline_hold(self, event: MoneyHeld) -> None:
        """Held for a car that is gone, or leaves another way: it is not charged."""
        self.desk.post(GoodsWithheld(event.order_id))

    def _forget_order(self, event: Any) -> None:
        self._car().order_id = None

    def _call_refused(self, event: MoneyRefused) -> None:
        car = self._car()
        car.order_id = None
        car.waits_for_till = not event.retry
        self._call("terminal-down" if not event.retry else "card-refused", event.why)

    def _call_unpaid(self, event: Any) -> None:
        self._call("unpaid", "the fee stands unpaid")

    def _call_unsettled(self, event: Any) -> None:
        if isinstance(event, StayFound):
            self._take_stay(event)
        self._call("payment-unresolved", "an earlier payment of this stay is not settled")

    def _wait_longer(self, event: Any) -> None:
        self.desk.wait(PayOver, self.desk.settings.pay_s)

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

    def _release_paid(self, event: MoneyHeld) -> None:
        self._release(OpeningReason.PAID)

    def _release_booked(self, event: MoneyBooked) -> None:
        car = self._car()
        if car.order_id is not None and car.order_id != event.order_id:
            self.desk.post(ChargeGivenUp(car.order_id))
        car.order_id = None
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

    def _give_up_charge(self) -> None:
        car = self._car()
        if car.order_id is not None:
            self.desk.post(ChargeGivenUp(car.order_id))
            car.order_id = None

    def _drive(self, event: BarrierUp) -> None:
        self._issue_goods()
        self.desk.screen(Picture.DRIVE, self._car())

    def _drive_off(self, event: BarrierUp) -> None:
        self._issue_goods()
        self._welcome(event)

    def _issue_goods(self) -> None:
        car = self._car()
        self._remember_last()
        if car.order_id is not None:
            self.desk.post(GoodsIssued(car.order_id))

    def _call_stuck(self, event: OpeningFailed) -> None:
        self._withhold_goods()
        self._call("not-opened", event.why)

    def _withhold_and_doubt(self, event: OpeningFailed) -> None:
        self._withhold_goods()
        self._doubt_presence(event)

    def _withhold_goods(self) -> None:
        car = self._car()
        if car.order_id is not None:
            self.desk.post(GoodsWithheld(car.order_id))
            car.order_id = None

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

    def _close_stay(self, reason: ClosingReason) -> None:
        if self._stay is not None:
            exit_id = self.car.exit_id if self.car else ""
            self.desk.write(StayClosed(exit_id, self._stay.stay_id, reason))

    def _burn(self, event: Any) -> None:
        if self.car is not None:
            self._give_up_charge()
        super()._burn(event)

    def _close_lane(self, event: Any) -> None:
        if self.car is not None:
            self._give_up_charge()
        super()._close_lane(event)

    def _stop_charging(self, event: Any) -> None:
        self._give_up_charge()

    # Inside.

    def _take_stay(self, event: StayFound) -> None:
        self.desk.stop_waiting(StoreOver)
        self.desk.calm("store-down")
        self._stay = event.stay
        car, quote = self._car(), self._quote
        car.stay_id = event.stay.stay_id
        if quote is not None:
            lines = tuple(str(line) for line in quote.lines[:FEE_LINES_MAX])
            stay_id = event.stay.stay_id
            self.desk.write(FeeReckoned(car.exit_id, stay_id, quote.total, quote.due, lines))
        if not event.exact:
            self.desk.note("lookalike", "a look-alike's stay was taken", car.exit_id)

    def _forget_everybody(self) -> None:
        self._stay, self._quote = None, None
        super()._forget_everybody()

    def _welcome(self, event: Any) -> None:
        self._stay, self._quote = None, None
        super()._welcome(event)
