"""The register's half of ZVT beside payments: registration, cures, receipts, speed, silence."""

import pytest

from kiosk_hw.hosts.register.orders import RECEIPTS_KEPT, OrderBook
from kiosk_hw.hosts.register.readiness import CURES_MAX
from kiosk_hw.hosts.register.serial_link import FRAMES_WAITING_MAX, SerialLink
from kiosk_hw.hosts.register.waiting import ORDERS_WAITING_MAX
from kiosk_hw.hosts.zvt_ecr import ZvtTerminal
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.receipt import Receipt
from kiosk_hw.ports.terminal import (
    AbortPayment,
    AskLastReceipt,
    AskTerminalStatus,
    Authorise,
    ChangeTerminalBaud,
    CloseDay,
    DayClosed,
    DiagnoseTerminal,
    InitialiseTerminal,
    IssueGoods,
    LastReceiptKnown,
    LastReceiptUnknown,
    LogOffTerminal,
    PaymentNotTaken,
    ReversalMade,
    ReversalRefused,
    ReversalUnclear,
    ReverseReceipt,
    TerminalBlocked,
    TerminalEvent,
    TerminalReady,
    TerminalSilent,
)
from kiosk_hw.terminals import zvt_serial
from kiosk_hw.zvt.serial_framing import frame
from link.zvt_bench import (
    ACCEPTED,
    ENQUIRY,
    HELD_1250,
    ORDER,
    REGISTER,
    REGISTERED,
    TWELVE_FIFTY,
    WITHHELD,
    Bench,
)

LINES = pytest.mark.parametrize("serial", [True, False], ids=["serial", "tcp"])
COMPLETED = "060f00"
READY = "060f0100"
REVERSE = ReverseReceipt("order-1", 42, TWELVE_FIFTY)
REVERSE_42 = "063010 000000 870042 04000000001250 490978".replace(" ", "")
END_OF_DAY = "065003000000"
DIAGNOSE = "067000"
INITIALISE = "069303000000"
LAST_RECEIPT = "0620050000000303"


