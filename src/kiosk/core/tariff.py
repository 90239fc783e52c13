"""What a stay costs: the tariff every lane asks, and the simple tariff of blocks with a daily cap.

Amounts are integer minor units. A fee depends on the stay's class and times only, never on the
plate. No store, no clock and no rounding of money live here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.records import FEE_LINES_MAX, Stay
from kiosk_hw.ports.money import AMOUNT_MINOR_MAX, Money

STAY_DAYS_MAX: Final = 366
"""Days that one stay is charged for at most: a clock that jumped ahead costs no fortune."""

_MINUTE_S: Final = 60
_DAY_S: Final = 24 * 60 * _MINUTE_S


class Item(Enum):
    """What one line of a quote stands for."""

    SEASON = "season pass"
    FREE = "within the free minutes"
    DAYS = "full days"
    BLOCKS = "started blocks"
    CAP = "24 h cap"
    PAID = "already paid"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a fee's explanation; the amounts of all lines add up to what is due."""

    item: Item
    count: int
    """How many of the item: days, blocks, payments; 0 where counting says nothing."""
    amount_minor: int
    """What the line adds; negative where it takes away."""

    def __str__(self) -> str:
        times = f"{self.count} x " if self.count else ""
        return f"{times}{self.item.value}: {self.amount_minor}"

    def receipt(self) -> ReceiptLine:
        """The same for a receipt; several payments are one sum there."""
        count = 0 if self.item is Item.PAID else self.count
        return ReceiptLine(_CHARGES[self.item], self.amount_minor, count)


_CHARGES: Final = {item: Charge[item.name] for item in Item}


class FeeLine(Protocol):
    """One line of any quote; as a text it is what people read."""

    @property
    def amount_minor(self) -> int:
        """What the line adds; negative where it takes away."""

    def __str__(self) -> str:
        """Its words and its amount."""

    def receipt(self) -> ReceiptLine:
        """What it is, for a receipt in any language."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a stay costs: `total` for all of it, `due` what is still to be paid, and why."""

    due: Money
    total: Money
    lines: tuple[FeeLine, ...]

    def told(self) -> tuple[str, ...]:
        """Its lines as texts, for the journal."""
        return tuple(str(line) for line in self.lines[:FEE_LINES_MAX])

    def receipt(self) -> tuple[ReceiptLine, ...]:
        """Its lines for a receipt."""
        return tuple(line.receipt() for line in self.lines[:FEE_LINES_MAX])


class Tariff(Protocol):
    """Whatever can say what a stay costs."""

    @property
    def currency(self) -> str:
        """The currency of every quote."""

    @property
    def leave_s(self) -> float:
        """How long a car that has paid may take to leave; 0: not said."""

    def fee(self, stay: Stay, until_utc: datetime) -> Quote:
        """What this stay owes when it ends at `until_utc`; never negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleTariff:
    """Started blocks, a cap for each 24 h from the entry, and free minutes to leave again.

    A car that leaves within `free_min` pays nothing, after that the whole stay is charged. What was
    paid already is deducted. A car that paid has `grace_min` from its last payment to leave: the
    charged time stands still at that payment. Raises ValueError for values that make no tariff.
    """

    currency: str
    block_min: int
    block_amount_minor: int
    free_min: int = 0
    grace_min: int = 0
    cap_24h_amount_minor: int | None = None
    class_times: Mapping[str, int] = field(default_factory=dict)
    """How often a vehicle class pays each amount: `{"large": 2, "motorcycle": 0}`; others once."""

    def __post_init__(self) -> None:
        Money(0, self.currency)
        cap = self.cap_24h_amount_minor
        factors = tuple(self.class_times.values())
        if min(self.block_min, self.block_amount_minor, 1 if cap is None else cap) < 1:
            raise ValueError("expected a block's minutes, its amount and the cap to be at least 1")
        if min(self.free_min, self.grace_min, *factors) < 0:
            raise ValueError("expected free and grace minutes and class factors to be at least 0")
        dearest = STAY_DAYS_MAX * self._day_minor() * max((1, *factors))
        if dearest > AMOUNT_MINOR_MAX:
            raise ValueError(
                f"expected {STAY_DAYS_MAX} days to cost at most {AMOUNT_MINOR_MAX}, got {dearest}"
            )

    @property
    def leave_s(self) -> float:
        """How long a car that has paid may take to leave."""
        return self.grace_min * 60.0

    def fee(self, stay: Stay, until_utc: datetime) -> Quote:
        """What this stay owes when it ends at `until_utc`."""
        charged_s = self._charged_s(stay, until_utc)
        lines = tuple(self._charges(stay, charged_s))
        total_minor = sum(line.amount_minor for line in lines)
        # Another currency is left alone: nobody here could say what it is worth.
        paid = [money.amount_minor for money, _ in stay.paid if money.currency == self.currency]
        deducted_minor = min(sum(paid), total_minor)
        if deducted_minor:
            lines += (Line(Item.PAID, len(paid), -deducted_minor),)
        due = Money(total_minor - deducted_minor, self.currency)
        return Quote(due, Money(total_minor, self.currency), lines)

    def _charged_s(self, stay: Stay, until_utc: datetime) -> int:
        """The whole seconds to charge for, without the grace time; negative before the entry."""
        end = until_utc
        if stay.paid:
            last_paid = max(when for _, when in stay.paid)
            if until_utc - last_paid <= timedelta(minutes=self.grace_min):
                end = min(until_utc, last_paid)
        elapsed_s = (end - stay.entered_utc) // timedelta(seconds=1)
        return min(elapsed_s, STAY_DAYS_MAX * _DAY_S)

    def _charges(self, stay: Stay, charged_s: int) -> Iterator[Line]:
        if stay.season:
            yield Line(Item.SEASON, 0, 0)
            return
        if charged_s <= self.free_min * _MINUTE_S:
            yield Line(Item.FREE, 0, 0)
            return
        times = self.class_times.get(stay.vehicle_class, 1)
        cap = self.cap_24h_amount_minor
        days, rest_s = divmod(charged_s, _DAY_S) if cap is not None else (0, charged_s)
        if days:
            yield Line(Item.DAYS, days, days * self._day_minor() * times)
        blocks = -(-rest_s // (self.block_min * _MINUTE_S))
        blocks_minor = blocks * self.block_amount_minor
        if cap is not None and blocks_minor > cap:
            yield Line(Item.CAP, 0, cap * times)
        elif blocks:
            yield Line(Item.BLOCKS, blocks, blocks_minor * times)

    def _day_minor(self) -> int:
        """What one full day of 24 h costs."""
        blocks_minor = -(-_DAY_S // (self.block_min * _MINUTE_S)) * self.block_amount_minor
        cap = self.cap_24h_amount_minor
        return blocks_minor if cap is None else min(cap, blocks_minor)
