"""How a car moves: legs of constant acceleration, so that every crossing has an exact time.

Positions are metres along the lane, the arm at 0, the way out positive. There is no time stepping.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import sqrt
from typing import Final

from kiosk_hw.ports.party import NEVER

TOUCH_S: Final = 1e-9
"""A crossing this little before a change of plan still counts: rounding swallows no edge."""


class Kind(Enum):
    """What sort of vehicle it is, by its length in metres."""

    MOTORCYCLE = 2.2
    CAR = 4.2
    VAN = 6.5


class Zone(Enum):
    """The stretches of the lane in which a car's presence means something."""

    VIEW = "camera's view"
    ARMING = "arming loop"
    SAFETY = "safety loop"
    UNDER_ARM = "under the arm"
    LANE = "lane"


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where things lie in the lane, in metres from the arm.

    Defaults: the safety loop reaches 1 m before and behind the arm (Magnetic MHTM 5815: at least
    0.5 m), the arming loop ends 1 m ahead of it, and a standing car covers the gap between both.
    """

    view: tuple[float, float] = (-3.5, 0.0)
    """From where to where a car's front must be for the camera to see its plate."""
    arming: tuple[float, float] = (-3.5, -2.0)
    safety: tuple[float, float] = (-1.0, 1.0)
    arm: tuple[float, float] = (-0.1, 0.1)
    stop_m: float = -1.3
    """Where a front stops: on the arming loop, short of the safety loop."""
    stall_m: float = 1.0
    """Where the front of a car that stalls under the arm comes to rest."""
    turn_in_m: float = -20.0
    """Where cars turn into the lane."""
    gone_m: float = 20.0
    """Where a car's front no longer matters to anybody."""
    gap_m: float = 1.0
    """The distance that a waiting driver keeps to the car in front."""

    def zones(self) -> tuple[tuple[Zone, float, float], ...]:
        """Every zone that a car's body occupies; the camera's view is judged by its front alone."""
        return (
            (Zone.ARMING, *self.arming),
            (Zone.SAFETY, *self.safety),
            (Zone.UNDER_ARM, *self.arm),
        )


READ_ON_LOOP: Final = Geometry()
"""The camera sees the plate when the car reaches the arming loop."""

