"""How silent devices are looked for: harmless questions, typed by hand, and what answers prove."""

import pytest

from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.hosts.board import search as board
from kiosk_hw.hosts.board.search import BoardSearch
from kiosk_hw.hosts.register import search as terminal
from kiosk_hw.hosts.register.search import TerminalSearch, crc16_xmodem, is_text, lrc
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.ports.search import (
    BoardFound,
    BoardNowhere,
    Dialect,
    TerminalFound,
    TerminalNowhere,
)

LINE = LineSettings(9600)
ZVT = LineSettings(9600, stop_bits=2)
INPUTS_OF_1 = bytes.fromhex("0102000000 0879cc")
REPLY_OF_1 = bytes.fromhex("01020105618b")
"""Inputs 1 and 3 of unit 1 are on, as the boards' description has it."""


def looked(now=10.0):
    search = BoardSearch(WAVESHARE.profile, LINE, 1)
    search.begin(now - board.AFTER_S)
    return search


# The board.


def test_a_board_is_asked_in_every_other_way_once_and_never_as_configured():
    asked = board.questions(LINE, 1)
    assert len(asked) == len(set(asked)) == 5 + 2 + 247
    assert (LINE, 1) not in asked
    assert [question.line.baud for question in asked[:5]] == [19200, 38400, 115200, 57600, 4800]
    assert [question.line.parity for question in asked[5:7]] == ["E", "O"]
    assert {question.unit for question in asked[7:]} == {*range(2, 248), 255}


def test_every_question_to_a_board_only_reads_its_inputs():
    search, now, frames = looked(), 10.0, []
    while (frame := search.next_question(now, NEVER)) or search.asking:
        frames.append(frame)
        now = search.deadline()
        if search.tick(now):
            break
    assert len(frames) == 254
    assert frames[0] == INPUTS_OF_1
    assert {frame[1] for frame in frames} == {0x02}
    assert {frame[2:6] for frame in frames} == {bytes.fromhex("00000008")}


def test_a_round_without_an_answer_is_told_once_and_begun_again_later():
    search, now = looked(), 10.0
    told = []
    while not told:
        assert search.next_question(now, NEVER)
        now = search.deadline()
        told = search.tick(now)
    assert told == [BoardNowhere(254)]
    assert now - 10.0 < 27.0, "all of it within half a minute"
    assert search.next_question(now + board.AGAIN_S - 0.1, NEVER) == b""
    assert search.next_question(now + board.AGAIN_S, NEVER) == INPUTS_OF_1


def test_no_question_leaves_whose_answer_would_come_after_the_next_start():
    search = looked()
    assert search.next_question(10.0, 10.05) == b""
    assert search.deadline() == 10.05
    assert search.next_question(10.05, 10.5) == INPUTS_OF_1


def test_a_board_is_found_only_if_it_still_misses_the_next_start():
    search = looked()
    assert search.next_question(10.0, NEVER)
    assert search.line == LineSettings(19200)
    assert not search.hear(REPLY_OF_1[:3], 10.02)
    assert search.hear(REPLY_OF_1[3:], 10.03)
    assert search.line == LINE, "the start that follows is made as configured"
    assert search.missed() == [BoardFound(LineSettings(19200), 1, LINE, 1)]
    assert search.missed() == []


@pytest.mark.parametrize(
    ("heard", "answers"),
    [
        (b"\x00\xff" + REPLY_OF_1, True),
        (INPUTS_OF_1 + REPLY_OF_1, True),
        (bytes.fromhex("018202c161"), True),
        (INPUTS_OF_1, False),
        (REPLY_OF_1[:-1] + b"\x00", False),
        (b"\x02" + REPLY_OF_1[1:], False),
        (b"\x55" * (3 * board.HEARD_MAX) + REPLY_OF_1, True),
    ],
)
def test_only_a_whole_reply_of_the_one_who_was_asked_is_an_answer(heard, answers):
    search = looked()
    search.next_question(10.0, NEVER)
    assert search.hear(heard, 10.03) is answers
    assert len(search._heard) <= board.HEARD_MAX


# The terminal.

