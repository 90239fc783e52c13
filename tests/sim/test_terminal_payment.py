"""The simulated terminal's payment, byte by byte as PA00P015 2.2 tells it, over TCP."""

from dataclasses import replace

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.terminal import Unanswered
from kiosk_sim.world.cards import Card, CardOutcome
from sim.terminal_stage import (
    APPROVED,
    CARD_PART,
    GIVEN_BACK,
    OUTCOME,
    REGISTRATION,
    TAKEN,
    UP_TO_CARD,
    UP_TO_HOST,
    Stage,
)

UNREADABLE = Card(CardOutcome.UNREADABLE)
DECLINED = Card(CardOutcome.DECLINED)
NO_CONNECTION = Card(CardOutcome.NO_CONNECTION)

TERMINAL_ID = "29 52 50 00 41"
IN_WORDS_DECLINED = f"04 0F 13 27 05 {TERMINAL_ID} 3C F0 F0 F8 64 65 63 6C 69 6E 65 64"


def booked(stage: Stage) -> list[tuple[int, int, bool]]:
    return [
        (one.receipt_no, one.amount_minor, one.reversed) for one in stage.terminal.books.bookings
    ]


def test_money_is_booked_when_the_goods_are_out_and_not_before() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED)
    assert stage.terminal.taken_minor() == 0
    stage.play(TAKEN)
    assert booked(stage) == [(1, 1250, False)]
    assert stage.terminal.taken_minor() == 1250
    assert stage.terminal.deadline() == NEVER


def test_the_older_positive_answer_books_as_well() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + "> 84 00 00\n< 06 0F 00\n> 80 00 00")
    assert stage.terminal.taken_minor() == 1250


def test_without_the_wish_no_intermediate_status_comes() -> None:
    stage = Stage()
    stage.play(REGISTRATION.replace("3E 09 78", "36 09 78"))
    stage.play("> 06 01 0A 04 00 00 00 00 12 50 49 09 78\n< 80 00 00")
    assert stage.passes(1.0) == b""
    assert stage.terminal.awaits_card()
    stage.play(f"card\n< {OUTCOME.replace('08 00 01', '08 00 02')}{TAKEN}")
    assert stage.terminal.taken_minor() == 1250


def test_the_currency_comes_back_only_if_it_was_sent() -> None:
    stage = Stage()
    with_no_currency = APPROVED.replace("06 01 0A", "06 01 07").replace(" 12 50 49 09 78", " 12 50")
    stage.play(REGISTRATION + with_no_currency.replace("04 0F 58", "04 0F 55"))


def test_card_and_host_times_come_from_the_card() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD)
    stage.passes(10.0)
    stage.terminal.present(Card(field_s=0.25, host_s=3.0), stage.now)
    presented_s = stage.now
    assert stage.hears() == bytes.fromhex("04 FF 01 17")
    assert stage.now == pytest.approx(presented_s + 0.25 + 0.005)
    stage.play("> 80 00 00\n< 04 FF 01 04\n> 80 00 00")
    asked_s = stage.now
    assert stage.hears()[:2] == b"\x04\x0f"
    assert stage.now == pytest.approx(asked_s + 3.0, abs=0.006)
    spans = {what: end - start for start, end, what in stage.busy}
    assert spans["card in field"] == pytest.approx(0.25)
    assert spans["host"] == pytest.approx(3.0)
    assert spans["terminal"] == pytest.approx(0.005)


def test_a_host_that_takes_no_time_is_no_trap() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED.replace("08 00 01", "08 00 00") + TAKEN, Card(host_s=0.0))
    assert stage.now < 0.6


def test_a_card_that_nobody_asked_for_is_ignored() -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    assert not stage.terminal.awaits_card()
    stage.terminal.present(Card(), stage.now)
    assert stage.terminal.cards_ignored == 1
    assert stage.passes(100.0) == b""


