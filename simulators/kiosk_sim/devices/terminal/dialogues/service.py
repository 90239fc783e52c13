"""Every command but the payment, as the terminal leads it (PA00P015 ch. 2). No line, no clock."""

from typing import Final

from kiosk_hw.ports.party import LineSettings
from kiosk_hw.terminals.model import Transport
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.apdu import DecodeError
from kiosk_hw.zvt.bmp import UnknownBmp
from kiosk_hw.zvt.commands import (
    BAUD_CODES,
    Abort,
    Authorisation,
    BaudChange,
    Diagnosis,
    EndOfDay,
    Initialisation,
    LogOff,
    Registration,
    RepeatReceipt,
    Reversal,
    StatusEnquiry,
)
from kiosk_hw.zvt.messages import decode, encode
from kiosk_hw.zvt.reports import StatusReport
from kiosk_sim.devices.terminal.books import ReversalCheck
from kiosk_sim.devices.terminal.dialogues import wording
from kiosk_sim.devices.terminal.dialogues.payment import (
    CURRENCY_WRONG,
    NO_CONNECTION,
    payment,
    show,
)
from kiosk_sim.devices.terminal.dialogues.script import Pass, Rest, Say, Script
from kiosk_sim.devices.terminal.dialogues.understanding import PROTOCOL_ERROR, echoed_receipt
from kiosk_sim.devices.terminal.faults import Edge, Step
from kiosk_sim.devices.terminal.unit import Unit

CURRENCY_REFUSED: Final = 0x1E
"""84 1E 01 6F: the registration names a currency that this terminal cannot take (2.1)."""

ALREADY_REVERSED: Final = 0xB4
NOT_REVERSIBLE: Final = 0xB5

INITIALISE_BIT: Final = 0x01
DIAGNOSE_BIT: Final = 0x02
VENDING_BIT: Final = 0x10
"""Bitmap 19 of a registration's answer (2.1)."""

SEND_OUTCOME: Final = 0x01
"""06 20's service byte: the stored 04 0F is wanted (2.20)."""

NO_VERSION: Final = 0x02
WITH_TLV: Final = 0x04
"""05 01's service byte (2.56)."""

_BAUD: Final = {code: baud for baud, code in BAUD_CODES.items()}


def dialogue(unit: Unit, apdu: bytes, now: float) -> Script:
    """The terminal's half of the dialogue that this command opens."""
    try:
        command = decode(apdu)
    except UnknownBmp:
        return refusal(codes.NOT_POSSIBLE)
    except DecodeError:
        return refusal(PROTOCOL_ERROR)
    match command:
        case Registration():
            return _registration(unit, command)
        case StatusEnquiry():
            return _status(unit, command)
        case LogOff():
            return _log_off(unit)
        case Abort():
            return _nothing_to_abort()
        case _ if unit.settings.needs_registration and not unit.registered:
            return refusal(codes.NOT_POSSIBLE)
        case Authorisation():
            return payment(unit, command, echoed_receipt(apdu), now)
        case RepeatReceipt():
            return _repeat(unit, command)
        case Reversal():
            return _reversal(unit, command, now)
        case EndOfDay():
            return _end_of_day(unit, now)
        case Diagnosis():
            return _diagnosis(unit, now)
        case Initialisation():
            return _initialisation(unit, now)
        case BaudChange():
            return _baud_change(unit, command)
        case _:
            return refusal(codes.NOT_POSSIBLE)


def refusal(code: int, reason: int | None = None) -> Script:
    """84 xx and nothing else; without a reason its length is 0."""
    yield Say(wording.refused(code, reason), Step.ACCEPT, answered=False)


def _accept() -> Say:
    return Say(wording.ACCEPTED, Step.ACCEPT, answered=False)


def _complete() -> Say:
    return Say(wording.COMPLETED, Step.COMPLETE, last=True)


def _fail(code: int) -> Say:
    return Say(wording.failed(code), Step.FAIL, last=True)


def _registration(unit: Unit, order: Registration) -> Script:
    if order.currency not in (None, unit.settings.currency):
        yield from refusal(CURRENCY_REFUSED, CURRENCY_WRONG)
        return
    if unit.faults.password not in (None, order.password):
        yield from refusal(codes.NOT_POSSIBLE)
        return
    yield _accept()
    unit.registered, unit.config, unit.tlv = True, order.config, order.tlv
    bits = VENDING_BIT
    bits |= INITIALISE_BIT * (unit.status == codes.INITIALISATION_NEEDED)
    bits |= DIAGNOSE_BIT * (unit.status == codes.DIAGNOSIS_NEEDED)
    answer = wording.registered(unit.settings, bits, order.currency, tlv=order.tlv)
    yield Say(answer, Step.COMPLETE, last=True)


