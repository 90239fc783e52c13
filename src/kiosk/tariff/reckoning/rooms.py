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
        within = outer.period is Span.STAY or inner.period is outer.period
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
        "_holds",
        "_last",
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
        figures = max(len(self._amounts), len(cap.times_s))
        self._last = figures - 1 if cap.periods is None else cap.periods
        self._holds = True
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
                zone, begins_s = self._zone, self._day_begins_s
                today, first = (clock.day_at(zone, each, begins_s) for each in (at, self._origin))
                self.index = min(today - first, last)
                begin = clock.day_begin(zone, first + self.index, begins_s)
                self.begin = max(self._origin, begin)
                self.end = clock.day_begin(zone, today + 1, begins_s)
            case Span.STAY:
                self.index, self.end = 0, NEVER
        self.left_minor = self._amounts[min(self.index, len(self._amounts) - 1)]
        if self.index == last:
            self.end = self.left_minor = NEVER
        self._holds = not self.cap.days or self._on_its_day()
        if not self._holds:
            self.left_minor = NEVER

    def _on_its_day(self) -> bool:
        """Whether this period begins on a day that has the cap."""
        day = clock.day_at(self._zone, self.begin, self._day_begins_s)
        return self.cap.dates.get(day, (day - 1) % 7 in self.cap.weekdays)

    @property
    def changes(self) -> bool:
        """The next period may allow another amount or time than this one."""
        return bool(self.cap.days) or self.index < self._last

    @property
    def charged_until(self) -> int:
        """Until when this period charges time."""
        times = self.cap.times_s if self.end < NEVER and self._holds else ()
        return self.begin + times[min(self.index, len(times) - 1)] if times else self.end
