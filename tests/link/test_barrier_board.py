"""The board's start, polls, inputs, silence, lamp and CLOSE, as bytes on a timed line."""

import pytest

from kiosk_hw.barriers.generic_modbus_relay import DEVICE as NO_NAME
from kiosk_hw.barriers.model import Contact, Wiring
from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.hosts.board.inputs import SAMPLES_MAX
from kiosk_hw.hosts.board.silence import SILENT_AFTER
from kiosk_hw.hosts.board.start import FIRST_SAMPLES_MAX
from kiosk_hw.ports.barrier import (
    Arm,
    ArmContradictory,
    ArmingLoopCleared,
    ArmingLoopOccupied,
    ArmLeftLimit,
    ArmLowered,
    ArmRaised,
    ArmRefitted,
    ArmSwungOff,
    BoardReady,
    BoardSilent,
    CloseBarrier,
    CloseRefused,
    DoorClosed,
    DoorOpened,
    FireCleared,
    FireRaised,
    HoldOpen,
    Inputs,
    ManualKeyReleased,
    ManualKeyTurned,
    OpenBarrier,
    OpenPulsed,
    SafetyLoopCleared,
    SafetyLoopOccupied,
    SwitchLamp,
)
from kiosk_hw.ports.party import NEVER, LineSettings
from link.relay_bench import AT_REST, Bench, RelayBoard, first, sealed

ALL_OFF = "01 05 00 FF 00 00 FD FA"
POLL = "01 02 00 00 00 08 79 CC"
LAMP_ON = "01 05 00 03 FF 00 7C 3A"
LAMP_OFF = "01 05 00 03 00 00 3D CA"
CLOSE_500 = "01 05 02 01 00 05 5D B1"
CLOSE_OFF = "01 05 00 01 00 00 9C 0A"

WITH_CLOSE = Wiring(close_output=2)
QUIET = Inputs(arm=Arm.LOWERED, arming_loop=False, safety_loop=False)


def bench(wiring: Wiring | None = None, **options) -> Bench:
    return Bench(BarrierBoard(WAVESHARE, wiring, **options)).ready()


def test_a_start_is_all_off_then_two_equal_readings_then_ready() -> None:
    lane = Bench(BarrierBoard(WAVESHARE)).connect()
    assert lane.run(0.095) == [BoardReady(QUIET)]
    sent = [frame.hex(" ").upper() for _, frame in lane.sent]
    assert sent == [ALL_OFF, POLL, POLL]
    assert lane.driver.inputs == QUIET


def test_a_relay_left_on_by_a_dead_controller_is_off_before_ready() -> None:
    board = RelayBoard(relays=0b0000_0011)
    lane = Bench(BarrierBoard(WAVESHARE), board).connect()
    lane.run(0.5)
    assert board.relays == 0


def test_a_board_without_an_all_off_is_switched_off_one_by_one() -> None:
    board = RelayBoard(first=1, on_value=0x0100, flash=False, relays=0xFF)
    lane = Bench(BarrierBoard(NO_NAME), board).connect()
    assert BoardReady in [type(each) for each in lane.run(1.0)]
    assert board.relays == 0


def test_nothing_is_ever_pulsed_without_a_command() -> None:
    lane = bench()
    for inputs in range(256):
        lane.board.inputs = inputs
        lane.run(0.2)
    lane.deaf = lambda frame: True
    lane.run(5.0)
    lane.deaf = lambda frame: False
    lane.run(5.0)
    assert lane.board.rises == []


def test_a_first_reading_that_chatters_is_ready_all_the_same() -> None:
    lane = Bench(BarrierBoard(WAVESHARE)).connect()
    polls = iter(range(1000))
    lane.on_reply = lambda frame, reply: (
        sealed(bytes((1, 2, 1, AT_REST | next(polls) % 2 << 7))) if frame[1] == 2 else reply
    )
    assert BoardReady in [type(each) for each in lane.run(1.0)]
    assert len(lane.frames(POLL)) >= FIRST_SAMPLES_MAX


# (bit of the board, event when its level changes from rest, event when it is back)
MEANINGS = [
    (0, ArmContradictory(), ArmLowered()),
    (1, ArmLeftLimit(), ArmLowered()),
    (2, ArmingLoopOccupied(), ArmingLoopCleared()),
    (3, SafetyLoopOccupied(), SafetyLoopCleared()),
    (4, FireRaised(), FireCleared()),
    (5, ArmSwungOff(), ArmRefitted()),
    (6, ManualKeyTurned(), ManualKeyReleased()),
    (7, DoorOpened(), DoorClosed()),
]


