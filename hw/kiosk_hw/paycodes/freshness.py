"""What keeps an old message from being taken for a new one: a window of time, and a memory.

The clock comes in as an argument.
"""

from collections import OrderedDict
from typing import Final

FRESH_S: Final = 300.0
"""Both gateways allow five minutes between their clock and ours, before and behind."""

SEEN_MAX: Final = 4096
"""Notices remembered. Two a second for as long as one stays fresh, before and behind, are 1200."""


def is_fresh(sent_s: float, wall_s: float) -> bool:
    """Whether what was sent at `sent_s` may still count at `wall_s`, both in seconds since 1970."""
    return abs(wall_s - sent_s) <= FRESH_S


class SeenIds:
    """Remembers what was heard for as long as it could be taken for new; the oldest goes first."""

    def __init__(self) -> None:
        self.repeated = 0
        self._seen: OrderedDict[str, float] = OrderedDict()

    def __repr__(self) -> str:
        return f"<SeenIds {len(self._seen)} repeated={self.repeated}>"

    def is_new(self, ids: tuple[str, ...], wall_s: float) -> bool:
        """Whether none of these was heard before; from now on all of them were."""
        self._forget(wall_s)
        known = any(each in self._seen for each in ids)
        self.repeated += known
        for each in ids:
            self._seen.setdefault(each, wall_s)
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        return not known

    def _forget(self, wall_s: float) -> None:
        while self._seen:
            oldest = next(iter(self._seen))
            # The message may have been ahead of our clock by the whole window.
            if abs(wall_s - self._seen[oldest]) <= 2 * FRESH_S:
                return
            del self._seen[oldest]
