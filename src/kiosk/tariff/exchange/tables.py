"""What a tariff file and an APDS rate table can both say: tiers counted from the entry, one cap.

APDS is the Alliance for Parking Data Standards; its specification 4.0 is `parkingdata/spec`. Both
ways of the exchange go through these tables. Amounts are minor units, times whole seconds.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from kiosk.tariff.reading.spelling import DURATION_S_MAX

VALUE_MINOR_MAX: Final = 2**23
"""`format: float` is a number of 24 bits: up to here it tells one minor unit from the next."""

ALWAYS_S: Final = DURATION_S_MAX
"""`maxTime` where a file has no longest stay: nothing is charged beyond it either."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One `RateLine`: a price from one moment of the stay to the next."""

    begin_s: int
    end_s: int | None
    unit_s: int
    """`incrementPeriod`; 0: the price is paid once for the whole tier."""
    price_minor: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One `RateTable` with its one `RateLineCollection`: what holds from a date on."""

    name: str
    currency: str
    valid_from: date
    tiers: tuple[Tier, ...]
    cap_minor: int | None
    """`maxValueCollection`."""
    minimum_minor: int
    """`minValueCollection`."""
    resets_s: int | None
    """`resetTime`, the clock time at which tiers and cap begin anew; None: never."""
    max_stay_s: int | None
    tax_percent: Fraction | None
