"""Paying by code at the exit: what the screen shows, what is asked, who is charged for what."""

from itertools import pairwise

import pytest

from core.lane.code_stage import FEE, CodeStage, page_of
from kiosk.core.lane.codes.bill import ASK_S
from kiosk.core.lane.codes.events import CodesOrdered
from kiosk.core.lane.codes.offer import TRIES_MAX
from kiosk.core.lane.codes.pace import LIKELY
from kiosk.core.lane.events import StopRequested
from kiosk.core.lane.paying import CHARGES_MAX
from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.records import (
    BarrierOpened,
    ClosingReason,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    PaymentReversed,
    RefundIntended,
    StayClosed,
)
from kiosk.core.settings import LaneSettings, WhenStuck
from kiosk.core.shows import (
    ExitReported,
    OfferEnded,
    OfferMade,
    PayLinkReady,
    PayLinkRefused,
    Picture,
    ReceiptIssued,
    ScreenCode,
)
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.gateway import AskOrder, CloseOrder, CreateOrder, Way

CARDLESS = [False, True]


@pytest.mark.parametrize("card", CARDLESS)
def test_a_driver_scans_pays_and_leaves_and_is_charged_once_after_the_arm_was_up(card):
    stage = CodeStage(card=card)
    stage.arrive()
    order = stage.order()
    assert stage.screen.picture is Picture.DUE
    assert stage.screen.codes == (ScreenCode(f"pay://wechat/{order}", "wechat"),)
    assert stage.screen.card is card
    stage.run(2.0)
    stage.scan()
    stage.run(1.0)
    assert stage.screen.picture is Picture.PAYING
    stage.pay()
    stage.run(0.5)
    assert stage.screen.picture is Picture.APPROVED
    stage.run(2.0)
    assert stage.screen.picture is Picture.DRIVE
    assert stage.screen.codes == (ScreenCode(f"https://pay.example/r/{order}"),)
    kinds = [type(row) for row in stage.rows]
    assert kinds.index(PaymentHeld) < kinds.index(BarrierOpened) < kinds.index(PaymentBooked)
    stage.leave()
    assert [row.reason for row in stage.written(StayClosed)] == [ClosingReason.LEFT]
    assert [exit_.kind for exit_ in stage.shown(ExitReported)] == ["code"]
    assert stage.shown(ReceiptIssued) == [ReceiptIssued(order, FEE, RECEIPT, "wechat")]
    stage.run(400.0)
    stage.check_books()
    stage.check_ended()
    assert len(stage.charges()) == 1


RECEIPT = (ReceiptLine(Charge.BLOCKS, 500, 1),)


def test_a_card_payment_issues_a_receipt_too():
    stage = CodeStage()
    stage.arrive()
    stage.tap_card()
    stage.run(4.0)
    (receipt,) = stage.shown(ReceiptIssued)
    assert (receipt.amount, receipt.lines, receipt.by) == (FEE, RECEIPT, "card")
    assert stage.screen.codes == (ScreenCode(f"https://pay.example/r/{receipt.receipt_id}"),)


def test_the_intent_is_written_before_the_gateway_is_asked_for_an_order():
    stage = CodeStage()
    stage.fails = lambda batch: any(isinstance(row, PaymentIntended) for row in batch.rows)
    stage.arrive()
    stage.run(5.0)
    assert not [ask for _, ask in stage.gateways["wechat"].asked if isinstance(ask, CreateOrder)]


def test_it_is_asked_again_and_again_and_at_once_when_a_notice_comes():
    stage = CodeStage()
    stage.arrive()
    stage.run(30.0)
    asked = [at for at, ask in stage.gateways["wechat"].asked if isinstance(ask, AskOrder)]
    made_at, likely = asked[0] - ASK_S, LIKELY[Way.SCREEN]
    for since_s, until_s, least_s, most_s in (
        (0.0, 1.2, 0.5, 1.0),
        (likely.from_s + 0.1, likely.until_s - 1.0, 0.15, 0.25),
        (likely.until_s, 30.0, 0.5, 1.0),
    ):
        times = [at for at in asked if made_at + since_s <= at <= made_at + until_s]
        pauses = [b - a for a, b in pairwise(times)]
        assert pauses, since_s
        assert all(least_s <= pause <= most_s for pause in pauses), pauses
    paid_at = stage.now
    stage.pay(notice=True)
    stage.run_until(lambda: bool(stage.written(PaymentHeld)))
    assert stage.now - paid_at < 0.3


