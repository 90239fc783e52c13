"""A lane that starts with a fault and never saw its arm sound: named all the same, and alone."""

from random import Random

import pytest

from health.told import AWAY, CAR, CAR_GONE, DOWN, OPEN, PULSED, UNDER, UNDER_GONE, UP, found, told
from kiosk.core.health.model import Device
from kiosk.core.lane.events import OpenRequested
from kiosk.core.settings import LaneSettings
from kiosk_sim.site.campaign import READY_S
from kiosk_sim.site.scenario import Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane

SWITCHES = (
    "barrier.open-limit-dead",
    "barrier.open-limit-stuck",
    "barrier.closed-limit-stuck",
    "barrier.limits-swapped",
    "barrier.limits-both",
)
HELP_S = 30.0
"""A car that stands for so long is let out by the staff."""


@pytest.mark.parametrize("headway_s", [9.0, 20.0], ids=["dense", "loose"])
@pytest.mark.parametrize("travel_s", [6.0, 12.0])
@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_that_was_never_sound_is_named_whatever_the_settings_allow(
    name, travel_s, headway_s
):
    settings = LaneSettings(arm_travel_s=travel_s)
    lane = VirtualLane(LanePlan(seed=4, settings=settings))
    for guest in guests(Random(4), 8, (Kind.CARD, Kind.FREE), headway_s=headway_s, from_s=READY_S):
        lane.expect(guest)
    lane.plant(name, Random(0))
    while lane.shell.now < READY_S + 150.0:
        lane.run(lane.shell.now + HELP_S)
        if lane.world.traffic.head is not None:
            lane.tell(OpenRequested("desk"))
    assert found(lane.doctor) == {name}


def unseen(at, up=()):
    """A car that leaves below an arm that reports its lower limit alone."""
    lines = [(0.0, CAR), (2.0, OPEN), (2.1, PULSED), (2.3, AWAY), *up]
    lines += [(5.5, UNDER), (6.5, CAR_GONE), (7.0, UNDER_GONE), (9.5, DOWN)]
    return [(at + after, what) for after, what in lines]


def swapped_and_dense(at):
    """The next car pays as the arm, which is up and says down, begins to close; it turns round."""
    lines = [(0.0, CAR), (2.0, OPEN), (2.1, PULSED), (4.0, AWAY), (5.0, UNDER), (5.4, DOWN),
             (6.0, CAR_GONE), (6.5, UNDER_GONE)]  # fmt: skip
    return [(at + after, what) for after, what in lines]


def late(at):
    """One car that drives on later than the settings allow an arm to take."""
    lines = [(0.0, CAR), (2.0, OPEN), (2.1, PULSED), (2.3, AWAY), (9.0, UNDER), (9.8, CAR_GONE),
             (10.2, UNDER_GONE), (12.0, DOWN)]  # fmt: skip
    return [(at + after, what) for after, what in lines]


def test_one_car_that_comes_late_proves_it_and_nothing_is_found_twice():
    doctor = told([*late(10.0), *unseen(40.0)], 60.0)
    (proved,) = doctor.findings.of(Device.BARRIER)
    assert proved.code == "barrier.open-limit-dead"
    assert dict(proved.evidence) == {"between_s": "6.7"}


CASES = [
    ("two cars below an arm never seen up", [*unseen(10.0), *unseen(30.0)], True),
    ("one car is too few", unseen(10.0), False),
    ("it was up between them", [*unseen(10.0), *unseen(30.0, [(4.5, UP)]), *unseen(50.0)], False),
    ("it leaves the limit late", [*swapped_and_dense(10.0), *swapped_and_dense(30.0)], False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lines", "named"), CASES, ids=[each[0] for each in CASES])
def test_without_a_usual_time_two_cars_below_it_tell_of_a_dead_upper_limit(why, lines, named):
    assert ("barrier.open-limit-dead" in found(told(lines, 80.0))) is named, why