def kinds(events: list[TerminalEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


@LINES
def test_a_new_link_registers_asks_the_status_and_is_ready(serial: bool) -> None:
    bench = Bench(serial)
    bench.up()
    assert bench.heard() == [REGISTER]
    bench.say(ACCEPTED)
    assert bench.heard() == []
    bench.say(REGISTERED)
    assert bench.heard() == [ACCEPTED, ENQUIRY]
    bench.say(ACCEPTED, READY)
    assert bench.heard() == [ACCEPTED]
    assert bench.events() == [TerminalReady("12345678")]
    assert bench.party.deadline() == bench.now + 10.0


def test_an_idle_terminal_is_asked_within_a_minute_and_told_of_only_on_change() -> None:
    bench = Bench().make_ready()
    bench.wait(10.0)
    assert bench.heard() == [ENQUIRY]
    bench.say(ACCEPTED, READY)
    assert bench.events() == []
    bench.wait(10.0)
    bench.say(ACCEPTED, "060f01e2")
    (event,) = bench.events()
    assert isinstance(event, TerminalBlocked)
    assert event.status == 0xE2
    assert "clean the reader" in event.cure


def test_asking_for_the_status_is_answered_even_without_change() -> None:
    bench = Bench().make_ready()
    bench.order(AskTerminalStatus())
    bench.say(ACCEPTED, READY)
    assert bench.events() == [TerminalReady("12345678")]


def test_a_status_with_a_version_or_none_at_all_is_understood() -> None:
    for report in ("060f0bf0f0f7322e31342e313500", COMPLETED):
        bench = Bench()
        bench.up()
        bench.say(ACCEPTED, REGISTERED, ACCEPTED, report)
        assert kinds(bench.events()) == ["TerminalReady"]


@pytest.mark.parametrize(
    ("status", "cure"),
    [("51", INITIALISE), ("c2", DIAGNOSE), ("62", DIAGNOSE), ("f0", END_OF_DAY)],
)
def test_a_safe_cure_is_tried_and_the_status_asked_again(status: str, cure: str) -> None:
    bench = Bench()
    bench.up()
    bench.say(ACCEPTED, REGISTERED, ACCEPTED, "060f01" + status)
    (event,) = bench.events()
    assert isinstance(event, TerminalBlocked)
    assert event.status == int(status, 16)
    assert bench.heard()[-1] == cure
    bench.say(ACCEPTED, COMPLETED)
    assert bench.heard()[-1] == ENQUIRY
    bench.say(ACCEPTED, READY)
    assert kinds(bench.events())[-1] == "TerminalReady"


def test_cures_are_bounded_until_the_terminal_was_ready() -> None:
    bench = Bench()
    bench.up()
    bench.say(ACCEPTED, REGISTERED)
    for _ in range(CURES_MAX + 3):
        bench.say(ACCEPTED, "060f01c2")
        if bench.heard()[-1] == DIAGNOSE:
            bench.say(ACCEPTED, "061e01c2")
        else:
            bench.wait(10.0)
    assert f"cures={CURES_MAX}" in repr(bench.party)
    assert kinds(bench.events()) == ["TerminalBlocked"]


@pytest.mark.parametrize("status", ["dc", "df", "e1", "e2", "e3", "e4"])
def test_what_only_a_person_can_cure_is_told_and_asked_for_again(status: str) -> None:
    bench = Bench()
    bench.up()
    bench.say(ACCEPTED, REGISTERED, ACCEPTED, "060f01" + status)
    assert kinds(bench.events()) == ["TerminalBlocked"]
    bench.heard()
    bench.wait(10.0)
    assert bench.heard() == [ENQUIRY]


def test_a_busy_terminal_is_asked_again_soon() -> None:
    bench = Bench()
    bench.up()
    bench.say(ACCEPTED, REGISTERED, "849c00")
    assert kinds(bench.events()) == ["TerminalBlocked"]
    bench.heard()
    bench.wait(2.0)
    assert bench.heard() == [ENQUIRY]


def test_a_refused_registration_is_told_and_tried_again_plainly() -> None:
    bench = Bench()
    bench.up()
    bench.heard()
    bench.say("848300")
    (event,) = bench.events()
    assert isinstance(event, TerminalBlocked)
    assert event.status == 0x83
    assert bench.heard() == []
    bench.wait(5.0)
    assert bench.heard() == ["0600060000003e0978"]
    bench.say("841e016f")
    (event,) = bench.events()
    assert isinstance(event, TerminalBlocked)
    assert event.status == 0x6F
    assert "currency" in event.cure


def test_a_payment_that_ends_with_a_status_code_asks_for_the_status() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    bench.heard()
    bench.say("061e01f0")
    assert bench.heard() == [ACCEPTED, ENQUIRY]


def test_cures_are_tried_anew_once_the_terminal_was_ready() -> None:
    bench = Bench().make_ready()
    for _ in range(CURES_MAX + 1):
        bench.order(AskTerminalStatus())
        bench.say(ACCEPTED, "060f01c2")
        assert bench.heard()[-1] == DIAGNOSE
        bench.say(ACCEPTED, COMPLETED, ACCEPTED, READY)


def test_money_held_while_we_register_is_let_go() -> None:
    bench = Bench()
    bench.up()
    bench.say(ACCEPTED)
    bench.heard()
    bench.say(HELD_1250)
    assert bench.heard() == [WITHHELD]


# Silence.


@LINES
def test_a_silent_terminal_is_told_once_and_registered_again_at_a_pace(serial: bool) -> None:
    bench = Bench(serial)
    bench.up()
    bench.wait(35.0)
    assert bench.heard() == [REGISTER] * 4
    events = kinds(bench.events())
    assert events[0] == "TerminalSilent"
    assert set(events[1:]) == {"TerminalNowhere"}
    bench.wait(5.0)
    bench.say(ACCEPTED, REGISTERED, ACCEPTED, READY)
    assert kinds(bench.events())[-1] == "TerminalReady"


def test_each_silence_is_told() -> None:
    bench = Bench()
    for _ in range(3):
        bench.make_ready()
        bench.down()
        assert kinds(bench.events()) == ["TerminalSilent"]


def test_a_repeated_report_is_answered_before_the_next_command() -> None:
    bench = Bench().make_ready()
    bench.order(AskTerminalStatus())
    bench.say(ACCEPTED)
    bench.heard()
    bench.acks = False
    bench.say(READY)
    bench.order(ORDER)
    bench.say(READY)
    assert bench.heard() == [ACCEPTED, ACCEPTED]
    bench.give(b"\x06")
    assert [apdu[:4] for apdu in bench.heard()] == ["0601"]


def test_a_frame_is_sent_three_times_without_an_ack() -> None:
    bench = Bench()
    bench.acks = False
    bench.up()
    bench.wait(14.9)
    assert bench.heard() == [REGISTER] * 3
    assert bench.events() == []
    bench.wait(0.1)
    assert bench.events() == [TerminalSilent("no acknowledgement came (T2), 3 times")]


def test_a_frame_is_sent_three_times_against_naks_and_no_more() -> None:
    bench = Bench()
    bench.acks = False
    bench.up()
    for _ in range(3):
        bench.give(b"\x15")
    assert bench.heard() == [REGISTER] * 3
    assert kinds(bench.events()) == ["TerminalSilent"]
    bench.give(b"\x15\x15")
    assert bench.heard() == []
    assert "naks_received=3" in repr(bench.party), "what follows answers the search"


def test_t3_runs_from_the_acknowledgement() -> None:
    bench = Bench()
    bench.acks = False
    bench.up()
    bench.wait(4.0)
    bench.give(b"\x06")
    bench.wait(4.9)
    assert bench.events() == []
    bench.wait(0.1)
    assert bench.events() == [TerminalSilent("no answer (T3) came from the terminal")]


def test_a_bad_crc_is_answered_with_nak_and_the_repeat_is_heard() -> None:
    bench = Bench()
    bench.up()
    bench.give(bytes.fromhex("1002 800000 1003 f51e"))
    assert bench.answers == ["nak"]
    bench.say(ACCEPTED)
    assert bench.answers == ["nak", "ack"]


def test_a_pause_within_a_block_is_answered_with_nak() -> None:
    bench = Bench()
    bench.up()
    block = frame(bytes.fromhex(ACCEPTED))
    bench.give(block[:5])
    bench.wait(0.19)
    assert bench.answers == []
    bench.give(block[5:6])
    bench.wait(0.2)
    assert bench.answers == ["nak"]
    bench.give(block[6:])
    bench.wait(0.2)
    bench.say(ACCEPTED, REGISTERED)
    assert bench.heard()[-1] == ENQUIRY


def test_a_pause_that_no_tick_saw_cuts_the_block_all_the_same() -> None:
    bench = Bench()
    bench.up()
    block = frame(bytes.fromhex(ACCEPTED))
    bench.give(block[:5])
    bench.now += 0.3
    bench.give(block[5:])
    assert bench.answers == ["nak"]


def test_every_block_is_acknowledged_before_it_is_answered() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.raw = b""
    bench.say(ACCEPTED)
    assert bench.raw == b"\x06"
    bench.say("04ff010a")
    assert bench.raw == b"\x06\x06" + bytes.fromhex("1002800000 1003f51f")


def test_a_command_waits_until_our_last_answer_is_acknowledged() -> None:
    bench = Bench().make_ready()
    bench.order(AskTerminalStatus())
    bench.say(ACCEPTED)
    bench.heard()
    bench.acks = False
    bench.say(READY)
    bench.order(ORDER)
    assert bench.heard() == [ACCEPTED]
    bench.acks = True
    bench.give(b"\x06")
    assert [apdu[:4] for apdu in bench.heard()] == ["0601"]


@pytest.mark.parametrize("noise", [b"\x06", b"\x15", b"\xff\x00\x06", b"\x10\x02\x10\x03\x00\x00"])
def test_noise_on_an_idle_line_means_nothing(noise: bytes) -> None:
    bench = Bench().make_ready()
    bench.give(noise)
    bench.wait(1.0)
    assert bench.events() == []
    assert bench.heard() == []


def test_bytes_without_a_link_are_not_read() -> None:
    bench = Bench().make_ready()
    bench.down()
    bench.events()
    bench.say(HELD_1250)
    assert bench.heard() == []
    assert bench.party.deadline() == NEVER


def test_a_tcp_stream_out_of_step_is_told() -> None:
    bench = Bench(serial=False).make_ready()
    bench.give(bytes.fromhex("040fffffff"))
    assert bench.events() == [TerminalSilent("the stream is out of step")]


# Receipts and reversals.


def test_the_last_receipt_is_known_by_its_status_information() -> None:
    bench = Bench().make_ready()
    bench.order(AskLastReceipt())
    assert bench.heard() == [LAST_RECEIPT]
    bench.say(ACCEPTED, HELD_1250, COMPLETED)
    assert bench.heard() == [ACCEPTED, ACCEPTED]
    assert bench.events() == [LastReceiptKnown(Receipt(42, TWELVE_FIFTY, 471, "12345678"))]


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([ACCEPTED, COMPLETED], "LastReceiptUnknown"),
        ([ACCEPTED, "040f0227ff", COMPLETED], "LastReceiptUnknown"),
        ([ACCEPTED, "040f022700", COMPLETED], "LastReceiptUnknown"),
        ([ACCEPTED, "061e0183"], "LastReceiptUnknown"),
        (["848300"], "LastReceiptUnknown"),
        ([ACCEPTED, "061e01b8"], "LastReceiptKnown"),
    ],
)
def test_a_receipt_that_is_not_named_is_not_known(steps: list[str], kind: str) -> None:
    bench = Bench().make_ready()
    bench.order(AskLastReceipt())
    bench.say(*steps)
    assert kinds(bench.events()) == [kind]


