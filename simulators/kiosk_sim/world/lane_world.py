"""One lane as physics: cars, loops, arm, contacts and people behind eight inputs and four relays.

It speaks no protocol and knows no price. A late `tick` works off what was due in order, each event
at its own exact time.
"""

from collections.abc import Callable
from random import Random
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.arm import Motion
from kiosk_sim.world.cabinet import DOOR_OPEN, FIRE_HEALTHY, MANUAL_KEY, Cabinet
from kiosk_sim.world.car import READ_ON_LOOP, Crossing, Geometry, Zone
from kiosk_sim.world.driver import Act, CardReader
from kiosk_sim.world.ledger import Ledger, Share
from kiosk_sim.world.oracle import Oracle
from kiosk_sim.world.profiles import TYPICAL, Profile
from kiosk_sim.world.traffic import Traffic, Visit, Visitor

GLANCE_S: Final = 0.1
"""How often a driver who waits to pay looks at the terminal, when nobody calls `look`."""

STEPS_MAX: Final = 100_000
"""Events that one `tick` may work off; more is a world that never comes to rest."""

Seen = Callable[[str, float], None]


def _nobody(_text: str, _now: float) -> None:
    """Where no camera looks and no screen listens."""


class LaneWorld:
    """A lane, exit or entry. One seed and one scenario make one identical course of events."""

    def __init__(
        self,
        rng: Random,
        profile: Profile = TYPICAL,
        *,
        geometry: Geometry = READ_ON_LOOP,
        reader: CardReader | None = None,
        tune_out_s: float = NEVER,
        close_after_s: float = NEVER,
    ) -> None:
        self.profile = profile
        self.ledger = Ledger()
        self.oracle = Oracle()
        self.cabinet = Cabinet(profile, self.oracle, tune_out_s, close_after_s)
        self.arm = self.cabinet.arm
        self.arming = self.cabinet.arming
        self.safety = self.cabinet.safety
        self.traffic = Traffic(geometry, profile, rng, self.ledger)
        self.reader = reader
        self._plate_in_view: Seen = _nobody
        self._plate_out_of_view: Seen = _nobody
        self._answer: Seen = _nobody
        self._geometry = geometry
        self._on: dict[Zone, set[int]] = {zone: set() for zone in Zone}
        self._clock_s = -NEVER
        self._glance_s = NEVER
        self._due_s = NEVER

    def __repr__(self) -> str:
        mask = self.cabinet.mask
        return f"<LaneWorld inputs={mask:08b} {self.arm!r} {self.traffic!r} {self.oracle!r}>"

    # Wiring, once.

    def on_plate_in_view(self, seen: Seen) -> None:
        """`seen(plate, now)` when a plate comes into the camera's view."""
        self._plate_in_view = seen

    def on_plate_out_of_view(self, lost: Seen) -> None:
        """`lost(plate, now)` when it leaves the view."""
        self._plate_out_of_view = lost

    def on_answer(self, answered: Seen) -> None:
        """`answered(text, now)` when the driver has typed the plate."""
        self._answer = answered

    # What scenarios do.

    def arrive(self, visit: Visit) -> None:
        """A car will come at `visit.at_s`."""
        self.traffic.announce(visit)
        self._due_s = min(self._due_s, self.traffic.deadline())

    def fire(self, alarm: bool, now: float) -> None:
        """The fire panel opens its contact, or closes it again. It is wired to the board only."""
        self.oracle.fire = alarm
        self._contact(FIRE_HEALTHY, not alarm, now)

    def turn_key(self, turned: bool, now: float) -> None:
        """The key switch, in parallel to the OPEN relay: the arm obeys it without a controller."""
        self._contact(MANUAL_KEY, turned, now)

    def open_door(self, opened: bool, now: float) -> None:
        """The cabinet's door."""
        self._contact(DOOR_OPEN, opened, now)

    def touch(self, now: float) -> None:
        """Call after changing `arm`, `arming` or `safety` by hand: a fault was set or cured."""
        self.tick(now)
        self._settle(now)

    # What the board, the terminal and the screen do.

    def inputs(self) -> int:
        """The eight inputs now, DI1 in bit 0."""
        return self.cabinet.mask

    def relay(self, channel: int, on: bool, now: float) -> None:
        """A relay of the lane's board switched, channels from 1."""
        self.tick(now)
        self.cabinet.relay(channel, on, now)
        self._settle(now)

    def look(self, now: float) -> None:
        """The terminal's display may have changed: a waiting driver looks at it now."""
        head = self.traffic.head
        if head is None or self.reader is None or not head.driver.wants_to_pay:
            self._glance_s = NEVER
            return
        head.driver.look(self.reader.awaits_card(), now)
        self._glance_s = now + GLANCE_S
        self._due_s = min(self._due_s, head.driver.deadline(), self._glance_s)

    def asked_for_plate(self, now: float) -> None:
        """The screen asks the driver at the stop line for the plate."""
        self.tick(now)
        head = self.traffic.head
        if head is not None:
            head.driver.asked_for_plate(now)
            self._due_s = min(self._due_s, head.driver.deadline())

    # Time.

    def tick(self, now: float) -> None:
        """It is `now`: everything due by now happens, in order, each at its own time."""
        steps = 0
        while self._due_s <= now:
            self._clock_s = at_s = max(self._due_s, self._clock_s)
            self._step(at_s)
            self._settle(at_s)
            steps += 1
            assert steps < STEPS_MAX, f"the world does not come to rest: {self!r}"
        self.oracle.settled(now)

    def deadline(self) -> float:
        """When something happens next."""
        return self._due_s

    # Inside.

    def _step(self, now: float) -> None:
        for visitor, crossing in self.traffic.tick(now):
            self._crossed(visitor, crossing, now)
        self.cabinet.step(now)
        if self._glance_s <= now:
            self.look(now)
        for visitor in list(self.traffic.visitors):
            if visitor.driver.deadline() <= now:
                for act in visitor.driver.act(now):
                    self._act(visitor, act, now)

    def _settle(self, now: float) -> None:
        if self.cabinet.settle(now):
            self._arm_is_up(now)
        due = min(self.traffic.deadline(), self.cabinet.deadline(), self._glance_s)
        for visitor in self.traffic.visitors:
            due = min(due, visitor.driver.deadline())
        self._due_s = due

    def _contact(self, bit: int, closed: bool, now: float) -> None:
        self.tick(now)
        self.cabinet.contact(bit, closed, now)
        self._settle(now)

    def _arm_is_up(self, now: float) -> None:
        started_s, self.cabinet.raising_since_s = self.cabinet.raising_since_s, NEVER
        head = self.traffic.head
        if head is None:
            return
        head.driver.arm_up(now)
        if head.record is not None and head.record.t1_s is None:
            if started_s != NEVER:
                self.ledger.book(Share.DEVICES, started_s, now, "arm")
            head.record.t1_s = now

    def _act(self, visitor: Visitor, act: Act, now: float) -> None:
        match act:
            case Act.PRESENT:
                if self.reader is not None and self.reader.awaits_card():
                    card = visitor.driver.card
                    visitor.driver.presented += 1
                    self.reader.present(card, now)
            case Act.ANSWER:
                self._answer(visitor.driver.habits.typed or visitor.visit.plate, now)
            case Act.GO if not self.arm.is_up(now):
                pass  # The arm went down again before the wheels turned.
            case Act.GO | Act.RAM:
                self.traffic.drive_off(visitor, now)
            case Act.BACK_OUT:
                self.traffic.back_out(visitor, now)

    def _crossed(self, visitor: Visitor, crossing: Crossing, now: float) -> None:
        zone, entering = crossing.zone, crossing.entering
        there = self._on[zone]
        before = bool(there)
        (there.add if entering else there.discard)(id(visitor))
        changed = bool(there) is not before
        match zone:
            case Zone.VIEW:
                seen = self._plate_in_view if entering else self._plate_out_of_view
                seen(visitor.visit.plate, now)
            case Zone.ARMING:
                if changed:
                    self.arming.over(entering, now)
                self._at_arming_loop(visitor, entering, now)
            case Zone.SAFETY:
                if changed:
                    self.safety.over(entering, now)
                if not entering and visitor.record is not None and visitor.record.t2_s is None:
                    self.ledger.left(visitor.record, now)
            case Zone.UNDER_ARM:
                self.cabinet.under_arm(entering, bool(there), now)
            case Zone.LANE:
                if not entering:
                    self.traffic.gone(visitor, now)

    def _at_arming_loop(self, visitor: Visitor, entering: bool, now: float) -> None:
        if not entering:
            if visitor.record is not None and visitor.car.front_m(now) < self._geometry.stop_m:
                self.ledger.abandon(visitor.record)
            else:
                self.traffic.moved_up(visitor, now)
        elif visitor.record is None:
            self.oracle.next_car()
            visitor.record = self.ledger.arrive(now)
            self.ledger.book(Share.DEVICES, now, now + self.arming.delay_s, "loop detector")
            self.look(now)
            if self.cabinet.upper and self.arm.motion is Motion.STILL:
                visitor.record.t1_s = now
                visitor.driver.arm_up(now)
