"""What Alipay's answers mean: trade states, codes and sub-codes, and which may be believed.

The payer (`buyer_user_id`, `buyer_logon_id`, `buyer_open_id`, ...) is never read out of an answer.
"""

from collections.abc import Sequence
from typing import Any, Final

from kiosk_hw.paycodes import alipay_signing as signing
from kiosk_hw.paycodes.fields import FieldFault, code_of, fen_of, read_object, same, text_of
from kiosk_hw.paycodes.merchant import Asking
from kiosk_hw.paycodes.messages import Doubted, Further, HttpAnswer, Reading, Told, Trouble
from kiosk_hw.paycodes.order_names import without_hyphen
from kiosk_hw.paycodes.patience import WAIT_S, wait_of
from kiosk_hw.paycodes.rsa_keys import PlatformKey
from kiosk_hw.ports.gateway import (
    AskRefund,
    CloseOrder,
    CreateOrder,
    GatewayEvent,
    OrderAbsent,
    OrderClosed,
    OrderCreated,
    OrderNotCreated,
    OrderPaid,
    OrderPaying,
    OrderRefunded,
    RefundMade,
    RefundOrder,
    RefundRefused,
    Way,
)

PRECREATE: Final = "alipay.trade.precreate"
QUERY: Final = "alipay.trade.query"
CLOSE: Final = "alipay.trade.close"
CANCEL: Final = "alipay.trade.cancel"
REFUND: Final = "alipay.trade.refund"
REFUND_QUERY: Final = "alipay.trade.fastpay.refund.query"

DONE: Final = "10000"
BUSY: Final = frozenset({"20000", "40005"})
"""02km9f: the service is away for a moment; called too often."""

PATIENCE: Final = frozenset({"ACQ.SYSTEM_ERROR", "AQC.SYSTEM_ERROR", "ACQ.REQUEST_PROCESSING"})
ABSENT: Final = "ACQ.TRADE_NOT_EXIST"
NOT_CLOSABLE: Final = frozenset(
    {"ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.REASON_ILLEGAL_STATUS"}
    | {"ACQ.TRADE_HAS_FINISHED", "ACQ.TRADE_CANCEL_TIME_OUT", "ACQ.CANCEL_NOT_ALLOWED"}
)
"""02o6e7, 02ekfi: paid or over. The query that follows says which."""

PAID: Final = "ACQ.TRADE_HAS_SUCCESS"
CLOSED: Final = "ACQ.TRADE_HAS_CLOSE"
TAKEN: Final = "ACQ.CONTEXT_INCONSISTENT"
"""An order of this number stands with other words: it is there, and nobody has its code."""

CURES: Final = {
    "isv.invalid-signature": "codes.alipay.key_file must belong to the public key in the app",
    "isv.invalid-app-id": "correct codes.alipay.app_id",
    "isv.missing-app-id": "correct codes.alipay.app_id",
    "isv.invalid-timestamp": "set this machine's clock",
    "isv.app-unbind-partner": "bind the app to the merchant's account",
    "isv.insufficient-isv-permissions": "sign up for face-to-face and wap payment for this app",
    "isv.insufficient-user-permissions": "sign up for face-to-face and wap payment for this app",
    "isv.missing-signature-key": "store the public key of codes.alipay.key_file in the app",
    "ACQ.ACCESS_FORBIDDEN": "sign up for face-to-face and wap payment for this app",
}
"""02km9f: codes that stop every order, signed or not."""

_CURRENCIES: Final = ("trans_currency", "pay_currency", "settle_currency")