def test_a_reversal_as_last_booking_says_so() -> None:
    bench = Bench().make_ready()
    bench.order(AskLastReceipt())
    bench.say(ACCEPTED, "040f102700040000000012508700433700 0471".replace(" ", ""), COMPLETED)
    (event,) = bench.events()
    assert isinstance(event, LastReceiptKnown)
    assert event.receipt is not None
    assert event.receipt.reversed


# What the terminal told about the reversal of receipt 42 over 12.50, and what that means.
REVERSALS: list[tuple[str, list[str], str]] = [
    ("same receipt", ["040f0c27000400000000125087 0042", COMPLETED], "ReversalMade"),
    (
        "own receipt, our trace",
        ["040f10 2700 04000000001250 870043 37000042", COMPLETED],
        "ReversalMade",
    ),
    ("another receipt", ["040f0c 2700 04000000001250 870343", COMPLETED], "ReversalUnclear"),
    (
        "another trace",
        ["040f10 2700 04000000001250 870043 37000041", COMPLETED],
        "ReversalUnclear",
    ),
    ("another amount", ["040f0c 2700 04000000000333 870042", COMPLETED], "ReversalUnclear"),
    ("no amount", ["040f05 2700 870042", COMPLETED], "ReversalUnclear"),
    ("no receipt", ["040f09 2700 04000000001250", COMPLETED], "ReversalUnclear"),
    ("06 0F alone", [COMPLETED], "ReversalUnclear"),
    ("unreadable", ["040f02 0400", COMPLETED], "ReversalUnclear"),
    ("reversed, then 06 1E", ["040f0c 2700 04000000001250 870042", "061e016c"], "ReversalUnclear"),
    ("already reversed", ["061e01b4"], "ReversalRefused"),
    ("result, then 06 1E", ["040f02 27b5", "061e01b5"], "ReversalRefused"),
    ("result, then 06 0F", ["040f02 27b5", COMPLETED], "ReversalRefused"),
]


