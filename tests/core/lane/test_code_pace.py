"""How soon an order is asked about again, state by state and second by second."""

from itertools import pairwise

import pytest

from core.lane.code_stage import FEE, CodeStage
from kiosk.core.lane.codes.pace import (
    CONFIRMING,
    HURRIED_MAX,
    HURRY_PAUSE_S,
    LIKELY,
    Pace,
)
from kiosk.core.lane.tables.code_order import CodeState
from kiosk_hw.ports.gateway import AskOrder, OrderUnclear, Way

OFFERED, PAYING = CodeState.OFFERED, CodeState.PAYING
SCREEN, PAGE = Way.SCREEN, Way.PAGE

PACES = [
    (OFFERED, SCREEN, 0.0, 0.5),
    (OFFERED, SCREEN, 2.8, 0.2),
    (OFFERED, SCREEN, 2.99, 0.1),
    (OFFERED, SCREEN, 3.0, 0.1),
    (OFFERED, SCREEN, 12.99, 0.1),
    (OFFERED, SCREEN, 13.0, 0.5),
    (OFFERED, PAGE, 0.9, 0.5),
    (OFFERED, PAGE, 1.5, 0.1),
    (OFFERED, PAGE, 11.99, 0.1),
    (OFFERED, PAGE, 12.0, 0.5),
    (PAYING, SCREEN, 0.0, 0.5),
    (PAYING, PAGE, 0.5, 0.1),
    (PAYING, SCREEN, 5.99, 0.1),
    (PAYING, PAGE, 6.0, 0.5),
]


@pytest.mark.parametrize(("state", "way", "since_s", "pause"), PACES)
def test_the_gateway_is_asked_fast_only_while_a_payment_is_likely(state, way, since_s, pause):
    pace = Pace(0.5, way, 40.0)
    pace.begin(60.0)
    assert pace.pause_s(state, 60.0 + since_s) == pytest.approx(pause)


@pytest.mark.parametrize(("state", "way", "since_s", "pause"), PACES)
def test_a_gateway_that_wants_to_be_left_alone_is_asked_slowly(state, way, since_s, pause):
    pace = Pace(0.8, way, 0.0)
    pace.doubt()
    assert (pace.pause_s(state, since_s), pace.may_hurry) == (0.8, False)


def test_a_site_that_asks_faster_by_itself_is_not_slowed_down():
    assert Pace(0.05, SCREEN, 0.0).pause_s(OFFERED, 4.0) == 0.05


def test_whoever_opens_the_sheet_and_leaves_it_without_end_costs_so_many_fast_questions():
    pace, at = Pace(0.5, SCREEN, 0.0), 0.0
    for _ in range(20):
        pace.begin(at)
        for _ in range(10):
            at += pace.pause_s(PAYING, at)
    assert pace.hurried == HURRIED_MAX
    pace.begin(at)
    assert pace.pause_s(PAYING, at + CONFIRMING.from_s) == 0.5


def asked_at(stage: CodeStage) -> list[float]:
    return [at for at, ask in stage.gateways["wechat"].asked if isinstance(ask, AskOrder)]


def test_whoever_confirms_for_long_costs_few_questions():
    stage = CodeStage()
    stage.arrive()
    stage.scan()
    stage.run(CONFIRMING.until_s + 60.0)
    assert stage.code_state() == "paying"
    asked = [at for at in asked_at(stage) if at > stage.now - 55.0]
    assert all(b - a >= 0.5 for a, b in pairwise(asked)), asked


def test_while_one_of_two_codes_is_being_paid_the_other_is_asked_about_slowly():
    stage = CodeStage(gateways=("wechat", "alipay"))
    stage.arrive()
    stage.run(3.5)
    stage.scan("alipay")
    stage.run_until(lambda: stage.code_state(stage.order("alipay")) == "paying")
    stage.run(0.3)
    before = stage.now
    stage.run(3.0)
    asked = [at for at in asked_at(stage) if at > before]
    assert len(asked) >= 3
    assert all(b - a >= 0.5 for a, b in pairwise(asked)), asked
    stage.gateways["alipay"].leave(stage.order("alipay"))
    stage.run(1.0)
    before = stage.now
    stage.run(2.0)
    asked = [at for at in asked_at(stage) if at > before]
    assert all(b - a <= 0.25 for a, b in pairwise(asked)), asked


def test_a_notice_during_a_question_is_followed_by_another_question_at_once():
    stage = CodeStage()
    stage.gateways["wechat"].answer_s = 0.4
    stage.arrive()
    before = len(asked_at(stage))
    stage.run_until(lambda: len(asked_at(stage)) > before)
    (asked,) = asked_at(stage)[before:]
    # The gateway has read the question already, and answers that it was not paid.
    stage.pay(notice=True)
    stage.run(0.44)
    assert any(at - asked == pytest.approx(0.4, abs=0.03) for at in asked_at(stage))


def test_an_answer_that_cannot_be_believed_ends_the_fast_seconds():
    stage = CodeStage()
    stage.arrive()
    stage.scan()
    stage.run(1.5)
    stage.tell(OrderUnclear(stage.order(), "429"))
    before = stage.now
    stage.run(5.0)
    asked = [at for at in asked_at(stage) if at > before + 0.2]
    assert asked
    assert all(b - a >= 0.5 for a, b in pairwise(asked)), asked


def test_after_an_answer_that_cannot_be_believed_the_pause_begins_with_it():
    stage = CodeStage()
    stage.arrive()
    before = len(asked_at(stage))
    stage.gateways["wechat"].mute = True
    stage.run_until(lambda: len(asked_at(stage)) > before)
    stage.tell(OrderUnclear(stage.order(), "429"))
    doubted = stage.now
    stage.run(0.6)
    (again,) = asked_at(stage)[before + 1 :]
    assert again - doubted == pytest.approx(0.5, abs=0.03)


def test_whoever_begins_to_confirm_late_is_asked_about_as_fast():
    stage = CodeStage()
    stage.arrive()
    stage.run(CONFIRMING.until_s + 10.0)
    stage.scan()
    stage.run_until(lambda: stage.code_state() == "paying")
    before = stage.now + CONFIRMING.from_s
    stage.run(2.5)
    asked = [at for at in asked_at(stage) if at > before]
    assert all(b - a <= HURRY_PAUSE_S + 0.11 for a, b in pairwise(asked)), asked
    assert len(asked) > 7


@pytest.mark.parametrize(("page", "way"), [(False, SCREEN), (True, PAGE)])
def test_an_order_is_asked_about_every_half_second_until_it_can_have_been_paid(page, way):
    stage = CodeStage(page=page)
    stage.arrive()
    if page:
        stage.tap_page()
    stage.run(LIKELY[way].from_s + 1.0)
    asked = [
        at for at, ask in stage.gateways["wechat"].asked if ask == AskOrder(stage.order(), FEE)
    ]
    slow = [at for at in asked if at < asked[0] - 0.5 + LIKELY[way].from_s]
    assert len(slow) >= 2
    assert all(b - a >= 0.5 for a, b in pairwise(slow)), asked
    assert len(asked) - len(slow) >= 4
