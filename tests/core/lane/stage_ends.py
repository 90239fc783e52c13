"""The other ends of a lane at the level of its ports: gateways with books, a terminal, a board.

They say what the ports' vocabularies say, nothing of wires; each is written from what its word
means, and shares no code with any host or machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from kiosk_hw.ports import barrier, gateway, terminal
from kiosk_hw.ports.barrier import Arm, Inputs
from kiosk_hw.ports.gateway import Way
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.ports.receipt import Receipt


class End:
    """A party whose events are due at exact times, and which sends no byte."""

    def __init__(self) -> None:
        self.line = LineSettings(9600)
        self.now = 0.0
        self._due: list[tuple[float, int, Any]] = []
        self._numbers = count()

    def later(self, seconds: float, event: Any) -> None:
        """Let this event come in `seconds` from now."""
        self._due.append((self.now + seconds, next(self._numbers), event))

    def connected(self, now: float) -> Sequence[Any]:
        self.now = now
        return self.hello()

    def hello(self) -> Sequence[Any]:
        """What is said when the process comes up."""
        return ()

    def disconnected(self, now: float) -> Sequence[Any]:
        return ()

    def receive(self, data: bytes, now: float) -> Sequence[Any]:
        return ()

    def command(self, command: Any, now: float) -> None:
        self.now = now
        self.take(command)

    def take(self, command: Any) -> None:
        """Do this."""
        raise NotImplementedError

    def tick(self, now: float) -> Sequence[Any]:
        self.now = now
        ripe = sorted(item for item in self._due if item[0] <= now)
        self._due = [item for item in self._due if item[0] > now]
        return [event for _, _, event in ripe]

    def deadline(self) -> float:
        return min((at for at, _, _ in self._due), default=NEVER)

    def bytes_to_send(self) -> bytes:
        return b""

    def die(self) -> None:
        """The process that would have heard is gone."""
        self._due.clear()


@dataclass
class Account:
    """One order in a gateway's books."""

    amount: Money
    way: Way
    expires_at: float
    state: str = "waiting"
    """`waiting`, `paying`, `paid`, `closed`, `refunding`, `refunded`."""
    scanned: bool = False
    paid: int = 0
    """How often money was taken from somebody for it."""
    refunds: set[str] = field(default_factory=set)


