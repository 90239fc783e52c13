"""OPEN, hold and release at the board: one pulse per exit, whatever is lost on the way."""

import random

import pytest

from kiosk_hw.barriers.generic_modbus_relay import DEVICE as NO_NAME
from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.hosts.board.exits import EXITS_REMEMBERED_MAX, EXITS_WAITING_MAX
from kiosk_hw.ports.barrier import (
    BoardReady,
    BoardSilent,
    HoldOpen,
    OpenBarrier,
    OpenPulsed,
    OpenUnconfirmed,
    ReleaseHold,
    SwitchLamp,
)
from kiosk_hw.ports.party import NEVER
from link.relay_bench import Bench, RelayBoard, first, sealed

FLASH_500 = "01 05 02 00 00 05 0C 71"
FLASH_100 = "01 05 02 00 00 01 0D B2"
READ_RELAYS = "01 01 00 00 00 08 3D CC"
ALL_OFF = "01 05 00 FF 00 00 FD FA"
RELAY_1_ON = "01 05 00 00 FF 00 8C 3A"
RELAY_1_OFF = "01 05 00 00 00 00 CD CA"
POLL = "01 02 00 00 00 08 79 CC"
NO_NAME_ON = "01 05 00 01 01 00 9D 9A"
NO_NAME_OFF = "01 05 00 01 00 00 9C 0A"


def bench(**options) -> Bench:
    return Bench(BarrierBoard(WAVESHARE, **options)).ready()


def no_name() -> Bench:
    return Bench(BarrierBoard(NO_NAME), RelayBoard(first=1, on_value=0x0100, flash=False)).ready()


def test_an_open_is_one_pulse_timed_by_the_board() -> None:
    lane = bench()
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    assert len(lane.frames(FLASH_500)) == 1
    assert lane.board.pulses(1) == 1
    assert lane.board.relays == 0


def test_an_open_leaves_within_one_exchange_before_any_other_job() -> None:
    lane = bench()
    for moment_ms in range(0, 120, 7):
        lane.run(1.0 + moment_ms / 1000)
        asked_at = lane.now
        lane.do(OpenBarrier(f"exit-{moment_ms}"))
        lane.run(1.0)
        assert lane.frames(FLASH_500)[-1] - asked_at < 0.024


def test_a_repeat_of_the_same_exit_gives_no_second_pulse_but_its_outcome() -> None:
    lane = bench()
    for _ in range(3):
        lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    assert lane.board.pulses(1) == 1


def test_a_lost_echo_never_gives_two_pulses() -> None:
    lane = bench()
    lane.mute = first(1, FLASH_500)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    assert len(lane.frames(FLASH_500)) == 1
    assert len(lane.frames(READ_RELAYS)) == 1
    assert lane.board.pulses(1) == 1


def test_an_open_that_the_board_never_heard_is_sent_once_more() -> None:
    lane = bench()
    lane.deaf = first(1, FLASH_500)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    assert len(lane.frames(FLASH_500)) == 2
    assert lane.board.pulses(1) == 1


def test_an_open_that_is_never_heard_leaves_twice_and_stays_unconfirmed() -> None:
    lane = bench()
    lane.deaf = first(9, FLASH_500)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(3.0) == [OpenUnconfirmed("exit-1")]
    assert len(lane.frames(FLASH_500)) == 2
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(3.0) == [OpenUnconfirmed("exit-1")]
    assert len(lane.frames(FLASH_500)) == 2


def test_a_pulse_that_may_have_come_and_gone_is_not_given_again() -> None:
    lane = bench(pulse_ms=100)
    lane.mute = first(1, FLASH_100)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenUnconfirmed("exit-1")]
    assert lane.board.pulses(1) == 1


def test_a_late_look_at_the_relays_proves_nothing() -> None:
    lane = bench()
    lane.mute = lambda frame: frame == bytes.fromhex(FLASH_500)
    lane.delay_s = lambda frame: 0.0
    lane.deaf = lambda frame: frame == bytes.fromhex(READ_RELAYS) and lane.now < started + 0.45
    started = lane.now
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(3.0) == [OpenUnconfirmed("exit-1")]
    assert lane.board.pulses(1) == 1