def test_the_card_wins_and_the_code_is_closed():
    stage = CodeStage()
    stage.arrive()
    stage.tap_card()
    stage.run(3.0)
    assert not stage.pay(), "a closed order takes no money"
    assert stage.code_state() == "closed"
    stage.leave()
    assert [exit_.kind for exit_ in stage.shown(ExitReported)] == ["card"]
    stage.run(400.0)
    stage.check_books()
    stage.check_ended()


def test_the_code_wins_and_the_terminal_asks_for_no_card_any_more():
    stage = CodeStage()
    stage.arrive()
    stage.pay()
    stage.run(1.0)
    assert stage.terminal is not None
    assert not stage.terminal.awaits_card()
    stage.run(2.0)
    assert len(stage.written(PaymentRefused)) == 1, "the card's order"
    stage.check_books()


@pytest.mark.parametrize("first_s", [0.0, 0.3, 0.9, 1.2, 1.49, 1.6, 2.0, 2.4])
def test_both_succeed_and_one_of_them_goes_back(first_s):
    stage = CodeStage()
    stage.arrive()
    stage.tap_card()
    stage.run(first_s)
    stage.pay()
    stage.run(30.0)
    stage.leave()
    stage.run(400.0)
    stage.check_books()
    stage.check_ended()
    assert len(stage.charges()) == 1


def test_both_gateways_are_paid_and_one_of_them_goes_back():
    stage = CodeStage(gateways=("wechat", "alipay"))
    stage.arrive()
    assert [code.by for code in stage.screen.codes] == ["wechat", "alipay"]
    stage.pay("wechat")
    stage.pay("alipay")
    stage.run(30.0)
    stage.leave()
    stage.run(400.0)
    assert len(stage.charges()) == 1
    assert len(stage.written(PaymentReversed)) == 1
    stage.check_books()
    stage.check_ended()


def test_what_is_paid_after_the_car_has_gone_goes_back():
    stage = CodeStage(unseen_is_absent=True)
    stage.arrive()
    order = stage.order()
    stage.tap_card()
    stage.run(3.0)
    stage.leave()
    stage.run(60.0)
    assert stage.pay(order=order), "an order that was never scanned cannot be closed"
    stage.run(400.0)
    assert [row.order_id for row in stage.written(PaymentReversed)] == [order]
    stage.check_books()
    stage.check_ended()


def test_a_barrier_that_does_not_open_gives_the_money_back():
    stage = CodeStage(card=False)
    stage.board.stuck = True
    stage.arrive()
    stage.pay()
    stage.run(60.0)
    assert stage.screen.picture is Picture.HELP
    assert len(stage.written(PaymentReversed)) == 1
    assert stage.charges() == []
    stage.check_ended()


def test_a_car_that_backs_out_after_paying_gets_its_money_back():
    stage = CodeStage(card=False)
    stage.board.stuck = True
    stage.arrive()
    stage.pay()
    stage.run(1.0)
    stage.back_out()
    stage.run(60.0)
    assert stage.charges() == []
    stage.check_ended()


def test_a_loop_that_flickers_while_the_driver_pays_costs_him_nothing():
    stage = CodeStage(card=False)
    stage.arrive()
    stage.back_out()
    stage.pay()
    stage.run(1.5)
    stage.board.occupy(True)
    stage.poke()
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    assert len(stage.written(PaymentHeld)) == 1
    stage.check_books()


# One way of paying is away.


def test_a_gateway_that_goes_leaves_the_card_and_comes_back_within_two_seconds_each():
    stage = CodeStage()
    stage.arrive()
    stage.gateways["wechat"].mute = True
    stage.run(2.0)
    assert (stage.screen.codes, stage.screen.card) == ((), True)
    assert stage.screen.picture is Picture.DUE
    stage.gateways["wechat"].mute = False
    stage.run(2.0)
    assert len(stage.screen.codes) == 1


