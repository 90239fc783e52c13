"""Watches the arm's safety as a bystander with eyes, and notes what a controller must never do.

It knows contacts, loops and cars, nothing of payments; tests assert that `violations` is empty.
"""

from collections import deque
from typing import Final

from kiosk_sim.world.arm import Motion, Why

NOTES_MAX: Final = 100
"""Violations and incidents that are kept; the first ones say what went wrong."""

RETRY_MARGIN_S: Final = 0.5
"""How much longer than its travel an arm may take before a second OPEN pulse counts as a retry."""

START_S: Final = 2.0
"""Within this time of its start a controller must have switched every output off."""

OPEN_RELAY: Final = 1
CLOSE_RELAY: Final = 2


class Oracle:
    """The record of what was dangerous, and of what was merely bad luck."""

    def __init__(self) -> None:
        self.violations: deque[str] = deque(maxlen=NOTES_MAX)
        """What the controller did wrong."""
        self.incidents: deque[str] = deque(maxlen=NOTES_MAX)
        """What happened to a car without the controller's doing."""
        self.pulses = 0
        """OPEN pulses in all."""
        self.fire = False
        self._on: set[int] = set()
        self._safety = False
        self._under = False
        self._motion = Motion.STILL
        self._pulse_at_s: float | None = None
        self._raised_since_pulse = False
        self._started_at_s: float | None = None
        self._left_on: set[int] = set()

    def __repr__(self) -> str:
        return (
            f"<Oracle violations={len(self.violations)} "
            f"incidents={len(self.incidents)} pulses={self.pulses}>"
        )

    def started(self, now: float) -> None:
        """A controller begins: outputs that are on now must be off within `START_S`."""
        self._left_on = set(self._on)
        self._started_at_s = now

    def settled(self, now: float) -> None:
        """Judge the start, at any time after it; `LaneWorld.tick` calls this."""
        if self._started_at_s is None or now < self._started_at_s + START_S:
            return
        if self._left_on:
            self._violate(now, f"outputs {sorted(self._left_on)} were left on after the start")
        self._started_at_s = None

    def relay(self, channel: int, on: bool, travel_s: float, now: float) -> None:
        """A relay of the lane's board switched."""
        if on:
            self._on.add(channel)
            if channel == OPEN_RELAY:
                self._pulse(travel_s, now)
            if channel == CLOSE_RELAY and self._safety:
                self._violate(now, "CLOSE was energised with the safety loop occupied")
        else:
            self._on.discard(channel)
            self._left_on.discard(channel)

    def safety_loop(self, occupied: bool, now: float) -> None:
        """The safety loop's contact changed."""
        self._safety = occupied
        if occupied and CLOSE_RELAY in self._on:
            self._violate(now, "CLOSE stayed energised when the safety loop became occupied")

    def under_arm(self, present: bool, motion: Motion, why: Why, now: float) -> None:
        """A car came under the arm or left it."""
        self._under = present
        if present and motion is Motion.LOWERING:
            self._fell(f"a car drove under the lowering arm ({why.value})", why, now)

    def moved(self, motion: Motion, why: Why, now: float) -> None:
        """The arm's motion may have changed."""
        if motion is Motion.LOWERING and self._motion is not motion and self._under:
            self._fell(f"the arm was lowered onto a car by {why.value}", why, now)
        self._motion = motion

    def raised(self) -> None:
        """The arm reached its upper limit."""
        self._raised_since_pulse = True

    def next_car(self) -> None:
        """Another car is at the arming loop, or the arm is down again: a new pulse is in order."""
        self._pulse_at_s = None

    def _pulse(self, travel_s: float, now: float) -> None:
        self.pulses += 1
        # What fire opens is opened for everybody, and is no car's own pulse.
        before, self._pulse_at_s = self._pulse_at_s, None if self.fire else now
        if before is None or self.fire:
            self._raised_since_pulse = False
            return
        if self._raised_since_pulse or now < before + travel_s + RETRY_MARGIN_S:
            self._violate(
                now, f"a second OPEN pulse for one car, {now - before:.3f} s after the first"
            )
        self._raised_since_pulse = False

    def _fell(self, what: str, why: Why, now: float) -> None:
        if why is Why.CLOSE_CONTACT:
            self._violate(now, what)
        else:
            self.incidents.append(f"{now:.3f} s: {what}")

    def _violate(self, now: float, what: str) -> None:
        self.violations.append(f"{now:.3f} s: {what}")