def test_relays_that_cannot_be_read_leave_the_open_unconfirmed() -> None:
    lane = bench()
    lane.mute = first(1, FLASH_500)
    lane.on_reply = lambda frame, reply: sealed(b"\x01\x81\x01") if frame[1] == 1 else reply
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenUnconfirmed("exit-1")]
    assert lane.board.pulses(1) == 1


def test_an_open_that_the_board_refuses_is_sent_once_more_without_a_look() -> None:
    lane = bench()
    refused = sealed(b"\x01\x85\x06")
    busy = first(1, FLASH_500)
    lane.on_reply = lambda frame, reply: refused if busy(frame) else reply
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    assert lane.frames(READ_RELAYS) == []


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_lost_no_exit_gets_two_pulses(seed) -> None:
    chance = random.Random(seed)
    lane = bench()
    lane.deaf = lambda frame: chance.random() < 0.3
    lane.mute = lambda frame: chance.random() < 0.3
    lane.delay_s = lambda frame: chance.choice((0.0, 0.0, 0.1, 0.2))
    for number in range(10):
        before = lane.board.pulses(1)
        lane.do(OpenBarrier(f"exit-{number}"))
        lane.do(OpenBarrier(f"exit-{number}"))
        lane.run(4.0)
        pulsed = OpenPulsed(f"exit-{number}") in lane.take()
        assert lane.board.pulses(1) - before <= 1
        assert not pulsed or lane.board.pulses(1) - before == 1


def test_two_exits_are_two_pulses_that_never_touch() -> None:
    lane = bench()
    lane.do(OpenBarrier("exit-1"))
    lane.do(OpenBarrier("exit-2"))
    assert lane.run(3.0) == [OpenPulsed("exit-1"), OpenPulsed("exit-2")]
    (one, _), (two, _) = lane.board.rises
    assert two - one >= 0.6
    assert lane.board.pulses(1) == 2


def test_the_pulse_of_one_exit_never_confirms_the_next() -> None:
    lane = bench()
    lane.do(OpenBarrier("exit-1"))
    lane.run(0.1)
    lane.deaf = first(9, FLASH_500)
    lane.do(OpenBarrier("exit-2"))
    assert OpenPulsed("exit-2") not in lane.run(3.0)


def test_opens_that_wait_are_bounded() -> None:
    lane = bench()
    for number in range(EXITS_WAITING_MAX + 2):
        lane.do(OpenBarrier(f"exit-{number}"))
    assert OpenUnconfirmed(f"exit-{EXITS_WAITING_MAX + 1}") in lane.run(0.01)
    lane.run(10.0)
    assert lane.board.pulses(1) == EXITS_WAITING_MAX + 1


def test_the_memory_of_exits_is_bounded() -> None:
    lane = bench()
    for number in range(EXITS_REMEMBERED_MAX + 1):
        lane.do(OpenBarrier(f"exit-{number}"))
        lane.run(1.0)
    pulses = lane.board.pulses(1)
    lane.do(OpenBarrier("exit-1"))
    lane.run(1.0)
    assert lane.board.pulses(1) == pulses
    lane.do(OpenBarrier("exit-0"))
    lane.run(1.0)
    assert lane.board.pulses(1) == pulses + 1


def test_an_open_to_a_silent_board_is_unconfirmed_at_once_and_never_comes_later() -> None:
    lane = bench()
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.take()
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(0.001) == [OpenUnconfirmed("exit-1")]
    lane.deaf = lambda frame: False
    lane.run(3.0)
    assert lane.board.pulses(1) == 0
    lane.do(OpenBarrier("exit-1"))
    assert OpenPulsed("exit-1") in lane.run(1.0)


def test_a_board_that_dies_under_an_open_leaves_it_unconfirmed_then_is_silent() -> None:
    lane = bench()
    lane.deaf = lambda frame: True
    lane.do(OpenBarrier("exit-1"))
    events = lane.run(5.0)
    assert [type(each) for each in events] == [OpenUnconfirmed, BoardSilent]


