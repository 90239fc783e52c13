"""Plants faults in simulated lanes with cars as usual, and notes what they are called, and when.

No expectation is here but one: the fault's own name, and no other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Any

from kiosk.core.lane.events import OpenRequested
from kiosk.core.settings import LaneSettings
from kiosk_hw.terminals.model import Transport
from kiosk_hw.terminals.zvt_tcp import DEVICE as ZVT_TCP
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.faults.terminal import transport_of
from kiosk_sim.site.campaign import READY_S
from kiosk_sim.site.lane_plan import CodePlan
from kiosk_sim.site.scenario import Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane, plan_with_codes
from kiosk_sim.world.arm import Motion
from kiosk_sim.world.profiles import SLOW, TYPICAL, Profile

KINDS = (Kind.CARD, Kind.CARD, Kind.PREPAID, Kind.CARD, Kind.FREE)
HEADWAY_S = 14.0
"""260 cars an hour: a lane by day."""

LEAD_IN_CARS = 6
"""Cars that leave before the fault: a lane that has been at work for two minutes."""

WATCHED_S = 150.0
"""How long the lane goes on with the fault."""

STANDS_S = 25.0
"""A car that stands for so long is let out by the staff, who were called."""

SLOW_PACE = 2.3
"""How much slower everything goes in a lane of slow people and devices."""

STEP_S = 0.5


class Moment(Enum):
    """What goes on in the lane when the fault begins."""

    IDLE = "idle"
    WAITING = "a car waits"
    LEAVING = "a car leaves"


@dataclass(slots=True)
class Case:
    """One planted fault and what came of it."""

    name: str
    seed: int
    moment: Moment
    planted_s: float = 0.0
    found: dict[str, float] = field(default_factory=dict)
    """Each code that was ever found, and after how many seconds."""
    suspected: dict[str, float] = field(default_factory=dict)
    """Each code that was ever suspected, and after how many seconds."""
    car_s: float | None = None
    """After how many seconds the first car came that can have shown the fault."""
    at_end: tuple[str, ...] = ()
    brought: frozenset[str] = frozenset()
    """What the fault has truly brought about besides: a car that hit the arm."""

    @property
    def is_right(self) -> bool:
        return self.name in self.found and not self.others

    @property
    def others(self) -> set[str]:
        """Names that it was given, or suspected of, besides its own."""
        return (self.found.keys() | self.suspected.keys()) - self.brought - {self.name}

    @property
    def proved_after_s(self) -> float | None:
        return self.found.get(self.name)

    @property
    def named_after_s(self) -> float | None:
        """When a technician read its name first, as suspected or as found."""
        times = [told[self.name] for told in (self.found, self.suspected) if self.name in told]
        return min(times, default=None)

    @property
    def from_car_s(self) -> float | None:
        """From the first car to the name; less than nothing where no car was needed."""
        if self.named_after_s is None or self.car_s is None:
            return None
        return self.named_after_s - self.car_s


def run(name: str, seed: int, moment: Moment, profile: Profile = TYPICAL, **more: Any) -> Case:
    """Plant one fault and watch; `more` is what the lane is made of."""
    case = Case(name, seed, moment)
    # A text as a seed gives the same draws in every process, as `hash` does not.
    rng = Random(f"{name}/{seed}/{moment.value}")
    pace = SLOW_PACE if profile is SLOW else 1.0
    settings = LaneSettings(arm_travel_s=max(6.0, 1.5 * profile.arm_travel_s))
    more = {"seed": seed, "profile": profile, "settings": settings, **more}
    if transport_of(name) is Transport.TCP:
        tcp = TerminalSettings(transport=Transport.TCP)
        more |= {"terminal": ZVT_TCP, "terminal_settings": tcp}
    plan = (
        plan_with_codes(CodePlan(), **more)
        if name.startswith(("gateway.", "page."))
        else LanePlan(**more)
    )
    lane = VirtualLane(plan)
    headway_s = HEADWAY_S * pace
    cars = LEAD_IN_CARS + int(WATCHED_S / HEADWAY_S) + 4
    for guest in guests(Random(seed), cars, KINDS, headway_s=headway_s, from_s=READY_S):
        lane.expect(guest)
    lane.run(READY_S + headway_s * LEAD_IN_CARS * 2, LEAD_IN_CARS)
    # Not always at the same point of a car's way, or of a poll's.
    lane.shell.run(lane.shell.now + 120.0, lambda: _is(moment, lane))
    lane.run(lane.shell.now + rng.uniform(0.0, 3.0 if moment is Moment.IDLE else 0.6))
    if not _can_arise(name, lane):
        lane.shell.run(lane.shell.now + 60.0, lambda: _can_arise(name, lane))
        lane.run(lane.shell.now + 0.5)
    before = lane.doctor.findings
    assert before.changes == before.suspicions == 0, f"told before it began: {lane.doctor!r}"
    lane.plant(name, rng)
    case.planted_s = lane.shell.now
    _watch(case, lane, pace)
    return case


SET_AT_REST = ("wrong", "framing", "lrc", "other-crc", "refuses-frames")
"""Faults of a terminal that somebody sets by its menu, which it offers between two payments."""


def _can_arise(name: str, lane: VirtualLane) -> bool:
    """Whether this fault can begin now: an arm that is up cannot be lifted by hand."""
    if name == "barrier.arm-forced":
        return lane.world.arm.motion is Motion.STILL and lane.world.arm.lower_limit(lane.shell.now)
    if name.startswith("terminal.") and any(what in name for what in SET_AT_REST):
        return lane.terminal is not None and not lane.terminal.busy
    return True


def _is(moment: Moment, lane: VirtualLane) -> bool:
    world = lane.world
    occupied, head = world.arming.reports, world.traffic.head
    match moment:
        case Moment.IDLE:
            return not world.traffic.visitors and world.arm.lower_limit(lane.shell.now)
        case Moment.WAITING:
            return occupied and head is not None and world.arm.lower_limit(lane.shell.now)
        case Moment.LEAVING:
            return world.cabinet.upper and bool(world.traffic.visitors)


def _watch(case: Case, lane: VirtualLane, pace: float) -> None:
    helped: set[int] = set()
    doctor = lane.doctor
    while lane.shell.now < case.planted_s + WATCHED_S * pace:
        lane.run(lane.shell.now + STEP_S)
        now = lane.shell.now
        codes = [found.code for found in doctor.findings.holding.values()]
        codes += [found.code for found in doctor.findings.ended]
        for code in codes:
            case.found.setdefault(code, now - case.planted_s)
        for suspicion in doctor.findings.suspected.values():
            case.suspected.setdefault(suspicion.code, now - case.planted_s)
        head = lane.world.traffic.head
        record = head.record if head is not None else None
        stands = record is not None and record.t1_s is None and now - record.t0_s > STANDS_S * pace
        if stands and id(head) not in helped:
            helped.add(id(head))
            lane.tell(OpenRequested("desk"))
    came = [each.t0_s for each in lane.world.ledger.exits if each.t0_s > case.planted_s]
    case.car_s = min(came) - case.planted_s if came else None
    if lane.world.arm.swung_off:
        case.brought = frozenset({"barrier.arm-swung-off"}) - {case.name}
    case.at_end = tuple(sorted(found.code for found in doctor.findings.holding.values()))


def quantile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


def page(cases: list[Case]) -> str:
    """The confusion matrix as text: a row for each planted fault, and what it was called."""
    by_name: dict[str, list[Case]] = {}
    for case in cases:
        by_name.setdefault(case.name, []).append(case)
    lines = [
        f"{'planted fault':<30}  times  {'named: p50':>10} {'p95':>6} {'most':>6}"
        f"  {'proved: p95':>11}  {'after its first car: p95':>24}   called"
    ]
    for name, rows in by_name.items():
        called: Counter[str] = Counter()
        for case in rows:
            called[case.name if case.is_right else _mistaken(case)] += 1
        told = ", ".join(f"{what} x{count}" for what, count in called.most_common())
        named = _times(case.named_after_s for case in rows)
        proved = _times(case.proved_after_s for case in rows)
        from_car = _times(case.from_car_s for case in rows)
        lines.append(
            f"{name:<30}  {len(rows):>5}  {quantile(named, 0.5):>10.1f}"
            f" {quantile(named, 0.95):>6.1f} {quantile(named, 1.0):>6.1f}"
            f"  {quantile(proved, 0.95):>11.1f}"
            f"  {quantile(from_car, 0.95):>24.1f}   {told}"
        )
    return "\n".join([*lines, "", summary(cases)])


def summary(cases: list[Case]) -> str:
    named = _times(case.named_after_s for case in cases)
    proved = _times(case.proved_after_s for case in cases)
    wrong = sum(1 for case in cases if case.others)
    return (
        f"{len(cases)} faults planted, {len(proved)} named"
        f" ({100 * len(proved) / len(cases):.1f} %),"
        f" {wrong} with another name, even as a suspicion\n"
        f"from fault to name   p50 {quantile(named, 0.5):.1f} s, p95 {quantile(named, 0.95):.1f} s,"
        f" most {quantile(named, 1.0):.1f} s\n"
        f"from fault to proof  p50 {quantile(proved, 0.5):.1f} s,"
        f" p95 {quantile(proved, 0.95):.1f} s, most {quantile(proved, 1.0):.1f} s"
    )


def _times(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _mistaken(case: Case) -> str:
    return "+".join(sorted(case.found.keys() | case.others)) or "nothing"
