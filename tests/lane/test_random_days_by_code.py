"""Days of cards, phones and faults of gateway, terminal, line and process together, by seed."""

from random import Random

import pytest

from kiosk_sim.devices.gateway.faults import Fault
from kiosk_sim.site.scenario import Kind
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.phone import PhoneHabits
from lane.watched_codes import BOTH, codes_are_honest, lane_with_codes, no_order_is_left
from lane.watched_lane import READY_S, books_are_honest, ends_well, nothing_dangerous

SEEDS = range(1, 11)
"""Days by default; a night's run takes `range(1, 2000)` here."""

CARS = 14

HEADWAY_S = 30.0

FAULTY_SHARE = 0.3
"""Of all headways."""

CALLED_S = 420.0
"""The longest chain of deadlines, and the car before it."""

AFTERWARDS_S = 2_600.0
"""Until every order has its end, whatever its gateway said."""

FAULTS = [
    Fault.DOWN,
    Fault.SERVER_ERROR,
    Fault.TOO_MANY,
    Fault.SLOW,
    Fault.CUT,
    Fault.ANSWER_LOST,
    Fault.UNSIGNED,
    Fault.WRONG_KEY,
    Fault.WRONG_AMOUNT,
    Fault.WRONG_ORDER,
    Fault.LATE_SUCCESS,
    Fault.REFUND_STUCK,
    Fault.NOTICE_TWICE,
    Fault.NOTICE_TAMPERED,
]

PAYERS = [
    {"phone": PhoneHabits(), "cards": ()},
    {"phone": PhoneHabits(cancels=1), "cards": ()},
    {"phone": PhoneHabits(declined=1), "cards": (Card(),) * 3, "habits": Habits(searches_s=9.0)},
    {"phone": PhoneHabits(walks_away=True), "cards": (Card(),) * 3},
    {"phone": PhoneHabits(), "cards": (Card(),) * 3},
    {"cards": (Card(),) * 3},
    {"phone": PhoneHabits(), "cards": (), "habits": Habits(backs_out_after_s=5.0)},
]


class Day:
    """One seed's traffic and faults in one lane."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.lane = lane_with_codes(
            *self.rng.choice([BOTH, ("wechat",), ("alipay",)]),
            notices=self.rng.random() < 0.5,
            page=seed % 2 == 0,
            app=seed % 4 == 0,
            seed=seed,
            **({} if self.rng.random() < 0.7 else {"terminal": None}),
        )

    def play(self) -> None:
        at_s = READY_S
        for _ in range(CARS):
            kind = Kind.CARD if self.rng.random() < 0.8 else Kind.PREPAID
            more = self.rng.choice(PAYERS) if kind is Kind.CARD else {}
            self.lane.expect(kind, max(at_s, self.lane.now), **more)
            at_s += HEADWAY_S * (0.3 + 1.4 * self.rng.random())
            if self.rng.random() < FAULTY_SHARE:
                self.lane.run(max(self.lane.now, at_s - self.rng.random() * HEADWAY_S))
                self._fail()
        self.lane.lane.codes.gateway.faults.clear()
        self.lane.run(max(self.lane.now, at_s) + AFTERWARDS_S)

    def _fail(self) -> None:
        self.rng.choice([self._answer_badly, self._answer_badly, self._pull_a_plug, self._die])()

    def _answer_badly(self) -> None:
        faults = self.lane.lane.codes.gateway.faults
        fault = self.rng.choice(FAULTS)
        faults.set(fault)
        self._wait(1.0, 40.0)
        if fault is not Fault.LATE_SUCCESS:
            faults.clear(fault)

    def _pull_a_plug(self) -> None:
        names = [*self.lane.controller.parties]
        port = self.rng.choice([name for name in names if name not in ("barrier", "camera")])
        self.lane.lane.shell.unplug(port)
        self._wait(0.2, 30.0)
        self.lane.lane.shell.plug(port)

    def _die(self) -> None:
        self.lane.die(self.rng.choice([0.0, 1.0, 20.0]))

    def _wait(self, low_s: float, high_s: float) -> None:
        self.lane.run(self.lane.now + self.rng.uniform(low_s, high_s))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_day_of_codes_brings_nobody_is_trapped_or_charged_twice(seed):
    day = Day(seed)
    day.play()
    lane = day.lane
    nothing_dangerous(lane)
    books_are_honest(lane)
    codes_are_honest(lane)
    ends_well(lane, CALLED_S)
    no_order_is_left(lane)
    assert lane.state("visit") == "free", lane.story()
