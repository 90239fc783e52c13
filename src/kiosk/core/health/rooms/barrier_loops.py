"""What the loops and contacts prove: chatter, loops that are stuck or see nothing, a cut fire wire.

A loop by itself proves little; the other loop, the arm and the camera say whether a car was there.
"""

from collections import deque
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.rooms.passing import CHATTER_S, Passing
from kiosk_hw.ports import barrier as port
from kiosk_hw.ports import camera, terminal
from kiosk_hw.ports.barrier import Arm
from kiosk_hw.ports.party import NEVER

_ARMS: Final = {
    port.ArmRaised: Arm.RAISED,
    port.ArmLowered: Arm.LOWERED,
    port.ArmLeftLimit: Arm.BETWEEN,
}

EDGES_MAX: Final = 16
"""Arrivals of one loop that are remembered; chatter is proved by fewer."""

CHATTER: Final = 5
"""So many arrivals at one loop without one car passing are no cars."""

GLITCHES: Final = 8
"""So many bounces too short for a reading within one slice of time are a loose contact."""

STUCK_S: Final = 10.0
"""How long a loop stays occupied after a car passed without its ever having been free."""

SURELY_S: Final = 3.0
"""How long it stays so until that is suspected: a loop that chatters lets go sooner."""

UNSEEN_S: Final = 16.0
"""How long after its plate was read a car may need to reach the loop in front of the arm."""

UNDER_S: Final = 15.0
"""How long anything may be under an arm that is down: walkers and bicycles are gone by then."""

PASSES: Final = 2
"""Cars that drove on while a loop said nothing; one alone may be a motorcycle between the loops."""

LEADS_MAX: Final = 8
"""Cars whose reading is remembered, to know how long before its arrival a car is read here."""

LEADS_MIN: Final = 3

BLOCKED_S: Final = 10.0
"""A car cannot drive on while another one stands under the arm for as long as this."""

VANISH_S: Final = 6.0
"""How long a car may need from leaving the first loop to reaching the second."""

FIRE_S: Final = 1.0
"""A fire contact that asks for longer than this means it."""


class Arrivals:
    """When one loop became occupied lately, with no car passing in between."""

    __slots__ = ("times",)

    def __init__(self) -> None:
        self.times: deque[float] = deque(maxlen=EDGES_MAX)

    def add(self, now: float) -> int:
        """One more; says how many there were within `CHATTER_S`."""
        self.times.append(now)
        return sum(1 for at in self.times if now - at <= CHATTER_S)


