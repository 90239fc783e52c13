"""Template text on a line: which bytes become telegrams, and what is dropped and counted."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.lines.telegram import (
    TELEGRAM_BYTES_LIMIT,
    TelegramProfile,
    TelegramSplitter,
)
from kiosk_hw.ports.party import NEVER

ANY = re.compile("(?P<plate>.{1,24})")
MARKED = TelegramProfile(ANY, start=b"\x02", end=b"\x03", telegram_bytes_max=8, idle_gap_s=0.5)
ENDED = TelegramProfile(ANY, end=b"\r\n", telegram_bytes_max=8, idle_gap_s=0.5)
IDLE = TelegramProfile(ANY, telegram_bytes_max=8, idle_gap_s=0.5)
LONG_MARKS = TelegramProfile(ANY, start=b"<<", end=b">>>", telegram_bytes_max=8, idle_gap_s=0.5)

STREAMS = [
    pytest.param(MARKED, "02 41 42 03", [b"AB"], id="one"),
    pytest.param(MARKED, "02 41 42 03 02 43 44 03", [b"AB", b"CD"], id="two in one read"),
    pytest.param(MARKED, "FF 00 41 02 41 42 03", [b"AB"], id="garbage before"),
    pytest.param(MARKED, "41 42 03 02 43 44 03", [b"CD"], id="an end without a start"),
    pytest.param(MARKED, "02 41 42 02 43 44 03", [b"CD"], id="a start inside begins again"),
    pytest.param(MARKED, "02 41 42 03 02 43", [b"AB"], id="half a telegram behind"),
    pytest.param(MARKED, "02 03 02 20 03 02 41 03", [b"A"], id="empty telegrams"),
    pytest.param(MARKED, "02 41 41 41 41 41 41 41 41 03", [b"AAAAAAAA"], id="as long as may be"),
    pytest.param(
        MARKED, "02 41 41 41 41 41 41 41 41 41 03 02 42 03", [b"B"], id="one byte too long"
    ),
    pytest.param(ENDED, "41 42 0D 0A", [b"AB"], id="line"),
    pytest.param(ENDED, "41 42 0D 0A 43 44 0D 0A", [b"AB", b"CD"], id="two lines"),
    pytest.param(ENDED, "41 0D 42 0D 0A", [b"A\rB"], id="half an end is text"),
    pytest.param(ENDED, "0D 0A 0D 0A 41 0D 0A", [b"A"], id="empty lines"),
    pytest.param(
        ENDED, "41 41 41 41 41 41 41 41 41 42 0D 0A 43 0D 0A", [b"C"], id="the tail of a long line"
    ),
    pytest.param(LONG_MARKS, "3C 3C 41 3E 3E 3E", [b"A"], id="marks of several bytes"),
    pytest.param(LONG_MARKS, "3C 41 3C 3C 42 3E 3E 3E", [b"B"], id="half a start before"),
    pytest.param(LONG_MARKS, "3C 3C 41 3E 42 3E 3E 3E", [b"A>B"], id="half an end inside"),
]


def by_the_byte(splitter: TelegramSplitter, stream: bytes, now: float = 0.0) -> list[bytes]:
    return [body for byte in stream for body in splitter.receive(bytes([byte]), now)]


@pytest.mark.parametrize(("profile", "stream", "bodies"), STREAMS)
def test_telegrams_come_out_whole_and_byte_by_byte(
    profile: TelegramProfile, stream: str, bodies: list[bytes]
) -> None:
    data = bytes.fromhex(stream)
    at_once, in_bytes = TelegramSplitter(profile), TelegramSplitter(profile)
    assert at_once.receive(data, 0.0) == bodies
    assert by_the_byte(in_bytes, data) == bodies
    assert repr(at_once) == repr(in_bytes)
    assert at_once.telegrams == len(bodies)


@pytest.mark.parametrize(
    ("profile", "stream", "dropped", "bytes_dropped"),
    [
        (MARKED, "FF FF 02 41 03", 0, 2),
        (MARKED, "02 41 02 42 03", 1, 2),
        (MARKED, "02 41 41 41 41 41 41 41 41 41 03", 1, 11),
        (ENDED, "41 41 41 41 41 41 41 41 41 41 41 0D 0A 42 0D 0A", 1, 13),
        (ENDED, "0D 0A 42 0D 0A", 0, 2),
    ],
)
def test_what_is_dropped_is_counted(
    profile: TelegramProfile, stream: str, dropped: int, bytes_dropped: int
) -> None:
    splitter = TelegramSplitter(profile)
    splitter.receive(bytes.fromhex(stream), 0.0)
    assert (splitter.telegrams_dropped, splitter.bytes_dropped) == (dropped, bytes_dropped)
    assert f"dropped={dropped} bytes_dropped={bytes_dropped}" in repr(splitter)


@given(
    profile=st.sampled_from([MARKED, ENDED, LONG_MARKS, IDLE]),
    stream=st.lists(st.sampled_from(b"\x02\x03\r\nA<>"), max_size=60).map(bytes),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_no_split_of_the_bytes_changes_what_is_heard_or_counted(
    profile: TelegramProfile, stream: bytes, cuts: list[int]
) -> None:
    whole, split = TelegramSplitter(profile), TelegramSplitter(profile)
    edges = [0, *sorted(cuts), len(stream)]
    heard = [
        body for start, end in pairwise(edges) for body in split.receive(stream[start:end], 0.0)
    ]
    assert whole.receive(stream, 0.0) + whole.tick(0.5) == heard + split.tick(0.5)
    assert repr(whole) == repr(split)
    marks = (len(profile.start) + len(profile.end)) * whole.telegrams
    bodies = sum(len(body) for body in heard)
    if profile.end:
        assert whole.bytes_dropped + bodies + marks == len(stream)
    assert whole.deadline() == NEVER


@pytest.mark.parametrize("profile", [MARKED, ENDED, LONG_MARKS, IDLE])
def test_endless_noise_is_never_kept(profile: TelegramProfile) -> None:
    splitter = TelegramSplitter(profile)
    for _ in range(100):
        assert splitter.receive(b"\x02<A" * 10, 0.0) == []
    waiting = int(repr(splitter).rpartition("waiting=")[2].rstrip(">"))
    assert waiting <= 8 + 2 + 3


def test_an_idle_line_ends_a_telegram_without_marks() -> None:
    splitter = TelegramSplitter(IDLE)
    assert splitter.receive(b"AB", 1.0) == []
    assert splitter.receive(b"CD", 1.4) == []
    assert splitter.deadline() == 1.9
    assert splitter.tick(1.8) == []
    assert splitter.tick(1.9) == [b"ABCD"]
    assert splitter.deadline() == NEVER
    assert splitter.tick(9.0) == []


def test_bytes_after_an_idle_line_never_join_the_telegram_before() -> None:
    splitter = TelegramSplitter(IDLE)
    splitter.receive(b"AB", 1.0)
    assert splitter.receive(b"CD", 3.0) == [b"AB"]
    assert splitter.tick(3.5) == [b"CD"]


def test_an_overrun_without_marks_lasts_until_the_line_is_idle() -> None:
    splitter = TelegramSplitter(IDLE)
    assert splitter.receive(b"A" * 9, 0.0) == []
    assert splitter.receive(b"B", 0.3) == []
    assert splitter.tick(0.8) == []
    assert (splitter.telegrams_dropped, splitter.bytes_dropped) == (1, 10)
    splitter.receive(b"CD", 1.0)
    assert splitter.tick(1.5) == [b"CD"]


@pytest.mark.parametrize("profile", [MARKED, ENDED])
def test_a_telegram_that_broke_off_is_not_joined_to_the_next(profile: TelegramProfile) -> None:
    splitter = TelegramSplitter(profile)
    splitter.receive(profile.start + b"AB", 0.0)
    assert splitter.deadline() == 0.5
    assert splitter.tick(0.5) == []
    assert splitter.telegrams_dropped == 1
    assert splitter.receive(profile.start + b"CD" + profile.end, 0.6) == [b"CD"]


def test_an_overrun_line_that_falls_silent_does_not_eat_the_next_line() -> None:
    splitter = TelegramSplitter(ENDED)
    splitter.receive(b"A" * 30, 0.0)
    assert splitter.deadline() == 0.5
    splitter.tick(0.5)
    assert splitter.receive(b"B\r\n", 0.6) == [b"B"]
    assert splitter.telegrams_dropped == 1


def test_a_new_link_forgets_half_a_telegram() -> None:
    splitter = TelegramSplitter(ENDED)
    splitter.receive(b"AB", 0.0)
    splitter.reset()
    assert splitter.deadline() == NEVER
    assert splitter.receive(b"CD\r\n", 0.1) == [b"CD"]
    assert splitter.telegrams_dropped == 1


def test_a_line_feed_left_over_is_no_telegram() -> None:
    profile = TelegramProfile(ANY, end=b"\r", idle_gap_s=0.5)
    splitter = TelegramSplitter(profile)
    assert splitter.receive(b"AB\r\n", 0.0) == [b"AB"]
    splitter.tick(0.5)
    assert (splitter.telegrams_dropped, splitter.bytes_dropped) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start": b"\x02"}, "start: expected an end with it"),
        ({"start": b"\r\n", "end": b"\r\n"}, "expected two different marks, got 0d 0a and 0d 0a"),
        ({"start": b"\n", "end": b"\r\n"}, "expected two different marks"),
        ({"end": b"123456789"}, "end: expected at most 8 bytes, got 9"),
        ({"idle_gap_s": 0.001}, "idle_gap_s: expected 0.005 to 5.0, got 0.001"),
        ({"telegram_bytes_max": 513}, f"telegram_bytes_max: expected 4 to {TELEGRAM_BYTES_LIMIT}"),
        ({"encoding": "utf-16"}, "encoding: expected one of utf-8, "),
        ({"confidence_min": 1.1}, "confidence_min: expected 0.0 to 1.0, got 1.1"),
        ({"confidence_max": 0.0}, "confidence_max: expected 1.0 to 10000.0, got 0.0"),
        ({"pattern": re.compile("(.+)")}, "(?P<plate>...)"),
        ({"pattern": re.compile("(?P<plate>.)(?P<face>.)")}, "got plate, face"),
        ({"pattern": re.compile("(?P<plate>(a+)+)")}, "bounded repeats"),
    ],
)
def test_a_profile_that_cannot_work_says_what_was_expected(
    wrong: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        TelegramProfile(**{"pattern": ANY, **wrong})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