@pytest.mark.parametrize(("bit", "changed", "back"), MEANINGS)
def test_every_input_means_what_its_wiring_says(bit, changed, back) -> None:
    lane = bench()
    lane.board.inputs = AT_REST ^ 1 << bit
    assert lane.run(0.5) == [changed]
    lane.board.inputs = AT_REST
    assert lane.run(0.5) == [back]


def test_the_arm_is_followed_from_limit_to_limit() -> None:
    lane = bench()
    seen = []
    for limits in (0b00, 0b01, 0b11, 0b10):
        lane.board.inputs = AT_REST & ~0b11 | limits
        seen += lane.run(0.5)
    assert seen == [ArmLeftLimit(), ArmRaised(), ArmContradictory(), ArmLowered()]


def test_a_cut_fire_wire_is_fire_from_the_first_reading() -> None:
    lane = Bench(BarrierBoard(WAVESHARE), RelayBoard(inputs=0b0000_0010)).connect()
    lane.run(0.5)
    assert lane.driver.inputs is not None
    assert lane.driver.inputs.fire


def test_what_is_not_wired_reads_as_at_rest_and_wakes_nobody() -> None:
    wiring = Wiring(fire=None, door=None, safety_loop=None, manual_key=None)
    lane = bench(wiring)
    lane.sent.clear()
    polls = iter(range(1000))
    lane.on_reply = lambda frame, reply: sealed(
        bytes((1, 2, 1, AT_REST ^ next(polls) % 2 * 0b1101_1000))
    )
    assert lane.run(1.0) == []
    assert len(lane.sent) <= 11
    assert lane.driver.watch.glitches == 0


def test_an_inverted_contact_is_active_when_open() -> None:
    lane = bench(Wiring(arming_loop=Contact(3, inverted=True)))
    assert lane.driver.inputs is not None
    assert lane.driver.inputs.arming_loop
    lane.board.inputs = AT_REST | 0b100
    assert lane.run(0.5) == [ArmingLoopCleared()]


def test_a_blip_of_one_sample_is_a_glitch_and_no_event() -> None:
    lane = bench()
    polls = iter(range(1000))
    lane.on_reply = lambda frame, reply: (
        sealed(bytes((1, 2, 1, AT_REST | 0b100))) if next(polls) == 3 else reply
    )
    assert lane.run(2.0) == []
    assert lane.driver.watch.glitches == 1
    assert "glitches=1" in repr(lane.driver)


def test_a_chattering_door_hides_no_car() -> None:
    lane = bench()
    polls = iter(range(10_000))
    lane.on_reply = lambda frame, reply: (
        sealed(bytes((1, 2, 1, lane.board.inputs ^ next(polls) % 2 << 7)))
        if frame[1] == 2
        else reply
    )
    lane.run(0.5)
    lane.board.inputs |= 0b100
    assert lane.run(0.2) == [ArmingLoopOccupied()]


@pytest.mark.parametrize("samples", [1, 2, 3, SAMPLES_MAX])
def test_a_change_needs_as_many_equal_samples_as_asked_for(samples) -> None:
    lane = bench(debounce_samples=samples)
    lane.board.inputs |= 0b100
    changed_polls = []
    lane.on_reply = lambda frame, reply: changed_polls.append(lane.now) or reply
    lane.run(1.0)
    seen_at = next(at for at, event in lane.events if event == ArmingLoopOccupied())
    assert sum(1 for at in changed_polls if at < seen_at) == samples


def test_a_car_is_seen_within_its_idle_poll_and_one_more_exchange() -> None:
    for moment_ms in range(0, 110, 9):
        lane = bench()
        lane.run(1.0 + moment_ms / 1000)
        lane.board.inputs |= 0b100
        came_at = lane.now
        lane.run(0.5)
        seen_at = next(at for at, event in lane.events if event == ArmingLoopOccupied())
        assert seen_at - came_at <= 0.1 + 2 * 0.025


@pytest.mark.parametrize(
    ("inputs", "polls"),
    [
        (AT_REST, 10),
        (AT_REST | 0b0100, 20),
        (AT_REST | 0b1000, 20),
        (AT_REST & ~0b10, 20),
        (AT_REST & ~0b11 | 0b01, 20),
    ],
    ids=["idle", "car before the arm", "car under the arm", "arm between", "arm up"],
)
def test_polls_are_fast_while_something_goes_on_and_slow_when_idle(inputs, polls) -> None:
    lane = bench()
    lane.board.inputs = inputs
    lane.run(1.0)
    lane.sent.clear()
    lane.run(1.0)
    assert len(lane.sent) == pytest.approx(polls, abs=1)


