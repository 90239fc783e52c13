"""Kinematics: times worked out by hand from s = v t + a t^2 / 2."""

from math import sqrt

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.car import Car, Geometry, Zone

LANE = Geometry()


def car(length_m: float = 4.2, acceleration: float = 2.0, braking: float = 1.5) -> Car:
    made = Car("TEST1", LANE, length_m, acceleration, braking)
    made.place(LANE.turn_in_m, 3.0, 0.0)
    return made


def crossings(made: Car) -> list[tuple[float, Zone, bool]]:
    found = []
    while made.deadline() != NEVER:
        crossing = made.cross()
        if crossing is not None:
            found.append((crossing.at_s, crossing.zone, crossing.entering))
    return found


def test_an_approach_stands_at_the_stop_line_at_the_time_worked_out_by_hand() -> None:
    # 18.7 m at 3 m/s, the last 3 m braking at 1.5 m/s2: 15.7 / 3 + 3 / 1.5 seconds.
    made = car()
    assert made.drive_to(LANE.stop_m, 0.0) == pytest.approx(15.7 / 3 + 2.0)
    assert made.front_m(60.0) == pytest.approx(LANE.stop_m)


def test_the_arming_loop_is_reached_at_the_time_worked_out_by_hand() -> None:
    # 0.8 m of braking from 3 m/s: t = (3 - sqrt(9 - 2 * 1.5 * 0.8)) / 1.5 after 15.7 m at 3 m/s.
    made = car()
    made.drive_to(LANE.stop_m, 0.0)
    expected = 15.7 / 3 + (3 - sqrt(9 - 2 * 1.5 * 0.8)) / 1.5
    assert crossings(made) == [
        (pytest.approx(expected), Zone.ARMING, True),
        (pytest.approx(expected), Zone.VIEW, True),
    ]


@pytest.mark.parametrize(
    ("acceleration", "length_m"), [(2.0, 4.2), (1.5, 4.2), (1.5, 2.2), (1.75, 6.5)]
)
def test_leaving_from_standing_takes_sqrt_2s_over_a_to_every_edge(
    acceleration: float, length_m: float
) -> None:
    made = car(length_m, acceleration)
    made.drive_to(LANE.stop_m, 0.0)
    crossings(made)
    made.drive_off(100.0)
    found = {(zone, entering): at_s - 100.0 for at_s, zone, entering in crossings(made)}
    ways = {
        (Zone.SAFETY, True): 0.3,
        (Zone.UNDER_ARM, True): 1.2,
        (Zone.VIEW, False): 1.3,
        (Zone.ARMING, False): length_m - 0.7,
        (Zone.UNDER_ARM, False): 1.4 + length_m,
        (Zone.SAFETY, False): 2.3 + length_m,
    }
    for key, way in ways.items():
        ramp_m = 4.5 * 4.5 / (2 * acceleration)
        slow = sqrt(2 * way / acceleration)
        fast = 4.5 / acceleration + (way - ramp_m) / 4.5
        assert found[key] == pytest.approx(slow if way <= ramp_m else fast), key


def test_backing_out_leaves_the_arming_loop_backwards_and_then_the_lane() -> None:
    made = car()
    made.drive_to(LANE.stop_m, 0.0)
    crossings(made)
    made.back_out(50.0)
    left = [(zone, entering) for _, zone, entering in crossings(made)]
    assert left == [(Zone.ARMING, False), (Zone.VIEW, False), (Zone.LANE, False)] or left == [
        (Zone.VIEW, False),
        (Zone.ARMING, False),
        (Zone.LANE, False),
    ]


def test_a_change_of_plan_midway_keeps_place_and_speed() -> None:
    made = car()
    made.drive_to(LANE.stop_m, 0.0)
    before = made.front_m(6.0)
    made.drive_off(6.0)
    assert made.front_m(6.0) == pytest.approx(before)
    assert made.front_m(6.001) - before == pytest.approx(
        0.001 * (3.0 - 1.5 * (6.0 - 15.7 / 3)), rel=1e-3
    )


def test_a_stop_too_near_is_braked_for_harder_and_still_met() -> None:
    made = car()
    made.place(LANE.stop_m - 1.0, 3.0, 0.0)
    assert made.drive_to(LANE.stop_m, 0.0) == pytest.approx(2 * 1.0 / 3.0)
    assert made.front_m(10.0) == pytest.approx(LANE.stop_m)
