"""What a fee is made of, line by line, for whoever puts it into words. No words are here."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Charge(Enum):
    """What one line of a receipt stands for; each has its words in every language."""

    PARKING = "parking"
    DAYS = "days"
    BLOCKS = "blocks"
    CAP = "cap"
    MINIMUM = "minimum"
    FREE = "free"
    SEASON = "season"
    REDUCTION = "reduction"
    SURCHARGE = "surcharge"
    TOO_LONG = "too-long"
    NO_ENTRY = "no-entry"
    ROUNDING = "rounding"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line; all of them add up to what was due."""

    charge: Charge
    amount_minor: int
    """What it adds; negative where it takes away."""
    count: int = 0
    """How many of one price make the amount; 0 where no count says more than the amount."""
    instead_minor: int = 0
    """What it would have been without the cap that makes the line; else 0."""
    begin: datetime | None = None
    end: datetime | None = None
    """The time that the line is for; None where it is for none."""

    @property
    def unit_minor(self) -> int:
        """The price of one."""
        return self.amount_minor // self.count if self.count else self.amount_minor
