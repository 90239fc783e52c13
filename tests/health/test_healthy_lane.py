"""A lane where nothing is wrong is called well: whatever the traffic, nothing is named."""

from random import Random

import pytest

from kiosk.core.settings import LaneSettings
from kiosk_sim.devices.camera import Sight
from kiosk_sim.site.campaign import EXIT_S_MAX, READY_S
from kiosk_sim.site.scenario import Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane
from kiosk_sim.world.profiles import PROFILES


def healthy(plan, exits, headway_s):
    lane = VirtualLane(plan)
    cars = list(guests(Random(plan.seed), exits, tuple(Kind), headway_s=headway_s, from_s=READY_S))
    for car in cars:
        lane.expect(car)
    lane.run(cars[-1].at_s + EXIT_S_MAX, exits)
    assert len(lane.reports) == exits
    return lane.doctor


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("headway_s", [9.0, 18.0, 60.0])
def test_nothing_is_named_in_a_sound_lane(profile, headway_s):
    figures = PROFILES[profile]
    settings = LaneSettings(arm_travel_s=max(6.0, figures.arm_travel_s * 1.5))
    plan = LanePlan(seed=3, profile=figures, settings=settings)
    doctor = healthy(plan, 40, headway_s)
    assert doctor.looks > 100
    assert doctor.findings.changes == doctor.findings.suspicions == 0, doctor


def test_a_camera_that_misses_a_car_now_and_then_is_sound():
    sight = Sight(no_read_share=0.03, silent_share=0.01, unsure_share=0.02, misread_share=0.03)
    doctor = healthy(LanePlan(seed=5, sight=sight), 200, 18.0)
    assert doctor.findings.changes == 0, doctor
    odd = 200 * (sight.no_read_share + sight.silent_share + sight.unsure_share)
    assert 0 < doctor.findings.suspicions <= 1.5 * odd, doctor
    assert not doctor.findings.suspected, "the next sound car ends a suspicion"


def test_watching_changes_not_one_byte_of_a_lane():
    def timeline(watched):
        lane = VirtualLane(LanePlan(seed=11, doctor=watched))
        for car in guests(Random(11), 20, tuple(Kind), from_s=READY_S):
            lane.expect(car)
        lane.run(READY_S + 20 * 30.0, 20)
        return lane.shell.timeline_sha256()

    assert timeline(True) == timeline(False)
