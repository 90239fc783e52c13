"""The simulated lane: cars, arm and people obey physics, and the oracle sees what is dangerous."""

from functools import partial
from itertools import pairwise

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.arm import UPRIGHT_DEG, Motion
from kiosk_sim.world.cabinet import (
    ARMING_LOOP,
    DOOR_OPEN,
    FIRE_HEALTHY,
    LOWER_LIMIT,
    MANUAL_KEY,
    SAFETY_LOOP,
    SWUNG_OFF,
    UPPER_LIMIT,
)
from kiosk_sim.world.car import READ_ON_APPROACH, Kind
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.loops import Stuck
from kiosk_sim.world.profiles import BEST, PROFILES, SLOW, TYPICAL, Profile
from kiosk_sim.world.traffic import VISITS_MAX, Visit
from sim.lane_stage import PayStage, Stage

ARRIVED_S = 8.0
"""By now a car that turned in at 0 stands at the stop line, in every profile."""


def visit(at_s: float = 0.0, **habits: object) -> Visit:
    return Visit("TEST1", at_s, habits=Habits(**habits))  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_car_pays_leaves_and_the_arm_comes_down_behind_it(profile: Profile) -> None:
    stage = PayStage(profile=profile)
    for number in range(5):
        stage.world.arrive(visit(number * 4.0))
    stage.run(300.0)
    assert len(stage.world.ledger.exits) == 5
    assert stage.world.inputs() == FIRE_HEALTHY | LOWER_LIMIT
    assert not stage.world.oracle.violations
    assert not stage.world.oracle.incidents
    assert stage.world.oracle.pulses == 5
    assert stage.world.deadline() == NEVER


def test_one_seed_makes_one_course_of_events_and_another_seed_another() -> None:
    def course(seed: int) -> list[tuple[float, int]]:
        stage = PayStage(seed)
        for number in range(10):
            stage.world.arrive(visit(number * 6.0))
        stage.run(400.0)
        return stage.inputs

    assert course(7) == course(7)
    assert course(7) != course(8)


def test_a_late_tick_gives_the_same_times_as_punctual_ones() -> None:
    punctual, late = Stage(), Stage()
    for stage in (punctual, late):
        stage.world.arrive(visit())
        stage.pulse(10.0)
    punctual.run(60.0)
    late.world.tick(10.0)
    late.world.relay(1, True, 10.0)
    late.world.relay(1, False, 10.5)
    late.world.tick(60.0)
    assert punctual.world.ledger.exits[0].as_dict() == late.world.ledger.exits[0].as_dict()


def test_typical_drivers_keep_to_their_published_spread() -> None:
    stage = PayStage(3)
    for number in range(400):
        stage.world.arrive(visit(number * 25.0))
    stage.run(400 * 25.0 + 60)
    people = sorted(record.people_s for record in stage.world.ledger.exits)
    assert len(people) == 400
    assert people[200] == pytest.approx(2.5, abs=0.25)
    assert people[380] < 4.9
    assert people[-1] <= 6.0
    totals = sorted(record.total_s for record in stage.world.ledger.exits)
    assert totals[380] < 8.0, "2 s of arm, p95 of the driver, nothing else"


def test_the_ledger_books_detector_driver_and_arm_and_leaves_the_machine_its_own() -> None:
    stage = PayStage(profile=BEST)
    stage.world.arrive(visit())
    stage.run(60.0)
    record = stage.world.ledger.exits[0]
    assert record.devices_s == pytest.approx(0.025 + 0.7 * 88 / 90)
    # The car stands 2.2 m after the loop's edge (2 m/s2), the driver reaches out 0.3 s later.
    assert record.people_s == pytest.approx((2 * 2.2 / 2.0) ** 0.5 + 0.3 - 0.125)
    assert 2 * 0.05 <= record.machine_s <= DECIDES_AND_POLLS_S
    assert record.t2_s is not None
    assert record.t1_s is not None
    assert record.t2_s - record.t1_s == pytest.approx(0.5 + (2 * 6.5 / 2.0) ** 0.5, abs=0.2)