@pytest.mark.parametrize(
    ("steps", "kind"), [r[1:] for r in REVERSALS], ids=[r[0] for r in REVERSALS]
)
def test_a_reversal_counts_only_for_the_receipt_and_amount_asked_for(
    steps: list[str], kind: str
) -> None:
    bench = Bench().make_ready()
    bench.order(REVERSE)
    assert bench.heard() == [REVERSE_42]
    bench.say(ACCEPTED, *(step.replace(" ", "") for step in steps))
    assert kinds(bench.events()) == [kind]


def test_a_reversal_is_checked_against_the_trace_that_its_payment_had() -> None:
    for trace, verdict in (("000471", "ReversalMade"), ("000042", "ReversalUnclear")):
        bench = Bench().make_issued()
        bench.say(COMPLETED)
        bench.order(REVERSE)
        bench.say(ACCEPTED, f"040f1027000400000000125087004337{trace}", COMPLETED)
        assert kinds(bench.events())[-1] == verdict


def test_a_refused_reversal_tells_its_code() -> None:
    bench = Bench().make_ready()
    bench.order(REVERSE)
    bench.say("84b500")
    (event,) = bench.events()
    assert isinstance(event, ReversalRefused)
    assert event.code == 0xB5


def test_a_reversal_is_unclear_when_the_link_is_lost_and_never_sent_again() -> None:
    bench = Bench().make_ready()
    bench.order(REVERSE)
    bench.down()
    bench.up()
    bench.say(ACCEPTED, REGISTERED, ACCEPTED, READY)
    assert bench.heard().count(REVERSE_42) == 1
    assert kinds(bench.events()) == ["ReversalUnclear", "TerminalSilent", "TerminalReady"]