READ_ON_APPROACH: Final = Geometry(view=(-12.0, 0.0))
"""The camera sees the plate well before the arming loop."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of constant acceleration."""

    start_s: float
    end_s: float
    x_m: float
    v_mps: float
    a_mps2: float

    def position(self, now: float) -> tuple[float, float]:
        """Front position and speed at `now`."""
        t = now - self.start_s
        return (
            self.x_m + self.v_mps * t + 0.5 * self.a_mps2 * t * t,
            self.v_mps + self.a_mps2 * t,
        )

    def crossings(self, x_m: float) -> list[tuple[float, bool]]:
        """When the front is at `x_m`, and whether it then goes forward."""
        span, times = self.end_s - self.start_s, []
        c = self.x_m - x_m
        if self.a_mps2 == 0.0:
            times = [-c / self.v_mps] if self.v_mps else []
        else:
            square = self.v_mps * self.v_mps - 2.0 * self.a_mps2 * c
            if square > 0.0:
                root = sqrt(square)
                times = [(-self.v_mps - root) / self.a_mps2, (-self.v_mps + root) / self.a_mps2]
        return [
            (self.start_s + t, self.v_mps + self.a_mps2 * t > 0.0)
            for t in times
            if -TOUCH_S <= t <= span + TOUCH_S
        ]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A car enters or leaves a zone at an exact time."""

    at_s: float
    zone: Zone
    entering: bool


class Car:
    """A vehicle with its plan: legs ahead, and the crossings that follow from them."""

    def __init__(
        self,
        plate: str,
        geometry: Geometry,
        length_m: float,
        acceleration_mps2: float,
        braking_mps2: float,
        cruise_mps: float = 3.0,
    ) -> None:
        self.plate = plate
        self.length_m = length_m
        self.acceleration_mps2 = acceleration_mps2
        self.braking_mps2 = braking_mps2
        self.cruise_mps = cruise_mps
        self.inside: set[Zone] = {Zone.LANE}
        self._geometry = geometry
        self._legs: tuple[Leg, ...] = ()
        self._crossings: deque[Crossing] = deque()

    def __repr__(self) -> str:
        return f"<Car {self.length_m} m in {sorted(zone.value for zone in self.inside)}>"

    def place(self, x_m: float, v_mps: float, now: float) -> None:
        """Stand or roll at `x_m`, with no plan yet."""
        self._legs = (Leg(now, NEVER, x_m, v_mps, 0.0),)

    def drive_to(self, x_m: float, now: float) -> float:
        """Come to rest with the front at `x_m`, as briskly as this driver likes; says when."""
        x, v = self._position(now)
        a, b, way = self.acceleration_mps2, self.braking_mps2, x_m - x
        peak_square = (2.0 * way * a * b + b * v * v) / (a + b)
        peak = min(sqrt(max(peak_square, 0.0)), max(self.cruise_mps, v))
        if peak <= v:
            # No room to speed up: roll on as it is, then brake; harder where the way is short.
            peak = v
            b = max(b, v * v / (2.0 * way)) if way > 0.0 else b
        legs: list[Leg] = []
        t, at = now, x
        if peak > v:
            t, at = self._append(legs, t, at, v, a, (peak - v) / a)
        roll_m = max(way - (at - x) - peak * peak / (2.0 * b), 0.0)
        if roll_m > 0.0:
            t, at = self._append(legs, t, at, peak, 0.0, roll_m / peak)
        t, at = self._append(legs, t, at, peak, -b, peak / b)
        legs.append(Leg(t, NEVER, at, 0.0, 0.0))
        self._adopt(legs, now)
        return t

    def drive_off(self, now: float) -> None:
        """Accelerate out of the lane, from whatever the car does now."""
        x, v = self._position(now)
        legs: list[Leg] = []
        t, at, top = now, x, max(self.cruise_mps * 1.5, v)
        if top > v:
            t, at = self._append(
                legs, t, at, v, self.acceleration_mps2, (top - v) / self.acceleration_mps2
            )
        legs.append(Leg(t, NEVER, at, top, 0.0))
        self._adopt(legs, now)

    def back_out(self, now: float) -> None:
        """Reverse out of the lane from standing, at walking pace."""
        x, _ = self._position(now)
        pace, a = 1.5, self.acceleration_mps2
        legs: list[Leg] = []
        t, at = self._append(legs, now, x, 0.0, -a, pace / a)
        legs.append(Leg(t, NEVER, at, -pace, 0.0))
        self._adopt(legs, now)

    def deadline(self) -> float:
        """When the next crossing comes."""
        return self._crossings[0].at_s if self._crossings else NEVER

    def cross(self) -> Crossing | None:
        """Take the next crossing off the plan; None if the car was already there."""
        crossing = self._crossings.popleft()
        if (crossing.zone in self.inside) is crossing.entering:
            return None
        if crossing.entering:
            self.inside.add(crossing.zone)
        else:
            self.inside.discard(crossing.zone)
        return crossing

    def front_m(self, now: float) -> float:
        """Where the front is at `now`."""
        return self._position(now)[0]

    def _position(self, now: float) -> tuple[float, float]:
        for leg in self._legs:
            if now < leg.end_s:
                return leg.position(now)
        return self._legs[-1].position(now)

    @staticmethod
    def _append(
        legs: list[Leg], t: float, x: float, v: float, a: float, span: float
    ) -> tuple[float, float]:
        legs.append(Leg(t, t + span, x, v, a))
        return t + span, x + v * span + 0.5 * a * span * span

    def _adopt(self, legs: Sequence[Leg], now: float) -> None:
        """Make these legs the plan, and work out every crossing that they bring."""
        self._legs = tuple(legs)
        g = self._geometry
        found: list[tuple[float, int, Crossing]] = []

        def edge(x_m: float, zone: Zone, forward_enters: bool) -> None:
            for leg in legs:
                for at_s, forward in leg.crossings(x_m):
                    if at_s >= now - TOUCH_S:
                        crossing = Crossing(max(at_s, now), zone, forward is forward_enters)
                        found.append((crossing.at_s, len(found), crossing))

        for zone, near_m, far_m in g.zones():
            edge(near_m, zone, True)
            edge(far_m + self.length_m, zone, False)
        if g.view[0] < legs[0].x_m < g.view[1]:
            # A car that queued within the view was never seen to come into it.
            found.append((now, -1, Crossing(now, Zone.VIEW, True)))
        edge(g.view[0], Zone.VIEW, True)
        edge(g.view[1], Zone.VIEW, False)
        edge(g.turn_in_m, Zone.LANE, True)
        edge(g.gone_m, Zone.LANE, False)
        self._crossings = deque(item for _, _, item in sorted(found, key=lambda row: row[:2]))
