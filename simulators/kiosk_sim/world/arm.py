"""The barrier's arm and its own motor control, as its contacts see it; controllers live elsewhere.

As real exit barriers do (MAGSTOP: loop A is safety and closing loop), this control lowers the arm
on its own once the vehicle has left its hard-wired safety loop, never while that loop reports
occupied, and raises again if the loop is entered while lowering. There is no closing by time
unless `close_after_s` is set: an arm that was raised for nobody stays up.
"""

from enum import Enum
from typing import Final

from kiosk_hw.ports.party import NEVER

UPRIGHT_DEG: Final = 90.0

LIMIT_WINDOW_DEG: Final = 2.0
"""How far from the end the limit switch already closes."""

HAIR_DEG: Final = 2e-6
"""What makes an angle lie truly beyond an edge, and not on it."""

CLOSE_DELAY_S: Final = 0.5
"""From the safety loop reporting free to the arm starting down: a trailer's gap stays open."""

MOTOR_TIMEOUT_S: Final = 15.0
"""How long the motor pushes against a jam before its control gives up."""


class Motion(Enum):
    """What the motor does."""

    STILL = "still"
    RAISING = "raising"
    LOWERING = "lowering"


class Why(Enum):
    """What made the arm lower last."""

    NOTHING = "nothing"
    LOOP_LEFT = "its own closing loop"
    TIME = "its own closing time"
    CLOSE_CONTACT = "the CLOSE contact"


