"""What the terminal understands where the shared codec does not say enough. No dialogue."""

from typing import Final

from kiosk_hw.zvt.apdu import DecodeError, split
from kiosk_hw.zvt.bcd import number_of
from kiosk_hw.zvt.bmp import TLV_CONTAINER, read_bmps
from kiosk_hw.zvt.messages import decode
from kiosk_hw.zvt.reports import Accepted, Answer, GoodsPartly, GoodsPending, Refused
from kiosk_hw.zvt.tlv import read_tlv

PROTOCOL_ERROR: Final = 0x9A
YES: Final = Accepted()

RECEIPT_ECHO: Final = 0x1F1F

_CLASSES: Final = (0x80, 0x84)


def is_answer(apdu: bytes) -> bool:
    """Whether this is an answer, and no command."""
    return apdu[0] in _CLASSES


def echoed_receipt(apdu: bytes) -> int | None:
    """The receipt that tag 1F1F names in this command; None if it is absent or empty.

    A 0 is a number like any other here: it settles like a wrong one (PA00P015 4.2).
    """
    for bmp, raw in read_bmps(split(apdu).data):
        if bmp == TLV_CONTAINER:
            for tag, value in read_tlv(raw):
                if tag == RECEIPT_ECHO:
                    return number_of(value)
    return None


def answer_in(apdu: bytes) -> Answer:
    """What the register says to our message; a broken answer counts as a refusal."""
    try:
        message = decode(apdu)
    except DecodeError:
        return Refused(PROTOCOL_ERROR)
    match message:
        case Accepted() | GoodsPending() | GoodsPartly() | Refused():
            return message
        case _:
            return Refused(PROTOCOL_ERROR)
