"""The simulated terminal's power fails at every boundary: the books and what it tells stay true."""

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.terminal import Edge, Step, Unanswered
from kiosk_sim.devices.terminal.faults import Faults
from kiosk_sim.devices.terminal.links.serial import SerialLink
from kiosk_sim.world.cards import Card
from sim.terminal_stage import (
    APPROVED,
    GIVEN_BACK,
    REGISTRATION,
    SERIAL,
    TAKEN,
    TCP,
    UP_TO_CARD,
    Stage,
)

LAST_RECEIPT = "> 06 20 05 00 00 00 03 03\n< 80 00 00"

BEFORE_HELD = [
    (step, edge) for step in (Step.ACCEPT, Step.INVITE, Step.WAIT, Step.HOST) for edge in Edge
]
WHILE_HELD = [(Step.OUTCOME, Edge.BEFORE), (Step.OUTCOME, Edge.AFTER), (Step.BOOK, Edge.BEFORE)]
ONCE_BOOKED = [(Step.BOOK, Edge.AFTER), (Step.COMPLETE, Edge.BEFORE), (Step.COMPLETE, Edge.AFTER)]


def pays_until_dark(stage: Stage) -> None:
    """A register that answers everything with 80 00, until nothing comes any more."""
    stage.say(bytes.fromhex("06 01 07 04 00 00 00 00 12 50"))
    while stage.terminal.powered and (said := stage.run(stage.now + 1.5)) != b"":
        if said != b"\x80\x00\x00":
            stage.say(b"\x80\x00\x00")
        if stage.terminal.awaits_card():
            stage.terminal.present(Card(host_s=1.0), stage.now)
    assert not stage.terminal.powered


def back_again(stage: Stage) -> None:
    """The power returns, and the register with it."""
    stage.terminal.power_on(stage.now)
    stage.passes(stage.terminal.settings.boot_s + 0.1)
    stage.terminal.connected(stage.now)
    stage.play(REGISTRATION)


def tells_booking(stage: Stage) -> bool:
    """Whether 06 20 tells a booking of 12.50."""
    stage.play(LAST_RECEIPT)
    said = stage.hears()
    stage.say(b"\x80\x00\x00")
    return said[3:12] == bytes.fromhex("27 00 04 00 00 00 00 12 50")


@pytest.mark.parametrize("unanswered", Unanswered)
@pytest.mark.parametrize(("step", "edge"), BEFORE_HELD + WHILE_HELD + ONCE_BOOKED)
def test_what_is_taken_is_booked_and_told_wherever_the_power_fails(
    step: Step, edge: Edge, unanswered: Unanswered
) -> None:
    stage = Stage(TCP, unanswered=unanswered)
    stage.play(REGISTRATION)
    stage.terminal.faults.dies_at = (step, edge)
    pays_until_dark(stage)
    kept = (step, edge) in WHILE_HELD and unanswered is Unanswered.KEPT
    taken = (step, edge) in ONCE_BOOKED or kept
    assert stage.terminal.taken_minor() == (1250 if taken else 0)
    back_again(stage)
    assert tells_booking(stage) == taken
    assert stage.terminal.faults.dies_at is None
    stage.passes(6.0)
    stage.play(UP_TO_CARD)


@pytest.mark.parametrize("unanswered", Unanswered)
@pytest.mark.parametrize(
    ("step", "edge", "kept"),
    [
        (Step.GIVE_BACK, Edge.BEFORE, True),
        (Step.GIVE_BACK, Edge.AFTER, False),
        (Step.REVERSING, Edge.BEFORE, False),
        (Step.REVERSING, Edge.AFTER, False),
        (Step.FAIL, Edge.BEFORE, False),
        (Step.FAIL, Edge.AFTER, False),
    ],
)
def test_power_that_fails_while_money_is_given_back(
    step: Step, edge: Edge, kept: bool, unanswered: Unanswered
) -> None:
    stage = Stage(TCP, unanswered=unanswered)
    stage.play(REGISTRATION + APPROVED)
    stage.terminal.faults.dies_at = (step, edge)
    lines = [line for line in GIVEN_BACK.splitlines() if line]
    stage.say(b"\x84\x66\x00")
    for line in lines:
        if not line.startswith("<"):
            continue
        stage.run(stage.now + 1.0)
        stage.say(b"\x80\x00\x00")
    assert not stage.terminal.powered
    expected = 1250 if kept and unanswered is Unanswered.KEPT else 0
    assert stage.terminal.taken_minor() == expected


@pytest.mark.parametrize(("edge", "remains"), [(Edge.BEFORE, 1250), (Edge.AFTER, 0)])
def test_a_reversal_counts_from_the_moment_it_is_stored(edge: Edge, remains: int) -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN)
    stage.terminal.faults.dies_at = (Step.GIVE_BACK, edge)
    stage.play("> 06 30 06 00 00 00 87 00 01\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00")
    assert stage.passes(3.0) == b""
    assert not stage.terminal.powered
    assert stage.terminal.taken_minor() == remains