def _status(unit: Unit, order: StatusEnquiry) -> Script:
    yield _accept()
    service = order.service or 0
    version = None if service & NO_VERSION else unit.settings.version
    with_tlv = service & WITH_TLV and unit.tlv
    report = StatusReport(
        unit.shown_status, version, unit.settings.terminal_id if with_tlv else None
    )
    yield Say(encode(report), Step.COMPLETE, last=True)


def _log_off(unit: Unit) -> Script:
    yield _accept()
    unit.log_off()


def _nothing_to_abort() -> Script:
    yield _accept()


def _repeat(unit: Unit, order: RepeatReceipt) -> Script:
    yield _accept()
    if unit.books.last is None:
        yield _fail(codes.NO_BOOKING)
        return
    if (order.service or 0) & SEND_OUTCOME:
        stored = wording.outcome(unit.settings, unit.books.last, None, tlv=unit.tlv)
        yield Say(stored, Step.OUTCOME)
    yield _complete()


def _reversal(unit: Unit, order: Reversal, now: float) -> Script:
    yield _accept()
    if unit.shown_status != codes.READY:
        yield _fail(unit.shown_status)
        return
    yield from show(unit, wording.shown(codes.HOST_ASKED), Step.HOST, now)
    now = (yield Rest(now + unit.settings.host_s)).now
    if unit.faults.host_down:
        yield _fail(NO_CONNECTION)
        return
    check, booking = unit.books.check(order.receipt_no, order.amount_minor)
    if unit.faults.reverses_newest:
        check, booking = ReversalCheck.POSSIBLE, unit.books.newest()
    if booking is None or check is not ReversalCheck.POSSIBLE:
        yield _fail(ALREADY_REVERSED if check is ReversalCheck.ALREADY else NOT_REVERSIBLE)
        return
    _, date_mmdd, time_hhmmss = unit.calendar(now)
    yield Pass(Step.GIVE_BACK, Edge.BEFORE)
    done = unit.books.reverse(booking, date_mmdd, time_hhmmss)
    yield Pass(Step.GIVE_BACK, Edge.AFTER)
    yield Say(wording.outcome(unit.settings, done, order.currency, tlv=unit.tlv), Step.OUTCOME)
    yield _complete()


def _end_of_day(unit: Unit, now: float) -> Script:
    yield _accept()
    if unit.shown_status not in (codes.READY, codes.RECONCILIATION_NEEDED):
        yield _fail(unit.shown_status)
        return
    yield from show(unit, wording.shown(codes.HOST_ASKED), Step.HOST, now)
    now = (yield Rest(now + unit.settings.host_s)).now
    if unit.faults.no_cure:
        yield _fail(NO_CONNECTION)
        return
    _, date_mmdd, time_hhmmss = unit.calendar(now)
    report = wording.totals(unit.settings, unit.books.open_day(), date_mmdd, time_hhmmss)
    unit.books.close_day()
    unit.status = codes.READY
    yield Say(report, Step.OUTCOME)
    yield _complete()


def _diagnosis(unit: Unit, now: float) -> Script:
    yield _accept()
    if unit.shown_status not in (codes.READY, codes.DIAGNOSIS_NEEDED):
        yield _fail(unit.shown_status)
        return
    yield from show(unit, wording.shown(codes.HOST_ASKED), Step.HOST, now)
    now = (yield Rest(now + unit.settings.host_s)).now
    if unit.faults.no_cure:
        yield _fail(NO_CONNECTION)
        return
    unit.status = codes.READY
    if unit.settings.sets_clock:
        year, date_mmdd, time_hhmmss = unit.calendar(now)
        yield Say(wording.clock(year + date_mmdd, time_hhmmss), Step.CLOCK)
    yield _complete()


def _initialisation(unit: Unit, now: float) -> Script:
    yield _accept()
    if unit.shown_status not in (codes.READY, codes.INITIALISATION_NEEDED):
        yield _fail(unit.shown_status)
        return
    yield from show(unit, wording.shown(codes.PLEASE_WAIT_SHOWN), Step.WAIT, now)
    yield Rest(now + unit.settings.host_s)
    if unit.faults.no_cure:
        yield _fail(NO_CONNECTION)
        return
    unit.status = codes.READY
    yield _complete()


def _baud_change(unit: Unit, order: BaudChange) -> Script:
    """2.57: answered at the old speed; the new one counts as soon as the answer is delivered."""
    baud = _BAUD.get(order.code)
    if baud is None or unit.settings.transport is Transport.TCP:
        yield from refusal(codes.NOT_POSSIBLE)
        return
    yield _accept()
    line = unit.line
    unit.line = LineSettings(baud, line.data_bits, line.parity, line.stop_bits)
