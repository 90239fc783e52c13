"""How one language says times, amounts, days and hours, and names of a tariff file."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from kiosk.tariff.explaining.phrases import SENTENCES
from kiosk.tariff.explaining.words import CURRENCIES, MONTHS, NAMES, UNITS, WORDS
from kiosk.tariff.measures import DAY_S, WEEKDAYS, Period, Span, Window
from kiosk.tariff.wording import spelled

LANGUAGES: Final = ("zh", "en", "de")

DATES_SAID_MAX: Final = 3
"""Dates of a calendar that a sign names one by one."""

_LENGTHS: Final = (DAY_S, 3600, 60, 1)


class Speech:
    """One language and one currency."""

    def __init__(self, language: str, currency: str):
        self._at = LANGUAGES.index(language)
        self._currency = currency

    def sentence(self, key: str, **parts: object) -> str:
        """A whole sentence of `phrases.SENTENCES`, its first letter large."""
        text = SENTENCES[key][self._at].format(**parts)
        return text[:1].upper() + text[1:]

    def word(self, key: str, **parts: object) -> str:
        """A part of a sentence, of `phrases.WORDS`."""
        return WORDS[key][self._at].format(**parts)

    def name(self, name: str) -> str:
        """A name of the file, in this language where it is a usual one."""
        return NAMES[name][self._at] if name in NAMES else name.replace("_", " ")

    def listed(self, texts: Iterable[str]) -> str:
        """Several things, with `and` before the last."""
        *before, last = texts
        return self.word("and").join([self.word("comma").join(before), last] if before else [last])

    def time(self, seconds: int) -> str:
        """How long."""
        parts: list[str] = []
        lengths = zip(_LENGTHS, UNITS[self._at], strict=True)
        for length_s, (one, several) in lengths:
            if length_s == DAY_S and seconds < 3 * DAY_S:
                continue
            count, seconds = divmod(seconds, length_s)
            if count:
                parts.append(f"{count}{one if count == 1 else several}")
        return ("" if self._at == 0 else " ").join(parts)

    def unit(self, seconds: int) -> str:
        """A unit of charging: the hour, 15 minutes."""
        said = self.time(seconds)
        alone = said.removeprefix("1").lstrip()
        return said if any(char.isdigit() for char in alone) else alone

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        amount = spelled(minor, self._currency)
        match LANGUAGES[self._at]:
            case "zh":
                return amount + CURRENCIES.get(self._currency, f" {self._currency} ")
            case "de":
                return f"{amount.replace('.', ',')} {self._currency}"
        return f"{amount} {self._currency}"

    def number(self, value: float) -> str:
        """A number with decimals."""
        said = f"{value:g}"
        return said.replace(".", ",") if LANGUAGES[self._at] == "de" else said

    def period(self, period: Period) -> str:
        """What a cap or free time counts in."""
        return self.word(period.value) if isinstance(period, Span) else self.unit(period)

    def when(self, windows: tuple[Window, ...], *, others: bool = False) -> str:
        """Days and hours; `others`: other windows of the plan name days."""
        said = [self._window(window, others) for window in _joined(windows)]
        return self.listed(said) if said else self.word("other_days" if others else "always")

    def _window(self, window: Window, others: bool) -> str:
        begin_s, end_s = window.begin_s, window.end_s
        key = "hours" if begin_s < end_s else "night"
        hours = self.word(key, begin=clock(begin_s), end=clock(end_s))
        if (begin_s, end_s) == (0, DAY_S):
            hours = ""
        days = window.days
        named = self.days(days) if days else self.word("other_days") if others else ""
        if window.without:
            named += self.word("except", days=self.days(window.without))
        return " ".join(part for part in (named, hours) if part) or self.word("always")

    def days(self, days: tuple[str, ...]) -> str:
        """Weekdays, those in a row from the first to the last, and calendars."""
        at = [WEEKDAYS.index(day) for day in days if day in WEEKDAYS]
        said = [self.word(WEEKDAYS[each]) for each in at]
        if len(at) > 2 and all(b == (a + 1) % 7 for a, b in pairwise(at)):
            said = [f"{said[0]}{'至' if self._at == 0 else '-'}{said[-1]}"]
        said += [self.name(day) for day in days if day not in WEEKDAYS]
        return self.listed(said)

    def calendar(self, name: str, dates: Sequence[date]) -> str:
        """Which dates a calendar has: all of a few, else how many."""
        if len(dates) <= DATES_SAID_MAX:
            said = self.listed(map(self.date, dates))
        else:
            first, last = self.date(dates[0]), self.date(dates[-1])
            said = self.word("dates", count=len(dates), first=first, last=last)
        return self.sentence("calendar", name=self.name(name), dates=said)

    def date(self, day: date) -> str:
        """A date as this language writes it."""
        name = MONTHS[day.month - 1]
        return self.word("date", year=day.year, month=day.month, day=day.day, name=name)


def clock(seconds: int) -> str:
    """A clock time."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _joined(windows: tuple[Window, ...]) -> list[Window]:
    """Windows as people say them: the two halves of a night are one."""
    said = list(windows)
    for late in [each for each in said if not each.days and each.end_s == DAY_S and each.begin_s]:
        early = next((each for each in said if not each.days and each.begin_s == 0), None)
        if early is not None and late in said:
            said.remove(early)
            said[said.index(late)] = Window((), late.begin_s, early.end_s)
    return said