# Orders of a technician.


def test_the_day_is_closed_and_its_totals_dropped() -> None:
    bench = Bench().make_ready()
    bench.order(CloseDay())
    assert bench.heard() == [END_OF_DAY]
    bench.say(ACCEPTED, "040f0927 0004000000001250".replace(" ", ""), COMPLETED)
    assert bench.events() == [DayClosed(True)]
    bench.say(ACCEPTED, READY)
    bench.order(CloseDay())
    bench.events()
    bench.say(ACCEPTED, "061e0177")
    (event,) = bench.events()
    assert isinstance(event, DayClosed)
    assert not event.ok


@pytest.mark.parametrize(
    ("order", "apdu"), [(DiagnoseTerminal(), DIAGNOSE), (InitialiseTerminal(), INITIALISE)]
)
def test_diagnosis_and_initialisation_end_with_a_status(
    order: DiagnoseTerminal | InitialiseTerminal, apdu: str
) -> None:
    bench = Bench().make_ready()
    bench.order(order)
    assert bench.heard() == [apdu]
    bench.say(ACCEPTED, "040108aa2611220c172500")
    bench.say(COMPLETED)
    assert bench.heard()[-1] == ENQUIRY
    bench.say(ACCEPTED, READY)
    assert kinds(bench.events()) == ["TerminalReady"]


def test_a_log_off_ends_everything_until_the_next_link() -> None:
    bench = Bench().make_ready()
    bench.order(LogOffTerminal())
    assert bench.heard() == ["060200"]
    bench.say(ACCEPTED)
    bench.wait(300.0)
    assert bench.heard() == []
    assert bench.party.deadline() == NEVER
    bench.order(ORDER)
    assert kinds(bench.events()) == ["PaymentNotTaken"]
    bench.acks = False
    bench.say("04ff010a")
    bench.wait(60.0)
    assert bench.heard() == [ACCEPTED] * 3
    bench.up()
    assert bench.heard() == [REGISTER]


