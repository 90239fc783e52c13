"""The rules of the arm's safety, each played in the simulated lane with the oracle watching."""

from dataclasses import replace

import pytest

from kiosk.core.lane.events import LaneReleased, OpenRequested, PlateEntered
from kiosk.core.records import (
    BarrierOpened,
    ClosingReason,
    OpeningOrdered,
    OpeningReason,
    PaymentBooked,
    PaymentRefused,
    StayOpened,
)
from kiosk.core.settings import LaneSettings, WhenStuck
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.arm import Motion
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.loops import Stuck
from kiosk_sim.world.profiles import TYPICAL
from kiosk_sim.world.traffic import Visit
from lane.watched_lane import WatchedLane, all_is_well, nothing_dangerous

MOMENTS_S = {
    "empty lane": 10.0,
    "plate awaited": 13.6,
    "fee due": 15.0,
    "card in field": 16.7,
    "host asked": 17.5,
    "pulse on its way": 18.34,
    "arm moving": 19.0,
    "arm up": 20.5,
    "driving off": 21.6,
    "under the arm": 22.6,
    "just passed": 24.2,
    "arm lowering": 25.5,
    "arm lowered": 27.5,
}
"""Moments of one card exit with seed 7, in simulated seconds."""

CLOSES_BY_TIME = LanePlan(seed=7, close_after_s=8.0)
"""A barrier that also closes when nobody passed for so long."""

CALLS = LaneSettings(when_stuck=WhenStuck.CALL)

OPEN_OUTPUT = 0b0001

LAMP_OUTPUT = 0b1000

moments = pytest.mark.parametrize("at_s", MOMENTS_S.values(), ids=MOMENTS_S)


def one_car(kind: Kind = Kind.CARD, plan: LanePlan | None = None, **more: object) -> WatchedLane:
    lane = WatchedLane(plan)
    lane.expect(kind, **more)
    return lane


def taken(lane: WatchedLane) -> int:
    assert lane.lane.terminal is not None
    return lane.lane.terminal.books.taken_minor()


def fire(lane: WatchedLane, burns: bool) -> None:
    lane.lane.world.fire(burns, lane.now)
    lane.lane.shell.touched()


def turn_key(lane: WatchedLane, turned: bool) -> None:
    lane.lane.world.turn_key(turned, lane.now)
    lane.lane.shell.touched()


def arm_is_up(lane: WatchedLane) -> bool:
    return lane.lane.world.arm.upper_limit(lane.now)


def leaves_normally(lane: WatchedLane, at_s: float) -> None:
    """Another car comes, owes nothing, and leaves on a pulse or under an arm that is open."""
    before = len(lane.stood)
    lane.expect(Kind.FREE, at_s)
    lane.run(at_s + 40.0)
    assert len(lane.stood) == before + 1
    assert lane.stood[-1].passed, lane.story()
    assert lane.stood[-1].visitor.record.t2_s < at_s + 20.0, lane.story()


# 1 and 2: CLOSE.


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_no_exit_ever_uses_the_close_output(kind):
    lane = one_car(kind)
    lane.run(60.0)
    assert lane.outputs_used == OPEN_OUTPUT | LAMP_OUTPUT
    assert lane.closed() == [ClosingReason.LEFT]
    all_is_well(lane, 15.0)


# 3: OPEN wins, fire holds.


def test_a_car_that_is_released_while_the_arm_comes_down_raises_it_at_once():
    lane = one_car(Kind.FREE)
    lane.expect(Kind.FREE, 8.0 + 6.7)
    lane.run_until(lambda: lane.lane.world.arm.motion is Motion.LOWERING, 40.0)
    lane.run_until(lambda: len(lane.pulses) == 2, lane.now + 1.5)
    lane.run(lane.now + 0.01)
    assert lane.lane.world.arm.motion is Motion.RAISING, lane.story()
    assert not lane.lane.world.arm.lower_limit(lane.now)
    lane.run(60.0)
    assert lane.closed() == [ClosingReason.LEFT] * 2
    all_is_well(lane, 15.0)