def test_a_pulse_under_way_makes_polls_fast() -> None:
    lane = bench()
    lane.do(OpenBarrier("exit-1"))
    lane.sent.clear()
    lane.run(0.5)
    assert len(lane.frames(POLL)) >= 9


def test_a_command_wakes_slow_polls_at_once() -> None:
    lane = bench(poll_idle_s=5.0)
    lane.run(1.0)
    lane.sent.clear()
    lane.do(OpenBarrier("exit-1"))
    lane.run(0.1)
    assert len(lane.frames(POLL)) >= 1


def test_t35_is_kept_before_everything_that_leaves() -> None:
    lane = bench(WITH_CLOSE)
    quiet_since = [0.0]
    receive = lane.driver.receive

    def listened(data: bytes, now: float):
        quiet_since.append(now)
        return receive(data, now)

    lane.driver.receive = listened  # type: ignore[method-assign]
    for number in range(20):
        lane.board.inputs = AT_REST | number % 2 << 2
        lane.do(SwitchLamp(on=bool(number % 2)))
        lane.do(OpenBarrier(f"exit-{number}"))
        lane.run(0.7)
    arrivals = sorted(quiet_since)
    for at, frame in lane.sent:
        before = max(each for each in arrivals if each <= at)
        assert at - before >= 3.5 * lane.driver.line.char_s - 1e-9, frame.hex(" ")


def test_a_board_that_falls_silent_is_told_once_and_tried_on() -> None:
    lane = bench()
    lane.deaf = lambda frame: True
    events = lane.run(20.0)
    assert [type(each) for each in events] == [BoardSilent]
    assert f"{SILENT_AFTER} failures" in events[0].why
    assert len(lane.frames(ALL_OFF)) > 10


@pytest.mark.parametrize("lost", range(1, SILENT_AFTER))
def test_fewer_lost_polls_make_no_board_silent(lost) -> None:
    lane = bench()
    lane.deaf = first(lost, POLL)
    assert lane.run(3.0) == []
    assert lane.driver.host.counters.timeouts == lost


@pytest.mark.parametrize("is_changing", [False, True], ids=["same inputs", "changing inputs"])
def test_only_failures_in_a_row_make_a_board_silent(is_changing) -> None:
    lane = bench()
    polls = iter(range(10_000))
    lane.deaf = lambda frame: next(polls) % SILENT_AFTER > 0
    if is_changing:
        lane.on_reply = lambda frame, reply: sealed(
            bytes((1, 2, 1, AT_REST | next(polls) % 2 << 7))
        )
    assert BoardSilent not in [type(each) for each in lane.run(10.0)]


def test_a_board_that_answers_again_is_cleared_and_read_before_it_is_ready() -> None:
    lane = bench()
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.take()
    lane.board.relays, lane.board.inputs = 0xFF, AT_REST | 0b100
    lane.deaf = lambda frame: False
    lane.sent.clear()
    (ready,) = lane.run(1.5)
    assert ready == BoardReady(Inputs(arm=Arm.LOWERED, arming_loop=True, safety_loop=False))
    assert lane.board.relays == 0


def test_every_silence_is_told_anew() -> None:
    lane = bench()
    seen = []
    for is_away in (True, False, True, False):
        lane.deaf = (lambda frame: True) if is_away else (lambda frame: False)
        seen += [type(each) for each in lane.run(3.0)]
    assert seen == [BoardSilent, BoardReady, BoardSilent, BoardReady]


def test_a_board_that_was_never_there_is_silent_and_can_still_come() -> None:
    lane = Bench(BarrierBoard(WAVESHARE))
    lane.deaf = lambda frame: True
    lane.connect()
    assert [type(each) for each in lane.run(10.0)] == [BoardSilent]
    lane.deaf = lambda frame: False
    assert [type(each) for each in lane.run(2.0)] == [BoardReady]


def test_a_board_that_refuses_its_start_is_silent_with_its_reason() -> None:
    lane = Bench(BarrierBoard(WAVESHARE), RelayBoard(flash=False)).connect()
    (silent,) = lane.run(5.0)
    assert isinstance(silent, BoardSilent)
    assert "refused: ExceptionReply(function=5, code=2)" in silent.why


