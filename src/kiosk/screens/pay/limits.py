"""How often one may ask: buckets that refill with time, one for each source, in a bounded table.

Time is an argument. What names a source is the caller's; nothing here is kept longer than it
takes a bucket to fill again.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

SOURCES_MAX: Final = 4096
"""Buckets of one kind. The one that was used longest ago goes first: an attack that needs more
sources than these is held by the bucket that all share."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and one more every `refill_s`."""

    burst: int
    refill_s: float


class Buckets:
    """One bucket of this rate for each source."""

    def __init__(self, rate: Rate, sources_max: int = SOURCES_MAX) -> None:
        self._rate = rate
        self._sources_max = sources_max
        # When each source's bucket is full again (GCRA's theoretical arrival time).
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, source: Hashable, now: float) -> bool:
        """Take one from this source's bucket; False if there is none left."""
        full_at = max(self._full_at.get(source, 0.0), now) + self._rate.refill_s
        if full_at - now > self._rate.burst * self._rate.refill_s + 1e-9:
            return False
        self._full_at[source] = full_at
        self._full_at.move_to_end(source)
        self._forget(now)
        return True

    def _forget(self, now: float) -> None:
        while len(self._full_at) > self._sources_max:
            self._full_at.popitem(last=False)
        oldest = next(iter(self._full_at))
        if self._full_at[oldest] <= now:
            del self._full_at[oldest]
