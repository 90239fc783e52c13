"""What a tariff file says besides its prices: validations, passes, surcharges, lost entries, tax.

Also its worked fees. Amounts are integer minor units, times whole seconds.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction

from kiosk.tariff.measures import Fractions, Window


class Taking(Enum):
    """What a validation takes off, in the order this happens unless the file has its own."""

    TIME = "time"
    PERCENT = "percent"
    AMOUNT = "amount"


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
