"""The barrier's cabinet: arm, two loops and their contacts, as eight inputs and four relays.

The safety loop is hard-wired to the arm here, as it is at the kerb; no controller is in between.
"""

from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.arm import Arm
from kiosk_sim.world.loops import Loop
from kiosk_sim.world.oracle import CLOSE_RELAY, OPEN_RELAY, Oracle
from kiosk_sim.world.profiles import Profile

# The lane's wiring: inputs as bits (DI1 is bit 0), outputs as channels from 1.
UPPER_LIMIT: Final = 0x01
LOWER_LIMIT: Final = 0x02
ARMING_LOOP: Final = 0x04
SAFETY_LOOP: Final = 0x08
FIRE_HEALTHY: Final = 0x10
"""Normally closed: a cut wire looks like fire."""
SWUNG_OFF: Final = 0x20
MANUAL_KEY: Final = 0x40
DOOR_OPEN: Final = 0x80

STOP_RELAY: Final = 3
LAMP_RELAY: Final = 4

HIT_DEG: Final = 45.0
"""An arm lower than this is hit by a car that drives under it."""


class Cabinet:
    """Everything between the road and the I/O board's terminals.

    `step` lets fall due what is due, `settle` carries it to the contacts; both take the exact time.
    """

    def __init__(
        self, profile: Profile, oracle: Oracle, tune_out_s: float, close_after_s: float
    ) -> None:
        self.arm = Arm(profile.arm_travel_s, close_after_s)
        self.arming = Loop("arming", profile.detector_delay_s, tune_out_s=tune_out_s)
        self.safety = Loop("safety", profile.detector_delay_s, tune_out_s=tune_out_s)
        self.lamp = False
        """DO4: green when on."""
        self.upper = False
        """The arm stands upright, as of the last `settle`."""
        self.swapped = False
        """The wires of both limit switches are exchanged."""
        self.joined = False
        """Their wires touch: whichever closes, both inputs see it."""
        self.open_relay_stuck: bool | None = None
        """The contact of the OPEN relay stays so, whatever its coil does."""
        self.raising_since_s = NEVER
        """When the OPEN contact began what ended, or will end, at the upper limit."""
        self.mask = FIRE_HEALTHY | LOWER_LIMIT
        """The eight inputs as of the last `settle`."""
        self._oracle = oracle
        self._contacts = FIRE_HEALTHY
        self._open_relay = False
        self._due_s = NEVER

    def contact(self, bit: int, closed: bool, now: float) -> None:
        """One of the free contacts closes or opens; the key is in parallel to the OPEN relay."""
        self._contacts = self._contacts | bit if closed else self._contacts & ~bit
        if bit == MANUAL_KEY:
            self._open_contact(now)

    def relay(self, channel: int, on: bool, now: float) -> None:
        """A relay of the lane's board switched, channels from 1."""
        self._oracle.relay(channel, on, self.arm.travel_s, now)
        if channel == OPEN_RELAY:
            welded = self.open_relay_stuck is True and (on or self._open_relay)
            self._open_relay = (on and self.open_relay_stuck is not False) or welded
            self._open_contact(now)
        elif channel == CLOSE_RELAY:
            self.arm.close_contact(on, now)
        elif channel == STOP_RELAY:
            self.arm.stop_contact(on, now)
        elif channel == LAMP_RELAY:
            self.lamp = on

    def under_arm(self, entering: bool, present: bool, now: float) -> None:
        """A car drove under the arm or left it; `present` if any is there now."""
        arm = self.arm
        self._oracle.under_arm(present, arm.motion, arm.why, now)
        if entering and arm.angle_deg(now) < HIT_DEG and not arm.swung_off:
            self._oracle.incidents.append(f"{now:.3f} s: a car drove through the arm")
            arm.knock_off(True)

    def step(self, now: float) -> None:
        """It is `now`: detectors and arm do what is due."""
        self.arming.tick(now)
        if self.safety.tick(now):
            self._oracle.safety_loop(self.safety.reports, now)
            self.arm.safety_loop(self.safety.reports, now)
        self.arm.tick(now)

    def settle(self, now: float) -> bool:
        """Carry what changed to the contacts; says whether the arm just reached its upper limit."""
        arm = self.arm
        self._oracle.moved(arm.motion, arm.why, now)
        upper, lower = arm.upper_limit(now), arm.lower_limit(now)
        if self.joined:
            upper = lower = upper or lower
        elif self.swapped:
            upper, lower = lower, upper
        if lower and not self.mask & LOWER_LIMIT:
            self._oracle.next_car()
        mask = self._contacts
        if upper:
            mask |= UPPER_LIMIT
        if lower:
            mask |= LOWER_LIMIT
        if self.arming.reports:
            mask |= ARMING_LOOP
        if self.safety.reports:
            mask |= SAFETY_LOOP
        if arm.swung_off:
            mask |= SWUNG_OFF
        self.mask = mask
        due = min(self.arming.deadline(), self.safety.deadline(), arm.deadline())
        for at_s in arm.switch_times():
            if now < at_s < due:
                due = at_s
        self._due_s = due
        is_up = arm.is_up(now)
        arrived, self.upper = is_up and not self.upper, is_up
        if arrived:
            self._oracle.raised()
        return arrived

    def deadline(self) -> float:
        """When a contact may change next."""
        return self._due_s

    def _open_contact(self, now: float) -> None:
        edges = self.arm.open_edges
        self.arm.open_contact(self._open_relay or bool(self._contacts & MANUAL_KEY), now)
        if self.arm.open_edges != edges and self.raising_since_s == NEVER:
            self.raising_since_s = now