@pytest.mark.parametrize("page", [False, True])
def test_a_gateway_that_says_it_is_away_leaves_the_screen_at_once(page):
    stage = CodeStage(page=page)
    stage.arrive()
    assert stage.screen.codes
    stage.gateways["wechat"].go_down()
    stage.poke()
    assert (stage.screen.codes, stage.screen.card) == ((), True)
    stage.gateways["wechat"].come_up()
    stage.poke()
    stage.run(2.0)
    assert stage.screen.codes


def test_a_terminal_that_is_away_leaves_the_code_and_calls_nobody():
    stage = CodeStage()
    assert stage.terminal is not None
    stage.terminal.away = True
    stage.restart()
    stage.arrive()
    assert stage.screen.picture is Picture.DUE
    assert (len(stage.screen.codes), stage.screen.card) == (1, False)
    stage.pay()
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    assert Picture.HELP not in stage.pictures()


def test_a_terminal_that_comes_back_while_the_fee_stands_is_armed():
    stage = CodeStage()
    assert stage.terminal is not None
    stage.terminal.away = True
    stage.restart()
    stage.arrive()
    stage.terminal.come_back()
    stage.poke()
    stage.run(1.0)
    assert stage.screen.card
    stage.tap_card()
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE


def test_three_bad_cards_leave_the_code():
    stage = CodeStage()
    stage.arrive()
    for _ in range(3):
        stage.tap_card(good=False)
        stage.run(2.0)
    assert stage.screen.picture is Picture.DUE
    assert (len(stage.screen.codes), stage.screen.card) == (1, False)
    assert stage.screen.note == "declined"
    stage.pay()
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE


def test_a_loop_that_flickers_after_three_bad_cards_asks_for_no_fourth():
    stage = CodeStage()
    stage.arrive()
    for _ in range(CHARGES_MAX):
        stage.tap_card(good=False)
        stage.run(2.0)
    stage.back_out()
    stage.run(1.0)
    stage.board.occupy(True)
    stage.poke()
    stage.run(1.0)
    assert (stage.screen.picture, stage.screen.card) == (Picture.DUE, False)
    cards = [row for row in stage.written(PaymentIntended) if not row.gateway]
    assert len(cards) == CHARGES_MAX


@pytest.mark.parametrize("page", [False, True])
def test_with_neither_terminal_nor_gateway_a_person_is_called_until_one_is_back(page):
    stage = CodeStage(card=False, page=page)
    stage.arrive()
    stage.gateways["wechat"].go_down()
    stage.poke()
    assert (stage.screen.picture, stage.screen.note) == (Picture.HELP, "gateway-down")
    stage.gateways["wechat"].come_up()
    stage.poke()
    stage.run(2.0)
    assert stage.screen.picture is Picture.DUE
    assert not [kind for kind in stage.lane.desk.alarms if kind.startswith("help:")]


def test_a_gateway_that_refuses_every_order_is_asked_three_times_and_the_card_stays():
    stage = CodeStage()
    stage.gateways["wechat"].refuses = True
    stage.arrive()
    stage.run(20.0)
    asked = [ask for _, ask in stage.gateways["wechat"].asked if isinstance(ask, CreateOrder)]
    assert len(asked) == 3
    assert (stage.screen.picture, stage.screen.codes, stage.screen.card) == (Picture.DUE, (), True)


def test_a_gateway_is_asked_every_second_while_the_lane_s_own_code_stands():
    stage = CodeStage(page=True)
    stage.arrive()
    stage.run(3.0)
    assert stage.screen.codes
    asked = [ask for _, ask in stage.gateways["wechat"].asked if isinstance(ask, AskOrder)]
    assert {ask.order_id for ask in asked} == {stage.offer_id()}, "so that its host can tell"
    assert len(asked) == 4
    stage.run(60.0)
    stage.tap_card()
    stage.run(30.0)
    asked_s = [at for at, ask in stage.gateways["wechat"].asked if isinstance(ask, AskOrder)]
    assert stage.now - asked_s[-1] > 25.0, "and not a moment longer"


# The page of the lane's own code.


