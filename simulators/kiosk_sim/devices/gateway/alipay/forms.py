"""What may stand in the biz_content of Alipay's methods. Tables only; amounts are checked apart."""

from dataclasses import dataclass
from typing import Final

from kiosk_sim.devices.gateway.alipay.amounts import fen_of
from kiosk_sim.devices.gateway.fields import Many, Part, Rule, Text

OUT_TRADE_NO: Final = "[0-9A-Za-z_]{1,64}"
SPAN: Final = r"[1-9]\d{0,4}[mhd]|1c"
"""1m to 15d, or 1c: until the end of the day."""

MOMENT: Final = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


@dataclass(frozen=True, slots=True)
class Amount:
    """Yuan with at most two decimals."""

    required: bool = False

    def breach(self, value: object) -> str:
        """What is wrong with it; empty when nothing is."""
        return "" if fen_of(value) is not None else "expected 0.01 to 100000000 with two decimals"


ORDER: Final[dict[str, Rule]] = {
    "out_trade_no": Text(1, 64, OUT_TRADE_NO),
    "trade_no": Text(1, 64, r"\d{1,64}"),
}

CREATE: Final[dict[str, Rule]] = {
    "out_trade_no": Text(1, 64, OUT_TRADE_NO, required=True),
    "total_amount": Amount(required=True),
    "subject": Text(1, 256, "[^/=&]+", required=True),
    "body": Text(1, 128),
    "product_code": Text(1, 64, "FACE_TO_FACE_PAYMENT|QR_CODE_OFFLINE|QUICK_WAP_WAY|QUICK_WAP_PAY"),
    "seller_id": Text(1, 28),
    "timeout_express": Text(2, 6, SPAN),
    "qr_code_timeout_express": Text(2, 6, SPAN),
    "time_expire": Text(19, 19, MOMENT),
    "store_id": Text(1, 32),
    "terminal_id": Text(1, 32),
    "operator_id": Text(1, 28),
    "goods_detail": Many(100),
    "extend_params": Part({"sys_service_provider_id": Text(1, 64)}),
    "passback_params": Text(1, 512),
    "quit_url": Text(1, 400),
}
"""alipay.trade.precreate and alipay.trade.wap.pay."""

QUERY: Final[dict[str, Rule]] = {**ORDER, "query_options": Many(10)}
CLOSE: Final[dict[str, Rule]] = {
    **ORDER,
    "operator_id": Text(1, 28),
    "notify_url": Text(1, 256),
}

REFUND: Final[dict[str, Rule]] = {
    **ORDER,
    "refund_amount": Amount(required=True),
    "out_request_no": Text(1, 64),
    "refund_reason": Text(1, 256),
    "query_options": Many(10),
}

REFUND_QUERY: Final[dict[str, Rule]] = {
    **ORDER,
    "out_request_no": Text(1, 64, required=True),
    "query_options": Many(10),
}

BILL: Final[dict[str, Rule]] = {
    "bill_type": Text(1, 20, "trade", required=True),
    "bill_date": Text(10, 10, r"\d{4}-\d\d-\d\d", required=True),
}