class Reader:
    """Reads answers for one app."""

    def __init__(self, keys: Sequence[PlatformKey]) -> None:
        self._keys = keys

    def read(self, step: str, command: Asking, answer: HttpAnswer) -> Reading:
        """What the answer to this step means."""
        if answer.status == 429 or answer.status >= 500:
            return Doubted(f"HTTP {answer.status}", wait_s=wait_of(answer))
        if answer.status != 200:
            return Doubted(f"HTTP {answer.status}", unverified=True)
        try:
            text, signature = signing.split_answer(answer.body, step)
            fields = read_object(text)
        except FieldFault as fault:
            return Doubted(str(fault), unverified=True)
        signed = signing.verifies(text, signature, self._keys)
        try:
            return self._meaning(step, command, fields, signed)
        except FieldFault as fault:
            return Doubted(str(fault))

    def _meaning(self, step: str, command: Asking, fields: dict[str, Any], signed: bool) -> Reading:
        code, sub_code = code_of(fields), code_of(fields, "sub_code")
        shown = sub_code or code or "an answer without a code"
        if sub_code in CURES and step != CANCEL:
            # Who signed up for wap payment alone may not cancel; that stops no order.
            return Doubted(shown, Trouble(shown, CURES[sub_code]))
        if step == QUERY and sub_code.startswith("isv."):
            # A question for an order by its number is never wrong by itself: its parameters are.
            return Doubted(shown, Trouble(shown, "look this code up at Alipay"))
        if not signed:
            return Doubted(f"{shown}, and no key of Alipay's verifies it", unverified=True)
        if code in BUSY or sub_code in PATIENCE or sub_code.startswith("isp."):
            return Doubted(shown, wait_s=WAIT_S)
        if code == DONE:
            return self._done(step, command, fields)
        return self._refused(step, command, sub_code, shown)

    # What was carried out.

    def _done(self, step: str, command: Asking, fields: dict[str, Any]) -> Reading:
        same(fields, "out_trade_no", without_hyphen(command.order_id))
        match step, command:
            case "alipay.trade.precreate", CreateOrder():
                return Told((OrderCreated(command.order_id, _link(fields)),))
            case "alipay.trade.query", _:
                return self._state(command, fields)
            case "alipay.trade.close", _:
                return Told((OrderClosed(command.order_id),))
            case "alipay.trade.cancel", _:
                return self._cancelled(command, fields)
            case "alipay.trade.refund", RefundOrder(refund_id=refund_id):
                # fund_change N: nothing was moved by this request; an earlier one may have.
                if fields.get("fund_change") != "Y":
                    return Further(REFUND_QUERY)
                _amount(command, fields, "refund_fee")
                return Told((RefundMade(command.order_id, refund_id),))
            case "alipay.trade.fastpay.refund.query", RefundOrder() | AskRefund():
                return self._refund(command, fields)
        return Doubted(f"no answer to {step} is known")

    @staticmethod
    def _state(command: Asking, fields: dict[str, Any]) -> Reading:
        _amount(command, fields, "total_amount")
        order_id = command.order_id
        event: GatewayEvent
        match text_of(fields, "trade_status"):
            case "TRADE_SUCCESS" | "TRADE_FINISHED":
                event = OrderPaid(order_id, command.amount, text_of(fields, "trade_no"))
            case "WAIT_BUYER_PAY":
                # The trade begins when the code is scanned.
                event = OrderPaying(order_id)
            case "TRADE_CLOSED" if fields.get("send_pay_date"):
                # 02ekfh: closed unpaid, or paid and given back; only a payment has a date.
                event = OrderRefunded(order_id)
            case "TRADE_CLOSED":
                event = OrderClosed(order_id)
            case _:
                return Doubted(f"trade_status {code_of(fields, 'trade_status') or 'unreadable'}")
        return Told((event,))

    @staticmethod
    def _cancelled(command: Asking, fields: dict[str, Any]) -> Reading:
        if fields.get("retry_flag") == "Y":
            return Doubted("the cancel wants to be repeated", wait_s=WAIT_S)
        match fields.get("action"):
            case "refund":
                return Told((OrderRefunded(command.order_id),))
            case "close":
                return Told((OrderClosed(command.order_id),))
            case None | "":
                return Told((OrderAbsent(command.order_id),))
        return Doubted(f"action {code_of(fields, 'action') or 'unreadable'}")

    @staticmethod
    def _refund(command: RefundOrder | AskRefund, fields: dict[str, Any]) -> Reading:
        if fields.get("refund_status") != "REFUND_SUCCESS":
            # 02ekfl: it failed or is under way; ordering it again under this number is right.
            return Doubted("no such refund was carried out", admitted=True)
        same(fields, "out_request_no", without_hyphen(command.refund_id))
        _amount(command, fields, "refund_amount")
        return Told((RefundMade(command.order_id, command.refund_id),))

    # What was not.

    @staticmethod
    def _refused(step: str, command: Asking, sub_code: str, shown: str) -> Reading:
        if step in (CLOSE, CANCEL) and sub_code in NOT_CLOSABLE:
            return Further(QUERY)
        match command:
            case CloseOrder(way=Way.SCREEN) if step == CLOSE and sub_code == ABSENT:
                return Further(CANCEL)
            case RefundOrder() if step == REFUND:
                return Told((RefundRefused(command.order_id, command.refund_id, shown),))
            case RefundOrder() | AskRefund():
                return Doubted(shown, admitted=True)
            case CreateOrder() if sub_code == PAID:
                return Further(QUERY)
            case CreateOrder() if sub_code == CLOSED:
                return Told((OrderClosed(command.order_id),))
            case CreateOrder() if step == PRECREATE and sub_code != TAKEN:
                return Told((OrderNotCreated(command.order_id, shown),))
        if sub_code == ABSENT:
            return Told((OrderAbsent(command.order_id),))
        return Doubted(shown, admitted=True)


def _amount(command: Asking, fields: dict[str, Any], name: str) -> None:
    for currency in _CURRENCIES:
        if fields.get(currency):
            same(fields, currency, command.amount.currency)
    if fen_of(fields, name) != command.amount.amount_minor:
        raise FieldFault(f"expected our own amount as {name}, got another")


def _link(fields: dict[str, Any]) -> str:
    link = text_of(fields, "qr_code")
    if not link.startswith(("https://", "http://127.0.0.1:")) or not link.isprintable():
        raise FieldFault("expected a link as qr_code")
    return link
