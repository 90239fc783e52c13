"""What a stay is made of in money: lines that say why, and add up to the total exactly."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


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


Part = tuple[tuple[Entry, ...], int, int, int]
"""Entries, how many seconds later the first and the last time is, and how often they count."""


class Cost(NamedTuple):
    """What a time costs, of which lines are made only if nothing cheaper takes its place."""

    begin: int
    total_minor: int
    parts: Sequence[Part]


class Bill:
    """Entries, of which equal ones are added up into one line."""

    __slots__ = ("_lines", "total_minor")

    def __init__(self) -> None:
        self._lines: dict[tuple[str, int | None], _Sum] = {}
        self.total_minor = 0

    def __repr__(self) -> str:
        return f"<Bill {self.total_minor} in {len(self._lines)} lines>"

    def add(self, entry: Entry) -> None:
        """Charge it."""
        self.add_all((entry,))

    def add_bill(self, other: "Bill") -> None:
        """Charge all that stands on another bill, which is not used any more."""
        if self._lines:
            self.add_all(other.entries())
        else:
            self._lines, self.total_minor = other._lines, other.total_minor

    def add_cost(self, cost: Cost, first_s: int = 0, last_s: int = 0, times: int = 1) -> None:
        """Charge it `times` times, the first and the last so many seconds later than it stands."""
        for entries, early_s, late_s, parts in cost.parts:
            self.add_all(entries, early_s + first_s, late_s + last_s, parts * times)

    def add_all(
        self, entries: Iterable[Entry], first_s: int = 0, last_s: int = 0, times: int = 1
    ) -> None:
        """Charge them `times` times, the first and the last time so many seconds later."""
        lines = self._lines
        total = 0
        for entry in entries:
            rule, _, begin, end, units, unit_minor, amount, instead, _ = entry
            total += amount
            line = lines.get((rule, unit_minor))
            if line is None:
                line = lines[rule, unit_minor] = _Sum(entry, begin + first_s)
            end += last_s
            if end > line.end:
                line.end = end
            line.units += units * times
            line.amount_minor += amount * times
            line.instead_minor += instead * times
        self.total_minor += total * times

    def entries(self) -> tuple[Entry, ...]:
        """The lines, each where its first part began."""
        return tuple([line.entry() for line in self._lines.values()])

    def cost(self, begin: int) -> Cost:
        """What all of it costs together, as one thing that began at `begin`."""
        return Cost(begin, self.total_minor, ((self.entries(), 0, 0, 1),))


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
