"""One stay, two lanes, one store: whoever pays first has paid, and the other's money goes back.

Lanes meet in the store alone, whose transactions come one after the other: so every order of the
two lanes' transactions is every order of what can happen, and either may die at each of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import pytest

from core.lane.code_stage import PLATE, CodeStage
from kiosk.core.records import (
    BarrierOpened,
    Batch,
    FindOpenOrders,
    IncidentNoted,
    OpenOrdersFound,
    PaymentBooked,
    PaymentIntended,
    PaymentReversed,
    RefundIntended,
)
from kiosk.core.shows import PaymentReturned, Picture, ScreenShown
from kiosk_hw.ports.camera import PlateRead
from kiosk_hw.ports.money import Money

TURNS = 4
"""Transactions of each lane that are put in every order: a card's are hold, codes closed, barrier
up, booked; what comes behind them follows at both lanes. A night's run takes 6 here."""

SETTLED_S = 2_600
"""Every deadline, a gateway's half hour among them."""


class Site:
    """Two lanes with a gateway and a terminal each, and one car that is paid for at both."""

    def __init__(self, first: "Payer", second: "Payer") -> None:
        self.first = CodeStage(lane_tag="aa", card=first.card)
        self.second = CodeStage(lane_tag="bb", card=second.card, store=self.first.store)
        self.lanes = (self.first, self.second)
        for stage, payer in zip(self.lanes, (first, second), strict=True):
            payer.prices(stage)
        for stage, payer in zip(self.lanes, (first, second), strict=True):
            payer.pays(stage)

    def settle(self) -> None:
        """Everything works, time goes on, the car leaves where the arm is up for it."""
        for stage in self.lanes:
            stage.by_hand = False
            stage._work()
        for _ in range(20):
            self._let_pass(0.5)
        for stage in self.lanes:
            if stage.board.inputs.arming_loop and stage.board.openings:
                stage.leave()
        for _ in range(SETTLED_S // 100):
            self._let_pass(100.0)

    def stands_again(self, lane: int) -> None:
        """A car that stood there when the process died stands there still, and is read again."""
        stage = self.lanes[lane]
        if stage.board.inputs.arming_loop:
            stage.camera.later(0.2, PlateRead(PLATE))
            stage.controller._look_at("camera")

    def _let_pass(self, seconds: float) -> None:
        until = max(stage.now for stage in self.lanes) + seconds
        for stage in self.lanes:
            stage.run(until - stage.now)

    def charged(self) -> list[str]:
        """The orders whose money the operator has and no person is told to look at."""
        listed = {order.order_id for order in self.first.store.unresolved()}
        kept = [order for stage in self.lanes for order in _kept(stage)]
        return [order for order in kept if order not in listed]

    def misses_it(self) -> bool:
        """A terminal lets money go while its lane is dead; the journal tells, or a person is called
        to whoever still stands there unpaid. It is no reason to charge anybody else."""
        incidents = [row for stage in self.lanes for row in stage.written(IncidentNoted)]
        noted = any(row.kind in ("opened-unpaid", "help:unpaid") for row in incidents)
        return noted and any(stage.runs > 1 and stage.terminal for stage in self.lanes)

    def story(self) -> str:
        rows = [f"{row}" for stage in self.lanes for row in stage.rows]
        return "\n".join([*rows, *(repr(stage.lane) for stage in self.lanes)])


def _kept(stage: CodeStage) -> list[str]:
    orders = [order for end in stage.gateways.values() for order in end.kept()]
    return orders + (stage.terminal.kept() if stage.terminal is not None else [])


@dataclass(frozen=True)
class Payer:
    """Somebody who pays the stay at one lane: what he has seen, and what he does then."""

    name: str
    prices: Callable[[CodeStage], None]
    pays: Callable[[CodeStage], None]
    card: bool = False
    exit: bool = True


def _arrives(stage: CodeStage) -> None:
    stage.arrive()
    stage.run(1.0)
    stage.by_hand = True


def _taps_page(stage: CodeStage) -> None:
    stage.tap_elsewhere()
    stage.run(1.0)
    stage.by_hand = True


CARD = Payer("card", _arrives, lambda stage: stage.tap_card(), card=True)
CODE = Payer("code", _arrives, lambda stage: _confirm(stage))
AHEAD = Payer("ahead", _taps_page, lambda stage: _confirm(stage), exit=False)

PAIRS = [(AHEAD, CARD), (AHEAD, CODE), (AHEAD, AHEAD), (CARD, CARD), (CODE, CARD), (CODE, CODE)]
pairs = pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda payer: payer.name)