@moments
def test_fire_opens_at_every_moment_and_holds_until_released_by_hand(at_s):
    lane = one_car()
    lane.run(at_s)
    fire(lane, True)
    lane.run(at_s + 4.0)
    assert "fire" in lane.ringing()
    assert arm_is_up(lane), lane.story()
    assert lane.lane.board.map.relays & OPEN_OUTPUT
    lane.run(at_s + 30.0)
    lane.lane.tell(LaneReleased("technician"))
    lane.run(at_s + 31.0)
    assert "release-refused" in lane.incidents()
    fire(lane, False)
    lane.run(at_s + 60.0)
    assert arm_is_up(lane), "latched: a contact that came to rest releases nothing"
    assert lane.lane.board.map.relays & OPEN_OUTPUT
    assert "fire" in lane.ringing()
    lane.lane.tell(LaneReleased("technician"))
    lane.run(at_s + 62.0)
    assert not lane.lane.board.map.relays & OPEN_OUTPUT
    assert "fire" not in lane.ringing()
    assert lane.stood[0].passed, lane.story()
    leaves_normally(lane, at_s + 100.0)
    all_is_well(lane, 15.0)


@moments
def test_a_car_that_fire_lets_out_is_charged_only_if_its_barrier_was_open_before(at_s):
    lane = one_car()
    lane.run(at_s)
    opened = bool(lane.written(BarrierOpened))
    fire(lane, True)
    lane.run(at_s + 60.0)
    assert taken(lane) == (500 if opened else 0), lane.story()


@pytest.mark.parametrize("at_s", [18.0, 21.0, 24.0, 26.0, 27.0, 28.0, 30.0])
def test_fire_while_a_second_car_is_on_its_way_leaves_no_opening_behind(at_s):
    """After the fire nothing is opened for cars that are gone."""
    lane = one_car(Kind.FREE)
    lane.expect(Kind.FREE)
    lane.run(at_s)
    fire(lane, True)
    lane.run(at_s + 30.0)
    fire(lane, False)
    lane.run(at_s + 31.0)
    lane.lane.tell(LaneReleased("technician"))
    lane.run(at_s + 40.0)
    assert all(car.passed for car in lane.stood), lane.story()
    leaves_normally(lane, at_s + 60.0)
    pulses = len(lane.pulses)
    leaves_normally(lane, at_s + 120.0)
    assert len(lane.pulses) <= pulses + 1, f"an opening for nobody{lane.story()}"
    assert not arm_is_up(lane), lane.story()
    all_is_well(lane, 10.0)


def test_a_board_that_goes_silent_in_a_fire_holds_the_lane_open_when_it_is_back():
    lane = one_car()
    lane.run(10.0)
    fire(lane, True)
    lane.run(12.0)
    lane.lane.board.power_cycle(lane.now, 3.0)
    lane.run(13.0)
    assert not lane.lane.board.map.relays & OPEN_OUTPUT
    lane.run(30.0)
    assert lane.lane.board.map.relays & OPEN_OUTPUT, lane.story()
    assert arm_is_up(lane)
    all_is_well(lane, 10.0)


# 5: one pulse.


@pytest.mark.parametrize("down_s", [0.0, 1.0, 10.0, 60.0])
@moments
def test_a_restart_at_any_moment_gives_no_pulse_that_nobody_authorised(at_s, down_s):
    lane = one_car()
    lane.run(at_s)
    before = len(lane.pulses)
    lane.die(down_s)
    lane.run(lane.now + 2.0)
    ordered = lane.written(OpeningOrdered)
    assert len(lane.pulses) <= max(before, len(ordered)), lane.story()
    lane.run(lane.now + 300.0)
    assert len(lane.pulses) <= len(lane.written(OpeningOrdered)), lane.story()
    assert len(lane.pulses) <= 2, lane.story()
    if not lane.stood[0].passed:
        assert lane.rang("help:"), lane.story()
    all_is_well(lane, 180.0)


