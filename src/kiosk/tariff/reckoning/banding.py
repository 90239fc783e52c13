"""Charges bands of hours, each up to its own cap, and those that are alike all at once.

What caps of periods take off is not known here. What a band of some length costs is reckoned once
and kept: whole bands are the same in every stay.
"""

from datetime import tzinfo
from functools import lru_cache
from typing import Final

from kiosk.tariff.measures import Fractions
from kiosk.tariff.model import Boundary, Plan
from kiosk.tariff.reckoning.bill import Cost, Entry, Part
from kiosk.tariff.reckoning.charging import Run, runs
from kiosk.tariff.reckoning.dates import Dates
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
        self.dates = Dates(plan, zone)
        self.nested = nested(plan.caps)
        self._bands: dict[tuple[int, int], Band] = {}

    def __repr__(self) -> str:
        return f"<Banding {self._plan.name} kept={len(self._bands)}>"

    def cost(self, begin: int, end: int) -> Cost:
        """What the time between two instants costs."""
        if self.start:
            return self._one_after_the_other(begin, end)
        return self._bands_between(begin, end)

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

    def _bands_between(self, begin: int, end: int) -> Cost:
        """What bands cost; those of one rate and one length are counted together."""
        seen: dict[tuple[int, int], tuple[int, int, int]] = {}
        for start, stop, number in self.dates.bands(begin, end):
            key = number, stop - start
            earlier = seen.get(key)
            seen[key] = (
                (start, start, 1) if earlier is None else (earlier[0], start, earlier[2] + 1)
            )
        total = 0
        parts: list[Part] = []
        for (number, length_s), (first, last, times) in seen.items():
            was, amount, entries = self._kept(number, first, length_s)
            total += amount * times
            parts.append((entries, first - was, last - was, times))
        return Cost(begin, total, parts)

    def _kept(self, number: int, begin: int, length_s: int) -> Band:
        """When a band of this rate and length began, what it costs, and for what."""
        kept = self._bands.get((number, length_s))
        if kept is None:
            if len(self._bands) >= BANDS_KEPT:
                self._bands.clear()
            _, amount, entries = self._band(number, begin, length_s, length_s)
            kept = self._bands[number, length_s] = begin, amount, entries
        return kept

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
