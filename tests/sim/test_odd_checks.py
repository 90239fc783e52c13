"""Blocks of terminals that check otherwise: written by hand, found however they are split."""

import pytest

from kiosk_hw.zvt.serial_framing import Signal
from kiosk_sim.devices.terminal.links.odd_checks import BLOCK_BYTES_MAX, Check, OddDeframer

ACCEPTED = bytes.fromhex("800000")
BY_LRC = bytes.fromhex("1002 800000 1003 83")
TEN_DOUBLED = bytes.fromhex("1002 061010 1003 15")
"""06 10: the DLE inside is doubled, and counted once by the check: 06 ^ 10 ^ 03 = 15."""


@pytest.mark.parametrize(
    ("apdu", "block"), [(ACCEPTED, BY_LRC), (bytes.fromhex("0610"), TEN_DOUBLED)]
)
def test_a_block_by_lrc_is_written_and_read(apdu, block):
    assert Check.LRC.frame(apdu) == block
    deframer = OddDeframer(Check.LRC)
    assert [each for byte in block for each in deframer.feed(bytes((byte,)))] == [apdu]
    assert not deframer.waiting


def test_the_other_crc_is_that_of_xmodem():
    """Of `123456789` it is 31C3; with the ETX that follows every message it is not."""
    block = Check.XMODEM.frame(ACCEPTED)
    assert len(block) == 2 + 3 + 2 + 2
    assert OddDeframer(Check.XMODEM).feed(block) == [ACCEPTED]


@pytest.mark.parametrize("check", Check)
def test_a_block_with_another_check_is_broken(check):
    block = check.frame(ACCEPTED)
    spoilt = block[:-1] + bytes((block[-1] ^ 1,))
    assert OddDeframer(check).feed(spoilt) == [Signal.BROKEN]


def test_signals_and_noise_between_blocks_are_told_apart():
    deframer = OddDeframer(Check.LRC)
    assert deframer.feed(b"\xff\x06\x15" + BY_LRC) == [Signal.ACK, Signal.NAK, ACCEPTED]


def test_what_was_cut_is_told_by_the_silence_after_it():
    deframer = OddDeframer(Check.LRC)
    deframer.feed(BY_LRC[:5])
    assert deframer.waiting
    assert deframer.quiet()
    assert not deframer.quiet()


def test_a_block_that_never_ends_is_dropped():
    deframer = OddDeframer(Check.LRC)
    deframer.feed(b"\x10\x02" + b"\x01" * (2 * BLOCK_BYTES_MAX))
    deframer.quiet()
    assert deframer.feed(BY_LRC) == [ACCEPTED]
