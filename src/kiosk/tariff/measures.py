"""The measures that a tariff is made of: days, windows of hours, periods, parts of a coin.

Times are whole seconds, amounts integer minor units. Nothing is read or priced here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

DAY_S: Final = 24 * 60 * 60

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Fractions(Enum):
    """What becomes of a part of the smallest coin."""

    DOWN = "down"
    HALF_UP = "half up"
    UP = "up"

    def whole(self, amount: int, parts: int) -> int:
        """The whole number that stands for `amount` / `parts`."""
        match self:
            case Fractions.DOWN:
                return amount // parts
            case Fractions.UP:
                return -(-amount // parts)
            case Fractions.HALF_UP:
                return (2 * amount + parts) // (2 * parts)


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
    without: tuple[str, ...] = ()
    """Days and calendars on which it does not hold all the same."""
