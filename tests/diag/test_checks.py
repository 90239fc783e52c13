"""The guided checks judge what was seen, and nothing that was not."""

import pytest

from kiosk.core.checks.aim import EARLY_S, LATE_S, Aim
from kiosk.core.checks.wiring import BOUNCE_S, BOUNCES, DO, WalkThrough, Wire
from kiosk_hw.barriers.model import Wiring

WIRES = (Wire("arming_loop", 3), Wire("fire", 5, inverted=True), Wire("door", 8))


def states(*on: int) -> list[bool]:
    return [number in on for number in range(1, 9)]


def test_the_first_sample_is_no_change_and_each_change_is_told_once() -> None:
    walk = WalkThrough(WIRES)
    assert walk.sample(states(5), 0.0) == []
    assert walk.sample(states(5), 1.0) == []
    assert walk.sample(states(3, 5), 2.0) == [("arming_loop", True)]
    assert walk.sample(states(3), 3.0) == [("fire", True)]
    assert walk.sample(states(5), 4.0) == [("arming_loop", False), ("fire", False)]


def test_an_input_is_missing_until_it_was_seen_on_and_off() -> None:
    walk = WalkThrough(WIRES)
    walk.sample(states(5), 0.0)
    assert set(walk.missing()) == {"arming_loop", "fire", "door"}
    assert set(walk.never(True)) == {"arming_loop", "fire", "door"}
    walk.sample(states(3, 8), 1.0)
    assert walk.missing() == ()
    assert walk.never(False) == ()


def test_an_input_that_was_on_all_the_time_was_never_seen_off() -> None:
    walk = WalkThrough(WIRES)
    for second in range(5):
        walk.sample(states(3, 5), float(second))
    assert walk.never(False) == ("arming_loop",)


def test_a_contact_that_bounces_again_and_again_chatters_and_a_slow_one_does_not() -> None:
    quick, slow = WalkThrough(WIRES), WalkThrough(WIRES)
    for number in range(2 * BOUNCES):
        on = states(3, 5) if number % 2 else states(5)
        quick.sample(on, number * BOUNCE_S * 0.9)
        slow.sample(on, number * BOUNCE_S * 1.1)
    assert quick.chattering() == ("arming_loop",)
    assert slow.chattering() == ()


def test_a_board_with_fewer_inputs_than_are_wired_misses_them() -> None:
    walk = WalkThrough(WIRES)
    walk.sample([True] * 4, 0.0)
    walk.sample([False] * 4, 1.0)
    assert set(walk.missing()) == {"fire", "door"}


def test_every_input_that_can_be_wired_has_words_for_what_moves_it() -> None:
    names = {name for name in Wiring.__dataclass_fields__ if not name.endswith("_output")}
    assert set(DO) == names


def test_cars_are_read_before_the_loop_or_soon_after_it() -> None:
    aim = Aim()
    aim.read(0.9, False, 0.0)
    aim.car(EARLY_S)
    aim.car(100.0)
    aim.read(0.8, False, 100.0 + LATE_S)
    assert aim.rate() == 1.0
    assert aim.confidence() == pytest.approx(0.85)
    assert aim.is_good()


@pytest.mark.parametrize("at_s", [100.0 - EARLY_S - 0.1, 100.0 + LATE_S + 0.1])
def test_a_read_of_another_time_is_of_another_car(at_s: float) -> None:
    aim = Aim()
    if at_s < 100.0:
        aim.read(0.9, False, at_s)
        aim.car(100.0)
    else:
        aim.car(100.0)
        aim.read(0.9, False, at_s)
    assert aim.rate() == 0.0


def test_one_read_counts_for_one_car() -> None:
    aim = Aim()
    aim.read(0.9, False, 0.0)
    aim.car(1.0)
    aim.car(2.0)
    assert aim.rate() == 0.5
    aim.read(0.9, False, 3.0)
    assert aim.rate() == 1.0


@pytest.mark.parametrize(
    ("reads", "good"),
    [
        ([(0.95, False)] * 20, True),
        ([(0.95, False)] * 19 + [(0.95, True)], True),
        ([(0.95, False)] * 18 + [(0.95, True)] * 2, False),
        ([(0.79, False)] * 20, False),
        ([(None, False)] * 20, True),
        ([], False),
    ],
)
def test_the_aim_is_good_by_rate_and_confidence(
    reads: list[tuple[float | None, bool]], good: bool
) -> None:
    aim = Aim()
    for number, (confidence, doubtful) in enumerate(reads):
        aim.car(number * 60.0)
        aim.read(confidence, doubtful, number * 60.0 + 1.0)
    assert aim.is_good() is good


def test_the_last_car_has_its_time_before_it_counts_as_unread() -> None:
    aim = Aim()
    assert aim.settled(0.0)
    aim.car(10.0)
    assert not aim.settled(10.0 + LATE_S)
    assert aim.settled(10.1 + LATE_S)
    assert aim.cars == 1
