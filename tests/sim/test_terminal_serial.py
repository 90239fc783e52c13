"""The simulated terminal's serial line: blocks, ACK, NAK, T1, T2, repeats and lost answers."""

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.terminal.faults import Faults
from kiosk_sim.devices.terminal.links.serial import QUEUE_MAX, SerialLink
from kiosk_sim.world.cards import Card
from sim.terminal_stage import SERIAL, Stage

ACK = b"\x06"
NAK = b"\x15"
REGISTRATION = bytes.fromhex("10 02 06 00 06 12 34 56 BE 09 78 10 03 C8 B1")
PAYMENT = bytes.fromhex("10 02 06 01 0A 04 00 00 00 00 10 10 00 49 09 78 10 03 27 60")
YES = bytes.fromhex("10 02 80 00 00 10 03 F5 1F")
INSERT_CARD = bytes.fromhex("10 02 04 FF 01 0A 10 03 F5 7D")
COMPLETED = bytes.fromhex("10 02 06 0F 00 10 03 C6 33")
ABORT = bytes.fromhex("10 02 06 B0 00 10 03 43 F3")


def registered(**changes: object) -> Stage:
    """A stage whose terminal is registered and idle."""
    stage = Stage(SERIAL, **changes)
    stage.say(REGISTRATION)
    assert stage.hears() == ACK
    assert stage.hears() == YES
    stage.say(ACK)
    assert stage.hears()[:6] == bytes.fromhex("10 02 06 0F 0A 19")
    stage.say(ACK + YES)
    assert stage.hears() == ACK
    assert stage.terminal.deadline() == NEVER
    return stage


def invited(stage: Stage, payment: bytes = PAYMENT) -> None:
    """From 06 01 to the awaited card."""
    stage.say(payment)
    assert stage.hears() == ACK
    assert stage.hears() == YES
    stage.say(ACK)
    assert stage.hears() == INSERT_CARD
    stage.say(ACK + YES)
    assert stage.hears() == ACK
    assert stage.terminal.awaits_card()


def approved(stage: Stage) -> bytes:
    """From the card to the 04 0F, which is returned."""
    stage.terminal.present(Card(), stage.now)
    for _ in range(2):
        assert stage.hears()[:4] == bytes.fromhex("10 02 04 FF")
        stage.say(ACK + YES)
        assert stage.hears() == ACK
    outcome = stage.hears()
    assert outcome[:4] == bytes.fromhex("10 02 04 0F")
    return outcome


def test_a_payment_goes_over_the_line_with_every_block_acknowledged_first() -> None:
    stage = registered()
    invited(stage)
    outcome = approved(stage)
    assert outcome[5:14] == bytes.fromhex("27 00 04 00 00 00 00 10 10")
    stage.say(ACK)
    assert stage.terminal.taken_minor() == 0
    stage.say(YES)
    assert stage.terminal.taken_minor() == 1000
    assert stage.hears() == ACK
    assert stage.hears() == COMPLETED
    stage.say(ACK + YES)
    assert stage.hears() == ACK
    assert stage.terminal.deadline() == NEVER
    assert "naks_sent=0" in repr(stage.terminal)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_dialogue_in_pieces_is_the_same_dialogue(size: int) -> None:
    stage = Stage(SERIAL)
    for start in range(0, len(REGISTRATION), size):
        stage.say(REGISTRATION[start : start + size])
        stage.now += 0.001
    assert stage.hears() == ACK
    assert stage.hears() == YES


@pytest.mark.parametrize(
    ("payment", "amount_minor"),
    [
        ("10 02 06 01 0A 04 00 00 00 04 59 74 49 09 78 10 03 10 10", 45974),
        ("10 02 06 01 0A 04 00 00 00 02 53 08 49 09 78 10 03 10 03", 25308),
    ],
)
def test_checksums_that_look_like_control_bytes_are_checksums(
    payment: str, amount_minor: int
) -> None:
    stage = registered()
    invited(stage, bytes.fromhex(payment))
    approved(stage)
    stage.say(ACK + YES)
    assert stage.terminal.taken_minor() == amount_minor


def test_a_broken_block_is_refused_at_once_and_taken_when_it_is_repeated() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION[:-1] + b"\x00")
    assert stage.terminal.bytes_to_send() == NAK
    assert stage.passes(10.0) == b""
    stage.say(REGISTRATION)
    assert stage.terminal.bytes_to_send() == ACK
    assert "crc_errors=1" in repr(stage.terminal)


def test_a_pause_of_t1_inside_a_block_is_refused() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION[:7])
    assert stage.passes(0.19) == b""
    assert stage.passes(0.02) == NAK
    stage.say(REGISTRATION)
    assert stage.hears() == ACK


def test_noise_is_skipped_without_a_word() -> None:
    stage = Stage(SERIAL)
    stage.say(b"\xff\x06\x15")
    assert stage.passes(1.0) == b""
    stage.say(REGISTRATION)
    assert stage.hears() == ACK


def test_an_unacknowledged_message_is_repeated_twice_after_t2() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION)
    assert stage.hears() == ACK
    said_s = []
    for _ in range(3):
        assert stage.hears() == YES
        said_s.append(stage.now)
    assert said_s[1] - said_s[0] == pytest.approx(5.0)
    assert said_s[2] - said_s[1] == pytest.approx(5.0)
    assert stage.passes(60.0) == b""
    assert "undelivered=1 repeats=2" in repr(stage.terminal)
    assert stage.terminal.deadline() == NEVER