class LoopRoom:
    """Knows both loops by each other, and by the arm, the camera and the fire contact."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._passing = Passing(findings)
        self._arm: Arm | None = None
        self._arming = self._safety = False
        self._arming_since = self._safety_since = 0.0
        self._arrivals, self._unders = Arrivals(), Arrivals()
        self._crossed_at = NEVER
        """A car came under the arm while the first loop was occupied: when."""
        self._rear_unseen_at = NEVER
        """It left the second loop, and the first was never free: when."""
        self._read_at = NEVER
        self._left_at = NEVER
        self._unseen_passes = self._through = 0
        self._fire_at = NEVER
        self._last_arming_s = -NEVER
        self._leads: deque[float] = deque(maxlen=LEADS_MAX)

    def hear(self, event: Any, now: float) -> None:
        """One event of the board, the camera or the terminal."""
        match event:
            case port.BoardReady(inputs=inputs):
                self._begin_anew(inputs, now)
            case port.BoardSilent():
                self._arm = None
                self._forget()
            case port.ArmingLoopOccupied():
                self._arrived(now)
            case port.ArmingLoopCleared():
                self._left(now)
            case port.SafetyLoopOccupied():
                self._came_under(now)
            case port.SafetyLoopCleared():
                self._passed(now)
            case port.ArmRaised() | port.ArmLowered() | port.ArmLeftLimit():
                self._moved(_ARMS[type(event)], now)
            case terminal.CardPresented() if self._arm is Arm.LOWERED and not self._safety:
                self._passing.presented(now)
            case camera.PlateRead() | camera.PlateUncertain():
                self._passing.read()
                if not self._arming and now - self._last_arming_s > UNSEEN_S:
                    self._read_at = now
            case port.ArmSwungOff():
                self._findings.find("barrier.arm-swung-off", now)
            case port.ArmRefitted():
                self._findings.drop(now, "barrier.arm-swung-off")
            case port.FireRaised():
                self._fire_at = now
            case port.FireCleared():
                self._fire_at = NEVER
                self._findings.drop(now, "barrier.fire-input")

    def glitched(self, bounces: int, now: float) -> None:
        """So many contacts bounced since the last tick, too short to be read."""
        if bounces >= GLITCHES and self._arm is not None:
            self._findings.find("barrier.loop-chatter", now, bounces=bounces)

    def tick(self, now: float) -> None:
        """What lasts too long."""
        if now - self._fire_at > FIRE_S:
            self._fire_at = NEVER
            self._findings.find("barrier.fire-input", now)
        if self._arm is None:
            return
        self._passing.tick(now, is_under=self._safety)
        if self._arming and now - self._rear_unseen_at > SURELY_S:
            self._findings.suspect("barrier.arming-loop-stuck", now, cars=1)
        if now - self._rear_unseen_at > STUCK_S and self._arming:
            self._rear_unseen_at = NEVER
            self._findings.find(
                "barrier.arming-loop-stuck", now, for_s=f"{now - self._arming_since:.0f}"
            )
        if now - self._read_at > self._unseen_s():
            self._read_at = NEVER
            if not self._arming and not self._safety and self._arm is Arm.LOWERED:
                self._findings.find("barrier.arming-loop-dead", now, read="and not felt")
        if self._safety and self._arm is Arm.LOWERED and now - self._safety_since > UNDER_S:
            self._findings.find("barrier.safety-loop-stuck", now, arm="lowered")
        if now - self._left_at > VANISH_S:
            self._left_at = NEVER
            self._unseen_passes += 1
            if self._unseen_passes >= PASSES:
                self._findings.find("barrier.safety-loop-dead", now, cars=self._unseen_passes)

    # Inside.

    def _moved(self, arm: Arm, now: float) -> None:
        before, self._arm = self._arm, arm
        if arm is Arm.RAISED and before is Arm.BETWEEN and self._arming:
            self._passing.raised(now)
        else:
            self._passing.lowered()

    def _unseen_s(self) -> float:
        """How long a car that was read may need to the loop, as cars here do."""
        if len(self._leads) < LEADS_MIN:
            return UNSEEN_S
        return min(2 * max(self._leads) + 5.0, UNSEEN_S)

    def _begin_anew(self, inputs: port.Inputs, now: float) -> None:
        self._forget()
        self._arm = inputs.arm
        self._arming, self._safety = inputs.arming_loop, inputs.safety_loop
        self._arming_since = self._safety_since = now
        if inputs.swung_off:
            self._findings.find("barrier.arm-swung-off", now)
        else:
            self._findings.drop(now, "barrier.arm-swung-off")
        self._fire_at = now if inputs.fire else NEVER
        if not inputs.fire:
            self._findings.drop(now, "barrier.fire-input")

    def _forget(self) -> None:
        self._arrivals.times.clear()
        self._unders.times.clear()
        self._crossed_at = self._rear_unseen_at = self._read_at = self._left_at = NEVER
        self._unseen_passes = self._through = 0
        self._passing.forget()

    def _arrived(self, now: float) -> None:
        self._arming, self._arming_since = True, now
        self._passing.arrived(now)
        self._unders.times.clear()
        self._last_arming_s = now
        self._leads.append(now - self._read_at if self._read_at != NEVER else 0.0)
        self._read_at = NEVER
        if self._arrivals.add(now) >= CHATTER:
            self._findings.find("barrier.loop-chatter", now, loop="arming", within_s=CHATTER_S)
        elif not (self._passing.let_go or self._findings.holds("barrier.loop-chatter")):
            self._findings.drop(now, "barrier.arming-loop-dead")

    def _left(self, now: float) -> None:
        self._arming = False
        self._passing.left(now)
        self._last_arming_s = now
        self._unders.times.clear()
        self._crossed_at = self._rear_unseen_at = NEVER
        self._findings.drop(now, "barrier.arming-loop-stuck")
        if self._safety and self._findings.holds("barrier.loop-chatter"):
            return  # Who comes and goes on it so often is no car.
        if self._safety and now - self._safety_since > now - self._arming_since:
            # It came and went on while the second loop said that a car stood in its way.
            self._through += 1
            if self._through >= PASSES or now - self._safety_since > BLOCKED_S:
                self._findings.find("barrier.safety-loop-stuck", now, cars=self._through)
        elif not self._safety and self._arm is Arm.RAISED and now - self._arming_since > 1.0:
            self._left_at = now

    def _came_under(self, now: float) -> None:
        self._safety, self._safety_since = True, now
        self._passing.came_under(now, both=self._arming)
        self._left_at = NEVER
        self._unseen_passes = 0
        self._findings.drop(now, "barrier.safety-loop-dead")
        arrivals = self._unders.add(now)
        first = arrivals == 1
        if arrivals >= CHATTER:
            self._findings.find("barrier.loop-chatter", now, loop="safety", within_s=CHATTER_S)
        if self._arming and self._arm is Arm.RAISED:
            self._crossed_at = now
        elif now - self._last_arming_s > UNSEEN_S and self._arm is Arm.RAISED and first:
            self._findings.find("barrier.arming-loop-dead", now, passed_unseen="a car")

    def _passed(self, now: float) -> None:
        brief = now - self._safety_since < 0.5
        self._safety = False
        self._through = 0
        self._findings.drop(now, "barrier.safety-loop-stuck")
        if self._crossed_at != NEVER and self._arming and not brief:
            self._rear_unseen_at = now
        self._crossed_at = NEVER
        if not brief:
            self._arrivals.times.clear()
