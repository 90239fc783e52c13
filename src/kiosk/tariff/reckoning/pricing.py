"""Prices a stay under one plan: bands, units, caps and the periods that begin anew.

Free time, payments and validations are not known here. Whole periods that have the same kinds of
day cost the same, so that each is reckoned once and a month is as quick as three days.
"""

from collections.abc import Sequence
from datetime import tzinfo

from kiosk.tariff.model import DAY_S, Boundary, Cap, Fractions, Plan, Span
from kiosk.tariff.reckoning import clock
from kiosk.tariff.reckoning.bill import Bill, Entry
from kiosk.tariff.reckoning.charging import Run, exactly, runs

NEVER = 1 << 62
"""An instant after every other."""


class Room:
    """What is left of one cap in its present period."""

    __slots__ = ("_amounts", "_period", "_zone", "begin", "cap", "end", "index", "left_minor")

    def __init__(self, cap: Cap, origin: int, zone: tzinfo) -> None:
        self.cap = cap
        self._zone = zone
        self._period = cap.period
        self._amounts = cap.amounts_minor or (NEVER,)
        self.index = -1
        self.begin = self.end = origin
        self.left_minor = 0

    def __repr__(self) -> str:
        return f"<Room {self.cap.rule} period={self.index} left={self.left_minor}>"

    def reach(self, at: int) -> None:
        """Go on to the period of this instant."""
        while at >= self.end:
            self.index += 1
            self.begin = self.end
            if isinstance(self._period, int):
                self.end += self._period
            elif self._period is Span.CALENDAR_DAY:
                self.end = clock.midnight(self._zone, clock.date_at(self._zone, self.begin) + 1)
            else:
                self.end = NEVER
            self.left_minor = self._amounts[min(self.index, len(self._amounts) - 1)]

    @property
    def charged_until(self) -> int:
        """Until when this period charges time."""
        times = self.cap.times_s
        return self.begin + times[min(self.index, len(times) - 1)] if times else self.end