class GatewayEnd(End):
    """A gateway of payment codes with its merchant's books, and phones before it."""

    def __init__(self, name: str, *, answer_s: float = 0.1, unseen_is_absent: bool = False) -> None:
        super().__init__()
        self.name = name
        self.books: dict[str, Account] = {}
        self.answer_s = answer_s
        self.unseen_is_absent = unseen_is_absent
        """Like Alipay's precreated orders, which exist for a query only once they were scanned."""
        self.down = False
        self.mute = False
        self.refuses = False
        self.lost: dict[type[Any], int] = {}
        """How many answers to which command still get lost, after the books were changed."""
        self.refund_says = "made"
        self.asked: list[tuple[float, Any]] = []

    def hello(self) -> Sequence[Any]:
        return (gateway.GatewaySilent(self.name, "off"),) if self.down else self._ready()

    def _ready(self) -> Sequence[Any]:
        return (gateway.GatewayReady(self.name),)

    def go_down(self) -> None:
        self.down = True
        self.later(0.0, gateway.GatewaySilent(self.name, "no route"))

    def come_up(self) -> None:
        self.down = False
        self.later(0.0, gateway.GatewayReady(self.name))

    # Phones.

    def scan(self, order_id: str) -> None:
        account = self.books[order_id]
        account.scanned = True
        if account.state == "waiting":
            account.state = "paying"

    def leave(self, order_id: str) -> None:
        if self.books[order_id].state == "paying":
            self.books[order_id].state = "waiting"

    def confirm(self, order_id: str, *, notice: bool = False) -> bool:
        """The thumb says yes. A gateway takes money once, and never for what it had closed."""
        account = self.books[order_id]
        if account.state not in ("waiting", "paying") or self.now > account.expires_at:
            return False
        account.state, account.scanned = "paid", True
        account.paid += 1
        if notice and not self.down:
            self.later(0.05, gateway.OrderNoticed(order_id))
        return True

    # Commands.

    def take(self, command: Any) -> None:
        self.asked.append((self.now, command))
        if self.mute:
            return
        order = getattr(command, "order_id", "")
        if self.down:
            if isinstance(command, gateway.RefundOrder | gateway.AskRefund):
                unclear = gateway.RefundUnclear(order, command.refund_id, "no route")
                self.later(1.0, unclear)
            elif order:
                self.later(1.0, gateway.OrderUnclear(order, "no route"))
            return
        answer = self._answer(command)
        if self.lost.get(type(command), 0):
            self.lost[type(command)] -= 1
            return
        if answer is not None:
            self.later(self.answer_s, answer)

    def _answer(self, command: Any) -> Any:
        match command:
            case gateway.CreateOrder():
                return self._create(command)
            case gateway.AskOrder(order_id=order):
                return self._tell(order)
            case gateway.CloseOrder(order_id=order):
                return self._close(order)
            case gateway.RefundOrder():
                return self._refund(command)
            case gateway.AskRefund():
                return self._tell_refund(command)
        return None

    def _create(self, command: gateway.CreateOrder) -> Any:
        known = self.books.get(command.order_id)
        if self.refuses:
            return gateway.OrderNotCreated(command.order_id, "NO_AUTH")
        if known is None:
            expires_at = self.now + command.expires_s
            self.books[command.order_id] = Account(command.amount, command.way, expires_at)
        elif known.state not in ("waiting", "paying"):
            return gateway.OrderNotCreated(command.order_id, "ORDERCLOSED")
        return gateway.OrderCreated(command.order_id, f"pay://{self.name}/{command.order_id}")

    def _tell(self, order: str) -> Any:
        account = self.books.get(order)
        if account is None or (self.unseen_is_absent and not account.scanned):
            return gateway.OrderAbsent(order)
        if account.state in ("waiting", "paying") and self.now > account.expires_at:
            account.state = "closed"
        if account.state == "paid":
            return gateway.OrderPaid(order, account.amount, f"ref-{order}")
        says = {
            "waiting": gateway.OrderWaiting,
            "paying": gateway.OrderPaying,
            "closed": gateway.OrderClosed,
            "refunding": gateway.OrderRefunded,
            "refunded": gateway.OrderRefunded,
        }
        return says[account.state](order)

    def _close(self, order: str) -> Any:
        account = self.books.get(order)
        seen = account is not None and (account.scanned or not self.unseen_is_absent)
        if account is not None and seen and account.state in ("waiting", "paying"):
            account.state = "closed"
        return self._tell(order)

    def _refund(self, command: gateway.RefundOrder) -> Any:
        order, refund, account = command.order_id, command.refund_id, self.books[command.order_id]
        if self.refund_says == "refused":
            return gateway.RefundRefused(order, refund, "NOTENOUGH")
        assert account.state in ("paid", "refunding", "refunded"), "a refund of what nobody paid"
        account.refunds.add(refund)
        account.state = "refunding" if self.refund_says == "pending" else "refunded"
        return self._tell_refund(command)

    def _tell_refund(self, command: Any) -> Any:
        if self.refund_says == "pending":
            return gateway.RefundPending(command.order_id, command.refund_id)
        self.books[command.order_id].state = "refunded"
        return gateway.RefundMade(command.order_id, command.refund_id)

    def kept(self) -> list[str]:
        """The orders whose money the operator has."""
        return [order for order, account in self.books.items() if account.state == "paid"]


