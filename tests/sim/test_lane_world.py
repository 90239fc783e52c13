"""The simulated lane: cars and people obey physics, and contacts show where they are."""

from itertools import pairwise

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.arm import Motion
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
from kiosk_sim.world.car import READ_ON_APPROACH
from kiosk_sim.world.profiles import PROFILES, SLOW, TYPICAL, Profile
from kiosk_sim.world.traffic import VISITS_MAX, Visit
from sim.lane_stage import ARRIVED_S, PayStage, Stage, visit


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
