"""A stage for the simulated lane: a card reader and a stand-in controller that only pulses OPEN."""

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.cabinet import ARMING_LOOP
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.profiles import TYPICAL, Profile
from kiosk_sim.world.traffic import Visit

DECIDES_S = 0.1
"""What the stand-in controller takes for each decision."""

ARRIVED_S = 8.0
"""By now a car that turned in at 0 stands at the stop line, in every profile."""


def visit(at_s: float = 0.0, **habits: Any) -> Visit:
    """An invented car whose driver has these habits."""
    return Visit("TEST1", at_s, habits=Habits(**habits))


class Reader:
    """A terminal's face: invites, and remembers what was presented."""

    def __init__(self) -> None:
        self.awaits = False
        self.presented: list[tuple[Card, float]] = []

    def awaits_card(self) -> bool:
        return self.awaits

    def present(self, card: Card, now: float) -> None:
        self.presented.append((card, now))
        self.awaits = False


class Stage:
    """Runs a world by its own deadlines, with calls of ours in between; counts every turn."""

    def __init__(self, seed: int = 1, profile: Profile = TYPICAL, **options: Any) -> None:
        self.reader = Reader()
        self.world = LaneWorld(Random(seed), profile, reader=self.reader, **options)
        self.now = 0.0
        self.inputs: list[tuple[float, int]] = [(0.0, self.world.inputs())]
        self.turns = 0
        self._calls: list[tuple[float, int, Callable[[float], None]]] = []

    def at(self, at_s: float, call: Callable[[float], None]) -> None:
        """Do this at that time."""
        heappush(self._calls, (at_s, self.turns + len(self._calls), call))

    def pulse(self, at_s: float, channel: int = 1, span_s: float = 0.5) -> None:
        """Close a relay for a while."""
        self.at(at_s, lambda now: self.world.relay(channel, True, now))
        self.at(at_s + span_s, lambda now: self.world.relay(channel, False, now))

    def run(self, until_s: float) -> None:
        """Jump from deadline to deadline until that time."""
        while self._due() <= until_s:
            due = self._due()
            self.turns += 1
            assert self.turns < 200_000, "the stage never comes to rest"
            self.now = max(self.now, due)
            self.world.tick(self.now)
            while self._calls and self._calls[0][0] <= self.now:
                heappop(self._calls)[2](self.now)
            if self.world.inputs() != self.inputs[-1][1]:
                self.inputs.append((self.now, self.world.inputs()))
                self._noticed(self.inputs[-2][1], self.inputs[-1][1])
        self.now = until_s
        self.world.tick(until_s)

    def _due(self) -> float:
        return min(self.world.deadline(), self._calls[0][0] if self._calls else NEVER)

    def _noticed(self, before: int, after: int) -> None:
        """What a controller would do; the plain stage does nothing."""


class PayStage(Stage):
    """A lane whose stand-in controller asks every car for a card and then opens."""

    def _noticed(self, before: int, after: int) -> None:
        if after & ARMING_LOOP and not before & ARMING_LOOP:
            self.at(self.now + DECIDES_S, self._invite)

    def _invite(self, now: float) -> None:
        self.reader.awaits = True
        self.world.look(now)
        self.at(now + 0.05, self._paid)

    def _paid(self, now: float) -> None:
        if self.reader.awaits or not self.reader.presented:
            self.at(now + 0.05, self._paid)
            return
        self.reader.presented.clear()
        self.pulse(now)
