"""A payment and a reversal as the register sees them: taken, not taken, or unclear.

Paid is: 04 0F with result 00 and our amount, our 80 00 to it acknowledged, and 06 0F after it
(PA00P015 2.2). A 06 0F alone never means paid: some terminals send it after a decline, too.
"""

from enum import Enum
from typing import ClassVar, Final

from kiosk_hw.hosts.register.errands import Errand, Events, receipt_of
from kiosk_hw.ports.receipt import Receipt
from kiosk_hw.ports.terminal import (
    Authorise,
    CardAwaited,
    CardPresented,
    PaymentApproved,
    PaymentNotTaken,
    PaymentTaken,
    PaymentUnclear,
    ReversalMade,
    ReversalRefused,
    ReversalUnclear,
    ReverseReceipt,
)
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.commands import Command
from kiosk_hw.zvt.currencies import NUMBERS
from kiosk_hw.zvt.reports import (
    Accepted,
    Answer,
    Completion,
    GoodsPending,
    Refused,
    StatusInformation,
    StatusReport,
)

RECEIPT_NOS: Final = 10_000
"""A receipt number has four digits; terminals that number both alike cut the trace to it."""


class Held(Enum):
    """Whose turn it is about the money."""

    NOTHING = "nothing"
    """No card, or the host has not answered."""
    MONEY = "money"
    """The terminal holds the money and asks for the goods."""
    DECLINED = "declined"
    """A 04 0F gave another result than 00."""
    SETTLED = "settled"
    """The verdict was given; the rest of the dialogue only ends."""


class Goods(Enum):
    """What the lane decided."""

    PENDING = "pending"
    ISSUED = "issued"
    WITHHELD = "withheld"


class Paying(Errand):
    """06 01 with the goods issue: the terminal takes the money when the barrier is open."""

    expects_status: ClassVar[bool] = True

    def __init__(self, order: Authorise, command: Command) -> None:
        super().__init__(command)
        self.order = order
        self.held = Held.NOTHING
        self.goods = Goods.PENDING
        self.asks = 0
        """How often the terminal said that it holds the money."""
        self.issue_answered = False
        """80 00 left as the answer to a 04 0F with our amount."""
        self.delivered = False
        """The link says that this 80 00 arrived."""
        self.receipt: Receipt | None = None
        self._code = 0
        self._awaited = self._presented = False

    def __repr__(self) -> str:
        return f"<Paying held={self.held.value} goods={self.goods.value} asks={self.asks}>"

    def decide(self, goods: Goods) -> bool:
        """Take the lane's word. Money once let go stays let go, goods once answered stay issued."""
        if goods is Goods.ISSUED:
            heeded = self.asks > 0 and self.goods is not Goods.WITHHELD
        else:
            heeded = not self.issue_answered
        if heeded:
            self.goods = goods
        return heeded

    def matches(self, status: StatusInformation) -> bool:
        """Whether this speaks of our amount; a terminal may leave the currency out."""
        currency = NUMBERS.get(self.order.amount.currency)
        return status.amount_minor == self.order.amount.amount_minor and status.currency in (
            None,
            currency,
        )

    def shown(self, status: int) -> Events:
        shown = codes.shown_status(status)
        if shown in codes.CARD_AWAITED and not self._awaited:
            self._awaited = True
            return (CardAwaited(self.order.order_id),)
        if shown in codes.CARD_PRESENTED and not self._presented:
            self._presented = True
            return (CardPresented(self.order.order_id),)
        return ()

    def informed(self, status: StatusInformation) -> tuple[Answer, Events]:
        if status.result is None:
            return self.misread()
        if status.result != codes.SUCCESS:
            if self.held is not Held.SETTLED:
                self.held = Held.DECLINED
            self._code = status.result
            return Accepted(), ()
        if not self.matches(status):
            return Refused(codes.GOODS_FAILED), self._unclear("the terminal names another amount")
        self.asks += 1
        events: Events = ()
        if self.held is Held.NOTHING:
            self.held = Held.MONEY
            self.receipt = receipt_of(status, self.order.amount.currency)
            events = (PaymentApproved(self.order.order_id, self.receipt),)
        return self.goods_answer(), events

    def misread(self) -> tuple[Answer, Events]:
        why = "the terminal's status information cannot be read"
        return Refused(codes.GOODS_FAILED), self._unclear(why)

    def goods_answer(self) -> Answer:
        """Our answer to a terminal that holds our money."""
        if self.held is Held.DECLINED or self.goods is Goods.WITHHELD:
            return Refused(codes.GOODS_FAILED)
        if self.goods is Goods.ISSUED:
            self.issue_answered = True
            return Accepted()
        return GoodsPending() if self.held is Held.MONEY else Refused(codes.GOODS_FAILED)

    def completed(self, report: Completion | StatusReport) -> Events:
        match self.held:
            case Held.MONEY if self.receipt is not None and self._issue_arrived():
                self.held = Held.SETTLED
                return (PaymentTaken(self.order.order_id, self.receipt),)
            case Held.DECLINED:
                return self._declined(self._code)
            case Held.MONEY if self.issue_answered:
                return self._unclear("our word that the barrier is open was not acknowledged")
            case _:
                return self._unclear("the terminal ended without saying whether it took money")

    def aborted(self, code: int) -> Events:
        return self._declined(self._code or code or codes.TIMEOUT_OR_ABORT_KEY)

    def broken(self, why: str) -> Events:
        if self.held is Held.DECLINED:
            return self._declined(self._code)
        return self._unclear(why)

    def _issue_arrived(self) -> bool:
        return self.issue_answered and self.delivered

    def _declined(self, code: int) -> Events:
        if self.held is Held.SETTLED:
            return ()
        if self._issue_arrived():
            return self._unclear("the terminal took our word for the goods, then gave up")
        self.held = Held.SETTLED
        why = str(codes.result_meaning(code))
        return (PaymentNotTaken(self.order.order_id, code, why),)

    def _unclear(self, why: str) -> Events:
        if self.held is Held.SETTLED:
            return ()
        self.held = Held.SETTLED
        return (PaymentUnclear(self.order.order_id, why),)


