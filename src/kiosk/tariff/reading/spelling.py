"""How single values of a tariff file are spelt: amounts, durations, periods, words, numbers.

Each reader takes what TOML made of the value and raises `Unfit` with what was expected.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final, TypeVar

from kiosk.tariff.measures import DAY_S, Period, Span
from kiosk_hw.ports.money import CURRENCY

DURATION_S_MAX: Final = 366 * DAY_S
"""A year with its leap day: no stay is charged for longer, so no longer time means anything."""

AMOUNT_MAX: Final = 1_000_000_000
"""No price of a car park is higher in any currency, in whole units."""

WORDS_CHARS_MAX: Final = 200
"""Characters of a name or an explanation: it must fit on a receipt."""

DIGITS_MAX: Final = 12
"""Digits of a number before its point, and behind it."""

LIST_MAX: Final = 400
"""Entries of any list in the file."""

EnumT = TypeVar("EnumT", bound=Enum)
T = TypeVar("T")

_DURATION: Final = re.compile(
    r"(?:(\d{1,7}) ?d)? ?(?:(\d{1,7}) ?h)? ?(?:(\d{1,7}) ?min)? ?(?:(\d{1,8}) ?s)?"
)
NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class Unfit(Exception):
    """A value does not fit; the text says what was expected, `got` which part of it does not."""

    def __init__(self, expected: str, got: object = None) -> None:
        super().__init__(expected)
        self.got = got


@dataclass(frozen=True, slots=True)
class Context:
    """What the spelling of a value depends on."""

    digits: int
    """Digits of an amount behind the point."""


Reader = Callable[[object, Context], object]


def amount(value: object, context: Context) -> int:
    """An amount as it is printed, `2.50`, in minor units."""
    expected = f"an amount like 2.50 with at most {context.digits} decimals"
    if context.digits == 0:
        expected = "an amount in whole units like 250"
    if isinstance(value, str):
        raise Unfit(f"{expected}, without quotes")
    scaled = _number(value, expected, AMOUNT_MAX) * int(10**context.digits)
    if scaled.denominator != 1:
        raise Unfit(expected)
    return scaled.numerator


def percent(value: object, _: Context) -> Fraction:
    """0 to 100, with decimals."""
    return _number(value, "a percentage from 0 to 100", 100)


def factor(value: object, _: Context) -> Fraction:
    """How often a class pays every amount."""
    return _number(value, "a factor from 0 to 100", 100)


def duration(value: object, _: Context) -> int:
    """`15 min`, `2 h`, `1 h 30 min`, `7 d`, in seconds."""
    expected = "a time like 15 min, 2 h, 1 h 30 min or 7 d, of at most 366 d"
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        raise Unfit(expected)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total_s = days * DAY_S + hours * 3600 + minutes * 60 + seconds
    if total_s > DURATION_S_MAX:
        raise Unfit(expected)
    return total_s


def some_time(value: object, context: Context) -> int:
    """A duration that is not nothing."""
    total_s = duration(value, context)
    if total_s == 0:
        raise Unfit("a time longer than nothing")
    return total_s


def period(value: object, context: Context) -> Period:
    """A duration from the entry, a calendar day, or the stay."""
    if value in (Span.CALENDAR_DAY.value, Span.STAY.value):
        return Span(value)
    try:
        return some_time(value, context)
    except Unfit:
        raise Unfit("a time like 24 h, or calendar day, or stay") from None


def free_period(value: object, context: Context) -> Period:
    """A duration or a calendar day."""
    found = period(value, context)
    if found is Span.STAY:
        raise Unfit("a time like 8 h, or calendar day")
    return found


def words(value: object, _: Context) -> str:
    """A short text for people."""
    printable = isinstance(value, str) and value.isprintable() and bool(value.strip())
    if not isinstance(value, str) or not printable or len(value) > WORDS_CHARS_MAX:
        raise Unfit(f"a text of 1 to {WORDS_CHARS_MAX} characters")
    return value


def name(value: object, _: Context) -> str:
    """The name of a table: it stands in lines, and other keys refer to it."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise Unfit("a name of at most 32 small letters, digits, _ and -, a letter first")
    return value


def currency(value: object, _: Context) -> str:
    """An ISO 4217 code."""
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise Unfit("three capital letters like EUR")
    return value


def yes(value: object, _: Context) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def few(value: object, _: Context) -> int:
    """How often something counts."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise Unfit("a whole number from 1 to 1000")
    return value


def one_of(kind: type[EnumT]) -> Reader:
    """One of the spellings of an enum."""
    spelt = {each.value: each for each in kind}

    def read(value: object, _: Context) -> EnumT:
        if not isinstance(value, str) or value not in spelt:
            raise Unfit("one of " + ", ".join(spelt))
        return spelt[value]

    return read


def each(read: Callable[[object, Context], T], *, alone: bool = False) -> Reader:
    """A list of such values, `alone` also one without brackets."""

    def read_all(value: object, context: Context) -> tuple[T, ...]:
        items = value if isinstance(value, list) else [value] if alone else []
        if not 0 < len(items) <= LIST_MAX:
            raise Unfit(f"a list of 1 to {LIST_MAX} values")
        return tuple(read(item, context) for item in items)

    return read_all


def _number(value: object, expected: str, most: int) -> Fraction:
    """A number from 0 to `most`, exactly as it was written."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise Unfit(expected)
    if isinstance(value, Decimal):
        # A wild exponent would make a number of a billion digits below.
        exponent = value.as_tuple().exponent
        if (
            not isinstance(exponent, int)
            or not exponent >= -DIGITS_MAX
            or value.adjusted() > DIGITS_MAX
        ):
            raise Unfit(expected)
    if not 0 <= value <= most:
        raise Unfit(f"{expected}, from 0 to {most}")
    return Fraction(value)
