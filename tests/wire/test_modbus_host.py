"""The master's half of the line: torn, foreign and damaged bytes, silences, retries, counters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.hosts.modbus_host import ANSWER_S, JOBS_WAITING_MAX, LINE_BUSY_MAX_S, ModbusHost
from kiosk_hw.hosts.modbus_jobs import Counters, Job
from kiosk_hw.hosts.modbus_listener import BUFFER_MAX, FrameBuffer
from kiosk_hw.modbus.messages import ExceptionReply, InputsRead, ReadInputs, WriteCoil
from kiosk_hw.ports.party import NEVER, LineSettings

LINE = LineSettings(9600)
CHAR_S = 10 / 9600
T35_S = 3.5 * CHAR_S

POLL = bytes.fromhex("01 02 00 00 00 08 79 CC")
INPUTS_1_3 = bytes.fromhex("01 02 01 05 61 8B")
OPEN = bytes.fromhex("01 05 02 00 00 05 0C 71")
LAMP = bytes.fromhex("01 05 00 03 FF 00 7C 3A")
REFUSED = bytes.fromhex("01 82 02 C1 61")
UNIT_2_INPUTS = bytes.fromhex("02 02 01 05 61 CF")
UNIT_2_POLL = bytes.fromhex("02 02 00 00 00 08 79 FF")


def poll_job(attempts_max: int = 1) -> Job:
    return Job(1, ReadInputs(0, 8), attempts_max=attempts_max)


def open_job() -> Job:
    return Job(1, WriteCoil(0x0200, 5), urgent=True)


def asked(job: Job, now: float = 0.0) -> ModbusHost:
    """A host whose line is free and which has just sent this job."""
    host = ModbusHost(LINE)
    host.submit(job, now)
    assert host.bytes_to_send() == job.frame
    return host


def sent(host: ModbusHost, now: float) -> bytes:
    host.tick(now)
    return host.bytes_to_send()


def test_a_reply_in_one_piece_ends_the_job() -> None:
    finished = asked(poll_job()).receive(INPUTS_1_3, 0.03)
    assert finished is not None
    assert finished.reply == InputsRead(b"\x05")


def test_a_reply_byte_by_byte_ends_the_job_with_its_last_byte() -> None:
    host = asked(poll_job())
    ends = [host.receive(INPUTS_1_3[at : at + 1], 0.03 + at * 0.01) for at in range(6)]
    assert [end is not None for end in ends] == [False] * 5 + [True]
    assert host.counters.garbage_bytes == 0


def test_an_equal_reply_is_handed_back_as_the_same_object() -> None:
    host, job = ModbusHost(LINE), poll_job()
    ends = []
    for now in (1.0, 2.0):
        host.submit(job, now)
        ends.append(host.receive(INPUTS_1_3, now + 0.03))
    assert ends[0] is ends[1] is not None
    assert host.counters.exchanges == 2


GARBAGE = ["00", "FF", "01", "01 02", "01 02 01", "01 02 01 05", "01 82", "01 02 FF", "01 0F 00"]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("step", [1, 3, 100])
def test_a_reply_is_found_behind_garbage(garbage, step) -> None:
    host = asked(poll_job())
    data = bytes.fromhex(garbage) + INPUTS_1_3
    ends = [host.receive(data[at : at + step], 0.03) for at in range(0, len(data), step)]
    found = [end for end in ends if end is not None]
    assert [end.reply for end in found] == [InputsRead(b"\x05")]
    assert host.counters.garbage_bytes == len(bytes.fromhex(garbage))


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_behind_a_reply_does_not_reach_the_next_exchange(garbage) -> None:
    host, job = asked(poll_job()), poll_job()
    assert host.receive(INPUTS_1_3 + bytes.fromhex(garbage), 0.03) is not None
    host.submit(job, 0.1)
    assert host.bytes_to_send() == POLL
    assert host.counters.garbage_bytes == len(bytes.fromhex(garbage))
    finished = host.receive(INPUTS_1_3, 0.13)
    assert finished is not None
    assert finished.reply == InputsRead(b"\x05")
    assert host.counters.garbage_bytes == len(bytes.fromhex(garbage))


def test_a_frame_of_another_unit_is_stepped_over_and_counted() -> None:
    host = asked(poll_job())
    assert host.receive(UNIT_2_POLL + UNIT_2_INPUTS, 0.02) is None
    assert host.receive(INPUTS_1_3, 0.05) is not None
    assert (host.counters.foreign, host.counters.garbage_bytes) == (2, 0)


def test_the_late_reply_of_a_missed_poll_is_not_taken_for_the_open() -> None:
    host = asked(poll_job())
    assert host.tick(host.deadline()) is not None
    opening = open_job()
    host.submit(opening, 1.0)
    assert host.receive(INPUTS_1_3, 1.005) is None
    finished = host.receive(OPEN, 1.03)
    assert finished is not None
    assert finished.job is opening
    assert host.counters.late == 1


def test_a_reply_when_nothing_is_asked_is_late() -> None:
    host = asked(poll_job())
    host.tick(host.deadline())
    assert host.receive(INPUTS_1_3, 0.5) is None
    assert host.counters.late == 1


def test_the_confirmation_of_another_pulse_length_confirms_nothing() -> None:
    host = asked(open_job())
    assert host.receive(bytes.fromhex("01 05 02 00 00 07 8D B0"), 0.03) is None
    assert host.counters.late == 1


def test_a_wrong_crc_is_counted_and_the_reply_stays_missed() -> None:
    host = asked(poll_job())
    assert host.receive(bytes.fromhex("01 02 01 04 61 8B"), 0.03) is None
    finished = host.tick(host.deadline())
    assert finished is not None
    assert finished.reply is None
    assert (host.counters.crc_errors, host.counters.timeouts) == (1, 1)


def test_a_truncated_reply_is_counted_as_short() -> None:
    host = asked(poll_job())
    host.receive(INPUTS_1_3[:4], 0.03)
    host.tick(host.deadline())
    assert (host.counters.short, host.counters.garbage_bytes) == (1, 4)


@given(flips=st.sets(st.integers(0, 47), min_size=1, max_size=3))
def test_a_reply_with_flipped_bits_is_never_taken(flips) -> None:
    damaged = bytearray(INPUTS_1_3)
    for flip in flips:
        damaged[flip // 8] ^= 1 << flip % 8
    host = asked(poll_job())
    assert host.receive(bytes(damaged), 0.03) is None


@given(
    chunks=st.lists(st.binary(max_size=40), max_size=12),
    step_s=st.floats(0.0001, 0.05),
)
def test_no_bytes_ever_stop_the_next_exchange(chunks, step_s) -> None:
    host, now = asked(poll_job()), 0.0
    for chunk in chunks:
        now += step_s
        host.receive(chunk, now)
        host.tick(now)
    now = max(now, min(host.deadline(), now + 10)) + 1
    host.tick(now)
    host.submit(poll_job(), now + 1)
    assert sent(host, now + 1) == POLL
    assert host.receive(INPUTS_1_3, now + 1.03) is not None


def test_an_exception_reply_is_surfaced_and_counted() -> None:
    host = asked(poll_job())
    finished = host.receive(REFUSED, 0.03)
    assert finished is not None
    assert finished.reply == ExceptionReply(2, 2)
    assert host.counters.exceptions == 1


def test_the_answer_is_waited_for_from_the_end_of_our_own_bytes() -> None:
    host = asked(poll_job())
    due = 8 * CHAR_S + ANSWER_S + 6 * CHAR_S
    assert host.deadline() == pytest.approx(due)
    assert host.tick(due - 1e-6) is None
    assert host.tick(host.deadline()) is not None


def test_t35_is_kept_after_a_reply() -> None:
    host = asked(poll_job())
    host.receive(INPUTS_1_3, 0.03)
    host.submit(open_job(), 0.0301)
    assert host.bytes_to_send() == b""
    assert host.deadline() == pytest.approx(0.03 + T35_S)
    assert sent(host, 0.03 + T35_S - 1e-6) == b""
    assert sent(host, host.deadline()) == OPEN


def test_t35_is_kept_after_our_own_bytes_even_if_the_reply_came_too_soon() -> None:
    host = asked(poll_job())
    host.receive(INPUTS_1_3, 0.0001)
    host.submit(open_job(), 0.0002)
    assert host.deadline() == pytest.approx(8 * CHAR_S + T35_S)


def test_t35_is_kept_after_bytes_that_nobody_asked_for() -> None:
    host = ModbusHost(LINE)
    host.receive(b"\x00", 1.0)
    host.submit(poll_job(), 1.001)
    assert sent(host, 1.0 + T35_S - 1e-6) == b""
    assert sent(host, 1.0 + T35_S) == POLL


def test_a_line_that_is_never_quiet_does_not_keep_an_open_back_for_ever() -> None:
    host, now = ModbusHost(LINE), 1.0
    host.receive(b"\x00", now)
    host.submit(open_job(), now)
    while now < 1.0 + T35_S + LINE_BUSY_MAX_S - 0.001:
        now += 0.001
        host.receive(b"\x00", now)
        assert sent(host, now) == b""
    assert sent(host, host.deadline()) == OPEN
    assert host.counters.sent_into_noise == 1


def test_noise_that_begins_behind_a_reply_keeps_no_open_back_for_ever_either() -> None:
    host, now = asked(poll_job()), 0.03
    host.submit(open_job(), 0.01)
    host.receive(INPUTS_1_3, now)
    while host.deadline() > now and now < 5.0:
        now += 0.001
        host.receive(b"\x00", now)
    assert sent(host, now) == OPEN
    assert now == pytest.approx(0.03 + LINE_BUSY_MAX_S, abs=0.01)


def test_an_urgent_job_leaves_before_those_that_wait() -> None:
    host = asked(poll_job())
    host.submit(Job(1, WriteCoil(3, 0xFF00)), 0.01)
    host.submit(open_job(), 0.02)
    host.receive(INPUTS_1_3, 0.03)
    assert sent(host, 0.1) == OPEN
    host.receive(OPEN, 0.13)
    assert sent(host, 0.2) == LAMP


def test_an_urgent_job_leaves_before_a_retry() -> None:
    host = asked(poll_job(attempts_max=2))
    host.submit(open_job(), 0.02)
    assert sent(host, host.deadline()) == OPEN


def test_retries_are_bounded_and_counted() -> None:
    host = asked(poll_job(attempts_max=3))
    ends = []
    for _ in range(2):
        ends.append(host.tick(host.deadline()))
        assert host.bytes_to_send() == POLL
    ends.append(host.tick(host.deadline()))
    assert [end is not None for end in ends] == [False, False, True]
    assert host.bytes_to_send() == b""
    assert host.deadline() == NEVER
    assert (host.counters.timeouts, host.counters.retries) == (3, 2)


def test_a_job_that_may_not_be_repeated_leaves_once() -> None:
    host = asked(open_job())
    assert host.tick(host.deadline()) is not None
    assert sent(host, 10.0) == b""


def test_the_echo_of_a_read_is_told_from_its_reply() -> None:
    host = asked(poll_job())
    assert host.receive(POLL, 0.009) is None
    assert host.receive(INPUTS_1_3, 0.03) is not None
    assert host.echoes
    assert host.counters.echoes == 1


@pytest.mark.parametrize("step", [1, 5, 100])
def test_on_an_echoing_line_a_write_is_confirmed_by_the_second_copy_only(step) -> None:
    host = asked(poll_job())
    host.receive(POLL + INPUTS_1_3, 0.03)
    host.submit(open_job(), 0.1)
    for at in range(0, 8, step):
        assert host.receive(OPEN[at : at + step][: 8 - at], 0.109) is None
    assert host.receive(OPEN, 0.13) is not None


def test_on_an_echoing_line_an_echo_alone_confirms_nothing() -> None:
    host = asked(poll_job())
    host.receive(POLL + INPUTS_1_3, 0.03)
    host.submit(open_job(), 0.1)
    host.receive(OPEN, 0.11)
    finished = host.tick(host.deadline())
    assert finished is not None
    assert finished.reply is None


def test_a_damaged_echo_is_no_proof_of_an_adapter_without_echoes() -> None:
    host = asked(poll_job())
    host.receive(POLL + INPUTS_1_3, 0.03)
    host.submit(poll_job(), 0.1)
    host.receive(b"\xff" + POLL[1:] + INPUTS_1_3, 0.13)
    assert host.echoes
    host.submit(poll_job(), 0.2)
    host.receive(INPUTS_1_3, 0.23)
    assert not host.echoes


def test_jobs_that_wait_are_bounded() -> None:
    host = asked(poll_job())
    taken = [host.submit(Job(1, WriteCoil(each, 0)), 0.0) for each in range(JOBS_WAITING_MAX + 1)]
    assert taken == [True] * JOBS_WAITING_MAX + [False]
    assert host.counters.refused_jobs == 1


def test_a_job_that_waits_already_keeps_its_place() -> None:
    host, job = asked(poll_job()), open_job()
    assert host.submit(job, 0.0)
    assert host.submit(job, 0.0)
    host.receive(INPUTS_1_3, 0.03)
    assert sent(host, 0.1) == OPEN
    host.receive(OPEN, 0.13)
    assert sent(host, 0.2) == b""


def test_a_withdrawn_job_never_leaves() -> None:
    host, job = asked(poll_job()), open_job()
    host.submit(job, 0.0)
    assert host.withdraw(job)
    assert not host.withdraw(job)
    host.receive(INPUTS_1_3, 0.03)
    assert sent(host, 0.1) == b""


def test_bytes_without_a_frame_are_bounded_and_counted() -> None:
    host = asked(poll_job())
    host.receive(bytes.fromhex("01 0F 00 00 00 00 FF") * 200, 0.02)
    host.tick(host.deadline())
    assert host.counters.garbage_bytes == 1400
    counters = Counters()
    buffer = FrameBuffer(counters)
    buffer.add(bytes(BUFFER_MAX))
    buffer.add(b"\x01\x02")
    assert (len(buffer), counters.garbage_bytes) == (BUFFER_MAX, 2)


def test_a_reset_forgets_what_was_asked_and_what_came() -> None:
    host = asked(poll_job())
    host.submit(open_job(), 0.0)
    host.receive(INPUTS_1_3[:3], 0.02)
    host.reset(0.02)
    assert host.deadline() == NEVER
    assert sent(host, 5.0) == b""
    assert host.receive(INPUTS_1_3[3:], 0.03) is None


def test_the_counters_are_seen_at_a_glance() -> None:
    host = asked(poll_job())
    assert repr(host) == "<ModbusHost awaits Job(1, ReadInputs(start=0, count=8)) waiting=0 >"
    host.receive(UNIT_2_INPUTS, 0.02)
    host.tick(host.deadline())
    assert repr(host) == "<ModbusHost idle waiting=0 foreign=1 timeouts=1>"
