"""Prices a stay under one plan: caps, and the periods that begin anew.

Free time, payments and validations are not known here. Whole periods that have the same kinds of
day cost the same, so that each is reckoned once and a month is as quick as three days.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from kiosk.tariff.measures import DAY_S, Fractions, Span
from kiosk.tariff.model import Plan
from kiosk.tariff.reckoning import clock
from kiosk.tariff.reckoning.banding import Banding
from kiosk.tariff.reckoning.bill import Bill, Entry
from kiosk.tariff.reckoning.charging import Run, exactly, runs
from kiosk.tariff.reckoning.rooms import NEVER, Room

WEEK_S: Final = 7 * DAY_S

Whole = tuple[int, int, tuple[Entry, ...]]
"""When a period began, what it cost in all, and for what."""


class Pricing:
    """One plan in one zone; a stay, or several parts of one, are priced with it."""

    __slots__ = ("_banding", "_fractions", "_kept", "_plan", "_zone", "bill")

    def __init__(self, plan: Plan, zone: tzinfo, fractions: Fractions) -> None:
        self.bill = Bill()
        self._plan = plan
        self._zone = zone
        self._fractions = fractions
        self._banding = Banding(plan, zone, fractions)
        self._kept: dict[object, Whole] = {}

    def __repr__(self) -> str:
        return f"<Pricing {self._plan.name} {self.bill!r}>"

    def part(self, begin: int, end: int) -> None:
        """Charge the time between two instants as a stay that begins there."""
        rooms = [Room(cap, begin, self._zone) for cap in self._plan.caps]
        if not rooms and begin < end:
            self._banding.charge(begin, end, self.bill)
            return
        if len(rooms) == 1 and rooms[0].cap.restart:
            self._periods(self._weeks(begin, end, rooms[0]), end, rooms[0])
            return
        restarting = [room for room in rooms if room.cap.restart]
        while begin < end:
            for room in rooms:
                room.reach(begin)
            stop = min([end, *(room.end for room in restarting)])
            charged = min([stop, *(room.charged_until for room in restarting)])
            self._under_caps(begin, charged, rooms)
            for room in restarting:
                if room.charged_until == charged < stop:
                    self._uncharged(room, charged, stop)
            begin = stop

    def _weeks(self, begin: int, end: int, room: Room) -> int:
        """Charge all weeks that are alike as the first of them; returns where they end."""
        room.reach(begin)
        table = self._plan.timetable
        if room.changes or room.end - begin != DAY_S or len(table.patterns) == 1:
            return begin
        ordinal = clock.date_at(self._zone, begin)
        weeks = clock.weeks_alike(table, self._zone, ordinal, (end - begin) // WEEK_S)
        if weeks < 2:
            return begin
        whole, self.bill = self.bill, Bill()
        self._periods(begin, begin + WEEK_S, room)
        week, self.bill = self.bill, whole
        self.bill.add_all(week.entries(), 0, weeks, WEEK_S)
        return begin + weeks * WEEK_S

    def _periods(self, begin: int, end: int, room: Room) -> None:
        """Charge periods that begin anew each time, as no other cap reaches into them."""
        while begin < end:
            room.reach(begin)
            stop = min(room.end, end)
            charged = min(stop, room.charged_until)
            length_s, most = stop - begin, room.left_minor
            times, kind = self._alike(begin, length_s, end)
            if room.changes:
                times = 1
            was, total, entries = self._period(begin, charged, kind)
            if total > most:
                cap, was = room.cap, begin
                entries = (Entry(cap.rule, cap.words, begin, stop, 1, most, most, total),)
            self.bill.add_all(entries, begin - was, times, length_s)
            begin += times * length_s
            if charged < stop:
                self._uncharged(room, charged, begin)

    def _period(self, begin: int, end: int, kind: object) -> Whole:
        """What one period costs without its cap."""
        key = (kind, end - begin)
        kept = self._kept.get(key) if kind is not None else None
        if kept is None:
            bill = Bill()
            self._banding.charge(begin, end, bill)
            kept = begin, bill.total_minor, bill.entries()
            if kind is not None:
                self._kept[key] = kept
        return kept

    def _alike(self, begin: int, length_s: int, end: int) -> tuple[int, object]:
        """How many whole periods from here on cost the same, and what they have in common.

        Nothing where they are alone of their kind, as where a clock is changed.
        """
        most = max(1, (end - begin) // length_s)
        if self._steady and self._plan.caps[0].period is not Span.CALENDAR_DAY:
            return most, "steady"
        if length_s != DAY_S:
            return 1, None
        zone, table = self._zone, self._plan.timetable
        ordinal = clock.date_at(zone, begin)
        clock_s = begin - clock.midnight(zone, ordinal)
        over = 1 if clock_s else 0
        days = clock.alike(table, zone, ordinal, most + over)
        if days > over:
            return min(most, days - over), (clock_s, clock.pattern_of(table, ordinal))
        if not days or not clock.alike(table, zone, ordinal + 1, 1):
            return 1, None
        kinds = [clock.pattern_of(table, each) for each in (ordinal, ordinal + 1)]
        return 1, (clock_s, *kinds)

    @property
    def _steady(self) -> bool:
        """One rate holds at all times, so that a price depends on nothing but length."""
        return len(self._plan.rates) == 1 and not self._plan.rates[0].daily

    def _uncharged(self, room: Room, begin: int, end: int) -> None:
        self.bill.add(Entry(room.cap.rule, room.cap.words, begin, end, 1, 0, 0))

    def _under_caps(self, begin: int, end: int, rooms: Sequence[Room]) -> None:
        """Charge unit by unit where caps overlap, each unit to the periods in which it begins."""
        carried = begin
        plan, banding = self._plan, self._banding
        for start, stop, number in clock.bands(
            plan.timetable, banding.daily, self._zone, begin, end
        ):
            start = max(start, carried)
            if start >= stop:
                continue
            rate = plan.rates[number]
            stay_s = (end if banding.start else stop) - start
            left_minor = NEVER if rate.cap_minor is None else rate.cap_minor
            for run in runs(
                rate, stop - start, stay_s, self._fractions, start_decides=banding.start
            ):
                self.bill.add(banding.entry(number, start, run, stay_s))
                left_minor -= self._capped(number, start, run, left_minor, rooms)
                carried = start + run.end_s if banding.start else stop

    def _capped(
        self, number: int, begin: int, run: Run, band_left: int, rooms: Sequence[Room]
    ) -> int:
        """Charge one run up to what band and caps leave; returns how much of it that was."""
        rate = self._plan.rates[number]
        charged = done = 0
        at, last = begin + run.begin_s, begin + run.end_s
        while done < run.units:
            for room in rooms:
                room.reach(at)
            limit = min(last, *[room.end for room in rooms])
            units, gross = self._piece(number, run, done, limit - at)
            least = min(rooms, key=lambda room: room.left_minor)
            amount = min(gross, band_left - charged, least.left_minor)
            if amount < gross:
                inner = band_left - charged <= least.left_minor
                rule = f"rate.{rate.name}.cap" if inner else least.cap.rule
                words = f"{rate.words}, at most" if inner else least.cap.words
                self.bill.add(Entry(rule, words, at, limit, 1, None, amount - gross))
            for room in rooms:
                room.left_minor -= amount
            charged += amount
            done += units
            at = limit if not run.unit_s else at + units * run.unit_s
        return charged

    def _piece(self, number: int, run: Run, done: int, length_s: int) -> tuple[int, int]:
        """How many of a run's units begin in the next `length_s`, and what they cost."""
        if run.unit_s:
            units = min(run.units - done, -(-length_s // run.unit_s))
            return units, units * run.price_minor
        step = self._plan.rates[number].steps[run.step]
        if not step.unit_s:
            return 1, run.amount_minor
        units = min(run.units - done, length_s)
        until, before = [
            exactly(run.price_minor, step.unit_s, used_s, self._fractions)
            for used_s in (done + units, done)
        ]
        return units, until - before
