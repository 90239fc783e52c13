"""Which rate holds when in one plan: the timetable laid over real dates, each reckoned once."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from kiosk.tariff.measures import DAY_S
from kiosk.tariff.model import Plan
from kiosk.tariff.reckoning import clock

DATES_KEPT: Final = 2048
"""Dates that one plan remembers: some years of them, of about 300 bytes each."""

IRREGULAR: Final = -1
"""The kind of a date that has no 24 hours: nothing else costs what it costs."""

Band = tuple[int, int, int]
"""From one instant to another, a rate's number."""


Alike = tuple[tuple[int, int], int, int, int]
"""The kinds of a day and of the next, how many days are so, and the first and last of them."""


class Day(NamedTuple):
    """One date."""

    kind: int
    """The number of its pattern and of the caps that its periods have, or `IRREGULAR`."""
    begin: int
    bands: tuple[tuple[int, int, bool], ...]
    """Until which instant which rate holds, and whether it begins anew though it held before."""


class Dates:
    """The dates of one timetable in one zone."""

    __slots__ = (
        "_alike",
        "_caps",
        "_daily",
        "_day_begins_s",
        "_days",
        "_opening",
        "_table",
        "_zone",
    )

    def __init__(self, plan: Plan, zone: tzinfo) -> None:
        self._table = plan.timetable
        self._zone = zone
        self._daily = [rate.daily for rate in plan.rates]
        self._day_begins_s = plan.day_begins_s
        self._opening = plan.opening
        self._caps = [cap for cap in plan.caps if cap.days and not plan.day_begins_s]
        self._days: dict[int, Day] = {}
        self._alike: dict[tuple[int, int, bool], Sequence[Alike]] = {}

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

    def alike(self, ordinal: int, days: int, *, over: bool) -> Sequence[Alike]:
        """The next days by their kinds, up to the first that is `IRREGULAR`.

        `over`: each reaches into the next date, whose kind counts as well.
        """
        key = ordinal, days, over
        known = self._alike.get(key)
        if known is None:
            if len(self._alike) >= DATES_KEPT:
                self._alike.clear()
            known = self._alike[key] = self._by_kind(*key)
        return known

    def _by_kind(self, ordinal: int, days: int, over: bool) -> Sequence[Alike]:
        kinds = self.kinds(ordinal, days + 1)
        found: dict[tuple[int, int], list[int]] = {}
        for day, pair in enumerate(zip(kinds, kinds[1:] if over else kinds, strict=False)):
            if day == days or IRREGULAR in pair:
                break
            seen = found.setdefault(pair, [0, day, day])
            seen[0] += 1
            seen[2] = day
        return [(pair, times, first, last) for pair, (times, first, last) in found.items()]

    def kinds(self, ordinal: int, days: int) -> list[int]:
        """The kinds of this date and those after it, up to the first that is `IRREGULAR`."""
        known = self._days
        found: list[int] = []
        for each in range(ordinal, ordinal + days):
            kind = (known.get(each) or self.day(each)).kind
            found.append(kind)
            if kind == IRREGULAR:
                break
        return found

    def bands(self, begin: int, end: int) -> list[Band]:
        """Which rate holds when, for whoever comes in at the begin."""
        opening = self._opening
        if opening is None:
            return self._bands(begin, end)
        until = min(begin + opening.time_s, end)
        first = (begin, until, opening.number)
        return [first, *self._bands(until, end)] if until < end else [first]

    def _bands(self, begin: int, end: int) -> list[Band]:
        """Which rate holds when; a rate goes on over midnight, if it does not begin anew there."""
        found: list[Band] = []
        ordinal = self.at(begin)
        last, since = -1, begin
        while True:
            for until, rate, anew in self.day(ordinal).bands:
                if until <= begin:
                    continue
                if rate != last or anew:
                    if last >= 0:
                        found.append((since, begin, last))
                    last, since = rate, begin
                if until >= end:
                    found.append((since, end, last))
                    return found
                begin = until
            ordinal += 1

    def _laid(self, ordinal: int) -> Day:
        zone, table = self._zone, self._table
        begin, end = clock.midnight(zone, ordinal), clock.midnight(zone, ordinal + 1)
        pattern = table.dates.get(ordinal, table.weekdays[(ordinal - 1) % 7])
        tiles = self._cut(table.patterns[pattern])
        for cap in self._caps:
            pattern += cap.holds(ordinal) * len(table.patterns) << self._caps.index(cap)
        if end - begin == DAY_S:
            laid = tuple([(begin + until_s, n, anew) for until_s, n, anew in tiles])
            return Day(pattern, begin, laid)
        return Day(
            IRREGULAR,
            begin,
            tuple([(clock.clock_comes(zone, ordinal, at), n, anew) for at, n, anew in tiles]),
        )

    def _cut(self, tiles: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, bool]]:
        """Tiles of a day, cut where a new day begins for a rate that begins anew with it."""
        cut_s = self._day_begins_s
        for begin_s, end_s, number in tiles:
            daily = self._daily[number]
            if daily and begin_s < cut_s < end_s:
                yield cut_s, number, False
                yield end_s, number, True
            else:
                yield end_s, number, daily and begin_s == cut_s
