"""The simulated terminal's other commands, byte by byte as PA00P015 ch. 2 tells them, over TCP."""

from datetime import UTC, datetime

import pytest

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.devices.terminal.books import Books, Transaction
from sim.terminal_stage import (
    APPROVED,
    CARD_PART,
    OUTCOME,
    REGISTRATION,
    SERIAL,
    TAKEN,
    UP_TO_CARD,
    Stage,
)

STATUS = "> 05 01 05 00 00 00 03 02\n< 80 00 00\n< 06 0F 01 "

REVERSED = (
    "04 0F 5C 27 00 04 00 00 00 00 12 50 49 09 78 0B 00 00 02 87 00 02 29 52 50 00 41"
    " 0D 03 02 0C 08 00 02 37 00 00 01" + CARD_PART + " 88 00 00 02"
)
"""The reversal is receipt 2, and names the trace number of what it takes back in bitmap 37."""

REVERSAL = """
> 06 30 0D 00 00 00 87 00 01 04 00 00 00 00 12 50
< 80 00 00
< 04 FF 01 04
> 80 00 00
"""


# Registration.


@pytest.mark.parametrize(
    "command",
    [
        "06 01 07 04 00 00 00 00 12 50",
        "06 20 05 00 00 00 03 03",
        "06 30 06 00 00 00 87 00 01",
        "06 50 03 00 00 00",
        "06 70 00",
        "06 93 03 00 00 00",
    ],
)
def test_before_the_registration_commands_are_refused(command: str) -> None:
    stage = Stage()
    stage.play(f"> {command}\n< 84 83 00")
    stage.play(REGISTRATION + f"> {command}\n< 80 00 00")


def test_some_terminals_need_no_registration() -> None:
    stage = Stage(needs_registration=False)
    stage.play("> 06 01 07 04 00 00 00 00 12 50\n< 80 00 00\nwait 1")
    assert stage.terminal.awaits_card()


def test_status_abort_and_log_off_need_no_registration() -> None:
    stage = Stage()
    stage.play(STATUS + "00\n> 80 00 00\n> 06 B0 00\n< 80 00 00\n> 06 02 00\n< 80 00 00")
    assert stage.passes(10.0) == b""


def test_the_registrations_answer_lists_what_the_terminal_can_where_tlv_is_allowed() -> None:
    stage = Stage()
    stage.play("> 06 00 08 00 00 00 3E 09 78 06 00\n< 80 00 00")
    lists = "06 0F 26 08 0A 02 04 0F 0A 02 04 FF 1F 71 02 1F 1F"
    stage.play(f"< 06 0F 1B 19 10 29 52 50 00 41 49 09 78 {lists}")


def test_a_terminal_without_the_receipt_echo_does_not_list_it() -> None:
    stage = Stage(receipt_echo=False)
    stage.play("> 06 00 08 00 00 00 3E 09 78 06 00\n< 80 00 00")
    stage.play("< 06 0F 16 19 10 29 52 50 00 41 49 09 78 06 0A 26 08 0A 02 04 0F 0A 02 04 FF")


def test_a_wrong_currency_is_refused_with_its_reason() -> None:
    stage = Stage()
    stage.play("> 06 00 06 00 00 00 3E 07 56\n< 84 1E 01 6F\n> 06 50 03 00 00 00\n< 84 83 00")


def test_a_log_off_ends_the_registration_without_a_completion() -> None:
    stage = Stage()
    stage.play(REGISTRATION + "> 06 02 00\n< 80 00 00\nwait 10\n> 06 70 00\n< 84 83 00")


@pytest.mark.parametrize(("status", "bits"), [(0x51, "11"), (0xC2, "12"), (0xF0, "10")])
def test_the_registrations_answer_names_the_cure(status: int, bits: str) -> None:
    stage = Stage()
    stage.terminal.lock(status)
    stage.play("> 06 00 04 00 00 00 3E\n< 80 00 00")
    stage.play(f"< 06 0F 07 19 {bits} 29 52 50 00 41")


