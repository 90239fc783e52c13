"""One OPEN pulse and how the arm's limits changed since. What that proves is elsewhere."""

from dataclasses import dataclass, field
from typing import Final

from kiosk_hw.ports.barrier import Arm

PULSE_S: Final = 1.5
"""An arm that obeys a pulse has left its limit by then: relay, motor, two polls, debounce."""

TRACE_MAX: Final = 12
"""Changes kept of one episode; an arm that makes more is judged by its first."""


@dataclass(slots=True)
class Episode:
    """One pulse and what came of it."""

    at: float
    start: Arm
    forced: bool
    """The arm had left its lower limit, and nobody had told it to."""
    not_lowered: bool
    """The arm had come down and not reported its lower limit."""
    confirmed: bool = False
    crossed: bool = False
    """A car came under the arm since."""
    passed_below: bool = False
    """It did so while the arm that this pulse had lifted reported neither limit."""
    trace: list[tuple[float, Arm]] = field(default_factory=list)

    def first(self, arm: Arm) -> float | None:
        """When this reading came first."""
        return next((at for at, seen in self.trace if seen is arm), None)

    def is_rising(self) -> bool:
        """It was told to rise, and has not been up since."""
        return self.start is not Arm.RAISED and self.first(Arm.RAISED) is None

    def explains(self, now: float, within_s: float) -> bool:
        """Whether an arm that leaves its lower limit now does so for this pulse: once, and soon."""
        return now - self.at < within_s and self.first(Arm.RAISED) is None
