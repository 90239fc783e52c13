"""Alipay's gateway.do, public-key mode: precreate codes for the screen, wap links for the pay page.

Declarations only. Port: HTTPS to openapi.alipay.com/gateway.do, a form out, JSON back; documents:
opendocs.alipay.com/open/ and the name behind each message.

    host                                              gateway
    alipay.trade.precreate   02ekfg                   -> 10000 qr_code; no trade until it is scanned
    alipay.trade.wap.pay     02ivbs, a signed link that the phone follows; nothing is exchanged
    alipay.trade.query       02ekfh                   -> 10000 trade_status, ACQ.TRADE_NOT_EXIST
    alipay.trade.close       02o6e7                   -> 10000, ACQ.TRADE_NOT_EXIST, _STATUS_ERROR
    alipay.trade.cancel      02ekfi                   -> 10000 action close or refund, or no action
    alipay.trade.refund      02ekfk                   -> 10000 fund_change Y or N
    alipay.trade.fastpay.refund.query  02ekfl         -> 10000 refund_status REFUND_SUCCESS

Close against cancel: close ends what nobody has paid, and refuses when it was paid, so that the
money can still count for this exit. Cancel would give it back. But close does not know a code that
nobody has scanned, so cancel follows there, and there alone; a driver who pays in that instant has
his money back (`OrderRefunded`). A cancel without an action found no trade: that is `OrderAbsent`,
and the code may be payable until it expires. A wap link cannot be called back at all.

What is believed: an answer whose node is signed by a key of ours, whatever its code. It carries no
time and no merchant, but the key is this app's alone, and number and amount must be ours.
"""

import json
from typing import Any, Final

from kiosk_hw.gateways.model import GatewayModel
from kiosk_hw.paycodes import alipay_signing as signing
from kiosk_hw.paycodes.alipay_meanings import (
    CANCEL,
    CLOSE,
    PRECREATE,
    QUERY,
    REFUND,
    REFUND_QUERY,
    Reader,
)
from kiosk_hw.paycodes.fields import beijing_seconds, beijing_text, same, yuan_of
from kiosk_hw.paycodes.form_coding import form, read_form
from kiosk_hw.paycodes.freshness import is_fresh
from kiosk_hw.paycodes.merchant import DESCRIPTION, EXPIRES_S_MIN, Asking, Merchant
from kiosk_hw.paycodes.messages import Header, HttpAnswer, HttpRequest, Notice, Reading, Stamp
from kiosk_hw.paycodes.order_names import with_hyphen, without_hyphen
from kiosk_hw.ports.gateway import (
    AskOrder,
    AskRefund,
    CloseOrder,
    CreateOrder,
    GatewayEvent,
    OrderCreated,
    RefundOrder,
    Way,
)

WAP: Final = "alipay.trade.wap.pay"

WAP_PRODUCT: Final = "QUICK_WAP_WAY"
"""02ivbs: the only product code of a wap payment."""


class Alipay:
    """One merchant's requests and answers."""

    def __init__(self, merchant: Merchant) -> None:
        self._ours = merchant
        self._reader = Reader(merchant.platform_keys)

    def __repr__(self) -> str:
        return f"<Alipay app_id={self._ours.app_id} seller={self._ours.merchant_id}>"

    def at_once(self, command: Asking, stamp: Stamp) -> tuple[GatewayEvent, ...]:
        """A wap link is made by our signature alone: the trade begins when it is followed."""
        match command:
            case CreateOrder(way=Way.PAGE):
                fields = self._signed(WAP, self._content(WAP, command, stamp), command, stamp)
                return (OrderCreated(command.order_id, f"{self._ours.url}?{form(fields)}"),)
        return ()

    def first_step(self, command: Asking) -> str:
        """The API's method that carries this command."""
        match command:
            case CreateOrder():
                return PRECREATE
            case AskOrder():
                return QUERY
            case CloseOrder():
                return CLOSE
            case RefundOrder():
                return REFUND
            case AskRefund():
                return REFUND_QUERY

    def request(self, step: str, command: Asking, stamp: Stamp) -> HttpRequest:
        """The parameters of this method, signed (02kf5q).

        As in Alipay's own clients all stand in the query, biz_content alone in the form.
        """
        fields = self._signed(step, self._content(step, command, stamp), command, stamp)
        content = {"biz_content": fields.pop("biz_content")}
        headers = (("Content-Type", "application/x-www-form-urlencoded;charset=utf-8"),)
        target = f"{self._ours.path}?{form(fields)}"
        return HttpRequest("POST", target, headers, form(content).encode("ascii"))

    def read(self, step: str, command: Asking, answer: HttpAnswer, wall_s: float) -> Reading:
        """What the answer means."""
        return self._reader.read(step, command, answer)

    def notice(self, headers: tuple[Header, ...], body: bytes, wall_s: float) -> Notice | None:
        """The order of a notification that verifies, is fresh, and is ours (02mse7, 02ivbu)."""
        try:
            fields: dict[str, Any] = {**read_form(body)}
            text = signing.signed_text(fields, left_out=signing.NOTICE_LEAVES_OUT)
            if not signing.verifies(text, fields.get("sign", ""), self._ours.platform_keys):
                return None
            same(fields, "sign_type", "RSA2")
            same(fields, "app_id", self._ours.app_id)
            same(fields, "seller_id", self._ours.merchant_id)
            order_id = with_hyphen(fields.get("out_trade_no", ""))
            if order_id is None or not is_fresh(beijing_seconds(fields, "notify_time"), wall_s):
                return None
        except ValueError:
            return None
        return Notice(order_id, (fields["notify_id"],) if fields.get("notify_id") else ())

    # Messages.

    def _signed(
        self, method: str, content: dict[str, str], command: Asking, stamp: Stamp
    ) -> dict[str, str]:
        fields = {
            "app_id": self._ours.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": beijing_text(stamp.wall_s),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }
        if isinstance(command, CreateOrder) and method in (PRECREATE, WAP):
            if self._ours.notify_url:
                fields["notify_url"] = self._ours.notify_url
            if command.return_url and method == WAP:
                fields["return_url"] = command.return_url
        text = signing.signed_text(fields, left_out=signing.REQUEST_LEAVES_OUT)
        return {**fields, "sign": self._ours.key.sign(text)}

    def _content(self, method: str, command: Asking, stamp: Stamp) -> dict[str, str]:
        content = {"out_trade_no": without_hyphen(command.order_id)}
        amount = yuan_of(command.amount.amount_minor)
        match method, command:
            case "alipay.trade.precreate" | "alipay.trade.wap.pay", CreateOrder(expires_s=expires):
                content["total_amount"] = amount
                content["subject"] = DESCRIPTION
                content["time_expire"] = beijing_text(stamp.ordered_s + max(expires, EXPIRES_S_MIN))
                if method == WAP:
                    content["product_code"] = WAP_PRODUCT
            case "alipay.trade.refund", RefundOrder(refund_id=refund_id):
                content["refund_amount"] = amount
                content["out_request_no"] = without_hyphen(refund_id)
            case "alipay.trade.fastpay.refund.query", RefundOrder() | AskRefund():
                content["out_request_no"] = without_hyphen(command.refund_id)
            case _ if method not in (QUERY, CLOSE, CANCEL):
                raise ValueError(f"no step {method!r} for {type(command).__name__}")
        return content


DEVICE: Final = GatewayModel(
    name="Alipay", url="https://openapi.alipay.com/gateway.do", codec=Alipay
)