def test_a_refused_message_is_repeated_at_once_and_only_twice() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION)
    assert stage.hears() == ACK
    assert stage.hears() == YES
    for _ in range(2):
        stage.say(NAK)
        assert stage.terminal.bytes_to_send() == YES
    stage.say(NAK)
    assert stage.passes(60.0) == b""


def test_every_message_has_its_own_two_repeats() -> None:
    stage = registered()
    stage.say(PAYMENT)
    assert stage.hears() == ACK
    for message in (YES, INSERT_CARD):
        assert stage.hears() == message
        for _ in range(2):
            stage.say(NAK)
            assert stage.terminal.bytes_to_send() == message
        stage.say(ACK)
    assert "undelivered=0 repeats=4" in repr(stage.terminal)


def test_a_late_ack_or_nak_means_nothing() -> None:
    stage = registered()
    stage.say(NAK + ACK)
    assert stage.passes(60.0) == b""


def test_a_block_says_as_much_as_its_lost_ack() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION)
    stage.passes(0.05)
    stage.say(ACK)
    assert stage.hears()[:5] == bytes.fromhex("10 02 06 0F 0A")
    stage.say(YES)
    assert stage.hears() == ACK
    assert stage.terminal.deadline() == NEVER


# Faults of the terminal's end.


def test_an_answer_whose_ack_was_lost_is_not_taken_twice() -> None:
    stage = registered()
    stage.say(PAYMENT)
    stage.passes(0.006)
    stage.say(ACK)
    assert stage.hears() == INSERT_CARD
    stage.terminal.faults.acks_dropped = 1
    stage.say(ACK + YES)
    assert stage.passes(4.9) == b""
    stage.say(YES)
    assert stage.hears() == ACK
    assert stage.terminal.awaits_card()
    assert "duplicates=1" in repr(stage.terminal)
    assert "stray_answers=0" in repr(stage.terminal)


def test_a_payment_whose_ack_was_lost_is_not_asked_for_twice() -> None:
    stage = registered()
    stage.terminal.faults.acks_dropped = 1
    stage.say(PAYMENT)
    assert stage.hears() == YES
    stage.say(ACK)
    assert stage.hears() == INSERT_CARD
    stage.say(ACK + YES)
    assert stage.hears() == ACK
    stage.say(PAYMENT)
    assert stage.hears() == ACK
    assert stage.passes(1.0) == b""
    assert stage.terminal.awaits_card()
    assert "repeated=1" in repr(stage.terminal)


def test_a_command_long_after_its_twin_is_a_new_one() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION)
    stage.passes(16.0)
    stage.say(REGISTRATION)
    assert stage.hears() == ACK
    assert stage.hears() == YES


def test_so_many_blocks_are_refused_and_forgotten() -> None:
    stage = Stage(SERIAL)
    stage.terminal.faults.naks_sent = 2
    for answer in (NAK, NAK, ACK):
        stage.say(REGISTRATION)
        assert stage.terminal.bytes_to_send() == answer
    assert stage.hears() == YES


def test_a_spoilt_checksum_is_sound_again_in_the_repeat() -> None:
    stage = Stage(SERIAL)
    stage.terminal.faults.crcs_spoilt = 1
    stage.say(REGISTRATION)
    assert stage.hears() == ACK
    assert stage.hears() == YES[:-1] + b"\xe0"
    stage.say(NAK)
    assert stage.hears() == YES


def test_a_silent_terminal_neither_hears_nor_speaks() -> None:
    stage = registered()
    stage.terminal.faults.silent = True
    stage.say(PAYMENT)
    assert stage.terminal.deadline() == NEVER
    assert stage.passes(60.0) == b""
    stage.terminal.faults.silent = False
    invited(stage)


def test_a_terminal_that_falls_silent_while_speaking_is_not_heard() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION)
    assert stage.hears() == ACK
    stage.terminal.faults.silent = True
    assert stage.passes(2.0) == b""
    stage.terminal.faults.silent = False
    assert stage.hears() == YES


def test_an_approval_that_nobody_acknowledges_is_given_back() -> None:
    stage = registered()
    invited(stage)
    outcome = approved(stage)
    assert stage.passes(60.0) == outcome * 2
    assert stage.terminal.taken_minor() == 0
    assert "unanswered=1" in repr(stage.terminal)
    assert not stage.terminal.hangs_up()


def test_an_abort_answers_before_the_payment_ends() -> None:
    stage = registered()
    invited(stage)
    stage.say(ABORT)
    assert stage.hears() == ACK
    assert stage.hears() == YES
    stage.say(ACK)
    assert stage.hears()[2:6] == bytes.fromhex("06 1E 01 6C")


def test_a_cable_pulled_and_plugged_leaves_no_half_block() -> None:
    stage = Stage(SERIAL)
    stage.say(REGISTRATION[:5])
    stage.terminal.disconnected(stage.now)
    stage.terminal.connected(stage.now)
    stage.say(REGISTRATION)
    assert stage.passes(0.001) == ACK
    assert "cut_blocks=0" in repr(stage.terminal)


def test_a_pulled_cable_does_not_end_a_payment() -> None:
    stage = registered()
    invited(stage)
    stage.terminal.disconnected(stage.now)
    assert stage.terminal.awaits_card()


def test_only_so_many_messages_wait_for_the_line() -> None:
    link = SerialLink(Faults())
    for _ in range(QUEUE_MAX + 3):
        link.send(b"\x80\x00\x00", 0.0)
    assert "overflows=2" in repr(link)
    assert "undelivered=2" in repr(link)
    assert link.bytes_to_send() == YES
