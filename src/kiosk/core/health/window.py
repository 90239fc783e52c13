"""How often something happened lately: totals cut into slices of time. No meaning is here."""

from collections import deque
from collections.abc import Mapping
from typing import Final

WINDOW_S: Final = 60.0
"""How far back rates look: long enough for a rate, short enough that a mended cable shows."""

SLICE_S: Final = 5.0
"""How long one slice lasts; a rate forgets slice by slice."""

SLICES_MAX: Final = int(WINDOW_S / SLICE_S)
"""Slices kept of each window: what is older than `WINDOW_S` says nothing about now."""


class Window:
    """Running totals in, what happened in the last minute out. A total that falls began again."""

    __slots__ = ("_before", "_slices", "totals")

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._slices: deque[tuple[float, dict[str, int]]] = deque(maxlen=SLICES_MAX)

    def take(self, counts: Mapping[str, int], now: float) -> dict[str, int]:
        """Take the totals of now; says by how much those grew that did."""
        known = self._before
        grown = {}
        for name, count in counts.items():
            before = known.get(name, 0)
            if count != before:
                grown[name] = count - before if count > before else count
        self._before = dict(counts)
        if not self._slices or now - self._slices[-1][0] >= SLICE_S:
            self._slices.append((now, {}))
        latest = self._slices[-1][1]
        for name, growth in grown.items():
            latest[name] = latest.get(name, 0) + growth
            self.totals[name] = self.totals.get(name, 0) + growth
        return grown

    def recent(self, name: str, now: float, within_s: float = WINDOW_S) -> int:
        """How often it happened within these last seconds, to a slice."""
        if name not in self.totals:
            return 0  # What never happened costs a sound lane nothing.
        return sum(
            grown.get(name, 0)
            for began, grown in self._slices
            if now - began < within_s + SLICE_S and now - began <= WINDOW_S
        )
