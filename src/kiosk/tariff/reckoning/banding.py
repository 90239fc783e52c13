"""Charges bands of hours, each up to its own cap, and those that are alike all at once.

What caps of periods take off is not known here. What a band of some length costs is reckoned once
and kept: whole bands are the same in every stay.
"""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import Final

from kiosk.tariff.measures import DAY_S, Fractions
from kiosk.tariff.model import Boundary, Plan
from kiosk.tariff.reckoning.bill import Bill, Cost, Entry, Part
from kiosk.tariff.reckoning.charging import Run, amounts, runs
from kiosk.tariff.reckoning.dates import Band, Dates
from kiosk.tariff.reckoning.rooms import nested

BANDINGS_KEPT: Final = 64
"""Plans that are kept ready: more than the largest file in use has, classes counted."""

BANDS_KEPT: Final = 4096
"""Lengths of bands that one plan remembers: a few hundred bytes each."""


class Held:
    """One band of some length: what it costs, and its lines once somebody reads them."""

    __slots__ = ("_banding", "_entries", "amount_minor", "begin", "length_s", "number")

    def __init__(self, banding: "Banding", number: int, begin: int, length_s: int) -> None:
        self._banding = banding
        self._entries: tuple[Entry, ...] | None = None
        self.number = number
        self.begin = begin
        self.length_s = length_s
        self.amount_minor = banding.amounts[number](length_s)

    def __repr__(self) -> str:
        return f"<Held rate={self.number} {self.length_s} s {self.amount_minor}>"

    def entries(self) -> tuple[Entry, ...]:
        """What it is made of."""
        if self._entries is None:
            made = self._banding.band(self.number, self.begin, self.length_s, self.length_s)
            self._entries = made[1]
        return self._entries


class Stretch:
    """Bands one after the other; what they are made of is asked only where no cap hides it."""

    __slots__ = ("_banding", "_spans")

    def __init__(self, banding: "Banding", spans: Sequence[Band]) -> None:
        self._banding = banding
        self._spans = spans

    def __repr__(self) -> str:
        return f"<Stretch of {len(self._spans)} bands>"

    def __iter__(self) -> Iterator[Part]:
        return self._banding.told(self._spans)


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
        "amounts",
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
        self.amounts = [amounts(rate, fractions) for rate in plan.rates]
        self._bands: dict[tuple[int, int], Held] = {}

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
        """What bands cost; in a long time those of one rate and one length count together."""
        spans = self.dates.bands(begin, end)
        if end - begin > DAY_S:
            return self._together(begin, spans)
        if len(spans) == 1:
            number, length_s = spans[0][2], end - begin
            held = self._bands.get((number, length_s)) or self._hold(number, begin, length_s)
            later_s = begin - held.begin
            return Cost(begin, held.amount_minor, ((held, later_s, later_s, 1),))
        total, costs = 0, self.amounts
        for start, stop, number in spans:
            total += costs[number](stop - start)
        return Cost(begin, total, Stretch(self, spans))

    def told(self, spans: Sequence[Band]) -> Iterator[Part]:
        """What bands one after the other are made of."""
        bands = self._bands
        for start, stop, number in spans:
            key = number, stop - start
            held = bands.get(key) or self._hold(number, start, stop - start)
            later_s = start - held.begin
            yield held, later_s, later_s, 1

    def _together(self, begin: int, spans: Sequence[Band]) -> Cost:
        seen: dict[tuple[int, int], tuple[int, int, int]] = {}
        for start, stop, number in spans:
            key = number, stop - start
            before = seen.get(key)
            seen[key] = (before[0], start, before[2] + 1) if before else (start, start, 1)
        total = 0
        parts: list[Part] = []
        for (number, length_s), (first, last, times) in seen.items():
            held = self._bands.get((number, length_s)) or self._hold(number, first, length_s)
            total += held.amount_minor * times
            parts.append((held, first - held.begin, last - held.begin, times))
        return Cost(begin, total, parts)

    def _hold(self, number: int, begin: int, length_s: int) -> Held:
        if len(self._bands) >= BANDS_KEPT:
            self._bands.clear()
        held = self._bands[number, length_s] = Held(self, number, begin, length_s)
        return held

    def _one_after_the_other(self, begin: int, end: int) -> Cost:
        """What bands cost whose last units go on after them."""
        bill, carried = Bill(), begin
        for start, stop, number in self.dates.bands(begin, end):
            start = max(start, carried)
            if start < stop:
                carried, entries = self.band(number, start, stop - start, end - start)
                for entry in entries:
                    bill.add(entry)
        return bill.cost(begin)

    def band(
        self, number: int, begin: int, band_s: int, stay_s: int
    ) -> tuple[int, tuple[Entry, ...]]:
        """Where the band's last unit ends, and what it is made of."""
        rate = self._plan.rates[number]
        made = tuple(runs(rate, band_s, stay_s, self._fractions, start_decides=self.start))
        gross = sum([run.amount_minor for run in made])
        until = begin + (made[-1].end_s if made else band_s)
        most = rate.cap_minor
        if most is None or gross <= most:
            return until, tuple([self.entry(number, begin, run, stay_s) for run in made])
        rule, words = f"rate.{rate.name}.cap", f"{rate.words}, at most"
        return until, (Entry(rule, words, begin, begin + band_s, 1, most, most, gross),)
