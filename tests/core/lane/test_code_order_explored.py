"""Every way that one order by code can go: each reachable condition meets each event once."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from kiosk.core.lane.codes.bill import Bill
from kiosk.core.lane.codes.events import (
    AskDue,
    CreateOver,
    LingerOver,
    OfferOver,
    OrderBegun,
    OrderGivenUp,
    OrderInherited,
    OrderSuperseded,
    StayPaid,
    UnknownOver,
)
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import ChargeGivenUp, GoodsIssued, GoodsWithheld, MoneyHeld
from kiosk.core.lane.tables.code_order import CODE_ORDER, CodeState
from kiosk.core.records import (
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    PaymentReversed,
    PaymentUnresolved,
    RefundIntended,
    Stay,
    StayLooked,
)
from kiosk.core.settings import LaneSettings
from kiosk.core.shows import ReceiptIssued
from kiosk.core.tariff import SimpleTariff
from kiosk_hw.ports import gateway
from kiosk_hw.ports.money import Money

ORDER = "o-1"
FEE = Money(500, "EUR")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TARIFF = SimpleTariff(currency="EUR", block_min=60, block_amount_minor=500, grace_min=15)
STAY = Stay("s-1", "car", datetime(2026, 3, 1, 11, 30, tzinfo=UTC))
PAID_STAY = Stay("s-1", "car", STAY.entered_utc, paid=((FEE, NOW),))

EVENTS: tuple[Any, ...] = (
    gateway.OrderCreated(ORDER, "pay://1"),
    gateway.OrderNotCreated(ORDER, "NO_AUTH"),
    gateway.OrderWaiting(ORDER),
    gateway.OrderPaying(ORDER),
    gateway.OrderPaid(ORDER, FEE, "ref"),
    gateway.OrderPaid(ORDER, Money(1, "EUR"), "ref"),
    gateway.OrderClosed(ORDER),
    gateway.OrderAbsent(ORDER),
    gateway.OrderUnclear(ORDER, "no answer"),
    gateway.OrderRefunded(ORDER),
    gateway.RefundMade(ORDER, f"{ORDER}r"),
    gateway.RefundPending(ORDER, f"{ORDER}r"),
    gateway.RefundRefused(ORDER, f"{ORDER}r", "NOTENOUGH"),
    gateway.RefundUnclear(ORDER, f"{ORDER}r", "no answer"),
    gateway.OrderNoticed(ORDER),
    GoodsIssued(ORDER),
    GoodsWithheld(ORDER),
    ChargeGivenUp(ORDER),
    OrderSuperseded(ORDER),
    OrderGivenUp(ORDER),
    StayLooked(ORDER, STAY, NOW),
    StayLooked(ORDER, PAID_STAY, NOW),
    StayLooked(ORDER, None, NOW),
    StayLooked(ORDER, PAID_STAY, NOW, besides_minor=500),
    StayLooked(ORDER, PAID_STAY, NOW, counted=True),
    AskDue(),
    CreateOver(),
    OfferOver(),
    LingerOver(),
    UnknownOver(),
)

BIRTHS = (OrderBegun(ORDER), OrderInherited(ORDER))

CONDITIONS_MAX = 3_000
"""More would mean that something counts up; there are some hundreds."""

WEEK_S = 7 * 86_400.0

RESTS = {
    *(CodeState.PAID, CodeState.BOOKING, CodeState.BOOKED),
    *(CodeState.CLOSED, CodeState.REVERSED, CodeState.UNKNOWN),
}
"""What waits for no gateway: for a barrier, for the store, or for nothing any more."""


class Trail:
    """One order after a row of events, and everything that it wrote, told and posted."""

    def __init__(self, *, ahead: bool, opened: bool, refund: str, events: tuple[Any, ...]) -> None:
        self.desk = Desk(LaneSettings(), "r1")
        bill = Bill(ORDER, "" if ahead else "x-1", "s-1", FEE, "wechat")
        self.order = CodeOrder(self.desk, bill, TARIFF, refund_id=refund)
        self.order.opened_before = opened
        self.events = events
        self.rows: list[Any] = []
        self.told: list[Any] = []
        self.posted: list[Any] = []
        self.receipts = 0
        self.refunded_before = bool(refund)
        for event in events:
            self.feed(event)

    def feed(self, event: Any) -> None:
        if type(event) in self.order._due:
            del self.order._due[type(event)]
        elif type(event).__name__.endswith(("Due", "Over")):
            return
        self.order.receive(event)
        self.check_turn()

    def check_turn(self) -> None:
        turn = self.desk.take()
        self.rows += turn.batch.rows
        told = [command for _, command in turn.commands]
        self.told += told
        self.receipts += sum(isinstance(show, ReceiptIssued) for show in turn.shows)
        self.posted += self.desk.posted
        self.desk.posted.clear()
        for command in told:
            if isinstance(command, gateway.CreateOrder):
                assert any(isinstance(row, PaymentIntended) for row in turn.batch.rows)
            if isinstance(command, gateway.RefundOrder):
                assert any(isinstance(row, RefundIntended) for row in turn.batch.rows)

    def has(self, kind: type[Any]) -> bool:
        return any(isinstance(row, kind) for row in self.rows)

    def check(self) -> None:
        heard = [event for event in self.events if isinstance(event, gateway.OrderPaid)]
        paid = any(event.amount == FEE for event in heard)
        refunding = any(isinstance(command, gateway.RefundOrder) for command in self.told)
        assert not refunding or paid or self.refunded_before, "gives back what nobody paid"
        assert not self.has(PaymentBooked) or paid, "books what nobody paid"
        booked = self.has(PaymentBooked)
        assert self.receipts == (self.order.state is CodeState.BOOKED)
        second = any(isinstance(e, StayLooked) and e.besides_minor for e in self.events)
        assert not (booked and refunding) or second, "takes and gives back"
        held = sum(isinstance(post, MoneyHeld) for post in self.posted)
        assert not held or (paid and not self.order.bill.is_ahead)
        if booked and not self.order.opened_before:
            wanted = GoodsIssued if not self.order.bill.is_ahead else StayLooked
            assert any(isinstance(event, (wanted, GoodsIssued)) for event in self.events)
        ahead = sum(isinstance(post, StayPaid) for post in self.posted)
        assert ahead <= booked
        self._check_end()
        self._check_waits()

    def _check_end(self) -> None:
        kinds = {
            CodeState.BOOKED: (PaymentBooked,),
            CodeState.CLOSED: (PaymentRefused,),
            CodeState.REVERSED: (PaymentReversed,),
            CodeState.UNKNOWN: (PaymentUnresolved,),
            CodeState.PAID: (PaymentHeld,),
        }
        for kind in kinds.get(CodeState(self.order.state), ()):
            assert self.has(kind), f"{self.order!r} without a row"

    def _check_waits(self) -> None:
        if self.order.state is CodeState.BOOKING:
            assert AskDue in self.order._due, f"{self.order!r} asks the store no more"
        if self.order.state in RESTS or self.order.state is CodeState.INTENDED:
            return
        overs = [kind for kind in self.order._due if kind.__name__.endswith("Over")]
        assert overs, f"{self.order!r} waits for ever"
        assert AskDue in self.order._due, f"{self.order!r} asks no more"

    def condition(self) -> tuple[Any, ...]:
        order = self.order
        return (
            order.state,
            order._closed_row,
            bool(order._refund_id),
            order._unanswered,
            order.fresh,
            frozenset(order._due),
            self.has(PaymentHeld),
            self.has(PaymentBooked),
        )


@cache
def explored(*, ahead: bool, opened: bool, refund: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The shortest row of events to each condition; each one was checked on the way."""
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    births = (BIRTHS[1],) if opened or refund else BIRTHS
    frontier = [(birth,) for birth in births]
    while frontier:
        following = []
        for events in frontier:
            trail = Trail(ahead=ahead, opened=opened, refund=refund, events=events)
            trail.check()
            if trail.condition() not in found:
                found[trail.condition()] = events
                following += [(*events, event) for event in EVENTS]
        assert len(found) < CONDITIONS_MAX
        frontier = following
    return found


