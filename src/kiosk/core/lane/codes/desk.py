"""The room of payment by code: which gateways answer, and who hears which event. Decides nothing.

It is no machine: its orders are, each by its own table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.lane.codes.ahead import StaysAhead
from kiosk.core.lane.codes.bill import ASK_S, Bill, OfferUrl, ReturnUrl, nowhere
from kiosk.core.lane.codes.book import OrderBook
from kiosk.core.lane.codes.events import (
    CodesDue,
    CodesGivenUp,
    CodesOrdered,
    OrderSuperseded,
)
from kiosk.core.lane.codes.offer import LaneOffer
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import (
    ChargeGivenUp,
    GoodsIssued,
    GoodsWithheld,
    OpeningSeen,
    StopRequested,
)
from kiosk.core.lane.machine import machine_of
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.lane.taps import LanePageOpened, LanePayTapped, NoticeBrought, StayPayTapped
from kiosk.core.records import OpenOrdersFound, PaymentUnresolved, StayLooked, StoreFailed
from kiosk.core.tariff import Tariff
from kiosk_hw.ports import gateway
from kiosk_hw.ports.gateway import GatewayBlocked, GatewayReady, GatewaySilent, HearNotice

TO_ONE_ORDER: Final = (
    gateway.OrderCreated,
    gateway.OrderNotCreated,
    gateway.OrderWaiting,
    gateway.OrderPaying,
    gateway.OrderPaid,
    gateway.OrderClosed,
    gateway.OrderAbsent,
    gateway.OrderUnclear,
    gateway.OrderRefunded,
    gateway.RefundMade,
    gateway.RefundPending,
    gateway.RefundRefused,
    gateway.RefundUnclear,
    gateway.OrderNoticed,
    GoodsIssued,
    GoodsWithheld,
    ChargeGivenUp,
)
"""Events that name an order; one that is not ours, or is forgotten, hears nothing."""

_MOVING: Final = frozenset(
    {
        *(CodeState.CREATING, CodeState.OFFERED, CodeState.PAYING, CodeState.PAID),
        *(CodeState.BOOKING, CodeState.CLOSING),
    }
)


@dataclass(frozen=True, slots=True)
class CodePayment:
    """Payment by code, for a lane that has it."""

    gateways: tuple[str, ...]
    """The ports of one or two gateways, in the order in which their codes are shown."""
    offer_url: OfferUrl | None = None
    """The link of the lane's own page for an offer, from its id; None without a public page."""
    return_url: ReturnUrl = nowhere
    """Where who paid on a phone comes back to, from the id of the offer or the tap."""
    ask_s: float = ASK_S
    """The pause between two questions whether an order was paid."""


class CodeDesk:
    """Payment by code of one lane, over one or two gateways, named by their ports."""

    def __init__(self, desk: Desk, tariff: Tariff, payment: CodePayment) -> None:
        self.desk = desk
        self.gateways = payment.gateways
        self.up: set[str] = set()
        self.book = OrderBook(desk, tariff, payment.ask_s)
        self.book.changed, self.book.lapsed = self._changed, self._lapsed
        self.offer = LaneOffer(desk, self.book, self.up, payment.gateways, payment.offer_url)
        self.offer.return_url = payment.return_url
        self.ahead = StaysAhead(desk, self.book, self.up, tariff, payment.return_url)
        # Built now, not while the first car waits for its code.
        machine_of(CodeOrder)
        self._hears: Mapping[type[Any], Callable[[Any], object]] = {
            **dict.fromkeys(TO_ONE_ORDER, self.book.tell),
            GatewayReady: self._come_up,
            GatewaySilent: self._go_down,
            GatewayBlocked: self._go_down,
            CodesOrdered: self.offer.order,
            CodesGivenUp: self.offer.give_up,
            LanePageOpened: self.offer.links.opened,
            LanePayTapped: self.offer.links.tap,
            StayPayTapped: self.ahead.tap,
            NoticeBrought: self._pass_notice_on,
            StayLooked: self._look,
            StoreFailed: lambda event: self.ahead.store_failed(),
            OpenOrdersFound: self._inherit,
            CodesDue: self._tick,
            OpeningSeen: self._know_opened,
            StopRequested: self._stop,
        }

    def __repr__(self) -> str:
        return f"<CodeDesk up={sorted(self.up)} {self.offer!r} {self.ahead!r} {self.book!r}>"

    def events(self) -> frozenset[type[Any]]:
        """Every event that this room hears."""
        return frozenset(self._hears)

    def receive(self, event: Any) -> None:
        """Take one event in."""
        self._hears[type(event)](event)
        due = min(self.book.deadline(), self.ahead.deadline(), self.offer.deadline())
        self.desk.wait_until(CodesDue, due)

    def rests(self) -> bool:
        """No order is in the middle of something that a minute could end."""
        return not any(order.state in _MOVING for order in self.book)

    # The gateways.

    def _come_up(self, event: GatewayReady) -> None:
        self.up.add(event.gateway)
        self.desk.calm(f"gateway-down:{event.gateway}")
        self.offer.look()

    def _go_down(self, event: GatewaySilent | GatewayBlocked) -> None:
        self.up.discard(event.gateway)
        why = event.cure if isinstance(event, GatewayBlocked) else event.why
        self.desk.alarm(f"gateway-down:{event.gateway}", why)
        self.offer.look()

    def _pass_notice_on(self, event: NoticeBrought) -> None:
        if event.gateway in self.gateways:
            self.desk.order(event.gateway, HearNotice(event.headers, event.body))

    # The orders.

    def _changed(self, order: CodeOrder, before: CodeState) -> None:
        if order.bill.is_ahead:
            self.ahead.changed(order, before)
        else:
            self.offer.changed(order, before)

    def _lapsed(self, bill: Bill) -> None:
        (self.ahead if bill.is_ahead else self.offer).lapsed(bill)

    def _look(self, event: StayLooked) -> None:
        """Named by the order that asks, or by the tap."""
        order = self.book.get(event.request_id)
        if order is None:
            self.ahead.looked(event)
        else:
            self.book.hear(order, event)

    def _inherit(self, event: OpenOrdersFound) -> None:
        for found in event.orders:
            if found.gateway in self.gateways:
                self.book.inherit(found)
            elif found.gateway:
                why = f"left open at {found.gateway}, which this lane has no more"
                self.desk.write(PaymentUnresolved(found.exit_id, found.order_id, why))
                self.desk.alarm("payment-unresolved", why, found.exit_id)

    def _know_opened(self, event: OpeningSeen) -> None:
        for order in self.book:
            order.opened_before |= order.bill.exit_id == event.exit_id

    def _tick(self, event: CodesDue) -> None:
        self.ahead.tick()
        self.book.tick()
        self.offer.tick()

    def _stop(self, event: StopRequested) -> None:
        """What nobody has paid is closed; what somebody pays now is found after the restart."""
        for order in self.book:
            self.book.tell(OrderSuperseded(order.bill.order_id))
