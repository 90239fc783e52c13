"""Lays the hours of a plan's rates over every kind of day, and names gaps and overlaps.

A window without days holds on each day that no other window of the plan names. On a date that
stands in several calendars, the calendar that stands first in the file decides.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from kiosk.tariff.measures import DAY_S, WEEKDAYS, Window
from kiosk.tariff.model import Plan, Rate, Timetable
from kiosk.tariff.reading.checking import Faults

WHOLE_DAY: Final = (Window((), 0, DAY_S),)

CHANGE_S: Final = 2 * 3600
"""By how much a clock that is put back makes a day longer, at most."""

NEVER_S: Final = 1 << 62
"""A time that no stay reaches."""

BANDS_MAX: Final = 96
"""Bands of one day: one for each quarter of an hour."""

Tile = tuple[int, int, int]


def timetable(
    rates: Sequence[Rate], calendars: Mapping[str, frozenset[date]], path: str, faults: Faults
) -> Timetable:
    """The timetable of the plan at `path`."""
    windows = [(number, w) for number, rate in enumerate(rates) for w in rate.windows or WHOLE_DAY]
    named = {day for _, window in windows for day in window.days}
    kinds = [*WEEKDAYS, *(each for each in calendars if each in named)]
    tilings = [_tiles(kind, kind in named, windows) for kind in kinds]
    alone = named if any(not window.days for _, window in windows) else set[str]()
    _judge(kinds, tilings, rates, path, faults, alone)
    patterns = list(dict.fromkeys(tilings))
    dates: dict[int, int] = {}
    for kind, tiling in zip(kinds[7:], tilings[7:], strict=True):
        for day in calendars[kind]:
            dates.setdefault(day.toordinal(), patterns.index(tiling))
    return Timetable(
        patterns=tuple(patterns),
        weekdays=tuple(patterns.index(each) for each in tilings[:7]),
        dates=dates,
    )


def longest_held(plan: Plan, number: int) -> int:
    """More seconds than a rate of this plan holds at a time; a unit may run out after its band."""
    if plan.opening is not None and plan.opening.number == number:
        return plan.opening.time_s
    within, evening, morning = [0], [0], [0]
    for tiling in plan.timetable.patterns:
        for begin_s, end_s, rate in tiling:
            if rate == number:
                within.append(end_s - begin_s)
                evening += [end_s - begin_s] if end_s == DAY_S else []
                morning += [end_s - begin_s] if begin_s == 0 else []
    longest_s = max(*within, max(evening) + max(morning))
    daily = plan.rates[number].daily
    if max(within) == DAY_S and not daily:
        return NEVER_S
    return min(longest_s, DAY_S if daily else longest_s) + CHANGE_S


def clocks(begin_s: int, end_s: int) -> str:
    """Hours as a file spells them."""
    return "-".join(f"{at // 3600:02}:{at // 60 % 60:02}" for at in (begin_s, end_s))


def _tiles(kind: str, is_named: bool, windows: Iterable[tuple[int, Window]]) -> tuple[Tile, ...]:
    return tuple(
        sorted(
            (window.begin_s, window.end_s, number)
            for number, window in windows
            if (kind in window.days if is_named else not window.days)
        )
    )


def _judge(
    kinds: Sequence[str],
    tilings: Sequence[Sequence[Tile]],
    rates: Sequence[Rate],
    path: str,
    faults: Faults,
    alone: Container[str],
) -> None:
    """Each fault once, with all the days on which it is one.

    Days that are `alone` are named by a rate, so that the plan's hours without days leave them.
    """
    where: dict[str, list[str]] = {}
    for kind, tiling in zip(kinds, tilings, strict=True):
        for problem in _problems(tiling, rates):
            where.setdefault(problem, []).append(kind)
    for problem, days in where.items():
        every = len(days) == len(kinds)
        hint = ""
        if "got none" in problem and any(day in alone for day in days):
            hint = " (hours without days hold on no day that another rate names:"
            hint += f" name it where they shall hold, like {days[0]} 08:00-18:00)"
        faults(path, f"{problem} {'on every day' if every else 'on ' + ', '.join(days)}{hint}")
    used = {number for tiling in tilings for _, _, number in tiling}
    for number, rate in enumerate(rates):
        if number not in used:
            faults(f"{path}.rates", f"{rate.name} never holds: other rates name every day")


def _problems(tiling: Sequence[Tile], rates: Sequence[Rate]) -> Iterable[str]:
    reached_s, by = 0, -1
    if len(tiling) > BANDS_MAX:
        yield f"expected at most {BANDS_MAX} bands, got {len(tiling)}"
        return
    for begin_s, end_s, number in tiling:
        if begin_s > reached_s:
            yield f"expected a rate from 00:00 to 24:00, got none at {clocks(reached_s, begin_s)}"
        elif begin_s < reached_s:
            hours = clocks(begin_s, min(reached_s, end_s))
            names = f"{rates[by].name} and {rates[number].name}"
            yield f"expected one rate at a time, got {names} at {hours}"
        if end_s > reached_s:
            reached_s, by = end_s, number
    if reached_s < DAY_S:
        yield f"expected a rate from 00:00 to 24:00, got none at {clocks(reached_s, DAY_S)}"
