"""A tariff file as the lane's tariff: a stay becomes a visit, a quote the lane's own quote."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from kiosk.core.records import Stay
from kiosk.core.tariff import Item, Line, Quote
from kiosk.tariff import TariffFile, Visit, quote
from kiosk.tariff.quote import row
from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True)
class ReckonedLine:
    """One line of a tariff file's quote, in the words of a receipt."""

    words: str
    amount: str
    amount_minor: int

    def __str__(self) -> str:
        return f"{self.words}: {self.amount}"


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
            ReckonedLine(*row(line, self.currency), line.amount_minor)
            for line in (*found.lines, *found.deductions)
        )
        return Quote(found.due, found.total, lines)
