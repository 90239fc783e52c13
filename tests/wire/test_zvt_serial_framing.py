"""ZVT blocks on a serial line against frames computed and measured, and against damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.zvt import serial_framing
from kiosk_hw.zvt.serial_framing import SerialDeframer, Signal, frame

GOLDEN = {
    "register sends authorisation, CRC 10 10": (
        "06010a0400000004597449 0978",
        "1002 06010a0400000004597449 0978 1003 1010",
    ),
    "register sends authorisation, CRC 10 03": (
        "06010a0400000002530849 0978",
        "1002 06010a0400000002530849 0978 1003 1003",
    ),
    "register sends authorisation, CRC 10 02": (
        "06010a0400000001607449 0978",
        "1002 06010a0400000001607449 0978 1003 1002",
    ),
    "register sends authorisation, CRC 06 15": (
        "06010a0400000001272949 0978",
        "1002 06010a0400000001272949 0978 1003 0615",
    ),
    "register sends registration": (
        "060006123456be0978",
        "1002 060006123456be0978 1003 c8b1",
    ),
    "register sends registration without currency": (
        "060004123456ba",
        "1002 060004123456ba 1003 7431",
    ),
    "register sends status enquiry": ("050103123456", "1002 050103123456 1003 e043"),
    "register sends authorisation with a doubled 10": (
        "06010a0400000000100049 0978",
        "1002 06010a040000000010100049 0978 1003 2760",
    ),
    "register sends authorisation with TLV": (
        "06010c0400000000100049 09780600",
        "1002 06010c040000000010100049 09780600 1003 7608",
    ),
    "either accepts": ("800000", "1002 800000 1003 f51f"),
    "terminal sends intermediate status": ("04ff010a", "1002 04ff010a 1003 f57d"),
    "terminal sends completion": ("060f00", "1002 060f00 1003 c633"),
}


def bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


FRAMES = [(bytes_of(apdu), bytes_of(block)) for apdu, block in GOLDEN.values()]
golden = pytest.mark.parametrize(("apdu", "block"), FRAMES, ids=GOLDEN)


@golden
def test_an_apdu_becomes_the_golden_block(apdu: bytes, block: bytes) -> None:
    assert frame(apdu) == block


@golden
def test_a_golden_block_is_read_whole(apdu: bytes, block: bytes) -> None:
    assert SerialDeframer().feed(block) == [apdu]


@golden
def test_a_golden_block_is_read_byte_by_byte(apdu: bytes, block: bytes) -> None:
    deframer = SerialDeframer()
    found = [element for byte in block for element in deframer.feed(bytes((byte,)))]
    assert found == [apdu]


@golden
@pytest.mark.parametrize("garbage", ["ff00", "10", "1010", "ff06", "ff15", "aa10", "0210", "1006"])
def test_a_golden_block_is_read_after_garbage(apdu: bytes, block: bytes, garbage: str) -> None:
    assert SerialDeframer().feed(bytes.fromhex(garbage) + block) == [apdu]


@golden
def test_bytes_behind_a_golden_block_belong_to_what_follows(apdu: bytes, block: bytes) -> None:
    deframer = SerialDeframer()
    assert deframer.feed(block + b"\x06" + block + b"\x15") == [apdu, Signal.ACK, apdu, Signal.NAK]


@golden
def test_any_flipped_bit_of_a_block_gives_no_apdu(apdu: bytes, block: bytes) -> None:
    for bit in range(8 * len(block)):
        spoilt = bytearray(block)
        spoilt[bit // 8] ^= 1 << bit % 8
        assert apdu not in SerialDeframer().feed(bytes(spoilt))


def test_a_wrong_crc_is_broken_and_counted() -> None:
    deframer = SerialDeframer()
    assert deframer.feed(bytes_of("1002 800000 1003 f51e")) == [Signal.BROKEN]
    assert "crc_errors=1" in repr(deframer)


def test_the_catalogues_xmodem_crc_is_not_zvts() -> None:
    """CRC-16/XMODEM over 80 00 00 03 is 0xED5B; PA00P016 means Kermit's 0x1FF5 by that name."""
    assert SerialDeframer().feed(bytes_of("1002 800000 1003 5bed")) == [Signal.BROKEN]


def test_a_block_that_starts_within_a_cut_one_is_read() -> None:
    deframer = SerialDeframer()
    assert deframer.feed(bytes_of("1002 0601 1002 800000 1003 f51f")) == [bytes_of("800000")]
    assert deframer.cut_blocks == 1


def test_ack_and_nak_inside_the_rest_of_a_beheaded_block_do_not_count() -> None:
    deframer = SerialDeframer()
    assert deframer.feed(bytes_of("ff 06 15 06 1003 aabb 06")) == []
    assert deframer.waiting
    assert not deframer.quiet()
    assert deframer.feed(b"\x06") == [Signal.ACK]
    assert deframer.bytes_skipped == 9


def test_silence_cuts_a_block_and_asks_for_a_nak() -> None:
    deframer = SerialDeframer()
    deframer.feed(bytes_of("1002 8000"))
    assert deframer.waiting
    assert deframer.quiet()
    assert deframer.feed(bytes_of("1002 800000 1003 f51f")) == [bytes_of("800000")]
    assert deframer.cut_blocks == 1


def test_a_lone_dle_inside_a_block_spoils_it_to_its_end() -> None:
    deframer = SerialDeframer()
    assert deframer.feed(bytes_of("1002 80 1006 00 1003 0000 06")) == [Signal.BROKEN, Signal.ACK]
    assert deframer.spoilt_blocks == 1


def test_a_block_beyond_the_longest_is_refused_once_and_not_kept() -> None:
    deframer = SerialDeframer()
    long = b"\x10\x02" + b"\x55" * (serial_framing.BLOCK_BYTES_MAX + 1) + b"\x10\x03\x00\x00"
    assert deframer.feed(long) == [Signal.BROKEN]
    assert deframer.spoilt_blocks == 1


def test_a_block_of_exactly_the_longest_passes() -> None:
    apdu = b"\x55" * serial_framing.BLOCK_BYTES_MAX
    assert SerialDeframer().feed(frame(apdu)) == [apdu]


@given(st.lists(st.binary(max_size=40), max_size=4), st.data())
def test_blocks_survive_any_cut(apdus: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame(apdu) for apdu in apdus)
    deframer = SerialDeframer()
    found: list[bytes | Signal] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += deframer.feed(stream[:size])
        stream = stream[size:]
    assert found == apdus
    assert not deframer.waiting


@given(st.binary(max_size=60))
def test_after_any_noise_and_silence_a_block_is_read(noise: bytes) -> None:
    deframer = SerialDeframer()
    deframer.feed(noise)
    deframer.quiet()
    assert deframer.feed(frame(b"\x80\x00\x00")) == [b"\x80\x00\x00"]