class Pricing:
    """One plan in one zone; a stay, or several parts of one, are priced with it."""

    __slots__ = ("_daily", "_fractions", "_kept", "_kept_bands", "_plan", "_start", "_zone", "bill")

    def __init__(self, plan: Plan, zone: tzinfo, fractions: Fractions) -> None:
        self.bill = Bill()
        self._plan = plan
        self._zone = zone
        self._fractions = fractions
        self._start = plan.boundary is Boundary.START
        self._daily = tuple(rate.daily for rate in plan.rates)
        self._kept: dict[object, tuple[int, tuple[Entry, ...]]] = {}
        self._kept_bands: dict[tuple[int, int], tuple[int, tuple[Entry, ...]]] = {}

    def __repr__(self) -> str:
        return f"<Pricing {self._plan.name} {self.bill!r}>"

    def part(self, begin: int, end: int) -> None:
        """Charge the time between two instants as a stay that begins there."""
        rooms = [Room(cap, begin, self._zone) for cap in self._plan.caps]
        restarting = [room for room in rooms if room.cap.restart]
        simple = len(rooms) < 2 and len(restarting) == len(rooms)
        while begin < end:
            for room in rooms:
                room.reach(begin)
            stop = min([end, *(room.end for room in restarting)])
            charged = min([stop, *(room.charged_until for room in restarting)])
            if simple:
                self._period(begin, charged, rooms)
            else:
                self._under_caps(begin, charged, rooms)
            for room in restarting:
                if charged < stop and room.charged_until == charged:
                    self.bill.add(Entry(room.cap.rule, room.cap.words, charged, stop, 1, 0, 0))
            begin = stop

    def _period(self, begin: int, end: int, rooms: Sequence[Room]) -> None:
        """Charge a period that no other cap reaches into."""
        key = self._kind(begin, end) if rooms else None
        kept = self._kept.get(key) if key is not None else None
        if kept is None:
            bill = Bill()
            self._bands(begin, end, bill)
            kept = begin, bill.entries()
            if key is not None:
                self._kept[key] = kept
        was, entries = kept
        total = sum(entry.amount_minor for entry in entries)
        for room in rooms:
            if total > room.left_minor:
                cap, most = room.cap, room.left_minor
                self.bill.add(Entry(cap.rule, cap.words, begin, end, 1, most, most, total))
                return
        self.bill.add_all(entries, begin - was)

    def _kind(self, begin: int, end: int) -> object:
        """What two periods have in common that cost the same; None where a clock was changed."""
        table = self._plan.timetable
        if len(self._plan.rates) == 1 and not self._daily[0]:
            return end - begin
        first, last = clock.date_at(self._zone, begin), clock.date_at(self._zone, end - 1)
        midnight = clock.midnight(self._zone, first)
        if clock.midnight(self._zone, last + 1) - midnight != (last + 1 - first) * DAY_S:
            return None
        kinds = (clock.pattern_of(table, ordinal) for ordinal in range(first, last + 1))
        return begin - midnight, end - begin, *kinds

    def _bands(self, begin: int, end: int, bill: Bill) -> None:
        """Charge every band between two instants, each up to its own cap."""
        table = self._plan.timetable
        carried = begin
        for start, stop, number in clock.bands(table, self._daily, self._zone, begin, end):
            start = max(start, carried)
            if start >= stop:
                continue
            if self._start:
                carried, entries = self._band(number, start, stop - start, end - start)
                bill.add_all(entries)
                continue
            kept = self._kept_bands.get((number, stop - start))
            if kept is None:
                kept = start, self._band(number, start, stop - start, stop - start)[1]
                self._kept_bands[number, stop - start] = kept
            bill.add_all(kept[1], start - kept[0])

    def _band(
        self, number: int, begin: int, band_s: int, stay_s: int
    ) -> tuple[int, tuple[Entry, ...]]:
        """Where the band's last unit ends, and what the band costs."""
        rate = self._plan.rates[number]
        made = tuple(runs(rate, band_s, stay_s, self._fractions, start_decides=self._start))
        gross = sum(run.amount_minor for run in made)
        until = begin + (made[-1].end_s if made else band_s)
        if rate.cap_minor is not None and gross > rate.cap_minor:
            rule, words, most = f"rate.{rate.name}.cap", f"{rate.words}, at most", rate.cap_minor
            return until, (Entry(rule, words, begin, begin + band_s, 1, most, most, gross),)
        return until, tuple(self._entry(number, begin, run, stay_s) for run in made)

    def _entry(self, number: int, begin: int, run: Run, stay_s: int) -> Entry:
        step = self._plan.rates[number].steps[run.step]
        per_s = step.unit_s if not run.unit_s else 0
        return Entry(
            step.rule,
            step.words,
            begin + run.begin_s,
            begin + min(run.end_s, stay_s),
            run.count,
            run.price_minor,
            run.amount_minor,
            0,
            per_s,
        )

    def _under_caps(self, begin: int, end: int, rooms: Sequence[Room]) -> None:
        """Charge unit by unit where caps overlap, each unit to the periods in which it begins."""
        carried = begin
        table = self._plan.timetable
        for start, stop, number in clock.bands(table, self._daily, self._zone, begin, end):
            start = max(start, carried)
            if start >= stop:
                continue
            rate = self._plan.rates[number]
            stay_s = (end if self._start else stop) - start
            band_left = NEVER if rate.cap_minor is None else rate.cap_minor
            for run in runs(rate, stop - start, stay_s, self._fractions, start_decides=self._start):
                self.bill.add(self._entry(number, start, run, stay_s))
                band_left -= self._capped(number, start, run, band_left, rooms)
                carried = start + run.end_s if self._start else stop

    def _capped(
        self, number: int, begin: int, run: Run, band_left: int, rooms: Sequence[Room]
    ) -> int:
        """Charge one run up to what band and caps leave; returns how much of it that was."""
        rate = self._plan.rates[number]
        charged = done = 0
        at, last = begin + run.begin_s, begin + run.end_s
        while done < run.count:
            for room in rooms:
                room.reach(at)
            limit = min(last, *(room.end for room in rooms)) if rooms else last
            count, gross = self._piece(number, run, done, limit - at)
            least = min(rooms, key=lambda room: room.left_minor)
            left = min(band_left - charged, least.left_minor)
            amount = min(gross, left)
            if amount < gross:
                inner = band_left - charged <= least.left_minor
                rule = f"rate.{rate.name}.cap" if inner else least.cap.rule
                words = f"{rate.words}, at most" if inner else least.cap.words
                self.bill.add(Entry(rule, words, at, limit, 1, None, amount - gross))
            for room in rooms:
                room.left_minor -= amount
            charged += amount
            done += count
            at = limit if not run.unit_s else at + count * run.unit_s
        return charged

    def _piece(self, number: int, run: Run, done: int, length_s: int) -> tuple[int, int]:
        """How many of a run's units begin in the next `length_s`, and what they cost."""
        if run.unit_s:
            count = min(run.count - done, -(-length_s // run.unit_s))
            return count, count * run.price_minor
        step = self._plan.rates[number].steps[run.step]
        if not step.unit_s:
            return 1, run.amount_minor
        count = min(run.count - done, length_s)
        until, before = (
            exactly(run.price_minor, step.unit_s, used_s, self._fractions)
            for used_s in (done + count, done)
        )
        return count, until - before
