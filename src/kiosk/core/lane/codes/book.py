"""All orders by code that are not over yet: who hears what, whose turn it is, and how many."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.lane.codes.bill import LIFE_S, Bill
from kiosk.core.lane.codes.events import OrderBegun, OrderInherited
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.records import OpenOrder, PaymentUnresolved
from kiosk.core.tariff import Tariff
from kiosk_hw.ports.gateway import Way
from kiosk_hw.ports.party import NEVER

ORDERS_MAX: Final = 256
"""Orders in memory: those that somebody may pay now, and those whose last word is awaited for
minutes or, behind a gateway that is away, for half an hour."""

WISHES_MAX: Final = 64
"""Orders that wait until an older one of their stay is closed."""

WISH_S: Final = LIFE_S
"""How long a wish for an order waits; by then the older one can be paid no more."""

Changed = Callable[[CodeOrder, CodeState], None]
"""Told after an order has taken an event in, with the state that it was in before."""


@dataclass(frozen=True, slots=True)
class _Wish:
    bill: Bill
    until: float


class OrderBook:
    """The orders by code of one lane, by their ids; at most one of a stay is payable at a time."""

    def __init__(self, desk: Desk, tariff: Tariff, ask_s: float) -> None:
        self.desk = desk
        self.changed: Changed = _nobody_hears
        self.lapsed: Callable[[Bill], None] = _nobody_waits
        self._tariff = tariff
        self._ask_s = ask_s
        self._orders: OrderedDict[str, CodeOrder] = OrderedDict()
        self._wishes: deque[_Wish] = deque()
        self.forgotten = 0
        """Orders that had their end and made place for others, before their last look."""

    def __repr__(self) -> str:
        states = " ".join(f"{o.bill.order_id}={o.state.value}" for o in self._orders.values())
        return f"<OrderBook waiting={len(self._wishes)} {states}>"

    def __iter__(self) -> Iterator[CodeOrder]:
        return iter(tuple(self._orders.values()))

    def get(self, order_id: str) -> CodeOrder | None:
        """The order of this id, if it is not forgotten."""
        return self._orders.get(order_id)

    def of_stay(self, stay_id: str) -> list[CodeOrder]:
        """The orders of this stay."""
        return [order for order in self._orders.values() if order.bill.stay_id == stay_id]

    def has_room(self, kept: int = 0) -> bool:
        """Whether another order fits, and `kept` more beside it."""
        busy = sum(not order.has_ended for order in self._orders.values()) + len(self._wishes)
        return busy + kept < ORDERS_MAX and len(self._wishes) < WISHES_MAX

    def of_request(self, request_id: str) -> list[CodeOrder]:
        """The orders that were made in the name of this offer or tap."""
        return [order for order in self._orders.values() if order.bill.request_id == request_id]

    # Orders come and go.

    def begin(self, bill: Bill) -> None:
        """Make this order as soon as no older one of its stay can be paid any more."""
        if self._must_wait(bill):
            self._wishes.append(_Wish(bill, self.desk.now + WISH_S))
            return
        self._take_in(CodeOrder(self.desk, bill, self._tariff, ask_s=self._ask_s))
        self.tell(OrderBegun(bill.order_id))

    def is_wished(self, request_id: str, gateway: str) -> bool:
        """Whether an order in this name waits for its turn at this gateway."""
        bills = (wish.bill for wish in self._wishes)
        return any(b.request_id == request_id and b.gateway == gateway for b in bills)

    def forget_wishes(self, request_id: str) -> None:
        """What was wished for in this name is wanted no more."""
        self._wishes = deque(w for w in self._wishes if w.bill.request_id != request_id)

    def forget_wishes_of(self, stay_id: str) -> None:
        """Nothing more is to be paid for this stay; whoever waits is told."""
        lapsed = [wish.bill for wish in self._wishes if wish.bill.stay_id == stay_id]
        self._wishes = deque(w for w in self._wishes if w.bill.stay_id != stay_id)
        for bill in lapsed:
            self.lapsed(bill)

    def inherit(self, found: OpenOrder) -> None:
        """Go on with an order of an earlier run; one too many is listed for a person."""
        if not self.has_room():
            why = f"more than {ORDERS_MAX} orders by code were left open"
            self.desk.write(PaymentUnresolved(found.exit_id, found.order_id, why))
            self.desk.alarm("payment-unresolved", why)
            return
        bill = Bill(found.order_id, found.exit_id, found.stay_id, found.amount, found.gateway)
        order = CodeOrder(
            self.desk, bill, self._tariff, ask_s=self._ask_s, refund_id=found.refund_id
        )
        order.covered = found.covered
        order.opened_before = found.barrier_opened and not bill.is_ahead
        order.awaits_board = found.opening_ordered and not order.opened_before
        self._take_in(order)
        self.tell(OrderInherited(bill.order_id))

    def tell(self, event: Any) -> bool:
        """Let the order that this event names hear it; False if there is none."""
        order = self._orders.get(event.order_id)
        if order is None:
            return False
        self.hear(order, event)
        return True

    def tick(self) -> None:
        """Let what fell due by now happen."""
        for order in self:
            while (event := order.take_due()) is not None:
                self.hear(order, event)
        self._begin_wishes()

    def deadline(self) -> float:
        """When the next order, or wish, has something due."""
        orders = (order.deadline() for order in self._orders.values())
        wishes = (wish.until for wish in self._wishes)
        return min((*orders, *wishes), default=NEVER)

    def hear(self, order: CodeOrder, event: Any) -> None:
        """Let this order take the event in."""
        before = CodeState(order.state)
        order.receive(event)
        self.changed(order, before)
        if order.is_over:
            self._orders.pop(order.bill.order_id, None)
        if order.state is not before:
            self._begin_wishes()

    # Inside.

    def _take_in(self, order: CodeOrder) -> None:
        if len(self._orders) >= ORDERS_MAX:
            self._make_room()
        self._orders[order.bill.order_id] = order

    def _make_room(self) -> None:
        """The oldest that only waits for its last look goes; the journal has its end."""
        for order_id, order in self._orders.items():
            if order.has_ended:
                del self._orders[order_id]
                self.forgotten += 1
                return

    def _must_wait(self, bill: Bill) -> bool:
        return any(
            order.blocks and not _beside(order.bill, bill) for order in self.of_stay(bill.stay_id)
        )

    def _begin_wishes(self) -> None:
        """The orders that nothing stands in the way of any more, oldest wish first."""
        for wish in tuple(self._wishes):
            if wish not in self._wishes or (self._must_wait(wish.bill) and not self._is_late(wish)):
                continue
            self._wishes.remove(wish)
            if self._is_late(wish):
                self.lapsed(wish.bill)
            else:
                self.begin(wish.bill)

    def _is_late(self, wish: _Wish) -> bool:
        return wish.until <= self.desk.now


def _beside(one: Bill, other: Bill) -> bool:
    """The codes of two providers stand side by side on one screen, and the first paid counts.

    Or both were prepared: one link alone is ever handed out.
    """
    return (
        (one.way is other.way is Way.SCREEN or (one.prepared and other.prepared))
        and one.request_id == other.request_id
        and one.gateway != other.gateway
    )


def _nobody_hears(order: CodeOrder, before: CodeState) -> None:
    """Until the code desk takes the book over."""


def _nobody_waits(bill: Bill) -> None:
    """Until the code desk takes the book over."""