def test_an_unplugged_and_plugged_link_starts_from_scratch() -> None:
    lane = bench()
    lane.note(lane.driver.disconnected(lane.now))
    lane.note(lane.driver.disconnected(lane.now))
    assert [type(each) for each in lane.take()] == [BoardSilent]
    assert lane.run(5.0) == []
    lane.sent.clear()
    lane.connect()
    assert lane.run(0.5) == [BoardReady(QUIET)]
    assert lane.sent[0][1] == bytes.fromhex(ALL_OFF)


def test_on_an_echoing_adapter_the_outputs_are_cleared_again_once_that_is_known() -> None:
    lane = Bench(BarrierBoard(WAVESHARE), RelayBoard(relays=1))
    lane.echoes = True
    lane.deaf = first(1, ALL_OFF)
    lane.connect()
    assert [type(each) for each in lane.run(2.0)] == [BoardReady]
    assert lane.board.relays == 0
    lane.do(OpenBarrier("exit-1"))
    assert lane.run(1.0) == [OpenPulsed("exit-1")]
    assert lane.board.pulses(1) == 1


def test_on_an_echoing_adapter_our_own_echo_confirms_no_open() -> None:
    lane = Bench(BarrierBoard(WAVESHARE))
    lane.echoes = True
    lane.connect().run(1.0)
    lane.deaf = lambda frame: frame[1] == 5
    lane.do(OpenBarrier("exit-1"))
    assert OpenPulsed("exit-1") not in lane.run(3.0)


def test_the_lamp_is_switched_and_switched_again_after_a_silence() -> None:
    lane = bench()
    lane.do(SwitchLamp(on=True))
    lane.run(0.2)
    assert lane.board.relays == 0b1000
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.board.relays = 0
    lane.deaf = lambda frame: False
    lane.run(2.0)
    assert lane.board.relays == 0b1000
    lane.do(SwitchLamp(on=False))
    lane.run(0.2)
    assert lane.board.relays == 0


def test_only_the_last_lamp_command_counts() -> None:
    lane = bench()
    while lane.driver.host.free_at() != NEVER:
        lane.run(0.001)
    for on in (True, False) * 50 + (True,):
        lane.do(SwitchLamp(on=on))
    lane.run(0.3)
    assert lane.board.relays == 0b1000
    assert len(lane.frames(LAMP_ON, LAMP_OFF)) == 1


def test_a_lane_without_a_lamp_ignores_it() -> None:
    lane = bench(Wiring(lamp_output=None))
    lane.do(SwitchLamp(on=True))
    assert lane.run(0.5) == []
    assert lane.board.rises == []


def test_by_default_there_is_no_close() -> None:
    lane = bench()
    lane.do(CloseBarrier())
    assert lane.run(0.5) == [CloseRefused("no CLOSE output is wired")]
    assert lane.board.rises == []


def raised(lane: Bench) -> Bench:
    """The arm is up, nobody is about."""
    lane.board.inputs = AT_REST & ~0b11 | 0b01
    lane.run(0.5)
    lane.take()
    return lane


def test_a_close_is_one_pulse_over_a_clear_loop() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.do(CloseBarrier())
    assert lane.run(1.0) == []
    assert lane.board.pulses(2) == 1
    assert len(lane.frames(CLOSE_500)) == 1


def test_a_close_is_refused_over_a_car() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.board.inputs |= 0b1000
    lane.run(0.5)
    lane.take()
    lane.do(CloseBarrier())
    assert lane.run(0.5) == [CloseRefused("the safety loop is not known clear")]
    assert lane.board.pulses(2) == 0


def test_a_close_is_refused_on_the_first_sample_of_a_car() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.board.inputs |= 0b1000
    while not any(type(each) is SafetyLoopOccupied for each in lane.take()):
        lane.run(0.001)
        if not lane.driver.watch.is_settled():
            lane.do(CloseBarrier())
            assert CloseRefused("the safety loop is not known clear") in lane.run(0.0)
    lane.run(0.5)
    assert lane.board.pulses(2) == 0


def test_a_close_is_refused_without_a_safety_loop() -> None:
    lane = raised(bench(Wiring(close_output=2, safety_loop=None)))
    lane.do(CloseBarrier())
    assert lane.run(0.5) == [CloseRefused("the safety loop is not known clear")]


def test_a_close_is_refused_by_an_old_sample() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.deaf = lambda frame: True
    lane.run(0.16)
    lane.do(CloseBarrier())
    assert lane.run(0.001) == [CloseRefused("the safety loop was not sampled lately")]