DECIDES_AND_POLLS_S = 0.1 + 2 * 0.05 + 1e-6


# The arm and what stands under it.


@pytest.mark.parametrize("seed", range(25))
def test_the_arm_never_falls_on_a_car_by_itself(seed: int) -> None:
    stage = PayStage(seed, tune_out_s=NEVER)
    habits = [{}, {"stalls_s": 40.0}, {"tailgates": True}, {"idles_s": 20.0}, {"searches_s": 9.0}]
    for number in range(8):
        stage.world.arrive(visit(number * 5.0, **habits[(seed + number * seed) % 5]))
    stage.run(900.0)
    assert not stage.world.oracle.incidents
    assert not stage.world.oracle.violations
    assert stage.world.deadline() == NEVER


def test_a_tuned_out_safety_loop_lowers_the_arm_onto_the_car_and_the_oracle_says_so() -> None:
    stage = PayStage(tune_out_s=60.0)
    stage.world.arrive(visit(stalls_s=200.0))
    stage.run(400.0)
    assert [text.split(": ")[1] for text in stage.world.oracle.incidents] == [
        "the arm was lowered onto a car by its own closing loop"
    ]
    assert not stage.world.oracle.violations, "no command of the controller did it"


def test_a_close_command_with_a_car_under_the_arm_is_a_violation() -> None:
    stage = PayStage()
    stage.world.safety.break_down(Stuck.FREE, 0.0)
    stage.world.touch(0.0)
    stage.world.arrive(visit(stalls_s=60.0))
    stage.pulse(40.0, channel=2)
    stage.run(45.0)
    assert [
        "lowered onto a car by the CLOSE contact" in v for v in stage.world.oracle.violations
    ] == [True]


@pytest.mark.parametrize("close_at_s", [11.2, 20.0])
def test_close_energised_over_an_occupied_safety_loop_is_a_violation(close_at_s: float) -> None:
    stage = Stage()
    stage.world.arrive(visit(stalls_s=60.0))
    stage.pulse(ARRIVED_S)
    stage.pulse(close_at_s, channel=2, span_s=5.0)
    stage.run(30.0)
    assert stage.world.oracle.violations
    assert stage.world.arm.motion is not Motion.LOWERING


def test_a_second_pulse_for_one_car_is_a_violation_but_a_retry_after_a_jam_is_not() -> None:
    twice, jammed = Stage(), Stage()
    for stage in (twice, jammed):
        stage.world.arrive(visit(idles_s=60.0))
        stage.pulse(ARRIVED_S)
        stage.pulse(ARRIVED_S + 3.0)
    jammed.world.arm.jam(30.0, 0.0)
    jammed.at(ARRIVED_S + 2.9, lambda now: jammed.world.arm.jam(None, now))
    twice.run(30.0)
    jammed.run(30.0)
    assert len(twice.world.oracle.violations) == 1
    assert not jammed.world.oracle.violations
    assert jammed.world.inputs() & UPPER_LIMIT


def test_outputs_left_on_after_a_start_are_a_violation() -> None:
    stage = Stage()
    stage.at(1.0, lambda now: stage.world.relay(4, True, now))
    stage.at(2.0, stage.world.oracle.started)
    stage.at(3.0, lambda now: stage.world.relay(1, True, now))
    stage.run(3.99)
    assert not stage.world.oracle.violations
    stage.run(4.0)
    assert list(stage.world.oracle.violations) == [
        "4.000 s: outputs [4] were left on after the start"
    ]


def test_the_arm_takes_its_travel_and_its_switches_close_at_their_windows() -> None:
    stage = Stage()
    stage.pulse(10.0)
    stage.run(20.0)
    times = [at_s for at_s, _ in stage.inputs[1:]]
    masks = [mask for _, mask in stage.inputs[1:]]
    assert masks == [FIRE_HEALTHY, FIRE_HEALTHY | UPPER_LIMIT]
    assert times == [
        pytest.approx(10.0 + 2.0 * 2 / 90, abs=1e-6),
        pytest.approx(10.0 + 2.0 * 88 / 90, abs=1e-6),
    ]
    assert stage.world.arm.angle_deg(20.0) == UPRIGHT_DEG, "raised for nobody, it stays up"


