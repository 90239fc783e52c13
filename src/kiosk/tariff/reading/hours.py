"""How days and hours are spelt in a tariff file: windows, clock times, dates, ends of a stay.

Each reader takes what TOML made of the value and raises `Unfit` with what was expected.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.tariff.measures import DAY_S, WEEKDAYS, Window
from kiosk.tariff.reading.spelling import LIST_MAX, NAME, WORDS_CHARS_MAX, Context, Unfit, duration
from kiosk.tariff.terms import Leaving

CALENDAR_DAYS_MAX: Final = 4000
"""Dates of one calendar: more than ten years of days."""

_CLOCK: Final = re.compile(r"(\d\d):(\d\d)")
_HOURS: Final = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?")
_DATES: Final = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)")


def when(value: object, _: Context) -> tuple[Window, ...]:
    """`mon-fri 08:00-18:00`, `sun holiday`, `22:00-06:00`, or a list of them."""
    texts = value if isinstance(value, list) else [value]
    if not 0 < len(texts) <= LIST_MAX:
        raise Unfit(f"1 to {LIST_MAX} texts")
    found: list[Window] = []
    for text in texts:
        try:
            found += _windows(text)
        except Unfit as expected:
            raise Unfit(str(expected), text) from None
    return tuple(found)


def days_named(value: object, context: Context) -> tuple[str, ...]:
    """`mon-fri`, `sun holiday`: days without hours."""
    expected = "days without hours, like mon-fri or sun holiday"
    try:
        windows = when(value, context)
    except Unfit:
        raise Unfit(expected) from None
    whole = [(each.begin_s, each.end_s) == (0, DAY_S) for each in windows]
    if not all(whole) or any(not each.days or each.without for each in windows):
        raise Unfit(expected)
    return tuple(dict.fromkeys(day for each in windows for day in each.days))


def _windows(text: object) -> Iterator[Window]:
    expected = "days and hours like mon-fri 08:00-18:00, sun holiday, or 22:00-06:00"
    if not isinstance(text, str) or not text.strip() or len(text) > WORDS_CHARS_MAX:
        raise Unfit(expected)
    days: list[str] = []
    without: list[str] = []
    hours: list[tuple[int, int]] = []
    into = days
    for word in text.replace(",", " ").split():
        found = _HOURS.fullmatch(word)
        if found:
            hours.append((clock(found[1]), clock(found[2])))
        elif word == "not" and into is days:
            into = without
        elif word == "not":
            raise Unfit("one not in a text, and other days in a text of their own")
        else:
            into += _days(word, expected)
    if into is without and not (days and without):
        raise Unfit(f"{expected}, and days on both sides of not, like mon-fri not holiday")
    for begin_s, end_s in hours or [(0, DAY_S)]:
        if begin_s in (end_s, DAY_S):
            raise Unfit("hours that end at another time than they begin")
        if begin_s < end_s:
            yield Window(tuple(days), begin_s, end_s, tuple(without))
        elif days:
            raise Unfit(
                "hours within one day where days are named: two entries, one up to 24:00 and"
                " one from 00:00 on its own days"
            )
        else:
            yield Window((), begin_s, DAY_S)
            if end_s:
                yield Window((), 0, end_s)


def _days(word: str, expected: str) -> tuple[str, ...]:
    first, dash, last = word.partition("-")
    if dash and first in WEEKDAYS and last in WEEKDAYS:
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
        return tuple(WEEKDAYS[at % 7] for at in range(begin, end + (7 if end < begin else 0) + 1))
    if not NAME.fullmatch(word):
        raise Unfit(expected + _hint(word))
    return (word,)


def _hint(word: str) -> str:
    """What is usually wrong with such a word."""
    if word[:1].isdigit():
        return " (hours have two digits and minutes)"
    return f" (small letters: {', '.join(WEEKDAYS)})" if word != word.lower() else ""


def clock(value: object, _: Context | None = None) -> int:
    """`07:30`, in seconds of the day; 24:00 is its end."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        seconds = int(found[1]) * 3600 + int(found[2]) * 60
        if int(found[2]) < 60 and seconds <= DAY_S:
            return seconds
    raise Unfit("a clock time like 07:30, 24:00 at most")


def day(value: object, _: Context) -> date:
    """A TOML date."""
    if type(value) is not date or not 1970 <= value.year <= 2999:
        raise Unfit("a date like 2026-01-31 without quotes, from 1970 to 2999")
    return value


def days_listed(value: object, context: Context) -> frozenset[date]:
    """Dates, and texts like `2026-10-01 to 2026-10-07`."""
    if not isinstance(value, list) or not 0 < len(value) <= LIST_MAX:
        raise Unfit(f"a list of 1 to {LIST_MAX} dates")
    found: set[date] = set()
    expected = "a date like 2026-01-31 without quotes, or a text like 2026-10-01 to 2026-10-07"
    for item in value:
        ends = _DATES.fullmatch(item) if isinstance(item, str) else None
        try:
            begin, end = map(date.fromisoformat, ends.groups()) if ends else (item, item)
            first, last = day(begin, context), day(end, context)
        except ValueError:
            raise Unfit("dates that exist", item) from None
        except Unfit:
            raise Unfit(expected, item) from None
        if not first <= last or (last - first).days >= CALENDAR_DAYS_MAX:
            raise Unfit(f"the first date before the last, {CALENDAR_DAYS_MAX} days at most", item)
        found |= {first + timedelta(days=at) for at in range((last - first).days + 1)}
        if len(found) > CALENDAR_DAYS_MAX:
            raise Unfit(f"at most {CALENDAR_DAYS_MAX} days in all")
    return frozenset(found)


def moment(value: object, _: Context) -> datetime:
    """A local TOML date-time."""
    if not isinstance(value, datetime) or value.tzinfo or not 1970 <= value.year <= 2999:
        raise Unfit("a local time like 2026-01-31 10:00:00 without quotes and zone")
    return value


def leaving(value: object, context: Context) -> Leaving:
    """When an example ends: `90 min`, `18:30` (the next), or `2026-01-31 18:30`."""
    if isinstance(value, datetime):
        return Leaving(f"{value:%Y-%m-%d %H:%M}", moment=moment(value, context))
    text = value if isinstance(value, str) else ""
    try:
        if _MOMENT.fullmatch(text):
            return Leaving(text, moment=moment(datetime.fromisoformat(text), context))
        if _CLOCK.fullmatch(text):
            return Leaving(text, clock_s=clock(text) % DAY_S)
        return Leaving(text, after_s=duration(text, context))
    except (Unfit, ValueError):
        raise Unfit(
            "a time like 90 min, the clock time 18:30, or 2026-01-31 18:30 in quotes"
        ) from None
