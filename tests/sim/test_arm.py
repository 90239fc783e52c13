"""The arm and its own control: it falls on nobody by itself, and the oracle sees who did what."""

from functools import partial

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.arm import UPRIGHT_DEG, Motion
from kiosk_sim.world.cabinet import (
    FIRE_HEALTHY,
    LOWER_LIMIT,
    UPPER_LIMIT,
)
from kiosk_sim.world.loops import Stuck
from kiosk_sim.world.profiles import BEST
from sim.lane_stage import ARRIVED_S, PayStage, Stage, visit


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
    assert stage.world.arm.angle_deg(30.0) == UPRIGHT_DEG


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


def test_an_open_pulse_in_the_moment_before_closing_keeps_the_arm_up() -> None:
    stage = PayStage(profile=BEST)
    stage.world.arrive(visit())
    stage.run(30.0)
    cleared_s = stage.world.ledger.exits[0].t2_s
    assert cleared_s is not None
    again = PayStage(profile=BEST)
    again.world.arrive(visit())
    again.pulse(cleared_s + 0.3, span_s=5.0)
    again.run(cleared_s + 4.0)
    assert again.world.arm.angle_deg(again.now) == UPRIGHT_DEG
    again.run(60.0)
    assert again.world.arm.angle_deg(60.0) == UPRIGHT_DEG, "raised for nobody, it stays up"


def test_fire_and_an_arm_that_came_down_again_make_a_second_pulse_lawful() -> None:
    for fire, closed in ((True, False), (False, True)):
        stage = Stage()
        stage.world.arrive(visit(idles_s=60.0))
        stage.pulse(ARRIVED_S)
        stage.at(11.0, partial(stage.world.fire, fire))
        if closed:
            stage.pulse(12.0, channel=2)
        stage.pulse(16.0)
        stage.run(30.0)
        assert stage.world.oracle.pulses == 2
        assert not stage.world.oracle.violations
