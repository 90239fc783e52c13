"""One car makes a fault suspected, the next ones prove or disprove it; what is sound is not."""

import pytest

from health.told import (
    AWAY,
    CAR,
    CAR_GONE,
    DOWN,
    OPEN,
    PULSED,
    READY,
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
from kiosk_hw.ports import barrier, camera, terminal

LEARNT = sound_cars(5)
PAYS = ("terminal", terminal.CardPresented("o-1"))
MUTE, DOUBTED, BLIND = (), (read(0.3),), (camera.PlateNotRead("no plate"),)


def later(lines, at=120.0):
    return [(at + after, what) for after, what in lines]


def told_by_camera(*says, after_s=0.4):
    """One car that leaves as usual, and what the camera says of it."""
    lines = [line for line in car(0.0) if line[1] != read()]
    return lines + [(after_s, what) for what in says]


def twice(telegram):
    return [*told_by_camera(telegram), (0.45, telegram)]


def bytes_of(text, heard=12):
    return told_by_camera({"camera": {"bytes_heard": heard, "bytes_text": text}})


def tuned_out(pulse_s=1.0):
    """The first loop lets go of a car that the arm is up for."""
    return [(0.0, CAR), (0.4, read()), (pulse_s, OPEN), (pulse_s + 0.1, PULSED),
            (pulse_s + 0.2, AWAY), (pulse_s + 2.0, UP), (pulse_s + 2.5, CAR_GONE),
            (pulse_s + 3.5, UNDER), (pulse_s + 5.5, UNDER_GONE), (pulse_s + 6.0, AWAY),
            (pulse_s + 7.9, DOWN)]  # fmt: skip


PAYS_UNFELT = [(0.0, CAR), (0.4, read()), (2.0, CAR_GONE), (4.0, PAYS)]
NOT_UNDER = [*(line for line in car(0.0)[:-2] if line[1] not in (UNDER, UNDER_GONE)),
             (15.0, AWAY), (16.9, DOWN)]  # fmt: skip
NEVER_FREE = [line for line in car(0.0) if line[1] != CAR_GONE]

CASES = [
    ("camera.silent", told_by_camera(*MUTE)),
    ("camera.low-confidence", told_by_camera(*DOUBTED)),
    ("camera.reads-nothing", told_by_camera(*BLIND)),
    ("camera.wrong-template", told_by_camera({"camera": {"telegrams_refused": 1}})),
    ("camera.wrong-template", bytes_of(text=12)),
    ("camera.garbled", bytes_of(text=3)),
    ("camera.echo", twice(read())),
    ("barrier.arm-slow", car(0.0, up_s=2.9)),
    ("barrier.arming-loop-dead", tuned_out()),
    ("barrier.arming-loop-dead", PAYS_UNFELT),
    ("barrier.safety-loop-dead", NOT_UNDER),
    ("barrier.arming-loop-stuck", NEVER_FREE),
]
IDS = [f"{number}-{code}" for number, (code, _) in enumerate(CASES)]

RULELESS = (NEVER_FREE, PAYS_UNFELT)
"""What needs no rule of this lane: a loop that was never free under a whole car, and a driver who
pays where no loop feels him."""

SEEN_S = {"barrier.arming-loop-stuck": 14.0}
"""When it is looked, where that is before the same car proves it."""


def suspected(doctor):
    return {each.code for each in doctor.findings.suspected.values()}


@pytest.mark.parametrize(("code", "lines"), CASES, ids=IDS)
def test_one_odd_car_of_a_lane_that_was_sound_is_a_suspicion_and_no_fault(code, lines):
    doctor = told([*LEARNT, *later(lines)], 120.0 + SEEN_S.get(code, 18.0))
    assert suspected(doctor) == {code}
    assert found(doctor) == set()
    (device,) = [each for each in doctor.report(140.0).devices if each.suspected]
    assert [each["code"] for each in device.as_record(140.0)["suspected"]] == [code]


@pytest.mark.parametrize(("code", "lines"), CASES, ids=IDS)
def test_a_sound_car_behind_it_ends_the_suspicion(code, lines):
    lines = [*LEARNT, *later(lines), *later([(0.0, CAR_GONE)], 139.5), *later(car(0.0), 140.0)]
    doctor = told(lines, 158.0)
    assert suspected(doctor) == set()
    assert holding(doctor) == set()


@pytest.mark.parametrize(("code", "lines"), CASES, ids=IDS)
def test_more_of_the_kind_prove_it_and_the_suspicion_is_over(code, lines):
    odd = [line for at in (120.0, 140.0, 160.0) for line in later(lines, at)]
    doctor = told([*LEARNT, *odd], 178.0)
    assert code in holding(doctor)
    assert suspected(doctor) == set()


@pytest.mark.parametrize(("code", "lines"), CASES, ids=IDS)
def test_where_no_rule_is_known_one_odd_car_is_none(code, lines):
    """A lane that has just started cannot tell an odd car from its usual ones."""
    doctor = told(later(lines, 10.0), 10.0 + SEEN_S.get(code, 18.0))
    assert suspected(doctor) == ({code} if lines in RULELESS else set())


def test_a_camera_that_misses_cars_as_a_habit_is_not_suspected_for_one_more():
    habit = later(told_by_camera(*BLIND), 120.0)
    sound = [line for at in (140.0, 160.0, 180.0) for line in later(car(0.0), at)]
    doctor = told([*LEARNT, *habit, *sound, *later(told_by_camera(*BLIND), 200.0)], 218.0)
    assert doctor.findings.suspicions == 1
    assert suspected(doctor) == set()


def test_a_ghost_on_the_loop_makes_no_camera_suspected():
    """Nobody typed a plate, nothing drove on: whether that was a car is not known."""
    assert suspected(told([*LEARNT, *later([(0.0, CAR), (9.0, CAR_GONE)])], 140.0)) == set()


STAYS_SOUND = {
    "a motorcycle between the loops, where they come often": [
        line for at in (20.0, 60.0) for line in later(tuned_out(), at)
    ],
    "a driver who backs out before his arm is up": later(
        [(0.0, CAR), (0.4, read()), (6.0, CAR_GONE)]
    ),
    "the second loop chatters": [
        line
        for at in (120.0, 123.0, 126.0, 129.0)
        for line in ((at, UNDER), (at + 1.5, UNDER_GONE))
    ] + later(tuned_out(), 140.0),
    "the first loop chatters while he pays": later(
        [(0.0, CAR), (0.4, read()), (2.0, CAR_GONE), (3.0, CAR), (5.0, CAR_GONE), (5.5, PAYS)]
    ),
    "the first loop feels him again while he pays": later(
        [(0.0, CAR), (0.4, read()), (2.0, CAR_GONE), (4.0, PAYS), (6.0, CAR)]
    ),
    "his arm came down again before he drove on, and he backs out": later(
        [(0.0, CAR), (0.4, read()), (1.0, OPEN), (1.1, PULSED), (1.2, AWAY), (3.0, UP), (4.0, AWAY),
         (5.9, DOWN), (8.0, CAR_GONE)]
    ),
    "the board came back in between": later(
        [*PAYS_UNFELT, (5.0, barrier.BoardSilent("no answer")), (6.0, READY)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STAYS_SOUND)
def test_what_has_another_reason_makes_no_loop_suspected(story):
    early = "motorcycle" in story
    first = sound_cars(1) if early else LEARNT
    doctor = told([*first, *STAYS_SOUND[story]], 80.0 if early else 160.0)
    assert suspected(doctor) == set()
    assert not holding(doctor) & {"barrier.arming-loop-dead", "barrier.safety-loop-dead"}


def test_a_sound_car_between_two_that_a_loop_let_go_of_makes_none_of_them_a_proof():
    cars = [*later(tuned_out(), 120.0), *later(car(0.0), 140.0), *later(tuned_out(), 160.0)]
    doctor = told([*LEARNT, *cars], 178.0)
    assert suspected(doctor) == {"barrier.arming-loop-dead"}
    assert found(doctor) == set()


def busy(first_loop, every_s=4.0):
    """Cars every 13 s past a second loop that comes and goes by itself as well."""
    ghosts = [(at, what) for n in range(10) for at, what in
              ((n * every_s, UNDER), (n * every_s + every_s / 2, UNDER_GONE))]  # fmt: skip
    cars = [
        line
        for n in range(3)
        for line in ((n * 13.0 + 1.0, CAR), (n * 13.0 + 1.4, read()), (n * 13.0 + 3.0, CAR_GONE))
        if first_loop or line[1] not in (CAR, CAR_GONE)
    ]
    return later([*ghosts, *cars])


def test_a_second_loop_that_comes_and_goes_between_cars_chatters():
    assert "barrier.loop-chatter" in holding(told([*LEARNT, *busy(first_loop=True)], 162.0))


def test_cars_that_the_camera_reads_and_the_first_loop_does_not_feel_are_no_chatter():
    seen = [(n * 9.0, what) for n in range(4) for what in (read(), UNDER)]
    gone = [(n * 9.0 + 2.0, UNDER_GONE) for n in range(4)]
    doctor = told([*LEARNT, (115.0, UP), *later([*seen, *gone])], 160.0)
    assert "barrier.loop-chatter" not in found(doctor)


def test_an_arm_that_leans_on_a_stuck_second_loop_makes_it_not_suspected_of_seeing_nothing():
    doctor = told([*LEARNT, (118.0, UNDER), *later(NOT_UNDER)], 132.0)
    assert "barrier.safety-loop-dead" not in suspected(doctor)
