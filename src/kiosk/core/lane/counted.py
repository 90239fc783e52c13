"""The till's order in hand, and money for a stay that others have paid meanwhile. No table is here.

Lanes of a site share one store, and a stay may be paid at another lane or on a phone while its car
stands here. What the store counts first stays; here is what becomes of a card that came second.
"""

from dataclasses import replace
from typing import Any, Final

from kiosk.core.lane.desk import TERMINAL, Desk
from kiosk.core.lane.events import ResolveDue, ResolveOver, StatusDue
from kiosk.core.lane.machine import Stateful
from kiosk.core.lane.twice import PAID_TWICE, covers, goes_back, refund_part
from kiosk.core.records import (
    LookStay,
    OpenOrder,
    PaymentBooked,
    PaymentUnresolved,
    StayLooked,
    is_trial,
)
from kiosk.core.shows import ReceiptIssued
from kiosk_hw.ports.terminal import PaymentTaken, ReverseReceipt, WithholdGoods

NOT_OPENED: Final = "booked, but the barrier did not open for it"


class CountedTill(Stateful):
    """A till with its order in hand, which asks the store whether that order's money counts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.order: OpenOrder | None = None
        self.last_receipt_no: int | None = None
        """0 when the terminal is known to hold no receipt, None when that is not known."""
        self._wanted = True
        self._booked: OpenOrder | None = None
        """The order that was written down as booked last, until the store says that it counts."""

    # Guards.

    def _is_covered(self, event: Any) -> bool:
        return self._in_hand().covered

    def _covers_in_hand(self, event: StayLooked) -> bool:
        order = self.order
        mine = order is not None and order.order_id == event.request_id
        return mine and order is not None and covers(event, order.amount)

    def _counts_booked(self, event: StayLooked) -> bool:
        return self._booked is not None and self._booked.order_id == event.request_id

    def _covers_booked(self, event: StayLooked) -> bool:
        booked = self._booked
        return self._counts_booked(event) and booked is not None and covers(event, booked.amount)

    # Others may pay the same stay meanwhile, at another lane or on a phone.

    def _look_twice(self, order: OpenOrder) -> None:
        """In the transaction of the row just written: the barrier does not wait for the answer."""
        if not is_trial(order.order_id):
            self.desk.ask(LookStay(order.order_id, order.stay_id))

    def _write_booked(self, receipt_no: int) -> None:
        order = self._in_hand()
        self.last_receipt_no = receipt_no
        self._booked = replace(order, held_receipt_no=receipt_no)
        self.desk.write(PaymentBooked(order.exit_id, order.order_id, receipt_no))
        self._look_twice(order)

    def _withhold_second(self, event: StayLooked) -> None:
        """The car goes for the first payment; the hold of this one is let go."""
        self._know_covered(event)
        self._withhold_now()

    def _know_covered(self, event: StayLooked) -> None:
        order = self._in_hand()
        self.order = replace(order, covered=True)
        self.desk.note(PAID_TWICE, goes_back(order.order_id), order.exit_id)
        self.desk.show_returned(order.order_id, order.exit_id)

    def _reverse_covered(self, event: PaymentTaken) -> None:
        self._give_back(event.receipt.receipt_no)

    def _reverse_second(self, event: StayLooked) -> None:
        """Booked by the terminal, but not counted by the store."""
        self.order, self._booked = self._booked, None
        self._know_covered(event)
        receipt_no = self._in_hand().held_receipt_no
        assert receipt_no is not None
        self._give_back(receipt_no)

    def _owe_second(self, event: StayLooked) -> None:
        """The terminal has another order in hand by now, and takes back only what it did last."""
        booked, self._booked = self._booked, None
        assert booked is not None
        why = f"refund receipt {booked.held_receipt_no} by hand: {goes_back(booked.order_id)}"
        self.desk.write(PaymentUnresolved(booked.exit_id, booked.order_id, why))
        self.desk.alarm("refund-due", why, booked.exit_id)
        self.desk.show_returned(booked.order_id, booked.exit_id)

    def _see_counted(self, event: StayLooked) -> None:
        """The store says that it counts, or what else was paid for a part of it."""
        booked = self._booked
        assert booked is not None
        if not event.counted:
            return
        self._booked = None
        self._issue_receipt(booked)
        if event.besides_minor > 0:
            why = refund_part(booked.order_id, event)
            self.desk.alarm("refund-due", why, booked.exit_id)

    # The order in hand.

    def _withhold_now(self) -> None:
        self._wanted = False
        self.desk.order(TERMINAL, WithholdGoods(self._in_hand().order_id))

    def _give_back(self, receipt_no: int) -> None:
        self._reverse(receipt_no, PAID_TWICE if self._in_hand().covered else NOT_OPENED)

    def _reverse(self, receipt_no: int, why: str) -> None:
        order = self._in_hand()
        self.desk.stop_waiting(StatusDue, ResolveDue, ResolveOver)
        self.desk.note("reversing", why, order.exit_id)
        self.desk.order(TERMINAL, ReverseReceipt(order.order_id, receipt_no, order.amount))

    def _issue_receipt(self, order: OpenOrder) -> None:
        passage = self.desk.passages.get(order.exit_id)
        lines = passage.lines if passage else ()
        self.desk.show(ReceiptIssued(order.order_id, order.amount, lines, "card"))

    def _in_hand(self) -> OpenOrder:
        assert self.order is not None, f"no order in hand in {self.state}"
        return self.order
