"""WeChat Pay APIv3, direct merchant: Native codes for the screen, H5 links for the pay page.

Declarations only. Port: HTTPS to api.mch.weixin.qq.com, JSON; documents: pay.weixin.qq.com/doc/v3/
merchant/ and the number behind each message.

    host                                           gateway
    POST /v3/pay/transactions/native  4012791877 -> 200 code_url
    POST /v3/pay/transactions/h5      4012791834 -> 200 h5_url, which the phone's browser follows
    GET  .../out-trade-no/{}?mchid=   4012791879 -> 200 trade_state, 404 ORDER_NOT_EXIST
    POST .../out-trade-no/{}/close    4012791881 -> 204 closed, also for a number never heard of
    POST /v3/refund/domestic/refunds  4012791883 -> 200 PROCESSING, SUCCESS, CLOSED, ABNORMAL
    GET  .../refunds/{}               4012791884 -> 200 the same, 404 RESOURCE_NOT_EXISTS

What is believed: a 2xx only with a fresh signature of a key that we have. An error may come
unsigned (a proxy, a load balancer); then it is a reason to wait, to ask further or to call the
technician, and never ends an order: "not there" and "refused" count only when they are signed.
A signed 204 ends an order: it is closed, or was never made, and then nobody has its code.
"""

import json
from typing import Any, Final

from kiosk_hw.gateways.model import GatewayModel
from kiosk_hw.paycodes import wechat_meanings as meanings
from kiosk_hw.paycodes import wechat_signing as signing
from kiosk_hw.paycodes.fields import FieldFault, object_of, read_object, rfc3339, same, text_of
from kiosk_hw.paycodes.form_coding import quote
from kiosk_hw.paycodes.merchant import DESCRIPTION, EXPIRES_S_MIN, Asking, Merchant
from kiosk_hw.paycodes.messages import Header, HttpAnswer, HttpRequest, Notice, Reading, Stamp
from kiosk_hw.paycodes.order_names import is_order_id
from kiosk_hw.ports.gateway import (
    AskOrder,
    AskRefund,
    CloseOrder,
    CreateOrder,
    GatewayEvent,
    RefundOrder,
    Way,
)

ORDERS: Final = "/v3/pay/transactions"
REFUNDS: Final = "/v3/refund/domestic/refunds"

NATIVE: Final = "native"
H5: Final = "h5"
QUERY: Final = meanings.QUERY
CLOSE: Final = "close"
REFUND: Final = "refund"
QUERY_REFUND: Final = "query refund"

NOBODY_LISTENS: Final = "https://kiosk.invalid/notice"
"""notify_url cannot be left out. This name never resolves (RFC 2606, 2): the host asks instead."""

NOTICED: Final = ("TRANSACTION.SUCCESS", "REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED")
"""Notifications that say something of an order (4012791882, 4012791886)."""

AGENT: Final = "kiosk"


