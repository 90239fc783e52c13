"""Exits by code over real bytes: our host, the simulated gateways, phones, cards and cars."""

import pytest

from kiosk.core.records import OpeningOrdered, OpeningReason, PaymentReversed, PaymentUnresolved
from kiosk.core.shows import Picture
from kiosk_sim.devices.gateway.faults import Fault
from kiosk_sim.devices.gateway.orders import State
from kiosk_sim.site.scenario import Kind
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.phone import PhoneHabits
from lane.watched_codes import (
    BOTH,
    all_is_paid_well,
    comes_with_phone,
    kept,
    lane_with_codes,
    no_order_is_left,
    orders_of,
)
from lane.watched_lane import WatchedLane

SETTLED_S = 900.0
"""An order's life, its linger and its last look."""

PAID_S = 21.0
"""With seed 7 the first driver has paid by now."""

moments = pytest.mark.parametrize("at_s", [13.7, 13.9, 14.5, 16.0, 17.2, 18.0, 18.6, 18.9, 19.5])
"""From the price on the screen to the arm on its way up."""


def reasons(lane: WatchedLane) -> list[OpeningReason]:
    return [row.reason for row in lane.written(OpeningOrdered)]


def settle(lane: WatchedLane, within_s: float = 120.0) -> None:
    lane.run(lane.now + SETTLED_S)
    all_is_paid_well(lane, within_s)
    no_order_is_left(lane)


@pytest.mark.parametrize("terminal", [True, False], ids=["card too", "codes alone"])
@pytest.mark.parametrize("provider", BOTH)
def test_a_driver_pays_by_code_and_is_out_within_ten_seconds(provider, terminal):
    lane = lane_with_codes(provider, **({} if terminal else {"terminal": None}))
    comes_with_phone(lane)
    lane.run(60.0)
    assert reasons(lane) == [OpeningReason.PAID], lane.story()
    assert len(kept(lane)) == 1
    assert lane.lane.world.ledger.exits[0].total_s <= 10.0
    assert not lane.alarms
    settle(lane)


@pytest.mark.parametrize("provider", BOTH)
def test_a_driver_scans_the_lane_s_own_code_taps_pay_and_is_out(provider):
    lane = lane_with_codes(provider, page=True, notices=True)
    comes_with_phone(lane)
    lane.run(60.0)
    assert reasons(lane) == [OpeningReason.PAID], lane.story()
    assert len(orders_of(lane)) == 1, "made when it was wanted"
    assert len(kept(lane)) == 1
    settle(lane)


@pytest.mark.parametrize("provider", BOTH)
def test_a_driver_whose_app_is_led_on_pays_without_a_tap_and_is_out_within_ten_seconds(provider):
    lane = lane_with_codes(provider, page=True, app=True)
    comes_with_phone(lane)
    lane.run(60.0)
    assert reasons(lane) == [OpeningReason.PAID], lane.story()
    assert lane.lane.world.ledger.exits[0].total_s <= 10.0
    assert len(kept(lane)) == 1
    settle(lane)


def test_an_order_that_was_made_when_a_page_was_opened_is_closed_when_a_card_pays():
    lane = lane_with_codes(page=True)
    comes_with_phone(
        lane, cards=(Card(),), habits=Habits(searches_s=2.0), phone=PhoneHabits(hesitates_s=9.0)
    )
    lane.run(60.0)
    assert reasons(lane) == [OpeningReason.PAID], lane.story()
    assert [order.state for order in orders_of(lane)] == [State.CLOSED], "made, and not used"
    assert kept(lane) == []
    settle(lane)


def test_two_codes_stand_side_by_side_and_the_other_one_is_closed():
    lane = lane_with_codes(*BOTH)
    comes_with_phone(lane)
    lane.run(60.0)
    assert len(orders_of(lane)) >= 1
    assert len(kept(lane)) == 1
    settle(lane)


def test_a_notice_is_verified_and_saves_the_wait_for_the_next_question():
    lane = lane_with_codes(notices=True)
    comes_with_phone(lane)
    lane.run(60.0)
    assert reasons(lane) == [OpeningReason.PAID]
    settle(lane)


@pytest.mark.parametrize("habits", [PhoneHabits(cancels=2), PhoneHabits(declined=1)], ids=str)
def test_whoever_leaves_the_sheet_or_is_declined_may_try_again(habits):
    lane = lane_with_codes()
    comes_with_phone(lane, phone=habits)
    lane.run(90.0)
    assert reasons(lane) == [OpeningReason.PAID], lane.story()
    settle(lane)


def test_a_phone_and_a_card_at_once_pay_once():
    for delay_s in (0.0, 0.8, 1.6, 2.0, 2.4, 3.0, 4.0):
        lane = lane_with_codes()
        comes_with_phone(
            lane, cards=(Card(),), habits=Habits(searches_s=delay_s), phone=PhoneHabits()
        )
        lane.run(60.0)
        assert lane.stood[0].passed, lane.story()
        settle(lane)