def test_the_display_invites_while_the_register_is_still_being_told() -> None:
    stage = Stage()
    stage.play(REGISTRATION + "> 06 01 0A 04 00 00 00 00 12 50 49 09 78\n< 80 00 00\n< 04 FF 01 0A")
    assert stage.terminal.awaits_card()
    stage.terminal.present(Card(), stage.now)
    assert not stage.terminal.awaits_card(), "one card at a time"
    stage.play("> 80 00 00\n< 04 FF 01 17\n> 80 00 00\n< 04 FF 01 04\n> 80 00 00")
    assert stage.terminal.cards_ignored == 0


# The issue of goods.


def test_not_yet_is_asked_again_every_two_seconds_with_the_same_words() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED)
    for _ in range(5):
        stage.play(f"> 84 9C 00\nwait 1.99\n< {OUTCOME}")
    assert stage.terminal.taken_minor() == 0
    stage.play(TAKEN)
    assert booked(stage) == [(1, 1250, False)]


def test_a_hasty_terminal_asks_again_at_once() -> None:
    stage = Stage(goods_pace_s=0.0)
    stage.play(REGISTRATION + APPROVED)
    asked_s = stage.now
    for _ in range(10):
        stage.play(f"> 84 9C 00\n< {OUTCOME}")
    assert stage.now - asked_s == pytest.approx(10 * 0.005)


def test_more_questions_than_allowed_give_the_money_back() -> None:
    stage = Stage()
    stage.play(
        REGISTRATION + APPROVED.replace("06 01 0A", "06 01 0C").replace("78\n", "78 02 03\n", 1)
    )
    stage.play(f"> 84 9C 00\n< {OUTCOME}\n> 84 9C 00\n< {OUTCOME}\n> 84 9C 00" + GIVEN_BACK)
    assert booked(stage) == []


def test_an_acquirers_limit_counts_where_the_register_sets_none() -> None:
    stage = Stage(goods_asks_max=1)
    stage.play(REGISTRATION + APPROVED + "> 84 9C 00" + GIVEN_BACK)
    assert booked(stage) == []


@pytest.mark.parametrize(("bitmap", "asks"), [("01 05", 3), ("01 09", 5), ("", 15)])
def test_the_goods_issue_ends_with_its_time(bitmap: str, asks: int) -> None:
    length = "0C" if bitmap else "0A"
    order = APPROVED.replace("06 01 0A", f"06 01 {length}").replace("78\n", f"78 {bitmap}\n", 1)
    stage = Stage()
    stage.play(REGISTRATION + order)
    for _ in range(asks - 1):
        stage.play(f"> 84 9C 00\n< {OUTCOME}")
    stage.play("> 84 9C 00" + GIVEN_BACK)
    assert stage.terminal.taken_minor() == 0


def test_a_part_of_the_goods_is_booked_as_that_part() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + "> 84 9D 07 04 00 00 00 00 05 00\n< 06 0F 00\n> 80 00 00")
    assert booked(stage) == [(1, 500, False)]


@pytest.mark.parametrize(
    "answer",
    [
        "84 66 00",
        "84 83 00",
        "84 9D 07 04 00 00 00 00 99 99",
        "84 9D 07 04 00 00 00 00 00 00",
        "84 9D 00",
    ],
)
def test_any_other_answer_gives_the_money_back(answer: str) -> None:
    stage = Stage()
    stage.play(f"{REGISTRATION}{APPROVED}> {answer}{GIVEN_BACK}")
    assert booked(stage) == []
    stage.play("> 06 20 05 00 00 00 03 03\n< 80 00 00\n< 06 1E 01 B8")


@pytest.mark.parametrize("unanswered", Unanswered)
def test_silence_after_the_approval_follows_the_chosen_manual(unanswered: Unanswered) -> None:
    stage = Stage(unanswered=unanswered)
    stage.play(REGISTRATION + APPROVED)
    assert stage.passes(4.9) == b""
    assert stage.terminal.taken_minor() == 0
    assert not stage.terminal.hangs_up()
    assert stage.passes(0.2) == b""
    assert stage.terminal.taken_minor() == (1250 if unanswered is Unanswered.KEPT else 0)
    assert stage.terminal.hangs_up()
    assert not stage.terminal.hangs_up()
    assert "unanswered=1" in repr(stage.terminal)


