"""Who had which second of an exit: at any moment exactly one share is on the clock.

The clock starts when the arming loop is sensed and stops at the arm's upper limit. What the
controller cannot know (a detector's reaction, half a poll) is in none of its figures.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

LAPS_MAX = 64
"""Laps kept per exit; a longer exit keeps its seconds but loses the lines."""

GOAL_S = 10.0
"""From the arming loop to the upper limit, card or code, typical driver."""

BAR_CHARS = 30


class Share(Enum):
    """Who is being waited for."""

    PEOPLE = "people"
    DEVICES = "devices"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Lap:
    """One stretch of an exit, in seconds from its start."""

    name: str
    share: Share
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All laps of one exit, their sums, and the second clock up to the cleared safety loop."""

    laps: tuple[Lap, ...]
    total_s: float
    cleared_s: float
    shares_s: dict[Share, float]

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON, seconds rounded to the millisecond."""
        return {
            "total_s": round(self.total_s, 3),
            "cleared_s": round(self.cleared_s, 3),
            **{f"{share.value}_s": round(self.shares_s[share], 3) for share in Share},
            "laps": [
                [lap.name, lap.share.value, round(lap.start_s, 3), round(lap.end_s, 3)]
                for lap in self.laps
            ],
        }

    def lines(self, goal_s: float = GOAL_S) -> list[str]:
        """The waterfall as text: one bar per lap on a scale that ends at the goal."""
        scale = BAR_CHARS / max(self.total_s, goal_s)
        drawn = []
        for lap in self.laps:
            left = int(lap.start_s * scale)
            width = max(1, round((lap.end_s - lap.start_s) * scale))
            bar = (" " * left + "█" * width)[:BAR_CHARS].ljust(BAR_CHARS)
            drawn.append(
                f"  {lap.name:<14} {lap.share.value:<8} {lap.end_s - lap.start_s:7.3f} s  |{bar}|"
            )
        return drawn


@dataclass(slots=True)
class Stopwatch:
    """The running account of one exit."""

    started_at: float
    name: str
    share: Share
    _since: float = 0.0
    _laps: list[Lap] = field(default_factory=list)
    _sums: dict[Share, float] = field(default_factory=lambda: dict.fromkeys(Share, 0.0))
    _stopped_at: float | None = None
    _cleared_at: float | None = None

    def __post_init__(self) -> None:
        self._since = self.started_at

    def switch(self, name: str, share: Share, now: float) -> None:
        """From now on `share` is on the clock, for `name`. Nothing happens after `stop`."""
        if self._stopped_at is not None or (name == self.name and share is self.share):
            return
        self._end_lap(now)
        self.name, self.share = name, share

    def stop(self, now: float) -> None:
        """The arm is up: the ten seconds end here."""
        if self._stopped_at is None:
            self._end_lap(now)
            self._stopped_at = now

    def clear(self, now: float) -> None:
        """The safety loop is cleared: the second clock ends here."""
        self._cleared_at = now

    def waterfall(self, now: float) -> Waterfall:
        """The account so far; open clocks are read at `now`."""
        stopped = self._stopped_at if self._stopped_at is not None else now
        cleared = self._cleared_at if self._cleared_at is not None else now
        return Waterfall(
            laps=tuple(self._laps),
            total_s=stopped - self.started_at,
            cleared_s=cleared - self.started_at,
            shares_s=dict(self._sums),
        )

    def _end_lap(self, now: float) -> None:
        self._sums[self.share] += now - self._since
        if len(self._laps) < LAPS_MAX and now > self._since:
            start_s, end_s = self._since - self.started_at, now - self.started_at
            self._laps.append(Lap(self.name, self.share, start_s, end_s))
        self._since = now