def test_the_lane_s_own_code_is_there_with_the_price_and_no_gateway_was_asked():
    stage = CodeStage(page=True)
    stage.arrive()
    (offer,) = stage.shown(OfferMade)
    assert (offer.amount, str(offer.plate)) == (FEE, "沪A·**34*")
    assert stage.screen.codes == (ScreenCode(page_of(offer.order_id)),)
    assert stage.gateways["wechat"].books == {}


def test_a_tap_makes_the_order_and_a_second_tap_gets_the_same_link():
    stage = CodeStage(page=True)
    stage.arrive()
    stage.tap_page()
    stage.tap_page()
    stage.run(0.3)
    stage.tap_page()
    (order,) = stage.gateways["wechat"].books
    ready = PayLinkReady(stage.offer_id(), f"pay://wechat/{order}", "wechat")
    assert stage.links() == [ready, ready]
    assert stage.gateways["wechat"].books[order].way is Way.PAGE
    stage.pay()
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    assert stage.shown(OfferEnded) == [OfferEnded(stage.offer_id(), paid=True)]
    (receipt,) = stage.shown(ReceiptIssued)
    assert receipt.receipt_id == stage.offer_id(), "the page knows its payer by the offer"
    assert stage.screen.codes == (ScreenCode(f"https://pay.example/r/{stage.offer_id()}"),)
    stage.check_books()


def test_a_tap_on_an_offer_that_is_over_or_never_was_is_refused():
    stage = CodeStage(page=True)
    stage.tap_page(offer="o-nobody-1")
    stage.arrive()
    offer = stage.offer_id()
    stage.tap_card()
    stage.run(3.0)
    stage.tap_page(offer=offer)
    assert stage.links() == [
        PayLinkRefused("o-nobody-1", "over", "wechat"),
        PayLinkRefused(offer, "over", "wechat"),
    ]
    assert stage.gateways["wechat"].books == {}


def test_whoever_changes_his_mind_between_gateways_has_one_payable_order():
    stage = CodeStage(gateways=("wechat", "alipay"), page=True)
    stage.arrive()
    stage.tap_page("wechat")
    stage.run(1.0)
    stage.tap_page("alipay")
    assert stage.gateways["alipay"].books == {}, "not before the first is closed"
    stage.run(1.0)
    assert stage.gateways["wechat"].books[stage.order("wechat")].state == "closed"
    assert [link.link[:12] for link in stage.links()] == ["pay://wechat", "pay://alipay"]
    stage.pay("alipay")
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.check_books()


def test_where_each_gateway_refuses_order_after_order_and_no_terminal_is_a_person_is_called():
    stage = CodeStage(gateways=("wechat", "alipay"), card=False)
    for end in stage.gateways.values():
        end.refuses = True
    stage.arrive()
    stage.run(10.0)
    for end in stage.gateways.values():
        assert sum(isinstance(asked, CreateOrder) for _, asked in end.asked) == TRIES_MAX
    assert (stage.screen.picture, stage.screen.note) == (Picture.HELP, "gateway-down")


def test_what_was_wished_for_under_an_older_offer_is_made_under_no_newer_one():
    stage = CodeStage(gateways=("wechat", "alipay"), page=True)
    stage.arrive()
    stage.tap_page("wechat")
    stage.run(1.0)
    stage.gateways["wechat"].mute = True
    stage.tap_page("alipay")
    stage.tell(CodesOrdered(stage.screen.exit_id, stage.stay_id, FEE))
    stage.gateways["wechat"].mute = False
    stage.run(10.0)
    assert stage.gateways["alipay"].books == {}
    assert len(stage.shown(OfferMade)) == 2


def test_an_order_that_was_paid_before_it_could_be_closed_lets_the_car_out():
    stage = CodeStage(gateways=("wechat", "alipay"), page=True)
    stage.arrive()
    stage.tap_page("wechat")
    stage.run(1.0)
    stage.gateways["wechat"].confirm(stage.order("wechat"))
    stage.tap_page("alipay")
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    assert stage.gateways["alipay"].books == {}
    stage.check_books()