def test_a_closing_time_lowers_an_arm_that_nobody_passed() -> None:
    stage = Stage(close_after_s=30.0)
    stage.pulse(10.0)
    stage.run(41.9)
    assert stage.world.inputs() & UPPER_LIMIT
    stage.run(44.1)
    assert stage.world.inputs() & LOWER_LIMIT


def test_open_wins_over_lowering_and_close_over_nothing() -> None:
    stage = Stage()
    stage.pulse(10.0)
    stage.pulse(20.0, channel=2)
    stage.pulse(21.0)
    stage.at(30.0, lambda now: stage.world.relay(1, True, now))
    stage.pulse(31.0, channel=2)
    stage.run(20.9)
    assert stage.world.arm.motion is Motion.LOWERING
    stage.run(40.0)
    assert stage.world.arm.angle_deg(40.0) == UPRIGHT_DEG


def test_a_held_open_contact_keeps_the_arm_up_over_passing_cars_and_lets_go_after() -> None:
    stage = Stage()
    stage.at(5.0, lambda now: stage.world.relay(1, True, now))
    stage.world.arrive(visit(0.0))
    stage.world.arrive(visit(10.0))
    stage.run(60.0)
    assert len(stage.world.ledger.exits) == 2
    assert stage.world.inputs() & UPPER_LIMIT
    stage.at(61.0, lambda now: stage.world.relay(1, False, now))
    stage.run(70.0)
    assert stage.world.inputs() & LOWER_LIMIT


def test_stop_halts_the_arm_where_it_is() -> None:
    stage = Stage()
    stage.pulse(10.0)
    stage.pulse(11.0, channel=3)
    stage.run(20.0)
    assert stage.world.arm.angle_deg(20.0) == pytest.approx(45.0)
    assert stage.world.inputs() == FIRE_HEALTHY


def test_a_jam_stops_the_arm_between_its_limits_until_it_is_freed() -> None:
    stage = Stage()
    stage.world.arm.jam(40.0, 0.0)
    stage.pulse(10.0)
    stage.run(14.0)
    assert stage.world.inputs() == FIRE_HEALTHY
    assert stage.world.arm.angle_deg(14.0) == pytest.approx(40.0)
    stage.world.arm.jam(None, 14.0)
    stage.world.touch(14.0)
    stage.run(20.0)
    assert stage.world.inputs() & UPPER_LIMIT


def test_a_motor_gives_up_on_a_jam_and_a_new_pulse_against_it_moves_nothing() -> None:
    stage = Stage()
    stage.world.arm.jam(40.0, 0.0)
    stage.pulse(10.0)
    stage.run(60.0)
    assert stage.world.arm.motion is Motion.STILL
    stage.pulse(61.0)
    stage.run(62.0)
    assert stage.world.arm.angle_deg(62.0) == pytest.approx(40.0)


# Contacts.


def test_every_contact_has_its_own_bit() -> None:
    stage = Stage()
    world = stage.world
    rest = FIRE_HEALTHY | LOWER_LIMIT
    assert world.inputs() == rest
    world.fire(True, 1.0)
    assert world.inputs() == LOWER_LIMIT
    world.fire(False, 2.0)
    world.open_door(True, 3.0)
    assert world.inputs() == rest | DOOR_OPEN
    world.open_door(False, 4.0)
    world.arm.knock_off(True)
    world.touch(5.0)
    assert world.inputs() == rest | SWUNG_OFF
    world.arm.knock_off(False)
    world.arm.upper_stuck = True
    world.touch(6.0)
    assert world.inputs() == rest | UPPER_LIMIT
    world.arm.upper_stuck = None
    world.arm.force(60.0, 7.0)
    world.touch(7.0)
    assert world.inputs() == FIRE_HEALTHY


def test_the_key_raises_the_arm_without_any_controller() -> None:
    stage = Stage()
    stage.at(5.0, lambda now: stage.world.turn_key(True, now))
    stage.run(10.0)
    assert stage.world.inputs() == FIRE_HEALTHY | UPPER_LIMIT | MANUAL_KEY
    assert stage.world.oracle.pulses == 0