def _confirm(stage: CodeStage) -> None:
    assert stage.pay()


def orders_of_turns(turns: int) -> Iterator[tuple[int, ...]]:
    """Every order in which two lanes can take so many turns each."""
    for firsts in combinations(range(2 * turns), turns):
        yield tuple(0 if at in firsts else 1 for at in range(2 * turns))


def check(site: Site, told: object) -> None:
    """What remains charged is the fee, once; what is not settled is on a person's list."""
    listed = site.first.store.unresolved()
    story = f"{told}: {site.charged()} {listed}\n{site.story()}"
    assert len(site.charged()) <= 1, story
    assert len(site.charged()) == 1 or listed or site.misses_it(), story
    for stage in site.lanes:
        left = stage.store.carry_out(Batch(queries=(FindOpenOrders(),)))
        assert left == [OpenOrdersFound(())], story


@pairs
def test_whatever_the_order_of_two_lanes_a_stay_is_charged_once(first, second):
    for order in orders_of_turns(TURNS):
        site = Site(first, second)
        for lane in order:
            site.lanes[lane].transact()
        site.settle()
        check(site, order)
        assert site.first.store.unresolved() == ()


@pytest.mark.slow
@pytest.mark.parametrize("dies", ["before", "after"])
@pairs
def test_a_lane_that_dies_at_any_transaction_charges_nobody_twice(first, second, dies):
    for order in orders_of_turns(TURNS):
        for at in range(len(order)):
            site = Site(first, second)
            for turn, lane in enumerate(order):
                site.lanes[lane].transact(dies=dies if turn == at else "")
                if turn == at:
                    site.stands_again(lane)
            site.settle()
            check(site, (order, at, dies))


def one_after_the_other(first: Payer, second: Payer) -> Site:
    """The first one's payment is through when the second one's comes."""
    site = Site(first, second)
    for _ in range(TURNS):
        site.first.transact()
    return site


@pytest.mark.parametrize("first", [AHEAD, CODE, CARD], ids=lambda payer: payer.name)
def test_a_card_whose_stay_is_paid_by_then_is_let_go_before_it_is_taken(first):
    site = one_after_the_other(first, CARD)
    site.settle()
    assert site.second.board.openings, "the car goes all the same"
    assert site.second.terminal is not None
    assert site.second.terminal.taken == {}
    assert site.second.written(PaymentBooked) == []
    assert [r.why for r in site.second.written(IncidentNoted) if r.kind == "paid-twice"] == [
        "order o-bbr1-000002: its stay was paid elsewhere meanwhile, so its money goes back"
    ]


@pytest.mark.parametrize("came", ["second", "first"])
@pytest.mark.parametrize("payer", [CARD, CODE], ids=lambda payer: payer.name)
def test_who_pays_second_reads_that_it_goes_back_and_is_shown_no_receipt(payer, came):
    site = Site(AHEAD, payer)
    for lane in (0, 1) if came == "second" else (1, 0):
        for _ in range(TURNS):
            site.lanes[lane].transact()
    site.settle()
    (last,) = [show for show in site.second.shown(ScreenShown) if show.picture is Picture.DRIVE][
        -1:
    ]
    assert (last.note, bool(last.codes)) == (
        ("returned", False) if came == "second" else ("", True)
    )
    returned = [stage.shown(PaymentReturned) != [] for stage in site.lanes]
    assert returned == [came == "first", came == "second" and payer is CODE]


@pytest.mark.parametrize("second", [CARD, CODE], ids=lambda payer: payer.name)
def test_the_barrier_waits_for_no_answer_about_a_second_payment(second):
    openings = []
    for paid_first in (False, True):
        site = Site(AHEAD, second)
        for _ in range(TURNS if paid_first else 0):
            site.first.transact()
        site.second.transact()
        openings.append([(at, site.second.now) for at, _ in site.second.board.openings])
    assert openings[0] == openings[1]
    assert len(openings[0]) == 1, "opened by the transaction that holds the money"


