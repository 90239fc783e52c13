"""Days of mixed traffic with faults drawn by seed; whatever comes, what must hold holds."""

from collections.abc import Callable
from random import Random

import pytest

from kiosk.core.lane.events import LaneReleased
from kiosk_sim.devices.camera import Outcome
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.wires.virtual import STEPS_PER_SECOND_MAX
from kiosk_sim.world.cards import Card, CardOutcome
from kiosk_sim.world.driver import Habits
from lane.watched_lane import READY_S, WatchedLane, books_are_honest, ends_well, nothing_dangerous

SEEDS = range(1, 25)
"""Days by default; a night's run takes `range(1, 2000)` here."""

CARS = 40

HEADWAY_S = 25.0

FAULTY_SHARE = 0.10
"""Of all cars and of all headways, each on its own."""

CALLED_S = 330.0
"""The longest chain of deadlines (asked twice, terminal away, fee unpaid) and the car before it."""

AFTERWARDS_S = 900.0
"""Until whoever still stands in the lane at the end of the day was let out."""

GOOD = (Card(),) * 5

BAD_CARDS = [
    (Card(CardOutcome.DECLINED), *GOOD),
    (Card(CardOutcome.UNREADABLE), *GOOD),
    (Card(CardOutcome.NO_CONNECTION),) * 4,
    (Card(host_s=20.0), *GOOD),
]

ODD_HABITS = [
    Habits(backs_out_after_s=3.0),
    Habits(backs_out_after_s=6.5),
    Habits(tailgates=True),
    Habits(stalls_s=8.0),
    Habits(idles_s=10.0),
    Habits(searches_s=15.0),
    Habits(pays=False),
    Habits(answers=False),
    Habits(typed="沪B22222"),
]

ODD_READS = [Outcome.NO_READ, Outcome.MISREAD, Outcome.SILENT, Outcome.UNSURE]


class Day:
    """One seed's traffic and faults in one lane."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.lane = WatchedLane(LanePlan(seed=seed, close_after_s=20.0))
        self.done: list[str] = []

    def play(self) -> None:
        """Cars come one after the other; now and then something fails."""
        at_s = READY_S
        for _ in range(CARS):
            self._expect(at_s)
            at_s += HEADWAY_S * (0.3 + 1.4 * self.rng.random())
            if self.rng.random() < FAULTY_SHARE:
                self.lane.run(max(self.lane.now, at_s - self.rng.random() * HEADWAY_S))
                self._fail()
        self.lane.run(max(self.lane.now, at_s) + AFTERWARDS_S)

    def _expect(self, at_s: float) -> None:
        more: dict[str, object] = {"cards": GOOD}
        if self.rng.random() < FAULTY_SHARE:
            more["habits"] = self.rng.choice(ODD_HABITS)
        if self.rng.random() < FAULTY_SHARE:
            more["cards"] = self.rng.choice(BAD_CARDS)
        if self.rng.random() < FAULTY_SHARE:
            self.lane.lane.camera.expect(self.rng.choice(ODD_READS))
        self.lane.expect(self.rng.choice(list(Kind)), max(at_s, self.lane.now), **more)

    def _fail(self) -> None:
        fault = self.rng.choice([self._pull_a_plug, self._cut_power, self._die, self._burn])
        self.done.append(f"{self.lane.now:.3f} {fault.__name__}")
        fault()

    def _pull_a_plug(self) -> None:
        port = self.rng.choice(["barrier", "camera", "terminal"])
        self.lane.lane.shell.unplug(port)
        self._wait(0.2, 30.0)
        self.lane.lane.shell.plug(port)

    def _cut_power(self) -> None:
        terminal = self.lane.lane.terminal
        assert terminal is not None
        terminal.power_cut(self.lane.now)
        self.lane.lane.shell.touched()
        self._wait(1.0, 30.0)
        terminal.power_on(self.lane.now)
        self.lane.lane.shell.touched()

    def _die(self) -> None:
        self.lane.die(self.rng.choice([0.0, 1.0, 20.0]))

    def _burn(self) -> None:
        self.lane.lane.world.fire(True, self.lane.now)
        self.lane.lane.shell.touched()
        self._wait(1.0, 20.0)
        self.lane.lane.world.fire(False, self.lane.now)
        self.lane.lane.shell.touched()
        self._wait(1.0, 5.0)
        self.lane.lane.tell(LaneReleased("technician"))

    def _wait(self, low_s: float, high_s: float) -> None:
        self.lane.run(self.lane.now + self.rng.uniform(low_s, high_s))


def lane_is_free(lane: WatchedLane) -> None:
    """Nobody waits at the end of the day, and no order is without an end."""
    assert lane.state("visit") == "free", lane.story()
    assert lane.state("gate") == "lowered", lane.story()
    assert lane.state("till") == "idle", lane.story()
    assert not lane.lane.lane.desk.passages, lane.story()
    assert not lane.lane.store._files.orders.open_orders().orders, lane.story()


CLAIMS: list[Callable[[WatchedLane], None]] = [
    nothing_dangerous,
    books_are_honest,
    lambda lane: ends_well(lane, CALLED_S),
    lane_is_free,
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_day_brings_nobody_is_trapped_or_charged_twice(seed):
    day = Day(seed)
    day.play()
    lane = day.lane
    for claim in CLAIMS:
        claim(lane)
    assert len(lane.stood) >= CARS * 3 // 4
    assert lane.lane.shell.steps < lane.now * STEPS_PER_SECOND_MAX / 10


def test_one_seed_is_one_day():
    hashes = set()
    for _ in range(2):
        day = Day(3)
        day.play()
        hashes.add(day.lane.lane.shell.timeline_sha256())
    assert len(hashes) == 1