def test_an_unplugged_link_leaves_the_open_unconfirmed() -> None:
    lane = bench()
    lane.mute = lambda frame: True
    lane.do(OpenBarrier("exit-1"))
    lane.run(0.05)
    lane.note(lane.driver.disconnected(lane.now))
    assert [type(each) for each in lane.take()] == [OpenUnconfirmed, BoardSilent]
    assert lane.driver.deadline() == float("inf")


def busy(lane: Bench) -> Bench:
    """A lane whose line is taken by a poll."""
    while lane.driver.host.free_at() != NEVER:
        lane.run(0.001)
    return lane


def test_a_hold_keeps_back_an_open_that_has_not_left() -> None:
    lane = busy(bench())
    lane.do(OpenBarrier("exit-1"))
    lane.do(HoldOpen())
    assert lane.run(1.0) == [OpenPulsed("exit-1")]
    assert lane.frames(FLASH_500) == []


def test_a_release_keeps_back_a_hold_that_has_not_left() -> None:
    lane = busy(bench())
    lane.do(HoldOpen())
    lane.do(ReleaseHold())
    lane.run(1.0)
    assert lane.board.rises == []


def test_a_hold_keeps_back_a_release_that_has_not_left() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(0.5)
    busy(lane)
    lane.do(ReleaseHold())
    lane.do(HoldOpen())
    lane.run(1.0)
    assert lane.frames(RELAY_1_OFF) == []
    assert lane.board.relays == 1


def test_another_relay_that_is_on_confirms_no_open() -> None:
    lane = bench()
    lane.do(SwitchLamp(on=True))
    lane.run(0.5)
    lane.deaf = lambda frame: frame == bytes.fromhex(FLASH_500)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(3.0) == [OpenUnconfirmed("exit-1")]


def test_an_open_that_never_left_may_be_asked_for_again() -> None:
    lane = bench()
    lane.deaf = lambda frame: True
    lane.do(OpenBarrier("exit-1"))
    lane.do(OpenBarrier("exit-2"))
    lane.run(0.05)
    lane.note(lane.driver.disconnected(lane.now))
    lane.deaf = lambda frame: False
    lane.connect().run(1.0)
    lane.take()
    for exit_id in ("exit-1", "exit-2"):
        lane.do(OpenBarrier(exit_id))
    assert lane.run(2.0) == [OpenUnconfirmed("exit-1"), OpenPulsed("exit-2")]


def test_a_hold_closes_the_contact_until_it_is_released() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(5.0)
    assert lane.board.relays == 1
    assert lane.board.pulses(1) == 1
    lane.do(ReleaseHold())
    lane.run(0.1)
    assert lane.board.relays == 0


def test_a_hold_is_refreshed_when_the_board_forgot_it() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(1.0)
    lane.board.relays = 0
    lane.run(1.1)
    assert lane.board.relays == 1


def test_a_hold_survives_the_end_of_a_pulse_under_way() -> None:
    lane = bench()
    lane.board.switch = forgetful(lane.board)
    lane.do(OpenBarrier("exit-1"))
    lane.run(0.1)
    lane.do(HoldOpen())
    lane.run(0.7)
    assert lane.board.relays == 1


def forgetful(board: RelayBoard):
    """A board whose pulse timer goes on when the relay is switched on by hand."""
    plain = board.switch

    def switch(relay: int, on: bool, now: float) -> None:
        plain(relay, on, now)
        if on and relay == 0 and now < board.rises[0][0] + 0.5:
            board.until[0] = board.rises[0][0] + 0.5

    return switch


def test_an_exit_that_asks_while_the_lane_is_held_needs_no_pulse() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(0.5)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(0.1) == [OpenPulsed("exit-1")]
    assert lane.frames(FLASH_500) == []


def test_a_hold_takes_over_an_open_that_was_not_confirmed_yet() -> None:
    lane = bench()
    lane.mute = first(1, FLASH_500)
    lane.do(OpenBarrier("exit-1"))
    lane.run(0.05)
    lane.do(HoldOpen())
    assert lane.run(1.0) == [OpenPulsed("exit-1")]
    assert lane.board.relays == 1
    assert lane.frames(READ_RELAYS) == []


