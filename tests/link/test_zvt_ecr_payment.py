"""Payments through the register's half of ZVT, each step typed by hand, and their verdicts."""

import pytest

from kiosk_hw.ports.money import Money
from kiosk_hw.ports.receipt import Receipt
from kiosk_hw.ports.terminal import (
    AbortPayment,
    AskLastReceipt,
    Authorise,
    CardAwaited,
    CardPresented,
    IssueGoods,
    LastReceiptKnown,
    PaymentApproved,
    PaymentNotTaken,
    PaymentTaken,
    PaymentUnclear,
    TerminalEvent,
    TerminalSilent,
    WithholdGoods,
)
from link.zvt_bench import (
    ACCEPTED,
    ENQUIRY,
    HELD_1250,
    NOT_YET,
    ORDER,
    PAY_1250,
    REGISTER,
    TWELVE_FIFTY,
    WITHHELD,
    Bench,
)

RECEIPT = Receipt(42, TWELVE_FIFTY, 471, "12345678")
LINES = pytest.mark.parametrize("serial", [True, False], ids=["serial", "tcp"])
DECLINED_05 = "040f022705"
ABORTED_05 = "061e0105"
ABORTED_6C = "061e016c"
COMPLETED = "060f00"


def kinds(events: list[TerminalEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


@LINES
def test_a_payment_is_taken_only_after_the_barrier_opened(serial: bool) -> None:
    bench = Bench(serial).make_ready()
    bench.order(ORDER)
    assert bench.heard() == [PAY_1250]
    bench.say(ACCEPTED, "04ff010a", "04ff010a", "04ff010e", "04ff0144")
    assert bench.events() == [CardAwaited("order-1"), CardPresented("order-1")]
    assert bench.heard() == [ACCEPTED] * 4
    bench.say(HELD_1250)
    assert bench.events() == [PaymentApproved("order-1", RECEIPT)]
    assert bench.heard() == [NOT_YET]
    bench.wait(2.0)
    bench.say(HELD_1250)
    assert bench.heard() == [NOT_YET]
    bench.order(IssueGoods("order-1"))
    assert bench.heard() == []
    bench.wait(2.0)
    bench.say(HELD_1250)
    assert bench.heard() == [ACCEPTED]
    assert bench.events() == []
    bench.say(COMPLETED)
    assert bench.heard() == [ACCEPTED]
    assert bench.events() == [PaymentTaken("order-1", RECEIPT)]


# What the terminal said after 80 00 to 06 01, what the lane decided, and what that means.
MEANINGS: list[tuple[str, list[str], str]] = [
    ("declined, then 06 1E", [DECLINED_05, ABORTED_05], "PaymentNotTaken"),
    ("declined, then 06 0F: some dialects", [DECLINED_05, COMPLETED], "PaymentNotTaken"),
    ("06 1E alone", [ABORTED_6C], "PaymentNotTaken"),
    ("06 1E without a code", ["061e00"], "PaymentNotTaken"),
    ("06 0F alone never means paid", [COMPLETED], "PaymentUnclear"),
    ("held, never issued, 06 0F", [HELD_1250, COMPLETED], "PaymentUnclear"),
    ("held, never issued, 06 1E", [HELD_1250, ABORTED_6C], "PaymentNotTaken"),
    ("held, goods timeout", [HELD_1250, "040f02276c", ABORTED_6C], "PaymentNotTaken"),
    ("issued, never answered, 06 0F", [HELD_1250, "issue", COMPLETED], "PaymentUnclear"),
    ("issued, never answered, 06 1E", [HELD_1250, "issue", ABORTED_6C], "PaymentNotTaken"),
    ("issued", [HELD_1250, "issue", HELD_1250, COMPLETED], "PaymentTaken"),
    ("issued twice", [HELD_1250, "issue", HELD_1250, HELD_1250, COMPLETED], "PaymentTaken"),
    ("issued, then 06 1E", [HELD_1250, "issue", HELD_1250, ABORTED_6C], "PaymentUnclear"),
    (
        "issued, then declined",
        [HELD_1250, "issue", HELD_1250, "040f02276c", COMPLETED],
        "PaymentUnclear",
    ),
    ("withheld", [HELD_1250, "withhold", HELD_1250, ABORTED_6C], "PaymentNotTaken"),
    ("withheld, then 06 0F", [HELD_1250, "withhold", HELD_1250, COMPLETED], "PaymentUnclear"),
    (
        "withheld stays withheld",
        [HELD_1250, "withhold", "issue", HELD_1250, ABORTED_6C],
        "PaymentNotTaken",
    ),
    ("withheld by an abort", [HELD_1250, "abort", HELD_1250, ABORTED_6C], "PaymentNotTaken"),
    (
        "issued too early does not count",
        ["issue", HELD_1250, COMPLETED],
        "PaymentUnclear",
    ),
    ("status without result", ["040f0304ffff", ABORTED_6C], "PaymentUnclear"),
    ("status cut off", ["040f020405", ABORTED_6C], "PaymentUnclear"),
]

DECISIONS = {
    "issue": IssueGoods("order-1"),
    "withhold": WithholdGoods("order-1"),
    "abort": AbortPayment("order-1"),
}


@LINES
@pytest.mark.parametrize(
    ("steps", "verdict"), [row[1:] for row in MEANINGS], ids=[m[0] for m in MEANINGS]
)
def test_a_dialogue_has_one_verdict(serial: bool, steps: list[str], verdict: str) -> None:
    bench = Bench(serial).make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    for step in steps:
        if step in DECISIONS:
            bench.order(DECISIONS[step])
        else:
            bench.say(step)
    finals = [
        kind for kind in kinds(bench.events()) if kind not in ("PaymentApproved", "CardAwaited")
    ]
    assert finals == [verdict]


@pytest.mark.parametrize(
    "held",
    [
        "040f09270004000000001251",
        "040f0c270004000000001250490756",
        "040f022700",
        "040f09270004ee0000001250",
    ],
    ids=["another amount", "another currency", "no amount", "a masked amount"],
)
def test_money_held_for_anything_else_is_withheld_and_unclear(held: str) -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED, held)
    assert bench.heard()[-1] == WITHHELD
    assert kinds(bench.events()) == ["PaymentUnclear"]
    bench.order(IssueGoods("order-1"))
    bench.say(held)
    assert bench.heard() == [WITHHELD]
    bench.say(COMPLETED)
    assert bench.events() == []


def test_a_held_status_without_currency_is_ours() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED, "040f09270004000000001250")
    assert kinds(bench.events()) == ["PaymentApproved"]


