"""The controller dies, the terminal loses its power, a line is cut: money and arm stay honest.

A crash is planted at every batch of an exit, just before it is written and just after it was
written but before its commands left. Terminal, cars and people go on while the controller is down.
"""

import pytest

from kiosk.core.records import Batch, PaymentIntended, PaymentReversed
from kiosk_sim.devices.terminal.faults import Edge, Step
from kiosk_sim.devices.terminal.settings import TerminalSettings, Unanswered
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.cards import Card
from lane.watched_lane import READY_S, Fate, WatchedLane, all_is_well

GOOD = (Card(),) * 6
"""The driver presents as often as is asked for."""

BATCHES = {Kind.CARD: 6, Kind.PREPAID: 4, Kind.FREE: 4, Kind.SEASON: 4}
"""Batches of one exit, from the lookup of its stay to the row of its seconds."""

DOWNTIMES_S = (0.0, 10.0, 60.0)

SETTLED_S = 420.0
"""Long enough for every deadline: pay, resolve, help, and the way out."""

CALLED_S = 240.0
"""In this time a car is out or a person was called, however long the controller was down."""

KEPT = TerminalSettings(unanswered=Unanswered.KEPT)
"""A terminal that keeps held money booked when nobody answers it."""

CARD_EXIT_S = (13.55, 24.5)
"""From the car's arrival to its leaving, with seed 7."""


def crashing_at(number: int, fate: Fate, plan: LanePlan | None = None) -> WatchedLane:
    """A lane whose process dies at this batch of its first car, once."""
    died: list[int] = []

    def choose(at: int, batch: Batch) -> Fate:
        if at < number or died:
            return Fate.WRITTEN
        died.append(at)
        return fate

    return WatchedLane(plan, choose)


def is_settled(lane: WatchedLane) -> bool:
    """Nobody waits, no order is open."""
    return (
        lane.state("visit") == "free"
        and lane.state("till") == "idle"
        and all(car.passed for car in lane.stood)
    )


def finish(lane: WatchedLane) -> None:
    """Let everything come to its end, and judge it; then a next car must pay and leave as ever."""
    fees = int(lane.paying)
    assert lane.run_until(lambda: is_settled(lane), lane.now + SETTLED_S), lane.story()
    charged_at_most(lane, fees)
    lane.expect(Kind.CARD, lane.now + 1.0, cards=GOOD)
    came = len(lane.stood)
    lane.run_until(lambda: len(lane.stood) > came and is_settled(lane), lane.now + SETTLED_S)
    lane.run(lane.now + 5.0)
    assert is_settled(lane), lane.story()
    assert not lane.lane.store._files.orders.open_orders().orders, lane.story()
    charged_at_most(lane, fees + 1)
    all_is_well(lane, CALLED_S)


def charged_at_most(lane: WatchedLane, fees: int) -> None:
    assert lane.lane.terminal is not None
    assert lane.lane.terminal.books.taken_minor() <= fees * 500, lane.story()


@pytest.mark.parametrize("down_s", DOWNTIMES_S)
@pytest.mark.parametrize("fate", [Fate.CRASH_BEFORE, Fate.CRASH_AFTER], ids=lambda fate: fate.name)
@pytest.mark.parametrize(
    ("kind", "terminal", "number"),
    [
        (kind, terminal, number)
        for kind in Kind
        for terminal in ((TerminalSettings(), KEPT) if kind is Kind.CARD else (TerminalSettings(),))
        for number in range(BATCHES[kind])
    ],
    ids=lambda value: value.unanswered.name if hasattr(value, "unanswered") else None,
)
def test_a_crash_at_any_batch_charges_once_at_most_and_traps_nobody(
    kind, terminal, number, fate, down_s
):
    lane = crashing_at(number, fate, LanePlan(seed=7, terminal_settings=terminal))
    lane.expect(kind, cards=GOOD)
    lane.run_through_crashes(26.0, down_s)
    finish(lane)


def test_the_planted_crashes_reach_every_batch_of_an_exit():
    for kind, batches in BATCHES.items():
        lane = WatchedLane()
        lane.expect(kind)
        lane.run(60.0)
        assert lane.batches == batches, kind


@pytest.mark.parametrize("down_s", [0.0, 20.0])
def test_a_process_that_dies_at_every_tenth_of_a_second_charges_once_at_most(down_s):
    at_s = CARD_EXIT_S[0]
    while at_s < CARD_EXIT_S[1]:
        lane = WatchedLane()
        lane.expect(cards=GOOD)
        lane.run(at_s)
        lane.die(down_s)
        finish(lane)
        at_s += 0.1


