"""A whole exit and the smallest payment are tried without a driver, and cost nobody anything."""

import pytest

from diag.locked_lane import TOOL, LockedLane
from kiosk.core.lane.control import CAR_S, CARD_S, EXIT_S
from kiosk.core.lane.control_events import (
    ControlReleased,
    ExitTrialRequested,
    MoveHeld,
    PaymentTrialRequested,
    TrialStopped,
    Way,
)
from kiosk.core.lane.tables.till import TILL, TillState
from kiosk.core.records import (
    ExitFinished,
    OpeningOrdered,
    OpeningReason,
    PaymentBooked,
    PaymentIntended,
    PaymentReversed,
    PaymentUnresolved,
    StayClosed,
)
from kiosk.core.settings import LaneSettings, Role
from kiosk.core.shows import TrialStep
from kiosk_hw.ports.terminal import PaymentTaken
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.cards import Card, CardOutcome
from kiosk_sim.world.loops import Stuck
from lane.watched_lane import Crash, Fate, books_are_honest, nothing_dangerous

LOWERS_BY_ITSELF = LanePlan(seed=7, close_after_s=8.0)
CARD = Card(field_s=0.3, host_s=1.0)


def locked(plan=None, **more):
    lane = LockedLane(plan, **more)
    assert lane.take() == "locked"
    return lane


# An exit.


def test_an_exit_trial_without_a_car_opens_sees_both_limits_and_passes():
    lane = locked(LOWERS_BY_ITSELF)
    lane.says(ExitTrialRequested(TOOL, with_car=False))
    lane.work(40.0)
    assert lane.verdict() is True, lane.steps()
    seen = lane.steps()
    for step in ("OPEN ordered", "arm at its upper limit", "arm at its lower limit"):
        assert step in seen, seen
    assert lane.state("control") == "locked"
    assert lane.told()[-1].state == "locked", "the tool hears that it has the lane again"
    assert len(lane.pulses) == 1
    nothing_dangerous(lane)


def test_an_exit_trial_with_a_car_sees_loops_and_plate_and_leaves_a_waterfall():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    assert lane.steps() == ["waiting for a car on the arming loop"]
    plate = lane.expect(Kind.FREE, lane.now + 1.0)
    lane.work(40.0)
    assert lane.verdict() is True, lane.steps()
    for step in ("a plate was read", "safety loop occupied", "safety loop free", "car passed"):
        assert any(step in seen for seen in lane.steps()), lane.steps()
    assert plate not in str(lane.lane.control)
    (report,) = [report for report in lane.lane.reports if report.kind == "trial"]
    assert report.waterfall.laps


def test_an_exit_trial_takes_no_money_and_closes_no_stay():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    lane.expect(Kind.CARD, lane.now + 1.0)
    lane.work(40.0)
    assert lane.verdict() is True
    assert not lane.written(PaymentIntended)
    assert not lane.written(StayClosed)
    assert [row.reason for row in lane.written(OpeningOrdered)] == [OpeningReason.TRIAL]
    assert [row.kind for row in lane.written(ExitFinished)] == ["trial"]


def test_a_second_car_during_a_trial_is_given_no_opening_of_its_own():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    lane.expect(Kind.CARD, lane.now + 1.0)
    lane.expect(Kind.CARD, lane.now + 6.0)
    lane.work(60.0)
    assert lane.steps().count("OPEN ordered") == 1, lane.steps()
    assert len(lane.written(OpeningOrdered)) == 1
    assert len(lane.pulses) == 1


def test_an_exit_trial_ends_without_a_car_in_its_time():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    lane.work(CAR_S - 2.0)
    assert lane.verdict() is None
    lane.work(4.0)
    assert lane.verdict() is False
    assert lane.steps()[-1] == "no car was felt on the arming loop"
    times = [show.at_s for show in lane.lane.control if isinstance(show, TrialStep)]
    assert times == pytest.approx([0.0, CAR_S]), "in seconds since the trial began"
    assert not lane.pulses


def test_an_arm_that_stays_up_fails_the_trial_in_its_time():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL, with_car=False))
    lane.work(EXIT_S + 2.0)
    assert lane.verdict() is False
    assert lane.steps()[-1] == "the arm was not seen down again"


def test_an_arm_that_does_not_rise_fails_the_trial_and_is_not_pulsed_again():
    lane = locked()
    lane.lane.world.arm.jam(10.0, lane.now)
    lane.says(ExitTrialRequested(TOOL, with_car=False))
    lane.work(30.0)
    assert lane.verdict() is False
    assert lane.steps()[-1] == "the arm did not open"
    assert len(lane.pulses) == 1


def test_a_board_that_goes_silent_fails_the_trial():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    lane.lane.shell.unplug("barrier")
    lane.work(4.0)
    assert lane.verdict() is False
    assert lane.state("control") == "locked"


@pytest.mark.parametrize(
    "wish",
    [ExitTrialRequested(TOOL), PaymentTrialRequested(TOOL), MoveHeld(TOOL, Way.OPEN)],
    ids=lambda wish: type(wish).__name__,
)
def test_one_thing_is_tried_at_a_time(wish):
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    lane.says(wish)
    assert lane.told()[-1].why == "testing: let that end first"


def test_a_trial_that_is_stopped_gives_the_lane_back_to_the_technician():
    lane = locked()
    lane.says(ExitTrialRequested(TOOL))
    lane.says(TrialStopped(TOOL))
    assert lane.verdict() is False
    assert lane.state("control") == "locked"


# A payment.


def pays(lane, card=CARD, for_s=20.0):
    lane.work(2.0)
    lane.lane.terminal.present(card, lane.now)
    lane.lane.shell.touched()
    lane.work(for_s)


