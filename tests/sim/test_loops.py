"""A loop detector's delay, hold, tune-out and faults, to the millisecond."""

from math import nextafter

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.loops import HOLD_S, Loop, Stuck


def reported(loop: Loop, until_s: float) -> list[tuple[float, bool]]:
    """Run the loop by its own deadlines and note when its contact changes."""
    changes = []
    while (due := loop.deadline()) <= until_s:
        if loop.tick(due):
            changes.append((due, loop.reports))
        assert loop.deadline() > due, "a tick at the deadline must make it fall due"
    return changes


@pytest.mark.parametrize("delay_s", [0.025, 0.05, 0.2])
def test_the_contact_follows_the_car_by_the_detectors_delay(delay_s: float) -> None:
    loop = Loop("arming", delay_s)
    loop.over(True, 10.0)
    assert not loop.tick(nextafter(10.0 + delay_s, 0.0))
    assert reported(loop, 12.0) == [(10.0 + delay_s, True)]
    loop.over(False, 12.0)
    assert reported(loop, 20.0) == [(12.0 + delay_s, False)]
    assert loop.deadline() == NEVER


def test_a_short_presence_is_held_for_the_minimum_signal() -> None:
    loop = Loop("safety", 0.025)
    loop.over(True, 1.0)
    first = reported(loop, 1.05)
    loop.over(False, 1.06)
    assert first + reported(loop, 9.0) == [(1.025, True), (1.025 + HOLD_S, False)]


def test_a_car_that_stands_too_long_is_taken_for_the_road() -> None:
    loop = Loop("arming", 0.05, tune_out_s=300.0)
    loop.over(True, 0.0)
    assert reported(loop, 1000.0) == [(0.05, True), (300.05, False)]
    assert loop.occupied
    assert loop.tuned_out == 1
    loop.over(False, 1000.0)
    assert reported(loop, 2000.0) == []
    loop.over(True, 2000.0)
    assert reported(loop, 2001.0) == [(2000.05, True)]


def test_a_stuck_detector_reports_its_fault_whatever_the_car_does() -> None:
    loop = Loop("safety", 0.05)
    loop.break_down(Stuck.OCCUPIED, 5.0)
    assert reported(loop, 6.0) == [(5.0, True)]
    loop.over(True, 7.0)
    loop.over(False, 8.0)
    assert reported(loop, 20.0) == []
    loop.break_down(None, 20.0)
    assert reported(loop, 30.0) == [(20.05, False)]
    loop.over(True, 30.0)
    loop.break_down(Stuck.FREE, 30.0)
    assert reported(loop, 40.0) == []
    assert repr(loop) == "<Loop safety free stuck=Stuck.FREE tuned_out=0>"
