"""What the till does on each row of its table: commands to the terminal, rows, news for visits."""

from dataclasses import replace
from typing import Any, Final

from kiosk.core.lane.counted import CountedTill
from kiosk.core.lane.desk import TERMINAL, Desk
from kiosk.core.lane.events import (
    ChargeGivenUp,
    ChargeOrdered,
    GoodsIssued,
    GoodsWithheld,
    MoneyBooked,
    MoneyHeld,
    MoneyRefused,
    MoneyUnclear,
    MoneyUnresolved,
    OpeningSeen,
    ResolveDue,
    ResolveOver,
    StatusDue,
    TillFree,
)
from kiosk.core.lane.receipts import Finding, judge
from kiosk.core.lane.tables.till import TILL
from kiosk.core.records import (
    OpenOrder,
    OpenOrdersFound,
    PaymentHeld,
    PaymentIntended,
    PaymentRefused,
    PaymentReversed,
    PaymentUnresolved,
    is_trial,
)
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.terminal import (
    AbortPayment,
    AskLastReceipt,
    AskTerminalStatus,
    Authorise,
    CardAwaited,
    CardPresented,
    IssueGoods,
    LastReceiptKnown,
    LogOffTerminal,
    PaymentApproved,
    PaymentNotTaken,
    PaymentTaken,
    PaymentUnclear,
    ReversalMade,
    ReversalRefused,
    ReversalUnclear,
    TerminalBlocked,
    TerminalReady,
    TerminalSilent,
)

ASK_AGAIN_S: Final = 2.0
"""Pause before an unclear payment's receipt is asked for again; the terminal may still be busy."""


