"""What every payment terminal can be told and can tell. No card number or payer id is here."""

from dataclasses import dataclass

from kiosk_hw.ports.money import Money
from kiosk_hw.ports.receipt import Receipt
from kiosk_hw.ports.search import TerminalFound, TerminalNowhere

# Commands.


@dataclass(frozen=True, slots=True)
class Authorise:
    """Ask for this amount once. It is never re-sent: silence after it is `PaymentUnclear`."""

    order_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AbortPayment:
    """Give the running payment up, if the terminal still can."""

    order_id: str


@dataclass(frozen=True, slots=True)
class IssueGoods:
    """The barrier is open: the terminal may take the money that it holds."""

    order_id: str


@dataclass(frozen=True, slots=True)
class WithholdGoods:
    """The barrier cannot open: the terminal must release the money that it holds."""

    order_id: str


@dataclass(frozen=True, slots=True)
class AskLastReceipt:
    """Ask for the terminal's last stored booking; nothing is charged."""


@dataclass(frozen=True, slots=True)
class ReverseReceipt:
    """Take one booking back by its receipt number. It is never re-sent."""

    order_id: str
    receipt_no: int
    amount: Money


@dataclass(frozen=True, slots=True)
class AskTerminalStatus:
    """Ask whether the terminal is ready; also keeps the link under watch."""


@dataclass(frozen=True, slots=True)
class CloseDay:
    """End of day: reconcile with the host. Only with the lane empty."""


@dataclass(frozen=True, slots=True)
class DiagnoseTerminal:
    """Let the terminal call its host and check itself."""


@dataclass(frozen=True, slots=True)
class InitialiseTerminal:
    """Let the terminal initialise itself again."""


@dataclass(frozen=True, slots=True)
class LogOffTerminal:
    """Release the terminal from our registration, before a clean stop."""


@dataclass(frozen=True, slots=True)
class ChangeTerminalBaud:
    """Move the serial line to another speed."""

    baud: int


TerminalCommand = (
    Authorise
    | AbortPayment
    | IssueGoods
    | WithholdGoods
    | AskLastReceipt
    | ReverseReceipt
    | AskTerminalStatus
    | CloseDay
    | DiagnoseTerminal
    | InitialiseTerminal
    | LogOffTerminal
    | ChangeTerminalBaud
)

# Events.


@dataclass(frozen=True, slots=True)
class TerminalReady:
    """The terminal registered us and can take a payment."""

    terminal_id: str


@dataclass(frozen=True, slots=True)
class TerminalBlocked:
    """The terminal answers, but cannot take a payment: its status code and what cures it."""

    status: int
    cure: str


@dataclass(frozen=True, slots=True)
class TerminalSilent:
    """The terminal does not answer."""

    why: str


@dataclass(frozen=True, slots=True)
class CardAwaited:
    """The terminal is ready for a card or phone."""

    order_id: str


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card or phone was presented; the terminal or its host is working on it."""

    order_id: str


@dataclass(frozen=True, slots=True)
class PaymentApproved:
    """The money is held, not yet taken: the terminal waits for `IssueGoods` or `WithholdGoods`."""

    order_id: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """Final: the money was taken."""

    order_id: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PaymentNotTaken:
    """Final: nothing was charged, or what was held was released."""

    order_id: str
    code: int
    why: str


@dataclass(frozen=True, slots=True)
class PaymentUnclear:
    """The dialogue broke: what it did is not known and must be asked for."""

    order_id: str
    why: str


@dataclass(frozen=True, slots=True)
class LastReceiptKnown:
    """The terminal's last stored booking, or None if it holds none."""

    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class LastReceiptUnknown:
    """The terminal could not say what its last booking was."""

    why: str


@dataclass(frozen=True, slots=True)
class ReversalMade:
    """The booking was taken back."""

    order_id: str
    receipt_no: int


@dataclass(frozen=True, slots=True)
class ReversalRefused:
    """The booking was not taken back; the terminal says why."""

    order_id: str
    receipt_no: int
    code: int
    why: str


@dataclass(frozen=True, slots=True)
class ReversalUnclear:
    """The dialogue of a reversal broke: ask for the last receipt."""

    order_id: str
    receipt_no: int
    why: str


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The end of day was completed (ok) or refused."""

    ok: bool
    why: str = ""


TerminalEvent = (
    TerminalReady
    | TerminalBlocked
    | TerminalSilent
    | TerminalFound
    | TerminalNowhere
    | CardAwaited
    | CardPresented
    | PaymentApproved
    | PaymentTaken
    | PaymentNotTaken
    | PaymentUnclear
    | LastReceiptKnown
    | LastReceiptUnknown
    | ReversalMade
    | ReversalRefused
    | ReversalUnclear
    | DayClosed
)
