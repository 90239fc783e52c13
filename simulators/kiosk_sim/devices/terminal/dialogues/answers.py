"""What the register's answers to the terminal's messages mean. No dialogue is here."""

from typing import Final

from kiosk_hw.zvt.apdu import DecodeError
from kiosk_hw.zvt.messages import decode
from kiosk_hw.zvt.reports import Accepted, Answer, GoodsPartly, GoodsPending, Refused
from kiosk_sim.devices.terminal.dialogues import wording

PROTOCOL_ERROR: Final = 0x9A
YES: Final = Accepted()

_CLASSES: Final = (0x80, 0x84)


def is_answer(apdu: bytes) -> bool:
    """Whether this is an answer, and no command."""
    return apdu[0] in _CLASSES


def answer_in(apdu: bytes) -> Answer:
    """What the register says to our message; a broken answer counts as a refusal."""
    if apdu == wording.ACCEPTED:
        return YES
    try:
        message = decode(apdu)
    except DecodeError:
        return Refused(PROTOCOL_ERROR)
    match message:
        case Accepted() | GoodsPending() | GoodsPartly() | Refused():
            return message
        case _:
            return Refused(PROTOCOL_ERROR)