def test_the_hosts_own_code_reaches_the_lane() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED, DECLINED_05, ABORTED_6C)
    (event,) = bench.events()
    assert isinstance(event, PaymentNotTaken)
    assert (event.code, event.why) == (5, "the issuer declined the card; try another card")


def test_a_refused_authorisation_charges_nothing() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say("841e016f")
    (event,) = bench.events()
    assert isinstance(event, PaymentNotTaken)
    assert event.code == 0x6F


LOST: list[tuple[str, list[str], str]] = [
    ("06 01 left", [], "PaymentUnclear"),
    ("accepted", [ACCEPTED], "PaymentUnclear"),
    ("card awaited", [ACCEPTED, "04ff010a"], "PaymentUnclear"),
    ("held", [ACCEPTED, HELD_1250], "PaymentUnclear"),
    ("issued", [ACCEPTED, HELD_1250, "issue", HELD_1250], "PaymentUnclear"),
    ("withheld", [ACCEPTED, HELD_1250, "withhold", HELD_1250], "PaymentUnclear"),
    ("declined", [ACCEPTED, DECLINED_05], "PaymentNotTaken"),
]
LOSSES = pytest.mark.parametrize(
    ("steps", "verdict"), [r[1:] for r in LOST], ids=[r[0] for r in LOST]
)


