"""What WeChat Pay's answers mean: states, error codes, and which of them may be believed.

The payer (`payer.openid`, bank, coupons) is never read out of an answer, so nothing keeps it.
"""

from typing import Any, Final

from kiosk_hw.paycodes.fields import (
    FieldFault,
    code_of,
    number_of,
    object_of,
    read_object,
    same,
    text_of,
)
from kiosk_hw.paycodes.form_coding import quote
from kiosk_hw.paycodes.merchant import Asking, Merchant
from kiosk_hw.paycodes.messages import Doubted, Further, HttpAnswer, Reading, Told, Trouble
from kiosk_hw.paycodes.patience import wait_of
from kiosk_hw.paycodes.wechat_signing import Seal
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
    OrderWaiting,
    RefundMade,
    RefundOrder,
    RefundPending,
    RefundRefused,
)

QUERY: Final = "query"

CLOCK: Final = "set this machine's clock: it may be five minutes off at most"

CURES: Final = {
    "SIGN_ERROR": "codes.wechat.key_file and serial_no must be of one certificate; " + CLOCK,
    "APPID_MCHID_NOT_MATCH": "bind codes.wechat.app_id to merchant_id on the merchant platform",
    "MCH_NOT_EXISTS": "correct codes.wechat.merchant_id",
    "NO_AUTH": "apply for this product (Native, H5, refund) on the merchant platform",
    "ACCOUNT_ERROR": "ask WeChat Pay why the merchant's account is locked",
}
"""Codes that stop every order, signed or not: whoever can send them can cut the link as well."""

SEALS: Final = {
    Seal.STALE: Trouble("CLOCK_OFF", CLOCK),
    Seal.UNKNOWN_KEY: Trouble(
        "PLATFORM_KEY_UNKNOWN", "add the platform's new public key to codes.wechat.platform_keys"
    ),
}

ABSENT: Final = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
PAID: Final = frozenset({"ORDERPAID", "ORDER_PAID"})
NOT_CLOSABLE: Final = PAID | {"TRADE_ERROR"}

CLOSED: Final = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
TAKEN: Final = frozenset({"OUT_TRADE_NO_USED"})
"""An order of this number stands with other words: it is there, and nobody has its code."""

ADMITTED: Final = ABSENT | CLOSED | NOT_CLOSABLE | TAKEN
"""Codes that speak of an order: whoever says them took our signature."""

SAID: Final = (200, 202)
"""Answers that say something about an order; a 204 has nothing to say but to a close."""

PATIENCE: Final = frozenset(
    {"SYSTEM_ERROR", "BANK_ERROR", "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED"}
    | {"RATELIMIT_EXCEEDED", "RATELIMIT_EXCEED", "RULE_LIMIT"}
)