def test_a_restart_while_the_arm_opens_for_a_car_that_is_gone_pulses_for_nobody():
    lane = one_car(Kind.FREE)
    lane.run(14.5)
    assert len(lane.pulses) == 1
    lane.die(20.0)
    assert lane.stood[0].passed
    lane.run(120.0)
    assert len(lane.pulses) == 1, lane.story()
    nothing_dangerous(lane)


# 6 and 7: limits, jams, force.


def test_both_limits_at_once_are_a_wiring_fault_and_a_person_is_called():
    lane = one_car()
    lane.run(10.0)
    lane.lane.world.arm.lower_stuck = True
    lane.run(60.0)
    assert lane.rang("arm-fault"), lane.story()
    assert lane.rang("help:not-opened") or lane.stood[0].passed, lane.story()
    assert taken(lane) == 0 or lane.written(BarrierOpened)
    all_is_well(lane, 15.0)


def test_a_jam_gets_one_retry_then_a_person_and_no_money_is_taken():
    lane = one_car()
    lane.run(10.0)
    lane.lane.world.arm.jam(45.0, lane.now)
    lane.run(60.0)
    assert len(lane.pulses) == 2, lane.story()
    assert lane.rang("arm-jam")
    assert lane.rang("help:not-opened")
    assert taken(lane) == 0
    assert [len(lane.written(kind)) for kind in (PaymentRefused, PaymentBooked)] == [1, 0]
    let_go_s = next(at for at, row in lane.rows if isinstance(row, PaymentRefused))
    assert let_go_s < lane.rang("help:not-opened")[0] + 5.0, "held money is let go at once"
    all_is_well(lane, 5.0 + 2 * 7.5 + 2.0)
    lane.lane.world.arm.jam(None, lane.now)
    lane.lane.tell(OpenRequested("technician"))
    lane.run(lane.now + 0.2)
    assert len(lane.pulses) == 3, "a car that is let go anew gets a pulse of its own at once"
    lane.run(100.0)
    assert lane.closed() == [ClosingReason.MANUAL], lane.story()
    assert lane.stood[0].passed
    assert not lane.ringing(), lane.story()
    nothing_dangerous(lane)


def test_an_arm_that_sticks_on_its_way_down_calls_a_person_and_is_never_closed():
    lane = one_car(Kind.FREE)
    lane.run_until(lambda: lane.lane.world.arm.motion is Motion.LOWERING, 40.0)
    lane.lane.world.arm.jam(45.0, lane.now)
    lane.run(120.0)
    assert lane.rang("arm-"), lane.story()
    assert len(lane.pulses) <= 2
    assert not lane.outputs_used & 0b0010


def test_a_forced_arm_is_noted_and_a_car_that_uses_it_has_its_stay_closed():
    lane = one_car(Kind.CARD, habits=Habits(pays=False))
    lane.run(16.0)
    lane.lane.world.arm.force(90.0, lane.now)
    turn_key(lane, False)
    lane.run(17.0)
    assert "arm-forced" in lane.incidents(), lane.story()
    lane.run(60.0)
    assert lane.stood[0].passed
    assert lane.closed() == [ClosingReason.LEFT_BY_OPEN_ARM], lane.story()
    assert not lane.pulses
    assert taken(lane) == 0
    all_is_well(lane, 20.0)


def test_a_rammed_arm_calls_a_person_and_closes_the_stay():
    lane = one_car(habits=Habits(pays=False, rams_after_s=10.0))
    lane.run(90.0)
    assert lane.rang("arm-swung-off"), lane.story()
    assert lane.closed() == [ClosingReason.LEFT_BY_OPEN_ARM], lane.story()
    assert taken(lane) == 0
    all_is_well(lane, 30.0)


# 8: tailgating.


@pytest.mark.parametrize("leader", Kind, ids=lambda kind: kind.value)
def test_the_arm_is_never_dropped_on_a_tailgater_and_its_passing_is_noted(leader):
    lane = one_car(leader)
    lane.expect(Kind.CARD, habits=Habits(tailgates=True))
    lane.run(90.0)
    assert all(car.passed for car in lane.stood), lane.story()
    assert not lane.oracle.incidents, lane.story()
    assert {"tailgate", "passing-doubtful"} & set(lane.incidents()), lane.story()
    assert taken(lane) == (500 if leader is Kind.CARD else 0)
    assert lane.state("visit") == "free"
    leaves_normally(lane, 100.0)
    all_is_well(lane, 20.0)


