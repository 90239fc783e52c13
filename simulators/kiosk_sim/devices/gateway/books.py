"""A provider's books: orders, payments and refunds by its own rules. No wire and no signature.

All times are wall seconds (POSIX) of the provider's clock, brought by whoever calls.
"""

from collections import deque
from random import Random
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.orders import (
    PAID,
    UNPAID,
    News,
    Order,
    Payer,
    Refund,
    RefundState,
    Refusal,
    State,
    Terms,
)

ORDERS_MAX: Final = 10_000
"""Orders that are kept: days of a busy site. The oldest final one goes first."""

REFUNDS_MAX: Final = 50
"""Refunds of one order, as WeChat Pay allows."""

NEWS_MAX: Final = 1_000
"""Changes that nobody has taken yet; each request takes them all."""

SETTLE_S: Final = 2.0
"""How long a refund is PROCESSING."""


class Books:
    """The orders of one merchant with one provider."""

    def __init__(self, rng: Random, settle_s: float = SETTLE_S) -> None:
        self.settle_s = settle_s
        """How long refunds take; 0: they are done when they are answered."""
        self.refunds_end: RefundState | None = RefundState.SUCCESS
        """How refunds end; None: not at all."""
        self.news: deque[News] = deque(maxlen=NEWS_MAX)
        self.forgotten = 0
        """Final orders that gave way to new ones."""
        self._rng = rng
        self._orders: dict[str, Order] = {}
        self._codes: dict[str, str] = {}
        self._refunding: list[Order] = []
        """Orders with a refund under way."""

    def __repr__(self) -> str:
        return f"<Books orders={len(self._orders)} forgotten={self.forgotten}>"

    def __len__(self) -> int:
        return len(self._orders)

    def orders(self) -> list[Order]:
        """Every order, oldest first."""
        return list(self._orders.values())

    # The merchant.

    def create(self, number: str, terms: Terms, code: str, now_s: float) -> Order | Refusal:
        """The order under this number: a new one with this code, or the same one as before."""
        order = self.find(number, now_s)
        if order is not None:
            if order.state in PAID:
                return Refusal.IS_PAID
            if order.state not in UNPAID:
                return Refusal.IS_CLOSED
            return order if order.terms == terms else Refusal.OTHER_TERMS
        if len(self._orders) >= ORDERS_MAX and not self._forget():
            return Refusal.FULL
        order = Order(number, terms, code, now_s)
        self._orders[number] = order
        self._codes[code] = number
        return order

    def find(self, number: str, now_s: float) -> Order | None:
        """The order, as it is at this moment."""
        order = self._orders.get(number)
        if order is not None:
            self._age(order, now_s)
        return order

    def by_reference(self, reference: str, now_s: float) -> Order | None:
        """The order whose payment has this number."""
        found = (order for order in self._orders.values() if order.reference == reference)
        order = next(found, None) if reference else None
        return None if order is None else self.find(order.number, now_s)

    def close(self, number: str, now_s: float) -> Order | Refusal:
        """Let nobody pay it any more. Closing twice is closing once."""
        order = self.find(number, now_s)
        if order is None:
            return Refusal.ABSENT
        if order.state in PAID:
            return Refusal.IS_PAID
        if order.state in UNPAID:
            order.state = State.CLOSED
        return order

    def revoke(self, number: str, now_s: float) -> Order | Refusal:
        """The provider itself takes the order back: nobody can pay it."""
        order = self.close(number, now_s)
        if isinstance(order, Order):
            order.state = State.REVOKED
        return order

    def refund(
        self, number: str, amount_minor: int, order: Order, now_s: float, notify_url: str = ""
    ) -> Refund | Refusal:
        """Give back: once under this number, however often it is asked for."""
        again = self.refund_of(number, now_s)
        if again is not None:
            same = again[0] is order and again[1].amount_minor == amount_minor
            return again[1] if same else Refusal.OTHER_REFUND
        if order.state not in PAID:
            return Refusal.NOT_PAID
        if order.refunded_minor + amount_minor > order.terms.amount_minor:
            return Refusal.TOO_MUCH
        if len(order.refunds) >= REFUNDS_MAX:
            return Refusal.TOO_MANY
        refund = Refund(
            number,
            f"503{self.digits(25)}",
            amount_minor,
            order.terms.amount_minor,
            now_s,
            now_s + self.settle_s,
            notify_url,
        )
        order.refunds[number] = refund
        order.state = State.REFUND
        self._refunding.append(order)
        self._age(order, now_s)
        return refund

    def refund_of(self, number: str, now_s: float) -> tuple[Order, Refund] | None:
        """The refund with this number, and its order."""
        for order in self._orders.values():
            if number in order.refunds:
                self._age(order, now_s)
                return order, order.refunds[number]
        return None

    # The person with the phone.

    def scan(self, code: str, now_s: float) -> Order | None:
        """Somebody looks at the order behind this code; None when there is none."""
        number = self._codes.get(code)
        order = None if number is None else self.find(number, now_s)
        if order is not None and order.state in UNPAID:
            order.scanned = True
        return order

    def begin(self, order: Order) -> None:
        """The payer has agreed and proves it: password, finger, face."""
        if order.state in UNPAID:
            order.state = State.USERPAYING

    def give_up(self, order: Order) -> None:
        """The payer leaves the sheet; others may pay."""
        if order.state is State.USERPAYING:
            order.state = State.NOTPAY

    def decline(self, order: Order) -> None:
        """The payer's bank says no."""
        if order.state in UNPAID:
            order.state = State.PAYERROR

    def pay(self, order: Order, payer: Payer, now_s: float, *, late: bool = False) -> bool:
        """Take the money, once; `late` also after the order's end."""
        open_late = late and order.state is State.CLOSED
        if order.state not in UNPAID and not open_late:
            return False
        order.state = State.SUCCESS
        order.scanned = True
        order.reference = f"4200{self.digits(24)}"
        order.paid_s = now_s
        order.payer = payer
        self.news.append(News(order))
        return True

    # Inside and beside.

    def digits(self, count: int) -> str:
        """So many digits of chance, for numbers of the provider's own."""
        return f"{self._rng.randrange(10**count):0{count}d}"

    def turn(self, now_s: float) -> None:
        """Let every refund that is due by now end. Orders expire when they are looked at."""
        for order in self._refunding:
            self._age(order, now_s)
        self._refunding = [order for order in self._refunding if _is_refunding(order)]

    def deadline(self) -> float:
        """When a refund ends next."""
        due = (
            refund.due_s
            for order in self._refunding
            for refund in order.refunds.values()
            if refund.state is RefundState.PROCESSING and self.refunds_end is not None
        )
        return min(due, default=NEVER)

    def _age(self, order: Order, now_s: float) -> None:
        if order.state in UNPAID and now_s >= order.terms.expires_s:
            order.state = State.CLOSED
        for refund in order.refunds.values():
            ends = self.refunds_end
            if refund.state is RefundState.PROCESSING and ends and now_s >= refund.due_s:
                refund.state, refund.done_s = ends, refund.due_s
                self.news.append(News(order, refund))

    def _forget(self) -> bool:
        """Drop the oldest order that is final; False when all of them are alive."""
        for number, order in self._orders.items():
            if order.state not in UNPAID:
                del self._codes[order.code], self._orders[number]
                self.forgotten += 1
                return True
        return False


def _is_refunding(order: Order) -> bool:
    return any(refund.state is RefundState.PROCESSING for refund in order.refunds.values())