class Reader:
    """Reads answers for one merchant."""

    def __init__(self, merchant: Merchant) -> None:
        self._ours = merchant

    def read(self, step: str, command: Asking, answer: HttpAnswer, seal: Seal) -> Reading:
        """What the answer to this step means."""
        if answer.status == 429 or answer.status >= 500:
            return Doubted(f"HTTP {answer.status}", wait_s=wait_of(answer))
        if answer.status >= 300:
            return self._refusal(step, command, answer, seal)
        if seal is not Seal.GOOD:
            return Doubted(seal.value, SEALS.get(seal), unverified=True)
        try:
            return self._believed(step, command, answer)
        except FieldFault as fault:
            return Doubted(str(fault))

    # Signed answers of success.

    def _believed(self, step: str, command: Asking, answer: HttpAnswer) -> Reading:
        if step == "close":
            # 202 USER_PAYING: not documented for Native, and then nothing was closed.
            closed = answer.status == 204
            return Told((OrderClosed(command.order_id),)) if closed else Further(QUERY)
        if answer.status not in SAID:
            return Doubted(f"HTTP {answer.status} to {step}")
        fields = read_object(answer.body)
        match step, command:
            case "native", CreateOrder():
                return Told((OrderCreated(command.order_id, _link(fields, "code_url")),))
            case "h5", CreateOrder():
                link = _link(fields, "h5_url")
                if command.return_url:
                    # 4012791835: where the browser comes back to is for the page to add.
                    link += ("&" if "?" in link else "?") + "redirect_url="
                    link += quote(command.return_url)
                return Told((OrderCreated(command.order_id, link),))
            case "query", _:
                return self._state(command, fields)
            case _, RefundOrder() | AskRefund():
                return self._refund(command, fields)
        return Doubted(f"no answer to {step} is known")

    def _state(self, command: Asking, fields: dict[str, Any]) -> Reading:
        same(fields, "mchid", self._ours.merchant_id)
        same(fields, "appid", self._ours.app_id)
        same(fields, "out_trade_no", command.order_id)
        state = text_of(fields, "trade_state")
        if "amount" in fields or state in ("SUCCESS", "REFUND"):
            # An order that nobody has paid need not tell its amount.
            self._amount(command, object_of(fields, "amount"))
        event: GatewayEvent
        match state:
            case "SUCCESS":
                reference = text_of(fields, "transaction_id")
                event = OrderPaid(command.order_id, command.amount, reference)
            case "REFUND":
                event = OrderRefunded(command.order_id)
            case "NOTPAY" | "PAYERROR":
                # After a payment that failed the code can be paid again.
                event = OrderWaiting(command.order_id)
            case "USERPAYING" | "ACCEPT":
                event = OrderPaying(command.order_id)
            case "CLOSED" | "REVOKED":
                event = OrderClosed(command.order_id)
            case _:
                return Doubted(f"trade_state {code_of(fields, 'trade_state') or 'unreadable'}")
        return Told((event,))

    def _refund(self, command: RefundOrder | AskRefund, fields: dict[str, Any]) -> Reading:
        order_id, refund_id = command.order_id, command.refund_id
        same(fields, "out_trade_no", order_id)
        same(fields, "out_refund_no", refund_id)
        amount = object_of(fields, "amount")
        self._amount(command, amount)
        if number_of(amount, "refund") != command.amount.amount_minor:
            raise FieldFault("expected our own amount as refund, got another")
        match text_of(fields, "status"):
            case "SUCCESS":
                return Told((RefundMade(order_id, refund_id),))
            case "PROCESSING":
                return Told((RefundPending(order_id, refund_id),))
            case "CLOSED" | "ABNORMAL" as status:
                return Told((RefundRefused(order_id, refund_id, status),))
        return Doubted(f"refund status {code_of(fields, 'status') or 'unreadable'}")

    @staticmethod
    def _amount(command: Asking, amount: dict[str, Any]) -> None:
        same(amount, "currency", command.amount.currency)
        if number_of(amount, "total") != command.amount.amount_minor:
            raise FieldFault("expected our own amount, got another")

    # Errors.

    def _refusal(self, step: str, command: Asking, answer: HttpAnswer, seal: Seal) -> Reading:
        if seal in SEALS:
            return Doubted(seal.value, SEALS[seal], unverified=True)
        try:
            code = code_of(read_object(answer.body))
        except FieldFault:
            code = ""
        if not code:
            return Doubted(f"HTTP {answer.status}, and no code of WeChat Pay", unverified=True)
        if code in PATIENCE:
            return Doubted(code, wait_s=wait_of(answer))
        if code in CURES:
            return Doubted(code, Trouble(code, CURES[code]))
        if code in (NOT_CLOSABLE if step == "close" else PAID) and step != QUERY:
            return Further(QUERY)  # Asking does no harm, signed or not.
        if step == QUERY and code not in ABSENT:
            # A question for an order by its number is never wrong by itself: our head is.
            return Doubted(code, Trouble(code, f"look this code up at WeChat Pay; {CLOCK}"))
        if seal is not Seal.GOOD:
            return Doubted(f"{code}, and {seal.value}", admitted=code in ADMITTED)
        events = self._refused(step, command, code)
        return Told(events) if events else Doubted(code, admitted=True)

    @staticmethod
    def _refused(step: str, command: Asking, code: str) -> tuple[GatewayEvent, ...]:
        match command:
            case RefundOrder(order_id=order_id, refund_id=refund_id):
                return (RefundRefused(order_id, refund_id, code),)
            case AskRefund():
                return ()
            case CreateOrder() | CloseOrder() if code in CLOSED:
                return (OrderClosed(command.order_id),)
            case CreateOrder() if step != QUERY and code not in TAKEN:
                return (OrderNotCreated(command.order_id, code),)
        return (OrderAbsent(command.order_id),) if code in ABSENT else ()


def _link(fields: dict[str, Any], name: str) -> str:
    link = text_of(fields, name)
    schemes = ("weixin://",) if name == "code_url" else ("https://", "http://127.0.0.1:")
    if not link.startswith(schemes) or not link.isprintable() or " " in link:
        raise FieldFault(f"expected a link as {name}")
    return link