@pytest.mark.slow
@moments
@pytest.mark.parametrize("away_s", [1.0, 12.0, 400.0])
def test_a_gateway_whose_line_is_cut_at_any_moment_is_charged_once_or_never(at_s, away_s):
    lane = lane_with_codes()
    comes_with_phone(lane)
    lane.run(at_s)
    lane.lane.shell.unplug("wechat")
    lane.run(at_s + away_s)
    lane.lane.shell.plug("wechat")
    lane.run(at_s + away_s + 300.0)
    assert lane.stood[0].passed, lane.story()
    settle(lane, 300.0)


@pytest.mark.slow
@moments
@pytest.mark.parametrize(
    "fault", [Fault.DOWN, Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.CUT, Fault.UNSIGNED]
)
def test_a_gateway_that_answers_badly_for_a_while_is_charged_once_or_never(at_s, fault):
    lane = lane_with_codes()
    comes_with_phone(lane)
    lane.run(at_s)
    lane.lane.codes.gateway.faults.set(fault)
    lane.run(at_s + 20.0)
    lane.lane.codes.gateway.faults.clear()
    lane.run(at_s + 350.0)
    assert lane.stood[0].passed, lane.story()
    settle(lane, 300.0)


def test_a_gateway_that_is_away_is_off_the_screen_within_two_seconds_and_the_card_stays():
    lane = lane_with_codes()
    shown = []
    show = lane.lane._on_show
    lane.lane._host._on_show = lambda what, now: (shown.append((now, what)), show(what, now))
    comes_with_phone(lane, phone=PhoneHabits(searches_s=30.0), cards=(Card(),))
    lane.run(14.5)
    lane.lane.codes.gateway.faults.set(Fault.DOWN)
    lane.run(16.5)
    screens = [what for _, what in shown if getattr(what, "picture", None) is Picture.DUE]
    assert screens[-1].codes == (), screens
    assert screens[-1].card
    lane.run(60.0)
    assert reasons(lane) == [OpeningReason.PAID], "by card"
    lane.lane.codes.gateway.faults.clear()
    settle(lane)


def test_a_lane_without_a_terminal_and_with_a_dead_gateway_traps_nobody():
    lane = lane_with_codes(terminal=None)
    lane.lane.codes.gateway.faults.set(Fault.DOWN)
    comes_with_phone(lane)
    lane.run(300.0)
    assert lane.rang("help:gateway-down"), lane.story()
    assert reasons(lane) == [OpeningReason.POLICY]
    all_is_paid_well(lane, 20.0)


def test_what_is_paid_late_for_a_car_that_left_by_card_goes_back():
    lane = lane_with_codes()
    gateway = lane.lane.codes.gateway
    gateway.faults.set(Fault.LATE_SUCCESS)
    lane.expect(Kind.CARD)
    lane.run(60.0)
    assert lane.stood[0].passed
    order = orders_of(lane)[0]
    assert gateway.counter.pay(f"weixin://wxpay/bizpayurl?pr={order.code}", lane.now)
    settle(lane)
    assert [row.order_id for row in lane.written(PaymentReversed)] == [order.number]


@pytest.mark.parametrize("fault", [Fault.REFUND_STUCK, Fault.REFUND_ABNORMAL])
def test_a_refund_that_does_not_come_through_is_listed_for_a_person(fault):
    lane = lane_with_codes(terminal=None)
    lane.lane.codes.gateway.faults.set(fault)
    comes_with_phone(lane)
    lane.run(17.0)
    lane.lane.shell.unplug("barrier")
    lane.run(lane.now + 30.0)
    assert lane.rang("help:not-opened"), lane.story()
    lane.run(lane.now + 2400.0)
    (listed,) = lane.written(PaymentUnresolved)
    assert "by hand" in listed.why
    assert "refund-due" in lane.ringing()
    no_order_is_left(lane)


@pytest.mark.slow
@pytest.mark.parametrize("down_s", [0.0, 5.0, 60.0])
@pytest.mark.parametrize("from_s", [13.6, 13.9, 14.2, 14.5])
def test_a_process_that_dies_at_every_third_of_a_second_charges_once_at_most(from_s, down_s):
    at_s = from_s
    while at_s < 25.0:
        lane = lane_with_codes(terminal=None) if int(at_s * 10) % 2 else lane_with_codes(*BOTH)
        comes_with_phone(lane)
        lane.run(at_s)
        lane.die(down_s)
        lane.run(lane.now + 350.0)
        assert lane.stood[0].passed, lane.story()
        settle(lane, 300.0)
        at_s += 1.2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("providers", "app"),
    [*(((name,), app) for name in BOTH for app in (True, False)), (BOTH, False)],
    ids=str,
)
def test_a_process_that_dies_around_an_opened_page_charges_once_at_most(providers, app):
    """Between opening and tap its orders stand already, and no run of the lane may forget them."""
    at_s = 14.5
    while at_s < 21.0:
        lane = lane_with_codes(*providers, page=True, app=app)
        comes_with_phone(lane, cards=(Card(),) * 2, habits=Habits(searches_s=8.0))
        lane.run(at_s)
        lane.die(1.0)
        lane.run(lane.now + 350.0)
        assert lane.stood[0].passed, lane.story()
        settle(lane, 300.0)
        at_s += 0.6
