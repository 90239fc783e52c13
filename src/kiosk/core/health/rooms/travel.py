"""How long an arm usually takes, learnt from its movements. What slow means is elsewhere."""

from collections import deque
from statistics import median
from typing import Final

from kiosk.core.health.findings import Findings

SAMPLES_MAX: Final = 32
"""Movements that the usual time is the median of: a day's first cars, soon forgotten."""

SAMPLES_MIN: Final = 3
"""Movements before there is a usual time; fewer may all have been odd."""

SLOW_TIMES: Final = 1.2
"""A movement that takes this much longer than usual is slow, if it is also later by `LATE_S`."""

LATE_S: Final = 0.2
"""Two polls and their debounce: what a movement may seem longer by chance."""


SURELY_LATE_S: Final = 0.5
"""By how much one way up alone is a sign: a single spoilt poll makes it seem longer, too."""


class Travel:
    """One direction of one arm."""

    __slots__ = ("_samples", "slow_run", "slow_s")

    def __init__(self) -> None:
        self.slow_run = 0
        """Slow movements since the last sound one."""
        self._samples: deque[float] = deque(maxlen=SAMPLES_MAX)
        self.slow_s: float | None = None
        """How long the latest movement took, if that was slow."""

    @property
    def usual_s(self) -> float | None:
        """The median of sound movements; None before there are enough."""
        return median(self._samples) if len(self._samples) >= SAMPLES_MIN else None

    def surely_s(self, limit_s: float) -> float:
        """After how long even a slow arm has arrived: twice the usual time, or all that may be."""
        return limit_s if self.usual_s is None else min(2 * self.usual_s, limit_s)

    def took(self, seconds: float, limit_s: float) -> bool:
        """One movement ended; says whether it was slow. `limit_s` is what the settings allow."""
        usual = self.usual_s
        slow = seconds > limit_s
        if usual is not None:
            slow = slow or (seconds >= usual * SLOW_TIMES and seconds >= usual + LATE_S)
        if slow:
            self.slow_s = seconds
            self.slow_run += 1
        else:
            # Only sound movements count, so that an arm that ages is held against its youth.
            self._samples.append(seconds)
            self.slow_s = None
            self.slow_run = 0
        return slow


class Travels:
    """Both directions: slow both ways is the arm; one way alone, once, a gust."""

    __slots__ = ("_findings", "_limit_s", "down", "up")

    def __init__(self, findings: Findings, limit_s: float) -> None:
        self.up, self.down = Travel(), Travel()
        self._findings = findings
        self._limit_s = limit_s

    def raised(self, seconds: float, now: float) -> None:
        """The arm took this long from the pulse to its upper limit."""
        self.up.took(seconds, self._limit_s)
        self._judge(now)

    def lowered(self, seconds: float, now: float) -> None:
        """The arm took this long from its upper limit to its lower one."""
        self.down.took(seconds, self._limit_s)
        self._judge(now)

    def _judge(self, now: float) -> None:
        if self._findings.holds("barrier.noise"):
            return  # Polls that are spoilt make any movement seem longer.
        up, down = self.up.slow_s, self.down.slow_s
        again = max(self.up.slow_run, self.down.slow_run) > 1
        if again or (up is not None and down is not None):
            usual = self.up.usual_s or self._limit_s
            self._findings.find(
                "barrier.arm-slow",
                now,
                up_s="as usual" if up is None else f"{up:.1f}",
                down_s="as usual" if down is None else f"{down:.1f}",
                usual_s=f"{usual:.1f}",
            )
        elif up is None and down is None:
            self._findings.drop(now, "barrier.arm-slow")
        elif up is not None and up >= (self.up.usual_s or up) + SURELY_LATE_S:
            self._findings.suspect("barrier.arm-slow", now, took_s=f"{up:.1f}")
