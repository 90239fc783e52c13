"""How the money of one order by code goes back, or comes on the operator's list. No table is here.

Why money goes back is decided by `kiosk.core.lane.tables.code_order`.
"""

from typing import Any

from kiosk.core.lane.codes.asking import AskedOrder
from kiosk.core.lane.codes.bill import REFUND_ANSWER_S, UNKNOWN_S, Bill
from kiosk.core.lane.codes.events import UnknownOver
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.twice import PAID_TWICE, goes_back
from kiosk.core.records import PaymentReversed, PaymentUnresolved, RefundIntended, StayLooked
from kiosk.core.shows import PaymentReturned
from kiosk_hw.ports.gateway import AskRefund, RefundOrder, RefundRefused


class RefundableOrder(AskedOrder):
    """An order at one gateway, which can be told to give its money back."""

    def __init__(self, desk: Desk, bill: Bill, ask_s: float, refund_id: str) -> None:
        super().__init__(desk, bill, ask_s)
        self._refund_id = refund_id

    # Guards.

    def _refund_began(self, event: Any) -> bool:
        return bool(self._refund_id)

    # It goes back.

    def _refund(self, event: Any) -> None:
        self._refund_id = self._refund_id or f"{self.bill.order_id}r"
        self._due.clear()
        self._wait(UnknownOver, UNKNOWN_S)
        self.desk.note("refunding", type(event).__name__, self.bill.exit_id)
        self.desk.show(PaymentReturned(self.bill.request_id))
        self._refund_again(event)

    def _refund_second(self, event: StayLooked) -> None:
        bill = self.bill
        self.desk.note(PAID_TWICE, goes_back(bill.order_id), bill.exit_id)
        self.desk.show_returned(bill.receipt_id, bill.exit_id)
        self._refund(event)

    def _refund_again(self, event: Any) -> None:
        """Under the same id it is given back once, however often it is ordered."""
        bill = self.bill
        self.desk.write(RefundIntended(bill.exit_id, bill.order_id, self._refund_id))
        self._tell(RefundOrder(bill.order_id, self._refund_id, bill.amount), REFUND_ANSWER_S)

    def _ask_refund(self, event: Any) -> None:
        bill = self.bill
        self._tell(AskRefund(bill.order_id, self._refund_id, bill.amount), REFUND_ANSWER_S)

    def _return(self, event: Any) -> None:
        self._wait(UnknownOver, UNKNOWN_S)
        self._ask_refund(event)

    def _end_refunded(self, event: Any) -> None:
        bill = self.bill
        self.desk.write(PaymentReversed(bill.exit_id, bill.order_id, None, self._refund_id))
        self._step("refunded")

    def _owe_refund(self, event: RefundRefused | UnknownOver) -> None:
        told = event.why if isinstance(event, RefundRefused) else "the gateway does not say"
        self._list_for_operator("refund-due", f"refund it at {self.bill.gateway} by hand: {told}")

    # Nobody could say in time.

    def _list(self, event: UnknownOver) -> None:
        why = f"{self.bill.gateway} could not say in time whether it was paid"
        self._list_for_operator("payment-unresolved", why)

    def _list_for_operator(self, alarm: str, why: str) -> None:
        self._due.clear()
        self.desk.write(PaymentUnresolved(self.bill.exit_id, self.bill.order_id, why))
        self.desk.alarm(alarm, why, self.bill.exit_id)
