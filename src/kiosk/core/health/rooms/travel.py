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

CLOSES_S: Final = 9.0
"""How long after a car an arm may stay up unasked; by its own loop it is down in two or three."""

CLOSINGS_MAX: Final = 8
"""Closings that are remembered, to know how long this arm stays up behind a car."""


class Closings:
    """How long an arm stays up behind a car, as a rule."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: deque[float] = deque(maxlen=CLOSINGS_MAX)

    def took(self, seconds: float) -> None:
        """It began to close so long after the car had left."""
        self._latest.append(seconds)

    @property
    def limit_s(self) -> float:
        """How long is too long."""
        if len(self._latest) < SAMPLES_MIN:
            return CLOSES_S
        return min(2 * max(self._latest) + 3.0, CLOSES_S)


class Travel:
    """One direction of one arm."""

    __slots__ = ("_samples", "slow_s")

    def __init__(self) -> None:
        self._samples: deque[float] = deque(maxlen=SAMPLES_MAX)
        self.slow_s: float | None = None
        """How long the latest movement took, if that was slow."""

    @property
    def usual_s(self) -> float | None:
        """The median of sound movements; None before there are enough."""
        return median(self._samples) if len(self._samples) >= SAMPLES_MIN else None

    def took(self, seconds: float, limit_s: float) -> bool:
        """One movement ended; says whether it was slow. `limit_s` is what the settings allow."""
        usual = self.usual_s
        slow = seconds > limit_s
        if usual is not None:
            slow = slow or (seconds >= usual * SLOW_TIMES and seconds >= usual + LATE_S)
        if slow:
            self.slow_s = seconds
        else:
            # Only sound movements count, so that an arm that ages is held against its youth.
            self._samples.append(seconds)
            self.slow_s = None
        return slow


class Travels:
    """Both directions: slow both ways is the arm; one way alone may have been a gust, or a hand."""

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
        up, down = self.up.slow_s, self.down.slow_s
        if up is not None and down is not None:
            usual = self.up.usual_s or self._limit_s
            self._findings.find(
                "barrier.arm-slow",
                now,
                up_s=f"{up:.1f}",
                down_s=f"{down:.1f}",
                usual_s=f"{usual:.1f}",
            )
        elif up is None and down is None:
            self._findings.drop(now, "barrier.arm-slow")
