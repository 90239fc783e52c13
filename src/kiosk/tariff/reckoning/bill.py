"""What a stay is made of in money: lines that say why, and add up to the total exactly."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """One thing that is charged, between two instants."""

    rule: str
    words: str
    begin: int
    end: int
    units: int
    unit_minor: int | None
    """None where no count of equal prices makes the amount."""
    amount_minor: int
    instead_minor: int = 0
    """What it would have been without its cap."""
    per_s: int = 0
    """Where the time counts exactly: seconds that cost `unit_minor`; the units are seconds."""


class Told(Protocol):
    """Whatever can say what it is made of; it is asked only where somebody reads it."""

    def entries(self) -> tuple[Entry, ...]:
        """What it is made of, where it stood first."""


Part = tuple[Told, int, int, int]
"""What counts, how many seconds later the first and the last time is, and how often."""


class Cost(NamedTuple):
    """What a time costs, of which lines are made only if nothing cheaper takes its place."""

    begin: int
    total_minor: int
    parts: Iterable[Part]


class Bill:
    """What is charged; equal entries are added up into one line once somebody reads them."""

    __slots__ = ("_parts", "total_minor")

    def __init__(self) -> None:
        self._parts: list[tuple[Told | None, tuple[Entry, ...], int, int, int]] = []
        self.total_minor = 0

    def __repr__(self) -> str:
        return f"<Bill {self.total_minor} of {len(self._parts)} parts>"

    def add(self, entry: Entry, last_s: int = 0, times: int = 1) -> None:
        """Charge it `times` times, the last time so many seconds later than it stands."""
        self.total_minor += entry.amount_minor * times
        self._parts.append((None, (entry,), 0, last_s, times))

    def add_bill(self, other: "Bill") -> None:
        """Charge all that stands on another bill."""
        self.total_minor += other.total_minor
        self._parts += other._parts

    def add_cost(self, cost: Cost, first_s: int = 0, last_s: int = 0, times: int = 1) -> None:
        """Charge it `times` times, the first and the last so many seconds later than it stands."""
        self.total_minor += cost.total_minor * times
        for told, early_s, late_s, count in cost.parts:
            self._parts.append((told, (), early_s + first_s, late_s + last_s, count * times))

    def entries(self) -> tuple[Entry, ...]:
        """The lines, each where its first part began."""
        lines: dict[tuple[str, int | None], _Sum] = {}
        for told, own, first_s, last_s, times in self._parts:
            for entry in own if told is None else told.entries():
                rule, _, begin, end, units, unit_minor, amount, instead, _ = entry
                line = lines.get((rule, unit_minor))
                if line is None:
                    line = lines[rule, unit_minor] = _Sum(entry, begin + first_s)
                end += last_s
                if end > line.end:
                    line.end = end
                line.units += units * times
                line.amount_minor += amount * times
                line.instead_minor += instead * times
        return tuple([line.entry() for line in lines.values()])

    def cost(self, begin: int) -> Cost:
        """What all of it costs together, as one thing that began at `begin`."""
        return Cost(begin, self.total_minor, ((self, 0, 0, 1),))


class _Sum:
    """A line that grows."""

    __slots__ = ("_begin", "_first", "amount_minor", "end", "instead_minor", "units")

    def __init__(self, first: Entry, begin: int) -> None:
        self._first = first
        self._begin = self.end = begin
        self.units = self.amount_minor = self.instead_minor = 0

    def entry(self) -> Entry:
        rule, words, _, _, _, unit_minor, _, _, per_s = self._first
        return Entry(
            rule,
            words,
            self._begin,
            self.end,
            self.units,
            unit_minor,
            self.amount_minor,
            self.instead_minor,
            per_s,
        )