def test_relays_switch_their_own_things_and_channel_4_is_the_lamp() -> None:
    stage = Stage()
    stage.world.relay(4, True, 1.0)
    assert stage.world.cabinet.lamp
    stage.world.relay(8, True, 2.0)
    stage.world.relay(4, False, 3.0)
    assert not stage.world.cabinet.lamp
    assert stage.world.arm.motion is Motion.STILL


# People.


def test_a_driver_presents_one_card_for_each_invitation_and_then_no_more() -> None:
    stage = Stage()
    first, second = Card(field_s=0.3), Card(field_s=0.4)
    stage.world.arrive(Visit("TEST1", cards=(first, second)))
    for at_s in (9.0, 20.0, 30.0):
        stage.at(at_s, lambda _now: setattr(stage.reader, "awaits", True))
    stage.run(60.0)
    assert [card for card, _ in stage.reader.presented] == [first, second]
    assert stage.reader.awaits, "the third invitation found no card"


def test_an_invitation_that_ends_before_the_card_is_out_is_not_answered() -> None:
    stage = Stage()
    stage.world.arrive(visit(searches_s=5.0))
    stage.at(9.0, lambda _now: setattr(stage.reader, "awaits", True))
    stage.at(12.0, lambda _now: setattr(stage.reader, "awaits", False))
    stage.run(60.0)
    assert stage.reader.presented == []


def test_nobody_presents_a_card_before_the_car_stands() -> None:
    stage = Stage(profile=BEST)
    stage.reader.awaits = True
    stage.world.arrive(visit())
    stage.run(60.0)
    # 16.45 m at 3 m/s, then 2.25 m of braking at 2 m/s2, then an arm stretched out.
    assert stage.reader.presented[0][1] == pytest.approx(16.45 / 3 + 1.5 + 0.3)


def test_the_driver_types_the_plate_or_what_is_meant_for_it_when_asked() -> None:
    stage = Stage(profile=BEST)
    answers: list[tuple[str, float]] = []
    stage.world.on_answer(lambda text, now: answers.append((text, now)))
    stage.world.arrive(visit(typed="TEST2", backs_out_after_s=20.0))
    stage.world.arrive(visit(60.0, answers=False))
    for at_s in (10.0, 70.0):
        stage.at(at_s, stage.world.asked_for_plate)
    stage.run(120.0)
    assert answers == [("TEST2", 13.0)]


def test_backing_out_is_no_exit_and_frees_the_lane_for_the_next() -> None:
    stage = Stage()
    stage.world.arrive(visit(backs_out_after_s=5.0))
    stage.run(30.0)
    assert stage.world.ledger.abandoned == 1
    assert stage.world.inputs() == FIRE_HEALTHY | LOWER_LIMIT
    stage.world.arrive(visit(30.0))
    stage.run(45.0)
    assert stage.world.inputs() & ARMING_LOOP


def test_ramming_knocks_the_bar_off_and_is_an_incident() -> None:
    stage = Stage()
    stage.world.arrive(visit(rams_after_s=10.0))
    stage.run(60.0)
    assert stage.world.inputs() & SWUNG_OFF
    assert "drove through the arm" in stage.world.oracle.incidents[0]


def test_a_tailgater_passes_under_the_arm_of_the_car_in_front() -> None:
    stage = PayStage()
    stage.world.arrive(visit())
    stage.world.arrive(visit(2.0, tailgates=True))
    stage.run(60.0)
    assert len(stage.world.ledger.exits) == 2
    assert stage.world.oracle.pulses == 1
    assert stage.world.inputs() & LOWER_LIMIT


def test_a_prepaid_car_rolls_through_when_the_arm_is_up_before_it_stands() -> None:
    stage = Stage(profile=BEST)
    stage.world.arrive(visit())
    stage.at(5.65, partial(stage.world.relay, 1, True))
    stage.at(6.15, partial(stage.world.relay, 1, False))
    stage.run(60.0)
    assert stage.world.ledger.exits[0].t2_s == pytest.approx(9.3, abs=0.3)


