"""A lane's commands as errands of the register, and what becomes of those that never leave."""

from typing import Final, assert_never

from kiosk_hw.hosts.register.errands import (
    AnswerOnly,
    AskingLastReceipt,
    AskingStatus,
    ClosingDay,
    Errand,
    Events,
)
from kiosk_hw.hosts.register.payment import Paying, Reversing
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.terminal import (
    AskLastReceipt,
    AskTerminalStatus,
    Authorise,
    ChangeTerminalBaud,
    CloseDay,
    DayClosed,
    DiagnoseTerminal,
    InitialiseTerminal,
    LastReceiptKnown,
    LastReceiptUnknown,
    LogOffTerminal,
    PaymentNotTaken,
    PaymentTaken,
    ReversalRefused,
    ReverseReceipt,
    TerminalSilent,
)
from kiosk_hw.terminals.model import TerminalModel
from kiosk_hw.zvt import codes, commands
from kiosk_hw.zvt.currencies import NUMBERS

STATUS_WITHOUT_PRINT: Final = 0x03
"""06 20: send the last booking's 04 0F (bit 0), print nothing (bit 1) (PA00P015 2.20)."""

RECEIPTS_KEPT: Final = 64
"""Receipts whose trace number is remembered, to check what a reversal took back."""

Order = (
    Authorise
    | AskLastReceipt
    | ReverseReceipt
    | AskTerminalStatus
    | CloseDay
    | DiagnoseTerminal
    | InitialiseTerminal
    | LogOffTerminal
    | ChangeTerminalBaud
)
"""Commands that wait for the terminal to give mastership back."""


class OrderBook:
    """Makes errands of orders, with the terminal's password and the receipts that it gave."""

    def __init__(self, model: TerminalModel, password: str, currency: str) -> None:
        self._model = model
        self._password = password
        self._currency = currency
        self._last_receipt_no = commands.NO_RECEIPT
        self._traces: dict[int, int] = {}

    def learn(self, events: Events) -> None:
        """Remember the bookings that these events name."""
        for event in events:
            match event:
                case PaymentTaken(receipt=receipt):
                    self.remember(receipt.receipt_no, receipt.trace_no)
                case LastReceiptKnown(receipt=receipt) if receipt is not None:
                    self.remember(receipt.receipt_no, receipt.trace_no)

    def remember(self, receipt_no: int, trace_no: int | None) -> None:
        """The terminal named this booking as its last one."""
        if receipt_no:
            self._last_receipt_no = receipt_no
            self._traces.pop(receipt_no, None)
            if trace_no is not None:
                self._traces[receipt_no] = trace_no
            if len(self._traces) > RECEIPTS_KEPT:
                del self._traces[next(iter(self._traces))]

    def errand(self, order: Order, echoes_receipt: bool) -> Errand:
        """What the register must say for this order."""
        password = self._password
        match order:
            case Authorise():
                return Paying(order, self._authorisation(order.amount, echoes_receipt))
            case ReverseReceipt(receipt_no=receipt_no, amount=amount):
                currency = NUMBERS[amount.currency]
                reversal = commands.Reversal(password, receipt_no, amount.amount_minor, currency)
                return Reversing(order, reversal, self._traces.get(receipt_no))
            case AskLastReceipt():
                repeat = commands.RepeatReceipt(password, STATUS_WITHOUT_PRINT)
                return AskingLastReceipt(repeat, self._currency)
            case AskTerminalStatus():
                return AskingStatus(commands.StatusEnquiry(password), asked_for=True)
            case CloseDay():
                return ClosingDay(commands.EndOfDay(password))
            case DiagnoseTerminal():
                return Errand(commands.Diagnosis())
            case InitialiseTerminal():
                return Errand(commands.Initialisation(password))
            case LogOffTerminal():
                return AnswerOnly(order, commands.LogOff())
            case ChangeTerminalBaud(baud=baud):
                return AnswerOnly(order, commands.BaudChange(commands.BAUD_CODES[baud]))
            case _:
                assert_never(order)

    def _authorisation(self, amount: Money, echoes_receipt: bool) -> commands.Authorisation:
        return commands.Authorisation(
            amount_minor=amount.amount_minor,
            currency=NUMBERS[amount.currency],
            payment_type=commands.CHOSEN_BY_TERMINAL,
            goods_timeout_s=self._model.goods_timeout_s,
            asks_max=self._model.goods_asks_max,
            tlv=echoes_receipt,
            last_receipt=self._last_receipt_no if echoes_receipt else None,
        )


def impossible(order: Order, serial: bool) -> tuple[int, str] | None:
    """Why this order can never be sent, or None."""
    match order:
        case Authorise(amount=amount) | ReverseReceipt(amount=amount):
            if amount.currency not in NUMBERS:
                return codes.WRONG_CURRENCY, f"{amount.currency} has no number on the wire"
        case ChangeTerminalBaud(baud=baud) if not serial or baud not in commands.BAUD_CODES:
            return codes.NOT_POSSIBLE, "only a serial line has a speed, 9600 to 115200 baud"
    return None


def never_sent(order: Order, code: int, why: str) -> Events:
    """What to tell the lane about an order whose command never left: nothing happened."""
    match order:
        case Authorise(order_id=order_id):
            return (PaymentNotTaken(order_id, code, why),)
        case ReverseReceipt(order_id=order_id, receipt_no=receipt_no):
            return (ReversalRefused(order_id, receipt_no, code, why),)
        case AskLastReceipt():
            return (LastReceiptUnknown(why),)
        case CloseDay():
            return (DayClosed(False, why),)
        case AskTerminalStatus():
            return (TerminalSilent(why),)
        case _:
            return ()
