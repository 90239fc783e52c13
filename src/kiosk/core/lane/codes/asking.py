"""How one order by code is asked about: what, when again, and what its gateway's silence means.

How soon, `pace` says; what comes of an answer, the table. No table is here.
"""

from typing import Any

from kiosk.core.lane.codes.bill import ANSWER_S, PAUSE_S, Bill
from kiosk.core.lane.codes.events import AskDue
from kiosk.core.lane.codes.pace import Pace
from kiosk.core.lane.codes.timed import Timed
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.gateway import AskOrder, OrderNoticed


class AskedOrder(Timed):
    """An order at one gateway, as far as it is asked about."""

    def __init__(self, desk: Desk, bill: Bill, ask_s: float) -> None:
        super().__init__(desk)
        self.bill = bill
        self.pace = Pace(ask_s, bill.way, desk.now)
        self.fresh = True
        """The gateway answered what it was asked last."""
        self.handed = not bill.prepared
        """Somebody may have its code or link."""
        self._unanswered = False
        self._noticed = False

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.bill.order_id} {self.state.value} {self.bill.gateway}>"
        )

    def hand_out(self) -> None:
        """Its link is the driver's from now on."""
        self.handed = True
        self.pace.begin(self.desk.now)

    # Nobody has paid: it is asked about.

    def _ask(self, event: Any) -> None:
        # The question under way may have been heard before what is noticed now: one more follows.
        self._noticed = self._unanswered and isinstance(event, OrderNoticed)
        self._ask_with(event, AskOrder(self.bill.order_id, self.bill.amount))

    def _ask_with(self, event: Any, question: Any) -> None:
        if self._unanswered and isinstance(event, AskDue):
            self.fresh = False
        self._tell(question, ANSWER_S)

    def _pause(self, event: Any) -> None:
        """It was answered: ask again in a while."""
        self._unanswered, self.fresh = False, True
        self._wait(AskDue, self._pause_s())

    def _pause_s(self) -> float:
        if self.state not in (CodeState.OFFERED, CodeState.PAYING):
            return PAUSE_S[self.state]
        noticed, self._noticed = self._noticed, False
        if noticed and self.pace.may_hurry:
            return 0.0
        return self.pace.pause_s(self.state, self.desk.now, handed=self.handed)

    def _doubt(self, event: Any) -> None:
        """There was no answer that could be believed; this order is asked about slowly from now."""
        self.pace.doubt()
        self._pause(event)
        self.fresh = False

    def _see_scanned(self, event: Any) -> None:
        self.pace.begin(self.desk.now)
        self._clock("confirming", Share.PEOPLE)
        self._pause(event)

    # Inside.

    def _tell(self, command: Any, answer_s: float) -> None:
        self._unanswered = True
        self.desk.order(self.bill.gateway, command)
        self._wait(AskDue, answer_s)

    def _step(self, what: str, **facts: object) -> None:
        told = {"order": self.bill.order_id, "gateway": self.bill.gateway, **facts}
        self.desk.step(f"code.{what}", self.bill.exit_id, **told)

    def _clock(self, name: str, share: Share) -> None:
        passage = self.desk.passages.get(self.bill.exit_id)
        if passage is not None:
            passage.stopwatch.switch(name, share, self.desk.now)
