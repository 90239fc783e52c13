"""The payment as the terminal leads it (PA00P015 2.2): card, host, goods, books. No line."""

from collections.abc import Generator
from typing import Final

from kiosk_hw.zvt import codes
from kiosk_hw.zvt.commands import Authorisation
from kiosk_hw.zvt.reports import Accepted, GoodsPartly, GoodsPending
from kiosk_sim.devices.terminal.books import Transaction
from kiosk_sim.devices.terminal.dialogues import wording
from kiosk_sim.devices.terminal.dialogues.script import (
    AwaitCard,
    Heard,
    Hush,
    Pass,
    Rest,
    Say,
    Script,
    Wait,
)
from kiosk_sim.devices.terminal.faults import Edge, Step
from kiosk_sim.devices.terminal.unit import Unit
from kiosk_sim.world.cards import Card, CardOutcome

DECLINED: Final = 0x05
UNREADABLE: Final = 0x64
CURRENCY_WRONG: Final = 0x6F
COMMUNICATION_ERROR: Final = 0x7D
NO_CONNECTION: Final = 0xA3
JOURNAL_FULL: Final = 0xB2

WORDS: Final = {
    DECLINED: "declined",
    UNREADABLE: "card unreadable",
    codes.TIMEOUT_OR_ABORT_KEY: "no card",
    COMMUNICATION_ERROR: "communication error",
    NO_CONNECTION: "no connection",
}
"""Bitmap 3C of a 04 0F that reports a failure."""

PRINTED_CHARACTERS: Final = 24


def show(unit: Unit, apdu: bytes, step: Step, now: float) -> Generator[Wait, Heard, float]:
    """Say 04 FF if the register wants to know. Returns the time at which the dialogue goes on."""
    if not unit.intermediates:
        return now
    return (yield Say(apdu, step)).now


def payment(unit: Unit, order: Authorisation, echo: int | None, now: float) -> Script:
    """06 01 from 80 00 to 06 0F or 06 1E; `echo` is the receipt that the register knows last."""
    settings = unit.settings
    yield Say(wording.ACCEPTED, Step.ACCEPT, answered=False)
    if code := _obstacle(unit, order):
        yield Say(wording.failed(code), Step.FAIL, last=True)
        return
    if settings.receipt_echo and echo is not None:
        unit.books.settle(echo)
    now = yield from show(unit, wording.shown(codes.INSERT_CARD), Step.INVITE, now)
    now, card = yield AwaitCard(now + settings.card_s)
    match card:
        case Hush.ABORTED:
            yield Say(wording.ACCEPTED, Step.ACCEPT, answered=False)
            yield Say(wording.failed(codes.TIMEOUT_OR_ABORT_KEY), Step.FAIL, last=True)
        case Card():
            yield from _with_card(unit, order, card, now)
        case _:
            yield from _fail(unit, codes.TIMEOUT_OR_ABORT_KEY, None)


def _obstacle(unit: Unit, order: Authorisation) -> int:
    """Why no card is asked for at all, or 0."""
    if unit.shown_status != codes.READY:
        return unit.shown_status
    if order.currency not in (None, unit.settings.currency):
        return CURRENCY_WRONG
    return JOURNAL_FULL if unit.books.full() else 0


def _with_card(unit: Unit, order: Authorisation, card: Card, now: float) -> Script:
    unit.card_in = card.left_in
    start_s, now = now, (yield Rest(now + card.field_s)).now
    unit.on_busy(start_s, now, "card in field")
    if card.outcome is CardOutcome.UNREADABLE:
        yield from _fail(unit, UNREADABLE, card)
        return
    start_s = yield from show(unit, wording.shown(codes.PLEASE_WAIT_AGAIN), Step.WAIT, now)
    yield from show(unit, wording.shown(codes.HOST_ASKED), Step.HOST, start_s)
    now = (yield Rest(start_s + card.host_s)).now
    unit.on_busy(start_s, now, "host")
    code = _host_says(unit, card)
    if code:
        yield from _fail(unit, code, card)
    elif unit.faults.late_success_s is not None:
        unit.late = unit.transaction(order.amount_minor, now)
        unit.late_s = now + unit.faults.late_success_s
        unit.faults.late_success_s = None
        yield from _fail(unit, COMMUNICATION_ERROR, card)
    else:
        held = unit.transaction(order.amount_minor, now)
        unit.books.hold(held)
        yield from _issue_goods(unit, order, held, card, now)


