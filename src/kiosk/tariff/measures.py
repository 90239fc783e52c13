"""The measures that a tariff is made of: days, windows of hours, periods, parts of a coin.

Times are whole seconds, amounts integer minor units. Nothing is read or priced here.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

DAY_S: Final = 24 * 60 * 60

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Fractions(Enum):
    """What becomes of a part of the smallest coin."""

    DOWN = "down"
    HALF_UP = "half up"
    UP = "up"

    def whole(self, amount: Fraction) -> int:
        """The whole number that stands for `amount`."""
        match self:
            case Fractions.DOWN:
                return amount.numerator // amount.denominator
            case Fractions.UP:
                return -(-amount.numerator // amount.denominator)
            case Fractions.HALF_UP:
                return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


class Span(Enum):
    """A period that is no fixed number of seconds."""

    CALENDAR_DAY = "calendar day"
    STAY = "stay"


Period = Span | int
"""A calendar day, the stay, or seconds counted from the entry."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a date, on some days."""

    days: tuple[str, ...]
    """Weekdays and calendars; none: the days that nothing else names."""
    begin_s: int
    end_s: int
    """Seconds of the clock; the end is later than the begin, 24:00 at most."""
