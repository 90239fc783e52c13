"""Prices a stay under one plan: caps, and the periods that begin anew.

Free time, payments and validations are not known here. Whole periods that have the same kinds of
day cost the same, so that each is reckoned once and a month is as quick as three days.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from kiosk.tariff.measures import DAY_S, Fractions
from kiosk.tariff.model import Plan
from kiosk.tariff.reckoning.banding import banding
from kiosk.tariff.reckoning.bill import Bill, Cost, Entry
from kiosk.tariff.reckoning.overlapping import Overlapping
from kiosk.tariff.reckoning.rooms import Room

STEADY: Final = "steady"
"""What all periods have in common where one rate holds at all times."""

Alike = tuple[object, int, int, int]
"""What periods have in common, how many they are, and when the first and the last begin."""


class Pricing:
    """One plan in one zone; a stay, or several parts of one, are priced with it."""

    __slots__ = ("_banding", "_fractions", "_kept", "_plan", "_rooms", "_steady", "_zone", "bill")

    def __init__(self, plan: Plan, zone: tzinfo, fractions: Fractions) -> None:
        self.bill = Bill()
        self._plan = plan
        self._zone = zone
        self._fractions = fractions
        self._banding = banding(plan, zone, fractions)
        self._kept: dict[object, Cost] = {}
        self._rooms: list[Room] = []
        self._steady = len(plan.rates) == 1 and not plan.rates[0].daily

    def __repr__(self) -> str:
        return f"<Pricing {self._plan.name} {self.bill!r}>"

    def part(self, begin: int, end: int) -> None:
        """Charge the time between two instants as a stay that begins there."""
        if begin >= end:
            return
        caps = self._banding.nested
        if caps is None:
            overlapping = Overlapping(self._plan, self._banding, self._zone, self._fractions)
            overlapping.charge(begin, end, self.bill)
            return
        self._rooms = [Room(each, begin, self._zone, self._plan.day_begins_s) for each in caps]
        self._charge(len(caps) - 1, begin, end, self.bill)

    def _charge(self, level: int, begin: int, end: int, bill: Bill) -> None:
        """Charge a time under the cap of this level and all those within it."""
        if level < 0:
            bill.add_cost(self._banding.cost(begin, end))
            return
        room = self._rooms[level]
        while begin < end:
            room.reach(begin)
            stop, cap, most = min(room.end, end), room.cap, room.left_minor
            charged = min(stop, room.charged_until) if cap.times_s else stop
            length_s, after = stop - begin, begin
            for kind, times, first, last in self._alike(level, begin, stop, end):
                if room.dated:
                    room.choose(first)
                    cap, most = room.cap, room.left_minor
                cost = self._period(level - 1, first, first + charged - begin, kind)
                gross = cost.total_minor
                if gross > most:
                    over = Entry(cap.rule, cap.words, first, first + length_s, 1, most, most, gross)
                    bill.add(over, last - first, times)
                else:
                    bill.add_cost(cost, first - cost.begin, last - cost.begin, times)
                if last + length_s > after:
                    after = last + length_s
            if charged < stop:
                bill.add(Entry(cap.rule, cap.words, charged, after, 1, 0, 0))
            begin = after

    def _period(self, level: int, begin: int, end: int, kind: object) -> Cost:
        """What one period costs under the caps up to this level."""
        key = kind, end - begin
        kept = self._kept.get(key) if kind is not None else None
        if kept is not None:
            return kept
        if level < 0:
            cost = self._banding.cost(begin, end)
        else:
            bill = Bill()
            self._charge(level, begin, end, bill)
            cost = bill.cost(begin)
        if kind is not None:
            self._kept[key] = cost
        return cost

    def _alike(self, level: int, begin: int, stop: int, end: int) -> Sequence[Alike]:
        """The next whole periods, put together where they cost the same; or the next one alone.

        Only the innermost cap knows what its periods are made of. Where a clock is changed, and
        where the next period may allow more, each is reckoned by itself.
        """
        room = self._rooms[level]
        alone = ((None, 1, begin, begin),)
        if level:
            return alone
        length_s = stop - begin
        if self._steady and not room.dated and isinstance(room.cap.period, int):
            times = 1 if room.changes else max(1, (end - begin) // length_s)
            return ((STEADY, times, begin, begin + (times - 1) * length_s),)
        if length_s != DAY_S:
            return alone
        days = 1 if room.changes else (end - begin) // DAY_S
        return self._days_alike(begin, days) or alone

    def _days_alike(self, begin: int, days: int) -> Sequence[Alike]:
        """Periods of 24 h by the kinds of their two dates, up to the first change of a clock."""
        dates = self._banding.dates
        ordinal = dates.at(begin)
        clock_s = begin - dates.day(ordinal).begin
        return [
            ((clock_s, *pair), times, begin + first * DAY_S, begin + last * DAY_S)
            for pair, times, first, last in dates.alike(ordinal, days, over=clock_s > 0)
        ]
