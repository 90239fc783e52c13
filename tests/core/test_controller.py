"""The controller: what a turn decided leaves after its batch, in order, or is told as lost."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.core.controller import (
    EVENTS_PER_TURN_MAX,
    SHOWS_MAX,
    TURNS_WAITING_MAX,
    CommandsLost,
    Controller,
    Turn,
)
from kiosk.core.records import BarrierOpened, Batch, FindOpenOrders, OpenOrdersFound, StoreFailed
from kiosk_hw.ports.party import NEVER, LineSettings

ROW = Batch((BarrierOpened("x-1"),))
LINE = LineSettings(9600)
FAILED = StoreFailed("disk full")


@dataclass
class PlainParty:
    """Sends each command as it is; its events are the bytes that came in."""

    line: LineSettings = LINE
    due: float = NEVER
    out: bytes = b""
    events_per_chunk: int = 1

    def connected(self, now: float) -> list[Any]:
        return ["up"]

    def disconnected(self, now: float) -> list[Any]:
        return ["down"]

    def receive(self, data: bytes, now: float) -> list[Any]:
        return [data] * self.events_per_chunk

    def command(self, command: bytes, now: float) -> None:
        self.out += command

    def tick(self, now: float) -> list[Any]:
        self.due = NEVER
        return ["tick"]

    def deadline(self) -> float:
        return self.due

    def bytes_to_send(self) -> bytes:
        data, self.out = self.out, b""
        return data


@dataclass
class PlainLane:
    """An event that is a `Turn` is what it decides; everything else is only remembered."""

    told: list[Any] = field(default_factory=list)
    turn: Turn = field(default_factory=Turn)
    due: float = NEVER

    def receive(self, event: Any, now: float) -> None:
        self.told.append(event)
        if isinstance(event, Turn):
            self.turn = event

    def tick(self, now: float) -> None:
        self.told.append("lane tick")
        self.due = NEVER

    def deadline(self) -> float:
        return self.due

    def take(self) -> Turn:
        turn, self.turn = self.turn, Turn()
        return turn


@pytest.fixture
def lane():
    return PlainLane()


@pytest.fixture
def controller(lane):
    return Controller(lane, {"a": PlainParty(), "b": PlainParty()})


def test_commands_wait_for_the_batch_of_their_turn(controller):
    controller.tell(Turn(ROW, commands=[("a", b"open")]), 1.0)
    assert controller.bytes_to_send("a") == b""
    assert controller.batch() is ROW
    assert controller.bytes_to_send("a") == b"", "in hand is not yet durable"
    controller.carried_out([], 1.1)
    assert controller.bytes_to_send("a") == b"open"
    assert controller.bytes_to_send("a") == b"", "it leaves once"


def test_urgent_commands_do_not_wait(controller):
    controller.tell(Turn(ROW, commands=[("a", b"later")], urgent=[("b", b"lift")]), 1.0)
    assert controller.outbox == {"b": b"lift"}


def test_a_question_alone_makes_its_commands_wait_too(controller, lane):
    asked = Batch(queries=(FindOpenOrders(),))
    controller.tell(Turn(asked, commands=[("a", b"x")]), 1.0)
    assert controller.bytes_to_send("a") == b""
    assert controller.batch() is asked
    controller.carried_out([OpenOrdersFound(())], 1.1)
    assert controller.bytes_to_send("a") == b"x"
    assert lane.told[-1] == OpenOrdersFound(())


def test_turns_keep_their_order_even_where_the_later_needs_no_store(controller):
    controller.tell(Turn(ROW, commands=[("a", b"1")]), 1.0)
    controller.tell(Turn(commands=[("a", b"2")]), 1.1)
    assert controller.outbox == {}
    controller.batch()
    controller.tell(Turn(commands=[("a", b"3")]), 1.2)
    assert controller.outbox == {}
    controller.carried_out([], 1.3)
    assert controller.bytes_to_send("a") == b"123"


def test_one_batch_at_a_time_is_in_hand(controller):
    second = Batch((BarrierOpened("x-2"),))
    controller.tell(Turn(ROW), 1.0)
    controller.tell(Turn(second), 1.0)
    assert controller.batch() is ROW
    assert controller.batch() is None
    controller.carried_out([], 1.1)
    assert controller.batch() is second


def test_a_failed_store_drops_the_commands_of_its_turn_and_says_which(controller, lane):
    controller.tell(Turn(ROW, commands=[("a", b"charge")]), 1.0)
    controller.tell(Turn(commands=[("b", b"lamp")]), 1.0)
    controller.batch()
    controller.carried_out([FAILED], 1.1)
    assert lane.told[-2:] == [FAILED, CommandsLost((("a", b"charge"),))]
    assert controller.outbox == {"b": b"lamp"}, "the next turn goes on"


def test_a_failed_store_without_commands_loses_none(controller, lane):
    controller.tell(Turn(ROW), 1.0)
    controller.batch()
    controller.carried_out([FAILED], 1.1)
    assert lane.told[-1] is FAILED


def test_a_hanging_store_makes_the_lane_drop_what_waits_and_says_what(controller, lane):
    controller.tell(Turn(ROW, commands=[("a", b"in hand")]), 1.0)
    controller.batch()
    for number in range(TURNS_WAITING_MAX):
        controller.tell(Turn(ROW, commands=[("a", number)]), 1.0)
    assert len(controller.waiting) == TURNS_WAITING_MAX
    controller.tell(Turn(ROW, commands=[("a", TURNS_WAITING_MAX)]), 1.0)
    failed, lost = lane.told[-2:]
    assert isinstance(failed, StoreFailed)
    assert lost == CommandsLost(tuple(("a", number) for number in range(TURNS_WAITING_MAX + 1)))
    assert not controller.waiting
    controller.carried_out([], 9.0)
    assert controller.bytes_to_send("a") == b"in hand", "what the store has in hand may come true"


def test_without_parties_the_deadline_is_the_lanes_own():
    lane = PlainLane(due=7.0)
    controller = Controller(lane, {})
    assert controller.deadline() == 7.0
    controller.tick(6.9)
    assert lane.told == []
    controller.tick(7.0)
    assert lane.told == ["lane tick"]
    assert controller.deadline() == NEVER


def test_a_tick_reaches_only_whom_it_is_due_for_and_the_lane_last():
    lane, late, soon = PlainLane(due=2.0), PlainParty(due=3.0), PlainParty(due=2.0)
    controller = Controller(lane, {"late": late, "soon": soon})
    assert controller.deadline() == 2.0
    controller.tick(2.0)
    assert lane.told == ["tick", "lane tick"]
    assert controller.deadline() == 3.0


def test_a_link_that_comes_and_goes_is_told(controller, lane):
    controller.connected("a", 1.0)
    controller.disconnected("a", 2.0)
    assert lane.told == ["up", "down"]


def test_shows_that_nobody_fetches_go_oldest_first(controller):
    controller.tell(Turn(shows=list(range(SHOWS_MAX + 1))), 1.0)
    assert len(controller.shows) == SHOWS_MAX
    assert controller.shows[0] == 1


def test_a_party_that_brings_forth_events_without_end_is_a_defect(lane):
    flood = PlainParty(events_per_chunk=EVENTS_PER_TURN_MAX + 1)
    controller = Controller(lane, {"a": flood})
    with pytest.raises(AssertionError, match=f"{EVENTS_PER_TURN_MAX + 1} events in one turn"):
        controller.receive("a", b"x", 1.0)
    assert lane.told == []


def test_an_answer_without_a_batch_in_hand_is_a_defect(controller):
    with pytest.raises(AssertionError, match="no batch was in hand"):
        controller.carried_out([], 1.0)
