"""What loops and contacts prove, as tables: one is judged by the other, arm and camera."""

import pytest

from health.told import (
    AWAY,
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
    read,
    sound_cars,
    told,
)
from kiosk_hw.ports import barrier

LEARNT = sound_cars(4)


def later(*lines):
    return [(100.0 + at, what) for at, what in lines]


def edges(first, second, count, every_s, at=0.0):
    """One loop comes and goes."""
    return [
        (at + n * every_s + half * every_s / 2, (first, second)[half])
        for n in range(count)
        for half in (0, 1)
    ]


def passing(at, arming=True, safety=True):
    """One released car; a loop that is broken says nothing."""
    lines = [(5.0, OPEN), (5.1, PULSED), (5.2, AWAY), (7.0, UP)]
    lines += [(0.0, CAR), (0.3, read()), (9.2, CAR_GONE)] if arming else []
    lines += [(8.5, UNDER), (10.5, UNDER_GONE)] if safety else []
    return [(at + after, what) for after, what in lines]


STORIES = {
    "loop-chatter": (
        "it comes and goes, no car passes",
        later(*edges(CAR, CAR_GONE, 6, 1.0)),
        10.0,
    ),
    "loop-chatter ": (
        "slowly, and under the arm",
        later(*edges(UNDER, UNDER_GONE, 6, 7.0)),
        45.0,
    ),
    "loop-chatter  ": (
        "bounces that are too short to be read",
        later((0.0, {"barrier": {"glitches": 9}})),
        2.0,
    ),
    "arming-loop-stuck": (
        "a car passed, and the loop was never free",
        later(
            *passing(0.0)[:4],
            (0.0, CAR),
            (8.5, UNDER),
            (10.5, UNDER_GONE),
            (11.0, AWAY),
            (13.0, DOWN),
        ),
        25.0,
    ),
    "arming-loop-dead": ("a plate was read, and no car was felt", later((0.0, read())), 20.0),
    "arming-loop-dead ": (
        "a car passed that was never felt",
        later(*passing(20.0, arming=False), (31.0, AWAY), (33.0, DOWN)),
        36.0,
    ),
    "safety-loop-stuck": ("somebody stands under an arm that is down", later((0.0, UNDER)), 20.0),
    "safety-loop-stuck ": (
        "a car drove on while another one stood in its way",
        later(*passing(0.0)[:4], (6.0, UNDER), (14.0, CAR), (20.0, CAR_GONE)),
        22.0,
    ),
    "safety-loop-dead": (
        "two cars left under the open arm, and none was felt",
        later(*passing(0.0, safety=False), (20.0, CAR), (20.3, read()), (25.0, CAR_GONE)),
        35.0,
    ),
    "fire-input": ("the contact asks, and means it", later((0.0, barrier.FireRaised())), 3.0),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_a_loop_did_is_called_by_its_name(name):
    why, lines, until_s = STORIES[name]
    assert found(told([*LEARNT, *lines], 100.0 + until_s)) == {f"barrier.{name.strip()}"}, why


SOUND = {
    "cars as close as they can be": sound_cars(6, 100.0, 14.0),
    "a car that is read twice": [*car(100.0), (100.6, read())],
    "a car that was read before it came": [(97.5, read()), *car(100.0)],
    "somebody walks under the arm": later((0.0, UNDER), (3.0, UNDER_GONE)),
    "one motorcycle between the loops": [
        *later(*passing(0.0, safety=False), (18.0, AWAY), (20.0, DOWN)),
        *car(130.0),
    ],
    "a fire contact that twitches": later(
        (0.0, barrier.FireRaised()), (0.4, barrier.FireCleared())
    ),
    "a driver who rolls to and fro twice": later(*edges(CAR, CAR_GONE, 3, 3.0)),
}


@pytest.mark.parametrize("why", SOUND)
def test_a_sound_loop_has_no_name(why):
    assert found(told([*LEARNT, *SOUND[why]], 190.0)) == set(), why


MENDED = {
    "arming-loop-stuck": ([*STORIES["arming-loop-stuck"][1], (140.0, CAR_GONE)], 145.0),
    "arming-loop-dead": ([*STORIES["arming-loop-dead"][1], *car(140.0)], 160.0),
    "safety-loop-stuck": ([*STORIES["safety-loop-stuck"][1], (130.0, UNDER_GONE)], 135.0),
    "fire-input": ([*STORIES["fire-input"][1], (110.0, barrier.FireCleared())], 112.0),
}


@pytest.mark.parametrize("name", MENDED)
def test_a_loop_that_works_again_loses_its_name(name):
    lines, until_s = MENDED[name]
    doctor = told([*LEARNT, *lines], until_s)
    assert f"barrier.{name}" in found(doctor)
    assert holding(doctor) == set()
