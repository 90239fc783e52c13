"""How soon an order is asked about again, state by state and second by second."""

from itertools import pairwise

import pytest

from core.lane.code_stage import CodeStage
from kiosk.core.lane.codes.pace import (
    CONFIRMING_PAUSE_S,
    CONFIRMING_S_MAX,
    LIKELY_FROM_S,
    LIKELY_PAUSE_S,
    LIKELY_UNTIL_S,
    pause_s,
)
from kiosk.core.lane.tables.code_order import CodeState
from kiosk_hw.ports.gateway import AskOrder, OrderUnclear

OFFERED, PAYING = CodeState.OFFERED, CodeState.PAYING

PACES = [
    (OFFERED, 0.0, 0.5),
    (OFFERED, LIKELY_FROM_S - 0.2, 0.2),
    (OFFERED, LIKELY_FROM_S, LIKELY_PAUSE_S),
    (OFFERED, LIKELY_UNTIL_S - 0.01, LIKELY_PAUSE_S),
    (OFFERED, LIKELY_UNTIL_S, 0.5),
    (PAYING, 0.0, CONFIRMING_PAUSE_S),
    (PAYING, CONFIRMING_S_MAX - 0.01, CONFIRMING_PAUSE_S),
    (PAYING, CONFIRMING_S_MAX, 0.5),
]


@pytest.mark.parametrize(("state", "since_s", "pause"), PACES)
def test_the_gateway_is_asked_fast_only_while_a_payment_is_likely(state, since_s, pause):
    assert pause_s(state, 0.5, since_s, doubted=False) == pytest.approx(pause)


@pytest.mark.parametrize(("state", "since_s", "pause"), PACES)
def test_a_gateway_that_wants_to_be_left_alone_is_asked_slowly(state, since_s, pause):
    assert pause_s(state, 0.8, since_s, doubted=True) == 0.8


def asked_at(stage: CodeStage) -> list[float]:
    return [at for at, ask in stage.gateways["wechat"].asked if isinstance(ask, AskOrder)]


def test_whoever_confirms_for_long_costs_few_questions():
    stage = CodeStage()
    stage.arrive()
    stage.scan()
    stage.run(CONFIRMING_S_MAX + 60.0)
    assert stage.code_state() == "paying"
    asked = [at for at in asked_at(stage) if at > stage.now - 55.0]
    assert all(b - a >= 0.5 for a, b in pairwise(asked)), asked


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
    stage.run(1.0)
    stage.tell(OrderUnclear(stage.order(), "429"))
    before = stage.now
    stage.run(5.0)
    asked = [at for at in asked_at(stage) if at > before + 0.2]
    assert asked
    assert all(b - a >= 0.5 for a, b in pairwise(asked)), asked


def test_whoever_begins_to_confirm_late_is_asked_about_as_fast():
    stage = CodeStage()
    stage.arrive()
    stage.run(CONFIRMING_S_MAX + 10.0)
    stage.scan()
    stage.run_until(lambda: stage.code_state() == "paying")
    before = stage.now
    stage.run(2.0)
    asked = [at for at in asked_at(stage) if at > before + 0.05]
    assert all(b - a <= 0.2 for a, b in pairwise(asked)), asked
    assert len(asked) > 8
