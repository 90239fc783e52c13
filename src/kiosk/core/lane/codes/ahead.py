"""Stays that are paid from elsewhere, before their exit: taps on the page of the posted code.

The page says what it showed; the lane asks the store how the stay stands and reckons the fee
itself. It charges what was shown, or nothing: a price that has changed meanwhile is refused, and
shown anew by the page.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from kiosk.core.lane.codes.bill import Bill, ReturnUrl
from kiosk.core.lane.codes.book import OrderBook
from kiosk.core.lane.codes.events import OrderSuperseded
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.lane.taps import StayPayTapped
from kiosk.core.records import FeeReckoned, LookStay, StayLooked
from kiosk.core.shows import PayLinkReady, PayLinkRefused, StayPayEnded
from kiosk.core.tariff import Quote, Tariff
from kiosk_hw.ports.gateway import Way
from kiosk_hw.ports.party import NEVER

AHEAD_MAX: Final = 32
"""Stays that may be paid from elsewhere at the same time: a full mall before closing time, and so
few that strangers who tap a thousand times take neither memory nor the gateway's patience."""

LANE_KEEPS: Final = 16
"""Orders that stay free for the car in the lane, whatever strangers tap."""

_WAITED_FOR: Final = frozenset(
    {CodeState.OFFERED, CodeState.PAYING, CodeState.PAID, CodeState.BOOKING}
)


@dataclass(frozen=True, slots=True)
class _Asked:
    tap: StayPayTapped
    until: float


class StaysAhead:
    """The taps from elsewhere that wait for the store, and the orders that came of others."""

    def __init__(
        self,
        desk: Desk,
        book: OrderBook,
        up: set[str],
        tariff: Tariff,
        return_url: ReturnUrl,
    ) -> None:
        self.desk = desk
        self._book = book
        self._up = up
        self._tariff = tariff
        self._return_url = return_url
        self._asked: OrderedDict[str, _Asked] = OrderedDict()
        self._linked: set[str] = set()
        """The taps that were sent to a payment sheet, and wait for the end."""

    def __repr__(self) -> str:
        return f"<StaysAhead asked={len(self._asked)} linked={len(self._linked)}>"

    def tap(self, event: StayPayTapped) -> None:
        """Somebody wants to pay this stay: ask how it stands."""
        standing = self._order_of(event.request_id)
        if event.request_id in self._asked:
            return
        if standing is not None:
            if standing.state in _WAITED_FOR:
                self.desk.show(PayLinkReady(event.request_id, standing.content))
            return
        if event.gateway not in self._up:
            self._refuse(event.request_id, "gateway-down")
        elif len(self._asked) + self._count() >= AHEAD_MAX or not self._book.has_room(LANE_KEEPS):
            self._refuse(event.request_id, "busy")
        else:
            until = self.desk.now + self.desk.settings.store_s
            self._asked[event.request_id] = _Asked(event, until)
            self.desk.ask(LookStay(event.request_id, event.stay_id))

    def looked(self, event: StayLooked) -> None:
        """The store says how the stay stands: make the order if it owes what the page showed."""
        asked = self._asked.pop(event.request_id, None)
        if asked is None:
            return
        if event.stay is None or event.stay.unsettled or self._is_leaving(event.stay.stay_id):
            self._refuse(event.request_id, "nothing-due")
            return
        quote = self._tariff.fee(event.stay, event.asked_utc)
        if quote.due.amount_minor == 0:
            self._refuse(event.request_id, "nothing-due")
        elif quote.due != asked.tap.amount:
            self._refuse(event.request_id, "amount-changed")
        else:
            self._begin(asked.tap, quote, event.stay.paid_minor(quote.due.currency))

    def store_failed(self) -> None:
        """Whoever waits for the store waits in vain."""
        while self._asked:
            request_id, _ = self._asked.popitem(last=False)
            self._refuse(request_id, "not-now")

    def changed(self, order: CodeOrder, before: CodeState) -> None:
        """An order from elsewhere took an event in."""
        request_id, now = order.bill.request_id, order.state
        if before is CodeState.CREATING and now is CodeState.OFFERED:
            self._linked.add(request_id)
            self.desk.show(PayLinkReady(request_id, order.content))
        elif before is CodeState.CREATING and now in (CodeState.CLOSED, CodeState.CLOSING):
            self._refuse(request_id, "refused" if now is CodeState.CLOSED else "slow")
        elif order.has_ended and request_id in self._linked:
            self._linked.discard(request_id)
            paid = now is CodeState.BOOKED
            receipt_id = order.bill.order_id if paid else ""
            self.desk.show(StayPayEnded(request_id, paid, receipt_id))

    def lapsed(self, bill: Bill) -> None:
        """The order waited in vain for an older one of its stay to be closed."""
        self._refuse(bill.request_id, "busy")

    def tick(self) -> None:
        """Whoever has waited for the store for too long is told so."""
        for request_id, asked in tuple(self._asked.items()):
            if asked.until <= self.desk.now:
                del self._asked[request_id]
                self._refuse(request_id, "not-now")

    def deadline(self) -> float:
        """When the next of them has waited for too long."""
        return min((asked.until for asked in self._asked.values()), default=NEVER)

    # Inside.

    def _is_leaving(self, stay_id: str) -> bool:
        """Its car was let go at this lane: what it owed is being taken there."""
        cars = self.desk.passages.values()
        return any(car.leaving and car.stay_id == stay_id for car in cars)

    def _begin(self, tap: StayPayTapped, quote: Quote, paid_before_minor: int) -> None:
        for order in self._book.of_stay(tap.stay_id):
            self._book.tell(OrderSuperseded(order.bill.order_id))
        self.desk.write(FeeReckoned("", tap.stay_id, quote.total, quote.due, quote.told()))
        self._book.begin(
            Bill(
                self.desk.new_id("o"),
                "",
                tap.stay_id,
                tap.amount,
                tap.gateway,
                Way.PAGE,
                tap.request_id,
                quote.receipt(),
                paid_before_minor,
                tap.payer_address,
                self._return_url(tap.request_id),
            )
        )

    def _count(self) -> int:
        return sum(order.bill.is_ahead and not order.has_ended for order in self._book)

    def _order_of(self, request_id: str) -> CodeOrder | None:
        found = (order for order in self._book if order.bill.request_id == request_id)
        return next(found, None)

    def _refuse(self, request_id: str, why: str) -> None:
        self.desk.show(PayLinkRefused(request_id, why))