class Till(CountedTill):
    """The money's machine with the order in hand and the one that waits behind it."""

    table = TILL

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._queued: ChargeOrdered | None = None
        self._ready = False
        self._refused: OpenOrder | None = None
        """The last order that the terminal refused: its host may yet come to book it."""
        self._late: OpenOrder | None = None
        """That order, once a gap in the receipts suggests that it was booked after all."""

    # Guards.

    def _suspects_late(self, event: PaymentTaken) -> bool:
        return self._late is not None

    def _only_suspects(self, event: ReversalRefused) -> bool:
        return self._late is not None

    def _has_open_order(self, event: Any) -> bool:
        return self.order is not None

    def _lists_any(self, event: OpenOrdersFound) -> bool:
        return bool(_by_card(event))

    def _is_of_exit(self, event: OpeningSeen) -> bool:
        return self.order is not None and self.order.exit_id == event.exit_id

    def _is_in_hand(self, event: ChargeGivenUp | GoodsIssued | GoodsWithheld) -> bool:
        """Orders that are paid by code are spoken of in the same words."""
        return self.order is not None and self.order.order_id == event.order_id

    def _is_queued(self, event: ChargeGivenUp) -> bool:
        return self._queued is not None and self._queued.order_id == event.order_id

    def _is_trial(self, event: Any) -> bool:
        return self.order is not None and is_trial(self.order.order_id)

    def _answers(self, event: Any) -> bool:
        return self._ready

    def _found(self, event: LastReceiptKnown) -> Finding:
        assert self.order is not None
        return judge(self.order, event.receipt)

    def _found_booked(self, event: LastReceiptKnown) -> bool:
        return self._found(event) is Finding.BOOKED

    def _found_absent(self, event: LastReceiptKnown) -> bool:
        return self._found(event) is Finding.ABSENT

    def _found_unwanted(self, event: LastReceiptKnown) -> bool:
        """Booked, but the barrier never opened for it and no car stands there to be let out."""
        assert self.order is not None
        gone = not self._wanted or not self.desk.inputs.arming_loop
        unwanted = gone and not self.order.barrier_opened
        unwanted = unwanted or self.order.covered or self._is_trial(event)
        return unwanted and self._found_booked(event)

    def _awaits_board(self, event: LastReceiptKnown) -> bool:
        """A pulse was ordered for it, and whether the arm rose the board has yet to say."""
        order = self._in_hand()
        in_doubt = order.opening_ordered and not order.barrier_opened
        return in_doubt and not self.desk.board_answers

    # The terminal comes and goes.

    def _check(self, event: Any) -> None:
        self._ready = True
        self.desk.calm("terminal-down")
        self.desk.order(TERMINAL, AskLastReceipt())
        self.desk.wait(StatusDue, self.desk.settings.status_s)

    def _know_ready(self, event: TerminalReady) -> None:
        self.desk.wait(StatusDue, self.desk.settings.status_s)

    def _go_offline(self, event: TerminalSilent | TerminalBlocked) -> None:
        self._ready = False
        self.desk.stop_waiting(StatusDue)
        self._report_down(event)
        if self._queued is not None:
            queued, self._queued = self._queued, None
            self.desk.post(MoneyRefused(queued.order_id, "terminal-down", retry=False))

    def _stay_offline(self, event: TerminalSilent | TerminalBlocked) -> None:
        self._ready = False
        self._report_down(event)

    def _report_down(self, event: TerminalSilent | TerminalBlocked) -> None:
        why = event.cure if isinstance(event, TerminalBlocked) else event.why
        self.desk.alarm("terminal-down", why)

    def _remember_last(self, event: LastReceiptKnown) -> None:
        self.last_receipt_no = event.receipt.receipt_no if event.receipt else 0
        self._rest()
        self.desk.post(TillFree())

    def _remember_nothing(self, event: Any) -> None:
        self.last_receipt_no = None
        self._rest()
        self.desk.post(TillFree())

    def _ask_status(self, event: StatusDue) -> None:
        self.desk.order(TERMINAL, AskTerminalStatus())
        self.desk.wait(StatusDue, self.desk.settings.status_s)

    def _log_off(self, event: Any) -> None:
        self.desk.stop_waiting(StatusDue)
        self.desk.order(TERMINAL, LogOffTerminal())

    def _rest(self) -> None:
        """Nothing in hand: take what waits, or keep an eye on the terminal."""
        self.order = self._late = None
        self._wanted = True
        self.desk.stop_waiting(ResolveDue, ResolveOver)
        self.desk.wait(StatusDue, self.desk.settings.status_s)
        if self._queued is not None:
            queued, self._queued = self._queued, None
            self.desk.post(queued)

    # A fee is to be taken.

    def _charge(self, event: ChargeOrdered) -> None:
        self.desk.stop_waiting(StatusDue)
        self.order = OpenOrder(
            event.order_id,
            event.exit_id,
            event.stay_id,
            event.amount,
            self.last_receipt_no,
            held_receipt_no=None,
            opening_ordered=False,
            barrier_opened=False,
        )
        self.desk.write(
            PaymentIntended(
                *(event.exit_id, event.order_id, event.stay_id, event.amount),
                self.last_receipt_no,
                paid_before_minor=event.paid_before_minor,
            )
        )
        self.desk.order(TERMINAL, Authorise(event.order_id, event.amount))
        self._clock("terminal", Share.DEVICES)
        self.desk.step("till.charge.started", event.exit_id, amount=event.amount)

    def _turn_away(self, event: ChargeOrdered) -> None:
        self.desk.post(MoneyRefused(event.order_id, "terminal-down", retry=False))

    def _queue(self, event: ChargeOrdered) -> None:
        assert self._queued is None, "the visit orders one charge at a time"
        self._queued = event

    def _drop_queued(self, event: ChargeGivenUp) -> None:
        self._queued = None

    def _abort(self, event: ChargeGivenUp) -> None:
        self._wanted = False
        self.desk.order(TERMINAL, AbortPayment(event.order_id))

    def _forget_wish(self, event: ChargeGivenUp | GoodsWithheld) -> None:
        self._wanted = False

    def _know_opened(self, event: GoodsIssued) -> None:
        self.order = replace(self._in_hand(), barrier_opened=True)

    def _know_opened_before(self, event: OpeningSeen) -> None:
        self.order = replace(self._in_hand(), barrier_opened=True)

    def _await_card(self, event: CardAwaited) -> None:
        self._clock("driver", Share.PEOPLE)

    def _see_card(self, event: CardPresented) -> None:
        self._clock("card and host", Share.DEVICES)

    # The money is held until the barrier is open.

    def _hold(self, event: PaymentApproved) -> None:
        order, receipt = self._in_hand(), event.receipt
        self.order = replace(order, held_receipt_no=receipt.receipt_no)
        self.desk.write(
            PaymentHeld(order.exit_id, order.order_id, receipt.receipt_no, receipt.trace_no)
        )
        self._look_twice(order)
        self._note_gap(order, receipt.receipt_no)
        self._clock("release", Share.MACHINE)
        self.desk.post(MoneyHeld(order.order_id))
        self.desk.step("till.charge.held", order.exit_id)

    def _note_gap(self, order: OpenOrder, receipt_no: int) -> None:
        """A number between the last receipt and ours: a refused payment that may yet have come
        true. Terminals number much that is no booking, so that it is noted and alarms nobody."""
        last = order.last_receipt_no
        if last is not None and receipt_no > last + 1:
            why = f"receipts {last + 1} to {receipt_no - 1} of the terminal are none of ours"
            self.desk.note("receipt-gap", why, order.exit_id)
            if receipt_no == last + 2 and self._refused is not None:
                self._late = replace(self._refused, held_receipt_no=last + 1)

    def _issue(self, event: GoodsIssued) -> None:
        self.order = replace(self._in_hand(), barrier_opened=True)
        self.desk.order(TERMINAL, IssueGoods(event.order_id))

    def _withhold(self, event: GoodsWithheld | ChargeGivenUp) -> None:
        self._withhold_now()

    # It ends.

    def _book(self, event: PaymentTaken) -> None:
        order = self._in_hand()
        self._write_booked(event.receipt.receipt_no)
        self.desk.step("till.charge.booked", order.exit_id)
        self._refused = None
        self._rest()

    def _book_and_doubt(self, event: PaymentTaken) -> None:
        """Paid, and before that perhaps once more: the refused order's money must go back.

        The terminal knows best: it takes back what it booked, and refuses what it never did.
        """
        late, queued = self._late, self._queued
        self._queued = None
        self._book(event)
        self.order, self._late, self._queued = late, late, queued
        assert late is not None
        assert late.held_receipt_no is not None
        self._reverse(late.held_receipt_no, "refused, and booked after all")

    def _find_nothing(self, event: ReversalRefused) -> None:
        """The number in the gap was no booking."""
        self.desk.step("till.gap.empty", self._in_hand().exit_id, receipt_no=event.receipt_no)
        self._rest()
        self._check(event)

    def _book_unasked(self, event: PaymentTaken) -> None:
        """A terminal without goods issue takes the money at once: the car must get out for it."""
        order = self._in_hand()
        self.desk.note("taken-unasked", "the terminal did not wait for the barrier", order.exit_id)
        self._tell_booked(order)
        self._book(event)

    def _refuse(self, event: PaymentNotTaken) -> None:
        order = self._in_hand()
        self.desk.write(PaymentRefused(order.exit_id, order.order_id, event.code))
        self.desk.post(MoneyRefused(order.order_id, event.why, retry=True))
        self.desk.step("till.charge.refused", order.exit_id, why=event.why)
        self._refused = order
        self._rest()

    def _confirm_release(self, event: PaymentNotTaken) -> None:
        order = self._in_hand()
        self.desk.write(PaymentRefused(order.exit_id, order.order_id, event.code))
        self.desk.step("till.hold.released", order.exit_id)
        self._rest()

    def _lose_hold(self, event: PaymentNotTaken) -> None:
        """The terminal let go of money that the barrier was opening for."""
        order = self._in_hand()
        self.desk.write(PaymentRefused(order.exit_id, order.order_id, event.code))
        self.desk.note("opened-unpaid", event.why, order.exit_id)
        self._rest()

    def _reverse_trial(self, event: PaymentTaken) -> None:
        """Not written as booked: a crash from here on finds it open, and gives it back as well."""
        self._reverse(event.receipt.receipt_no, "a technician's trial")

    def _reverse_taken(self, event: PaymentTaken) -> None:
        self._give_back(event.receipt.receipt_no)

    def _reverse_found(self, event: LastReceiptKnown) -> None:
        assert event.receipt is not None
        self._give_back(event.receipt.receipt_no)

    def _confirm_reversal(self, event: ReversalMade) -> None:
        order = self._in_hand()
        self.desk.write(PaymentReversed(order.exit_id, order.order_id, event.receipt_no))
        self.desk.post(MoneyRefused(order.order_id, "reversed", retry=True))
        self.last_receipt_no = None
        self._rest()
        self._check(event)

    def _owe_refund(self, event: ReversalRefused | ReversalUnclear) -> None:
        order = self._in_hand()
        why = f"refund receipt {event.receipt_no} by hand: {event.why}"
        self.desk.write(PaymentUnresolved(order.exit_id, order.order_id, why))
        self.desk.alarm("refund-due", why, order.exit_id)
        if is_trial(order.order_id):
            self.desk.post(MoneyUnresolved(order.order_id))
        self.last_receipt_no = None
        self._rest()
        self._check(event)

    # What is not known is asked for.

    def _doubt(self, event: PaymentUnclear) -> None:
        order = self._in_hand()
        self.desk.step("till.charge.unclear", order.exit_id, why=event.why)
        self.desk.post(MoneyUnclear(order.order_id))
        self._clock("asking after", Share.DEVICES)
        self.desk.wait(ResolveOver, self.desk.settings.resolve_s)
        self._ask_later(event)

    def _inherit(self, event: OpenOrdersFound) -> None:
        """Only the newest open order can be proven by the terminal's last receipt."""
        orders = _by_card(event)
        for older in orders[:-1]:
            why = "older than the terminal's last receipt"
            self.desk.write(PaymentUnresolved(older.exit_id, older.order_id, why))
        if orders:
            self.order = orders[-1]
            self.desk.wait(ResolveOver, self.desk.settings.resolve_s)

    def _inherit_now(self, event: OpenOrdersFound) -> None:
        self._inherit(event)
        self._ask_after(event)

    def _ask_after(self, event: Any) -> None:
        if isinstance(event, TerminalReady):
            self._ready = True
            self.desk.calm("terminal-down")
        self.desk.order(TERMINAL, AskLastReceipt())
        self.desk.wait(ResolveDue, self.desk.settings.resolve_s)

    def _ask_later(self, event: Any) -> None:
        self.desk.wait(ResolveDue, ASK_AGAIN_S)

    def _book_found(self, event: LastReceiptKnown) -> None:
        order = self._in_hand()
        assert event.receipt is not None
        self._write_booked(event.receipt.receipt_no)
        self.desk.step("till.resolved.booked", order.exit_id)
        self._drop_same_stay(order)
        self._tell_booked(order)
        self._rest()

    def _refuse_found(self, event: LastReceiptKnown) -> None:
        order = self._in_hand()
        self.last_receipt_no = event.receipt.receipt_no if event.receipt else 0
        self.desk.write(PaymentRefused(order.exit_id, order.order_id, 0))
        self.desk.step("till.resolved.not-booked", order.exit_id)
        if order.barrier_opened:
            self.desk.note("opened-unpaid", "not booked after all", order.exit_id)
        self.desk.post(MoneyRefused(order.order_id, "not-booked", retry=True))
        self._rest()

    def _leave_open(self, event: ResolveOver) -> None:
        order = self._in_hand()
        why = "the terminal could not say in time what it booked"
        self.desk.write(PaymentUnresolved(order.exit_id, order.order_id, why))
        self.desk.alarm("payment-unresolved", why, order.exit_id)
        same_stay = self._drop_same_stay(order)
        self.desk.post(MoneyUnresolved(same_stay or order.order_id))
        self.last_receipt_no = None
        self._rest()
        if self._ready:
            self._check(event)

    def _drop_same_stay(self, order: OpenOrder) -> str | None:
        """A second charge for a stay whose first is in doubt must not go out."""
        queued = self._queued
        if queued is None or queued.stay_id != order.stay_id:
            return None
        self._queued = None
        return queued.order_id

    def _tell_booked(self, order: OpenOrder) -> None:
        self.desk.post(
            MoneyBooked(order.order_id, order.exit_id, order.stay_id, order.barrier_opened)
        )

    def _clock(self, name: str, share: Share) -> None:
        passage = self.desk.passages.get(self.order.exit_id) if self.order else None
        if passage is not None:
            passage.stopwatch.switch(name, share, self.desk.now)


def _by_card(event: OpenOrdersFound) -> tuple[OpenOrder, ...]:
    return tuple(order for order in event.orders if not order.gateway)
