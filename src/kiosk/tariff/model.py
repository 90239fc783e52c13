"""What a tariff file says, read and checked: versions, plans, rates, steps, caps, and the rest.

Amounts are integer minor units, times whole seconds, dates and hours those of the car park's
clock. Nothing is priced here, and nothing here can be wrong: only `kiosk.tariff.reading` makes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Final

DAY_S: Final = 24 * 60 * 60

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Rounding(Enum):
    """Which part of a unit is charged."""

    STARTED = "started"
    COMPLETED = "completed"
    EXACT = "exact"


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


class Boundary(Enum):
    """What happens to a unit that one band begins and the next would end."""

    SPLIT = "split"
    START = "start decides"


class Across(Enum):
    """Which version prices a stay that a new version cuts in two."""

    ENTRY = "entry decides"
    PARTS = "each part by its own"


class Span(Enum):
    """A period that is no fixed number of seconds."""

    CALENDAR_DAY = "calendar day"
    STAY = "stay"


Period = Span | int
"""A calendar day, the stay, or seconds counted from the entry."""


class Taking(Enum):
    """What a validation takes off, in the order this happens unless the file has its own."""

    TIME = "time"
    PERCENT = "percent"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a date, on some days."""

    days: tuple[str, ...]
    """Weekdays and calendars; none: the days that nothing else names."""
    begin_s: int
    end_s: int
    """Seconds of the clock; the end is later than the begin, 24:00 at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """Prices of a rate from one moment of its stay to the next."""

    begin_s: int
    end_s: int | None
    unit_s: int
    """Seconds of one unit; 0: the price is paid once for the whole step."""
    price_minor: int
    rule: str
    """Where it stands in the file."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a band of hours costs."""

    name: str
    words: str
    windows: tuple[Window, ...]
    steps: tuple[Step, ...]
    rounding: Rounding
    cap_minor: int | None
    daily: bool
    """Unit, steps and cap begin anew at midnight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most that a period costs; the last figure holds for all later periods."""

    period: Period
    amounts_minor: tuple[int, ...]
    times_s: tuple[int, ...]
    """Instead of amounts: how much of each period is charged."""
    restart: bool
    """Each period is reckoned as if the car had just come in."""
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """Which rate holds when: every second of every kind of day has exactly one."""

    patterns: tuple[tuple[tuple[int, int, int], ...], ...]
    """Kinds of day, each with (begin_s, end_s, number of the rate) from 0 to 24 h."""
    weekdays: tuple[int, ...]
    """The pattern of each day of the week, Monday first."""
    dates: Mapping[int, int]
    """The pattern of a date, by its ordinal, where a calendar decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One way to price a whole stay."""

    name: str
    words: str
    rates: tuple[Rate, ...]
    timetable: Timetable
    caps: tuple[Cap, ...]
    free_s: int
    """Who leaves within it pays nothing, who stays longer pays for all of it."""
    deduct_s: int
    """The first seconds, which nobody pays."""
    free_once: Period | None
    """Free time is given once to a vehicle in this period."""
    minimum_minor: int
    boundary: Boundary
    due_at_start: bool
    """A unit is charged from the instant at which it starts."""
    classes: tuple[str, ...]
    enter: tuple[Window, ...]
    leave: tuple[Window, ...]
    longest_s: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """The plans that hold from a date on; the cheapest that fits is charged."""

    valid_from: date
    plans: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a shop or a guest card takes off; exactly one of the four is set."""

    name: str
    words: str
    plan: str | None
    time_s: int | None
    percent: Fraction | None
    amount_minor: int | None
    most: int

    @property
    def taking(self) -> Taking | None:
        """What it takes off; None for another plan."""
        if self.time_s is not None:
            return Taking.TIME
        if self.percent is not None:
            return Taking.PERCENT
        return None if self.amount_minor is None else Taking.AMOUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A pass that covers certain hours."""

    name: str
    words: str
    covers: tuple[Window, ...]
    pass_back: bool
    """The pass counts although it is already inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """A fee on top, when somebody leaves in certain hours or when a person adds it."""

    name: str
    words: str
    amount_minor: int
    leave: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a stay without a known entry costs; exactly one is set."""

    flat_minor: int | None
    charge_s: int | None
    since_s: int | None
    """The clock time since which the car is taken to be inside."""


@dataclass(frozen=True, slots=True)
class Vat:
    """Tax that the prices include."""

    percent: Fraction
    fractions: Fractions


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Worked fees of one entry."""

    entered: datetime | None
    """Local and naive; None where the entry is lost."""
    vehicle_class: str
    paid: tuple[tuple["Leaving", int], ...]
    validations: tuple[str, ...]
    season: str | None
    season_inside: bool
    free_used: bool
    extras: tuple[str, ...]
    fees: tuple[tuple["Leaving", int], ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """When an example ends: after seconds, at the next clock time, or at a local moment."""

    words: str
    after_s: int | None = None
    clock_s: int | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffFile:
    """A whole tariff, sound in itself; whether its examples hold is for `failures` to say."""

    name: str
    currency: str
    time_zone: str
    """The name of the zone; whoever prices a stay brings the zone itself."""
    across: Across
    versions: tuple[Version, ...]
    plans: Mapping[str, Plan]
    class_plans: Mapping[tuple[str, str], Plan] = field(repr=False)
    """A class's plans where it pays every amount several times."""
    grace_s: int
    fractions: Fractions
    round_to_minor: int
    round_total: Fractions
    order: tuple[Taking, ...]
    validations: Mapping[str, Validation]
    seasons: Mapping[str, Season]
    surcharges: Mapping[str, Surcharge]
    calendars: Mapping[str, frozenset[date]] = field(repr=False)
    lost: Lost | None
    max_stay_s: int | None
    max_stay_fee_minor: int
    vat: Vat | None
    examples: tuple[Example, ...] = field(repr=False)
    falls: tuple[str, ...]
    """Why a longer stay may cost less; empty where the fee never falls with time."""