def test_silence_ends_with_the_goods_time_if_that_is_shorter() -> None:
    stage = Stage(unanswered=Unanswered.KEPT)
    order = APPROVED.replace("06 01 0A", "06 01 0C").replace("78\n", "78 01 02\n", 1)
    stage.play(REGISTRATION + order)
    stage.passes(1.9)
    assert stage.terminal.taken_minor() == 0
    stage.passes(0.2)
    assert stage.terminal.taken_minor() == 1250


def test_a_new_connection_is_not_hung_up_for_the_old_ones_silence() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED)
    stage.passes(6.0)
    stage.terminal.disconnected(stage.now)
    stage.terminal.connected(stage.now)
    assert not stage.terminal.hangs_up()


def test_an_answer_after_the_silence_books_nothing() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED)
    stage.passes(6.0)
    stage.say(b"\x80\x00\x00")
    assert stage.passes(60.0) == b""
    assert stage.terminal.taken_minor() == 0
    assert "stray_answers=1" in repr(stage.terminal)


@pytest.mark.parametrize(
    ("echo", "remains"),
    [("00 00", 0), ("00 07", 0), ("00 01", 1250), ("", 1250), (None, 1250)],
)
def test_the_receipt_echo_settles_a_payment_that_was_kept(echo: str | None, remains: int) -> None:
    stage = Stage(unanswered=Unanswered.KEPT)
    stage.play(REGISTRATION + APPROVED)
    stage.passes(6.0)
    order = "04 00 00 00 00 03 00"
    if echo is not None:
        tag = f"1F 1F {len(bytes.fromhex(echo)):02X} {echo}".strip()
        order += f" 06 {len(bytes.fromhex(tag)):02X} {tag}"
    stage.play(f"> 06 01 {len(bytes.fromhex(order)):02X} {order}\n< 80 00 00\n< 04 FF 01 0A")
    assert stage.terminal.taken_minor() == remains


def test_a_payment_is_settled_once_and_for_all() -> None:
    stage = Stage(unanswered=Unanswered.KEPT)
    stage.play(REGISTRATION + APPROVED)
    stage.passes(6.0)
    for echo in ("01", "09"):
        stage.play(f"> 06 01 0E 04 00 00 00 00 03 00 06 05 1F 1F 02 00 {echo}\n< 80 00 00")
        stage.passes(6.0)
    assert stage.terminal.taken_minor() == 1250


def test_a_terminal_without_the_receipt_echo_ignores_it() -> None:
    stage = Stage(unanswered=Unanswered.KEPT, receipt_echo=False)
    stage.play(REGISTRATION + APPROVED)
    stage.passes(6.0)
    stage.play("> 06 01 0E 04 00 00 00 00 03 00 06 05 1F 1F 02 00 09\n< 80 00 00\nwait 0.001")
    assert stage.terminal.taken_minor() == 1250


def test_a_settled_payment_is_left_alone_by_the_receipt_echo() -> None:
    stage = Stage(unanswered=Unanswered.KEPT)
    stage.play(REGISTRATION + APPROVED + TAKEN)
    stage.play("> 06 01 0E 04 00 00 00 00 03 00 06 05 1F 1F 02 00 09\n< 80 00 00")
    assert stage.terminal.taken_minor() == 1250


# Payments that come to nothing.


@pytest.mark.parametrize(
    ("card", "code", "words"),
    [
        (DECLINED, "05", "64 65 63 6C 69 6E 65 64"),
        (NO_CONNECTION, "A3", "6E 6F 20 63 6F 6E 6E 65 63 74 69 6F 6E"),
    ],
)
def test_a_refused_card_is_told_and_aborted(card: Card, code: str, words: str) -> None:
    text = bytes.fromhex(words)
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_HOST, card)
    stage.play(
        f"< 04 0F {11 + len(text):02X} 27 {code} {TERMINAL_ID}"
        f" 3C F0 F{len(text) // 10} F{len(text) % 10} {words}"
        f"\n> 80 00 00\n< 06 1E 01 {code}\n> 80 00 00"
    )
    assert booked(stage) == []


