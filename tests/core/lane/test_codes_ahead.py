"""Paying a stay from elsewhere: what was shown is charged or nothing, and the car rolls out."""

import pytest

from core.lane.code_stage import FEE, PLATE, CodeStage, return_to
from kiosk.core.lane.codes.ahead import AHEAD_MAX
from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.records import (
    Batch,
    ClosingReason,
    LookStay,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    StayClosed,
    StayPrepaid,
)
from kiosk.core.shows import (
    ExitReported,
    PayLinkReady,
    PayLinkRefused,
    PaymentReturned,
    Picture,
    ReceiptIssued,
    StayPayEnded,
)
from kiosk_hw.ports.gateway import CloseOrder, CreateOrder, HearNotice, Way
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

PAGE = [False, True]


def tapped(**more) -> CodeStage:
    stage = CodeStage(**more)
    stage.tap_elsewhere()
    stage.run(1.0)
    return stage


def test_a_stay_is_paid_in_the_mall_and_its_car_rolls_out():
    stage = tapped()
    order = stage.order()
    assert stage.links() == [PayLinkReady("q1", f"pay://wechat/{order}")]
    assert stage.gateways["wechat"].books[order].way is Way.PAGE
    stage.pay()
    stage.run(1.0)
    assert stage.shown(StayPayEnded) == [StayPayEnded("q1", True, order)]
    (receipt,) = stage.shown(ReceiptIssued)
    assert (receipt.receipt_id, receipt.by) == (order, "wechat")
    assert receipt.lines == (ReceiptLine(Charge.BLOCKS, 500, 1),)
    assert [type(row) for row in stage.rows][-3:-1] == [PaymentIntended, PaymentHeld]
    stage.arrive()
    stage.run(2.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    assert [exit_.kind for exit_ in stage.shown(ExitReported)] == ["prepaid"]
    stage.run(400.0)
    assert len(stage.charges()) == 1
    stage.check_books()
    stage.check_ended()


STEP_S = 600.0
"""When the next block of the stage's car begins."""


@pytest.mark.parametrize("paid_s", [-1.0, 2.0, 60.0, 250.0])
def test_whoever_paid_what_the_page_showed_owes_nothing_though_the_price_stepped(paid_s):
    stage = CodeStage()
    stage.run(STEP_S - 5.0)
    stage.tap_elsewhere()
    stage.run(5.0 + paid_s)
    assert stage.pay()
    stage.run(2.0)
    assert [end.paid for end in stage.shown(StayPayEnded)] == [True]
    stage.run(60.0)
    stage.arrive()
    stage.run(2.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(700.0)
    stage.check_books()
    stage.check_ended()
    assert len(stage.charges()) == 1


def test_whoever_paid_before_a_step_and_stays_beyond_the_grace_pays_the_difference_alone():
    stage = CodeStage()
    stage.run(STEP_S - 5.0)
    stage.tap_elsewhere()
    stage.run(10.0)
    stage.pay()
    stage.run(16 * 60.0)
    stage.arrive()
    assert (stage.screen.picture, stage.screen.amount) == (Picture.DUE, FEE)


def test_a_price_that_steps_while_its_car_stands_at_the_exit_is_paid_by_what_the_page_showed():
    stage = CodeStage()
    stage.run(STEP_S - 5.0)
    stage.tap_elsewhere()
    stage.run(10.0)
    (order,) = stage.gateways["wechat"].books
    stage.gateways["wechat"].lost = {CloseOrder: 1}
    stage.arrive()
    stage.gateways["wechat"].books[order].state = "paid"
    stage.run(5.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(700.0)
    assert [row.order_id for row in stage.written(PaymentBooked)] == [order]
    assert stage.listed() == set()
    stage.check_books()


@pytest.mark.parametrize("heard_s", [0.1, 1.1, 2.5])
@pytest.mark.parametrize("paid_s", [-0.5, 0.2, 0.8, 1.4, 2.0])
def test_of_a_page_s_price_and_a_card_s_after_the_step_one_is_kept_and_nobody_has_work(
    paid_s, heard_s
):
    stage = CodeStage()
    stage.run(STEP_S - 5.0)
    stage.tap_elsewhere()
    stage.run(11.0)
    (order,) = stage.gateways["wechat"].books
    stage.gateways["wechat"].mute = True
    stage.arrive()
    if paid_s < 0.0:
        stage.gateways["wechat"].confirm(order)
        stage.run(-paid_s)
        stage.tap_card()
    else:
        stage.tap_card()
        stage.run(paid_s)
        stage.gateways["wechat"].confirm(order)
    stage.run(heard_s)
    stage.gateways["wechat"].mute = False
    stage.run(30.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(900.0)
    assert len(stage.charges()) == 1
    assert stage.listed() == set()
    stage.check_books()
    stage.check_ended()


def test_a_payer_comes_back_from_the_sheet_to_the_page_that_was_tapped():
    def returns(stage: CodeStage) -> list[str]:
        asked = stage.gateways["wechat"].asked
        return [told.return_url for _, told in asked if isinstance(told, CreateOrder)]

    assert returns(tapped()) == [return_to("q1")]
    stage = CodeStage(page=True)
    stage.arrive()
    stage.run(1.0)
    offer = stage.offer_id()
    stage.tap_page()
    stage.run(1.0)
    assert returns(stage) == [return_to(offer)]
    stage = CodeStage()
    stage.arrive()
    stage.run(1.0)
    assert returns(stage) == [""], "who scans the provider's own code never left it"


@pytest.mark.parametrize(
    ("amount", "stay", "why"),
    [
        (Money(400, "EUR"), "s-1", "amount-changed"),
        (Money(600, "EUR"), "s-1", "amount-changed"),
        (Money(500, "CNY"), "s-1", "amount-changed"),
        (FEE, "s-2", "nothing-due"),
    ],
)
def test_another_amount_than_is_due_or_another_stay_makes_no_order(amount, stay, why):
    stage = CodeStage()
    stage.tap_elsewhere(stay=stay, amount=amount)
    stage.run(1.0)
    assert stage.links() == [PayLinkRefused("q1", why)]
    assert stage.gateways["wechat"].books == {}


def test_a_stay_that_is_paid_already_owes_nothing():
    stage = CodeStage()
    stage.store.carry_out(Batch((StayPrepaid("", "s-1", FEE),)))
    stage.tap_elsewhere()
    stage.run(1.0)
    assert stage.links() == [PayLinkRefused("q1", "nothing-due")]


def test_a_gateway_that_is_away_and_a_store_that_fails_are_told():
    stage = CodeStage()
    stage.tap_elsewhere(gateway="alipay")
    stage.fails = lambda batch: any(isinstance(query, LookStay) for query in batch.queries)
    stage.tap_elsewhere("q2")
    stage.run(1.0)
    assert stage.links() == [PayLinkRefused("q1", "gateway-down"), PayLinkRefused("q2", "not-now")]


def test_two_taps_of_one_request_make_one_order():
    stage = CodeStage()
    stage.tap_elsewhere()
    stage.tap_elsewhere()
    stage.run(1.0)
    stage.tap_elsewhere()
    stage.run(1.0)
    assert len(stage.gateways["wechat"].books) == 1
    assert len(stage.links()) == 2


def test_a_second_request_for_a_stay_closes_the_first_before_it_makes_its_own():
    stage = tapped()
    first = stage.order()
    stage.tap_elsewhere("q2")
    stage.run(1.0)
    books = stage.gateways["wechat"].books
    assert books[first].state == "closed"
    assert len(books) == 2
    assert stage.shown(StayPayEnded) == [StayPayEnded("q1", paid=False)]
    stage.pay()
    stage.run(1.0)
    assert stage.shown(StayPayEnded)[-1].request_id == "q2"
    assert stage.shown(StayPayEnded)[-1].paid


def test_strangers_who_tap_without_end_get_so_many_orders_and_the_lane_its_own():
    stage = CodeStage()
    for number in range(AHEAD_MAX + 8):
        stage.enter(f"t-{number}", PlateText(f"沪B{number:05d}"))
        stage.tap_elsewhere(f"q{number}", stay=f"t-{number}")
        stage.run(0.05)
    stage.run(1.0)
    ready = [link for link in stage.links() if isinstance(link, PayLinkReady)]
    busy = [link for link in stage.links() if link == PayLinkRefused(link.request_id, "busy")]
    assert (len(ready), len(busy)) == (AHEAD_MAX, 8)
    stage.arrive()
    assert len(stage.screen.codes) == 1


@pytest.mark.parametrize("page", PAGE)
@pytest.mark.parametrize("card", [False, True])
def test_a_driver_who_pays_by_the_posted_code_in_the_lane_is_let_out_without_paying_again(
    page, card
):
    stage = CodeStage(page=page, card=card)
    stage.arrive()
    assert stage.screen.picture is Picture.DUE
    stage.tap_elsewhere()
    stage.run(1.0)
    stage.pay()
    stage.run(2.5)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(400.0)
    assert len(stage.charges()) == 1
    stage.check_books()
    stage.check_ended()


def test_an_order_from_the_mall_is_closed_when_its_car_stands_at_the_exit():
    stage = tapped()
    first = stage.order()
    stage.arrive()
    stage.run(1.0)
    assert stage.gateways["wechat"].books[first].state == "closed"
    stage.pay()
    stage.run(2.5)
    assert stage.screen.picture is Picture.DRIVE
    assert len(stage.charges()) == 1


@pytest.mark.parametrize("page", PAGE)
def test_one_that_was_paid_though_its_gateway_had_closed_it_is_found_and_counts(page):
    stage = tapped(page=page, card=False)
    first = stage.order()
    stage.arrive()
    stage.gateways["wechat"].books[first].state = "waiting"
    stage.gateways["wechat"].confirm(first)
    stage.run(3.0)
    assert stage.screen.picture is not Picture.DRIVE, "the gateway had called it closed"
    stage.run(400.0)
    assert [row.order_id for row in stage.written(PaymentBooked)] == [first], "its last look"
    stage.check_books()
    stage.check_ended()


@pytest.mark.parametrize("at_s", [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0, 1.4, 2.0])
def test_paid_in_the_mall_and_by_card_at_the_exit_at_whatever_moment_is_paid_once(at_s):
    stage = tapped()
    first = stage.order()
    stage.arrive()
    stage.tap_card()
    stage.run(at_s)
    stage.gateways["wechat"].confirm(first)
    stage.run(30.0)
    stage.leave()
    stage.run(800.0)
    assert len(stage.charges()) == 1, stage.story()
    stage.check_books()
    stage.check_ended()


@pytest.mark.parametrize("at_s", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0])
def test_paid_in_the_mall_while_the_lane_s_card_is_at_work_is_paid_once(at_s):
    stage = CodeStage(page=True)
    stage.arrive()
    stage.tap_elsewhere()
    stage.run(1.0)
    stage.tap_card()
    stage.run(at_s)
    stage.pay()
    stage.run(30.0)
    stage.leave()
    stage.run(800.0)
    assert len(stage.charges()) == 1, stage.story()
    stage.check_books()
    stage.check_ended()


def test_what_is_paid_for_a_stay_that_has_ended_meanwhile_goes_back():
    stage = tapped()
    stage.store.carry_out(Batch((StayClosed("x-other", "s-1", ClosingReason.LEFT),)))
    stage.pay()
    stage.run(30.0)
    assert stage.charges() == []
    assert stage.shown(PaymentReturned) == [PaymentReturned("q1")]
    assert stage.shown(StayPayEnded) == [StayPayEnded("q1", paid=False)]
    stage.check_ended()


def test_a_store_that_fails_as_a_stay_is_looked_at_is_asked_again():
    stage = tapped()
    stage.fails = lambda batch: any(isinstance(query, LookStay) for query in batch.queries)
    stage.pay()
    stage.run(5.0)
    assert stage.written(PaymentBooked) == []
    stage.fails = lambda batch: False
    stage.run(5.0)
    assert len(stage.written(PaymentBooked)) == 1
    stage.check_ended()


def test_nobody_pays_and_the_order_is_closed_and_its_end_is_told():
    stage = tapped()
    stage.run(320.0)
    assert stage.shown(StayPayEnded) == [StayPayEnded("q1", paid=False)]
    stage.run(400.0)
    stage.check_ended()


def test_a_notice_goes_to_its_gateway_and_to_no_other():
    stage = CodeStage(gateways=("wechat", "alipay"))
    stage.bring_notice("alipay")
    stage.bring_notice("unionpay")
    heard = {name: [type(ask) for _, ask in end.asked] for name, end in stage.gateways.items()}
    assert heard == {"wechat": [], "alipay": [HearNotice]}


def test_no_plate_and_no_stay_is_told_to_a_gateway():
    stage = tapped()
    stage.arrive()
    stage.run(5.0)
    said = repr([ask for _, ask in stage.gateways["wechat"].asked])
    assert "CreateOrder" in said
    assert PLATE.text not in said
    assert "s-1" not in said


def test_the_payer_s_address_is_in_no_row_log_line_or_repr():
    stage = tapped()
    made = next(ask for _, ask in stage.gateways["wechat"].asked if isinstance(ask, CreateOrder))
    assert made.payer_address == "192.0.2.7"
    order = stage.lane.codes.book.get(stage.order())
    assert order.bill.payer_address == "", "forgotten once the order was made"
    told = (
        f"{stage.rows} {stage.shows} {stage.lane!r} {stage.lane.codes!r} {order!r} {order.bill!r}"
    )
    assert "192.0.2.7" not in told


@pytest.mark.parametrize("at_s", [0.0, 1.5, 1.9, 2.5])
def test_nothing_more_is_ordered_for_a_stay_whose_car_is_being_let_out(at_s):
    stage = CodeStage()
    stage.arrive()
    stage.tap_card()
    stage.run(at_s)
    stage.tap_elsewhere()
    stage.run(4.0)
    for order in stage.gateways["wechat"].books:
        stage.pay(order=order)
    stage.run(30.0)
    stage.leave()
    stage.run(800.0)
    assert len(stage.charges()) == 1
    stage.check_books()
    stage.check_ended()


def test_whoever_waits_for_an_order_of_a_stay_that_leaves_is_told():
    stage = CodeStage()
    stage.arrive()
    stage.gateways["wechat"].mute = True
    stage.tap_elsewhere()
    stage.run(1.0)
    assert stage.links() == [], "the lane's own order is not closed yet"
    stage.tap_card()
    stage.run(3.0)
    stage.gateways["wechat"].mute = False
    stage.run(5.0)
    assert stage.links() == [PayLinkRefused("q1", "busy")]
    assert len(stage.gateways["wechat"].books) == 1
