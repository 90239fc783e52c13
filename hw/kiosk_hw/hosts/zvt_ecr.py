"""The cash register's (ECR's) half of ZVT as a party: orders in, events out, one command at a time.

Mastership and T3/T4 live in the dialogue, meanings in the errands, bytes in the links.
"""

from collections.abc import Sequence

from kiosk_hw.hosts.news import News
from kiosk_hw.hosts.register.dialogue import Dialogue
from kiosk_hw.hosts.register.errands import AnswerOnly, AskingStatus, Errand, Events, Registering
from kiosk_hw.hosts.register.link import Link
from kiosk_hw.hosts.register.orders import Order, OrderBook, impossible, never_sent
from kiosk_hw.hosts.register.payment import Goods, Held, Paying
from kiosk_hw.hosts.register.readiness import Readiness, Standing
from kiosk_hw.hosts.register.search import TerminalSearch
from kiosk_hw.hosts.register.serial_link import SerialLink
from kiosk_hw.hosts.register.speed import LineSpeed
from kiosk_hw.hosts.register.tcp_link import TcpLink
from kiosk_hw.hosts.register.waiting import WaitingOrders, refusal_of
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.ports.terminal import (
    AbortPayment,
    ChangeTerminalBaud,
    IssueGoods,
    LogOffTerminal,
    PaymentNotTaken,
    TerminalCommand,
    TerminalEvent,
    TerminalSilent,
    WithholdGoods,
)
from kiosk_hw.terminals.model import TerminalModel, Transport
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.currencies import NUMBERS


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
        self._speed = LineSpeed(line or model.line)
        self.line = self._speed.line
        self.orders_refused = 0
        """Orders that could not be sent: not ready, too many, or impossible."""
        self.misplaced = 0
        """Decisions about payments that do not run."""
        self._serial = model.transport is Transport.SERIAL
        link: Link = SerialLink() if self._serial else TcpLink()
        self._dialogue = Dialogue(link, model.answer_s, model.process_s)
        self._readiness = Readiness(model, password or model.password, currency)
        self._book = OrderBook(model, password or model.password, currency)
        self._waiting = WaitingOrders()
        self._search = TerminalSearch(self._serial)
        self._news: News[TerminalEvent] = News()
        self._silence_told = False

    def __repr__(self) -> str:
        return (
            f"<ZvtTerminal {self.line} waiting={len(self._waiting)} misplaced={self.misplaced}"
            f" orders_refused={self.orders_refused} {self._readiness!r} {self._dialogue!r}>"
        )

    def counts(self) -> dict[str, int]:
        """What happened so far, by name: of the link, and of the dialogue."""
        return {**self._dialogue.counts(), "orders_refused": self.orders_refused}

    # The verbs of a party.

    def connected(self, now: float) -> Sequence[TerminalEvent]:
        """Register at once; whatever ran on an older link is unclear."""
        events = [*self._news.take(), *self._dialogue.break_off("the link was made anew")]
        self._readiness.link_up(now)
        self._speed.due = NEVER
        self._proceed(now)
        return events

    def disconnected(self, now: float) -> Sequence[TerminalEvent]:
        """The running order is unclear, the waiting ones are off."""
        events = [*self._news.take(), *self._dialogue.break_off("the link is gone")]
        self._search.stop()
        self._readiness.link_down(Standing.OFFLINE)
        self._speed.due = NEVER
        return [*events, *self._tell_silence("the link is gone")]

    def receive(self, data: bytes, now: float) -> Sequence[TerminalEvent]:
        """Bytes of the terminal; none count while there is no link."""
        if self._readiness.standing is Standing.OFFLINE:
            return self._news.take()
        if self._search.asking:
            data = self._search.hear(data)
        if self._readiness.standing not in (Standing.READY, Standing.BLOCKED):
            self._search.overhear(data)
        return self._settle([*self._news.take(), *self._dialogue.receive(data, now)], now)

    def tick(self, now: float) -> Sequence[TerminalEvent]:
        """T1 to T4, the polls, and orders whose turn has come."""
        events = self._news.take()
        if self._search.asking:
            events += self._search.tick(now)
            self.line = self._search.line or self._speed.line
            return self._settle(events, now)
        self._dialogue.tick(now)
        if self._speed.due <= now:
            self._change_line(now)
        return self._settle(events, now)

    def deadline(self) -> float:
        """The nearest of all waits."""
        if self._search.asking:
            return min(self._news.due, self._search.deadline())
        due = min(self._news.due, self._speed.due, self._dialogue.deadline())
        if self._dialogue.free and self._speed.due == NEVER:
            due = min(due, self._readiness.deadline())
        return due

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        return self._search.bytes_to_send() or self._dialogue.link.bytes_to_send()

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
        paying = isinstance(self._dialogue.errand, Paying)
        refusal = refusal_of(order, self._readiness.standing, self._waiting, paying=paying)
        refusal = refusal or impossible(order, self._serial)
        if refusal is None:
            self._waiting.add(order)
            return
        self.orders_refused += 1
        self._news.add(never_sent(order, *refusal), now)

    def _decide(self, order_id: str, goods: Goods) -> None:
        """The word holds for a payment that broke, too: its terminal may ask again."""
        payment = self._dialogue.last_payment
        known = payment is not None and payment.order.order_id == order_id
        if payment is None or not known or not payment.decide(goods):
            self.misplaced += 1

    def _abort(self, order_id: str, now: float) -> None:
        why = "given up before the terminal was asked"
        given_up = self._waiting.give_up_payments(codes.TIMEOUT_OR_ABORT_KEY, why, order_id)
        if given_up:
            self._news.add(given_up, now)
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
            self._book.learn(events)
            events += self._readiness.heard(ended, now)
            self._after(ended, events, now)
        if self._dialogue.failure is not None:
            events += self._fall_silent(now)
        if self._readiness.standing in (Standing.READY, Standing.BLOCKED):
            self._silence_told = False
        self._proceed(now)
        return [*events, *self._news.take()]

    def _after(self, ended: Errand, events: Events, now: float) -> None:
        match ended:
            case AnswerOnly(done=True, order=LogOffTerminal()):
                self._readiness.link_down(Standing.LOGGED_OFF)
            case AnswerOnly(done=True, order=ChangeTerminalBaud(baud=baud)):
                self._speed.agree(baud, now)
            case Paying():
                for event in events:
                    if not isinstance(event, PaymentNotTaken):
                        continue
                    if event.code == codes.NOT_POSSIBLE:
                        # A terminal that lost its power unseen has forgotten our registration.
                        self._readiness.link_up(now)
                    elif event.code in codes.STATUSES:
                        self._readiness.ask_now(now)
            case Registering(done=False, code=code):
                why = "the terminal refused our registration"
                self._news.add(self._waiting.give_up_all(code, why), now)
            case AskingStatus(status=status) if status != codes.READY:
                why = str(codes.status_meaning(status))
                self._news.add(self._waiting.give_up_payments(status, why), now)

    def _proceed(self, now: float) -> None:
        """Say what is due next, if it is our turn."""
        if self._search.asking or not self._dialogue.free or self._speed.due != NEVER:
            return
        errand = self._readiness.next_errand(now)
        ready = self._readiness.standing in (Standing.READY, Standing.BLOCKED)
        if errand is None and ready and self._waiting:
            errand = self._book.errand(self._waiting.next(), self._readiness.echoes_receipt)
        if errand is not None:
            self._dialogue.begin(errand, now)

    def _fall_silent(self, now: float) -> Events:
        why, self._dialogue.failure = self._dialogue.failure or "", None
        money = self._dialogue.money_heard
        events = self._dialogue.break_off(why)
        if self._readiness.standing is not Standing.LOGGED_OFF:
            self._readiness.fell_silent(now)
        self._speed.try_other()
        if not money and self._readiness.standing is Standing.SILENT:
            self._search.begin(self._speed.line, now)
        self.line = self._search.line or self._speed.line
        return [*events, *self._tell_silence(why)]

    def _tell_silence(self, why: str) -> Events:
        events = list(self._waiting.give_up_all(codes.NOT_READY, why))
        if not self._silence_told:
            self._silence_told = True
            events.append(TerminalSilent(why))
        return events

    def _change_line(self, now: float) -> None:
        """The new speed holds. If the terminal stays silent at it, the old one is tried in turn."""
        self._speed.change()
        self.line = self._speed.line
        self._dialogue.break_off("the line changed")
        self._readiness.link_up(now)