@pytest.mark.parametrize(
    ("step", "command"),
    [
        (Step.CLOCK, "06 70 00"),
        (Step.PRINT, "06 01 07 04 00 00 00 00 12 50"),
        (Step.REMOVE, "06 01 07 04 00 00 00 00 12 50"),
    ],
)
def test_the_rarer_messages_are_boundaries_as_well(step: Step, command: str) -> None:
    stage = Stage(printed_lines=1)
    stage.play(REGISTRATION.replace("3E 09 78", "BE 09 78"))
    stage.terminal.faults.dies_at = (step, Edge.BEFORE)
    stage.say(bytes.fromhex(command))
    while stage.run(stage.now + 2.0):
        stage.say(b"\x80\x00\x00")
        stage.terminal.present(Card(left_in=step is Step.REMOVE), stage.now)
    assert not stage.terminal.powered


def test_a_dark_terminal_neither_hears_nor_speaks_nor_invites() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD)
    stage.terminal.power_cut(stage.now)
    assert stage.terminal.deadline() == NEVER
    assert not stage.terminal.awaits_card()
    stage.terminal.present(Card(), stage.now)
    stage.say(bytes.fromhex("05 01 00"))
    stage.terminal.tick(stage.now + 100.0)
    assert stage.passes(100.0) == b""


def test_a_starting_terminal_is_deaf_until_it_is_up() -> None:
    stage = Stage()
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    assert stage.terminal.deadline() == 5.0
    stage.say(bytes.fromhex("05 01 00"))
    stage.terminal.tick(2.0)
    assert stage.passes(4.9) == b""
    stage.say(bytes.fromhex("05 01 00"))
    assert stage.passes(1.0) == b""
    stage.play("> 05 01 00\n< 80 00 00")


def test_a_registration_does_not_survive_but_the_numbers_do() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN)
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    stage.passes(6.0)
    stage.play("> 06 70 00\n< 84 83 00")
    back_again(stage)
    assert stage.terminal.books.next_numbers() == (2, 2)


def test_the_power_can_fail_at_once_when_a_card_is_presented() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD + "card")
    stage.terminal.power_cut(stage.now)
    assert stage.passes(10.0) == b""
    assert stage.terminal.books.receipt_no == 0


def test_a_forgotten_card_is_still_in_the_slot_when_the_power_is_back() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD)
    stage.terminal.present(Card(left_in=True), stage.now)
    stage.terminal.power_cut(stage.now)
    back_again(stage)
    stage.play("> 05 01 05 00 00 00 03 02\n< 80 00 00\n< 06 0F 01 DC")


def test_nothing_of_the_line_survives_the_power() -> None:
    registration = bytes.fromhex("10 02 06 00 06 12 34 56 BE 09 78 10 03 C8 B1")
    yes = bytes.fromhex("10 02 80 00 00 10 03 F5 1F")
    stage = Stage(SERIAL)
    stage.say(registration)
    assert stage.hears() == b"\x06"
    assert stage.hears() == yes
    stage.say(registration[:4])
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    assert stage.passes(30.0) == b""
    stage.say(registration)
    assert stage.hears() == b"\x06"
    assert stage.hears() == yes
    stage.say(b"\x06")
    assert stage.hears()[2:5] == bytes.fromhex("06 0F 0A")
    assert "cut_blocks=0" in repr(stage.terminal)


def test_a_block_whose_twin_was_heard_before_the_power_failed_is_a_new_one() -> None:
    registration = bytes.fromhex("10 02 06 00 06 12 34 56 BE 09 78 10 03 C8 B1")
    stage = Stage(SERIAL)
    stage.say(registration)
    assert stage.hears() == b"\x06"
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    stage.passes(6.0)
    stage.say(registration)
    assert stage.passes(0.1)[:3] == b"\x06\x10\x02"


def test_messages_that_waited_for_the_line_are_forgotten() -> None:
    yes = bytes.fromhex("10 02 80 00 00 10 03 F5 1F")
    link = SerialLink(Faults())
    link.send(b"\x80\x00\x00", 0.0)
    link.send(b"\x06\x0f\x00", 0.0)
    assert link.bytes_to_send() == yes
    link.reset()
    assert link.deadline() == NEVER
    link.send(b"\x80\x00\x00", 2.0)
    assert link.bytes_to_send() == yes
    link.receive(b"\x06", 3.0)
    assert link.bytes_to_send() == b""


def test_half_a_message_does_not_survive_on_tcp_either() -> None:
    stage = Stage()
    stage.say(bytes.fromhex("06 01 0A 04"))
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    assert stage.passes(6.0) == b""
    stage.play(REGISTRATION)


def test_refusals_not_yet_spoken_are_forgotten() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD)
    stage.say(bytes.fromhex("05 01 00"))
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    assert stage.passes(60.0) == b""