def after(serial: bool, steps: list[str]) -> Bench:
    bench = Bench(serial).make_ready()
    bench.order(ORDER)
    for step in steps:
        if step in DECISIONS:
            bench.order(DECISIONS[step])
        else:
            bench.say(step)
    bench.events()
    bench.heard()
    return bench


@LINES
@LOSSES
def test_a_link_lost_after_06_01_leaves_the_payment_unclear(
    serial: bool, steps: list[str], verdict: str
) -> None:
    bench = after(serial, steps)
    bench.down()
    events = kinds(bench.events())
    assert events[:2] == [verdict, "TerminalSilent"]
    assert set(events[2:]) <= {"TerminalNowhere"}


@LINES
@LOSSES
def test_a_silent_terminal_leaves_the_payment_unclear_and_is_never_asked_again(
    serial: bool, steps: list[str], verdict: str
) -> None:
    bench = after(serial, steps)
    bench.wait(200.0)
    events = kinds(bench.events())
    assert events[:2] == [verdict, "TerminalSilent"]
    assert set(events[2:]) <= {"TerminalNowhere"}
    assert set(bench.heard()) == {REGISTER}


def test_a_link_lost_before_06_01_left_takes_nothing() -> None:
    bench = Bench().make_ready()
    bench.order(AskLastReceipt())
    bench.order(ORDER)
    bench.down()
    assert kinds(bench.events()) == ["LastReceiptUnknown", "PaymentNotTaken", "TerminalSilent"]
    assert PAY_1250 not in bench.heard()


@pytest.mark.parametrize("state", ["never up", "down", "silent", "blocked"])
def test_an_authorisation_without_a_ready_terminal_takes_nothing(state: str) -> None:
    bench = Bench()
    match state:
        case "down":
            bench.make_ready().down()
        case "silent":
            bench.up()
            bench.wait(5.0)
        case "blocked":
            bench.up()
            bench.say(ACCEPTED, "060f00", ACCEPTED, "060f01df")
    bench.events()
    bench.heard()
    bench.order(ORDER)
    assert bench.party.deadline() <= bench.now
    (event,) = bench.events()
    assert isinstance(event, PaymentNotTaken)
    assert event.code == 0xA0
    assert PAY_1250 not in bench.heard()


def test_an_authorisation_waits_through_a_registration_and_then_leaves_once() -> None:
    bench = Bench()
    bench.up()
    bench.order(ORDER)
    assert bench.events() == []
    assert PAY_1250 not in bench.heard()
    bench.say(ACCEPTED, "060f00", ACCEPTED, "060f0100")
    assert kinds(bench.events()) == ["TerminalReady"]
    assert bench.heard().count(PAY_1250) == 1


def test_an_authorisation_that_waits_is_given_up_with_a_terminal_that_turns_out_blocked() -> None:
    bench = Bench()
    bench.up()
    bench.order(ORDER)
    bench.say(ACCEPTED, "060f00", ACCEPTED, "060f01df")
    assert kinds(bench.events()) == ["TerminalBlocked", "PaymentNotTaken"]
    assert PAY_1250 not in bench.heard()


def test_a_terminal_that_forgot_our_registration_is_registered_again() -> None:
    """Its power failed for a moment and nobody saw it: 05 01 still says ready."""
    bench = Bench().make_ready()
    bench.events()
    bench.order(ORDER)
    bench.heard()
    bench.say("848300")
    assert kinds(bench.events()) == ["PaymentNotTaken"]
    assert REGISTER in bench.heard()


def test_a_second_payment_waits_for_nobody() -> None:
    bench = Bench().make_approved()
    bench.order(Authorise("order-2", Money(300, "EUR")))
    (event,) = bench.events()
    assert isinstance(event, PaymentNotTaken)
    assert (event.order_id, event.code) == ("order-2", 0x9C)
    assert bench.heard() == []


def test_a_currency_without_a_number_takes_nothing() -> None:
    bench = Bench().make_ready()
    bench.order(Authorise("order-2", Money(300, "XXX")))
    assert kinds(bench.events()) == ["PaymentNotTaken"]
    assert bench.heard() == []


