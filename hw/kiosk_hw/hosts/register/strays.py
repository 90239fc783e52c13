"""What the register answers to messages that belong to no errand of now."""

from kiosk_hw.hosts.register.payment import Paying
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.messages import Message
from kiosk_hw.zvt.reports import (
    Accepted,
    Answer,
    Completion,
    GoodsPending,
    IntermediateStatus,
    PrintBlock,
    PrintLine,
    ProcessAborted,
    Refused,
    SetClock,
    StatusInformation,
    StatusReport,
)


def stray_answer(message: Message | None, last_payment: Paying | None) -> Answer:
    """Money that an earlier payment holds is let go, unless its goods were issued.

    None is a status information that cannot be read.
    """
    match message:
        case StatusInformation(result=codes.SUCCESS):
            if last_payment is not None and last_payment.matches(message):
                return last_payment.goods_answer()
            return Refused(codes.GOODS_FAILED)
        case None:
            return Refused(codes.GOODS_FAILED)
        case (
            StatusInformation()
            | IntermediateStatus()
            | Completion()
            | StatusReport()
            | ProcessAborted()
            | PrintLine()
            | PrintBlock()
            | SetClock()
        ):
            return Accepted()
        case _:
            return Refused(codes.NOT_POSSIBLE)


def refusal_code(answer: Answer) -> int:
    """Why a command was not taken up; 84 1E adds the true reason."""
    match answer:
        case Refused(code=code, reason=reason):
            return reason or code
        case GoodsPending():
            return codes.PLEASE_WAIT
        case _:
            return codes.NOT_POSSIBLE
