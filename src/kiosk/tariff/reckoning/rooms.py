"""What is left of one cap in its present period, and which periods there are."""

import itertools
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from kiosk.tariff.measures import Period, Span
from kiosk.tariff.model import Cap
from kiosk.tariff.reckoning import clock

NEVER: Final = 1 << 62
"""An instant after every other, and an amount above every other."""


def nested(caps: Sequence[Cap]) -> tuple[tuple[Cap, ...], ...] | None:
    """The caps, each within the next one's periods; None where two reach into each other.

    Those that share out the days of one period stand together.

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
    return tuple(
        group
        for _, alike in itertools.groupby(ordered, _sharing)
        for group in _groups(tuple(alike))
    )


def _sharing(cap: Cap) -> tuple[Period, bool]:
    simple = bool(cap.days) and len(cap.amounts_minor) == 1 and cap.periods is None
    return cap.period, simple


def _groups(caps: tuple[Cap, ...]) -> Sequence[tuple[Cap, ...]]:
    return (caps,) if _sharing(caps[0])[1] else [(cap,) for cap in caps]


def _length(cap: Cap) -> int:
    match cap.period:
        case int() as length_s:
            return length_s
        case Span.CALENDAR_DAY:
            return 0
        case Span.STAY:
            return NEVER


class Room:
    """The present period of one cap, or of several that share out its days."""

    __slots__ = (
        "_amounts",
        "_caps",
        "_day_begins_s",
        "_holds",
        "_last",
        "_origin",
        "_over",
        "_zone",
        "begin",
        "cap",
        "dated",
        "end",
        "index",
        "left_minor",
    )

    def __init__(self, caps: tuple[Cap, ...], origin: int, zone: tzinfo, day_begins_s: int) -> None:
        self._caps = caps
        self.cap = cap = caps[0]
        self.dated = bool(cap.days)
        """What it allows depends on the day on which the period begins."""
        self._zone = zone
        self._day_begins_s = day_begins_s
        self._origin = origin
        self._amounts = cap.amounts_minor or (NEVER,)
        figures = max(len(self._amounts), len(cap.times_s))
        self._last = figures - 1 if cap.periods is None else cap.periods
        self._holds = True
        self._over = False
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
        self._over = self.index == last
        if self._over:
            self.end = self.left_minor = NEVER
        elif self.dated:
            self.choose(self.begin)

    def choose(self, begin: int) -> None:
        """Take the cap of a period that begins then, the lowest of those that its day has."""
        day = clock.day_at(self._zone, begin, self._day_begins_s)
        held = [cap for cap in self._caps if cap.holds(day)]
        self._holds = bool(held)
        if not held or self._over:
            self.left_minor = NEVER
        elif len(self._caps) > 1:
            self.cap = min(held, key=lambda cap: cap.amounts_minor)
            self.left_minor = self.cap.amounts_minor[0]
        else:
            self.left_minor = self._amounts[min(self.index, len(self._amounts) - 1)]

    @property
    def changes(self) -> bool:
        """The next period may allow another amount or time than this one."""
        if self.dated and (self._day_begins_s or self.cap.times_s or len(self._amounts) > 1):
            return True
        return self.index < self._last

    @property
    def charged_until(self) -> int:
        """Until when this period charges time."""
        times = self.cap.times_s if self.end < NEVER and self._holds else ()
        return self.begin + times[min(self.index, len(times) - 1)] if times else self.end