WAYS = [
    {"ahead": False, "opened": False, "refund": ""},
    {"ahead": True, "opened": False, "refund": ""},
    {"ahead": False, "opened": True, "refund": ""},
    {"ahead": False, "opened": False, "refund": f"{ORDER}r"},
]


def test_no_row_of_events_books_twice_refunds_unpaid_money_or_stops_asking():
    for way in WAYS:
        explored(**way)


def test_every_row_of_the_table_is_met():
    met = {(CodeState.INTENDED, type(birth)) for birth in BIRTHS}
    for way in WAYS:
        for events in explored(**way).values():
            order = Trail(**way, events=events).order
            met |= {(order.state, type(event)) for event in EVENTS if _can_come(event, order)}
    assert CODE_ORDER.pairs() - met == set()


def _can_come(event: Any, order: CodeOrder) -> bool:
    return type(event) in order._due or not type(event).__name__.endswith(("Due", "Over"))


def test_with_a_gateway_that_never_answers_again_every_order_comes_to_an_end():
    for way in WAYS:
        for events in explored(**way).values():
            trail = Trail(**way, events=events)
            steps = 0
            while trail.order.deadline() < WEEK_S and trail.order.state not in RESTS:
                trail.desk.now = trail.order.deadline()
                event = trail.order.take_due()
                trail.order.receive(event)
                trail.check_turn()
                steps += 1
                assert steps < 5_000, f"{trail.order!r} turns in circles"
            assert trail.order.state in RESTS, f"{trail.order!r} after {events}"


def test_with_a_gateway_that_answers_every_order_ends_as_the_money_lies():
    """Whatever happened: paid money that nobody issued goods for comes back, once it is known."""
    for way in WAYS:
        for events in explored(**way).values():
            trail = Trail(**way, events=events)
            if trail.order.state is CodeState.PAID:
                trail.feed(GoodsWithheld(ORDER))
                trail.feed(gateway.RefundMade(ORDER, f"{ORDER}r"))
                assert trail.order.state is CodeState.REVERSED
                assert trail.has(PaymentReversed)