def test_a_close_that_waited_until_its_sample_was_old_is_refused() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.deaf = lambda frame: True
    lane.run(0.06)
    lane.do(CloseBarrier())
    assert lane.run(0.3) == [CloseRefused("the safety loop was not sampled lately")]
    assert lane.frames(CLOSE_500) == []


def test_a_close_that_waits_is_refused_by_the_car_that_comes() -> None:
    lane = raised(bench(WITH_CLOSE))
    while lane.driver.host.free_at() != NEVER:
        lane.run(0.001)
    lane.board.inputs |= 0b1000
    lane.do(CloseBarrier())
    assert CloseRefused("the safety loop is not known clear") in lane.run(0.5)
    assert lane.board.pulses(2) == 0


def test_a_close_is_refused_while_the_fire_contact_is_open() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.board.inputs &= ~0b1_0000
    lane.run(0.5)
    lane.take()
    lane.do(CloseBarrier())
    assert lane.run(0.5) == [CloseRefused("the fire contact asks for an open lane")]


@pytest.mark.parametrize("command", [OpenBarrier("exit-1"), HoldOpen()], ids=["open", "hold"])
def test_a_close_is_refused_while_an_open_is_under_way(command) -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.do(command)
    lane.run(0.1)
    lane.take()
    lane.do(CloseBarrier())
    assert lane.run(0.1) == [CloseRefused("an OPEN is under way, or the lane is held open")]
    assert lane.board.pulses(2) == 0


@pytest.mark.parametrize("command", [OpenBarrier("exit-1"), HoldOpen()], ids=["open", "hold"])
def test_an_open_cuts_a_running_close_off(command) -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.do(CloseBarrier())
    lane.run(0.1)
    assert lane.board.relays & 0b10
    lane.do(command)
    lane.run(0.1)
    assert lane.board.relays & 0b11 == 0b01
    assert len(lane.frames(CLOSE_OFF)) == 1


def test_a_car_cuts_a_running_close_off() -> None:
    lane = raised(bench(WITH_CLOSE))
    lane.do(CloseBarrier())
    lane.run(0.1)
    lane.board.inputs |= 0b1000
    lane.run(0.15)
    assert lane.board.relays == 0


def test_a_close_to_a_silent_board_is_refused() -> None:
    lane = bench(WITH_CLOSE)
    lane.deaf = lambda frame: True
    lane.run(3.0)
    lane.take()
    lane.do(CloseBarrier())
    assert lane.run(0.001) == [CloseRefused("the safety loop was not sampled lately")]


def test_a_close_needs_a_pulse_timed_by_the_board() -> None:
    with pytest.raises(ValueError, match="timed pulse"):
        BarrierBoard(NO_NAME, WITH_CLOSE)


@pytest.mark.parametrize(
    "wiring",
    [Wiring(lamp_output=9), Wiring(door=Contact(9))],
    ids=["output", "input"],
)
def test_a_wiring_beyond_the_board_is_refused(wiring) -> None:
    with pytest.raises(ValueError, match="the board has 8"):
        BarrierBoard(WAVESHARE, wiring)


def test_a_tick_before_anything_is_due_does_nothing() -> None:
    lane = bench()
    for _ in range(100):
        assert not lane.driver.tick(lane.now)
        assert lane.driver.bytes_to_send() == b""


def test_the_sample_is_as_old_as_its_request() -> None:
    assert BarrierBoard(WAVESHARE).sample_age_s(5.0) == NEVER
    lane = bench()
    lane.deaf = lambda frame: True
    lane.run(0.2)
    answered_at = max(at for at in lane.frames(POLL) if at < lane.now - 0.2 - 0.02)
    assert lane.driver.sample_age_s(lane.now) == pytest.approx(lane.now - answered_at)


def test_the_line_of_the_model_can_be_overridden() -> None:
    lane = Bench(BarrierBoard(WAVESHARE, line=LineSettings(115200))).connect()
    assert lane.run(0.05) == [BoardReady(QUIET)]


def test_the_state_is_seen_at_a_glance() -> None:
    assert repr(BarrierBoard(WAVESHARE)) == (
        "<BarrierBoard 'Waveshare Modbus RTU Relay (D) 8CH' UNPLUGGED failures=0 glitches=0 "
        "<OpenContact RESTING waiting=0 sends=0> <ModbusHost idle waiting=0 >>"
    )