# 9: the board.


@pytest.mark.parametrize("away_s", [0.3, 5.0, 400.0])
@moments
def test_a_board_unplugged_at_any_moment_is_an_alarm_and_the_lane_recovers(at_s, away_s):
    lane = one_car(plan=CLOSES_BY_TIME)
    lane.run(at_s)
    lane.lane.shell.unplug("barrier")
    lane.run(at_s + 0.2)
    assert "board-silent" in lane.ringing()
    lane.run(at_s + away_s)
    lane.lane.shell.plug("barrier")
    lane.run(at_s + away_s + 300.0)
    assert "board-silent" not in lane.ringing(), lane.story()
    assert lane.stood[0].passed, lane.story()
    leaves_normally(lane, lane.now + 1.0)
    pulses = len(lane.pulses)
    leaves_normally(lane, lane.now + 1.0)
    assert len(lane.pulses) == pulses + 1, f"an opening for nobody{lane.story()}"
    assert not arm_is_up(lane)
    all_is_well(lane, 200.0)


@pytest.mark.parametrize("off_s", [1.0, 20.0])
@moments
def test_a_board_without_power_at_any_moment_is_survived(at_s, off_s):
    lane = one_car(plan=CLOSES_BY_TIME)
    lane.run(at_s)
    lane.lane.board.power_cycle(lane.now, off_s)
    lane.lane.shell.touched()
    lane.run(at_s + 300.0)
    assert "board-silent" not in lane.ringing(), lane.story()
    assert lane.stood[0].passed, lane.story()
    leaves_normally(lane, lane.now + 1.0)
    all_is_well(lane, 200.0)


def test_a_board_that_is_back_lets_nobody_out_on_the_opening_of_a_car_that_left_meanwhile():
    lane = one_car(Kind.FREE, CLOSES_BY_TIME)
    lane.expect(Kind.CARD, 40.0)
    lane.run(16.5)
    lane.lane.shell.unplug("barrier")
    lane.run(60.0)
    assert [car.passed for car in lane.stood] == [True, False]
    lane.lane.shell.plug("barrier")
    lane.run(64.0)
    assert len(lane.pulses) == 1, lane.story()
    lane.run(120.0)
    assert taken(lane) == 500, lane.story()
    assert lane.stood[1].passed
    all_is_well(lane, 60.0)


def test_a_board_that_is_back_opens_for_nobody_when_the_car_has_gone_meanwhile():
    lane = one_car(habits=Habits(pays=False, backs_out_after_s=6.0))
    lane.run(16.0)
    lane.lane.shell.unplug("barrier")
    lane.run(60.0)
    lane.lane.shell.plug("barrier")
    lane.run(400.0)
    assert not lane.pulses, lane.story()
    assert lane.state("visit") == "free"
    assert not lane.ringing(), lane.story()


# 10: a presence that vanishes.


def test_a_loop_that_tunes_out_under_a_waiting_car_takes_no_called_person_back():
    plan = LanePlan(seed=7, settings=CALLS, tune_out_s=300.0)
    lane = one_car(plan=plan, habits=Habits(pays=False))
    lane.run(400.0)
    assert lane.lane.world.arming.tuned_out == 1
    assert not lane.stood[0].passed
    assert any(kind.startswith("help:") for kind in lane.ringing()), lane.story()
    lane.lane.tell(OpenRequested("desk"))
    lane.run(430.0)
    assert lane.stood[0].passed, lane.story()
    assert not lane.ringing(), lane.story()
    all_is_well(lane, 200.0)


def test_a_loop_that_tunes_out_before_a_person_was_called_calls_one():
    settings = LaneSettings(pay_s=600.0)
    plan = LanePlan(seed=7, settings=settings, tune_out_s=150.0)
    lane = one_car(plan=plan, habits=Habits(pays=False))
    lane.run(250.0)
    assert lane.lane.world.arming.tuned_out == 1
    assert any(kind.startswith("help:") for kind in lane.ringing()), lane.story()


