"""What one order by code does on each row of its table: commands to its gateway, rows, news."""

from dataclasses import replace
from typing import Any

from kiosk.core.lane.codes.bill import (
    ASK_S,
    BOARD_S,
    CREATE_ANSWER_S,
    CREATE_S,
    LAST_LOOK_S,
    LIFE_S,
    LINGER_S,
    LOOK_S,
    UNKNOWN_S,
    Bill,
)
from kiosk.core.lane.codes.events import (
    AskDue,
    CreateOver,
    LingerOver,
    OfferOver,
    StayPaid,
    UnknownOver,
)
from kiosk.core.lane.codes.giving_back import RefundableOrder
from kiosk.core.lane.codes.owed import covers_until, is_owed
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import MoneyHeld
from kiosk.core.lane.tables.code_order import CODE_ORDER, ENDED, PAYABLE, CodeState
from kiosk.core.lane.twice import covers, refund_part
from kiosk.core.records import (
    LookStay,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    StayLooked,
)
from kiosk.core.shows import ReceiptIssued
from kiosk.core.stopwatch import Share
from kiosk.core.tariff import Tariff
from kiosk_hw.ports.gateway import (
    CloseOrder,
    CreateOrder,
    OrderClosed,
    OrderCreated,
    OrderNotCreated,
    OrderPaid,
)


