"""What a stay costs and why: the quote, for machines and for people.

The lines add up to the total exactly; the total and what was taken off it make what is due.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from kiosk.tariff.wording import lasting, spelled
from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stay, as far as its fee depends on it; nothing names the vehicle."""

    entered: datetime | None
    """Aware; None where the entry is lost."""
    left: datetime
    """Aware; the moment at which somebody pays or leaves."""
    vehicle_class: str = ""
    paid: tuple[tuple[Money, datetime], ...] = ()
    validations: tuple[str, ...] = ()
    """Names of the file's validations, in any order."""
    season: str | None = None
    season_inside: bool = False
    """The season pass is inside already, with another car."""
    free_used: bool = False
    """It had its free time, or the plan, in the period of `Plan.free_once` or `Plan.once`."""
    before: datetime | None = None
    """When this vehicle came the time before: in that period its free time is used."""
    extras: tuple[str, ...] = ()
    """Names of surcharges that a person adds."""


class Line(NamedTuple):
    """One line of a quote; a tuple, for a quote makes several and is asked for in a hurry."""

    rule: str
    """The key of the tariff file that makes the line."""
    words: str
    begin: datetime
    end: datetime
    units: int
    """How many; seconds, where `per_s` says that time counts exactly."""
    unit_minor: int | None
    """The price of one; None where the amount is no multiple of one price."""
    per_s: int
    amount_minor: int
    instead_minor: int
    """What it would have been without the cap that makes this line; else 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """Value added tax that the price includes."""

    percent: Fraction
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a stay costs."""

    total: Money
    """For the whole stay: the sum of all lines."""
    lines: tuple[Line, ...]
    deductions: tuple[Line, ...]
    """Validations, rounding and payments; negative where they take off."""
    due: Money
    """What is still to be paid: the total and all deductions."""
    tax: Tax | None
    plans: tuple[str, ...]
    """The plans that priced the stay, one for each part of it."""
    notices: tuple[str, ...]
    """What somebody should know: an unknown validation, a stay that is too long."""

    def __str__(self) -> str:
        """A receipt of one line for each line."""
        currency = self.total.currency
        rows = [row(line, currency) for line in self.lines]
        rows.append(("total", spelled(self.total.amount_minor, currency)))
        rows += [row(line, currency) for line in self.deductions]
        rows.append(("due", str(self.due)))
        if self.tax is not None:
            percent = f"{float(self.tax.percent):g}"
            rows.append(
                (f"including {percent} % tax", spelled(self.tax.amount.amount_minor, currency))
            )
        width = max(len(left) for left, _ in rows)
        return "\n".join(
            [f"{left:{width}}  {right:>14}".rstrip() for left, right in rows] + list(self.notices)
        )

    def as_dict(self) -> dict[str, object]:
        """The same for machines: names, whole numbers and ISO 8601 times only."""
        tax = self.tax
        return {
            "currency": self.total.currency,
            "total_minor": self.total.amount_minor,
            "due_minor": self.due.amount_minor,
            "lines": [_as_dict(line) for line in self.lines],
            "deductions": [_as_dict(line) for line in self.deductions],
            "tax": tax and {"percent": str(tax.percent), "amount_minor": tax.amount.amount_minor},
            "plans": list(self.plans),
            "notices": list(self.notices),
        }


def row(line: Line, currency: str) -> tuple[str, str]:
    """A line as a receipt has it: its words, and its amount."""
    begin, end = f"{line.begin:%Y-%m-%d %H:%M}", f"{line.end:%Y-%m-%d %H:%M}"
    if begin[:10] == end[:10]:
        end = end[11:]
    times = ""
    if line.unit_minor is not None and (line.unit_minor or line.amount_minor):
        count = lasting(line.units) if line.per_s else str(line.units)
        times = f": {count} x {spelled(line.unit_minor, currency)}"
    instead = f" instead of {spelled(line.instead_minor, currency)}" if line.instead_minor else ""
    return f"{begin} - {end}  {line.words}{times}{instead}", spelled(line.amount_minor, currency)


def _as_dict(line: Line) -> dict[str, object]:
    return {
        "rule": line.rule,
        "words": line.words,
        "from": line.begin.isoformat(),
        "to": line.end.isoformat(),
        "count": line.units,
        "unit_minor": line.unit_minor,
        "per_s": line.per_s,
        "amount_minor": line.amount_minor,
        "instead_minor": line.instead_minor,
    }
