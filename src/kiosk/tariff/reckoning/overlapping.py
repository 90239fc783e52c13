"""Charges unit by unit where caps reach into each other, each unit to the periods it begins in.

Caps that lie within each other are `pricing`'s; what is here is slower, and needed for a cap that
does not restart and for periods such as 7 h and 24 h.
"""

from collections.abc import Sequence
from datetime import tzinfo

from kiosk.tariff.measures import Fractions
from kiosk.tariff.model import Plan
from kiosk.tariff.reckoning.banding import Banding
from kiosk.tariff.reckoning.bill import Bill, Entry
from kiosk.tariff.reckoning.charging import Run, exactly, runs
from kiosk.tariff.reckoning.rooms import NEVER, Room


class Overlapping:
    """One plan in one zone, whose caps are reckoned side by side."""

    __slots__ = ("_banding", "_bill", "_fractions", "_plan", "_zone")

    def __init__(self, plan: Plan, banding: Banding, zone: tzinfo, fractions: Fractions) -> None:
        self._plan = plan
        self._banding = banding
        self._zone = zone
        self._fractions = fractions
        self._bill = Bill()

    def __repr__(self) -> str:
        return f"<Overlapping {self._plan.name}>"

    def charge(self, begin: int, end: int, bill: Bill) -> None:
        """Charge the time between two instants as a stay that begins there."""
        self._bill = bill
        rooms = [
            Room((cap,), begin, self._zone, self._plan.day_begins_s) for cap in self._plan.caps
        ]
        restarting = [room for room in rooms if room.cap.restart]
        while begin < end:
            for room in rooms:
                room.reach(begin)
            stop = min([end, *(room.end for room in restarting)])
            charged = min([stop, *(room.charged_until for room in restarting)])
            self._under_caps(begin, charged, rooms)
            for room in restarting:
                if room.charged_until == charged < stop:
                    cap = room.cap
                    bill.add(Entry(cap.rule, cap.words, charged, stop, 1, 0, 0))
            begin = stop

    def _under_caps(self, begin: int, end: int, rooms: Sequence[Room]) -> None:
        """Charge a time in which nothing begins anew."""
        carried = begin
        plan, banding = self._plan, self._banding
        for start, stop, number in banding.dates.bands(begin, end):
            start = max(start, carried)
            if start >= stop:
                continue
            rate = plan.rates[number]
            stay_s = (end if banding.start else stop) - start
            left_minor = NEVER if rate.cap_minor is None else rate.cap_minor
            for run in runs(
                rate, stop - start, stay_s, self._fractions, start_decides=banding.start
            ):
                self._bill.add(banding.entry(number, start, run, stay_s))
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
                self._bill.add(Entry(rule, words, at, limit, 1, None, amount - gross))
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
