"""What a receiver with other settings makes of a byte, worked out by hand from its levels."""

import pytest

from kiosk_hw.ports.party import LineSettings
from kiosk_sim.wires.line import Direction
from kiosk_sim.wires.uart import heard, understood

PLAIN = LineSettings(9600)
EVEN = LineSettings(9600, parity="E")
ODD = LineSettings(9600, parity="O")
TWICE = LineSettings(19200)
EVERY_BYTE = bytes(range(256))


@pytest.mark.parametrize("line", [PLAIN, EVEN, ODD, TWICE, LineSettings(9600, stop_bits=2)])
def test_equal_settings_hear_every_byte(line):
    assert heard(EVERY_BYTE, line, line, drops_errors=True) == EVERY_BYTE


def test_a_second_stop_bit_is_only_a_rest():
    assert understood(PLAIN, LineSettings(9600, stop_bits=2))
    assert not understood(PLAIN, EVEN)


WORKED_OUT = [
    # Start and eight zeros are 18 of the receiver's bits: no stop bit where it looks for one.
    (b"\x00", PLAIN, TWICE, b"\x00", b""),
    # Start is two low bits, then ones to the end: bit 0 is low, seven are high, stop is high.
    (b"\xff", PLAIN, TWICE, b"\xfe", b"\xfe"),
    # Start and bits 0 and 1 fall into the receiver's start and bit 0, all else is high.
    (b"\xfe", TWICE, PLAIN, b"\xff", b"\xff"),
    # One set bit wants an even parity bit of 1, and the stop bit stands there: sound.
    (b"\x01", PLAIN, EVEN, b"\x01", b"\x01"),
    # Two set bits want 0, and the stop bit stands there: the board drops it.
    (b"\x03", PLAIN, EVEN, b"\x03", b""),
    (b"\x01", EVEN, ODD, b"\x01", b""),
    # The parity bit 0 stands where the stop bit should: a framing error, the byte is right.
    (b"\x03", EVEN, PLAIN, b"\x03", b""),
]


@pytest.mark.parametrize(("sent", "sender", "receiver", "kept", "dropped"), WORKED_OUT)
def test_a_byte_sounds_as_its_levels_say(sent, sender, receiver, kept, dropped):
    assert heard(sent, sender, receiver, drops_errors=False) == kept
    assert heard(sent, sender, receiver, drops_errors=True) == dropped


def test_what_a_way_does_to_bytes_is_done_in_passing():
    line = Direction()
    line.disturb = lambda data: bytes(byte ^ 1 for byte in data)
    line.put(b"\x10\x20", 0.0, PLAIN, PLAIN)
    assert line.due == pytest.approx(20 / 9600)
    assert line.take() == b"\x11\x21"


def test_bytes_that_a_board_cannot_read_take_their_time_all_the_same():
    line = Direction(to_device=True)
    line.put(b"\x03" * 8, 0.0, EVEN, ODD)
    assert line.due == float("inf")
    line.put(b"\x01", 0.0, EVEN, EVEN)
    assert line.due == pytest.approx(9 * 11 / 9600)
