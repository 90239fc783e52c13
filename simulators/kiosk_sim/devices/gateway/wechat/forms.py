"""What may stand in the bodies of WeChat Pay v3's requests, chapter by chapter. Tables only."""

from typing import Final

from kiosk_sim.devices.gateway.fields import Flag, Many, Part, Rule, Text, Whole

TOTAL_MAX: Final = 10_000_000_000
"""A hundred million yuan in fen."""

OUT_TRADE_NO: Final = r"[0-9A-Za-z_\-*|]{6,32}"
OUT_REFUND_NO: Final = r"[0-9A-Za-z_\-*|@]{1,64}"
MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"

NOTIFY_URL: Final = r"https://[^\s?#]+|http://(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?/[^\s?#]*"
"""HTTPS, without a query. Beyond the manual: plain HTTP on this machine, or nothing could be tried
without certificates."""

_AMOUNT: Final[dict[str, Rule]] = {
    "total": Whole(1, TOTAL_MAX, required=True),
    "currency": Text(3, 3, "CNY"),
}

_SCENE: Final[dict[str, Rule]] = {
    "payer_client_ip": Text(2, 45, r"[0-9A-Fa-f.:]+", required=True),
    "device_id": Text(1, 32),
    "store_info": Part(
        {
            "id": Text(1, 32, required=True),
            "name": Text(1, 256),
            "area_code": Text(1, 32),
            "address": Text(1, 512),
        }
    ),
}

_H5: Final[dict[str, Rule]] = {
    "type": Text(1, 32, "Wap|iOS|Android", required=True),
    "app_name": Text(1, 64),
    "app_url": Text(1, 128),
    "bundle_id": Text(1, 128),
    "package_name": Text(1, 128),
}

NATIVE: Final[dict[str, Rule]] = {
    "appid": Text(1, 32, required=True),
    "mchid": Text(1, 32, required=True),
    "description": Text(1, 127, required=True),
    "out_trade_no": Text(6, 32, OUT_TRADE_NO, required=True),
    "time_expire": Text(20, 64, MOMENT),
    "attach": Text(1, 128),
    "notify_url": Text(1, 255, NOTIFY_URL, required=True),
    "goods_tag": Text(1, 32),
    "support_fapiao": Flag(),
    "amount": Part(_AMOUNT, required=True),
    "detail": Part(
        {"cost_price": Whole(0, TOTAL_MAX), "invoice_id": Text(1, 32), "goods_detail": Many(6000)}
    ),
    "scene_info": Part(_SCENE),
    "settle_info": Part({"profit_sharing": Flag()}),
}
"""POST /v3/pay/transactions/native."""

H5: Final[dict[str, Rule]] = {
    **NATIVE,
    "scene_info": Part({**_SCENE, "h5_info": Part(_H5, required=True)}, required=True),
}
"""POST /v3/pay/transactions/h5."""

CLOSE: Final[dict[str, Rule]] = {"mchid": Text(1, 32, required=True)}
"""POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close."""

REFUND: Final[dict[str, Rule]] = {
    "transaction_id": Text(1, 32),
    "out_trade_no": Text(6, 32, OUT_TRADE_NO),
    "out_refund_no": Text(1, 64, OUT_REFUND_NO, required=True),
    "reason": Text(1, 80),
    "notify_url": Text(1, 256, NOTIFY_URL),
    "funds_account": Text(1, 32, "AVAILABLE|UNSETTLED"),
    "amount": Part(
        {
            "refund": Whole(1, TOTAL_MAX, required=True),
            "total": Whole(1, TOTAL_MAX, required=True),
            "currency": Text(3, 3, "CNY", required=True),
            "from": Many(2),
        },
        required=True,
    ),
    "goods_detail": Many(6000),
}
"""POST /v3/refund/domestic/refunds."""