def test_an_unacknowledged_issue_of_goods_is_never_paid() -> None:
    bench = Bench().make_approved()
    bench.order(IssueGoods("order-1"))
    bench.acks = False
    bench.say(HELD_1250)
    assert bench.heard() == [ACCEPTED]
    bench.say(COMPLETED)
    assert kinds(bench.events()) == ["PaymentUnclear"]


def test_an_acknowledgement_and_the_completion_may_come_in_one_read() -> None:
    bench = Bench().make_approved()
    bench.order(IssueGoods("order-1"))
    bench.acks = False
    bench.say(HELD_1250)
    bench.give(bytes.fromhex("06 1002060f001003c633"))
    assert kinds(bench.events()) == ["PaymentTaken"]


def test_a_repeated_issue_of_goods_that_arrives_is_paid() -> None:
    bench = Bench().make_approved()
    bench.order(IssueGoods("order-1"))
    bench.acks = False
    bench.say(HELD_1250)
    bench.give(b"\x15")
    bench.acks = True
    bench.wait(5.0)
    assert bench.heard() == [ACCEPTED] * 3
    bench.say(COMPLETED)
    assert kinds(bench.events()) == ["PaymentTaken"]


def test_a_repeated_status_is_answered_again_and_told_once() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    bench.acks = False
    bench.say(HELD_1250, HELD_1250)
    assert bench.heard()[1:] == [NOT_YET, NOT_YET]
    assert kinds(bench.events()) == ["PaymentApproved"]
    assert "acks_missed=1" in repr(bench.party)


def test_t4_starts_again_with_every_word_of_the_terminal() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    for _ in range(4):
        bench.wait(179.0)
        bench.say("04ff010a")
    bench.wait(179.0)
    assert kinds(bench.events()) == ["CardAwaited"]
    bench.wait(1.0)
    assert kinds(bench.events()) == ["PaymentUnclear", "TerminalSilent"]


def test_an_intermediate_status_may_lengthen_t4_in_minutes() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED, "04ff020a10")
    bench.wait(599.0)
    assert kinds(bench.events()) == ["CardAwaited"]
    bench.wait(1.0)
    assert kinds(bench.events()) == ["PaymentUnclear", "TerminalSilent"]


def test_t3_makes_the_payment_unclear() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.wait(4.9)
    assert bench.events() == []
    bench.wait(0.1)
    assert bench.events() == [
        PaymentUnclear("order-1", "no answer (T3) came from the terminal"),
        TerminalSilent("no answer (T3) came from the terminal"),
    ]


def test_an_abort_goes_out_while_the_terminal_is_master() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED, "04ff010a")
    bench.heard()
    bench.order(AbortPayment("order-1"))
    assert bench.heard() == ["06b000"]
    bench.say(ACCEPTED, "040f02276c", ABORTED_6C)
    assert kinds(bench.events()) == ["CardAwaited", "PaymentNotTaken"]


def test_an_abort_waits_for_the_answer_to_06_01() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.order(AbortPayment("order-1"))
    assert bench.heard() == [PAY_1250]
    bench.say(ACCEPTED)
    assert bench.heard() == ["06b000"]


def test_a_refused_abort_lets_the_payment_go_on() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    bench.order(AbortPayment("order-1"))
    bench.say("848300", HELD_1250)
    bench.order(IssueGoods("order-1"))
    bench.say(HELD_1250, COMPLETED)
    assert kinds(bench.events()) == ["PaymentApproved", "PaymentTaken"]
    assert "aborts_refused=1" in repr(bench.party)


def test_a_second_abort_waits_for_the_answer_to_the_first() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    bench.heard()
    bench.order(AbortPayment("order-1"))
    bench.order(AbortPayment("order-1"))
    assert bench.heard() == ["06b000"]
    bench.wait(5.0)
    bench.order(AbortPayment("order-1"))
    assert bench.heard() == ["06b000"]