def test_a_baud_change_is_answered_at_the_old_rate_and_holds_after_two_seconds() -> None:
    bench = Bench().make_ready()
    bench.order(ChangeTerminalBaud(115200))
    assert bench.heard() == ["08400107"]
    bench.say(ACCEPTED)
    bench.wait(1.9)
    bench.order(AskLastReceipt())
    assert bench.party.line.baud == 9600
    assert bench.heard() == []
    bench.wait(0.1)
    assert str(bench.party.line) == "115200 8N2"
    assert bench.heard() == [REGISTER]
    bench.say(ACCEPTED, REGISTERED, ACCEPTED, READY)
    assert kinds(bench.events()) == ["TerminalReady"]


def test_a_terminal_that_does_not_follow_the_new_rate_is_found_at_the_old_one() -> None:
    bench = Bench().make_ready()
    bench.order(ChangeTerminalBaud(57600))
    bench.say(ACCEPTED)
    bench.acks = False
    bench.wait(2.0 + 15.0)
    assert bench.party.line.baud == 9600
    bench.wait(5.0 + 15.0)
    assert bench.party.line.baud == 57600


def test_a_refused_baud_change_leaves_the_line_alone() -> None:
    bench = Bench().make_ready()
    bench.order(ChangeTerminalBaud(19200))
    bench.say("848300")
    bench.wait(10.0)
    assert bench.party.line.baud == 9600


@pytest.mark.parametrize(("serial", "baud"), [(True, 4800), (False, 19200)])
def test_an_impossible_speed_is_not_asked_for(serial: bool, baud: int) -> None:
    bench = Bench(serial).make_ready()
    bench.order(ChangeTerminalBaud(baud))
    assert bench.heard() == []
    assert "orders_refused=1" in repr(bench.party)


# Orders that wait.


def test_orders_wait_for_mastership_and_keep_their_turn() -> None:
    bench = Bench().make_approved()
    bench.order(AskLastReceipt())
    bench.order(AskTerminalStatus())
    assert bench.heard() == []
    bench.order(IssueGoods("order-1"))
    bench.say(HELD_1250, COMPLETED)
    assert bench.heard() == [ACCEPTED, ACCEPTED, LAST_RECEIPT]
    bench.say(ACCEPTED, HELD_1250, COMPLETED)
    assert bench.heard() == [ACCEPTED, ACCEPTED, ENQUIRY]


def test_an_abort_takes_nothing_but_its_own_payment_out_of_the_queue() -> None:
    bench = Bench().make_ready()
    bench.order(AskTerminalStatus())
    for order in (AskLastReceipt(), REVERSE, ORDER):
        bench.order(order)
    bench.order(AbortPayment("order-2"))
    assert bench.events() == []
    bench.order(AbortPayment("order-1"))
    assert kinds(bench.events()) == ["PaymentNotTaken"]
    assert "waiting=2" in repr(bench.party)


def test_too_many_waiting_orders_are_refused() -> None:
    bench = Bench().make_approved()
    for _ in range(ORDERS_WAITING_MAX):
        bench.order(AskLastReceipt())
    assert bench.events() == []
    bench.order(AskLastReceipt())
    assert bench.events() == [LastReceiptUnknown("too many orders wait")]
    assert f"waiting={ORDERS_WAITING_MAX}" in repr(bench.party)


def test_every_order_to_a_silent_terminal_is_answered_at_once() -> None:
    bench = Bench()
    bench.up()
    bench.wait(5.0)
    bench.events()
    for order in (ORDER, REVERSE, AskLastReceipt(), CloseDay(), AskTerminalStatus()):
        bench.order(order)
    assert kinds(bench.events()) == [
        "PaymentNotTaken",
        "ReversalRefused",
        "LastReceiptUnknown",
        "DayClosed",
        "TerminalSilent",
    ]


def test_waiting_orders_are_given_up_when_the_terminal_falls_silent() -> None:
    bench = Bench().make_ready()
    bench.order(AskLastReceipt())
    bench.order(REVERSE)
    bench.wait(5.0)
    assert kinds(bench.events()) == ["LastReceiptUnknown", "ReversalRefused", "TerminalSilent"]


