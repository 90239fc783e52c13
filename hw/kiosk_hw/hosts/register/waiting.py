"""Orders that wait for mastership to come back, and what the lane hears of those given up."""

from collections import deque
from typing import Final

from kiosk_hw.hosts.register.errands import Events
from kiosk_hw.hosts.register.orders import Order, never_sent
from kiosk_hw.hosts.register.readiness import Standing
from kiosk_hw.ports.terminal import Authorise, TerminalEvent
from kiosk_hw.zvt import codes

ORDERS_WAITING_MAX: Final = 16
"""A lane never has more than three."""


class WaitingOrders:
    """First in, first out; payments can be taken out again."""

    def __init__(self) -> None:
        self._orders: deque[Order] = deque()

    def __len__(self) -> int:
        return len(self._orders)

    @property
    def full(self) -> bool:
        """No further order can wait."""
        return len(self._orders) >= ORDERS_WAITING_MAX

    @property
    def hold_payment(self) -> bool:
        """A payment is among them."""
        return any(isinstance(order, Authorise) for order in self._orders)

    def add(self, order: Order) -> None:
        """Wait."""
        assert not self.full
        self._orders.append(order)

    def next(self) -> Order:
        """The order whose turn it is."""
        return self._orders.popleft()

    def give_up_all(self, code: int, why: str) -> Events:
        """None of them will leave."""
        events: list[TerminalEvent] = []
        while self._orders:
            events += never_sent(self._orders.popleft(), code, why)
        return events

    def give_up_payments(self, code: int, why: str, order_id: str | None = None) -> Events:
        """No payment will leave, or not the one of this order."""
        events: list[TerminalEvent] = []
        for order in list(self._orders):
            if isinstance(order, Authorise) and order_id in (None, order.order_id):
                self._orders.remove(order)
                events += never_sent(order, code, why)
        return events


def refusal_of(
    order: Order, standing: Standing, waiting: WaitingOrders, *, paying: bool
) -> tuple[int, str] | None:
    """Why this order is not even taken, as code and words; None if it is."""
    if standing in (Standing.OFFLINE, Standing.SILENT, Standing.LOGGED_OFF):
        return codes.NOT_READY, f"the terminal is {standing.value}"
    if waiting.full:
        return codes.PLEASE_WAIT, "too many orders wait"
    if isinstance(order, Authorise):
        if standing is Standing.BLOCKED:
            return codes.NOT_READY, f"the terminal is {standing.value}"
        if waiting.hold_payment or paying:
            return codes.PLEASE_WAIT, "another payment is under way"
    return None