def test_the_camera_sees_the_plate_on_approach_or_at_the_loop() -> None:
    for options, expected_s in (({"geometry": READ_ON_APPROACH}, 8.0 / 3), ({}, None)):
        stage = Stage(**options)
        seen: list[tuple[str, float]] = []
        lost: list[float] = []
        stage.world.on_plate_in_view(lambda plate, now, seen=seen: seen.append((plate, now)))
        stage.world.on_plate_out_of_view(lambda _plate, now, lost=lost: lost.append(now))
        stage.world.arrive(visit())
        stage.pulse(ARRIVED_S)
        stage.run(60.0)
        record = stage.world.ledger.exits[0]
        assert seen == [("TEST1", pytest.approx(expected_s or record.t0_s))]
        assert len(lost) == 1


def test_the_slow_profile_says_itself_that_ten_seconds_are_out_of_reach() -> None:
    stage = PayStage(profile=SLOW)
    stage.world.arrive(visit())
    stage.run(100.0)
    record = stage.world.ledger.exits[0]
    assert record.people_s + record.devices_s > 10.0


def test_occupied_loops_show_in_the_order_of_the_lane() -> None:
    stage = PayStage(profile=TYPICAL)
    stage.world.arrive(visit())
    stage.run(60.0)
    loops = [mask & (ARMING_LOOP | SAFETY_LOOP) for _, mask in stage.inputs]
    steps = [mask for number, mask in enumerate(loops) if number == 0 or loops[number - 1] != mask]
    assert steps == [0, ARMING_LOOP, ARMING_LOOP | SAFETY_LOOP, SAFETY_LOOP, 0]


def test_a_camera_on_approach_sees_every_car_of_a_queue() -> None:
    stage = PayStage(geometry=READ_ON_APPROACH)
    seen: list[str] = []
    stage.world.on_plate_in_view(lambda plate, _now: seen.append(plate))
    for number in range(4):
        stage.world.arrive(Visit(f"TEST{number}", number * 1.0))
    stage.run(120.0)
    assert seen == ["TEST0", "TEST1", "TEST2", "TEST3"]


def test_visits_beyond_the_bound_are_refused_and_counted() -> None:
    stage = Stage()
    for _ in range(VISITS_MAX + 2):
        stage.world.arrive(visit(1.0))
    assert stage.world.traffic.refused == 2


def test_cars_announced_in_any_order_come_in_the_order_of_their_times() -> None:
    stage = PayStage()
    seen: list[str] = []
    stage.world.on_plate_in_view(lambda plate, _now: seen.append(plate))
    for plate, at_s in (("TEST3", 60.0), ("TEST1", 0.0), ("TEST2", 30.0)):
        stage.world.arrive(Visit(plate, at_s))
    stage.run(120.0)
    assert seen == ["TEST1", "TEST2", "TEST3"]


def test_no_two_cars_ever_touch() -> None:
    stage = PayStage(4)
    for number in range(12):
        habits = ({}, {"stalls_s": 15.0}, {"tailgates": True}, {"idles_s": 4.0})[number % 4]
        stage.world.arrive(visit(number * 3.0, **habits))
    for at_s in range(1, 400):
        stage.run(float(at_s))
        cars = [visitor.car for visitor in stage.world.traffic.visitors]
        for leader, follower in pairwise(cars):
            rear_m = leader.front_m(stage.now) - leader.length_m
            assert follower.front_m(stage.now) < rear_m, f"at {at_s} s"
    assert len(stage.world.ledger.exits) == 12


def test_a_tailgater_behind_a_stalled_motorcycle_still_waits_for_its_turn() -> None:
    stage = PayStage(profile=BEST)
    stage.world.arrive(Visit("TEST0", 0.0, habits=Habits(stalls_s=3.0), kind=Kind.MOTORCYCLE))
    for number in range(1, 5):
        stage.world.arrive(Visit(f"TEST{number}", 1.0 * number, habits=Habits(tailgates=True)))
    stage.run(300.0)
    assert len(stage.world.ledger.exits) == 5
    assert not stage.world.oracle.violations
