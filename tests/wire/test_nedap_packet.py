"""Nedap's PROTOCOLLED packet: what is taken for a packet, and what is dropped and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw.lines.nedap_packet import (
    DATA_BYTES_MAX,
    IDLE_GAP_S,
    REPEATED_S,
    NedapPacketSplitter,
    encode_packet,
)
from kiosk_hw.ports.party import NEVER

FIRST_LITTLE = bytes.fromhex("EF CD AB 89 01 00 00 00 02 00 00 00 41 42 00 78 56 34 12")
FIRST_BIG = bytes.fromhex("89 AB CD EF 00 00 00 01 00 00 00 02 41 42 00 12 34 56 78")
SECOND = bytes.fromhex("EF CD AB 89 02 00 00 00 02 00 00 00 43 44 07 78 56 34 12")


def test_the_golden_packets_are_encoded_to_the_byte() -> None:
    assert encode_packet(1, b"AB") == FIRST_LITTLE
    assert encode_packet(1, b"AB", ">") == FIRST_BIG
    assert encode_packet(2, b"CD") == SECOND


@pytest.mark.parametrize("packet", [FIRST_LITTLE, FIRST_BIG], ids=["little", "big"])
@pytest.mark.parametrize(
    ("before", "dropped"),
    [("", 0), ("FF 00", 0), ("EF CD", 0), ("89 AB", 0), ("EF CD AB 89 09", 1)],
)
def test_either_byte_order_is_found_behind_garbage(
    packet: bytes, before: str, dropped: int
) -> None:
    stream = bytes.fromhex(before) + packet + SECOND
    at_once, in_bytes = NedapPacketSplitter(), NedapPacketSplitter()
    heard = at_once.receive(stream, 0.0) + at_once.tick(IDLE_GAP_S)
    one_by_one = [body for byte in stream for body in in_bytes.receive(bytes([byte]), 0.0)]
    assert heard == one_by_one + in_bytes.tick(IDLE_GAP_S) == [b"AB", b"CD"]
    assert repr(at_once) == repr(in_bytes)
    assert at_once.telegrams_dropped == dropped
    assert at_once.bytes_dropped == len(bytes.fromhex(before))


def test_garbage_that_makes_a_start_of_the_other_order_with_the_packet_is_seen_through() -> None:
    splitter = NedapPacketSplitter()
    assert splitter.receive(bytes.fromhex("89 AB CD") + FIRST_LITTLE, 0.0) == [b"AB"]
    assert (splitter.telegrams_dropped, splitter.bytes_dropped) == (1, 3)


@pytest.mark.parametrize("at", [12, 14, 15, 18], ids=["data", "xor", "end", "last of end"])
def test_a_spoilt_packet_is_dropped_and_the_next_one_heard(at: int) -> None:
    spoilt = bytearray(FIRST_LITTLE)
    spoilt[at] ^= 0x01
    splitter = NedapPacketSplitter()
    assert splitter.receive(bytes(spoilt) + SECOND, 0.0) == [b"CD"]
    assert splitter.telegrams_dropped == 1
    assert splitter.bytes_dropped == len(spoilt)
    assert "telegrams=1 dropped=1 repeats=0 bytes_dropped=19 waiting=0" in repr(splitter)


def test_a_length_beyond_the_bound_is_never_waited_for() -> None:
    splitter = NedapPacketSplitter()
    head = bytes.fromhex("EF CD AB 89 01 00 00 00") + (DATA_BYTES_MAX + 1).to_bytes(4, "little")
    assert splitter.receive(head + SECOND, 0.0) == [b"CD"]
    assert splitter.telegrams_dropped == 1


def test_data_of_the_greatest_length_is_heard() -> None:
    splitter = NedapPacketSplitter()
    assert splitter.receive(encode_packet(1, b"A" * DATA_BYTES_MAX), 0.0) == [b"A" * DATA_BYTES_MAX]
    with pytest.raises(ValueError, match="at most 512 bytes, got 513"):
        encode_packet(1, b"A" * (DATA_BYTES_MAX + 1))


def test_a_packet_behind_a_wrong_length_is_heard_once_the_line_is_idle() -> None:
    wrong_length = bytearray(FIRST_LITTLE)
    wrong_length[8] = 0xC0
    splitter = NedapPacketSplitter()
    assert splitter.receive(bytes(wrong_length) + SECOND, 5.0) == []
    assert splitter.deadline() == 5.0 + IDLE_GAP_S
    assert splitter.tick(5.0 + IDLE_GAP_S) == [b"CD"]
    assert splitter.deadline() == NEVER
    assert splitter.telegrams_dropped == 1


def test_a_packet_that_broke_off_is_not_joined_to_the_next() -> None:
    splitter = NedapPacketSplitter()
    splitter.receive(FIRST_LITTLE[:15], 0.0)
    assert splitter.tick(IDLE_GAP_S - 0.01) == []
    assert splitter.receive(SECOND, 2.0) == [b"CD"]
    assert splitter.telegrams_dropped == 1


def test_a_repeated_id_is_dropped_and_counted() -> None:
    splitter = NedapPacketSplitter()
    assert splitter.receive(SECOND, 0.0) == [b"CD"]
    assert splitter.receive(SECOND + SECOND, REPEATED_S) == []
    assert splitter.repeats_dropped == 2
    assert splitter.telegrams == 1


def test_a_camera_that_counts_from_one_again_is_heard() -> None:
    restarted, relinked = NedapPacketSplitter(), NedapPacketSplitter()
    restarted.receive(FIRST_LITTLE, 0.0)
    assert restarted.receive(FIRST_LITTLE, REPEATED_S + 0.1) == [b"AB"]
    relinked.receive(FIRST_LITTLE, 0.0)
    relinked.reset()
    assert relinked.receive(FIRST_LITTLE, 0.1) == [b"AB"]


def test_a_new_link_forgets_half_a_packet() -> None:
    splitter = NedapPacketSplitter()
    splitter.receive(FIRST_LITTLE[:10], 0.0)
    splitter.reset()
    assert splitter.deadline() == NEVER
    assert splitter.receive(SECOND, 0.1) == [b"CD"]


@given(st.lists(st.sampled_from([FIRST_LITTLE[:4], FIRST_BIG[:4], b"\xef", b"\x00" * 4, SECOND])))
def test_start_marks_in_a_storm_never_stall_or_fill_the_buffer(pieces: list[bytes]) -> None:
    splitter = NedapPacketSplitter()
    for piece in pieces:
        splitter.receive(piece, 0.0)
    waiting = int(repr(splitter).rpartition("waiting=")[2].rstrip(">"))
    assert waiting <= 12 + DATA_BYTES_MAX + 5
    splitter.tick(IDLE_GAP_S)
    assert "waiting=0" in repr(splitter)
    assert splitter.receive(encode_packet(99, b"Z"), 2.0) == [b"Z"]