class TerminalEnd(End):
    """A card terminal that waits for the goods to be issued, and its books."""

    HOST_S = 1.5

    def __init__(self) -> None:
        super().__init__()
        self.order: terminal.Authorise | None = None
        self.stage = "idle"
        """`idle`, `card`, `host`, `held`."""
        self.taken: dict[str, Receipt] = {}
        self.reversed: set[str] = set()
        self.away = False
        self.keeps = False
        """A dialect: money that nobody answers for stays booked."""
        self.reversal_says = "made"
        """`made`, `refused`, `unclear`."""
        self._last: Receipt | None = None
        self._last_offered: Receipt | None = None
        self._receipts = count(1)

    def hello(self) -> Sequence[Any]:
        if self.away:
            return (terminal.TerminalSilent("off"),)
        if self.order is not None and self.stage == "held":
            # Nobody answers it: it lets the money go, or keeps it.
            if self.keeps:
                assert self._last_offered is not None
                self.taken[self.order.order_id] = self._last = self._last_offered
            self.order, self.stage = None, "idle"
        return (terminal.TerminalReady("1"),)

    def go_away(self) -> None:
        self.away = True
        self._due.clear()
        if self.order is not None:
            self.later(0.0, terminal.PaymentUnclear(self.order.order_id, "line cut"))
            self.order, self.stage = None, "idle"
        self.later(0.0, terminal.TerminalSilent("line cut"))

    def come_back(self) -> None:
        self.away = False
        self.later(0.0, terminal.TerminalReady("1"))

    def awaits_card(self) -> bool:
        return self.stage == "card"

    def tap(self, *, good: bool = True) -> None:
        """A card is held against it."""
        assert self.order is not None
        order, self.stage = self.order.order_id, "host"
        self.later(0.0, terminal.CardPresented(order))
        if good:
            receipt = Receipt(next(self._receipts), self.order.amount)
            self.later(self.HOST_S, terminal.PaymentApproved(order, receipt))
            self._last_offered = receipt
            self.stage = "held"
        else:
            self.later(self.HOST_S, terminal.PaymentNotTaken(order, 5, "declined"))
            self.order, self.stage = None, "idle"

    def take(self, command: Any) -> None:
        if self.away:
            return
        match command:
            case terminal.Authorise():
                self.order, self.stage = command, "card"
                self.later(0.05, terminal.CardAwaited(command.order_id))
            case terminal.AbortPayment() if self.stage == "card":
                self._drop(command.order_id)
            case terminal.IssueGoods() if self.stage == "held":
                assert self._last_offered is not None
                self.taken[command.order_id] = self._last = self._last_offered
                self.order, self.stage = None, "idle"
                self.later(0.1, terminal.PaymentTaken(command.order_id, self._last))
            case terminal.WithholdGoods() if self.stage == "held":
                self._drop(command.order_id)
            case terminal.AskLastReceipt():
                self.later(0.05, terminal.LastReceiptKnown(self._last))
            case terminal.ReverseReceipt():
                self.later(0.1, self._reverse(command))

    def _reverse(self, command: terminal.ReverseReceipt) -> Any:
        order, receipt_no = command.order_id, command.receipt_no
        if self.reversal_says == "refused":
            return terminal.ReversalRefused(order, receipt_no, 0x6C, "too late")
        if self.reversal_says == "unclear":
            return terminal.ReversalUnclear(order, receipt_no, "line cut")
        self.reversed.add(order)
        return terminal.ReversalMade(order, receipt_no)

    def _drop(self, order_id: str) -> None:
        self.order, self.stage = None, "idle"
        self.later(0.1, terminal.PaymentNotTaken(order_id, 0, "given up"))

    def kept(self) -> list[str]:
        return [order for order in self.taken if order not in self.reversed]


class BoardEnd(End):
    """A barrier with its two loops: the arm rises when it is told to, and falls behind a car."""

    TRAVEL_S = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.inputs = Inputs(Arm.LOWERED, False, False)
        self.stuck = False
        self.hello_s = 0.0
        """How long its link and its first two samples take."""
        self.openings: list[tuple[float, str]] = []

    def hello(self) -> Sequence[Any]:
        ready = barrier.BoardReady(self.inputs)
        if self.hello_s == 0.0:
            return (ready,)
        self.later(self.hello_s, ready)
        return ()

    def occupy(self, occupied: bool) -> None:
        """A car on the arming loop, or none."""
        self._set(arming_loop=occupied)
        word = barrier.ArmingLoopOccupied() if occupied else barrier.ArmingLoopCleared()
        self.later(0.0, word)

    def drive_out(self) -> None:
        """The car goes under the arm and is gone; the arm comes down behind it."""
        self._set(arming_loop=False, arm=Arm.LOWERED)
        self.later(0.0, barrier.SafetyLoopOccupied())
        self.later(0.3, barrier.ArmingLoopCleared())
        self.later(0.8, barrier.SafetyLoopCleared())
        self.later(2.0, barrier.ArmLeftLimit())
        self.later(2.0 + self.TRAVEL_S, barrier.ArmLowered())

    def take(self, command: Any) -> None:
        if isinstance(command, barrier.OpenBarrier):
            self.openings.append((self.now, command.exit_id))
            self.later(0.02, barrier.OpenPulsed(command.exit_id))
            if not self.stuck:
                self._set(arm=Arm.RAISED)
                self.later(0.1, barrier.ArmLeftLimit())
                self.later(self.TRAVEL_S, barrier.ArmRaised())

    def _set(self, **changed: Any) -> None:
        self.inputs = replace(self.inputs, **changed)