# 11: paid and not left.


def test_a_car_that_backs_out_after_it_paid_leaves_later_without_paying_again():
    lane = WatchedLane(CLOSES_BY_TIME)
    plate = lane.expect(habits=Habits(backs_out_after_s=5.5))
    lane.run(100.0)
    assert taken(lane) == 500
    assert not lane.closed(), lane.story()
    lane.lane.world.arrive(Visit(plate, 100.0))
    lane.lane.shell.touched()
    lane.run(140.0)
    assert taken(lane) == 500
    reasons = [row.reason for row in lane.written(OpeningOrdered)]
    assert reasons == [OpeningReason.PAID, OpeningReason.PREPAID], lane.story()
    assert lane.closed() == [ClosingReason.LEFT]
    all_is_well(lane, 15.0)


def test_an_arm_that_comes_down_before_the_paid_car_has_left_goes_up_again_without_a_fee():
    plan = LanePlan(seed=7, close_after_s=3.0)
    lane = one_car(plan=plan, habits=Habits(idles_s=4.0))
    lane.run(200.0)
    assert taken(lane) == 500
    assert len(lane.pulses) >= 2, lane.story()
    assert lane.stood[0].passed or lane.rang("help:not-left"), lane.story()
    all_is_well(lane, 60.0)


def test_a_paid_car_that_never_leaves_gets_a_bounded_number_of_openings_and_a_person():
    plan = LanePlan(seed=7, close_after_s=3.0, settings=CALLS)
    lane = one_car(plan=plan, habits=Habits(idles_s=1000.0))
    lane.run(300.0)
    assert taken(lane) == 500
    assert len(lane.pulses) == 4, lane.story()
    assert lane.rang("help:not-left"), lane.story()
    assert not lane.closed()
    all_is_well(lane, 60.0)


# 12 and 13: an arm that is up, a key, a hand.


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_a_car_that_leaves_under_an_arm_that_stands_open_has_its_stay_closed(kind):
    lane = one_car(kind)
    lane.run(5.0)
    turn_key(lane, True)
    lane.run(5.5)
    turn_key(lane, False)
    lane.run(60.0)
    assert lane.stood[0].passed
    assert len(lane.closed()) == 1, lane.story()
    assert taken(lane) == 0
    assert lane.state("visit") == "free"
    leaves_normally(lane, 70.0)
    all_is_well(lane, 20.0)


def test_the_key_lets_a_car_out_whose_stay_is_closed_by_hand():
    lane = one_car(habits=Habits(pays=False))
    lane.run(16.0)
    turn_key(lane, True)
    lane.run(60.0)
    turn_key(lane, False)
    lane.run(61.0)
    assert {"manual-opening", "manual-key"} <= set(lane.incidents()), lane.story()
    assert lane.closed() == [ClosingReason.MANUAL], lane.story()
    assert not lane.pulses
    assert taken(lane) == 0
    all_is_well(lane, 30.0)


@pytest.mark.parametrize("at_s", [13.6, 13.9, 15.0, 16.7, 17.5])
def test_staff_opens_and_the_stay_is_closed_by_hand_and_nothing_is_charged(at_s):
    lane = one_car()
    lane.run(at_s)
    lane.lane.tell(OpenRequested("desk"))
    lane.run(at_s + 60.0)
    reasons = [row.reason for row in lane.written(OpeningOrdered)]
    assert reasons == [OpeningReason.MANUAL], lane.story()
    assert "manual-opening" in lane.incidents()
    assert taken(lane) == 0, lane.story()
    if at_s > 13.85:
        assert lane.closed() == [ClosingReason.MANUAL], lane.story()
    assert lane.state("till") == "idle"
    leaves_normally(lane, at_s + 70.0)
    all_is_well(lane, 20.0)


def test_a_slow_arm_is_waited_for():
    lane = one_car(plan=LanePlan(seed=7, profile=replace(TYPICAL, arm_travel_s=6.0)))
    lane.run(80.0)
    assert len(lane.pulses) == 1, lane.story()
    assert lane.closed() == [ClosingReason.LEFT]
    assert not lane.alarms
    all_is_well(lane, 30.0)


