"""The stay of the car at the arming loop: looked for, found or not, priced, closed. No table here.

The store looks for it; what is asked twice is asked because what was written meanwhile may count.
"""

from typing import Any

from kiosk.core.lane.codes.events import StayPaid
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import (
    AnswerOver,
    BackOutOver,
    HelpOver,
    PayOver,
    PlateWaitOver,
    StoreOver,
)
from kiosk.core.lane.paying import MeansOfPayment, PayingCar
from kiosk.core.lane.reader import PlateReader
from kiosk.core.records import (
    ClosingReason,
    FeeReckoned,
    FindStay,
    Stay,
    StayClosed,
    StayFound,
    StayMissing,
)
from kiosk.core.stopwatch import Share
from kiosk.core.tariff import Quote, Tariff


class CarWithStay(PayingCar):
    """The car at the arming loop, with its stay and what that costs."""

    def __init__(
        self, desk: Desk, reader: PlateReader, tariff: Tariff, means: MeansOfPayment
    ) -> None:
        super().__init__(desk, reader, means)
        self._tariff = tariff
        self._must_find = False
        self._stay: Stay | None = None
        self._quote: Quote | None = None

    # Guards.

    def _must_find_again(self, event: StayFound | StayMissing) -> bool:
        return self._must_find

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

    # The plate and the stay.

    def _find(self, event: Any) -> None:
        reading = self._understood
        assert reading is not None
        car = self._car()
        car.plate = reading.plate
        self._stay, self._quote, self._must_find = None, None, False
        self.desk.stop_waiting(PlateWaitOver, AnswerOver, HelpOver)
        self.desk.ask(FindStay(car.exit_id, reading.plate, reading.lookalikes))
        self.desk.wait(StoreOver, self.desk.settings.store_s)
        car.stopwatch.switch("stay and fee", Share.MACHINE, self.desk.now)
        self.desk.step("visit.plate.known", car.exit_id, plate=reading.plate)

    def _find_later(self, event: Any) -> None:
        """The question under way was asked before this money was written down."""
        self._must_find = True

    def _find_credited(self, event: StayPaid) -> None:
        """Paid on a phone, not at the lane: its price is reckoned anew, what was paid deducted."""
        self._give_up_charge()
        self.desk.stop_waiting(PayOver, HelpOver)
        self._calm_help()
        self._find_again(event)

    def _begin_again(self, event: Any) -> None:
        """The board is back, for whose silence alone a person was called: nobody needs to come."""
        self.desk.stop_waiting(HelpOver)
        self._calm_help()
        self._give_up_charge()
        self._find_again(event)

    def _find_again(self, event: Any) -> None:
        car = self._car()
        self._must_find = False
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

    def _report_store(self, event: Any) -> None:
        self.desk.alarm("store-down", event.why)

    def _call_store_slow(self, event: Any) -> None:
        self._call("store-down", "the store did not answer in time")

    # Taken, and closed.

    def _take_stay(self, event: StayFound) -> None:
        self.desk.stop_waiting(StoreOver)
        self.desk.calm("store-down")
        self._stay = event.stay
        car, quote = self._car(), self._quote
        car.stay_id = event.stay.stay_id
        if quote is not None:
            car.lines = quote.receipt()
            stay_id = event.stay.stay_id
            self.desk.write(FeeReckoned(car.exit_id, stay_id, quote.total, quote.due, quote.told()))
        self._let_go_of_holds()
        if not event.exact:
            self.desk.note("lookalike", "a look-alike's stay was taken", car.exit_id)

    def _close_stay(self, reason: ClosingReason) -> None:
        if self._stay is not None:
            exit_id = self.car.exit_id if self.car else ""
            self.desk.write(StayClosed(exit_id, self._stay.stay_id, reason))

    def _forget_everybody(self) -> None:
        self._stay, self._quote = None, None
        super()._forget_everybody()
