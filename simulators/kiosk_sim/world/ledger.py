"""Who was busy when: an exit's seconds are booked to people or devices, the rest is the machine's.

Nothing is measured here: the world, the camera and the terminal book what they themselves took.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

EXITS_MAX: Final = 10_000
"""Finished exits that are kept: a day of a busy lane; older ones are counted as forgotten."""

BOOKINGS_MAX: Final = 256
"""Bookings of one exit; a driver who is asked and refused for an hour stays far below."""

EARLY_MAX: Final = 32
"""Bookings that may wait for a car's arrival: a camera that reads on approach books before t0."""


class Share(Enum):
    """Whose seconds they are, beside the machine's."""

    PEOPLE = "people"
    DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class Booking:
    """Somebody was busy from start to end, and with what."""

    share: Share
    start_s: float
    end_s: float
    what: str


@dataclass(slots=True)
class ExitRecord:
    """One car's way through the lane, from the arming loop to the cleared safety loop."""

    number: int
    t0_s: float
    """The car is really on the arming loop, whatever the detector says."""
    t1_s: float | None = None
    """The arm's upper limit switch closed."""
    t2_s: float | None = None
    """The car left the safety loop."""
    bookings: list[Booking] = field(default_factory=list)
    bookings_lost: int = 0

    @property
    def total_s(self) -> float:
        """From t0 to t1; 0 while the arm is not up."""
        return 0.0 if self.t1_s is None else self.t1_s - self.t0_s

    @property
    def people_s(self) -> float:
        """The seconds in which a person was busy. Where people and devices overlap, people win."""
        return sum(end - start for start, end in self._union(Share.PEOPLE))

    @property
    def devices_s(self) -> float:
        """The seconds in which a device was busy and no person was."""
        return sum(end - start for start, end in self._union(None)) - self.people_s

    @property
    def machine_s(self) -> float:
        """What is left of t0 to t1: sensing, lines, deciding, journal, command."""
        return self.total_s - sum(end - start for start, end in self._union(None))

    def gaps(self) -> list[tuple[float, float]]:
        """The stretches between t0 and t1 in which neither people nor devices were busy."""
        found, at = [], self.t0_s
        for start, end in self._union(None):
            if start > at:
                found.append((at, start))
            at = end
        if self.t1_s is not None and self.t1_s > at:
            found.append((at, self.t1_s))
        return found

    def stretches(self) -> list[tuple[float, float, str, str]]:
        """(start_s, end_s, share, what) per booking and gap, in order, counted from t0."""
        rows = [(item.start_s, item.end_s, item.share.value, item.what) for item in self._inside()]
        rows += [(start, end, "machine", "") for start, end in self.gaps()]
        return sorted(
            (start - self.t0_s, end - self.t0_s, share, what) for start, end, share, what in rows
        )

    def waterfall(self) -> list[str]:
        """The stretches as lines, and the sums."""
        lines = [
            f"{start:8.3f} {end:8.3f} {end - start:8.3f} s  {share:8}{what}"
            for start, end, share, what in self.stretches()
        ]
        shares = (
            f"people {self.people_s:.3f}, devices {self.devices_s:.3f}, "
            f"machine {self.machine_s:.3f}"
        )
        lines.append(f"exit {self.number}: arm up after {self.total_s:.3f} s ({shares})")
        if self.t2_s is not None:
            lines.append(f"exit {self.number}: cleared after {self.t2_s - self.t0_s:.3f} s")
        return [line.rstrip() for line in lines]

    def as_dict(self) -> dict[str, object]:
        """The same as `waterfall` for machines; seconds counted from t0."""
        return {
            "exit": self.number,
            "t0_s": self.t0_s,
            "arm_up_s": None if self.t1_s is None else self.total_s,
            "cleared_s": None if self.t2_s is None else self.t2_s - self.t0_s,
            "people_s": self.people_s,
            "devices_s": self.devices_s,
            "machine_s": self.machine_s,
            "bookings": [
                (item.share.value, item.start_s - self.t0_s, item.end_s - self.t0_s, item.what)
                for item in self._inside()
            ],
            "machine": [(start - self.t0_s, end - self.t0_s) for start, end in self.gaps()],
        }

    def _inside(self) -> Iterable[Booking]:
        """The bookings, cut to what lies between t0 and t1."""
        if self.t1_s is None:
            return
        for item in self.bookings:
            start, end = max(item.start_s, self.t0_s), min(item.end_s, self.t1_s)
            if end > start:
                yield Booking(item.share, start, end, item.what)

    def _union(self, share: Share | None) -> list[tuple[float, float]]:
        merged: list[tuple[float, float]] = []
        for start, end in sorted(
            (item.start_s, item.end_s)
            for item in self._inside()
            if share is None or item.share is share
        ):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return merged


class Ledger:
    """The exits of one lane; a booking goes to the car that came last to the arming loop."""

    def __init__(self) -> None:
        self.exits: deque[ExitRecord] = deque(maxlen=EXITS_MAX)
        """Exits that ended with a cleared safety loop, in order."""
        self.current: ExitRecord | None = None
        self.arrived = 0
        self.abandoned = 0
        self.forgotten = 0
        self._early: deque[Booking] = deque(maxlen=EARLY_MAX)

    def __repr__(self) -> str:
        return (
            f"<Ledger arrived={self.arrived} exits={len(self.exits)} "
            f"abandoned={self.abandoned} forgotten={self.forgotten}>"
        )

    def book(self, share: Share, start_s: float, end_s: float, what: str) -> None:
        """Somebody is or was busy; ends may lie ahead. What lies outside t0 to t1 never counts."""
        booking = Booking(share, start_s, end_s, what)
        # It may be the next car's: a camera on approach reads it while this one still leaves.
        self._early.append(booking)
        record = self.current
        if record is None:
            return
        if len(record.bookings) < BOOKINGS_MAX:
            record.bookings.append(booking)
        else:
            record.bookings_lost += 1

    def arrive(self, t0_s: float) -> ExitRecord:
        """A car is on the arming loop: its record begins, and takes over what was booked early."""
        self.arrived += 1
        self.current = ExitRecord(self.arrived, t0_s)
        self.current.bookings.extend(item for item in self._early if item.end_s > t0_s)
        self._early.clear()
        return self.current

    def left(self, record: ExitRecord, t2_s: float) -> None:
        """The car of this record left the safety loop."""
        record.t2_s = t2_s
        self.forgotten += len(self.exits) == EXITS_MAX
        self.exits.append(record)
        self._let_go(record)

    def abandon(self, record: ExitRecord) -> None:
        """The car of this record backed out: it counts as no exit."""
        self.abandoned += 1
        self._let_go(record)

    def _let_go(self, record: ExitRecord) -> None:
        if self.current is record:
            self.current = None