class Arm:
    """An arm of constant speed between two limit switches; angles in degrees, 0 is lowered."""

    def __init__(self, travel_s: float, close_after_s: float = NEVER) -> None:
        self.travel_s = travel_s
        """One way; change it at rest to make the arm slow."""
        self.close_after_s = close_after_s
        self.swung_off = False
        """The bar was knocked out of its holder: the motor turns, nothing bars the way."""
        self.upper_stuck: bool | None = None
        self.lower_stuck: bool | None = None
        self.motion = Motion.STILL
        self.why = Why.NOTHING
        self.open_edges = 0
        self._jam_deg: float | None = None
        self._jammed = Motion.STILL
        self._from_deg = 0.0
        self._from_s = 0.0
        self._target_deg = 0.0
        self._arrive_s = NEVER
        self._close_at_s = NEVER
        self._lapse_at_s = NEVER
        self._safety = False
        self._close_wanted = False
        self._open = False
        self._close = False
        self._stop = False
        self._pushing_until_s = NEVER

    def __repr__(self) -> str:
        return f"<Arm {self.motion.value} to {self._target_deg:.0f} deg, jam={self._jam_deg}>"

    # What the contacts say.

    def open_contact(self, closed: bool, now: float) -> None:
        """The OPEN contact; its closing raises the arm at once, wins over all but STOP."""
        rising = closed and not self._open
        self._open = closed
        if rising:
            self.open_edges += 1
            self._close_at_s = NEVER
            self._raise(now)
        elif not closed and self._close_wanted and not self._safety:
            self._close_at_s = now + CLOSE_DELAY_S

    def close_contact(self, closed: bool, now: float) -> None:
        """The CLOSE contact; obeyed only while the safety loop reports free and OPEN is off."""
        rising = closed and not self._close
        self._close = closed
        if rising and not self._safety and not self._open:
            self._lower(Why.CLOSE_CONTACT, now)

    def stop_contact(self, closed: bool, now: float) -> None:
        """The STOP contact; the arm stays where it is while it is closed."""
        self._stop = closed
        if closed:
            self._halt(now)

    def safety_loop(self, occupied: bool, now: float) -> None:
        """The hard-wired safety loop's contact changed."""
        self._safety = occupied
        if occupied:
            self._close_at_s = NEVER
            if self.motion is Motion.LOWERING:
                self._raise(now)
        elif self.angle_deg(now) > 0.0:
            self._close_wanted = True
            if not self._open:
                self._close_at_s = now + CLOSE_DELAY_S

    # What happens to it.

    def force(self, angle_deg: float, now: float) -> None:
        """Somebody pushes the arm to an angle by hand; no contact asked for it."""
        self._halt(now)
        self._from_deg, self._from_s = angle_deg, now

    def slow_down(self, times: float, now: float) -> None:
        """Everything takes so many times longer from now on, also the way that it is on."""
        angle = self.angle_deg(now)
        self.travel_s *= times
        if self.motion is not Motion.STILL and self._from_deg != self._target_deg:
            self._from_deg, self._from_s = angle, now
            way_deg = abs(self._target_deg - angle)
            self._arrive_s = now + way_deg * self.travel_s / UPRIGHT_DEG

    def jam(self, angle_deg: float | None, now: float) -> None:
        """Something bars the arm's way at an angle, or (None) is taken away again."""
        self._jam_deg = angle_deg
        if self.motion is Motion.RAISING:
            self._move(Motion.RAISING, UPRIGHT_DEG, now)
        elif self.motion is Motion.LOWERING:
            self._move(Motion.LOWERING, 0.0, now)

    def knock_off(self, off: bool) -> None:
        """The bar leaves its holder, or is refitted."""
        self.swung_off = off

    # What it shows.

    def angle_deg(self, now: float) -> float:
        """Where the arm is."""
        if self.motion is Motion.STILL or self._from_deg == self._target_deg:
            return self._from_deg
        way = (now - self._from_s) * UPRIGHT_DEG / self.travel_s
        if self.motion is Motion.RAISING:
            return min(self._from_deg + way, self._target_deg)
        return max(self._from_deg - way, self._target_deg)

    def upper_limit(self, now: float) -> bool:
        """The upper limit switch."""
        return self.is_up(now) if self.upper_stuck is None else self.upper_stuck

    def is_up(self, now: float) -> bool:
        """Whether the arm stands upright, as anybody sees who looks at it."""
        return self.angle_deg(now) >= UPRIGHT_DEG - LIMIT_WINDOW_DEG - HAIR_DEG / 2

    def lower_limit(self, now: float) -> bool:
        """The lower limit switch."""
        if self.lower_stuck is not None:
            return self.lower_stuck
        return self.angle_deg(now) <= LIMIT_WINDOW_DEG + HAIR_DEG / 2

    def tick(self, now: float) -> None:
        """It is `now`: the arm arrives, its control starts it down or gives up pushing."""
        if self._arrive_s <= now:
            self._arrive(self._arrive_s)
        if self._pushing_until_s <= now:
            self._halt(now)
        if self._close_at_s <= now:
            self._close_at_s = NEVER
            self._lower(Why.LOOP_LEFT, now)
        if self._lapse_at_s <= now:
            self._lapse_at_s = NEVER
            if not self._safety and not self._open:
                self._lower(Why.TIME, now)

    def deadline(self) -> float:
        """When a limit switch changes or the control acts next."""
        return min(self._arrive_s, self._close_at_s, self._lapse_at_s, self._pushing_until_s)

    def switch_times(self) -> tuple[float, ...]:
        """When limit switches change on the present way: a hair beyond the edge that is left."""
        match self.motion:
            case Motion.STILL:
                return ()
            case Motion.RAISING:
                edges = (LIMIT_WINDOW_DEG + HAIR_DEG, UPRIGHT_DEG - LIMIT_WINDOW_DEG)
            case Motion.LOWERING:
                edges = (UPRIGHT_DEG - LIMIT_WINDOW_DEG - HAIR_DEG, LIMIT_WINDOW_DEG)
        low, high = sorted((self._from_deg, self._target_deg))
        return tuple(
            self._from_s + abs(edge - self._from_deg) * self.travel_s / UPRIGHT_DEG
            for edge in edges
            if low <= edge <= high
        )

    # Inside.

    def _raise(self, now: float) -> None:
        self._close_wanted = False
        self._lapse_at_s = NEVER
        if not self._stop:
            self._move(Motion.RAISING, UPRIGHT_DEG, now)

    def _lower(self, why: Why, now: float) -> None:
        self._close_wanted = False
        self._close_at_s = self._lapse_at_s = NEVER
        if not self._stop and self.angle_deg(now) > 0.0:
            self.why = why
            self._move(Motion.LOWERING, 0.0, now)

    def _move(self, motion: Motion, target_deg: float, now: float) -> None:
        angle = self.angle_deg(now)
        jam = self._jam_deg
        if jam is not None and min(angle, target_deg) <= jam <= max(angle, target_deg):
            # An arm that rests against the obstacle is barred only the way that it came.
            target_deg = (
                jam if angle != jam or self._jammed in (motion, Motion.STILL) else target_deg
            )
        self.motion = motion
        self._from_deg, self._from_s, self._target_deg = angle, now, target_deg
        self._arrive_s = now + abs(target_deg - angle) * self.travel_s / UPRIGHT_DEG
        self._pushing_until_s = NEVER

    def _arrive(self, at_s: float) -> None:
        self._arrive_s = NEVER
        self._from_deg, self._from_s = self._target_deg, at_s
        if self._target_deg == self._jam_deg:
            self._jammed = self.motion
            self._pushing_until_s = at_s + MOTOR_TIMEOUT_S
            return
        if self.motion is Motion.RAISING and self.close_after_s != NEVER:
            self._lapse_at_s = at_s + self.close_after_s
        self.motion = Motion.STILL

    def _halt(self, now: float) -> None:
        self._from_deg, self._from_s = self.angle_deg(now), now
        self.motion = Motion.STILL
        self._arrive_s = self._pushing_until_s = NEVER
