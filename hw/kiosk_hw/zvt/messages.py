"""Messages to APDU bytes and back, for either side of the wire. No message's meaning is here."""

from dataclasses import MISSING, fields
from typing import Final, TypeAlias, cast

from kiosk_hw.zvt import commands, reports
from kiosk_hw.zvt.apdu import DecodeError, join, split
from kiosk_hw.zvt.bmp import TLV_CONTAINER, decimal_digits, decimal_length, read_bmps, write_bmp
from kiosk_hw.zvt.commands import Command
from kiosk_hw.zvt.layout import read_data, write_data
from kiosk_hw.zvt.reports import (
    Accepted,
    Answer,
    Completion,
    GoodsPartly,
    GoodsPending,
    IntermediateStatus,
    OtherMessage,
    PrintBlock,
    PrintLine,
    Refused,
    Report,
    StatusReport,
)
from kiosk_hw.zvt.tlv import read_length, read_tlv, write_tlv

Message: TypeAlias = Command | Report | Answer | OtherMessage

ANSWERS: Final = 0x84
TEXT_LINE: Final = 0x07
TEXT_LINES: Final = 0x25

VERSION_LENGTH_DIGITS: Final = 3
"""The version in a status report has an LLL length and no bitmap number (PA00P015 2.56)."""

_CONTAINER: Final = bytes((TLV_CONTAINER,))
_COMPLETION_STARTS: Final = {*Completion.LAYOUT.bmps, TLV_CONTAINER}
_PLAIN: Final = {
    kind.LAYOUT.control: kind
    for kind in (
        commands.Registration,
        commands.Authorisation,
        commands.LogOff,
        commands.RepeatReceipt,
        commands.Reversal,
        commands.EndOfDay,
        commands.Diagnosis,
        commands.Initialisation,
        commands.Abort,
        commands.StatusEnquiry,
        commands.BaudChange,
        reports.StatusInformation,
        reports.ProcessAborted,
        reports.SetClock,
    )
}
"""Messages that their layouts describe whole."""


def encode(message: Message) -> bytes:
    """The APDU of a message."""
    match message:
        case OtherMessage():
            raise ValueError("only what is known can be sent")
        case Refused(code=code):
            control = ANSWERS << 8 | code
            return join(control, write_data(message.LAYOUT, message))
        case StatusReport(version=str(version)):
            text = version.encode("latin-1")
            head = decimal_digits(len(text), VERSION_LENGTH_DIGITS) + text
            return join(message.LAYOUT.control, head + write_data(message.LAYOUT, message))
        case PrintLine():
            line = bytes((message.attribute,)) + b" " * message.characters
            return join(message.LAYOUT.control, line)
        case PrintBlock():
            return join(message.LAYOUT.control, _print_block(message.characters))
        case _:
            return join(message.LAYOUT.control, write_data(message.LAYOUT, message))


def decode(raw: bytes) -> Message:
    """The message in an APDU. Raises DecodeError, UnknownBmp if only a bitmap is not known."""
    control, data = split(raw)
    if kind := _PLAIN.get(control):
        return _build(kind, read_data(kind.LAYOUT, data))
    if control >> 8 == ANSWERS:
        return _answer(control & 0xFF, data)
    match control:
        case 0x8000:
            return Accepted()
        case 0x04FF:
            return _intermediate(data)
        case 0x060F:
            return _completion(data)
        case 0x06D1:
            return PrintLine(max(0, len(data) - 1), data[0] if data else 0)
        case 0x06D3:
            return PrintBlock(_line_lengths(data))
        case _:
            return OtherMessage(control, len(data))


def _build(kind: type, values: dict[str, int | str]) -> Message:
    known = {one.name: values[one.name] for one in fields(kind) if one.name in values}
    for one in fields(kind):
        if one.default is MISSING and one.name not in known:
            raise DecodeError(f"{kind.__name__} came without a readable {one.name}")
    return cast("Message", kind(**known))


def _answer(code: int, data: bytes) -> Answer:
    match code:
        case 0x00:
            return Accepted()
        case 0x9C:
            return GoodsPending()
        case 0x9D:
            return cast("GoodsPartly", _build(GoodsPartly, read_data(GoodsPartly.LAYOUT, data)))
        case _:
            return Refused(code, data[0] if data else None)


def _intermediate(data: bytes) -> Message:
    """The time may be missing before the TLV container, as ch. 5.1 prints it against ch. 3.7."""
    layout = IntermediateStatus.LAYOUT
    if data[1:2] == _CONTAINER and _fills(data[1:]):
        return _build(IntermediateStatus, read_data(layout, data[:1]))
    return _build(IntermediateStatus, read_data(layout, data[:2]))


def _fills(data: bytes) -> bool:
    """Whether exactly one TLV container fills these bytes."""
    try:
        size, start = read_length(data, 1)
    except DecodeError:
        return False
    return start + size == len(data)


def _completion(data: bytes) -> Completion | StatusReport:
    """Two layouts share 06 0F: a status report starts with a version, or with no known bitmap."""
    if len(data) > VERSION_LENGTH_DIGITS and min(data[:VERSION_LENGTH_DIGITS]) >= 0xF0:
        text = data[VERSION_LENGTH_DIGITS:]
        end = decimal_length(data[:VERSION_LENGTH_DIGITS])
        return _status_report(text[end:], text[:end].decode("latin-1"))
    if not data or data[0] in _COMPLETION_STARTS:
        try:
            layout = Completion.LAYOUT
            return cast("Completion", _build(Completion, read_data(layout, data)))
        except DecodeError:
            pass
    return _status_report(data, None)


def _status_report(data: bytes, version: str | None) -> StatusReport:
    values = read_data(StatusReport.LAYOUT, data)
    if version is not None:
        values["version"] = version
    return cast("StatusReport", _build(StatusReport, values))


def _print_block(lengths: tuple[int, ...]) -> bytes:
    lines = b"".join(write_tlv(TEXT_LINE, b" " * length) for length in lengths)
    return write_bmp(TLV_CONTAINER, write_tlv(TEXT_LINES, lines))


def _line_lengths(data: bytes) -> tuple[int, ...]:
    return tuple(
        len(value)
        for bmp, raw in read_bmps(data)
        if bmp == TLV_CONTAINER
        for tag, value in read_tlv(raw)
        if tag == TEXT_LINE
    )
