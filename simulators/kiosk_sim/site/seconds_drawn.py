"""Draws one exit for people: who had which second, as bars beside the goal of ten seconds."""

from collections.abc import Iterator
from typing import Final

from kiosk_sim.world.ledger import ExitRecord

GOAL_S: Final = 10.0
BAR_CHARS: Final = 40
WHAT_CHARS_MIN: Final = 27

DRAWN_MIN_S: Final = 0.01
"""Shorter stretches are in the sums, but not drawn: a terminal's few milliseconds per answer."""


def drawn(record: ExitRecord) -> Iterator[str]:
    """One exit as bars on a scale that ends at ten seconds, or later for a slower exit."""
    scale = BAR_CHARS / max(record.total_s, GOAL_S)
    stretches = [each for each in record.stretches() if each[1] - each[0] >= DRAWN_MIN_S]
    wide = max([WHAT_CHARS_MIN, *(len(what) + 1 for _, _, _, what in stretches)])
    for start_s, end_s, who, what in stretches:
        left, width = int(start_s * scale), max(1, round((end_s - start_s) * scale))
        bar = (" " * left + "█" * width)[:BAR_CHARS].ljust(BAR_CHARS)
        yield f"{who:<8}{what:<{wide}}{end_s - start_s:7.3f} s |{bar}|"
    yield (
        f"{'arm up':<{wide + 8}}{record.total_s:7.3f} s  people {record.people_s:.2f}, "
        f"devices {record.devices_s:.2f}, machine {record.machine_s:.3f}"
    )