# A car that is released while the one before it still crawls under the arm.


def behind_a_crawler(plan: LanePlan | None = None) -> WatchedLane:
    """Runs up to the moment at which the second car's opening waits for the first to pass."""
    lane = WatchedLane(plan)
    plate = "沪C12345"
    lane.lane._do((StayOpened("", "s-crawler", PlateText(plate), "car"),))
    lane.lane.world.arrive(Visit(plate, 8.0, acceleration_mps2=0.12))
    lane.expect(Kind.FREE, 8.0)
    waits = lane.run_until(
        lambda: lane.state("gate") == "passing" and lane.state("visit") == "releasing", 60.0
    )
    assert waits, lane.story()
    assert len(lane.pulses) == 1
    return lane


def test_a_car_released_behind_a_crawling_one_gets_its_own_opening_when_that_has_passed():
    lane = behind_a_crawler()
    lane.run(lane.now + 40.0)
    assert lane.closed() == [ClosingReason.LEFT] * 2, lane.story()
    assert len(lane.pulses) == 2
    all_is_well(lane, 60.0)


def test_fire_takes_back_an_opening_that_waits_behind_a_crawling_car():
    lane = behind_a_crawler(CLOSES_BY_TIME)
    fire(lane, True)
    lane.run(lane.now + 40.0)
    assert all(car.passed for car in lane.stood), lane.story()
    fire(lane, False)
    lane.run(lane.now + 1.0)
    lane.lane.tell(LaneReleased("technician"))
    leaves_normally(lane, lane.now + 30.0)
    pulses = len(lane.pulses)
    leaves_normally(lane, lane.now + 20.0)
    assert len(lane.pulses) == pulses + 1, f"an opening for nobody{lane.story()}"
    all_is_well(lane, 60.0)


@pytest.mark.parametrize("away_s", [0.3, 3.0, 30.0])
def test_a_board_lost_behind_a_crawling_car_opens_for_nobody_who_is_gone(away_s):
    lane = behind_a_crawler(CLOSES_BY_TIME)
    lane.lane.shell.unplug("barrier")
    lane.run(lane.now + away_s)
    lane.lane.shell.plug("barrier")
    lane.run(lane.now + 200.0)
    assert all(car.passed for car in lane.stood), lane.story()
    leaves_normally(lane, lane.now + 1.0)
    pulses = len(lane.pulses)
    leaves_normally(lane, lane.now + 1.0)
    assert len(lane.pulses) == pulses + 1, f"an opening for nobody{lane.story()}"
    all_is_well(lane, 150.0)


def test_a_car_that_was_read_twice_is_not_let_out_twice():
    """It rolls back off the loop and comes on again under the arm that was opened for it."""
    lane = one_car(Kind.FREE, CLOSES_BY_TIME, habits=Habits(idles_s=30.0))
    lane.run_until(lambda: lane.state("visit") == "released", 30.0)
    arming = lane.lane.world.arming
    arming.break_down(Stuck.FREE, lane.now)
    turn_key(lane, False)
    lane.run(lane.now + 1.0)
    arming.break_down(None, lane.now)
    turn_key(lane, False)
    plate = lane.stood[0].visitor.visit.plate
    lane.run(lane.now + 0.2)
    lane.lane.tell(PlateEntered(PlateText(plate)))
    lane.run(lane.now + 0.2)
    assert lane.state("visit") == "releasing", lane.story()
    drive_off(lane)
    lane.run(lane.now + 60.0)
    assert lane.stood[0].passed
    assert len(lane.pulses) == 1, lane.story()
    assert lane.state("visit") == "free"
    leaves_normally(lane, lane.now + 1.0)
    all_is_well(lane, 40.0)


def drive_off(lane: WatchedLane) -> None:
    """The driver goes now, whatever the habits say."""
    traffic = lane.lane.world.traffic
    assert traffic.head is not None
    traffic.drive_off(traffic.head, lane.now)
    turn_key(lane, False)
