"""The APDUs that the terminal says (PA00P015 ch. 3), with all the bitmaps that real ones send."""

from functools import lru_cache
from typing import Final

from kiosk_hw.zvt.apdu import join
from kiosk_hw.zvt.bcd import bcd
from kiosk_hw.zvt.bmp import TLV_CONTAINER, write_bmp
from kiosk_hw.zvt.codes import REMOVE_CARD
from kiosk_hw.zvt.layout import write_data
from kiosk_hw.zvt.messages import encode
from kiosk_hw.zvt.reports import (
    Accepted,
    Completion,
    IntermediateStatus,
    PrintLine,
    ProcessAborted,
    Refused,
    SetClock,
    StatusInformation,
)
from kiosk_hw.zvt.tlv import write_tlv
from kiosk_sim.devices.terminal.books import Booking, Transaction
from kiosk_sim.devices.terminal.settings import TerminalSettings

ACCEPTED: Final = encode(Accepted())
COMPLETED: Final = encode(Completion())

AUTO_REVERSAL: Final = 0x05
DECLINED_SHOWN: Final = 0x1D
"""04 FF codes (PA00P015 3.7)."""

PERMITTED_COMMANDS: Final = 0x26
COMMAND: Final = 0x0A
PERMITTED_TAGS: Final = 0x1F71
RECEIPT_ECHO: Final = bytes.fromhex("1F1F")
STATUS_INFORMATION: Final = bytes.fromhex("040F")
INTERMEDIATE_STATUS: Final = bytes.fromhex("04FF")
"""Tags of a registration's answer (PA00P015 2.1, ch. 9)."""

CARD_TYPES: Final = 7
"""BMP 60 has a count and a sum for seven kinds of card, the last one for all others (3.1.3)."""
COUNT_MAX: Final = 255

_CARD_BITMAPS: Final = (
    (0x22, bytes.fromhex("EEEEEEEEEEEE0000")),
    (0x17, bytes.fromhex("0001")),
    (0x2A, b"100000000      "),
    (0x3B, b"000000\0\0"),
    (0x19, bytes.fromhex("70")),
    (0x8A, bytes.fromhex("0A")),
    (0x8B, b"CARD\0"),
    (0x8C, bytes.fromhex("03")),
)
"""What an approval adds about card and contract: masked number, sequence, contract, approval code,
payment type, kind and name of the card. All of it is invented; a register drops it."""

_CARD_BYTES: Final = b"".join(write_bmp(number, value) for number, value in _CARD_BITMAPS)
_TLV_BYTES: Final = write_bmp(
    TLV_CONTAINER,
    write_tlv(0x1F10, b"\0") + write_tlv(0x1F12, b"\x02"),
)
"""Contactless, without a cardholder's check."""

_STATUS_CONTROL: Final = StatusInformation.LAYOUT.control


@lru_cache(maxsize=64)
def shown(status: int, *, remove_card: bool = False) -> bytes:
    """04 FF: what the display says now."""
    return encode(IntermediateStatus(status + REMOVE_CARD if remove_card else status))


@lru_cache(maxsize=256)
def refused(code: int, reason: int | None = None) -> bytes:
    """84 xx: this command is not taken."""
    return encode(Refused(code, reason))


@lru_cache(maxsize=256)
def failed(code: int) -> bytes:
    """06 1E: the command is over without success."""
    return encode(ProcessAborted(code))


@lru_cache(maxsize=256)
def result_only(code: int) -> bytes:
    """04 0F with nothing but a result, as the auto-reversal sends it (PA00P015 2.2.6)."""
    return encode(StatusInformation(code))


def declined(settings: TerminalSettings, code: int, text: str) -> bytes:
    """04 0F of a payment that came to nothing: result, terminal, words."""
    status = StatusInformation(code, terminal_id=settings.terminal_id)
    data = write_data(StatusInformation.LAYOUT, status)
    return join(_STATUS_CONTROL, data + write_bmp(0x3C, text.encode("ascii")))


def outcome(
    settings: TerminalSettings, done: Transaction, currency: int | None, *, tlv: bool
) -> bytes:
    """04 0F with result 00: of an approval, a reversal, or of the stored transaction."""
    status = StatusInformation(
        result=0,
        amount_minor=done.amount_minor,
        currency=currency,
        trace_no=done.trace_no,
        receipt_no=done.receipt_no,
        terminal_id=settings.terminal_id,
        date_mmdd=done.date_mmdd,
        time_hhmmss=done.time_hhmmss,
        original_trace_no=done.original_trace_no,
    )
    data = write_data(StatusInformation.LAYOUT, status) + _CARD_BYTES
    data += write_bmp(0x88, bcd(done.trace_no, 3))
    return join(_STATUS_CONTROL, data + _TLV_BYTES if tlv else data)


def totals(settings: TerminalSettings, day: list[Booking], date: str, time: str) -> bytes:
    """04 0F of an end of day: BMP 60 holds first and last receipt, then counts and sums (3.1.3)."""
    taken = [one for one in day if not one.reversed]
    amount_minor = sum(one.amount_minor for one in taken)
    first, last = (day[0].receipt_no, day[-1].receipt_no) if day else (0, 0)
    kinds = (b"\0" + bcd(0, 6)) * (CARD_TYPES - 1)
    kinds += bytes((min(len(taken), COUNT_MAX),)) + bcd(amount_minor, 6)
    status = StatusInformation(
        0, amount_minor, terminal_id=settings.terminal_id, date_mmdd=date, time_hhmmss=time
    )
    data = write_data(StatusInformation.LAYOUT, status)
    return join(_STATUS_CONTROL, data + write_bmp(0x60, bcd(first, 2) + bcd(last, 2) + kinds))


def registered(
    settings: TerminalSettings, status_bits: int, currency: int | None, *, tlv: bool
) -> bytes:
    """06 0F of a registration; with TLV it lists the terminal's messages and tags (2.1)."""
    status = Completion(status_bits, settings.terminal_id, currency)
    data = write_data(Completion.LAYOUT, status)
    if tlv:
        commands = write_tlv(COMMAND, STATUS_INFORMATION) + write_tlv(COMMAND, INTERMEDIATE_STATUS)
        objects = write_tlv(PERMITTED_COMMANDS, commands)
        if settings.receipt_echo:
            objects += write_tlv(PERMITTED_TAGS, RECEIPT_ECHO)
        data += write_bmp(TLV_CONTAINER, objects)
    return join(Completion.LAYOUT.control, data)


def clock(date_yymmdd: str, time_hhmmss: str) -> bytes:
    """04 01: the host's time, for the register."""
    return encode(SetClock(date_yymmdd, time_hhmmss))


def printed(characters: int, *, last: bool) -> bytes:
    """06 D1: one line of a receipt."""
    return encode(PrintLine(characters, 0x80 if last else 0))
