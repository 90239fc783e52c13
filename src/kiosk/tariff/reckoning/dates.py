"""Which rate holds when in one plan: the timetable laid over real dates, each reckoned once."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from kiosk.tariff.measures import DAY_S
from kiosk.tariff.model import Timetable
from kiosk.tariff.reckoning import clock

DATES_KEPT: Final = 2048
"""Dates that one plan remembers: some years of them, of about 300 bytes each."""

IRREGULAR: Final = -1
"""The kind of a date that has no 24 hours: nothing else costs what it costs."""

Band = tuple[int, int, int]
"""From one instant to another, a rate's number."""


class Day(NamedTuple):
    """One date."""

    kind: int
    """The number of its pattern, or `IRREGULAR`."""
    begin: int
    bands: tuple[tuple[int, int], ...]
    """Until which instant which rate holds, one after the other."""


class Dates:
    """The dates of one timetable in one zone."""

    __slots__ = ("_daily", "_days", "_table", "_zone")

    def __init__(self, table: Timetable, zone: tzinfo, daily: Sequence[bool]) -> None:
        self._table = table
        self._zone = zone
        self._daily = daily
        self._days: dict[int, Day] = {}

    def __repr__(self) -> str:
        return f"<Dates {len(self._days)} kept>"

    def at(self, instant: int) -> int:
        """The ordinal of the date that the wall clock shows."""
        return clock.date_at(self._zone, instant)

    def day(self, ordinal: int) -> Day:
        """The date with this ordinal."""
        day = self._days.get(ordinal)
        if day is None:
            if len(self._days) >= DATES_KEPT:
                self._days.clear()
            day = self._days[ordinal] = self._laid(ordinal)
        return day

    def turns(self, day: Day) -> tuple[int, ...]:
        """The seconds of a regular day, but midnight, at which another rate begins."""
        return self._table.turns[day.kind]

    def bands(self, begin: int, end: int) -> list[Band]:
        """Which rate holds when; a rate goes on over midnight, if it does not begin anew there."""
        found: list[Band] = []
        ordinal = self.at(begin)
        last, since = -1, begin
        while True:
            for until, rate in self.day(ordinal).bands:
                if until <= begin:
                    continue
                if rate != last:
                    if last >= 0:
                        found.append((since, begin, last))
                    last, since = rate, begin
                if until >= end:
                    found.append((since, end, last))
                    return found
                begin = until
            if last >= 0 and self._daily[last]:
                found.append((since, begin, last))
                last = -1
            ordinal += 1

    def _laid(self, ordinal: int) -> Day:
        zone, table = self._zone, self._table
        begin, end = clock.midnight(zone, ordinal), clock.midnight(zone, ordinal + 1)
        pattern = table.dates.get(ordinal, table.weekdays[(ordinal - 1) % 7])
        tiles = table.patterns[pattern]
        if end - begin == DAY_S:
            return Day(pattern, begin, tuple([(begin + until_s, n) for _, until_s, n in tiles]))
        untils = [(clock.clock_comes(zone, ordinal, until_s), n) for _, until_s, n in tiles]
        return Day(IRREGULAR, begin, tuple(untils))