# Status and locks.


def test_the_status_comes_with_version_and_terminal_id_if_asked() -> None:
    stage = Stage()
    version = "F0 F0 F7 53 49 4D 20 31 2E 30"
    stage.play(f"> 05 01 00\n< 80 00 00\n< 06 0F 0B {version} 00\n> 80 00 00")
    stage.play(f"> 05 01 05 00 00 00 03 04\n< 80 00 00\n< 06 0F 0B {version} 00\n> 80 00 00")
    stage.play("> 06 00 08 00 00 00 3E 09 78 06 00\n< 80 00 00")
    stage.hears()
    stage.play("> 80 00 00\n> 05 01 05 00 00 00 03 06\n< 80 00 00")
    stage.play("< 06 0F 0A 00 06 07 1F 44 04 52 50 00 41")


@pytest.mark.parametrize("status", [0x51, 0xC2, 0xDC, 0xDF, 0xE1, 0xF0])
def test_a_locked_terminal_takes_no_payment(status: int) -> None:
    stage = Stage()
    stage.terminal.lock(status)
    stage.play(f"{STATUS}{status:02X}")
    stage.play("> 80 00 00\n> 06 00 04 00 00 00 36\n< 80 00 00")
    stage.hears()
    stage.play("> 80 00 00")
    stage.play(f"> 06 01 07 04 00 00 00 00 12 50\n< 80 00 00\n< 06 1E 01 {status:02X}")


CURES = {
    0x51: "> 06 93 03 00 00 00\n< 80 00 00\n< 04 FF 01 0E\n> 80 00 00\n< 06 0F 00\n> 80 00 00",
    0xC2: "> 06 70 00\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00\n"
    "< 04 01 08 AA 26 03 02 0C 08 00 01\n> 80 00 00\n< 06 0F 00\n> 80 00 00",
    0xF0: "> 06 50 03 00 00 00\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00\n",
}


@pytest.mark.parametrize("status", CURES)
def test_a_lock_goes_with_its_own_cure_only(status: int) -> None:
    for cured, cure in CURES.items():
        stage = Stage()
        stage.play(REGISTRATION)
        stage.terminal.lock(status)
        if cured == status:
            stage.play(cure)
            stage.passes(2.0)
            stage.say(b"\x80\x00\x00")
            stage.passes(2.0)
            stage.say(b"\x80\x00\x00")
            stage.play(STATUS + "00")
        else:
            first = "\n".join(cure.splitlines()[:2])
            stage.play(f"{first}\n< 06 1E 01 {status:02X}\n> 80 00 00\n{STATUS}{status:02X}")


def test_a_locked_terminal_refuses_a_reversal_too() -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    stage.terminal.lock(0xC2)
    stage.play("> 06 30 06 00 00 00 87 00 01\n< 80 00 00\n< 06 1E 01 C2")


@pytest.mark.parametrize(
    ("status", "after"), [(0xDC, "00"), (0xE1, "00"), (0xDF, "DF"), (0xC2, "C2")]
)
def test_a_card_taken_out_frees_the_reader_only(status: int, after: str) -> None:
    stage = Stage()
    stage.terminal.lock(status)
    stage.terminal.remove_card(stage.now)
    stage.play(STATUS + after)


@pytest.mark.parametrize(("status", "after"), [(0xDF, "00"), (0xC2, "C2"), (0xF0, "F0")])
def test_of_all_locks_only_out_of_order_is_cured_by_power(status: int, after: str) -> None:
    stage = Stage()
    stage.terminal.lock(status)
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    stage.passes(6.0)
    stage.play(STATUS + after)


@pytest.mark.parametrize("command", ["06 50 03 00 00 00", "06 70 00", "06 93 03 00 00 00"])
def test_nothing_is_cured_while_the_host_is_down(command: str) -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    stage.terminal.faults.host_down = True
    stage.play(f"> {command}\n< 80 00 00")
    assert stage.hears()[:2] == b"\x04\xff"
    stage.play("> 80 00 00\n< 06 1E 01 A3")


