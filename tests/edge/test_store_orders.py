"""Orders: what each row does to them, what counts as paid, what a restart finds."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from edge.store_desk import NOON, Desk, eur
from kiosk.core.records import (
    BarrierOpened,
    Batch,
    ClosingReason,
    ExitFinished,
    FindOpening,
    FindOpenOrders,
    LookStay,
    OpeningLeft,
    OpeningOrdered,
    OpeningReason,
    OpenOrder,
    OpenOrdersFound,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    PaymentReversed,
    PaymentUnresolved,
    RefundIntended,
    Row,
    StayClosed,
    StayLooked,
)
from kiosk.edge.store.inspection import last_rows
from kiosk_hw.ports.money import Money

HELD = PaymentHeld("x", "o1", 8, 44)
BOOKED = PaymentBooked("x", "o1", 8)
REFUSED = PaymentRefused("x", "o1", 0x6C)
REVERSED = PaymentReversed("x", "o1", 8)
UNRESOLVED = PaymentUnresolved("x", "o1", "the terminal never answered")
LET_OUT = OpeningOrdered("e1", "s1", OpeningReason.PAID)
NOBODY = OpeningLeft("", None, opened=False)
REFUND = RefundIntended("x", "o1", "o1-r")


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.enter("s1", "B10001")
    return desk


@pytest.mark.parametrize(
    ("rows", "paid", "is_open", "is_unresolved"),
    [
        ([], False, True, False),
        ([HELD], False, True, False),
        ([BOOKED], True, False, False),
        ([HELD, BOOKED], True, False, False),
        ([BOOKED, BOOKED], True, False, False),
        ([REFUSED], False, False, False),
        ([UNRESOLVED], False, False, True),
        ([REVERSED], False, False, False),
        ([BOOKED, REVERSED], False, False, False),
        ([BOOKED, REVERSED, BOOKED], False, False, False),
        ([BOOKED, REVERSED, REVERSED], False, False, False),
        ([REVERSED, UNRESOLVED], False, False, False),
        ([UNRESOLVED, BOOKED], True, False, False),
        ([UNRESOLVED, REFUSED], False, False, False),
        ([REFUSED, BOOKED], True, False, False),
        ([REFUSED, UNRESOLVED], False, False, False),
        ([BOOKED, REFUSED], True, False, False),
        ([BOOKED, UNRESOLVED], True, False, True),
        ([BOOKED, REFUSED, UNRESOLVED], True, False, True),
        ([REVERSED, REFUSED, BOOKED], False, False, False),
        ([BOOKED, UNRESOLVED, BOOKED], True, False, False),
        ([BOOKED, UNRESOLVED, REVERSED], False, False, False),
        ([REFUSED, HELD], False, True, False),
        ([UNRESOLVED, HELD], False, True, False),
        ([BOOKED, HELD], True, False, False),
        ([REVERSED, HELD], False, False, False),
        ([HELD, REFUND], False, True, False),
        ([HELD, REFUND, REVERSED], False, False, False),
    ],
)
def test_where_an_order_goes_and_what_counts_as_paid(
    desk: Desk, rows: list[Row], paid: bool, is_open: bool, is_unresolved: bool
) -> None:
    desk.intend("o1", "s1", 1250)
    for row in rows:
        desk.write(row)
    assert desk.found("B10001").stay.paid == (((eur(1250), NOON),) if paid else ())
    assert bool(desk.open_orders().orders) is is_open
    assert bool(desk.store.unresolved()) is is_unresolved


def test_a_booking_counts_the_amount_that_was_intended_at_the_moment_it_was_booked(
    desk: Desk,
) -> None:
    desk.intend("o1", "s1", 1250)
    desk.intend("o1", "s1", 9999)
    desk.later(seconds=4)
    for row in (BOOKED, BOOKED, UNRESOLVED, BOOKED):
        desk.write(row)
        desk.later(seconds=4)
    assert desk.found("B10001").stay.paid == ((eur(1250), NOON + timedelta(seconds=4)),)


def test_a_reversal_takes_back_its_own_order_and_no_other(desk: Desk) -> None:
    desk.intend("o1", "s1", 1000)
    desk.write(PaymentIntended("x", "o2", "s1", eur(250), 7, paid_before_minor=1000))
    desk.write(BOOKED, PaymentBooked("x", "o2", 9), REVERSED)
    assert [money for money, _ in desk.found("B10001").stay.paid] == [eur(250)]


def test_paid_and_not_left_stays_paid(desk: Desk) -> None:
    desk.intend("o1", "s1")
    desk.write(BOOKED)
    desk.later(days=3)
    desk.store.sweep()
    assert desk.found("B10001").stay.paid == ((eur(1250), NOON),)


def test_a_booking_without_an_intent_pays_nothing_and_a_person_is_told(desk: Desk) -> None:
    desk.write(PaymentBooked("x", "o9", 8))
    assert desk.found("B10001").stay.paid == ()
    assert repr(desk.store) == "<Store in memory open batches=3 rows=3 failures=0>"


@pytest.mark.parametrize(("ordered", "opened", "held"), [*product([False, True], repeat=3)])
def test_a_restart_learns_how_far_an_open_order_had_come(
    desk: Desk, ordered: bool, opened: bool, held: bool
) -> None:
    desk.intend("o1", "s1", 1250, exit_id="e1")
    if held:
        desk.write(PaymentHeld("e1", "o1", 8, None))
    if ordered:
        desk.write(OpeningOrdered("e1", "s1", OpeningReason.PAID))
    if opened:
        desk.write(BarrierOpened("e1"))
    desk.write(OpeningOrdered("e2", None, OpeningReason.FIRE), BarrierOpened("e2"))
    (order,) = desk.open_orders().orders
    assert order == OpenOrder("o1", "e1", "s1", eur(1250), 7, 8 if held else None, ordered, opened)


@pytest.mark.parametrize("refund_id", ["", "o1-r"])
def test_a_restart_learns_at_which_gateway_an_order_was_made_and_whether_it_goes_back(
    desk: Desk, refund_id: str
) -> None:
    desk.write(PaymentIntended("e1", "o1", "s1", eur(1250), None, "wechat"))
    desk.write(PaymentHeld("e1", "o1", None, None, "4200001"))
    if refund_id:
        desk.write(RefundIntended("e1", "o1", refund_id))
    (order,) = desk.open_orders().orders
    assert order == OpenOrder(
        *("o1", "e1", "s1", eur(1250), None, None),
        opening_ordered=False,
        barrier_opened=False,
        gateway="wechat",
        refund_id=refund_id,
    )


def test_open_orders_come_oldest_first_also_when_the_clock_was_set_back(desk: Desk) -> None:
    for name in ("o3", "o1", "o2"):
        desk.intend(name, "s1")
        desk.later(hours=-1)
    assert [order.order_id for order in desk.open_orders().orders] == ["o3", "o1", "o2"]


def test_the_operator_sees_why_an_order_is_unresolved_and_settles_it(desk: Desk) -> None:
    desk.intend("o1", "s1", 1250)
    desk.later(minutes=1)
    desk.write(UNRESOLVED)
    (order,) = desk.store.unresolved()
    assert (order.order_id, order.stay_id, order.amount) == ("o1", "s1", eur(1250))
    assert order.why == "the terminal never answered"
    assert order.noted_utc == NOON + timedelta(minutes=1)
    desk.write(BOOKED)
    assert desk.store.unresolved() == ()


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([], OpeningLeft("", None, opened=False)),
        ([LET_OUT], OpeningLeft("e1", "s1", opened=False)),
        ([LET_OUT, BarrierOpened("e1")], OpeningLeft("e1", "s1", opened=True)),
        ([LET_OUT, StayClosed("e1", "s1", ClosingReason.LEFT)], NOBODY),
        ([LET_OUT, ExitFinished("e1", "card", 9.0, 3.0, 5.0, 1.0)], NOBODY),
        ([LET_OUT, OpeningOrdered("e2", "s2", OpeningReason.ENTRY)], None),
        ([LET_OUT, OpeningOrdered("", None, OpeningReason.FIRE)], None),
    ],
)
def test_a_restart_learns_for_whom_the_barrier_was_opened_last(
    desk: Desk, rows: list[Row], left: OpeningLeft | None
) -> None:
    desk.write(*rows)
    (answer,) = desk.store.carry_out(Batch(queries=(FindOpening(),)))
    assert answer == (left or OpeningLeft("e1", "s1", opened=False))


def test_whoever_was_let_out_long_ago_has_gone(desk: Desk) -> None:
    desk.write(LET_OUT)
    desk.later(minutes=5, seconds=1)
    assert desk.store.carry_out(Batch(queries=(FindOpening(),))) == [NOBODY]


def test_a_lane_finds_its_own_orders_and_its_own_arm_alone() -> None:
    desk = Desk()
    desk.write(PaymentIntended("x-aabb01-1", "o-aabb01-2", "s1", eur(1), 7))
    desk.write(PaymentIntended("x-ccdd01-1", "o-ccdd01-2", "s2", eur(1), 7))
    desk.write(OpeningOrdered("x-ccdd01-1", "s2", OpeningReason.PAID))
    desk.write(OpeningOrdered("x-aabb01-1", "s1", OpeningReason.PAID))
    queries = (FindOpenOrders("ccdd"), FindOpening("ccdd"), FindOpening("eeff"))
    found, mine, none = desk.store.carry_out(Batch(queries=queries))
    assert isinstance(found, OpenOrdersFound)
    assert [order.order_id for order in found.orders] == ["o-ccdd01-2"]
    assert mine == OpeningLeft("x-ccdd01-1", "s2", opened=False)
    assert none == NOBODY


@pytest.mark.parametrize(
    ("exit_id", "asks", "rows", "claimed"),
    [
        ("x-1", "o2", [], False),
        ("x-1", "o2", [PaymentHeld("x-1", "o1", 8, 44)], True),
        ("x-1", "o2", [PaymentHeld("x-1", "o1", None, None, "4200")], True),
        ("x-1", "o1", [PaymentHeld("x-1", "o1", 8, 44)], False),
        ("x-1", "o2", [PaymentHeld("x-1", "o1", 8, 44), PaymentRefused("x-1", "o1", 0)], False),
        ("", "o2", [PaymentHeld("", "o1", None, None, "4200")], True),
        ("", "o1", [PaymentHeld("", "o2", None, None, "4200")], False),
        ("", "o2", [PaymentHeld("", "o1", None, None, "4"), RefundIntended("", "o1", "r")], False),
    ],
)
def test_a_stay_whose_money_is_on_its_way_at_another_lane_owes_no_more(
    desk: Desk, exit_id: str, asks: str, rows: list[Row], claimed: bool
) -> None:
    desk.intend("o1", "s1", exit_id=exit_id)
    desk.intend("o2", "s1", exit_id=exit_id)
    desk.write(*rows)
    (looked,) = desk.store.carry_out(Batch(queries=(LookStay(asks, "s1"),)))
    assert isinstance(looked, StayLooked)
    assert looked.stay is not None
    assert looked.stay.unsettled is claimed


@pytest.mark.parametrize(("covers_s", "counts_s"), [(None, 0), (-40, -40), (90, 0)])
def test_a_payment_covers_its_stay_up_to_the_step_of_its_price_and_never_into_the_future(
    desk: Desk, covers_s: float | None, counts_s: float
) -> None:
    covers_utc = None if covers_s is None else NOON + timedelta(seconds=covers_s)
    desk.intend("o1", "s1", 1250)
    desk.write(PaymentBooked("", "o1", None, "ref", covers_utc))
    (paid,) = desk.found("B10001").stay.paid
    assert paid == (eur(1250), NOON + timedelta(seconds=counts_s))


SECOND = PaymentBooked("y", "o2", 9)


def look(desk: Desk, order_id: str) -> tuple[int, bool]:
    """What others paid besides this order, and whether it counts itself."""
    (looked,) = desk.store.carry_out(Batch(queries=(LookStay(order_id, "s1"),)))
    assert isinstance(looked, StayLooked)
    return looked.besides_minor, looked.counted


@pytest.mark.parametrize("rows", [[], [PaymentHeld("y", "o2", 9, 45)]], ids=["intended", "held"])
def test_of_two_payments_of_one_price_the_one_that_is_booked_first_counts(
    desk: Desk, rows: list[Row]
) -> None:
    desk.intend("o1", "s1", 1250)
    desk.intend("o2", "s1", 1250, exit_id="y")
    desk.write(*rows, BOOKED)
    assert look(desk, "o1") == (0, True)
    assert look(desk, "o2") == (1250, False)
    desk.write(SECOND)
    assert desk.found("B10001").stay.paid == ((eur(1250), NOON),)
    assert look(desk, "o2") == (1250, False)
    (left,) = desk.open_orders().orders
    assert (left.order_id, left.covered) == ("o2", True), "a restart gives it back"
    desk.write(PaymentReversed("y", "o2", 9))
    assert desk.found("B10001").stay.paid == ((eur(1250), NOON),)
    assert desk.open_orders().orders == ()


def test_the_journal_says_why_a_booking_does_not_count(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B10001")
    desk.intend("o1", "s1", 1250)
    desk.intend("o2", "s1", 1250, exit_id="y")
    desk.write(BOOKED, SECOND)
    told = last_rows(tmp_path, 1)[0]
    assert (told.exit_id, told.kind) == ("y", "incident-noted")
    assert "payment-not-counted" in told.body
    assert "order o2: stay s1 was paid besides" in told.body


@pytest.mark.parametrize("before", [REFUSED, UNRESOLVED], ids=["refused", "unresolved"])
def test_a_late_booking_that_does_not_count_is_still_somebodys_to_give_back(
    desk: Desk, before: Row
) -> None:
    desk.intend("o1", "s1", 1250)
    desk.intend("o2", "s1", 1250, exit_id="y")
    desk.write(before, SECOND, BOOKED)
    waiting = (*desk.open_orders().orders, *desk.store.unresolved())
    assert [order.order_id for order in waiting] == ["o1"]


@pytest.mark.parametrize(
    ("amount", "before", "besides", "counts", "listed"),
    [
        (250, 1250, 1250, True, False),
        (1250, 0, 0, True, False),
        (1250, 0, 300, True, True),
        (1250, 300, 300, True, False),
        (1250, 300, 1549, True, True),
        (1250, 300, 1550, False, False),
        (1250, 2000, 300, True, False),
    ],
    ids=["top-up", "alone", "part", "known part", "all but a cent", "all", "known part came back"],
)
def test_what_was_in_the_price_is_no_second_payment_and_a_part_is_a_persons(
    desk: Desk, amount: int, before: int, besides: int, counts: bool, listed: bool
) -> None:
    desk.write(PaymentIntended("y", "o2", "s1", eur(amount), 7, paid_before_minor=before))
    if besides:
        desk.store.note_prepayment("s1", eur(besides))
    desk.write(SECOND)
    paid = [money.amount_minor for money, _ in desk.found("B10001").stay.paid]
    assert paid == [besides] * bool(besides) + [amount] * counts
    assert bool(desk.store.unresolved()) is listed


def test_money_of_another_stay_or_currency_is_no_second_payment(desk: Desk) -> None:
    desk.intend("o1", "s2", 1250)
    desk.intend("o2", "s1", 1250, exit_id="y")
    desk.store.note_prepayment("s1", Money(9999, "CNY"))
    desk.write(BOOKED, SECOND)
    assert look(desk, "o2") == (0, True)


def test_a_person_settles_a_part_that_was_paid_twice(desk: Desk) -> None:
    desk.intend("o1", "s1", 1250)
    desk.store.note_prepayment("s1", eur(300))
    desk.write(BOOKED)
    (listed,) = desk.store.unresolved()
    assert listed.why == "order o1: refund 3.00 EUR by hand, which was paid for stay s1 besides"
    desk.write(BOOKED)
    assert desk.store.unresolved() == ()
    assert look(desk, "o1") == (300, True)
