"""The cars of one lane: who comes, who stands in front, who waits. It knows no detector, no arm."""

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.car import Car, Crossing, Geometry, Kind
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Driver, Habits
from kiosk_sim.world.ledger import ExitRecord, Ledger
from kiosk_sim.world.profiles import Profile

VISITS_MAX: Final = 10_000
"""Cars that may be announced or wait at once; more is a scenario that was built wrongly."""

APPROACH_MPS: Final = 3.0
"""How fast cars roll towards the barrier."""

TAILGATE_S: Final = 0.5
"""How long after the car in front a tailgater pulls off."""


MODEL_CUSTOMER: Final = Habits()


@dataclass(frozen=True, slots=True)
class Visit:
    """One car's visit, as a scenario writes it; the plate is an invented one."""

    plate: str = field(repr=False)
    at_s: float = 0.0
    """When the car turns into the lane, or joins the queue if there is one."""
    cards: tuple[Card, ...] | None = None
    """What the driver presents, one for each invitation; None for one good card of the profile."""
    habits: Habits = MODEL_CUSTOMER
    kind: Kind = Kind.CAR
    acceleration_mps2: float | None = None
    """None for the profile's."""


@dataclass(slots=True)
class Visitor:
    """A car in the lane, who drives it, and the record of its exit."""

    car: Car
    driver: Driver
    visit: Visit
    record: ExitRecord | None = None
    moving_off_s: float = NEVER
    """When a stalled car starts again."""


class Traffic:
    """Queue, head and leavers of one lane. `head` is the car that the barrier has to do with."""

    def __init__(self, geometry: Geometry, profile: Profile, rng: Random, ledger: Ledger) -> None:
        self.head: Visitor | None = None
        self.visitors: list[Visitor] = []
        """Every car between the turn-in and the end of the lane."""
        self.refused = 0
        """Visits beyond `VISITS_MAX`."""
        self._geometry = geometry
        self._profile = profile
        self._rng = rng
        self._ledger = ledger
        self._announced: deque[Visit] = deque()
        self._waiting: deque[Visit] = deque()
        self._tailgate_at_s = NEVER

    def __repr__(self) -> str:
        return (
            f"<Traffic in_lane={len(self.visitors)} waiting={len(self._waiting)} "
            f"announced={len(self._announced)} refused={self.refused}>"
        )

    @property
    def waiting(self) -> int:
        """Cars queueing behind the head."""
        return len(self._waiting)

    def announce(self, visit: Visit) -> None:
        """A car will come at `visit.at_s`; announced in any order."""
        if len(self._announced) + len(self._waiting) >= VISITS_MAX:
            self.refused += 1
            return
        if self._announced and visit.at_s < self._announced[-1].at_s:
            self._announced = deque(sorted((*self._announced, visit), key=lambda item: item.at_s))
        else:
            self._announced.append(visit)

    def deadline(self) -> float:
        """When a car turns in, crosses an edge or moves off again."""
        due = self._tailgate_at_s
        if self._announced:
            due = min(due, self._announced[0].at_s)
        for visitor in self.visitors:
            due = min(due, visitor.car.deadline(), visitor.moving_off_s)
        return due

    def tick(self, now: float) -> list[tuple[Visitor, Crossing]]:
        """It is `now`: cars turn in and cross edges; says which."""
        while self._announced and self._announced[0].at_s <= now:
            self._join(self._announced.popleft(), now)
        if self._tailgate_at_s <= now:
            self._tailgate_at_s = NEVER
            self._follow_through(now)
        crossed = []
        for visitor in self.visitors:
            if visitor.moving_off_s <= now:
                visitor.moving_off_s = NEVER
                self._clear_out(visitor, now)
            while visitor.car.deadline() <= now:
                crossing = visitor.car.cross()
                if crossing is not None:
                    crossed.append((visitor, crossing))
        return crossed

    def drive_off(self, visitor: Visitor, now: float) -> None:
        """The driver goes: out of the lane, or to a stall under the arm first."""
        stalls_s = visitor.driver.habits.stalls_s
        visitor.driver.leave()
        if stalls_s > 0.0:
            stands_s = visitor.car.drive_to(self._geometry.stall_m, now)
            visitor.moving_off_s = stands_s + stalls_s
        else:
            self._clear_out(visitor, now)

    def back_out(self, visitor: Visitor, now: float) -> bool:
        """The driver reverses out, if nobody stands behind; says whether."""
        if self._waiting:
            return False
        visitor.driver.leave()
        visitor.car.back_out(now)
        return True

    def moved_up(self, visitor: Visitor, now: float) -> None:
        """This car no longer stands on the arming loop: the next one may roll up."""
        if self.head is visitor:
            self.head = None
            if self._waiting and self._tailgate_at_s == NEVER:
                self._roll_up(self._waiting.popleft(), self._queue_m(visitor), 0.0, now)

    def gone(self, visitor: Visitor, now: float) -> None:
        """This car is out of the lane."""
        self.visitors.remove(visitor)
        self.moved_up(visitor, now)

    # Inside.

    def _join(self, visit: Visit, now: float) -> None:
        if self.head is None:
            self._roll_up(visit, self._geometry.turn_in_m, APPROACH_MPS, now)
        else:
            self._waiting.append(visit)

    def _roll_up(self, visit: Visit, x_m: float, v_mps: float, now: float) -> None:
        visitor = self._enter(visit, x_m, v_mps, now)
        visitor.driver.will_stand(visitor.car.drive_to(self._geometry.stop_m, now))

    def _clear_out(self, visitor: Visitor, now: float) -> None:
        """Out of the lane without another stop; a tailgater goes with it."""
        visitor.car.drive_off(now)
        if self.head is visitor and self._waiting and self._waiting[0].habits.tailgates:
            self._tailgate_at_s = now + TAILGATE_S

    def _follow_through(self, now: float) -> None:
        leader, visit = self.head, self._waiting.popleft()
        if leader is None:
            # The car in front was gone before the tailgater had reacted.
            self._roll_up(visit, self._geometry.turn_in_m, APPROACH_MPS, now)
            return
        queue_m = self._queue_m(leader)
        car = self._enter(visit, queue_m, 0.0, now).car
        car.acceleration_mps2 = min(car.acceleration_mps2, leader.car.acceleration_mps2)
        car.drive_off(now)

    def _queue_m(self, leader: Visitor) -> float:
        """Where the front of the car behind a standing leader is."""
        return self._geometry.stop_m - leader.car.length_m - self._geometry.gap_m

    def _enter(self, visit: Visit, x_m: float, v_mps: float, now: float) -> Visitor:
        profile = self._profile
        cards = visit.cards
        if cards is None:
            cards = (Card(field_s=profile.card_field_s, host_s=profile.host_s),)
        car = Car(
            visit.plate,
            self._geometry,
            length_m=visit.kind.value,
            acceleration_mps2=visit.acceleration_mps2 or profile.acceleration_mps2,
            braking_mps2=profile.braking_mps2,
            cruise_mps=APPROACH_MPS,
        )
        car.place(x_m, v_mps, now)
        driver = Driver(visit.habits, cards, profile, self._rng, self._ledger)
        visitor = Visitor(car, driver, visit)
        self.visitors.append(visitor)
        self.head = visitor
        return visitor
