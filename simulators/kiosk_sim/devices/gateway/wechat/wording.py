"""What WeChat Pay v3 says of orders and refunds: the JSON of its answers and notices."""

from typing import Any, Final

from kiosk_sim.devices.gateway.clockwork import rfc3339
from kiosk_sim.devices.gateway.faults import Fault, Faults
from kiosk_sim.devices.gateway.orders import Order, Refund, RefundState, State
from kiosk_sim.devices.gateway.settings import WechatSettings

TRADE_TYPES: Final = {"native": "NATIVE", "h5": "MWEB"}

SAYS: Final = {
    State.NOTPAY: "订单未支付",
    State.USERPAYING: "用户支付中",
    State.SUCCESS: "支付成功",
    State.CLOSED: "订单已关闭",
    State.REVOKED: "订单已撤销",
    State.PAYERROR: "支付失败",
    State.REFUND: "订单发生过退款",
}

SUMMARY: Final = {RefundState.SUCCESS: "退款成功", RefundState.ABNORMAL: "退款异常"}

ELSEWHERE: Final = "1900000099"
"""The merchant that `wrong-mchid` names."""


class Wording:
    """Words for one merchant; what shall be told wrongly is told wrongly here."""

    def __init__(self, settings: WechatSettings, faults: Faults) -> None:
        self._settings = settings
        self._faults = faults

    def transaction(self, order: Order, operation: str) -> dict[str, Any]:
        """An order as queries and payment notices tell it."""
        extra = self._faults.due(Fault.WRONG_AMOUNT, operation)
        total = order.terms.amount_minor + extra
        told: dict[str, Any] = {
            "appid": self._settings.appid,
            "mchid": self._mchid(operation),
            "out_trade_no": self._number(order, operation),
            "trade_state": order.state.value,
            "trade_state_desc": SAYS[order.state],
            "attach": order.terms.attach,
            "promotion_detail": [],
            "amount": {"total": total, "currency": "CNY", "payer_currency": "CNY"},
        }
        if order.payer is not None:
            told |= {
                "transaction_id": order.reference,
                "trade_type": TRADE_TYPES[order.terms.way],
                "bank_type": "OTHERS",
                "success_time": rfc3339(order.paid_s),
                "payer": {"openid": order.payer.ident},
                "amount": {
                    "total": total,
                    "payer_total": total,
                    "currency": "CNY",
                    "payer_currency": "CNY",
                },
            }
        return told

    def refund(self, order: Order, refund: Refund, operation: str) -> dict[str, Any]:
        """A refund as its request and its query tell it."""
        told: dict[str, Any] = {
            "refund_id": refund.reference,
            "out_refund_no": refund.number,
            "transaction_id": order.reference,
            "out_trade_no": self._number(order, operation),
            "channel": "ORIGINAL",
            "user_received_account": self._account(order),
            "create_time": rfc3339(refund.created_s),
            "status": refund.state.value,
            "funds_account": "UNSETTLED",
            "amount": self._refund_amount(refund, operation)
            | {
                "settlement_refund": refund.amount_minor,
                "settlement_total": refund.total_minor,
                "discount_refund": 0,
                "currency": "CNY",
            },
            "promotion_detail": [],
        }
        if refund.state is RefundState.SUCCESS and refund.done_s is not None:
            told["success_time"] = rfc3339(refund.done_s)
        return told

    def refund_notice(self, order: Order, refund: Refund, operation: str) -> dict[str, Any]:
        """A refund as its notice tells it."""
        told: dict[str, Any] = {
            "mchid": self._mchid(operation),
            "out_trade_no": self._number(order, operation),
            "transaction_id": order.reference,
            "out_refund_no": refund.number,
            "refund_id": refund.reference,
            "refund_status": refund.state.value,
            "user_received_account": self._account(order),
            "amount": self._refund_amount(refund, operation),
        }
        if refund.state is RefundState.SUCCESS and refund.done_s is not None:
            told["success_time"] = rfc3339(refund.done_s)
        return told

    def _mchid(self, operation: str) -> str:
        wrong = self._faults.due(Fault.WRONG_MERCHANT, operation)
        return ELSEWHERE if wrong else self._settings.mchid

    def _number(self, order: Order, operation: str) -> str:
        wrong = self._faults.due(Fault.WRONG_ORDER, operation)
        return f"{order.number[:-1]}_" if wrong else order.number

    def _account(self, order: Order) -> str:
        return "支付用户零钱" if order.payer is None else f"{order.payer.login}的零钱"

    def _refund_amount(self, refund: Refund, operation: str) -> dict[str, Any]:
        amount = refund.amount_minor + self._faults.due(Fault.WRONG_AMOUNT, operation)
        return {
            "total": refund.total_minor,
            "refund": amount,
            "payer_total": refund.total_minor,
            "payer_refund": amount,
        }
