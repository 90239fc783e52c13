"""The fee of the car at the arming loop: card and code side by side, and the first one wins.

Who the car is, and when it may leave without paying, is the visit's (`kiosk.core.lane.visit`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.lane.codes.events import (
    CodeLeft,
    CodeScanned,
    CodesGivenUp,
    CodesGone,
    CodesReady,
)
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import (
    BackOutOver,
    ChargeGivenUp,
    ChargeOrdered,
    GoodsIssued,
    GoodsWithheld,
    HelpOver,
    MoneyHeld,
    MoneyRefused,
    MoneyUnclear,
    PayOver,
    TillFree,
)
from kiosk.core.lane.holds import HeldCar
from kiosk.core.lane.reader import PlateReader
from kiosk.core.records import (
    OpeningReason,
)
from kiosk.core.shows import Picture, ScreenCode

CHARGES_MAX: Final = 3
"""Cards that one car may try before a person is called."""


@dataclass(frozen=True, slots=True)
class MeansOfPayment:
    """How a fee can be paid in this lane; neither is a condition for the other."""

    card: bool
    codes: bool = False
    receipt_url: Callable[[str], str] | None = None
    """The link to the receipt of an order, from the order's id."""


class PayingCar(HeldCar):
    """The car at the arming loop with its fee, and with money that is held for it."""

    def __init__(self, desk: Desk, reader: PlateReader, means: MeansOfPayment) -> None:
        super().__init__(desk, reader)
        self._means = means

    # Guards.

    def _is_this_exit(self, event: Any) -> bool:
        return self.car is not None and self.car.exit_id == event.exit_id

    def _may_go_on_by_code(self, event: MoneyRefused) -> bool:
        return self._is_ours(event) and self._car().by_code

    def _cannot_pay(self, event: CodesGone) -> bool:
        return self._is_this_exit(event) and not self._car().by_card

    def _may_charge_again(self, event: MoneyRefused) -> bool:
        return self._is_ours(event) and event.retry and self._car().charges < CHARGES_MAX

    def _waits_for_till(self, event: TillFree) -> bool:
        return self.car is not None and self.car.waits_for_till

    def _waits_for_codes(self, event: CodesReady) -> bool:
        return self._is_this_exit(event) and self._car().waits_for_till

    def _is_charging(self, event: Any) -> bool:
        return self._car().order_id is not None or self._car().by_code

    # The fee.

    def _charge(self, note: str = "") -> None:
        car = self._car()
        assert car.amount is not None
        assert car.stay_id is not None
        car.by_card = self._means.card
        self.desk.screen(Picture.DUE, car, note)
        if not car.by_card:
            return
        car.waits_for_till = False
        car.charges += 1
        car.order_id = self.desk.new_id("o")
        self.desk.post(
            ChargeOrdered(car.order_id, car.exit_id, car.stay_id, car.amount, car.paid_before_minor)
        )

    def _charge_again(self, event: MoneyRefused) -> None:
        self._charge("declined")

    def _charge_anew(self, event: MoneyRefused) -> None:
        """What was unclear was not booked: the driver gets the whole time to pay once more."""
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        self._charge("declined")

    def _offer_again(self, event: TillFree) -> None:
        """The terminal is back: the driver may pay, and nobody needs to come."""
        self._end_wait_for_means()
        self._charge()

    def _offer_codes_again(self, event: CodesReady) -> None:
        """A gateway is back: the driver may pay, and nobody needs to come."""
        self._end_wait_for_means()
        self._show_codes(event)

    def _end_wait_for_means(self) -> None:
        self._car().waits_for_till = False
        self.desk.stop_waiting(HelpOver)
        self.desk.calm("help:terminal-down")
        self.desk.calm("help:gateway-down")
        self.desk.wait(PayOver, self.desk.settings.pay_s)

    def _arm_card(self, event: TillFree) -> None:
        """The terminal is back while the fee stands for whoever pays by code."""
        self._charge()

    def _go_on_by_code(self, event: MoneyRefused) -> None:
        """No card will do, or no terminal is there: the code stays, and nobody needs to come."""
        car = self._car()
        car.order_id, car.by_card = None, False
        car.waits_for_till = not event.retry
        self.desk.screen(Picture.DUE, car, "declined" if event.retry else "")

    def _show_codes(self, event: CodesReady | CodesGone) -> None:
        self._note_codes(event)
        self.desk.screen(Picture.DUE, self._car())

    def _note_codes(self, event: CodesReady | CodesGone) -> None:
        car = self._car()
        if self._is_this_exit(event):
            ready = event if isinstance(event, CodesReady) else None
            car.by_code = ready is not None
            car.codes = ready.codes if ready else ()
            car.codes_coming = ready.coming if ready else 0
            self.desk.renew_ways_to_pay(car)

    def _call_no_way(self, event: CodesGone) -> None:
        self._note_codes(event)
        self._car().waits_for_till = True
        self._call("gateway-down", "the fee can be paid neither by code nor by card now")

    def _show_fee_again(self, event: Any) -> None:
        car = self._car()
        self.desk.stop_waiting(BackOutOver)
        self.desk.wait(PayOver, self.desk.settings.pay_s)
        if car.order_id is None and car.charges < CHARGES_MAX:
            self._charge()
        else:
            self.desk.screen(Picture.DUE, car)

    def _show_fee_still(self, event: CodeLeft) -> None:
        self.desk.screen(Picture.DUE, self._car())

    def _show_paying(self, event: Any) -> None:
        on_phone = isinstance(event, CodeScanned)
        self.desk.screen(Picture.PAYING, self._car(), "phone" if on_phone else "")

    def _show_waiting(self, event: MoneyUnclear) -> None:
        self.desk.stop_waiting(PayOver)
        self.desk.screen(Picture.WAIT, self._car())

    def _forget_order(self, event: Any) -> None:
        self._car().order_id = None

    def _call_refused(self, event: MoneyRefused) -> None:
        car = self._car()
        car.order_id, car.by_card = None, False
        car.waits_for_till = not event.retry
        self._call("terminal-down" if not event.retry else "card-refused", event.why)

    def _call_unpaid(self, event: Any) -> None:
        self._call("unpaid", "the fee stands unpaid")

    def _wait_longer(self, event: Any) -> None:
        self.desk.wait(PayOver, self.desk.settings.pay_s)

    # Money is held, and the car may go; or it is given up.

    def _release_paid(self, event: MoneyHeld) -> None:
        """The first one wins, card or code: whatever else could be paid is given up."""
        self._release_by(event)

    def _release_returned(self, event: Any) -> None:
        """Paid while its loop reported it gone for a moment."""
        self._release_by(self._holds.pop(self._car().stay_id or ""))

    def _release_by(self, held: MoneyHeld) -> None:
        car = self._car()
        if car.order_id is not None and car.order_id != held.order_id:
            self.desk.post(ChargeGivenUp(car.order_id))
        car.order_id, car.receipt_id = held.order_id, held.receipt_id or held.order_id
        if held.stay_id:
            car.kind = "code"
        self._release(OpeningReason.PAID)

    def _release(self, reason: OpeningReason) -> None:
        car = self._car()
        car.leaving = True
        self._give_up_codes(kept=car.order_id or "")
        super()._release(reason)

    def _give_up_charge(self) -> None:
        car = self._car()
        if car.order_id is not None:
            self.desk.post(ChargeGivenUp(car.order_id))
            car.order_id, car.receipt_id = None, ""
        self._give_up_codes()

    def _give_up_codes(self, kept: str = "") -> None:
        car = self._car()
        if self._means.codes and car.stay_id is not None:
            car.codes, car.codes_coming, car.by_code = (), 0, False
            self.desk.post(CodesGivenUp(car.exit_id, car.stay_id, kept))

    def _stop_charging(self, event: Any) -> None:
        self._give_up_charge()

    def _receipt(self) -> tuple[ScreenCode, ...]:
        receipt_id, url = self._car().receipt_id, self._means.receipt_url
        return (ScreenCode(url(receipt_id)),) if url is not None and receipt_id else ()

    def _issue_goods(self) -> None:
        car = self._car()
        self._remember_last()
        if car.order_id is not None:
            self.desk.post(GoodsIssued(car.order_id))

    def _withhold_goods(self) -> None:
        car = self._car()
        car.leaving = False
        if car.order_id is not None:
            self.desk.post(GoodsWithheld(car.order_id))
            car.order_id, car.receipt_id = None, ""
