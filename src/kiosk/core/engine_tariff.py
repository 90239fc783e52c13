"""A tariff file as the lane's tariff: a stay becomes a visit, a quote the lane's own quote."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.records import Stay
from kiosk.core.tariff import Item, Line, Quote
from kiosk.tariff import Line as FileLine
from kiosk.tariff import TariffFile, Visit, quote
from kiosk.tariff.quote import row
from kiosk_hw.ports.money import Money

_CHARGES: Final = {
    "season": Charge.SEASON,
    "validation": Charge.REDUCTION,
    "surcharge": Charge.SURCHARGE,
    "max_stay_fee": Charge.TOO_LONG,
    "lost": Charge.NO_ENTRY,
    "round_to": Charge.ROUNDING,
    "paid": Charge.PAID,
}
"""What a line stands for, by the head of the file's key that makes it; others are parking."""

_TIMED: Final = (Charge.PARKING, Charge.CAP, Charge.FREE, Charge.SEASON, Charge.TOO_LONG)
"""Lines that are for a time: of the others, a file knows only when they were reckoned."""


@dataclass(frozen=True, slots=True)
class ReckonedLine:
    """One line of a tariff file's quote, in the words of a receipt."""

    line: FileLine
    currency: str

    @property
    def amount_minor(self) -> int:
        """What the line adds; negative where it takes away."""
        return self.line.amount_minor

    def __str__(self) -> str:
        return ": ".join(row(self.line, self.currency))

    def receipt(self) -> ReceiptLine:
        """The same for a receipt: the words of a file are in its operator's language alone."""
        line, charge = self.line, _charge_of(self.line.rule)
        counted = line.unit_minor and not line.per_s and charge in (Charge.PARKING, Charge.CAP)
        timed = charge in _TIMED
        return ReceiptLine(
            charge,
            line.amount_minor,
            line.units if counted else 0,
            line.instead_minor,
            line.begin if timed else None,
            line.end if timed else None,
        )


@dataclass(frozen=True, slots=True)
class EngineTariff:
    """What a stay costs by a tariff file whose worked fees came out, in its time zone."""

    file: TariffFile
    zone: tzinfo

    @property
    def currency(self) -> str:
        """The currency of the file."""
        return self.file.currency

    @property
    def leave_s(self) -> float:
        """The grace of the file."""
        return float(self.file.grace_s)

    @property
    def by_hand(self) -> tuple[str, ...]:
        """Tables of the file that no lane uses: what they say is for a person to charge."""
        file = self.file
        added = [name for name, each in file.surcharges.items() if not each.leave]
        return (
            *(["lost"] if file.lost is not None else []),
            *(f"validation.{name}" for name in file.validations),
            *(f"surcharge.{name}" for name in added),
        )

    def fee(self, stay: Stay, until_utc: datetime) -> Quote:
        """What this stay owes when it ends at `until_utc`.

        A season pass covers what the file's one pass covers. The store's passes have no names: of a
        file with none or with several, a pass covers everything.
        """
        passes = tuple(self.file.seasons)
        if stay.season and len(passes) != 1:
            nothing = Money(0, self.currency)
            return Quote(nothing, nothing, (Line(Item.SEASON, 0, 0),))
        visit = Visit(
            entered=stay.entered_utc,
            left=max(until_utc, stay.entered_utc),
            vehicle_class=stay.vehicle_class,
            paid=stay.paid,
            before=stay.before_utc,
            season=passes[0] if stay.season else None,
        )
        found = quote(self.file, visit, self.zone)
        lines = tuple(
            ReckonedLine(line, self.currency) for line in (*found.lines, *found.deductions)
        )
        return Quote(found.due, found.total, lines)


def _charge_of(rule: str) -> Charge:
    """What a line stands for, by the key of the file that makes it."""
    head, _, rest = rule.partition(".")
    match head, rest.rpartition(".")[2].partition("[")[0]:
        case ("rate", "cap") | ("plan", "caps"):
            return Charge.CAP
        case "plan", "minimum":
            return Charge.MINIMUM
        case "plan", "free" | "deduct" | "free_once":
            return Charge.FREE
    return _CHARGES.get(head, Charge.PARKING)