def test_an_unreadable_card_never_reaches_the_host() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD + "card", UNREADABLE)
    assert stage.hears().startswith(bytes.fromhex("04 0F 1A 27 64"))
    stage.play("> 80 00 00\n< 06 1E 01 64")


def test_a_dialect_completes_what_it_declined() -> None:
    stage = Stage(completes_declined=True)
    stage.play(REGISTRATION + UP_TO_HOST, DECLINED)
    stage.play(f"< {IN_WORDS_DECLINED}\n> 80 00 00\n< 06 0F 00")
    assert booked(stage) == []


def test_a_host_that_is_down_lets_no_payment_through() -> None:
    stage = Stage()
    stage.terminal.faults.host_down = True
    stage.play(REGISTRATION + UP_TO_HOST)
    assert stage.hears()[3:5] == b"\x27\xa3"


def test_nobody_pays_within_the_cards_time() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD + "wait 59.9")
    assert stage.terminal.awaits_card()
    stage.play(f"< 04 0F 12 27 6C {TERMINAL_ID} 3C F0 F0 F7 6E 6F 20 63 61 72 64")
    assert not stage.terminal.awaits_card()
    stage.play("> 80 00 00\n< 06 1E 01 6C\n> 80 00 00")


def test_a_wrong_currency_asks_for_no_card() -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    stage.play("> 06 01 0A 04 00 00 00 00 12 50 49 07 56\n< 80 00 00\n< 06 1E 01 6F\n> 80 00 00")
    assert not stage.terminal.awaits_card()


def test_a_card_left_in_is_asked_out_and_blocks_the_next_payment() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED, replace(Card(), left_in=True))
    stage.play("> 80 00 00\n< 04 FF 01 4E\n> 80 00 00\n< 06 0F 00\n> 80 00 00")
    again = "> 06 01 07 04 00 00 00 00 12 50\n< 80 00 00\n< "
    stage.play(again + "06 1E 01 DC\n> 80 00 00")
    stage.play("> 05 01 05 00 00 00 03 02\n< 80 00 00\n< 06 0F 01 DC\n> 80 00 00")
    stage.terminal.remove_card(stage.now)
    stage.play(again + "04 FF 01 0A")


def test_a_declined_card_left_in_is_asked_out_too() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_HOST, replace(DECLINED, left_in=True))
    stage.play(f"< 04 FF 01 5D\n> 80 00 00\n< {IN_WORDS_DECLINED}")


# Abort.


def test_an_abort_while_the_card_is_awaited_ends_the_payment() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD + "> 06 B0 00\n< 80 00 00\n< 06 1E 01 6C\n> 80 00 00")
    assert not stage.terminal.awaits_card()
    stage.play(UP_TO_CARD)


@pytest.mark.parametrize("answered", ["", "\n> 80 00 00"])
def test_an_abort_instead_of_the_invitations_answer_counts(answered: str) -> None:
    stage = Stage()
    invited = UP_TO_CARD.replace("> 80 00 00", "")
    stage.play(f"{REGISTRATION}{invited}> 06 B0 00{answered}\n< 80 00 00\n< 06 1E 01 6C")
    stage.play("> 80 00 00" + UP_TO_CARD)
    assert stage.terminal.awaits_card()


def test_an_abort_comes_too_late_once_the_host_is_asked() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_HOST + "> 06 B0 00\n< 84 83 00")
    stage.play(f"< {OUTCOME}\n> 06 B0 00\n< 84 83 00{TAKEN}")
    assert stage.terminal.taken_minor() == 1250


def test_a_dialect_knows_no_abort() -> None:
    stage = Stage(aborts_late=True)
    stage.play(REGISTRATION + UP_TO_CARD + "> 06 B0 00\n< 84 83 00")
    assert stage.terminal.awaits_card()