def test_an_abort_of_a_payment_that_waits_keeps_it_from_leaving() -> None:
    bench = Bench().make_ready()
    bench.order(AskLastReceipt())
    bench.order(ORDER)
    bench.order(AbortPayment("order-1"))
    assert kinds(bench.events()) == ["PaymentNotTaken"]
    bench.say(ACCEPTED, "061e0164")
    assert PAY_1250 not in bench.heard()


def test_words_about_another_order_change_nothing() -> None:
    bench = Bench().make_approved()
    bench.order(IssueGoods("order-0"))
    bench.order(WithholdGoods("order-0"))
    bench.order(AbortPayment("order-0"))
    bench.say(HELD_1250)
    assert bench.heard() == [NOT_YET]
    assert "misplaced=3" in repr(bench.party)


def test_a_word_that_came_too_late_to_withhold_is_counted() -> None:
    bench = Bench().make_issued()
    bench.order(WithholdGoods("order-1"))
    bench.say(HELD_1250)
    assert bench.heard() == [ACCEPTED]
    assert "misplaced=1" in repr(bench.party)


def test_late_bytes_of_a_payment_never_count_for_the_next() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED, "04ff010a")
    bench.wait(185.0)
    bench.say(ACCEPTED, "060f00", ACCEPTED, "060f0100")
    bench.events()
    bench.order(Authorise("order-2", TWELVE_FIFTY))
    bench.heard()
    bench.say(HELD_1250, COMPLETED, "04ff0104")
    assert bench.events() == []
    assert bench.heard() == [WITHHELD, ACCEPTED, ACCEPTED]
    assert "strays=3" in repr(bench.party)


def test_money_still_held_after_a_lost_link_is_let_go() -> None:
    bench = Bench().make_approved()
    bench.down()
    bench.up()
    bench.heard()
    bench.say(HELD_1250)
    assert bench.heard() == [WITHHELD]


def test_money_still_held_after_a_lost_link_is_taken_if_the_barrier_opened() -> None:
    bench = Bench().make_approved()
    bench.order(IssueGoods("order-1"))
    bench.down()
    bench.up()
    bench.heard()
    bench.say("040f09270004000000000300", HELD_1250)
    assert bench.heard() == [WITHHELD, ACCEPTED]
    assert kinds(bench.events()) == ["PaymentUnclear", "TerminalSilent"]


def test_an_unclear_payment_is_settled_by_the_last_receipt() -> None:
    bench = Bench().make_issued()
    bench.down()
    bench.up()
    bench.events()
    bench.order(AskLastReceipt())
    bench.say(ACCEPTED, "060f00", ACCEPTED, "060f0100")
    assert bench.heard()[-1] == "0620050000000303"
    bench.say(ACCEPTED, HELD_1250)
    assert bench.heard() == [ACCEPTED]
    bench.say(COMPLETED)
    assert LastReceiptKnown(RECEIPT) in bench.events()
    assert ENQUIRY not in bench.heard()


def test_printing_is_accepted_and_unknown_requests_are_not() -> None:
    bench = Bench().make_ready()
    bench.order(ORDER)
    bench.say(ACCEPTED)
    bench.heard()
    bench.say("06d1024041", "06d309060725050703202020", "0401040c172500")
    bench.say("040d00", "040e00")
    assert bench.heard() == [ACCEPTED, ACCEPTED, ACCEPTED, "848300", "848300"]


def test_the_last_receipt_is_echoed_to_a_terminal_that_lists_it() -> None:
    bench = Bench()
    bench.up()
    bench.say(ACCEPTED, "060f0506031f7100", ACCEPTED, "060f0100")
    bench.heard()
    bench.order(ORDER)
    assert bench.heard() == ["060115" + PAY_1250[6:] + "06031f1f00"]
    bench.say(ACCEPTED, HELD_1250)
    bench.order(IssueGoods("order-1"))
    bench.say(HELD_1250, COMPLETED)
    bench.heard()
    bench.order(Authorise("order-2", TWELVE_FIFTY))
    assert bench.heard() == ["060117" + PAY_1250[6:] + "06051f1f020042"]
