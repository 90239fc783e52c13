"""What the car in the lane can scan: the one code of the lane's page, or the providers' own.

With a public page the code is there at once, and what is behind it is `links`' business. Without
one, an order is made at each gateway that answers, and each one's code is shown as it comes.
"""

from collections import Counter
from dataclasses import replace
from typing import Final

from kiosk.core.lane.codes.bill import Bill, OfferUrl, ReturnUrl, nowhere
from kiosk.core.lane.codes.book import OrderBook
from kiosk.core.lane.codes.events import (
    CodeLeft,
    CodeScanned,
    CodesGivenUp,
    CodesGone,
    CodesOrdered,
    CodesReady,
    OrderGivenUp,
    OrderSuperseded,
)
from kiosk.core.lane.codes.links import SCANNABLE, PageLinks
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.shows import OfferEnded, OfferMade, ScreenCode
from kiosk_hw.ports.gateway import AskOrder, Way
from kiosk_hw.ports.party import NEVER

TRIES_MAX: Final = 3
"""Orders that one gateway is asked for while one car stands; it may refuse, or one may expire."""

WATCH_S: Final = 0.9
"""How often a gateway is asked while the lane's own code stands and nobody has tapped: its host
calls it silent a second after an unanswered question, so that the code is gone within two."""

_MAKING: Final = (CodeState.INTENDED, CodeState.CREATING)


