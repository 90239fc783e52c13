"""Compares two tariffs over a grid of stays: which of them would pay more, and which less."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from kiosk.tariff.model import Plan, TariffFile
from kiosk.tariff.quote import Visit
from kiosk.tariff.reckoning.quoting import quote

HOURS: Final = (0, 7, 9, 12, 17, 19, 22)
"""Clock hours at which a car comes in."""

MINUTES: Final = (
    *(5, 10, 15, 16, 20, 21, 30, 31, 45, 60, 61, 90, 120, 121, 180, 240, 300, 360, 480, 600),
    *(720, 840, 1080, 1440, 1441, 2160, 2880, 4320, 10080),
)
"""How long it stays: round times and a minute more, where steps are."""

STAYS_MAX: Final = 100_000
"""Stays of one grid; beyond, only round times are looked at."""

NAMED_MAX: Final = 60
"""Times, and hours, that the files name and that are looked at as well; the smallest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """One stay that a new tariff prices otherwise."""

    day: str
    entered: datetime
    minutes: int
    vehicle_class: str
    old_minor: int
    new_minor: int

    @property
    def more_minor(self) -> int:
        """How much dearer it becomes; negative where cheaper."""
        return self.new_minor - self.old_minor


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many stays were looked at, and those that change."""

    stays: int
    changes: tuple[Change, ...]


def compared(
    old: tuple[TariffFile, tzinfo], new: tuple[TariffFile, tzinfo], classes: tuple[str, ...]
) -> Comparison:
    """Every stay of the grid, priced by both."""
    changes: list[Change] = []
    stays = 0
    days = list(_days(new[0]))
    lengths, clocks = _lengths(old[0], new[0]), _clocks(old[0], new[0])
    if len(days) * len(classes) * len(lengths) * len(clocks) > STAYS_MAX:
        lengths, clocks = list(MINUTES), [hour * 3600 for hour in HOURS]
    for day, first in days:
        for clock_s in clocks:
            entered = (first + timedelta(seconds=clock_s)).replace(tzinfo=new[1]).astimezone(UTC)
            for minutes in lengths:
                for vehicle in classes:
                    left = entered + timedelta(minutes=minutes)
                    visit = Visit(entered=entered, left=left, vehicle_class=vehicle)
                    before, after = (
                        quote(file, visit, zone).due.amount_minor for file, zone in (old, new)
                    )
                    stays += 1
                    if before != after:
                        local = entered.astimezone(new[1])
                        changes.append(Change(day, local, minutes, vehicle, before, after))
    return Comparison(stays, tuple(changes))


def _lengths(*files: TariffFile) -> list[int]:
    """How long cars stay, in minutes: to the end of whatever the files name, and longer."""
    named = {
        -(-seconds // 60)
        for file in files
        for plan in file.plans.values()
        for seconds in _times(plan)
        if 0 < seconds <= MINUTES[-1] * 60
    }
    more = sorted({each for minutes in named for each in (minutes, minutes + 1)} - set(MINUTES))
    return sorted([*MINUTES, *more[:NAMED_MAX]])


def _times(plan: Plan) -> Iterator[int]:
    yield from (plan.free_s, plan.deduct_s, plan.longest_s or 0)
    if plan.opening is not None:
        yield plan.opening.time_s
    for rate in plan.rates:
        for step in rate.steps:
            yield from (step.end_s or 0, step.begin_s + step.unit_s)
    for cap in plan.caps:
        yield from cap.times_s
        if isinstance(cap.period, int):
            yield cap.period


def _clocks(*files: TariffFile) -> list[int]:
    """When cars come in, in seconds of the day: as each window begins, and at hours between."""
    named = {
        window.begin_s
        for file in files
        for plan in file.plans.values()
        for windows in (plan.enter, *(rate.windows for rate in plan.rates))
        for window in windows
    }
    hours = {hour * 3600 for hour in HOURS}
    return sorted([*hours, *sorted(named - hours)[:NAMED_MAX]])


def _days(file: TariffFile) -> Iterator[tuple[str, datetime]]:
    """A weekday, Saturday, Sunday, and a day of each calendar, under the newest version."""
    begin = file.versions[-1].valid_from
    named = set().union(*file.calendars.values()) if file.calendars else set()
    for day, weekday in (("weekday", 1), ("Saturday", 5), ("Sunday", 6)):
        at = begin + timedelta(days=(weekday - begin.weekday()) % 7)
        while at in named:
            at += timedelta(days=7)
        yield day, datetime(at.year, at.month, at.day)  # noqa: DTZ001 - a date has no zone
    for name, dates in file.calendars.items():
        later = sorted(each for each in dates if each >= begin)
        if later:
            yield name, datetime(later[0].year, later[0].month, later[0].day)  # noqa: DTZ001