# The stored booking.


def test_the_last_booking_is_told_again_and_nothing_is_charged() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN)
    stored = OUTCOME.replace("49 09 78 ", "").replace("04 0F 58", "04 0F 55")
    for _ in range(2):
        stage.play(f"> 06 20 05 00 00 00 03 03\n< 80 00 00\n< {stored}{TAKEN}")
    stage.play("> 06 20 05 00 00 00 03 02\n< 80 00 00\n< 06 0F 00\n> 80 00 00")
    stage.play("> 06 20 03 00 00 00\n< 80 00 00\n< 06 0F 00")
    assert stage.terminal.taken_minor() == 1250


def test_a_terminal_without_a_booking_says_so() -> None:
    stage = Stage()
    stage.play(REGISTRATION + "> 06 20 05 00 00 00 03 03\n< 80 00 00\n< 06 1E 01 B8")


def test_a_reversal_takes_the_named_booking_back_once() -> None:
    stage = Stage()
    with_currency = REVERSAL.replace("06 30 0D", "06 30 10").replace("12 50", "12 50 49 09 78")
    stage.play(REGISTRATION + APPROVED + TAKEN + with_currency)
    assert stage.terminal.taken_minor() == 1250
    stage.play(f"< {REVERSED}{TAKEN}")
    assert stage.terminal.taken_minor() == 0
    assert stage.terminal.books.bookings[0].reversed
    stage.play(REVERSAL + "< 06 1E 01 B4\n> 80 00 00")
    stored = REVERSED.replace("49 09 78 ", "").replace("04 0F 5C", "04 0F 59")
    stage.play(f"> 06 20 05 00 00 00 03 03\n< 80 00 00\n< {stored}")


@pytest.mark.parametrize(
    "named", ["87 00 02 04 00 00 00 00 12 50", "87 00 01 04 00 00 00 00 12 49"]
)
def test_a_reversal_of_something_else_is_not_possible(named: str) -> None:
    stage = Stage()
    order = f"> 06 30 0D 00 00 00 {named}\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00\n"
    stage.play(REGISTRATION + APPROVED + TAKEN + order + "< 06 1E 01 B5\n> 80 00 00")
    assert stage.terminal.taken_minor() == 1250


def test_a_reversal_needs_the_host() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN)
    stage.terminal.faults.host_down = True
    stage.play(REVERSAL + "< 06 1E 01 A3")
    assert stage.terminal.taken_minor() == 1250


def test_a_terminal_that_reverses_the_newest_gets_the_wrong_one() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN + UP_TO_CARD + "card")
    for _ in range(4):
        stage.hears()
        stage.say(b"\x80\x00\x00")
    stage.terminal.faults.reverses_newest = True
    stage.play(REVERSAL)
    stage.hears()
    assert [one.reversed for one in stage.terminal.books.bookings] == [False, True]


# The end of day.


def test_the_end_of_day_tells_receipts_count_and_sum() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN)
    none = "00 00 00 00 00 00 00 "
    stage.play("> 06 50 03 00 00 00\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00")
    stage.play(
        "< 04 0F 4E 27 00 04 00 00 00 00 12 50 29 52 50 00 41 0D 03 02 0C 08 00 02"
        f" 60 F0 F5 F3 00 01 00 01 {none * 6}01 00 00 00 00 12 50{TAKEN}"
    )
    stage.play(REVERSAL + "< 06 1E 01 B5\n> 80 00 00")
    assert stage.terminal.taken_minor() == 1250


def test_a_reversed_booking_is_not_in_the_totals() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN + UP_TO_CARD + "card")
    for _ in range(4):
        stage.hears()
        stage.say(b"\x80\x00\x00")
    stage.play(REVERSAL)
    stage.hears()
    stage.play("> 80 00 00\n< 06 0F 00\n> 80 00 00")
    stage.play("> 06 50 03 00 00 00\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00")
    said = stage.hears()
    assert said[28:32] == bytes.fromhex("00 01 00 02")
    assert said.endswith(bytes.fromhex("01 00 00 00 00 12 50"))


