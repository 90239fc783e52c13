"""What a room of health remembers is bounded, and what is older than that counts no more."""

import pytest

from health.told import AWAY, CAR, CAR_GONE, OPEN, READY, UP, read
from kiosk.core.health.findings import Findings
from kiosk.core.health.rooms.barrier_arm import ArmRoom
from kiosk.core.health.rooms.barrier_loops import EDGES_MAX, LEADS_MAX, Arrivals, LoopRoom
from kiosk.core.health.rooms.episode import TRACE_MAX
from kiosk.core.health.rooms.standing_open import CLOSINGS_MAX, StandingOpen
from kiosk.core.health.rooms.travel import SAMPLES_MAX, Travel


def test_the_usual_time_of_an_arm_is_that_of_its_latest_movements():
    travel = Travel()
    for seconds in [2.0] * 2 * SAMPLES_MAX + [2.1] * SAMPLES_MAX:
        assert not travel.took(seconds, 6.0)
    assert travel.usual_s == 2.1


def test_how_long_an_arm_stays_up_is_known_from_its_latest_closings():
    findings = Findings()
    standing = StandingOpen(findings)
    for closes_s in [2.9] + [1.0] * CLOSINGS_MAX:
        standing.passed(True, 0.0)
        standing.closes(closes_s)
    standing.passed(True, 0.0)
    standing.tick(0.0, False, 5.0)
    assert not findings.holds("barrier.stays-open")
    standing.tick(0.0, False, 5.1)
    assert findings.holds("barrier.stays-open")


def test_no_more_arrivals_at_a_loop_are_kept_than_prove_chatter():
    arrivals = Arrivals()
    assert max(arrivals.add(1.0) for _ in range(3 * EDGES_MAX)) == EDGES_MAX


@pytest.mark.parametrize("cars", [LEADS_MAX - 1, 3 * LEADS_MAX])
def test_how_soon_cars_follow_their_reading_is_kept_of_the_latest(cars):
    room = LoopRoom(Findings())
    room.hear(READY, 0.0)
    for number in range(cars):
        for after_s, event in ((0.0, read()), (0.5, CAR), (9.0, CAR_GONE)):
            room.hear(event, 30.0 * number + after_s)
    assert list(room._leads) == [0.5] * min(cars, LEADS_MAX)


def test_an_arm_that_swings_for_ever_is_judged_by_its_first_changes():
    room = ArmRoom(Findings(), 6.0)
    room.hear(READY, 0.0)
    room.ordered(OPEN, 1.0)
    for number in range(TRACE_MAX):
        room.hear(UP if number % 2 else AWAY, 1.1 + 0.1 * number)
    assert room._episode is not None
    first = list(room._episode.trace)
    assert len(first) == TRACE_MAX
    room.hear(AWAY, 9.0)
    assert room._episode.trace == first