class WechatPay:
    """One merchant's requests and answers."""

    def __init__(self, merchant: Merchant) -> None:
        self._ours = merchant
        self._reader = meanings.Reader(merchant)

    def __repr__(self) -> str:
        return f"<WechatPay mchid={self._ours.merchant_id} appid={self._ours.app_id}>"

    def at_once(self, command: Asking, stamp: Stamp) -> tuple[GatewayEvent, ...]:
        """Nothing: each order is made by the gateway."""
        return ()

    def first_step(self, command: Asking) -> str:
        """The message that carries this command."""
        match command:
            case CreateOrder(way=Way.SCREEN):
                return NATIVE
            case CreateOrder():
                return H5
            case AskOrder():
                return QUERY
            case CloseOrder():
                return CLOSE
            case RefundOrder():
                return REFUND
            case AskRefund():
                return QUERY_REFUND

    def request(self, step: str, command: Asking, stamp: Stamp) -> HttpRequest:
        """The message, signed (4012365342)."""
        method, target, content = self._message(step, command, stamp)
        body = b""
        if content is not None:
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            body = text.encode("utf-8")
        signed = signing.signed_text(method, target, stamp, body)
        ours = self._ours
        headers = [
            signing.authorization(ours.key, ours.merchant_id, ours.serial_no, stamp, signed),
            ("Accept", "application/json"),
            ("User-Agent", AGENT),
            # Which of its keys the platform shall sign with while it changes them (4013053420).
            ("Wechatpay-Serial", ours.platform_keys[0].key_id),
        ]
        if content is not None:
            headers.append(("Content-Type", "application/json"))
        return HttpRequest(method, target, tuple(headers), body)

    def read(self, step: str, command: Asking, answer: HttpAnswer, wall_s: float) -> Reading:
        """What the answer means."""
        seal = signing.seal_of(answer, self._ours.platform_keys, wall_s)
        return self._reader.read(step, command, answer, seal)

    def notice(self, headers: tuple[Header, ...], body: bytes, wall_s: float) -> Notice | None:
        """The order of a notification that verifies, is fresh, and is ours (4012791882)."""
        answer = HttpAnswer(200, headers, body)
        if signing.seal_of(answer, self._ours.platform_keys, wall_s) is not signing.Seal.GOOD:
            return None
        try:
            outer = read_object(body)
            if text_of(outer, "event_type") not in NOTICED:
                return None
            resource = object_of(outer, "resource")
            inner = read_object(signing.opened(resource, self._ours.api_v3_key))
            same(inner, "mchid", self._ours.merchant_id)
            if "appid" in inner:
                same(inner, "appid", self._ours.app_id)
            order_id = text_of(inner, "out_trade_no")
            ids = (text_of(outer, "id"), answer.header("Wechatpay-Nonce"))
        except FieldFault:
            return None
        return Notice(order_id, ids) if is_order_id(order_id) else None

    # Messages.

    def _message(
        self, step: str, command: Asking, stamp: Stamp
    ) -> tuple[str, str, dict[str, Any] | None]:
        ours = self._ours
        match step, command:
            case "native" | "h5", CreateOrder():
                return "POST", f"{ORDERS}/{step}", self._order(command, stamp)
            case "query", _:
                name = quote(command.order_id)
                target = f"{ORDERS}/out-trade-no/{name}?mchid={quote(ours.merchant_id)}"
                return "GET", target, None
            case "close", _:
                target = f"{ORDERS}/out-trade-no/{quote(command.order_id)}/close"
                return "POST", target, {"mchid": ours.merchant_id}
            case "refund", RefundOrder(amount=amount):
                fen = amount.amount_minor
                return (
                    "POST",
                    REFUNDS,
                    {
                        "out_trade_no": command.order_id,
                        "out_refund_no": command.refund_id,
                        "amount": {"refund": fen, "total": fen, "currency": DEVICE.currency},
                    },
                )
            case "query refund", AskRefund():
                return "GET", f"{REFUNDS}/{quote(command.refund_id)}", None
            case _:
                raise ValueError(f"no step {step!r} for {type(command).__name__}")

    def _order(self, command: CreateOrder, stamp: Stamp) -> dict[str, Any]:
        ends_s = stamp.ordered_s + max(command.expires_s, EXPIRES_S_MIN)
        order: dict[str, Any] = {
            "appid": self._ours.app_id,
            "mchid": self._ours.merchant_id,
            "description": DESCRIPTION,
            "out_trade_no": command.order_id,
            "time_expire": rfc3339(ends_s),
            "notify_url": self._ours.notify_url or NOBODY_LISTENS,
            "amount": {"total": command.amount.amount_minor, "currency": DEVICE.currency},
        }
        if command.way is Way.PAGE:
            order["scene_info"] = {
                "payer_client_ip": command.payer_address,
                "h5_info": {"type": "Wap"},
            }
        return order


DEVICE: Final = GatewayModel(
    name="WeChat Pay APIv3",
    url="https://api.mch.weixin.qq.com",
    codec=WechatPay,
    needs=("serial_no", "api_v3_key"),
    has_named_keys=True,
)