class Reversing(Errand):
    """06 30: takes one booking back, and checks that it was that one and no other."""

    expects_status: ClassVar[bool] = True

    def __init__(self, order: ReverseReceipt, command: Command, trace_no: int | None) -> None:
        super().__init__(command)
        self.order = order
        self._trace_no = trace_no
        """The trace number of the booking, where this run of ours saw it."""
        self._told: StatusInformation | None = None

    def informed(self, status: StatusInformation) -> tuple[Answer, Events]:
        self._told = status
        return Accepted(), ()

    def misread(self) -> tuple[Answer, Events]:
        self._told = StatusInformation()
        return Accepted(), ()

    def completed(self, report: Completion | StatusReport) -> Events:
        told = self._told
        if told is None or told.result is None:
            return self.broken("the terminal ended without saying what it reversed")
        if told.result != codes.SUCCESS:
            return self._refusal(told.result)
        if told.amount_minor != self.order.amount.amount_minor:
            return self.broken("the terminal reversed another amount")
        if not self._names_ours(told):
            return self.broken("the terminal reversed another receipt")
        return (ReversalMade(self.order.order_id, self.order.receipt_no),)

    def aborted(self, code: int) -> Events:
        if self._told is not None and self._told.result == codes.SUCCESS:
            return self.broken("the terminal reported a reversal, then gave up")
        return self._refusal(code or (self._told.result if self._told else None) or 0xFF)

    def broken(self, why: str) -> Events:
        return (ReversalUnclear(self.order.order_id, self.order.receipt_no, why),)

    def _refusal(self, code: int) -> Events:
        why = str(codes.result_meaning(code))
        return (ReversalRefused(self.order.order_id, self.order.receipt_no, code, why),)

    def _names_ours(self, told: StatusInformation) -> bool:
        """A reversal has a receipt of its own as a rule; the original trace tells the booking."""
        original = told.original_trace_no
        if original is None:
            return told.receipt_no == self.order.receipt_no
        if self._trace_no is not None:
            return original == self._trace_no
        return self.order.receipt_no in (original % RECEIPT_NOS, told.receipt_no)
