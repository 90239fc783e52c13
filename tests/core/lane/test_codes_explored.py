"""Visit, till and orders by code together: every short row of what people and devices may do.

Each row ends the same way: everything works again, time goes on, the car drives out if it may.
Then nobody is charged twice or for a closed barrier, every order has its end, nobody is trapped.
"""

from collections.abc import Callable
from itertools import product
from random import Random

import pytest

from core.lane.code_stage import CodeStage
from kiosk.core.records import BarrierOpened
from kiosk.core.shows import Picture

DEPTH = 2
"""Steps of each row that is tried without leaving any out; a night's run takes 3 here."""

LONG = 8
"""Steps of a row that chance draws."""

SEEDS = range(100)
"""Rows by default; a night's run takes `range(100_000)` here."""

SETTLED_S = 700.0
"""Every deadline of the lane, and an order's life, linger and last look."""

Step = Callable[[CodeStage], None]


def waits(seconds: float) -> Step:
    def step(stage: CodeStage) -> None:
        stage.run(seconds)

    step.__name__ = f"waits_{seconds}"
    return step


def scans(stage: CodeStage) -> None:
    if stage.gateways["wechat"].books:
        stage.scan()


def pays(stage: CodeStage) -> None:
    for order in stage.gateways["wechat"].books:
        if stage.pay(order=order, notice=True):
            return


def pays_elsewhere(stage: CodeStage) -> None:
    stage.tap_elsewhere(f"q{stage.now:.3f}")


def taps_page(stage: CodeStage) -> None:
    if stage._page and stage.screen.picture is Picture.DUE and stage.screen.codes:
        stage.tap_page()


def opens_page(stage: CodeStage) -> None:
    if stage._page and stage.screen.picture is Picture.DUE and stage.screen.codes:
        stage.open_page()


def taps_card(stage: CodeStage) -> None:
    if stage.terminal is not None and stage.terminal.awaits_card():
        stage.tap_card()


def loses_gateway(stage: CodeStage) -> None:
    stage.gateways["wechat"].go_down()
    stage.poke()


def finds_gateway(stage: CodeStage) -> None:
    if stage.gateways["wechat"].down:
        stage.gateways["wechat"].come_up()
        stage.poke()


def loses_answers(stage: CodeStage) -> None:
    stage.gateways["wechat"].mute = True


def loses_terminal(stage: CodeStage) -> None:
    if stage.terminal is not None and not stage.terminal.away:
        stage.terminal.go_away()
        stage.poke()


def finds_terminal(stage: CodeStage) -> None:
    if stage.terminal is not None and stage.terminal.away:
        stage.terminal.come_back()
        stage.poke()


def leaves_loop(stage: CodeStage) -> None:
    if stage.board.inputs.arming_loop:
        stage.back_out()


def comes_back(stage: CodeStage) -> None:
    if not stage.board.inputs.arming_loop:
        stage.arrive()


def dies(stage: CodeStage) -> None:
    stage.restart(down_s=1.0)
    if stage.board.inputs.arming_loop:
        stage.arrive()


def jams(stage: CodeStage) -> None:
    stage.board.stuck = True


STEPS: tuple[Step, ...] = (
    waits(0.3),
    waits(2.0),
    scans,
    pays,
    pays_elsewhere,
    opens_page,
    taps_page,
    taps_card,
    loses_gateway,
    finds_gateway,
    loses_answers,
    loses_terminal,
    finds_terminal,
    leaves_loop,
    comes_back,
    dies,
    jams,
)


def play(stage: CodeStage, steps: tuple[Step, ...]) -> None:
    stage.arrive()
    for step in steps:
        step(stage)
    _all_works_again(stage)
    stage.run(SETTLED_S)
    told = [step.__name__ for step in steps]
    try:
        _is_settled(stage)
    except AssertionError as error:
        raise AssertionError(f"{told}\n{error}") from None


def _all_works_again(stage: CodeStage) -> None:
    stage.board.stuck = False
    stage.gateways["wechat"].mute = False
    finds_gateway(stage)
    finds_terminal(stage)


def _is_settled(stage: CodeStage) -> None:
    if stage.board.inputs.arming_loop:
        # Whoever did not pay was let out in the end; nobody stands before a closed arm.
        assert stage.written(BarrierOpened), f"trapped\n{stage.story()}"
        stage.leave()
    stage.run(SETTLED_S)
    stage.check_books()
    stage.check_ended()


ways = pytest.mark.parametrize(
    ("page", "card"),
    [(False, False), (False, True), (True, False), (True, True)],
    ids=["own codes", "own codes and card", "page", "page and card"],
)


@ways
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_whatever_happens_once_ends_well(step, page, card):
    play(CodeStage(page=page, card=card), (step,))


@pytest.mark.slow
@ways
@pytest.mark.parametrize("first", STEPS, ids=lambda step: step.__name__)
def test_every_short_row_of_what_may_happen_ends_well(first, page, card):
    for rest in product(STEPS, repeat=DEPTH - 1):
        play(CodeStage(page=page, card=card), (first, *rest))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_long_rows_that_chance_draws_end_well(seed):
    rng = Random(seed)
    stage = CodeStage(
        page=rng.random() < 0.5,
        card=rng.random() < 0.8,
        unseen_is_absent=rng.random() < 0.3,
    )
    play(stage, tuple(rng.choices(STEPS, k=LONG)))
