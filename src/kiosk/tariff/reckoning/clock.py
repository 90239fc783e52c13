"""The car park's clock: which date and hour an instant has, and when a clock time comes.

Instants are whole seconds since 1970 in UTC, so that what elapsed is a difference. Hours are what
the clock on the wall shows. A clock time that the autumn shows twice comes at the first; one that
the spring leaves out comes at the instant that skips it. The zone is an argument, never read.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from kiosk.tariff.measures import DAY_S, WEEKDAYS, Window

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL: Final = EPOCH.toordinal()

MIDNIGHTS_KEPT: Final = 4096
"""Midnights that are remembered: several years of days, each some hundred bytes."""

_NAIVE: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a reading of the wall clock has no zone
_SECOND: Final = timedelta(seconds=1)


def instant(moment: datetime) -> int:
    """The whole seconds of an aware moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"expected a moment with its time zone, got {moment}")
    return (moment - EPOCH) // _SECOND


def moment_of(seconds: int) -> datetime:
    """The aware moment of an instant."""
    return EPOCH + timedelta(seconds=seconds)


def comes(zone: tzinfo, wall_s: int) -> int:
    """The first instant at which the wall clock shows this many seconds since 1970, or more."""
    shown = (_NAIVE + timedelta(seconds=wall_s)).replace(tzinfo=zone)
    first_s, second_s = _offset_s(shown), _offset_s(shown.replace(fold=1))
    if first_s >= second_s:
        return wall_s - first_s
    before, after = wall_s - second_s, wall_s - first_s
    while after - before > 1:  # the clock skips this time: look for the instant that does it
        middle = (before + after) // 2
        if middle + _offset_s(moment_of(middle).astimezone(zone)) >= wall_s:
            after = middle
        else:
            before = middle
    return after


@lru_cache(maxsize=MIDNIGHTS_KEPT)
def midnight(zone: tzinfo, ordinal: int) -> int:
    """The first instant of a date."""
    return comes(zone, (ordinal - EPOCH_ORDINAL) * DAY_S)


def date_at(zone: tzinfo, at: int) -> int:
    """The ordinal of the date that the wall clock shows."""
    ordinal = at // DAY_S + EPOCH_ORDINAL
    while at < midnight(zone, ordinal):
        ordinal -= 1
    while at >= midnight(zone, ordinal + 1):
        ordinal += 1
    return ordinal


def clock_comes(zone: tzinfo, ordinal: int, clock_s: int) -> int:
    """The instant of a clock time on a date."""
    begin, end = midnight(zone, ordinal), midnight(zone, ordinal + 1)
    if end - begin == DAY_S:
        return begin + clock_s
    return min(max(begin, comes(zone, (ordinal - EPOCH_ORDINAL) * DAY_S + clock_s)), end)


def day_begin(zone: tzinfo, ordinal: int, begins_s: int) -> int:
    """When the day of a date begins, which may be later than at midnight."""
    return clock_comes(zone, ordinal, begins_s) if begins_s else midnight(zone, ordinal)


def day_at(zone: tzinfo, at: int, begins_s: int) -> int:
    """The date on which the day of an instant began."""
    ordinal = date_at(zone, at)
    return ordinal if at >= day_begin(zone, ordinal, begins_s) else ordinal - 1


def within(
    windows: Sequence[Window], calendars: Mapping[str, frozenset[date]], zone: tzinfo, at: int
) -> bool:
    """Whether an instant lies in one of these windows; one without days holds on every day."""
    return any(begin <= at < end for begin, end in covered(windows, calendars, zone, at, at + 1))


def covered(
    windows: Sequence[Window],
    calendars: Mapping[str, frozenset[date]],
    zone: tzinfo,
    begin: int,
    end: int,
) -> list[tuple[int, int]]:
    """The parts between two instants that lie in these windows, in order, none touching."""
    parts: list[tuple[int, int]] = []
    for ordinal in range(date_at(zone, begin), date_at(zone, end) + 1):
        for window in windows:
            if window.days and not on_day(window.days, calendars, ordinal):
                continue
            if window.without and on_day(window.without, calendars, ordinal):
                continue
            start = clock_comes(zone, ordinal, window.begin_s)
            parts.append((start, clock_comes(zone, ordinal, window.end_s)))
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(parts):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return [(max(s, begin), min(e, end)) for s, e in joined if max(s, begin) < min(e, end)]


def _offset_s(moment: datetime) -> int:
    """By how many seconds the wall clock is ahead of UTC; a zone without one is UTC."""
    return (moment.utcoffset() or timedelta()) // _SECOND


def on_day(days: Sequence[str], calendars: Mapping[str, frozenset[date]], ordinal: int) -> bool:
    """Whether a date is one of these weekdays or stands in one of these calendars."""
    return WEEKDAYS[(ordinal - 1) % 7] in days or any(
        date.fromordinal(ordinal) in calendars.get(each, ()) for each in days
    )
