"""What the register's commands mean from their answer to their end: one small object for each kind.

An errand hears what the terminal says while it runs and turns it into events. Time, mastership and
the line are not its matter; payments and reversals have a file of their own.
"""

from collections.abc import Sequence
from typing import ClassVar

from kiosk_hw.ports.money import Money
from kiosk_hw.ports.receipt import Receipt
from kiosk_hw.ports.terminal import (
    ChangeTerminalBaud,
    DayClosed,
    LastReceiptKnown,
    LastReceiptUnknown,
    LogOffTerminal,
    TerminalEvent,
)
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.commands import Command
from kiosk_hw.zvt.currencies import LETTERS
from kiosk_hw.zvt.reports import (
    Accepted,
    Answer,
    Completion,
    StatusInformation,
    StatusReport,
)

Events = Sequence[TerminalEvent]


def receipt_of(status: StatusInformation, currency: str) -> Receipt:
    """How the terminal names the booking; `currency` is what holds where it names none."""
    amount = None
    if status.amount_minor is not None:
        letters = LETTERS.get(status.currency or 0, currency)
        amount = Money(status.amount_minor, letters)
    return Receipt(
        receipt_no=status.receipt_no or 0,
        amount=amount,
        trace_no=status.trace_no,
        terminal_id=status.terminal_id or "",
        date_mmdd=status.date_mmdd or "",
        time_hhmmss=status.time_hhmmss or "",
        reversed=status.original_trace_no is not None,
    )


class Errand:
    """One command under way. The defaults suit a command whose outcome nobody waits for."""

    ends_with_answer: ClassVar[bool] = False
    """80 00 is all that answers it: no 06 0F follows (PA00P015 2.23, 2.24, 2.57)."""

    expects_status: ClassVar[bool] = False
    """04 0F belongs to it. To any other command it is a stray of an earlier payment."""

    def __init__(self, command: Command) -> None:
        self.command = command

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.command.LAYOUT.control:04X}>"

    def accepted(self) -> Events:
        """80 00: the terminal took it up, and is master unless this ends it."""
        return ()

    def refused(self, code: int) -> Events:
        """84 xx instead of 80 00: it never began."""
        return self.aborted(code)

    def shown(self, status: int) -> Events:
        """04 FF: what the terminal shows to the driver."""
        return ()

    def informed(self, status: StatusInformation) -> tuple[Answer, Events]:
        """04 0F: our answer to it, and what it means."""
        return Accepted(), ()

    def misread(self) -> tuple[Answer, Events]:
        """04 0F that cannot be read: our answer to it, and what it means."""
        return Accepted(), ()

    def completed(self, report: Completion | StatusReport) -> Events:
        """06 0F: it is over."""
        return ()

    def aborted(self, code: int) -> Events:
        """06 1E: it is over, without success."""
        return ()

    def broken(self, why: str) -> Events:
        """The dialogue broke after the command left: what it did is not known."""
        return ()


class AnswerOnly(Errand):
    """Log-off and baud change: over with 80 00."""

    ends_with_answer: ClassVar[bool] = True

    def __init__(self, order: LogOffTerminal | ChangeTerminalBaud, command: Command) -> None:
        super().__init__(command)
        self.order = order
        self.done = False

    def accepted(self) -> Events:
        self.done = True
        return ()


class Registering(Errand):
    """06 00: who the terminal is, and whether it knows the receipt echo."""

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self.code = codes.NOT_READY
        self.done = False
        self.terminal_id = ""
        self.echoes_receipt = False

    def completed(self, report: Completion | StatusReport) -> Events:
        self.done = True
        self.terminal_id = report.terminal_id or ""
        if isinstance(report, Completion):
            listed = report.lists_last_receipt or report.last_receipt is not None
            self.echoes_receipt = bool(listed)
        return ()

    def aborted(self, code: int) -> Events:
        self.code = code
        return ()


class AskingStatus(Errand):
    """05 01: the status code; a bare 06 0F says that nothing is wrong."""

    def __init__(self, command: Command, asked_for: bool = False) -> None:
        super().__init__(command)
        self.asked_for = asked_for
        """The lane wants to hear of it even if nothing changed."""
        self.status = codes.NOT_READY

    def completed(self, report: Completion | StatusReport) -> Events:
        self.status = report.status if isinstance(report, StatusReport) else codes.READY
        return ()

    def aborted(self, code: int) -> Events:
        self.status = code or codes.NOT_READY
        return ()


class ClosingDay(Errand):
    """06 50: the totals in its 04 0F are accepted and dropped."""

    expects_status: ClassVar[bool] = True

    def completed(self, report: Completion | StatusReport) -> Events:
        return (DayClosed(True),)

    def aborted(self, code: int) -> Events:
        return (DayClosed(False, str(codes.result_meaning(code))),)

    def broken(self, why: str) -> Events:
        return (DayClosed(False, why),)


class AskingLastReceipt(Errand):
    """06 20 03 03: the last booking, never its print. Without its 04 0F nothing is known."""

    expects_status: ClassVar[bool] = True

    def __init__(self, command: Command, currency: str) -> None:
        super().__init__(command)
        self._currency = currency
        self.receipt: Receipt | None = None
        self._result: int | None = None

    def informed(self, status: StatusInformation) -> tuple[Answer, Events]:
        self._result = status.result
        self.receipt = receipt_of(status, self._currency) if status.result == 0 else None
        return Accepted(), ()

    def completed(self, report: Completion | StatusReport) -> Events:
        if self.receipt is not None and self.receipt.receipt_no:
            return (LastReceiptKnown(self.receipt),)
        if self._result:
            return (LastReceiptUnknown(str(codes.result_meaning(self._result))),)
        return (LastReceiptUnknown("the terminal named no booking"),)

    def aborted(self, code: int) -> Events:
        if code == codes.NO_BOOKING:
            return (LastReceiptKnown(None),)
        return (LastReceiptUnknown(str(codes.result_meaning(code))),)

    def broken(self, why: str) -> Events:
        return (LastReceiptUnknown(why),)