def test_a_card_that_is_taken_before_its_lane_hears_of_the_other_payment_is_reversed():
    site = Site(AHEAD, CARD)
    for lane in (0, 1, 0, 1, 1, 1, 1, 1):
        site.lanes[lane].transact()
    site.settle()
    (back,) = site.second.written(PaymentReversed)
    assert site.second.terminal is not None
    assert site.second.terminal.reversed == {back.order_id}
    assert site.charged() == site.first.gateways["wechat"].kept()


@pytest.mark.parametrize("says", ["refused", "unclear"])
def test_a_second_card_that_is_not_reversed_is_on_a_persons_list_with_an_alarm(says):
    site = Site(AHEAD, CARD)
    assert site.second.terminal is not None
    site.second.terminal.reversal_says = says
    for lane in (0, 1, 0, 1, 1, 1, 1, 1):
        site.lanes[lane].transact()
    site.settle()
    (listed,) = site.second.store.unresolved()
    assert listed.order_id == "o-bbr1-000002"
    assert listed.why.startswith("refund receipt 1 by hand")
    assert "refund-due" in site.second.lane.desk.alarms
    check(site, says)


def test_a_second_payment_that_its_gateway_does_not_give_back_is_on_a_persons_list():
    site = Site(AHEAD, CODE)
    site.second.gateways["wechat"].refund_says = "refused"
    for lane in (0, 1, 0, 1, 1, 1):
        site.lanes[lane].transact()
    site.settle()
    (listed,) = site.second.store.unresolved()
    assert (listed.order_id, listed.exit_id) == ("o-bbr1-000003", "x-bbr1-000001")
    assert "refund-due" in site.second.lane.desk.alarms
    check(site, "refused")


@pytest.mark.parametrize("payer", [CARD, CODE], ids=lambda payer: payer.name)
def test_what_was_paid_before_the_price_was_reckoned_is_in_it_and_is_no_second_payment(payer):
    stage = CodeStage(card=payer.card)
    stage.store.note_prepayment(stage.stay_id, Money(200, "EUR"))
    payer.prices(stage)
    stage.by_hand = False
    stage._work()
    payer.pays(stage)
    stage.run(20.0)
    intents = stage.written(PaymentIntended)
    assert {(r.amount.amount_minor, r.paid_before_minor) for r in intents} == {(300, 200)}
    assert len(stage.written(PaymentBooked)) == 1
    assert len(_kept(stage)) == 1
    assert stage.store.unresolved() == ()
    assert not [r for r in stage.written(IncidentNoted) if r.kind == "paid-twice"]


@pytest.mark.parametrize("payer", [CARD, CODE], ids=lambda payer: payer.name)
def test_a_part_that_is_paid_besides_is_a_persons_to_give_back(payer):
    stage = CodeStage(card=payer.card)
    payer.prices(stage)
    stage.store.note_prepayment(stage.stay_id, Money(200, "EUR"))
    stage.by_hand = False
    stage._work()
    payer.pays(stage)
    stage.run(20.0)
    (kept,) = _kept(stage)
    (listed,) = stage.store.unresolved()
    assert listed.order_id == kept
    assert "refund 2.00 EUR by hand" in listed.why
    assert "refund-due" in stage.lane.desk.alarms


@pytest.mark.parametrize("first", [AHEAD, CODE, CARD], ids=lambda payer: payer.name)
def test_a_code_whose_stay_is_paid_by_then_goes_back_before_the_arm_is_up(first):
    site = one_after_the_other(first, CODE)
    site.settle()
    assert site.second.board.openings, "the car goes all the same"
    kinds = [type(row) for row in site.second.rows]
    assert kinds.index(RefundIntended) < kinds.index(BarrierOpened)
    assert PaymentBooked not in kinds
    assert PaymentReversed in kinds


def test_a_code_that_did_not_count_goes_back_after_a_restart_without_being_booked_again():
    site = Site(AHEAD, CODE)
    for lane in (0, 1, 0):
        site.lanes[lane].transact()
    site.second.transact(dies="after")
    assert len(site.second.written(PaymentBooked)) == 1, "and its answer was never heard"
    site.settle()
    assert len(site.second.written(PaymentBooked)) == 1
    assert len(site.second.written(PaymentReversed)) == 1
    check(site, "restart")
