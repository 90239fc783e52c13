"""What the arm's limits prove, as tables: what was told, and what it is called."""

import pytest

from health.told import (
    AWAY,
    BOTH,
    CAR,
    CAR_GONE,
    DOWN,
    OPEN,
    PULSED,
    UNDER,
    UNDER_GONE,
    UP,
    car,
    found,
    holding,
    sound_cars,
    told,
)
from kiosk_hw.ports import barrier

LEARNT = sound_cars(4)
"""Four sound exits, over by 84 s: the arm's usual times are known."""


def later(*lines):
    return [(100.0 + at, what) for at, what in lines]


PULSE = ((0.0, CAR), (5.0, OPEN), (5.1, PULSED))

STORIES = {
    "limits-swapped": (
        "an OPEN pulse makes an arm that reports up report down",
        later((-1.0, UP), *PULSE, (5.3, AWAY), (7.0, DOWN)),
        120.0,
    ),
    "open-limit-stuck": (
        "both report while it is down, and the upper one alone once it moves",
        later((-2.0, BOTH), *PULSE, (5.3, UP)),
        110.0,
    ),
    "limits-both": (
        "both report while it is down, and neither while it moves",
        later((-2.0, BOTH), *PULSE, (5.3, AWAY), (7.0, BOTH)),
        110.0,
    ),
    "limits-both ": ("both report, and nobody gives a pulse", later((0.0, BOTH)), 135.0),
    "closed-limit-stuck": (
        "the lower one still reports when the upper one does",
        later(*PULSE, (7.0, BOTH)),
        115.0,
    ),
    "open-limit-dead": (
        "a car drives under an arm that never reported up",
        later(*PULSE, (5.2, AWAY), (8.5, UNDER), (9.0, CAR_GONE), (10.0, UNDER_GONE)),
        115.0,
    ),
    "closed-limit-dead": (
        "it never reported down, and takes its whole way up",
        later((-4.0, UP), (-2.0, AWAY), *PULSE, (7.0, UP)),
        115.0,
    ),
    "closed-limit-dead ": (
        "it left its lower limit by itself, and takes its whole way up all the same",
        later((-4.0, AWAY), *PULSE, (7.0, UP)),
        115.0,
    ),
    "arm-jammed": (
        "it never reported down, and takes half its way up",
        later((-4.0, UP), (-2.0, AWAY), *PULSE, (6.0, UP)),
        115.0,
    ),
    "arm-jammed ": (
        "it is between its limits for long, and its car stands",
        later(*PULSE, (5.2, AWAY)),
        125.0,
    ),
    "arm-jammed  ": (
        "it left its lower limit and came back to it, and was never up",
        later(*PULSE, (5.2, AWAY), (9.0, DOWN)),
        115.0,
    ),
    "no-movement": ("the pulse was confirmed, and it stays down", later(*PULSE), 115.0),
    "stays-open": (
        "the car has gone, and it stays up",
        later(*PULSE, (5.2, AWAY), (7.0, UP), (8.5, UNDER), (9.0, CAR_GONE), (10.0, UNDER_GONE)),
        118.0,
    ),
    "arm-forced": (
        "it left its lower limit by itself, and takes half its way up",
        later((-4.0, AWAY), *PULSE, (6.0, UP)),
        115.0,
    ),
    "arm-forced ": (
        "it left its lower limit and came back",
        later((0.0, AWAY), (5.0, DOWN)),
        110.0,
    ),
    "arm-forced  ": ("it left its lower limit and stays away", later((0.0, AWAY)), 165.0),
    "arm-slow": (
        "both ways take a third longer than usual",
        car(100.0, up_s=2.7, down_s=2.6),
        115.0,
    ),
    "arm-swung-off": ("its contact says so", later((0.0, barrier.ArmSwungOff())), 101.0),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_the_limits_did_is_called_by_its_name(name):
    why, lines, until_s = STORIES[name]
    assert found(told([*LEARNT, *lines], until_s)) == {f"barrier.{name.strip()}"}, why


SOUND = {
    "a car like all others": car(100.0),
    "a pulse turns an arm round that is on its way down": [
        *later((-4.0, UP), (4.0, AWAY), *PULSE, (6.0, UP))
    ],
    "one way alone is slow": car(100.0, up_s=2.7),
    "somebody opens by the key": later(
        (0.0, barrier.ManualKeyTurned()), (0.3, AWAY), (2.0, UP), (9.0, barrier.ManualKeyReleased())
    ),
    "fire holds it open": later((0.0, barrier.HoldOpen()), (0.3, AWAY), (2.0, UP)),
    "the board was away, and the arm is up when it is back": later(
        (0.0, barrier.BoardSilent("")),
        (3.0, barrier.BoardReady(barrier.Inputs(barrier.Arm.RAISED, False, False))),
    ),
    "a pulse that nobody confirmed proves nothing": later((0.0, CAR), (5.0, OPEN)),
    "both limits for a moment are two contacts that bounce": later(
        *PULSE, (5.2, AWAY), (6.9, BOTH), (7.1, UP)
    ),
    "its own safety loop turns it round": later(
        *PULSE, (5.2, AWAY), (7.0, UP), (12.0, AWAY), (12.5, UNDER), (13.3, UP), (14.0, OPEN)
    ),
}


@pytest.mark.parametrize("why", SOUND)
def test_a_sound_arm_has_no_name(why):
    assert found(told([*LEARNT, *SOUND[why]], 116.0)) - {"barrier.fire-input"} == set(), why


MENDED = {
    "no-movement": later(*PULSE),
    "open-limit-dead": later(*PULSE, (5.2, AWAY), (8.5, UNDER), (9.5, UNDER_GONE), (13.0, DOWN)),
    "closed-limit-stuck": later(*PULSE, (7.0, BOTH), (14.0, DOWN)),
    "arm-slow": car(100.0, up_s=2.7, down_s=2.6),
}


@pytest.mark.parametrize("name", MENDED)
def test_a_sound_car_disproves_what_was_found(name):
    doctor = told([*LEARNT, *MENDED[name], *car(130.0), *car(150.0)], 170.0)
    assert f"barrier.{name}" in found(doctor)
    assert holding(doctor) == set()


@pytest.mark.parametrize(("way_s", "codes"), [(5.0, set()), (6.5, {"barrier.arm-slow"})])
def test_without_a_usual_time_only_the_settings_call_an_arm_slow(way_s, codes):
    first = [(10.0, CAR), (15.0, OPEN), (15.1, PULSED), (15.2, AWAY), (15.0 + way_s, UP)]
    goes = [(22.0, UNDER), (22.5, CAR_GONE), (24.0, UNDER_GONE), (24.5, AWAY)]
    assert found(told([*first, *goes, (24.5 + way_s, DOWN)], 40.0)) == codes
