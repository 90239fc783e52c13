"""The till hears that others paid the stay of its order: in each state that the answer may find."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.core.lane.desk import TERMINAL, Desk
from kiosk.core.lane.events import ChargeOrdered, GoodsIssued, GoodsWithheld
from kiosk.core.lane.till import Till
from kiosk.core.records import (
    IncidentNoted,
    LookStay,
    OpenOrder,
    OpenOrdersFound,
    PaymentBooked,
    PaymentUnresolved,
    StayLooked,
)
from kiosk.core.settings import LaneSettings
from kiosk.core.shows import ReceiptIssued
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.receipt import Receipt
from kiosk_hw.ports.terminal import (
    AskLastReceipt,
    Authorise,
    IssueGoods,
    LastReceiptKnown,
    PaymentApproved,
    PaymentTaken,
    PaymentUnclear,
    ReversalMade,
    ReverseReceipt,
    TerminalReady,
    TerminalSilent,
    WithholdGoods,
)

FEE = Money(500, "EUR")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECEIPT = Receipt(8, FEE)
CHARGE = ChargeOrdered("o-1", "x-1", "s-1", FEE)
NEXT = ChargeOrdered("o-2", "x-2", "s-2", FEE)
HELD = PaymentApproved("o-1", RECEIPT)
OPENED = GoodsIssued("o-1")
TAKEN = PaymentTaken("o-1", RECEIPT)
UNCLEAR = PaymentUnclear("o-1", "line cut")
AWAY = TerminalSilent("off")
PAID_BY_OTHERS = StayLooked("o-1", None, NOW, besides_minor=500)
COUNTED = StayLooked("o-1", None, NOW, counted=True)


class Trial:
    """A till that is ready, and whatever it orders, writes and shows from then on."""

    def __init__(self, *events: Any) -> None:
        self.desk = Desk(LaneSettings(), "r1")
        self.till = Till(self.desk)
        self.commands: list[Any] = []
        self.rows: list[Any] = []
        self.queries: list[Any] = []
        self.shows: list[Any] = []
        for event in (TerminalReady("1"), LastReceiptKnown(Receipt(7, FEE)), *events):
            self.feed(event)

    def feed(self, event: Any) -> None:
        self.till.receive(event)
        turn = self.desk.take()
        self.commands += [command for port, command in turn.commands if port == TERMINAL]
        self.rows += turn.batch.rows
        self.queries += turn.batch.queries
        self.shows += turn.shows

    def state(self) -> str:
        return str(self.till.state.value)

    def receipts(self) -> int:
        return sum(isinstance(show, ReceiptIssued) for show in self.shows)


BACK = ReverseReceipt("o-1", 8, FEE)


@pytest.mark.parametrize(
    ("before", "state", "command"),
    [
        ((CHARGE, HELD), "withholding", WithholdGoods("o-1")),
        ((CHARGE, HELD, OPENED, TAKEN), "reversing", BACK),
    ],
    ids=["held", "booked"],
)
def test_money_that_came_second_goes_back_at_once(before, state, command):
    trial = Trial(*before, PAID_BY_OTHERS)
    assert trial.state() == state
    assert trial.commands[-1] == command
    assert "paid-twice" in [row.kind for row in trial.rows if isinstance(row, IncidentNoted)]
    assert trial.receipts() == 0


def test_a_card_that_is_being_taken_as_the_answer_comes_is_reversed_once_it_is_taken():
    trial = Trial(CHARGE, HELD, OPENED, PAID_BY_OTHERS)
    assert (trial.state(), trial.commands[-1]) == ("taking", IssueGoods("o-1"))
    trial.feed(TAKEN)
    assert (trial.state(), trial.commands[-1]) == ("reversing", BACK)
    assert not [row for row in trial.rows if isinstance(row, PaymentBooked)]
    trial.feed(ReversalMade("o-1", 8))
    assert trial.state() == "checking"


def test_a_card_whose_dialogue_broke_is_reversed_once_it_is_found_booked():
    trial = Trial(CHARGE, HELD, OPENED, UNCLEAR, PAID_BY_OTHERS)
    assert trial.state() == "resolving"
    trial.feed(LastReceiptKnown(RECEIPT))
    assert (trial.state(), trial.commands[-1]) == ("reversing", BACK)


def test_a_hold_that_goes_back_anyway_is_let_go_once():
    trial = Trial(CHARGE, HELD, GoodsWithheld("o-1"), PAID_BY_OTHERS)
    assert trial.state() == "withholding"
    assert trial.commands[-1:] == [WithholdGoods("o-1")]
    assert trial.commands.count(WithholdGoods("o-1")) == 1


@pytest.mark.parametrize(
    "since",
    [(NEXT,), (AWAY,), (AWAY, TerminalReady("1"))],
    ids=["next card", "away", "back"],
)
def test_what_the_terminal_cannot_take_back_any_more_is_a_persons(since):
    trial = Trial(CHARGE, HELD, OPENED, TAKEN, *since, PAID_BY_OTHERS)
    (listed,) = [row for row in trial.rows if isinstance(row, PaymentUnresolved)]
    assert (listed.order_id, listed.exit_id) == ("o-1", "x-1")
    assert listed.why.startswith("refund receipt 8 by hand")
    assert "refund-due" in trial.desk.alarms
    assert BACK not in trial.commands
    told = len(trial.rows)
    trial.feed(PAID_BY_OTHERS)
    assert len(trial.rows) == told, "told once"


@pytest.mark.parametrize(
    "answer",
    [StayLooked("o-9", None, NOW, besides_minor=500), StayLooked("o-1", None, NOW)],
    ids=["of another order", "nothing besides"],
)
@pytest.mark.parametrize("before", [(), (CHARGE,), (CHARGE, HELD), (CHARGE, HELD, OPENED, TAKEN)])
def test_any_other_answer_moves_nothing(before, answer):
    trial = Trial(*before)
    state, commands = trial.state(), len(trial.commands)
    trial.feed(answer)
    assert (trial.state(), len(trial.commands)) == (state, commands)


def test_a_card_gets_its_receipt_when_the_store_counts_it_and_once():
    trial = Trial(CHARGE, HELD, OPENED, TAKEN)
    assert trial.receipts() == 0
    trial.feed(COUNTED)
    trial.feed(COUNTED)
    assert trial.receipts() == 1


def test_the_stay_is_looked_at_in_the_transactions_that_hold_and_book():
    trial = Trial(CHARGE)
    assert trial.queries == []
    trial.feed(HELD)
    assert trial.queries == [LookStay("o-1", "s-1")]
    trial.feed(OPENED)
    trial.feed(TAKEN)
    assert trial.queries == [LookStay("o-1", "s-1")] * 2


def test_a_trial_payment_is_of_no_stay_and_looks_at_none():
    trial = Trial(ChargeOrdered("trial-1", "trial-1", "trial", FEE))
    assert trial.commands[-1] == Authorise("trial-1", FEE)
    trial.feed(PaymentApproved("trial-1", RECEIPT))
    assert trial.queries == []


@pytest.mark.parametrize("covered", [True, False])
def test_a_restart_reverses_what_came_second_and_books_what_came_first(covered):
    left = OpenOrder("o-1", "x-1", "s-1", FEE, 7, 8, True, True, covered=covered)
    trial = Trial(OpenOrdersFound((left,)), LastReceiptKnown(RECEIPT))
    assert trial.state() == ("reversing" if covered else "idle")
    assert (BACK in trial.commands) is covered
    booked = [row for row in trial.rows if isinstance(row, PaymentBooked)]
    assert len(booked) == (not covered)
    assert AskLastReceipt() in trial.commands
