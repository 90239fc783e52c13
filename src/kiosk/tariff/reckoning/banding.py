"""Charges bands of hours, each up to its own cap, and days that are alike all at once.

What caps of periods take off is not known here. Whatever was reckoned once for a length of a band
or a kind of day is kept for the rest of the stay.
"""

from datetime import tzinfo

from kiosk.tariff.measures import DAY_S, Fractions
from kiosk.tariff.model import Boundary, Plan
from kiosk.tariff.reckoning import clock
from kiosk.tariff.reckoning.bill import Bill, Entry
from kiosk.tariff.reckoning.charging import Run, runs

Kept = tuple[int, tuple[Entry, ...]]
"""When something began, and what it cost."""


class Banding:
    """The bands of one plan in one zone."""

    __slots__ = ("_bands", "_cycles", "_fractions", "_plan", "_table", "_zone", "daily", "start")

    def __init__(self, plan: Plan, zone: tzinfo, fractions: Fractions) -> None:
        self._plan = plan
        self._table = plan.timetable
        self._zone = zone
        self._fractions = fractions
        self.start = plan.boundary is Boundary.START
        self.daily = tuple([rate.daily for rate in plan.rates])
        self._bands: dict[tuple[int, int], Kept] = {}
        self._cycles: dict[tuple[int, int], Kept] = {}

    def __repr__(self) -> str:
        return f"<Banding {self._plan.name} kept={len(self._bands)}+{len(self._cycles)}>"

    def charge(self, begin: int, end: int, bill: Bill) -> None:
        """Charge the time between two instants."""
        if self.start:
            self._one_after_the_other(begin, end, bill)
            return
        while begin < end:
            ordinal = clock.date_at(self._zone, begin)
            days = clock.alike(self._table, self._zone, ordinal, (end - begin) // DAY_S + 1)
            clock_s = begin - clock.midnight(self._zone, ordinal)
            if days > 1 and clock_s in self._table.turns[clock.pattern_of(self._table, ordinal)]:
                self._days(begin, clock_s, ordinal, days - 1, bill)
                begin += (days - 1) * DAY_S
                continue
            until = self._turn(begin, ordinal, end)
            self._bands_between(begin, until, bill)
            begin = until

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

    def _turn(self, begin: int, ordinal: int, end: int) -> int:
        """The next time that a band begins within a day, which is where days can be repeated."""
        table, zone = self._table, self._zone
        if end - begin <= 2 * DAY_S:
            return end
        while True:
            midnight = clock.midnight(zone, ordinal)
            if midnight >= end:
                return end
            if clock.midnight(zone, ordinal + 1) - midnight == DAY_S:
                for clock_s in table.turns[clock.pattern_of(table, ordinal)]:
                    if midnight + clock_s > begin:
                        return min(midnight + clock_s, end)
            ordinal += 1

    def _days(self, begin: int, clock_s: int, ordinal: int, days: int, bill: Bill) -> None:
        """Charge whole days, from a clock time at which a band begins."""
        key = clock.pattern_of(self._table, ordinal), clock_s
        kept = self._cycles.get(key)
        if kept is None:
            day = Bill()
            self._bands_between(begin, begin + DAY_S, day)
            kept = self._cycles[key] = begin, day.entries()
        bill.add_all(kept[1], begin - kept[0], days, DAY_S)

    def _bands_between(self, begin: int, end: int, bill: Bill) -> None:
        for start, stop, number in clock.bands(self._table, self.daily, self._zone, begin, end):
            kept = self._bands.get((number, stop - start))
            if kept is None:
                kept = start, self._band(number, start, stop - start, stop - start)[1]
                self._bands[number, stop - start] = kept
            bill.add_all(kept[1], start - kept[0])

    def _one_after_the_other(self, begin: int, end: int, bill: Bill) -> None:
        """Charge bands whose last units go on after them."""
        carried = begin
        for start, stop, number in clock.bands(self._table, self.daily, self._zone, begin, end):
            start = max(start, carried)
            if start < stop:
                carried, entries = self._band(number, start, stop - start, end - start)
                bill.add_all(entries)

    def _band(
        self, number: int, begin: int, band_s: int, stay_s: int
    ) -> tuple[int, tuple[Entry, ...]]:
        """Where the band's last unit ends, and what the band costs."""
        rate = self._plan.rates[number]
        made = tuple(runs(rate, band_s, stay_s, self._fractions, start_decides=self.start))
        gross = sum(run.amount_minor for run in made)
        until = begin + (made[-1].end_s if made else band_s)
        if rate.cap_minor is not None and gross > rate.cap_minor:
            rule, words, most = f"rate.{rate.name}.cap", f"{rate.words}, at most", rate.cap_minor
            return until, (Entry(rule, words, begin, begin + band_s, 1, most, most, gross),)
        return until, tuple([self.entry(number, begin, run, stay_s) for run in made])
