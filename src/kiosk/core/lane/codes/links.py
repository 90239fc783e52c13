"""Which link the lane's page gets: that of the gateway which its driver chose, and no other.

Where the page cannot tell which one that will be, an order is made at each when the page is opened.
Their links stay here: the tap takes one out, the others are closed, and nobody ever had them.
"""

from collections.abc import Callable, Iterable
from typing import Final

from kiosk.core.lane.codes.bill import Bill
from kiosk.core.lane.codes.book import OrderBook
from kiosk.core.lane.codes.events import OrderSuperseded
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.lane.taps import LanePageOpened, LanePayTapped
from kiosk.core.shows import PayLinkReady, PayLinkRefused

TAPS_MAX: Final = 12
"""Orders that one offer's page may make: whoever has the link can tap, and change his mind."""

SCANNABLE: Final = (CodeState.OFFERED, CodeState.PAYING)
_MADE: Final = (*SCANNABLE, CodeState.PAID, CodeState.BOOKING, CodeState.BOOKED)


class PageLinks:
    """The orders behind the page of one offer at a time."""

    def __init__(
        self,
        desk: Desk,
        book: OrderBook,
        up: set[str],
        gateways: tuple[str, ...],
        bill: Callable[[str, str, bool], Bill],
    ) -> None:
        self.desk = desk
        self._book = book
        self._up = up
        self._gateways = gateways
        self._bill = bill
        """The bill of the offer for a gateway, a phone's address, and whether it is made ahead."""
        self._offer_id = ""
        self._chosen = ""
        self._made = 0

    def __repr__(self) -> str:
        return f"<PageLinks {self._offer_id or 'none'} chosen={self._chosen!r} made={self._made}>"

    def begin(self, offer_id: str) -> None:
        """This offer stands from now on; "": none does."""
        self._offer_id, self._chosen, self._made = offer_id, "", 0

    def opened(self, event: LanePageOpened) -> None:
        """A phone shows the page: have every link ready, whichever is wanted."""
        if not self._stands(event.order_id) or self._chosen:
            return
        taken = {order.bill.gateway for order in self._standing()}
        for gateway in self._gateways:
            wished = self._book.is_wished(self._offer_id, gateway)
            if gateway in self._up and gateway not in taken and not wished and self._has_room():
                self._made += 1
                self._book.begin(self._bill(gateway, event.payer_address, True))

    def tap(self, event: LanePayTapped) -> None:
        """The driver chose a gateway on the phone: answer with the way to its payment sheet."""
        over = not self._stands(event.order_id)
        if over or event.gateway not in self._up:
            self._refuse(event.order_id, "over" if over else "gateway-down", event.gateway)
            return
        self._chosen = event.gateway
        standing = self._standing()
        for order in standing:
            # A second tap makes no second order: it gets the same answer.
            if order.bill.gateway == event.gateway and (
                order.state in (*SCANNABLE, CodeState.CREATING, CodeState.PAID)
            ):
                self._supersede(other for other in standing if other is not order)
                if order.state in SCANNABLE:
                    self._hand_out(order)
                return
        self._make(event, standing)

    def changed(self, order: CodeOrder, before: CodeState) -> None:
        """An order of the offer took an event in."""
        is_answer = before is CodeState.CREATING and order.state is not before
        if not is_answer or order.bill.gateway != self._chosen:
            return
        if order.state is CodeState.OFFERED:
            self._hand_out(order)
        elif order.state not in _MADE:
            why = "refused" if order.state is CodeState.CLOSED else "slow"
            self._refuse(self._offer_id, why, order.bill.gateway)

    def lapsed(self, bill: Bill) -> None:
        """An order waited in vain for an older one to be closed."""
        if self._stands(bill.request_id) and bill.gateway == self._chosen:
            self._refuse(self._offer_id, "busy", bill.gateway)

    # Inside.

    def _stands(self, offer_id: str) -> bool:
        return bool(offer_id) and offer_id == self._offer_id

    def _standing(self) -> list[CodeOrder]:
        return [order for order in self._book.of_request(self._offer_id) if order.blocks]

    def _has_room(self) -> bool:
        return self._made < TAPS_MAX and self._book.has_room()

    def _make(self, event: LanePayTapped, standing: list[CodeOrder]) -> None:
        if not self._has_room():
            self._refuse(self._offer_id, "busy", event.gateway)
            return
        self._made += 1
        self._supersede(standing)
        self._book.forget_wishes(self._offer_id)
        self._book.begin(self._bill(event.gateway, event.payer_address, False))

    def _supersede(self, orders: Iterable[CodeOrder]) -> None:
        for order in orders:
            self._book.tell(OrderSuperseded(order.bill.order_id))

    def _hand_out(self, order: CodeOrder) -> None:
        order.hand_out()
        self.desk.show(PayLinkReady(self._offer_id, order.content, order.bill.gateway))

    def _refuse(self, offer_id: str, why: str, gateway: str) -> None:
        self.desk.show(PayLinkRefused(offer_id, why, gateway))
