"""Where the seconds of many exits went: one row for each stage. It decides nothing.

Every moment of an exit belongs to one stage: to a person who was busy, else to a device, of several
to the one that was busy for longest, else to the machine, after what came before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiosk_sim.world.ledger import ExitRecord, Share


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, over all exits; an exit without it counts with no time."""

    who: str
    what: str
    p50_s: float
    p95_s: float
    max_s: float


def stages(records: Sequence[ExitRecord]) -> tuple[Stage, ...]:
    """The stages of these exits, in the order in which they begin."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(records))
    began: dict[tuple[str, str], list[float]] = defaultdict(list)
    for number, record in enumerate(records):
        for start_s, end_s, who, what in moments(record):
            if not taken[who, what][number]:
                began[who, what].append(start_s)
            taken[who, what][number] += end_s - start_s
    in_order = sorted(taken, key=lambda key: sum(began[key]) / len(began[key]))
    return tuple(
        Stage(*key, at(taken[key], 0.5), at(taken[key], 0.95), max(taken[key])) for key in in_order
    )


def moments(record: ExitRecord) -> Iterator[tuple[float, float, str, str]]:
    """(start_s, end_s, whose, what) without gap or overlap, counted from the arming loop."""
    rows = [row for row in record.stretches() if row[2] != "machine"]
    edges = sorted({0.0, record.total_s, *(edge for row in rows for edge in row[:2])})
    before = "the loop"
    for start_s, end_s in pairwise(edges):
        busy = [row for row in rows if row[0] <= start_s and row[1] >= end_s]
        if not busy:
            yield start_s, end_s, "machine", f"after {before}"
            continue
        _, _, who, what = max(busy, key=lambda row: (row[2] == Share.PEOPLE.value, row[1] - row[0]))
        before = what
        yield start_s, end_s, who, what


def as_lines(found: Iterable[Stage]) -> list[str]:
    """A table for people."""
    wide = [f"{'':<8}{'stage':<44}{'50 %':>8}{'95 %':>8}{'max':>8}"]
    return wide + [
        f"{each.who:<8}{each.what:<44}{each.p50_s:8.3f}{each.p95_s:8.3f}{each.max_s:8.3f}"
        for each in found
    ]


def at(values: Sequence[float], quantile: float) -> float:
    """The value that this share of all values does not exceed; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(int(quantile * len(ordered)), len(ordered) - 1)]
