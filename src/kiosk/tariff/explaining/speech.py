"""How one language says times, amounts, days and hours, and names of a tariff file."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from kiosk.tariff.explaining.phrases import SENTENCES
from kiosk.tariff.explaining.words import CURRENCIES, MONTHS, UNITS, WORDS
from kiosk.tariff.measures import DAY_S, WEEKDAYS, Period, Span, Window
from kiosk.tariff.wording import spelled

LANGUAGES: Final = ("zh", "en", "de")

_LENGTHS: Final = (DAY_S, 3600, 60, 1)


class Speech:
    """One language and one currency."""

    def __init__(self, language: str, currency: str, calendars: Mapping[str, frozenset[date]]):
        self._at = LANGUAGES.index(language)
        self._currency = currency
        self._calendars = calendars

    def sentence(self, key: str, **parts: object) -> str:
        """A whole sentence of `phrases.SENTENCES`, its first letter large."""
        text = SENTENCES[key][self._at].format(**parts)
        return text[:1].upper() + text[1:]

    def word(self, key: str, **parts: object) -> str:
        """A part of a sentence, of `phrases.WORDS`."""
        return WORDS[key][self._at].format(**parts)

    def name(self, name: str) -> str:
        """A name of the file, in this language where it is a usual one."""
        return WORDS[name][self._at] if name in WORDS else name.replace("_", " ")

    def listed(self, texts: Iterable[str]) -> str:
        """Several things, with `and` between them."""
        return self.word("and").join(texts)

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

    def _window(self, window: tuple[tuple[str, ...], int, int], others: bool) -> str:
        days, begin_s, end_s = window
        hours = "" if (begin_s, end_s) == (0, DAY_S) else f"{clock(begin_s)}-{clock(end_s)}"
        named = self._days(days) if days else self.word("other_days") if others else ""
        return " ".join(part for part in (named, hours) if part) or self.word("always")

    def _days(self, days: tuple[str, ...]) -> str:
        at = [WEEKDAYS.index(day) for day in days if day in WEEKDAYS]
        said = [self.word(WEEKDAYS[each]) for each in at]
        if len(at) > 2 and all(b == (a + 1) % 7 for a, b in pairwise(at)):
            said = [f"{said[0]}{'至' if self._at == 0 else '-'}{said[-1]}"]
        said += [self._calendar(day) for day in days if day not in WEEKDAYS]
        return self.listed(said)

    def _calendar(self, name: str) -> str:
        dates = sorted(self._calendars.get(name, ()))
        if not dates:
            return self.name(name)
        first, last = self.date(dates[0]), self.date(dates[-1])
        return self.name(name) + self.word("dates", count=len(dates), first=first, last=last)

    def date(self, day: date) -> str:
        """A date as this language writes it."""
        name = MONTHS[day.month - 1]
        return self.word("date", year=day.year, month=day.month, day=day.day, name=name)


def clock(seconds: int) -> str:
    """A clock time."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _joined(windows: tuple[Window, ...]) -> list[tuple[tuple[str, ...], int, int]]:
    """Windows as people say them: the two halves of a night are one."""
    said = [(each.days, each.begin_s, each.end_s) for each in windows]
    for late in [each for each in said if not each[0] and each[2] == DAY_S and each[1]]:
        early = next((each for each in said if not each[0] and each[1] == 0), None)
        if early is not None and late in said:
            said.remove(early)
            said[said.index(late)] = ((), late[1], early[2])
    return said