def test_a_payment_trial_takes_one_cent_and_gives_it_back():
    lane = locked()
    lane.says(PaymentTrialRequested(TOOL))
    pays(lane)
    assert lane.verdict() is True, lane.steps()
    (intended,) = lane.written(PaymentIntended)
    assert intended.amount.amount_minor == 1
    assert intended.stay_id == "trial"
    assert not lane.written(PaymentBooked), "a crash must find it open"
    assert [row.order_id for row in lane.written(PaymentReversed)] == [intended.order_id]
    assert lane.lane.terminal.taken_minor() == 0
    assert "trial-payment" in lane.incidents()
    assert not lane.pulses
    books_are_honest(lane)


def test_a_declined_card_fails_the_trial_and_nothing_was_taken():
    lane = locked()
    lane.says(PaymentTrialRequested(TOOL))
    pays(lane, Card(field_s=0.3, host_s=1.0, outcome=CardOutcome.DECLINED))
    assert lane.verdict() is False
    assert lane.lane.terminal.taken_minor() == 0


def test_a_payment_trial_that_is_stopped_frees_the_terminal_at_once():
    lane = locked()
    lane.says(PaymentTrialRequested(TOOL))
    lane.work(4.0)
    assert lane.state("till") == "awaiting-card"
    lane.says(TrialStopped(TOOL))
    lane.work(4.0)
    assert lane.state("till") == "idle", lane.story()
    assert lane.verdict() is False


def test_a_payment_trial_without_a_card_ends_in_its_time_and_frees_the_terminal():
    lane = locked()
    lane.says(PaymentTrialRequested(TOOL))
    lane.work(CARD_S + 2.0)
    assert lane.verdict() is False
    lane.work(10.0)
    assert lane.state("till") == "idle", lane.story()
    assert lane.lane.terminal.taken_minor() == 0


@pytest.mark.parametrize("after_s", [1.0, 2.2, 2.8, 3.2, 3.6, 4.0, 5.0])
def test_a_tool_that_dies_in_the_middle_of_a_payment_trial_costs_nothing(after_s):
    lane = locked()
    lane.says(PaymentTrialRequested(TOOL))
    lane.run(lane.now + 2.0)
    lane.lane.terminal.present(CARD, lane.now)
    lane.lane.shell.touched()
    lane.run(lane.now + after_s - 1.0)
    lane.says(ControlReleased(TOOL, "its connection is gone"))
    lane.run(lane.now + 12.0)
    assert lane.state("control") == "nobody"
    assert lane.state("till") == "idle", lane.story()
    assert lane.lane.terminal.taken_minor() == 0, lane.story()
    assert lane.state("visit") == "free"


@pytest.mark.parametrize("fate", [Fate.CRASH_BEFORE, Fate.CRASH_AFTER], ids=lambda fate: fate.name)
@pytest.mark.parametrize("batch", range(6))
@pytest.mark.parametrize("car", [False, True], ids=["empty", "car at the loop"])
def test_a_crash_in_the_middle_of_a_payment_trial_costs_nothing_and_lets_nobody_out(
    batch, fate, car
):
    lane = LockedLane(fate=lambda number, _batch: fate if number == batch else Fate.WRITTEN)
    try:
        lane.take()
        lane.says(PaymentTrialRequested(TOOL))
        pays(lane)
        lane.run(lane.now + 20.0)
    except Crash:
        if car:
            lane.lane.world.arming.break_down(Stuck.OCCUPIED, lane.now)
            lane.lane.world.touch(lane.now)
        lane.die(1.0)
    lane.run(lane.now + 8.0)
    assert not lane.pulses, f"nobody is let out for a trial{lane.story()}"
    lane.run(lane.now + 90.0)
    trials = {row.order_id for row in lane.written(PaymentUnresolved)}
    taken = [one for one in lane.lane.terminal.books.bookings if not one.reversed]
    assert all(one.amount_minor != 1 or one.receipt_no in trials for one in taken), lane.story()


def test_a_terminal_that_cannot_say_leaves_the_trial_on_the_list_for_a_person():
    lane = locked()
    lane.says(PaymentTrialRequested(TOOL))
    lane.work(2.0)
    lane.lane.terminal.present(CARD, lane.now)
    lane.lane.shell.touched()
    lane.run_until(lambda: lane.state("till") == "taking", lane.now + 10.0)
    lane.lane.shell.unplug("terminal")
    lane.work(60.0)
    assert lane.verdict() is False
    (unresolved,) = lane.written(PaymentUnresolved)
    assert unresolved.order_id.startswith("trial-")


@pytest.mark.parametrize(
    "plan",
    [
        LanePlan(seed=7, settings=LaneSettings(role=Role.ENTRY)),
        LanePlan(seed=7, terminal=None),
    ],
    ids=["entry", "no terminal"],
)
def test_a_lane_without_a_terminal_tries_no_payment(plan):
    lane = locked(plan)
    lane.says(PaymentTrialRequested(TOOL))
    assert lane.told()[-1].why == "this lane has no payment terminal"


@pytest.mark.parametrize("state", ["AWAITING_CARD", "WORKING", "HOLDING", "TAKING"])
def test_whenever_the_terminal_takes_a_trials_money_it_is_reversed_before_anything_else(state):
    rules = [rule for rule in TILL.rules if rule.on is PaymentTaken]
    first = next(rule for rule in rules if TillState[state] in rule.source)
    assert (first.do, first.when, first.dest) == (
        "_reverse_trial",
        "_is_trial",
        TillState.REVERSING,
    )
