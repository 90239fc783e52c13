"""The cash register's (ECR's) half of ZVT as a party: orders in, events out, one command at a time.

Mastership and T3/T4 live in the dialogue, meanings in the errands, bytes in the links.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from kiosk_hw.hosts.zvt_dialogue import Dialogue, Link
from kiosk_hw.hosts.zvt_errands import (
    AnswerOnly,
    AskingStatus,
    Errand,
    Events,
    Registering,
)
from kiosk_hw.hosts.zvt_orders import Order, OrderBook, impossible, never_sent
from kiosk_hw.hosts.zvt_payment import Goods, Held, Paying
from kiosk_hw.hosts.zvt_readiness import Readiness, Standing
from kiosk_hw.hosts.zvt_serial_link import SerialLink
from kiosk_hw.hosts.zvt_tcp_link import TcpLink
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.ports.terminal import (
    AbortPayment,
    Authorise,
    ChangeTerminalBaud,
    IssueGoods,
    LastReceiptKnown,
    LogOffTerminal,
    PaymentNotTaken,
    PaymentTaken,
    TerminalCommand,
    TerminalEvent,
    TerminalSilent,
    WithholdGoods,
)
from kiosk_hw.terminals.model import TerminalModel, Transport
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.currencies import NUMBERS

ORDERS_WAITING_MAX: Final = 16
"""Orders that wait for the terminal to give mastership back; a lane never has more than three."""

BAUD_REST_S: Final = 2.0
"""PA00P015 2.57: the new speed holds two seconds after the answer at the old one."""


class ZvtTerminal:
    """A ZVT terminal as a party of the lane.

    Raises ValueError for a currency that has no number on the wire.
    """

    def __init__(
        self,
        model: TerminalModel,
        *,
        password: str | None = None,
        currency: str = "EUR",
        line: LineSettings | None = None,
    ) -> None:
        if currency not in NUMBERS:
            raise ValueError(f"currency must be one of {', '.join(NUMBERS)}, got {currency!r}")
        self.line = line or model.line
        self.orders_refused = 0
        """Orders that could not be sent: not ready, too many, or impossible."""
        self.misplaced = 0
        """Decisions about payments that do not run."""
        self._serial = model.transport is Transport.SERIAL
        link: Link = SerialLink() if self._serial else TcpLink()
        self._dialogue = Dialogue(link, model.answer_s, model.process_s)
        self._readiness = Readiness(model, password or model.password, currency)
        self._book = OrderBook(model, password or model.password, currency)
        self._waiting: deque[Order] = deque()
        self._news: list[TerminalEvent] = []
        self._news_due = NEVER
        self._silence_told = False
        self._next_line: LineSettings | None = None
        self._other_line: LineSettings | None = None
        self._line_due = NEVER

    def __repr__(self) -> str:
        return (
            f"<ZvtTerminal {self.line} waiting={len(self._waiting)} misplaced={self.misplaced}"
            f" orders_refused={self.orders_refused} {self._readiness!r} {self._dialogue!r}>"
        )

    # The verbs of a party.

    def connected(self, now: float) -> Sequence[TerminalEvent]:
        """Register at once; whatever ran on an older link is unclear."""
        events = [*self._take_news(), *self._dialogue.break_off("the link was made anew")]
        self._readiness.link_up(now)
        self._line_due = NEVER
        self._proceed(now)
        return events

    def disconnected(self, now: float) -> Sequence[TerminalEvent]:
        """The running order is unclear, the waiting ones are off."""
        events = [*self._take_news(), *self._dialogue.break_off("the link is gone")]
        self._readiness.link_down(Standing.OFFLINE)
        self._line_due = NEVER
        return [*events, *self._tell_silence("the link is gone")]

    def receive(self, data: bytes, now: float) -> Sequence[TerminalEvent]:
        """Bytes of the terminal; none count while there is no link."""
        if self._readiness.standing is Standing.OFFLINE:
            return self._take_news()
        events = [*self._take_news(), *self._dialogue.receive(data, now)]
        return self._settle(events, now)

    def tick(self, now: float) -> Sequence[TerminalEvent]:
        """T1 to T4, the polls, and orders whose turn has come."""
        events = self._take_news()
        self._dialogue.tick(now)
        if self._line_due <= now:
            self._change_line(now)
        return self._settle(events, now)

    def deadline(self) -> float:
        """The nearest of all waits."""
        due = min(self._news_due, self._line_due, self._dialogue.deadline())
        if self._dialogue.free and self._line_due == NEVER:
            due = min(due, self._readiness.deadline())
        return due

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        return self._dialogue.link.bytes_to_send()

    def command(self, command: TerminalCommand, now: float) -> None:
        """Take an order, or a decision about the payment that runs."""
        match command:
            case IssueGoods(order_id=order_id):
                self._decide(order_id, Goods.ISSUED)
            case WithholdGoods(order_id=order_id):
                self._decide(order_id, Goods.WITHHELD)
            case AbortPayment(order_id=order_id):
                self._abort(order_id, now)
            case _:
                self._take_order(command, now)
        self._proceed(now)

    # Orders.

    def _take_order(self, order: Order, now: float) -> None:
        refusal = self._refusal_of(order)
        if refusal is None:
            self._waiting.append(order)
            return
        self.orders_refused += 1
        self._tell(never_sent(order, *refusal), now)

    def _refusal_of(self, order: Order) -> tuple[int, str] | None:
        standing = self._readiness.standing
        if standing in (Standing.OFFLINE, Standing.SILENT, Standing.LOGGED_OFF):
            return codes.NOT_READY, f"the terminal is {standing.value}"
        if len(self._waiting) >= ORDERS_WAITING_MAX:
            return codes.PLEASE_WAIT, "too many orders wait"
        if isinstance(order, Authorise):
            if standing is not Standing.READY:
                return codes.NOT_READY, f"the terminal is {standing.value}"
            if self._payment_in_hand():
                return codes.PLEASE_WAIT, "another payment is under way"
        return impossible(order, self._serial)

    def _payment_in_hand(self) -> bool:
        waiting = any(isinstance(order, Authorise) for order in self._waiting)
        return waiting or isinstance(self._dialogue.errand, Paying)

    def _decide(self, order_id: str, goods: Goods) -> None:
        """The word holds for a payment that broke, too: its terminal may ask again."""
        payment = self._dialogue.last_payment
        known = payment is not None and payment.order.order_id == order_id
        if payment is None or not known or not payment.decide(goods):
            self.misplaced += 1

    def _abort(self, order_id: str, now: float) -> None:
        for order in self._waiting:
            if isinstance(order, Authorise) and order.order_id == order_id:
                self._waiting.remove(order)
                why = "given up before the terminal was asked"
                self._tell(never_sent(order, codes.TIMEOUT_OR_ABORT_KEY, why), now)
                return
        errand = self._dialogue.errand
        if not isinstance(errand, Paying) or errand.order.order_id != order_id:
            self.misplaced += 1
        elif errand.held is Held.NOTHING:
            self._dialogue.abort(now)
        elif not errand.decide(Goods.WITHHELD):
            self.misplaced += 1

    # What follows from what was heard.

    def _settle(self, events: list[TerminalEvent], now: float) -> list[TerminalEvent]:
        ended, self._dialogue.ended = self._dialogue.ended, None
        if ended is not None:
            self._remember(events)
            events += self._readiness.heard(ended, now)
            self._after(ended, events, now)
        if self._dialogue.failure is not None:
            events += self._fall_silent(now)
        if self._readiness.standing in (Standing.READY, Standing.BLOCKED):
            self._silence_told = False
        self._proceed(now)
        return [*events, *self._take_news()]

    def _remember(self, events: Events) -> None:
        for event in events:
            match event:
                case PaymentTaken(receipt=receipt):
                    self._book.remember(receipt.receipt_no, receipt.trace_no)
                case LastReceiptKnown(receipt=receipt) if receipt is not None:
                    self._book.remember(receipt.receipt_no, receipt.trace_no)

    def _after(self, ended: Errand, events: Events, now: float) -> None:
        match ended:
            case AnswerOnly(done=True, order=LogOffTerminal()):
                self._readiness.link_down(Standing.LOGGED_OFF)
            case AnswerOnly(done=True, order=ChangeTerminalBaud(baud=baud)):
                line = self.line
                self._next_line = LineSettings(baud, line.data_bits, line.parity, line.stop_bits)
                self._line_due = now + BAUD_REST_S
            case Paying():
                for event in events:
                    if isinstance(event, PaymentNotTaken) and event.code in codes.STATUSES:
                        self._readiness.ask_now(now)
            case Registering(done=False, code=code):
                self._drop_orders(code, "the terminal refused our registration", now)
            case AskingStatus(status=status) if status != codes.READY:
                self._drop_payments(status, now)

    def _proceed(self, now: float) -> None:
        """Say what is due next, if it is our turn."""
        if not self._dialogue.free or self._line_due != NEVER:
            return
        errand = self._readiness.next_errand(now)
        ready = self._readiness.standing in (Standing.READY, Standing.BLOCKED)
        if errand is None and ready and self._waiting:
            errand = self._book.errand(self._waiting.popleft(), self._readiness.echoes_receipt)
        if errand is not None:
            self._dialogue.begin(errand, now)

    def _fall_silent(self, now: float) -> Events:
        why, self._dialogue.failure = self._dialogue.failure or "", None
        events = self._dialogue.break_off(why)
        if self._readiness.standing is not Standing.LOGGED_OFF:
            self._readiness.fell_silent(now)
        if self._other_line is not None:
            self.line, self._other_line = self._other_line, self.line
        return [*events, *self._tell_silence(why)]

    def _tell_silence(self, why: str) -> Events:
        events: list[TerminalEvent] = []
        while self._waiting:
            events += never_sent(self._waiting.popleft(), codes.NOT_READY, why)
        if not self._silence_told:
            self._silence_told = True
            events.append(TerminalSilent(why))
        return events

    def _drop_orders(self, code: int, why: str, now: float) -> None:
        while self._waiting:
            self._tell(never_sent(self._waiting.popleft(), code, why), now)

    def _drop_payments(self, status: int, now: float) -> None:
        why = str(codes.status_meaning(status))
        for order in [order for order in self._waiting if isinstance(order, Authorise)]:
            self._waiting.remove(order)
            self._tell(never_sent(order, status, why), now)

    def _change_line(self, now: float) -> None:
        """The new speed holds. If the terminal stays silent at it, the old one is tried in turn."""
        self._line_due = NEVER
        if self._next_line is not None:
            self._other_line, self.line, self._next_line = self.line, self._next_line, None
            self._dialogue.break_off("the line changed")
            self._readiness.link_up(now)

    def _tell(self, events: Events, now: float) -> None:
        if events:
            self._news += events
            self._news_due = min(self._news_due, now)

    def _take_news(self) -> list[TerminalEvent]:
        news, self._news = self._news, []
        self._news_due = NEVER
        return news
