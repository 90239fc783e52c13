"""What a stay is made of in money: lines that say why, and add up to the total exactly."""

from collections.abc import Iterable
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

    def add_all(
        self, entries: Iterable[Entry], shift: int = 0, times: int = 1, apart_s: int = 0
    ) -> None:
        """Charge them `times` times, the first `shift` seconds later, the others after it."""
        more = shift + (times - 1) * apart_s
        for each in entries:
            self.total_minor += each.amount_minor * times
            key = each.rule, each.unit_minor
            line = self._lines.get(key)
            if line is None:
                line = self._lines[key] = _Sum(each, each.begin + shift)
            end = each.end + more
            if end > line.end:
                line.end = end
            line.units += each.units * times
            line.amount_minor += each.amount_minor * times
            line.instead_minor += each.instead_minor * times

    def entries(self) -> tuple[Entry, ...]:
        """The lines, each where its first part began."""
        return tuple(line.entry() for line in self._lines.values())


class _Sum:
    """A line that grows."""

    __slots__ = ("_begin", "_first", "amount_minor", "end", "instead_minor", "units")

    def __init__(self, first: Entry, begin: int) -> None:
        self._first = first
        self._begin = self.end = begin
        self.units = self.amount_minor = self.instead_minor = 0

    def entry(self) -> Entry:
        first = self._first
        return Entry(
            first.rule,
            first.words,
            self._begin,
            self.end,
            self.units,
            first.unit_minor,
            self.amount_minor,
            self.instead_minor,
            first.per_s,
        )
