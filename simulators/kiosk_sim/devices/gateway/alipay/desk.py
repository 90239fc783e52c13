"""What a trusted request to Alipay does: its methods, one after the other.

Written from the platform's side of the open platform's manual. Its trades exist from the first
scan on: before it, a query of a precreated order finds nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kiosk_sim.devices.gateway.alipay import forms
from kiosk_sim.devices.gateway.alipay.amounts import fen_of, yuan
from kiosk_sim.devices.gateway.alipay.wording import Wording, trade_no
from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.clockwork import beijing, beijing_moment, day
from kiosk_sim.devices.gateway.fields import Rule, first_breach
from kiosk_sim.devices.gateway.orders import Order, Refund, RefundState, Refusal, State, Terms
from kiosk_sim.devices.gateway.settings import AlipaySettings

CODE_S: Final = 7_200
"""How long a precreated code stands when the merchant does not say."""

WAP_S: Final = 15 * 86_400
"""How long a wap trade stands when the merchant does not say: the most there is."""

SPANS_S: Final = {"m": 60, "h": 3_600, "d": 86_400}

Record = dict[str, Any]
Values = Mapping[str, str]

PARAMETER: Final = "ACQ.INVALID_PARAMETER"

SAYS: Final[dict[Refusal, str]] = {
    Refusal.OTHER_TERMS: "ACQ.CONTEXT_INCONSISTENT",
    Refusal.IS_PAID: "ACQ.TRADE_HAS_SUCCESS",
    Refusal.IS_CLOSED: "ACQ.TRADE_HAS_CLOSE",
    Refusal.ABSENT: "ACQ.TRADE_NOT_EXIST",
    Refusal.NOT_PAID: "ACQ.TRADE_STATUS_ERROR",
    Refusal.TOO_MUCH: "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    Refusal.TOO_MANY: "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    Refusal.OTHER_REFUND: "ACQ.DISCORDANT_REPEAT_REQUEST",
    Refusal.FULL: "ACQ.SYSTEM_ERROR",
}
"""How each refusal of the books is told."""


class Desk:
    """One application's methods: `METHODS` names their operations, `answer` does them."""

    METHODS: Final = {
        "alipay.trade.precreate": "create",
        "alipay.trade.query": "query",
        "alipay.trade.cancel": "close",
        "alipay.trade.close": "close",
        "alipay.trade.refund": "refund",
        "alipay.trade.fastpay.refund.query": "refund-query",
        "alipay.data.dataservice.bill.downloadurl.query": "bill",
    }

    def __init__(self, settings: AlipaySettings, books: Books, wording: Wording) -> None:
        self._settings = settings
        self._books = books
        self._wording = wording
        self._handlers: dict[
            str, tuple[Mapping[str, Rule], Callable[[Record, Values, float], Record]]
        ] = {
            "alipay.trade.precreate": (forms.CREATE, self._precreate),
            "alipay.trade.query": (forms.QUERY, self._query),
            "alipay.trade.cancel": (forms.ORDER, self._cancel),
            "alipay.trade.close": (forms.CLOSE, self._close),
            "alipay.trade.refund": (forms.REFUND, self._refund),
            "alipay.trade.fastpay.refund.query": (forms.REFUND_QUERY, self._refund_query),
            "alipay.data.dataservice.bill.downloadurl.query": (forms.BILL, self._bill),
        }

    def answer(self, content: object, values: Values, now_s: float) -> Record:
        """Do what `method` says; the inner object of the answer."""
        rules, handler = self._handlers[values["method"]]
        if breach := first_breach(content, rules):
            return failed(PARAMETER, breach)
        assert isinstance(content, dict)
        return handler(content, values, now_s)

    def order_from(
        self, content: Record, values: Values, way: str, now_s: float
    ) -> Order | tuple[str, str]:
        """The order that this content asks for, new or the same as before; or sub_code and why."""
        if breach := first_breach(content, forms.CREATE):
            return PARAMETER, breach
        fen = fen_of(content["total_amount"])
        expires_s = _expiry(content, way, now_s)
        if fen is None or expires_s is None or expires_s <= now_s:
            return PARAMETER, "time_expire, timeout_express: expected a time to come"
        if content.get("seller_id", self._settings.seller_id) != self._settings.seller_id:
            return "ACQ.INVALID_SELLER_ID", "seller_id: not this application's"
        terms = Terms(
            fen,
            content["subject"],
            way,
            expires_s,
            values.get("notify_url", ""),
            values.get("return_url", ""),
            content.get("passback_params", ""),
        )
        code = f"bax{self._books.digits(24)}"
        order = self._books.create(content["out_trade_no"], terms, code, now_s)
        return (SAYS[order], order.value) if isinstance(order, Refusal) else order

    # Trades.

    def _precreate(self, content: Record, values: Values, now_s: float) -> Record:
        order = self.order_from(content, values, "precreate", now_s)
        if isinstance(order, tuple):
            return failed(*order)
        return done(
            out_trade_no=self._wording.number(order, "create"),
            qr_code=f"https://qr.alipay.com/{order.code}",
        )

    def _query(self, content: Record, values: Values, now_s: float) -> Record:
        order = self._trade(content, now_s)
        return failed(*order) if isinstance(order, tuple) else done(**self._wording.trade(order))

    def _cancel(self, content: Record, values: Values, now_s: float) -> Record:
        order = self._order(content, now_s)
        if order is None:
            # Told as done, without an action: there was nothing to cancel.
            return done(out_trade_no=content.get("out_trade_no", ""), retry_flag="N")
        told = {"out_trade_no": self._wording.number(order, "close"), "retry_flag": "N"}
        known = order.scanned
        ended = self._books.close(order.number, now_s)
        if isinstance(ended, Refusal):
            rest = order.terms.amount_minor - order.refunded_minor
            if rest and self._books.refunds_end is RefundState.ABNORMAL:
                return failed("ACQ.SELLER_BALANCE_NOT_ENOUGH", "the seller has not enough")
            if rest:
                self._books.refund(f"cancel_{order.number}", rest, order, now_s)
            return done(**told, trade_no=trade_no(order), action="refund")
        return done(**told, trade_no=trade_no(order), action="close") if known else done(**told)

    def _close(self, content: Record, values: Values, now_s: float) -> Record:
        order = self._trade(content, now_s)
        if isinstance(order, tuple):
            return failed(*order)
        if order.state in (State.CLOSED, State.REVOKED):
            return failed("ACQ.REASON_TRADE_STATUS_INVALID", Refusal.IS_CLOSED.value)
        ended = self._books.close(order.number, now_s)
        if isinstance(ended, Refusal):
            return failed("ACQ.REASON_TRADE_STATUS_INVALID", ended.value)
        number = self._wording.number(order, "close")
        return done(trade_no=trade_no(order), out_trade_no=number)

    # Refunds.

    def _refund(self, content: Record, values: Values, now_s: float) -> Record:
        order = self._trade(content, now_s)
        if isinstance(order, tuple):
            return failed(*order)
        fen = fen_of(content["refund_amount"])
        assert fen is not None
        number = content.get("out_request_no", order.number)
        before = order.refunds.get(number)
        if before is None and self._books.refunds_end is RefundState.ABNORMAL:
            return failed("ACQ.SELLER_BALANCE_NOT_ENOUGH", "the seller has not enough")
        refund = self._books.refund(number, fen, order, now_s)
        if isinstance(refund, Refusal):
            return failed(SAYS[refund], refund.value)
        payer = order.payer
        assert payer is not None
        return done(
            trade_no=trade_no(order),
            out_trade_no=self._wording.number(order, "refund"),
            buyer_logon_id=payer.login,
            buyer_user_id=payer.ident,
            fund_change="Y" if before is None and refund.done_s is not None else "N",
            refund_fee=yuan(order.refunded_minor),
            gmt_refund_pay=beijing(refund.done_s or now_s),
        )

    def _refund_query(self, content: Record, values: Values, now_s: float) -> Record:
        order = self._trade(content, now_s)
        if isinstance(order, tuple):
            return failed(*order)
        refund = order.refunds.get(content["out_request_no"])
        return done() if refund is None else done(**self._told_refund(order, refund))

    def _told_refund(self, order: Order, refund: Refund) -> Record:
        told = {
            "trade_no": trade_no(order),
            "out_trade_no": self._wording.number(order, "refund-query"),
            "out_request_no": refund.number,
            "total_amount": self._wording.total(order, "refund-query"),
            "refund_amount": yuan(refund.amount_minor),
        }
        if refund.done_s is not None:
            told |= {"refund_status": "REFUND_SUCCESS", "gmt_refund_pay": beijing(refund.done_s)}
        return told

    # Bills, and which order is meant.

    def _bill(self, content: Record, values: Values, now_s: float) -> Record:
        if content["bill_date"] > day(now_s):
            return failed("isp.bill_not_exist", "bill_date: that day has not come")
        where = f"{self._settings.origin}/bill/download?day={content['bill_date']}"
        return done(bill_download_url=where)

    def _order(self, content: Record, now_s: float) -> Order | None:
        if "trade_no" in content:
            number = content["trade_no"]
            found = (order for order in self._books.orders() if trade_no(order) == number)
            order = next(found, None)
            return None if order is None else self._books.find(order.number, now_s)
        return self._books.find(content.get("out_trade_no", ""), now_s)

    def _trade(self, content: Record, now_s: float) -> Order | tuple[str, str]:
        """The order as a trade: there is none before somebody has scanned."""
        if not {"trade_no", "out_trade_no"} & content.keys():
            return PARAMETER, "expected trade_no or out_trade_no"
        order = self._order(content, now_s)
        if order is None or not order.scanned:
            return SAYS[Refusal.ABSENT], Refusal.ABSENT.value
        return order


def done(**fields: Any) -> Record:
    """The inner object of a good answer."""
    return {"code": "10000", "msg": "Success", **fields}


def failed(sub_code: str, sub_msg: str) -> Record:
    """The inner object when the business was refused."""
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sub_msg}


def _expiry(content: Record, way: str, now_s: float) -> float | None:
    if "time_expire" in content:
        return beijing_moment(content["time_expire"])
    span = content.get("qr_code_timeout_express") or content.get("timeout_express")
    if span is None:
        return now_s + (CODE_S if way == "precreate" else WAP_S)
    if span == "1c":
        return beijing_moment(f"{day(now_s)} 23:59:59")
    return now_s + min(int(span[:-1]) * SPANS_S[span[-1]], WAP_S)