def test_a_hold_outlives_a_silent_board_and_everything_else_goes_off() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(0.5)
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.board.relays = 0b1000_0100
    lane.sent.clear()
    lane.deaf = lambda frame: False
    assert BoardReady in [type(each) for each in lane.run(2.0)]
    assert lane.frames(ALL_OFF) == []
    assert lane.board.relays == 0b1000_0001


def test_a_hold_commanded_to_a_silent_board_is_given_when_it_is_back() -> None:
    lane = bench()
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.do(HoldOpen())
    lane.deaf = lambda frame: False
    lane.run(1.0)
    assert lane.board.relays == 1


def test_a_hold_commanded_while_unplugged_is_given_at_the_next_link() -> None:
    lane = bench()
    lane.driver.disconnected(lane.now)
    lane.do(HoldOpen())
    lane.sent.clear()
    assert lane.run(1.0) == []
    assert lane.sent == []
    lane.connect().run(1.0)
    assert lane.board.relays == 1


def test_a_hold_released_while_the_board_is_away_is_not_given_again() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(0.5)
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.do(ReleaseHold())
    lane.deaf = lambda frame: False
    lane.run(2.0)
    assert lane.board.relays == 0


def test_a_hold_commanded_during_a_start_is_not_cleared_by_it() -> None:
    lane = Bench(BarrierBoard(WAVESHARE))
    lane.deaf = first(1, ALL_OFF)
    lane.connect()
    lane.do(HoldOpen())
    lane.run(0.8)
    assert lane.board.relays == 1


@pytest.mark.parametrize("moment_ms", range(0, 620, 4))
def test_a_release_at_any_moment_of_a_start_lets_the_board_be_ready(moment_ms) -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(0.5)
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.take()
    lane.deaf = lambda frame: False
    lane.run(moment_ms / 1000)
    lane.do(ReleaseHold())
    lane.run(2.0)
    assert BoardReady in [type(each) for each in lane.take()]
    assert lane.board.relays == 0


def test_releases_without_a_hold_keep_no_board_from_being_ready() -> None:
    lane = Bench(BarrierBoard(WAVESHARE)).connect()
    for _ in range(50):
        lane.do(ReleaseHold())
        lane.run(0.01)
    assert BoardReady in [type(each) for each in lane.take()]


def test_a_release_is_repeated_until_the_board_confirms_it() -> None:
    lane = bench()
    lane.do(HoldOpen())
    lane.run(0.5)
    lane.deaf = first(5, RELAY_1_OFF)
    lane.do(ReleaseHold())
    lane.run(3.0)
    assert lane.board.relays == 0


def test_a_board_without_timed_pulses_is_switched_on_and_off() -> None:
    lane = no_name()
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(2.0) == [OpenPulsed("exit-1")]
    (on,), (off,) = lane.frames(NO_NAME_ON), lane.frames(NO_NAME_OFF)[-1:]
    assert 0.5 <= off - on <= 0.65
    assert (lane.board.pulses(1), lane.board.relays) == (1, 0)


@pytest.mark.parametrize("lost", [1, 2])
def test_without_timed_pulses_a_repeated_on_is_still_one_pulse(lost) -> None:
    lane = no_name()
    lane.mute = first(lost, NO_NAME_ON)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(3.0) == [OpenPulsed("exit-1")]
    assert len(lane.frames(NO_NAME_ON)) == lost + 1
    assert (lane.board.pulses(1), lane.board.relays) == (1, 0)


def test_without_timed_pulses_an_off_follows_even_an_on_that_was_not_confirmed() -> None:
    lane = no_name()
    lane.mute = first(3, NO_NAME_ON)
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(3.0) == [OpenUnconfirmed("exit-1")]
    assert (lane.board.pulses(1), lane.board.relays) == (1, 0)


def test_without_timed_pulses_an_off_is_repeated_until_it_is_confirmed() -> None:
    lane = no_name()
    lane.do(OpenBarrier("exit-1"))
    lane.run(0.1)
    lane.deaf = first(4, NO_NAME_OFF)
    lane.run(3.0)
    assert lane.board.relays == 0