BY_LRC = bytes.fromhex("1002 050100 1003 07")
BARE = bytes.fromhex("050100")
ACCEPTED_BARE = bytes.fromhex("800000")
ACCEPTED = bytes.fromhex("10028000001003f51f")
"""80 00 00 in a block, as measured from other registers' peers."""


def test_the_check_bytes_are_those_of_their_makers():
    assert lrc(bytes.fromhex("05010003")) == 0x07
    assert crc16_xmodem(b"123456789") == 0x31C3


def test_a_terminal_is_asked_for_its_status_and_nothing_else():
    serial = terminal.questions(ZVT, serial=True)
    assert serial[0].data == BY_LRC
    assert serial[2].data == BARE
    assert all(BARE in question.data for question in serial)
    assert [question.line.baud for question in serial[3:-1]] == [115200, 19200, 57600, 38400, 4800]
    assert serial[-1].dialect is None, "the right way comes last"
    assert serial[-1].line is ZVT
    over_tcp = terminal.questions(ZVT, serial=False)
    assert [question.dialect for question in over_tcp] == [Dialect.SERIAL_FRAMING, None]


def answered(replies, *, serial=True, overheard=b""):
    """Runs a search; `replies` are what is heard to which question's bytes."""
    search, now = TerminalSearch(serial), 100.0
    search.overhear(overheard)
    search.begin(ZVT, now)
    for _ in range(20):
        asked, line = search.bytes_to_send(), search.line
        for question, at_baud, reply in replies:
            if asked == question and (at_baud is None or line.baud == at_baud):
                assert search.hear(reply) == b""
        now = search.deadline()
        found = search.tick(now)
        if found or not search.asking:
            return found
    raise AssertionError("the search never ends")


RIGHT = terminal.questions(ZVT, serial=True)[-1].data
CASES = [
    ([], TerminalNowhere(9)),
    ([(BY_LRC, None, b"\x06")], TerminalFound(Dialect.LRC, "9600 8N2")),
    ([(BY_LRC, None, b"\x10\x06")], TerminalFound(Dialect.LRC, "9600 8N2")),
    ([(RIGHT, 19200, b"\x06" + ACCEPTED)], TerminalFound(Dialect.OTHER_BAUD, "19200 8N2")),
    ([(RIGHT, 9600, b"\x15")], TerminalFound(Dialect.NAK_ONLY, "NAK")),
    ([(BARE, None, ACCEPTED_BARE)], TerminalFound(Dialect.TCP_FRAMING, "9600 8N2")),
    ([(BY_LRC, None, b"\x15"), (RIGHT, 19200, b"\xff\x00\x8e")],
     TerminalFound(Dialect.NAK_ONLY, "NAK")),
]  # fmt: skip


@pytest.mark.parametrize(("replies", "found"), CASES)
def test_what_answers_a_question_says_what_the_terminal_speaks(replies, found):
    assert answered(replies) == [found]


def test_text_in_place_of_zvt_is_called_text():
    (found,) = answered([], serial=False, overheard=b"SSH-2.0-OpenSSH_9.2p1\r\n")
    assert found.dialect is Dialect.TEXT
    assert "SSH" not in found.what, "what was heard is shown to nobody"


@pytest.mark.parametrize(
    ("heard", "text"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", True),
        (b'\x00\x00\x00\x3eVER|APP 4.12|READY"', True),
        (b"short", False),
        (ACCEPTED * 3, False),
        (bytes(range(64)), False),
    ],
)
def test_text_is_told_by_its_printable_bytes(heard, text):
    assert is_text(heard) is text


def test_a_terminal_that_comes_back_with_a_word_is_heard_and_the_search_is_over():
    search = TerminalSearch(serial=True)
    search.begin(ZVT, 100.0)
    assert search.hear(ACCEPTED[:4]) == b""
    assert search.hear(ACCEPTED[4:]) == ACCEPTED, "it may be about money"
    assert not search.asking
    assert search.deadline() == NEVER


def test_what_is_heard_is_bounded():
    search = TerminalSearch(serial=True)
    search.overhear(b"x" * 10_000)
    search.begin(ZVT, 100.0)
    search.hear(b"y" * 10_000)
    assert len(search._heard) == len(search._overheard) == terminal.HEARD_MAX