class LaneOffer:
    """The offer to the car that stands in the lane, if there is one."""

    def __init__(
        self,
        desk: Desk,
        book: OrderBook,
        up: set[str],
        gateways: tuple[str, ...],
        url: OfferUrl | None,
    ) -> None:
        self.desk = desk
        self._book = book
        self._up = up
        """The gateways that answer, kept by the code desk."""
        self._gateways = gateways
        self._url = url
        self.return_url: ReturnUrl = nowhere
        self.links = PageLinks(desk, book, up, gateways, self._page_bill)
        self._fee: CodesOrdered | None = None
        self._offer_id = ""
        self._tries: Counter[str] = Counter()
        self._told: CodesReady | CodesGone | None = None
        self._scanned = False
        self._watch_at = NEVER

    def __repr__(self) -> str:
        return f"<LaneOffer {self._offer_id or 'none'} tries={sum(self._tries.values())}>"

    # The visit's wishes.

    def order(self, fee: CodesOrdered) -> None:
        """Let this fee be paid by code; older orders of the stay are closed first."""
        self._end(paid=False)
        for order in self._book.of_stay(fee.stay_id):
            self._book.tell(OrderSuperseded(order.bill.order_id))
        self._fee, self._offer_id = fee, self.desk.new_id("o")
        self.links.begin(self._offer_id if self._url is not None else "")
        self._tries.clear()
        self._told, self._scanned = None, False
        self._watch_at = self.desk.now if self._url is not None else NEVER
        passage = self.desk.passages.get(fee.exit_id)
        if self._url is not None:
            plate = passage.plate if passage else None
            self.desk.show(OfferMade(self._offer_id, fee.exit_id, plate, fee.amount))
        self.look()

    def give_up(self, event: CodesGivenUp) -> None:
        """The fee is paid, or is not to be paid by code any more."""
        if self._fee is not None and self._fee.exit_id == event.exit_id:
            self._end(paid=bool(event.kept))
        self._book.forget_wishes_of(event.stay_id)
        for order in self._book.of_stay(event.stay_id):
            if order.bill.order_id != event.kept:
                self._book.tell(OrderGivenUp(order.bill.order_id))

    def _end(self, *, paid: bool) -> None:
        if self._fee is None:
            return
        self._book.forget_wishes(self._offer_id)
        if self._url is not None:
            self.desk.show(OfferEnded(self._offer_id, paid))
        self._fee, self._offer_id, self._watch_at = None, "", NEVER
        self.links.begin("")

    # The screen.

    def look(self) -> None:
        """Make what can be made, and let the visit know what can be scanned."""
        if self._fee is None:
            return
        if self._url is None:
            for gateway in self._gateways:
                self._make_own_code(gateway)
        self._see_phones(self._fee.exit_id)
        told = self._codes(self._fee.exit_id)
        if told != self._told:
            self._told = told
            self.desk.post(told)

    def _see_phones(self, exit_id: str) -> None:
        """Somebody confirms on a phone, as far as a gateway that answers knows."""
        mine = self._own_orders()
        paying = [
            order
            for order in mine
            if order.state in (CodeState.PAYING, CodeState.PAID) and self._is_known(order)
        ]
        for order in mine:
            order.pace.rests = bool(paying) and order not in paying
        scanned = bool(paying)
        if scanned is not self._scanned:
            self._scanned = scanned
            self.desk.post(CodeScanned(exit_id) if scanned else CodeLeft(exit_id))

    def _is_known(self, order: CodeOrder) -> bool:
        return order.fresh and order.bill.gateway in self._up

    def _codes(self, exit_id: str) -> CodesReady | CodesGone:
        if self._url is not None:
            if not self._up:
                return CodesGone(exit_id)
            return CodesReady(exit_id, (ScreenCode(self._url(self._offer_id)),))
        mine = self._own_orders()
        ready = [each for each in mine if each.state in SCANNABLE and self._is_known(each)]
        codes = tuple(ScreenCode(each.content, each.bill.gateway) for each in ready)
        coming = sum(each.state in _MAKING and each.bill.gateway in self._up for each in mine)
        hopes = any(g in self._up and self._tries[g] <= TRIES_MAX for g in self._gateways)
        return CodesReady(exit_id, codes, coming) if codes or hopes else CodesGone(exit_id)

    def _own_orders(self) -> list[CodeOrder]:
        """The orders that were made for this offer, in the order of the gateways' names."""
        mine = self._book.of_request(self._offer_id)
        return sorted(mine, key=lambda order: self._gateways.index(order.bill.gateway))

    def _make_own_code(self, gateway: str) -> None:
        if gateway not in self._up or self._tries[gateway] > TRIES_MAX:
            return
        if any(o.bill.gateway == gateway and o.blocks for o in self._own_orders()):
            return
        if self._book.is_wished(self._offer_id, gateway):
            return
        self._tries[gateway] += 1
        if self._tries[gateway] <= TRIES_MAX and self._book.has_room():
            self._book.begin(self._bill(gateway, Way.SCREEN))

    def _page_bill(self, gateway: str, payer_address: str, prepared: bool) -> Bill:
        bill = self._bill(gateway, Way.PAGE)
        back = self.return_url(self._offer_id)
        return replace(bill, payer_address=payer_address, return_url=back, prepared=prepared)

    def _bill(self, gateway: str, way: Way) -> Bill:
        fee = self._fee
        assert fee is not None
        passage = self.desk.passages.get(fee.exit_id)
        return Bill(
            self.desk.new_id("o"),
            fee.exit_id,
            fee.stay_id,
            fee.amount,
            gateway,
            way,
            self._offer_id,
            passage.lines if passage else (),
            fee.paid_before_minor,
        )

    def tick(self) -> None:
        """Ask every gateway for an order of the offer's own name, which there is none of.

        Only whether it answers is of interest; an order that stands is asked about anyway.
        """
        if self._fee is None or self._watch_at > self.desk.now:
            return
        self._watch_at = self.desk.now + WATCH_S
        if not any(order.blocks for order in self._own_orders()):
            for gateway in self._gateways:
                self.desk.order(gateway, AskOrder(self._offer_id, self._fee.amount))

    def deadline(self) -> float:
        """When the gateways are to be asked next."""
        return self._watch_at

    # What became of an order.

    def changed(self, order: CodeOrder, before: CodeState) -> None:
        """An order of the lane took an event in."""
        if self._fee is None or order.bill.request_id != self._offer_id:
            return
        if self._url is not None:
            self.links.changed(order, before)
        self.look()

    def lapsed(self, bill: Bill) -> None:
        """An order of the lane waited in vain for an older one to be closed."""
        self.links.lapsed(bill)
