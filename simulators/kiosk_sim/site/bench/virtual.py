"""Lanes in virtual time: how much the machine takes of an exit, and how many exits a second run."""

from collections.abc import Iterator
from random import Random
from statistics import median
from time import process_time
from typing import Final

from kiosk_sim.site.bench.figures import Figure, figure
from kiosk_sim.site.bench.lines import SPEEDS, line_seconds
from kiosk_sim.site.campaign import EXIT_S_MAX, READY_S, Outcome, outcome_of, run
from kiosk_sim.site.scenario import HEADWAY_S, Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane

QUEUE_HEADWAY_S: Final = 1.0
"""Cars come faster than they can leave, so that one stands behind the other."""

QUEUE_EXITS_MAX: Final = 40
"""Cars of one queue: the last of more would stand there until its free time or grace is over."""

SEED: Final = 7


def shares(exits: int) -> Iterator[Figure]:
    """The machine's share of card exits and free ones, beside what the lines alone take."""
    for speeds in SPEEDS:
        plan = speeds.plan(LanePlan(seed=SEED))
        for kind in (Kind.CARD, Kind.FREE):
            limit_ms = 1000 * median(line_seconds(plan, kind))
            yield share_of(run(plan, exits, (kind,)), f"virtual {kind.value} {speeds}", limit_ms)


def share_of(outcome: Outcome, name: str, limit_ms: float) -> Figure:
    """The machine's share of these exits; its high end is the 99th percentile."""
    return Figure(
        f"machine share, {name}",
        "ms",
        1000 * outcome.share(0.5),
        1000 * outcome.share(0.0),
        1000 * outcome.share(0.99),
        outcome.exits,
        against="line limit",
        against_value=limit_ms,
    )


def speed(exits: int, runs: int) -> Iterator[Figure]:
    """Exits per second of one core, for the mix and each kind alone, and for a standing queue."""
    queue = min(exits, QUEUE_EXITS_MAX)
    for cars, headway_s, how in (
        (exits, HEADWAY_S, "200 cars/h"),
        (queue, QUEUE_HEADWAY_S, f"queue of {queue}"),
    ):
        for kinds in (tuple(Kind), *((kind,) for kind in Kind)):
            name = "mix" if len(kinds) > 1 else kinds[0].value
            goal = ">= 500" if name == "mix" else ""
            lanes = [_timed(cars, kinds, headway_s) for _ in range(runs)]
            yield figure(
                f"virtual exits, {name}, {how}", "1/s", [each[0] for each in lanes], goal=goal
            )
            if name == "mix":
                lane = lanes[0][1]
                polls = lane.board.grades.requests
                yield figure(f"steps per exit, {how}", "", [lane.shell.steps / cars])
                yield figure(f"polls per exit, {how}", "", [polls / cars])


def poll_cost(runs: int) -> Figure:
    """What one poll of an empty lane costs: both halves, both lines, controller and shell."""
    lane = VirtualLane(LanePlan(seed=SEED))
    lane.run(READY_S)
    costs = []
    for _ in range(runs):
        polls, began = lane.board.grades.requests, process_time()
        lane.run(lane.shell.now + 300.0)
        costs.append((process_time() - began) * 1e6 / (lane.board.grades.requests - polls))
    return figure("Modbus poll exchange, virtual, all parties", "us", costs, goal="<= 10")


def _timed(exits: int, kinds: tuple[Kind, ...], headway_s: float) -> tuple[float, VirtualLane]:
    began = process_time()
    lane = VirtualLane(LanePlan(seed=SEED))
    for guest in guests(Random(SEED), exits, kinds, headway_s=headway_s, from_s=READY_S):
        lane.expect(guest)
    lane.run(READY_S + exits * EXIT_S_MAX, exits)
    took_s = process_time() - began
    assert not outcome_of(lane).violations, outcome_of(lane).violations
    return exits / took_s, lane
