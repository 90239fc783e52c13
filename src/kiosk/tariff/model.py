"""What a tariff file says, read and checked: versions, plans, rates, steps, caps, and the rest.

Amounts are integer minor units, times whole seconds, dates and hours those of the car park's
clock. Nothing is priced here, and nothing here can be wrong: only `kiosk.tariff.reading` makes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from kiosk.tariff.measures import Fractions, Period, Window
from kiosk.tariff.terms import Example, Lost, Season, Surcharge, Taking, Validation, Vat


class Rounding(Enum):
    """Which part of a unit is charged."""

    STARTED = "started"
    COMPLETED = "completed"
    EXACT = "exact"


class Boundary(Enum):
    """What happens to a unit that one band begins and the next would end."""

    SPLIT = "split"
    START = "start decides"


class Across(Enum):
    """Which version prices a stay that a new version cuts in two."""

    ENTRY = "entry decides"
    PARTS = "each part by its own"


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
    """Unit, steps and cap begin anew with each day of the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most that a period costs; the last figure holds for all later periods."""

    period: Period
    amounts_minor: tuple[int, ...]
    times_s: tuple[int, ...]
    """Instead of amounts: how much of each period is charged."""
    periods: int | None
    """How many periods have it, from the entry on; later ones have none."""
    restart: bool
    """Each period is reckoned as if the car had just come in."""
    days: tuple[str, ...]
    """Weekdays and calendars on which a period must begin to have it; none: all have it."""
    weekdays: frozenset[int]
    """The days of the week among them, Monday is 0."""
    dates: Mapping[int, bool]
    """Dates of calendars that a cap of the plan names, by ordinal: whether this one has it."""
    rule: str
    words: str

    def holds(self, ordinal: int) -> bool:
        """Whether periods that begin on this date have it."""
        return not self.days or self.dates.get(ordinal, (ordinal - 1) % 7 in self.weekdays)


@dataclass(frozen=True, slots=True)
class Opening:
    """The rate that holds for the first time of a stay, whatever the hour."""

    number: int
    """Its place among the plan's rates; it is the last, and in no timetable."""
    time_s: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """Which rate holds when: every second of every kind of day has exactly one."""

    patterns: tuple[tuple[tuple[int, int, int], ...], ...]
    """Kinds of day, each with (begin_s, end_s, number of the rate) from 0 to 24 h."""
    weekdays: tuple[int, ...]
    """The pattern of each day of the week, Monday first."""
    dates: Mapping[int, int]
    """The pattern of a date, by its ordinal, where a calendar decides."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """One way to price a whole stay; each is its own, so that what is known of it can be kept."""

    name: str
    words: str
    rates: tuple[Rate, ...]
    timetable: Timetable
    opening: Opening | None
    caps: tuple[Cap, ...]
    free_s: int
    """Who leaves within it pays nothing, who stays longer pays for all of it."""
    deduct_s: int
    """The first seconds, which nobody pays."""
    free_once: Period | None
    """Free time is given once to a vehicle in this period."""
    minimum_minor: int
    day_begins_s: int
    """The clock time at which its days begin: those of caps and of rates that are `daily`."""
    boundary: Boundary
    due_at_start: bool
    """A unit is charged from the instant at which it starts."""
    classes: tuple[str, ...]
    enter: tuple[Window, ...]
    leave: tuple[Window, ...]
    longest_s: int | None
    once: Period | None
    """It fits a vehicle once in this period."""
    alone: bool
    """Where it fits, no plan is charged that is not alone, too."""


@dataclass(frozen=True, slots=True)
class Version:
    """The plans that hold from a date on; the cheapest that fits is charged."""

    valid_from: date
    plans: tuple[str, ...]


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