def test_a_payment_that_waits_is_given_up_when_the_terminal_turns_out_blocked() -> None:
    bench = Bench().make_ready()
    bench.order(AskTerminalStatus())
    bench.order(ORDER)
    bench.say(ACCEPTED, "060f01df")
    events = bench.events()
    assert kinds(events) == ["TerminalBlocked", "PaymentNotTaken"]
    assert isinstance(events[1], PaymentNotTaken)
    assert events[1].code == 0xDF


def test_an_order_waits_through_registration() -> None:
    bench = Bench()
    bench.up()
    bench.order(AskLastReceipt())
    bench.say(ACCEPTED, REGISTERED, ACCEPTED, READY)
    assert bench.heard()[-1] == LAST_RECEIPT


def test_a_refused_registration_gives_up_what_waited() -> None:
    bench = Bench()
    bench.up()
    bench.order(AskLastReceipt())
    bench.say("84a000")
    assert kinds(bench.events()) == ["TerminalBlocked", "LastReceiptUnknown"]


# Bounds and repr.


def test_frames_behind_an_unacknowledged_one_are_bounded() -> None:
    link = SerialLink()
    for _ in range(FRAMES_WAITING_MAX + 1):
        link.send(b"\x80\x00\x00", 0.0)
    assert link.failure is None
    link.send(b"\x80\x00\x00", 0.0)
    assert link.failure is not None
    assert "frames_refused=1" in repr(link)


def test_remembered_receipts_are_bounded() -> None:
    book = OrderBook(zvt_serial.DEVICE, "000000", "EUR")
    for number in range(1, RECEIPTS_KEPT + 10):
        book.remember(number, number)
    assert len(book._traces) == RECEIPTS_KEPT


def test_a_currency_without_a_number_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="EUR"):
        ZvtTerminal(zvt_serial.DEVICE, currency="XXX")


def test_the_repr_shows_no_password() -> None:
    party = ZvtTerminal(zvt_serial.DEVICE, password="918273")
    party.connected(0.0)
    assert "918273" not in repr(party)
    assert "register" in repr(party)


@LINES
def test_ticking_at_the_deadline_always_moves_it(serial: bool) -> None:
    bench = Bench(serial)
    bench.acks = False
    bench.up()
    for _ in range(60):
        due = bench.party.deadline()
        bench.now = max(bench.now, due)
        bench.tick()
        assert bench.party.deadline() > bench.now


def test_ticking_early_is_harmless() -> None:
    bench = Bench().make_ready()
    before = repr(bench.party), bench.party.deadline()
    for _ in range(3):
        bench.tick()
    assert (repr(bench.party), bench.party.deadline()) == before
    assert bench.heard() == []


def test_a_new_link_without_a_word_that_the_old_one_went_is_a_loss() -> None:
    bench = Bench().make_approved()
    bench.up()
    assert kinds(bench.events()) == ["PaymentUnclear"]
    assert bench.heard() == [REGISTER]


def test_an_abort_without_a_payment_is_counted() -> None:
    bench = Bench().make_ready()
    bench.order(AbortPayment("order-1"))
    assert "misplaced=1" in repr(bench.party)
    assert bench.heard() == []


def test_a_reversal_in_a_currency_without_a_number_is_refused() -> None:
    bench = Bench().make_ready()
    bench.order(ReverseReceipt("order-1", 42, Money(1250, "XXX")))
    (event,) = bench.events()
    assert isinstance(event, ReversalRefused)
    assert not isinstance(event, ReversalMade | ReversalUnclear)


def test_an_order_for_a_payment_after_a_finished_one_is_new() -> None:
    bench = Bench().make_issued()
    bench.say(COMPLETED)
    bench.events()
    bench.order(Authorise("order-2", Money(300, "EUR")))
    bench.say(ACCEPTED, "040f09270004000000000300")
    assert kinds(bench.events()) == ["PaymentApproved"]
