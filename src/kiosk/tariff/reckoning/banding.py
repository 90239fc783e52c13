"""Charges bands of hours, each up to its own cap, and days that are alike all at once.

What caps of periods take off is not known here. What a band of some length costs is reckoned once
and kept: whole bands are the same in every stay.
"""

from datetime import tzinfo
from functools import lru_cache
from typing import Final

from kiosk.tariff.measures import DAY_S, Fractions
from kiosk.tariff.model import Boundary, Plan
from kiosk.tariff.reckoning.bill import Cost, Entry, Part
from kiosk.tariff.reckoning.charging import Run, runs
from kiosk.tariff.reckoning.dates import IRREGULAR, Dates
from kiosk.tariff.reckoning.rooms import nested

BANDINGS_KEPT: Final = 64
"""Plans that are kept ready: more than the largest file in use has, classes counted."""

BANDS_KEPT: Final = 4096
"""Lengths of bands that one plan remembers: a few hundred bytes each."""

Band = tuple[int, int, tuple[Entry, ...]]
"""An instant, what a band costs, and for what."""


@lru_cache(maxsize=BANDINGS_KEPT)
def banding(plan: Plan, zone: tzinfo, fractions: Fractions) -> "Banding":
    """The bands of this plan, with whatever earlier stays have made known of them."""
    return Banding(plan, zone, fractions)


class Banding:
    """The bands of one plan in one zone."""

    __slots__ = (
        "_bands",
        "_fractions",
        "_plan",
        "dates",
        "nested",
        "start",
    )

    def __init__(self, plan: Plan, zone: tzinfo, fractions: Fractions) -> None:
        self._plan = plan
        self._fractions = fractions
        self.start = plan.boundary is Boundary.START
        self.dates = Dates(plan.timetable, zone, [rate.daily for rate in plan.rates])
        self.nested = nested(plan.caps)
        self._bands: dict[tuple[int, int], Band] = {}

    def __repr__(self) -> str:
        return f"<Banding {self._plan.name} kept={len(self._bands)}>"

    def cost(self, begin: int, end: int) -> Cost:
        """What the time between two instants costs."""
        if self.start:
            return self._one_after_the_other(begin, end)
        if end - begin <= 2 * DAY_S:
            return self._bands_between(begin, end)
        parts: list[Part] = []
        total, at = 0, begin
        while at < end:
            until, times = self._next(at, end)
            piece = self._bands_between(at, until)
            later_s = (times - 1) * DAY_S
            parts += [
                (each, first_s, last_s + later_s, times) for each, first_s, last_s, _ in piece.parts
            ]
            total += piece.total_minor * times
            at = until + later_s
        return Cost(begin, total, parts)

    def entry(self, number: int, begin: int, run: Run, stay_s: int) -> Entry:
        """The entry of some units of the rate with this number."""
        step = self._plan.rates[number].steps[run.step]
        return Entry(
            step.rule,
            step.words,
            begin + run.begin_s,
            begin + min(run.end_s, stay_s),
            run.units,
            run.price_minor,
            run.amount_minor,
            0,
            0 if run.unit_s else step.unit_s,
        )

    def _next(self, begin: int, end: int) -> tuple[int, int]:
        """Where the next piece ends, and how often in a row it may be charged.

        A day is a piece where it begins as a band does, and as many days after it are alike.
        """
        dates = self.dates
        ordinal = dates.at(begin)
        today = dates.day(ordinal)
        if today.kind != IRREGULAR and begin - today.begin in dates.turns(today):
            most = (end - begin) // DAY_S
            days = 0
            while days < most and dates.day(ordinal + days + 1).kind == today.kind:
                days += 1
            if days:
                return begin + DAY_S, days
        return self._turn(begin, ordinal, end), 1

    def _turn(self, begin: int, ordinal: int, end: int) -> int:
        """The next time that a band begins within a day, which is where days can be repeated."""
        dates = self.dates
        while (day := dates.day(ordinal)).begin < end:
            if day.kind != IRREGULAR:
                for clock_s in dates.turns(day):
                    if day.begin + clock_s > begin:
                        return min(day.begin + clock_s, end)
            ordinal += 1
        return end

    def _bands_between(self, begin: int, end: int) -> Cost:
        parts: list[Part] = []
        total = 0
        for start, stop, number in self.dates.bands(begin, end):
            kept = self._bands.get((number, stop - start))
            if kept is None:
                if len(self._bands) >= BANDS_KEPT:
                    self._bands.clear()
                _, amount, entries = self._band(number, start, stop - start, stop - start)
                kept = self._bands[number, stop - start] = start, amount, entries
            was, amount, entries = kept
            total += amount
            parts.append((entries, start - was, start - was, 1))
        return Cost(begin, total, parts)

    def _one_after_the_other(self, begin: int, end: int) -> Cost:
        """What bands cost whose last units go on after them."""
        parts: list[Part] = []
        total, carried = 0, begin
        for start, stop, number in self.dates.bands(begin, end):
            start = max(start, carried)
            if start < stop:
                carried, amount, entries = self._band(number, start, stop - start, end - start)
                total += amount
                parts.append((entries, 0, 0, 1))
        return Cost(begin, total, parts)

    def _band(self, number: int, begin: int, band_s: int, stay_s: int) -> Band:
        """What one band costs, and where its last unit ends."""
        rate = self._plan.rates[number]
        made = tuple(runs(rate, band_s, stay_s, self._fractions, start_decides=self.start))
        gross = sum([run.amount_minor for run in made])
        until = begin + (made[-1].end_s if made else band_s)
        most = rate.cap_minor
        if most is None or gross <= most:
            entries = tuple([self.entry(number, begin, run, stay_s) for run in made])
            return until, gross, entries
        rule, words = f"rate.{rate.name}.cap", f"{rate.words}, at most"
        entries = (Entry(rule, words, begin, begin + band_s, 1, most, most, gross),)
        return until, most, entries