def test_a_process_that_dies_again_and_again_charges_once_at_most():
    for every_s in (0.9, 1.7, 2.3, 3.1, 4.7, 7.9):
        lane = WatchedLane()
        lane.expect(cards=GOOD)
        lane.run(13.0)
        while lane.now < 60.0:
            lane.run(lane.now + every_s)
            lane.die(0.2)
        finish(lane)


@pytest.mark.parametrize("down_s", [1.0, 45.0])
def test_the_next_cars_after_a_crash_pay_as_ever(down_s):
    lane = crashing_at(2, Fate.CRASH_AFTER)
    for number in range(4):
        lane.expect(Kind.CARD, READY_S + 150.0 * number, cards=GOOD)
    lane.run_through_crashes(READY_S + 800.0, down_s)
    assert all(car.passed for car in lane.stood)
    last_three = {row.stay_id for row in lane.written(PaymentIntended)[-3:]}
    assert len(last_three) == 3, lane.story()
    charged_at_most(lane, 4)
    all_is_well(lane, CALLED_S)
    assert is_settled(lane), lane.story()


# The terminal's power.


@pytest.mark.parametrize("terminal", [TerminalSettings(), KEPT], ids=["reverses", "keeps"])
@pytest.mark.parametrize("edge", Edge, ids=lambda edge: edge.name)
@pytest.mark.parametrize("step", Step, ids=lambda step: step.name)
@pytest.mark.parametrize("off_s", [2.0, 40.0])
def test_a_terminal_that_dies_at_any_step_charges_once_at_most(step, edge, off_s, terminal):
    lane = WatchedLane(LanePlan(seed=7, terminal_settings=terminal))
    lane.expect(cards=GOOD)
    lane.run(13.6)
    lane.lane.terminal.faults.dies_at = (step, edge)
    died = lane.run_until(lambda: not lane.lane.terminal.powered, 40.0)
    if died:
        lane.run(lane.now + off_s)
        lane.lane.terminal.power_on(lane.now)
        lane.lane.shell.touched()
    lane.lane.terminal.faults.dies_at = None
    finish(lane)


# The line.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("away_s", "terminal"),
    [(0.5, TerminalSettings()), (40.0, TerminalSettings()), (8.0, KEPT)],
    ids=["briefly", "for long", "and the terminal keeps the money"],
)
def test_a_line_cut_at_every_twentieth_of_a_second_charges_once_at_most(away_s, terminal):
    at_s = CARD_EXIT_S[0]
    while at_s < CARD_EXIT_S[1] - 3.0:
        lane = WatchedLane(LanePlan(seed=7, terminal_settings=terminal))
        lane.expect(cards=GOOD)
        lane.run(at_s)
        lane.lane.shell.unplug("terminal")
        lane.run(at_s + away_s)
        lane.lane.shell.plug("terminal")
        finish(lane)
        at_s += 0.05


@pytest.mark.parametrize("after_s", [0.33, 1.0, 2.0, 3.0, 4.0, 4.5, 5.0, 6.0, 7.0])
def test_the_receipt_of_the_car_before_is_never_taken_for_this_ones(after_s):
    lane = WatchedLane()
    lane.expect(cards=GOOD)
    lane.expect(cards=GOOD, at_s=60.0)
    lane.run(65.52 + after_s)
    lane.lane.shell.unplug("terminal")
    lane.run(lane.now + 8.0)
    lane.lane.shell.plug("terminal")
    finish(lane)


@pytest.mark.parametrize("fault", ["acks_dropped", "naks_sent", "crcs_spoilt"])
@pytest.mark.parametrize("many", [1, 2, 3, 9])
def test_noise_on_the_line_at_any_second_charges_once_at_most(fault, many):
    for tenths in range(136, 210, 3):
        lane = WatchedLane()
        lane.expect(cards=GOOD)
        lane.run(tenths / 10)
        setattr(lane.lane.terminal.faults, fault, many)
        finish(lane)


def test_a_success_that_comes_late_is_given_back_by_the_next_payment():
    lane = WatchedLane()
    lane.expect()
    lane.run(40.0)
    lane.expect(at_s=41.0)
    lane.run(47.0)
    lane.lane.terminal.faults.late_success_s = 3.0
    finish(lane)
    first, late, *others = lane.lane.terminal.books.bookings
    assert (first.reversed, late.reversed) == (False, True), lane.story()
    assert not any(one.reversed for one in others)


def test_a_success_that_comes_later_than_the_next_payment_is_taken_back():
    lane = WatchedLane()
    lane.expect(cards=GOOD)
    lane.run(13.6)
    lane.lane.terminal.faults.late_success_s = 3.0
    lane.run(60.0)
    assert lane.lane.terminal.books.taken_minor() == 500, lane.story()
    assert {"receipt-gap", "reversing"} <= set(lane.incidents()), lane.story()
    assert len(lane.written(PaymentReversed)) == 1, lane.story()