def _host_says(unit: Unit, card: Card) -> int:
    if unit.faults.host_down or card.outcome is CardOutcome.NO_CONNECTION:
        return NO_CONNECTION
    return DECLINED if card.outcome is CardOutcome.DECLINED else 0


def _issue_goods(
    unit: Unit, order: Authorisation, held: Transaction, card: Card, now: float
) -> Script:
    """2.2.6: ask with 04 0F until the register says whether the goods are out."""
    settings = unit.settings
    apdu = wording.outcome(settings, held, order.currency, tlv=unit.tlv or order.tlv)
    asks_max = order.asks_max if order.asks_max is not None else settings.goods_asks_max
    give_up_s = now + (order.goods_timeout_s or settings.goods_timeout_s)
    asks = 0
    while True:
        now, answer = yield Say(apdu, Step.OUTCOME, answer_by_s=give_up_s)
        asks += 1
        match answer:
            case Accepted():
                yield from _take(unit, held.amount_minor, card)
                return
            case GoodsPartly(amount_minor=part) if 0 < part <= held.amount_minor:
                yield from _take(unit, part, card)
                return
            case GoodsPending() if asks != asks_max and now + settings.goods_pace_s < give_up_s:
                yield Rest(now + settings.goods_pace_s)
            case Hush():
                unit.let_go()
                return
            case _:
                yield from _give_back(unit, card, now)
                return


def _take(unit: Unit, amount_minor: int, card: Card) -> Script:
    yield Pass(Step.BOOK, Edge.BEFORE)
    unit.books.take(amount_minor)
    yield Pass(Step.BOOK, Edge.AFTER)
    yield from _ask_to_remove(unit, card, codes.PLEASE_WAIT_SHOWN)
    if unit.prints:
        lines = unit.settings.printed_lines
        for line in range(lines):
            yield Say(wording.printed(PRINTED_CHARACTERS, last=line == lines - 1), Step.PRINT)
    yield Say(wording.COMPLETED, Step.COMPLETE, last=True)


def _give_back(unit: Unit, card: Card, now: float) -> Script:
    """No goods, so no money: the host is told, and then the register (2.2.6)."""
    yield Pass(Step.GIVE_BACK, Edge.BEFORE)
    unit.books.give_back()
    yield Pass(Step.GIVE_BACK, Edge.AFTER)
    yield from show(unit, wording.shown(wording.AUTO_REVERSAL), Step.REVERSING, now)
    yield from _ask_to_remove(unit, card, codes.PLEASE_WAIT_SHOWN)
    yield Say(wording.result_only(codes.TIMEOUT_OR_ABORT_KEY), Step.OUTCOME)
    yield Say(wording.failed(codes.TIMEOUT_OR_ABORT_KEY), Step.FAIL, last=True)


def _fail(unit: Unit, code: int, card: Card | None) -> Script:
    if card is not None:
        yield from _ask_to_remove(unit, card, wording.DECLINED_SHOWN)
    yield Say(wording.declined(unit.settings, code, WORDS[code]), Step.OUTCOME)
    if unit.settings.completes_declined:
        yield Say(wording.COMPLETED, Step.COMPLETE, last=True)
    else:
        yield Say(wording.failed(code), Step.FAIL, last=True)


def _ask_to_remove(unit: Unit, card: Card, status: int) -> Script:
    if card.left_in:
        yield from show(unit, wording.shown(status, remove_card=True), Step.REMOVE, 0.0)
