"""What is left of one cap in its present period, and which periods there are."""

import itertools
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from kiosk.tariff.measures import Span
from kiosk.tariff.model import Cap
from kiosk.tariff.reckoning import clock

NEVER: Final = 1 << 62
"""An instant after every other, and an amount above every other."""


def nested(caps: Sequence[Cap]) -> tuple[Cap, ...] | None:
    """The caps, each within the next one's periods; None where two reach into each other.

    A cap that does not restart lies within nothing but is the outermost, if it is for the stay.
    """
    ordered = sorted(caps, key=_length)
    for inner, outer in itertools.pairwise(ordered):
        within = outer.period is Span.STAY and inner.period is not Span.STAY
        match inner.period, outer.period:
            case int() as short_s, int() as long_s:
                within = long_s % short_s == 0
        if not within:
            return None
    if any(not cap.restart and cap.period is not Span.STAY for cap in ordered):
        return None
    return tuple(ordered)


def _length(cap: Cap) -> int:
    match cap.period:
        case int() as length_s:
            return length_s
        case Span.CALENDAR_DAY:
            return 0
        case Span.STAY:
            return NEVER


class Room:
    """The present period of one cap."""

    __slots__ = (
        "_amounts",
        "_day_begins_s",
        "_origin",
        "_zone",
        "begin",
        "cap",
        "end",
        "index",
        "left_minor",
    )

    def __init__(self, cap: Cap, origin: int, zone: tzinfo, day_begins_s: int) -> None:
        self.cap = cap
        self._zone = zone
        self._day_begins_s = day_begins_s
        self._origin = origin
        self._amounts = cap.amounts_minor or (NEVER,)
        self.index = -1
        self.begin = self.end = origin
        self.left_minor = 0

    def __repr__(self) -> str:
        return f"<Room {self.cap.rule} period={self.index} left={self.left_minor}>"

    def reach(self, at: int) -> None:
        """Go on to the period of this instant; nothing changes within one."""
        if at < self.end:
            return
        last = NEVER if self.cap.periods is None else self.cap.periods
        match self.cap.period:
            case int() as length_s:
                self.index = min((at - self._origin) // length_s, last)
                self.begin = self._origin + self.index * length_s
                self.end = self.begin + length_s
            case Span.CALENDAR_DAY:
                today, first = self._day_at(at), self._day_at(self._origin)
                self.index = min(today - first, last)
                self.begin = max(self._origin, self._day(first + self.index))
                self.end = self._day(today + 1)
            case Span.STAY:
                self.index, self.end = 0, NEVER
        self.left_minor = self._amounts[min(self.index, len(self._amounts) - 1)]
        if self.index == last:
            self.end = self.left_minor = NEVER

    def _day(self, ordinal: int) -> int:
        """When the day that begins on a date begins."""
        if not self._day_begins_s:
            return clock.midnight(self._zone, ordinal)
        return clock.clock_comes(self._zone, ordinal, self._day_begins_s)

    def _day_at(self, at: int) -> int:
        """The date on which the day of an instant began."""
        ordinal = clock.date_at(self._zone, at)
        return ordinal if at >= self._day(ordinal) else ordinal - 1

    @property
    def changes(self) -> bool:
        """The next period may allow another amount or time than this one."""
        ends = self.cap.periods is not None and self.index < self.cap.periods
        return ends or self.index < max(len(self._amounts), len(self.cap.times_s)) - 1

    @property
    def charged_until(self) -> int:
        """Until when this period charges time."""
        times = self.cap.times_s if self.end < NEVER else ()
        return self.begin + times[min(self.index, len(times) - 1)] if times else self.end