class CodeOrder(RefundableOrder):
    """One order at one gateway, from its intent to its end."""

    table = CODE_ORDER

    def __init__(
        self, desk: Desk, bill: Bill, tariff: Tariff, *, ask_s: float = ASK_S, refund_id: str = ""
    ) -> None:
        super().__init__(desk, bill, ask_s, refund_id)
        self.content = ""
        """What its code says, or the link to follow, once it was made."""
        self.why = ""
        """The gateway's own word for an order that was not made."""
        self.covered = False
        """Others had paid for its stay before this process began."""
        self.opened_before = False
        """The barrier opened for it before this process began."""
        self.awaits_board = False
        """An earlier run ordered its pulse; what came of that the board has yet to say."""
        self._tariff = tariff
        self._reference = ""
        self._closed_row = False

    @property
    def blocks(self) -> bool:
        """While it may still be paid, no other order is made for its stay."""
        return self.state in PAYABLE and not self._closed_row

    @property
    def has_ended(self) -> bool:
        """The journal has its end; more may be heard of it all the same."""
        return self.state in ENDED

    @property
    def is_over(self) -> bool:
        """Nothing will be heard of it any more."""
        return self.state in CODE_ORDER.ends or (self.state is CodeState.CLOSED and not self._due)

    # Guards.

    def _is_whole(self, event: OrderPaid) -> bool:
        return event.amount == self.bill.amount

    def _opened_before(self, event: Any) -> bool:
        return self.opened_before

    def _was_covered(self, event: Any) -> bool:
        return self.covered

    def _is_covered(self, event: StayLooked) -> bool:
        return covers(event, self.bill.amount)

    def _is_counted(self, event: StayLooked) -> bool:
        return event.counted

    def _is_unseen(self, event: Any) -> bool:
        return not self.handed

    def _was_closed(self, event: Any) -> bool:
        return self._closed_row

    def _is_ahead(self, event: Any) -> bool:
        return self.bill.is_ahead

    def _is_owed(self, event: StayLooked) -> bool:
        return is_owed(event, self.bill, self._tariff)

    # It is made.

    def _create(self, event: Any) -> None:
        self._wait(CreateOver, CREATE_S)
        self._clock("gateway", Share.DEVICES)
        self._create_again(event)
        self._step("created.asked", amount=self.bill.amount)

    def _create_again(self, event: Any) -> None:
        bill = self.bill
        self.desk.write(
            PaymentIntended(
                *(bill.exit_id, bill.order_id, bill.stay_id, bill.amount, None, bill.gateway),
                paid_before_minor=bill.paid_before_minor,
            )
        )
        command = CreateOrder(
            bill.order_id, bill.amount, bill.way, LIFE_S, bill.payer_address, bill.return_url
        )
        self._tell(command, CREATE_ANSWER_S)

    def _offer(self, event: OrderCreated) -> None:
        self.content, self.bill = event.content, replace(self.bill, payer_address="")
        self._due.clear()
        self._wait(OfferOver, LIFE_S)
        self.pace.begin(self.desk.now)
        self._clock("driver", Share.PEOPLE)
        self._step("offered")
        self._pause(event)

    # What an earlier run left, or was thought to be over.

    def _resolve(self, event: Any) -> None:
        self._wait_once(UnknownOver, UNKNOWN_S)
        if self.awaits_board:
            self.awaits_board = False
            self._wait(AskDue, BOARD_S)
        else:
            self._ask(event)

    # It is paid.

    def _hold(self, event: OrderPaid) -> None:
        self._note_paid(event)
        self._due.clear()
        if self.bill.is_ahead:
            self._look_again(event)
            return
        self._clock("release", Share.MACHINE)
        bill = self.bill
        # In the transaction of this row: the barrier does not wait for the answer.
        self.desk.ask(LookStay(bill.order_id, bill.stay_id))
        self.desk.post(MoneyHeld(bill.order_id, bill.stay_id, bill.receipt_id))

    def _note_paid(self, event: OrderPaid) -> None:
        bill, self._reference = self.bill, event.reference
        self._unanswered, self.fresh = False, True
        self.desk.write(
            PaymentHeld(bill.exit_id, bill.order_id, None, None, reference=event.reference)
        )
        self._step("held")

    def _look_again(self, event: Any) -> None:
        self.desk.ask(LookStay(self.bill.order_id, self.bill.stay_id))
        self._wait(AskDue, LOOK_S)

    def _book(self, event: Any) -> None:
        if isinstance(event, OrderPaid):
            self._reference = event.reference
        self._due.clear()
        self._book_again(event)

    def _book_again(self, event: Any) -> None:
        """Whether it counts is said by the transaction that writes it down."""
        bill = self.bill
        told = (bill.exit_id, bill.order_id, None, self._reference, bill.covers_utc)
        self.desk.write(PaymentBooked(*told))
        self._look_again(event)

    def _end_booked(self, event: StayLooked) -> None:
        bill = self.bill
        self.desk.show(ReceiptIssued(bill.receipt_id, bill.amount, bill.lines, bill.gateway))
        self._step("booked")
        if event.besides_minor > 0:
            self.desk.alarm("refund-due", refund_part(bill.order_id, event), bill.exit_id)

    def _book_ahead(self, event: StayLooked) -> None:
        until = covers_until(event, self.bill, self._tariff)
        self.bill = replace(self.bill, covers_utc=until)
        self._book(event)
        self.desk.post(StayPaid(self.bill.stay_id))

    def _refund_late(self, event: OrderPaid) -> None:
        self._note_paid(event)
        self._refund(event)

    # It is wanted no more.

    def _close(self, event: Any) -> None:
        """Only the gateway can say that nothing can be paid for it any more."""
        until = self._due.get(UnknownOver)
        self._due.clear()
        self._wait(UnknownOver, UNKNOWN_S)
        if until is not None:
            self._due[UnknownOver] = until
        self._step("closing", on=type(event).__name__)
        self._close_again(event)

    def _close_again(self, event: Any) -> None:
        self._ask_with(event, CloseOrder(self.bill.order_id, self.bill.amount, self.bill.way))

    def _linger(self, event: Any) -> None:
        self._due.clear()
        self._wait(LingerOver, LINGER_S)
        self._pause(event)

    def _end_unpaid(self, event: Any) -> None:
        self._due.clear()
        if isinstance(event, OrderNotCreated):
            self.why = event.why
        if self._closed_row:
            return
        self._closed_row = True
        self.desk.write(PaymentRefused(self.bill.exit_id, self.bill.order_id, 0))
        self._step("closed", on=type(event).__name__)
        if isinstance(event, OrderClosed):
            self._wait(AskDue, LAST_LOOK_S)

    def _stay_closed(self, event: Any) -> None:
        self._due.clear()
