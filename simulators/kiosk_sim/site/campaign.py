"""Many exits in virtual time, and what they came to: seconds, shares, violations, one hash."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from kiosk_sim.site.scenario import HEADWAY_S, Kind, guests
from kiosk_sim.site.stages import at
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane
from kiosk_sim.world.ledger import ExitRecord
from kiosk_sim.world.phone import PhoneHabits

READY_S: Final = 8.0
"""From power-on to the first car: the terminal registers and says its last receipt."""

EXIT_S_MAX: Final = 120.0
"""Simulated seconds that one exit may take before a campaign gives up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a campaign found. Seconds are from the arming loop to the arm's upper limit."""

    seed: int
    exits: int
    records: tuple[ExitRecord, ...]
    violations: tuple[str, ...]
    alarms: tuple[str, ...]
    taken_minor: int
    timeline_sha256: str

    def share(self, quantile: float) -> float:
        """The machine's own seconds at this quantile of all exits."""
        return at([record.machine_s for record in self.records], quantile)

    def total(self, quantile: float) -> float:
        """The whole seconds at this quantile of all exits."""
        return at([record.total_s for record in self.records], quantile)

    def questions(self) -> list[int]:
        """How often the gateways were asked for something, for each exit."""
        return [sum(b.what == "gateway" for b in record.bookings) for record in self.records]

    def worst(self) -> ExitRecord:
        """The slowest exit."""
        return max(self.records, key=lambda record: record.total_s)

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON; seconds of people and devices are means per exit."""
        count = max(len(self.records), 1)
        return {
            "seed": self.seed,
            "exits": self.exits,
            "p50_s": round(self.total(0.5), 3),
            "p95_s": round(self.total(0.95), 3),
            "max_s": round(self.total(1.0), 3),
            "machine_share_p50_ms": round(self.share(0.5) * 1000, 1),
            "machine_share_p99_ms": round(self.share(0.99) * 1000, 1),
            "people_s": round(sum(record.people_s for record in self.records) / count, 3),
            "devices_s": round(sum(record.devices_s for record in self.records) / count, 3),
            "taken_minor": self.taken_minor,
            "violations": list(self.violations),
            "alarms": list(self.alarms),
            "timeline_sha256": self.timeline_sha256,
        }


def run(
    plan: LanePlan,
    exits: int,
    kinds: Sequence[Kind] = tuple(Kind),
    *,
    headway_s: float = HEADWAY_S,
    phone: PhoneHabits | None = None,
) -> Outcome:
    """Send `exits` cars through one lane of this plan, one kind after the other.

    With `phone` nobody has a card: whoever has to pay does it by code.
    """
    lane = VirtualLane(plan)
    arriving = list(guests(Random(plan.seed), exits, kinds, headway_s=headway_s, from_s=READY_S))
    for guest in arriving:
        lane.expect(guest if phone is None else replace(guest, cards=(), phone=phone))
    last_s = arriving[-1].at_s if arriving else READY_S
    lane.run(last_s + EXIT_S_MAX, exits)
    return outcome_of(lane)


def outcome_of(lane: VirtualLane) -> Outcome:
    """What a lane has come to so far."""
    records = tuple(record for record in lane.world.ledger.exits if record.t1_s is not None)
    return Outcome(
        seed=lane.plan.seed,
        exits=len(records),
        records=records,
        violations=tuple(lane.world.oracle.violations),
        alarms=tuple(alarm.kind for alarm in lane.alarms if alarm.on),
        taken_minor=_taken_minor(lane),
        timeline_sha256=lane.shell.timeline_sha256(),
    )


def _taken_minor(lane: VirtualLane) -> int:
    """What the operator has by card and by code."""
    by_card = lane.terminal.books.taken_minor() if lane.terminal is not None else 0
    return by_card + (lane.codes.taken_minor() if lane.codes is not None else 0)
