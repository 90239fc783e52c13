"""One frame of a wire as a technician reads it, and the verbs of whatever cuts a wire into frames.

A frame carries times, gaps and a meaning. It carries bytes only where no plate, card or key can be
among them; which ports those are is the tracer's knowledge, not the reader's.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Direction = Literal["rx", "tx"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame, or what is none, with its times on the clock of the verbs."""

    direction: Direction
    at_s: float
    """When its first bytes were read or written."""
    size: int
    text: str
    """What it means, masked."""
    fault: str = ""
    """What is wrong with it: `crc`, `garbage`, `cut`, `repeat`; empty for a good one."""
    shown: str = ""
    """Its bytes in hex, where they may be seen."""
    gap_s: float | None = None
    """The silence before it, since the frame before in either direction."""
    inner_gap_s: float = 0.0
    """The longest silence inside it."""
    read: tuple[float | None, bool] | None = None
    """A camera's read, without its plate: the confidence, and whether the camera doubts it."""
    kept: bytes | None = field(default=None, repr=False)
    """What a recording may keep of it: the frame without plate, card and password; None where
    nothing but its length may be."""

    def as_record(self) -> dict[str, Any]:
        """Plain JSON values; seconds to the tenth of a millisecond."""
        return {
            "d": self.direction,
            "at_s": round(self.at_s, 4),
            "n": self.size,
            "text": self.text,
            "fault": self.fault,
            "hex": self.shown,
            "gap_s": None if self.gap_s is None else round(self.gap_s, 4),
            "inner_gap_s": round(self.inner_gap_s, 4),
            "read": self.read and {"confidence": self.read[0], "doubtful": self.read[1]},
        }


class Tracer(Protocol):
    """Cuts what passes a port, both ways, into frames. It may start in the middle of anything."""

    counters: Counter[str]
    """Frames, bytes of garbage, faults by their names, repeats."""

    def feed(self, direction: Direction, data: bytes, now: float) -> list[Frame]:
        """Bytes passed; the frames that they end."""

    def tick(self, now: float) -> list[Frame]:
        """It is `now`: a line that was silent for long enough ends what is unfinished on it."""

    def deadline(self) -> float:
        """When the silence will have been long enough; `NEVER` while nothing is unfinished."""


class Rhythm:
    """The times of one wire, and what was counted on it: makes frames of what a tracer found."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self._ended_at: float | None = None
        self._met: set[str] = set()
        self._began: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._inner: dict[str, float] = {}

    def extend(self, direction: Direction, now: float) -> None:
        """Bytes of this direction passed."""
        if direction not in self._began:
            self._began[direction] = now
            self._inner[direction] = 0.0
        else:
            silence = now - self._last[direction]
            self._inner[direction] = max(self._inner[direction], silence)
        self._last[direction] = now

    def last_at(self, direction: Direction) -> float | None:
        """When the last bytes of what is unfinished passed; None where nothing is."""
        return self._last.get(direction) if direction in self._began else None

    def frame(
        self,
        direction: Direction,
        size: int,
        text: str,
        *,
        fault: str = "",
        shown: str = "",
        kept: bytes | None = None,
        read: tuple[float | None, bool] | None = None,
    ) -> Frame:
        """What was extended until now is this."""
        at = self._began.pop(direction, self._last.get(direction, 0.0))
        if fault and direction not in self._met:
            # A tracer that starts in the middle of a frame has found no fault of the line.
            text, fault = "the end of what was already passing", ""
        self._met.add(direction)
        gap = None if self._ended_at is None else max(0.0, at - self._ended_at)
        inner = self._inner.pop(direction, 0.0)
        self._ended_at = self._last.get(direction, at)
        self.counters[fault or "frames"] += 1
        if fault:
            self.counters["bytes in faults"] += size
        return Frame(direction, at, size, text, fault, shown, gap, inner, read, kept)
