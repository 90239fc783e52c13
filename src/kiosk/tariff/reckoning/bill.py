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
    """Where the time counts exactly: seconds that cost `unit_minor`; the count is in seconds."""


class Bill:
    """Entries, of which equal ones are added up into one line."""

    __slots__ = ("_lines", "total_minor")

    def __init__(self) -> None:
        self._lines: dict[tuple[str, int | None], Entry] = {}
        self.total_minor = 0

    def __repr__(self) -> str:
        return f"<Bill {self.total_minor} in {len(self._lines)} lines>"

    def add(self, entry: Entry) -> None:
        """Charge it."""
        self.total_minor += entry.amount_minor
        key = (entry.rule, entry.unit_minor)
        before = self._lines.get(key)
        if before is not None:
            entry = before._replace(
                end=max(entry.end, before.end),
                units=before.units + entry.units,
                amount_minor=before.amount_minor + entry.amount_minor,
                instead_minor=before.instead_minor + entry.instead_minor,
            )
        self._lines[key] = entry

    def add_all(self, entries: Iterable[Entry], shift: int = 0) -> None:
        """Charge them, each so many seconds later."""
        for each in entries:
            self.add(each._replace(begin=each.begin + shift, end=each.end + shift))

    def entries(self) -> tuple[Entry, ...]:
        """The lines, each where its first part began."""
        return tuple(self._lines.values())
