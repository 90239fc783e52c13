"""What the doctor costs a lane: its own time per exit, beside the machine's share of that exit."""

from collections.abc import Iterator
from random import Random
from statistics import median
from time import process_time
from typing import Final

from kiosk_sim.site.bench.figures import Figure, figure
from kiosk_sim.site.campaign import EXIT_S_MAX, READY_S, outcome_of
from kiosk_sim.site.scenario import HEADWAY_S, Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane

SEED: Final = 7

SHARE_MAX: Final = 0.05
"""The doctor may take so much of the machine's share, and no more."""


def costs(exits: int, runs: int) -> Iterator[Figure]:
    """Lanes with and without the doctor, in turns, so that a busy machine slows both."""
    with_s: list[float] = []
    without_s: list[float] = []
    shares: dict[bool, float] = {}
    for _ in range(runs):
        for watched, took in ((False, without_s), (True, with_s)):
            seconds, shares[watched] = _driven(exits, watched)
            took.append(seconds / exits)
    own_ms = [1000 * (a - b) for a, b in zip(with_s, without_s, strict=True)]
    share_ms = 1000 * shares[False]
    yield figure(
        "machine share, virtual mix, with the doctor",
        "ms",
        [1000 * shares[True]],
        against=("without it", share_ms),
    )
    yield figure(
        "the doctor's own time per exit",
        "ms",
        own_ms,
        goal=f"<= {SHARE_MAX:.0%} of the machine's share",
        against=("machine share", share_ms),
    )


def _driven(exits: int, watched: bool) -> tuple[float, float]:
    """CPU seconds of these exits, and the median of the machine's share."""
    lane = VirtualLane(LanePlan(seed=SEED, doctor=watched))
    cars = guests(Random(SEED), exits, tuple(Kind), headway_s=HEADWAY_S, from_s=READY_S)
    for guest in cars:
        lane.expect(guest)
    began = process_time()
    lane.run(READY_S + exits * EXIT_S_MAX, exits)
    took_s = process_time() - began
    return took_s, median(record.machine_s for record in outcome_of(lane).records)