def test_a_silent_register_ends_the_invitation() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD.replace("> 80 00 00", ""))
    assert stage.passes(5.1) == b""
    assert not stage.terminal.awaits_card()
    stage.play(UP_TO_CARD)


def test_a_new_connection_starts_with_nothing_of_the_old_one() -> None:
    stage = Stage()
    stage.say(bytes.fromhex("05 01 00 06 01 0A 04"))
    stage.terminal.tick(0.1)
    stage.terminal.disconnected(0.1)
    stage.terminal.connected(0.1)
    assert stage.terminal.bytes_to_send() == b""
    stage.play(REGISTRATION)


def test_a_closed_connection_aborts_the_payment() -> None:
    stage = Stage()
    stage.play(REGISTRATION + UP_TO_CARD)
    stage.terminal.disconnected(stage.now)
    assert not stage.terminal.awaits_card()
    stage.terminal.connected(stage.now)
    stage.play(UP_TO_CARD)


@pytest.mark.parametrize("unanswered", Unanswered)
def test_a_connection_closed_on_held_money_follows_the_chosen_manual(
    unanswered: Unanswered,
) -> None:
    stage = Stage(unanswered=unanswered)
    stage.play(REGISTRATION + APPROVED)
    stage.terminal.disconnected(stage.now)
    assert stage.terminal.taken_minor() == (1250 if unanswered is Unanswered.KEPT else 0)


# Dialects and faults.


def test_a_late_success_is_booked_after_the_failure_was_told() -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    stage.terminal.faults.late_success_s = 9.0
    stage.play(UP_TO_HOST)
    assert stage.hears()[3:5] == b"\x27\x7d"
    stage.play("> 80 00 00\n< 06 1E 01 7D\n> 80 00 00")
    assert stage.terminal.taken_minor() == 0
    assert stage.passes(9.1) == b""
    assert booked(stage) == [(1, 1250, False)]
    assert stage.terminal.faults.late_success_s is None
    stage.play("> 06 20 05 00 00 00 03 03\n< 80 00 00")
    assert stage.hears()[:12] == bytes.fromhex("04 0F 55 27 00 04 00 00 00 00 12 50")


def test_a_register_that_prints_gets_its_lines() -> None:
    stage = Stage(printed_lines=2)
    line = " ".join(["20"] * 24)
    stage.play(REGISTRATION.replace("3E 09 78", "BE 09 78") + APPROVED)
    stage.play(f"> 80 00 00\n< 06 D1 19 00 {line}\n> 80 00 00\n< 06 D1 19 80 {line}{TAKEN}")


def test_a_register_that_builds_receipts_itself_gets_no_lines() -> None:
    stage = Stage(printed_lines=2)
    stage.play(REGISTRATION + APPROVED + TAKEN)


def test_tlv_comes_with_the_outcome_once_it_was_allowed() -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    stage.play(
        UP_TO_HOST.replace("06 01 0A", "06 01 0C").replace("49 09 78", "49 09 78 06 00")
        + f"< {OUTCOME.replace('04 0F 58', '04 0F 62')} 06 08 1F 10 01 00 1F 12 01 02"
    )


def test_tlv_comes_with_the_outcome_once_the_registration_allowed_it() -> None:
    stage = Stage()
    stage.play(REGISTRATION)
    stage.play("> 06 00 08 00 00 00 3E 09 78 06 00\n< 80 00 00")
    stage.hears()
    stage.play("> 80 00 00" + UP_TO_HOST)
    assert stage.hears().endswith(bytes.fromhex("06 08 1F 10 01 00 1F 12 01 02"))


def test_every_payment_has_numbers_of_its_own() -> None:
    stage = Stage()
    stage.play(REGISTRATION + APPROVED + TAKEN + UP_TO_HOST)
    said = stage.hears()
    assert said[16:23] == bytes.fromhex("00 00 02 87 00 02 29")
    assert CARD_PART.strip() in said.hex(" ").upper()