def test_an_end_of_day_without_bookings_has_empty_totals() -> None:
    stage = Stage()
    stage.play(REGISTRATION + "> 06 50 03 00 00 00\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00")
    said = stage.hears()
    assert said[3:12] == bytes.fromhex("27 00 04 00 00 00 00 00 00")
    assert said.endswith(bytes(53))


# What else arrives.


def test_the_clock_is_told_only_by_terminals_that_do() -> None:
    stage = Stage(sets_clock=False, started=datetime(2031, 12, 31, 23, 59, tzinfo=UTC))
    stage.play(REGISTRATION + "> 06 70 00\n< 80 00 00\n< 04 FF 01 04\n> 80 00 00\n< 06 0F 00")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("06 22 00", "84 83 00"),
        ("08 40 01 07", "84 83 00"),
        ("06 01 08 04 00 00 00 00 12 50 99", "84 83 00"),
        ("06 01 03 04 00 00", "84 9A 00"),
        ("06 01 00", "84 9A 00"),
    ],
)
def test_what_the_terminal_cannot_do_is_refused(command: str, answer: str) -> None:
    stage = Stage()
    stage.play(f"{REGISTRATION}> {command}\n< {answer}")
    assert stage.terminal.deadline() == NEVER


def test_a_command_into_a_running_dialogue_is_refused_and_nothing_is_lost() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD + "> 05 01 00\nwait 0.004\n< 84 A0 00")
    stage.play("card\n< 04 FF 01 17")
    assert "refused=1" in repr(stage.terminal)


def test_the_same_command_again_is_no_repeat_on_tcp() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD + "> 06 01 0A 04 00 00 00 00 12 50 49 09 78\n< 84 A0 00")


def test_only_a_few_refusals_wait_at_one_time() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD)
    stage.say(b"\x05\x01\x00" * 9)
    assert stage.passes(1.0) == b"\x84\xa0\x00" * 4


def test_a_new_command_ends_the_wait_for_the_last_answer() -> None:
    stage = Stage()
    without_last_answer = REGISTRATION.replace("> 80 00 00", "")
    stage.play(without_last_answer * 2 + STATUS + "00")


def test_the_speed_changes_after_the_answer_was_acknowledged() -> None:
    stage = Stage(SERIAL, needs_registration=False)
    assert stage.terminal.line == LineSettings(9600, 8, "N", 2)
    stage.say(bytes.fromhex("10 02 08 40 01 07 10 03 D8 69"))
    stage.passes(0.1)
    assert stage.terminal.line.baud == 9600
    stage.say(b"\x06")
    assert stage.terminal.line == LineSettings(115200, 8, "N", 2)
    stage.terminal.power_cut(stage.now)
    stage.terminal.power_on(stage.now)
    assert stage.terminal.line.baud == 9600


# The books' bounds.


def paid(receipt_no: int) -> Transaction:
    return Transaction(receipt_no, receipt_no, 100, "0302", "080000")


def test_receipt_and_trace_numbers_start_again_after_the_last() -> None:
    books = Books()
    books.receipt_no, books.trace_no = 9998, 999_998
    assert [books.next_numbers() for _ in range(3)] == [(9999, 999_999), (1, 1), (2, 2)]


def test_a_full_journal_takes_no_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk_sim.devices.terminal.books.BOOKINGS_MAX", 1)
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN)
    stage.play("> 06 01 07 04 00 00 00 00 12 50\n< 80 00 00\n< 06 1E 01 B2")


def test_the_newest_of_two_equal_receipt_numbers_is_reversed() -> None:
    books = Books()
    books.book(paid(7), settled=True)
    books.book(paid(7), settled=True)
    _, booking = books.check(7, None)
    assert booking is books.bookings[1]
    assert "taken_minor=200" in repr(books)
