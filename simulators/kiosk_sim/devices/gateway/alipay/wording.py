"""What Alipay says of trades and refunds: the fields of its answers and notices."""

import json
from typing import Any, Final

from kiosk_sim.devices.gateway.alipay.amounts import yuan
from kiosk_sim.devices.gateway.clockwork import beijing
from kiosk_sim.devices.gateway.faults import NOTICE, STALE_S, Fault, Faults
from kiosk_sim.devices.gateway.orders import Order, Refund, RefundState, State
from kiosk_sim.devices.gateway.settings import AlipaySettings

WAITING: Final = "WAIT_BUYER_PAY"
CLOSED: Final = "TRADE_CLOSED"
SUCCESS: Final = "TRADE_SUCCESS"

ELSEWHERE: Final = "2088000000000099"
"""The seller that `wrong-mchid` names."""


def trade_status(order: Order) -> str:
    """The trade's state in Alipay's words: one that was given back whole is closed."""
    if order.state in (State.NOTPAY, State.USERPAYING, State.PAYERROR):
        return WAITING
    if order.state in (State.CLOSED, State.REVOKED):
        return CLOSED
    back = sum(
        refund.amount_minor
        for refund in order.refunds.values()
        if refund.state is RefundState.SUCCESS
    )
    return CLOSED if back >= order.terms.amount_minor else SUCCESS


class Wording:
    """Words for one application; what shall be told wrongly is told wrongly here."""

    def __init__(self, settings: AlipaySettings, faults: Faults) -> None:
        self._settings = settings
        self._faults = faults

    def number(self, order: Order, operation: str) -> str:
        """The merchant's number of the order."""
        wrong = self._faults.due(Fault.WRONG_ORDER, operation)
        return f"{order.number[:-1]}_" if wrong else order.number

    def total(self, order: Order, operation: str) -> str:
        """What the order is about."""
        extra = self._faults.due(Fault.WRONG_AMOUNT, operation)
        return yuan(order.terms.amount_minor + extra)

    def trade(self, order: Order) -> dict[str, Any]:
        """A trade as its query tells it."""
        total = self.total(order, "query")
        told: dict[str, Any] = {
            "buyer_logon_id": "" if order.payer is None else order.payer.login,
            "out_trade_no": self.number(order, "query"),
            "total_amount": total,
            "trade_status": trade_status(order),
            "trade_no": trade_no(order),
        }
        if order.payer is not None:
            told |= {
                "buyer_pay_amount": total,
                "buyer_user_id": order.payer.ident,
                "fund_bill_list": [{"amount": total, "fund_channel": "ALIPAYACCOUNT"}],
                "invoice_amount": total,
                "point_amount": "0.00",
                "receipt_amount": total,
                "send_pay_date": beijing(order.paid_s),
            }
        return told

    def notice(
        self, order: Order, refund: Refund | None, now_s: float, number: int
    ) -> dict[str, str]:
        """A trade as a notice tells it, without its signature."""
        assert order.payer is not None
        total = self.total(order, NOTICE)
        seller = self._settings.seller_id
        told = {
            "app_id": self._settings.app_id,
            "buyer_id": order.payer.ident,
            "buyer_logon_id": order.payer.login,
            "buyer_pay_amount": total,
            "charset": "utf-8",
            "fund_bill_list": json.dumps([{"amount": total, "fundChannel": "ALIPAYACCOUNT"}]),
            "gmt_create": beijing(order.created_s),
            "gmt_payment": beijing(order.paid_s),
            "notify_id": f"{number:034d}",
            "notify_time": beijing(now_s - STALE_S * self._faults.due(Fault.STALE, NOTICE)),
            "notify_type": "trade_status_sync",
            "out_trade_no": self.number(order, NOTICE),
            "receipt_amount": total,
            "seller_id": ELSEWHERE if self._faults.due(Fault.WRONG_MERCHANT, NOTICE) else seller,
            "subject": order.terms.title,
            "total_amount": total,
            "trade_no": trade_no(order),
            "trade_status": SUCCESS if refund is None else trade_status(order),
            "version": "1.0",
        }
        if refund is not None:
            told["refund_fee"] = yuan(order.refunded_minor)
            told["gmt_refund"] = beijing(refund.done_s or now_s)
            told["out_biz_no"] = refund.number
        return told


def trade_no(order: Order) -> str:
    """Alipay's number of the trade: it exists from the first scan on."""
    return f"{beijing(order.created_s)[:10].replace('-', '')}22001{order.code[-15:]}"