def test_a_gateway_that_makes_no_order_in_time_is_told_to_the_page():
    stage = CodeStage(page=True)
    stage.arrive()
    stage.gateways["wechat"].lost = {CreateOrder: 9}
    stage.tap_page()
    stage.run(10.0)
    assert stage.links() == [PayLinkRefused(stage.offer_id(), "slow", "wechat")]
    asked = [type(ask) for _, ask in stage.gateways["wechat"].asked]
    assert asked.count(CreateOrder) == 3
    assert asked.count(CloseOrder) == 1


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_id():
    stage = CodeStage()
    stage.gateways["wechat"].lost = {CreateOrder: 1}
    stage.arrive()
    stage.run(4.0)
    assert len(stage.gateways["wechat"].books) == 1
    assert len(stage.screen.codes) == 1


def test_taps_without_end_make_no_orders_without_end():
    stage = CodeStage(gateways=("wechat", "alipay"), page=True)
    stage.arrive()
    for number in range(40):
        stage.tap_page(("wechat", "alipay")[number % 2])
        stage.run(1.0)
    made = sum(len(end.books) for end in stage.gateways.values())
    assert made == 12
    assert PayLinkRefused(stage.offer_id(), "busy", "wechat") in stage.links()


def test_whoever_waits_for_an_older_order_to_be_closed_is_told_when_it_never_is():
    calls = LaneSettings(when_stuck=WhenStuck.CALL)
    stage = CodeStage(gateways=("wechat", "alipay"), page=True, settings=calls)
    stage.arrive()
    stage.tap_page("wechat")
    stage.run(1.0)
    stage.gateways["wechat"].mute = True
    stage.tap_page("alipay")
    stage.run(299.0)
    assert len(stage.links()) == 1
    stage.run(2.0)
    assert stage.links()[-1] == PayLinkRefused(stage.offer_id(), "busy", "alipay")
    assert stage.gateways["alipay"].books == {}


def test_the_process_rests_only_while_no_order_can_be_paid():
    stage = CodeStage(card=False)
    assert stage.lane.rests()
    stage.arrive()
    assert not stage.lane.rests()
    stage.tell(StopRequested())
    stage.run(0.3)
    assert stage.code_state() == "closed"
    assert stage.lane.rests()


def test_a_closed_order_whose_last_look_finds_nobody_is_listed_for_nobody():
    stage = CodeStage()
    stage.arrive()
    order = stage.order()
    stage.tap_card()
    stage.run(3.0)
    stage.leave()
    assert stage.code_state(order) == "closed"
    stage.gateways["wechat"].mute = True
    stage.run(330.0)
    assert stage.code_state(order) == "resolving"
    stage.run(1900.0)
    assert stage.listed() == set()
    assert stage.lane.codes.book.get(order) is None


def test_each_second_of_an_exit_by_code_is_somebody_s():
    stage = CodeStage(card=False)
    stage.arrive()
    stage.run(2.0)
    stage.scan()
    stage.run(1.5)
    stage.pay()
    stage.run(4.0)
    stage.leave()
    (report,) = stage.shown(ExitReported)
    laps = [(lap.name, lap.share) for lap in report.waterfall.laps]
    assert laps == [
        ("plate", Share.DEVICES),
        ("gateway", Share.DEVICES),
        ("driver", Share.PEOPLE),
        ("confirming", Share.PEOPLE),
        ("release", Share.MACHINE),
        ("arm", Share.DEVICES),
    ]


def test_what_is_paid_as_it_is_being_given_up_is_written_down_before_it_goes_back():
    stage = CodeStage()
    stage.arrive()
    order = stage.order()
    stage.gateways["wechat"].lost = {CloseOrder: 1}
    stage.tap_card()
    stage.run(1.49)
    stage.gateways["wechat"].confirm(order)
    stage.run(10.0)
    rows = [row for row in stage.rows if getattr(row, "order_id", "") == order]
    kinds = [type(row) for row in rows]
    assert kinds == [PaymentIntended, PaymentHeld, RefundIntended, PaymentReversed]


def test_whoever_came_back_and_still_does_not_pay_gets_a_person_within_the_pay_time():
    stage = CodeStage()
    stage.arrive()
    stage.back_out()
    stage.run(1.0)
    stage.board.occupy(True)
    stage.poke()
    assert stage.screen.picture is Picture.DUE
    stage.run(89.0)
    assert stage.screen.picture is Picture.DUE
    stage.run(2.0)
    assert (stage.screen.picture, stage.screen.note) == (Picture.HELP, "unpaid")
