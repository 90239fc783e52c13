"""What may stand in `[codes]`, `[codes.wechat]` and `[codes.alipay]`: gateways of payment codes.

Keys are files, never values: nothing secret can be in a configuration, its `repr` or a fault.
"""
# ruff: noqa: RUF009 - key() makes a dataclass field, it is no default value.

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config import spelling
from kiosk.config.keys import key

URL_PURPOSE = "address of the API; without it the provider's own"
CA_PURPOSE = "certificates that the address is held to; without it the system's own"
KEY_PURPOSE = "the file of our private key: PEM, without a passphrase, for this user alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wechat:
    """`[codes.wechat]`: WeChat Pay, as its merchant platform names things."""

    model: str = key("the gateway's API", default="wechat_pay_v3", choices=("wechat_pay_v3",))
    url: str | None = key(
        URL_PURPOSE,
        default=None,
        read=spelling.web_host,
        example="https://api2.mch.weixin.qq.com",
    )
    ca_file: Path | None = key(CA_PURPOSE, default=None, example="wechat-ca.pem")
    app_id: str = key(
        "the app bound to the merchant (appid)", read=spelling.ident, example="wx0000000000"
    )
    merchant_id: str = key(
        "the merchant's number (mchid)", read=spelling.ident, example="1900000000"
    )
    serial_no: str = key(
        "serial number of the certificate of our key",
        read=spelling.ident,
        example="0000000000000000000000000000000000000000",
    )
    key_file: Path = key(KEY_PURPOSE, example="wechat-key.pem")
    api_v3_key_file: Path = key(
        "the file of the APIv3 key: 32 characters, for this user alone", example="wechat-apiv3.key"
    )
    platform_keys: Mapping[str, Path] = field(
        metadata={
            "purpose": "the platform's public keys or certificates by id; it signs with the first",
            "example": {"PUB_KEY_ID_0000000000": "wechat-platform.pem"},
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alipay:
    """`[codes.alipay]`: Alipay, as its open platform names things."""

    model: str = key("the gateway's API", default="alipay", choices=("alipay",))
    url: str | None = key(
        URL_PURPOSE,
        default=None,
        read=spelling.web,
        example="https://openapi-sandbox.dl.alipaydev.com/gateway.do",
    )
    ca_file: Path | None = key(CA_PURPOSE, default=None, example="alipay-ca.pem")
    app_id: str = key("the app's number (app_id)", read=spelling.ident, example="2021000000000000")
    merchant_id: str = key(
        "the seller's number (PID)", read=spelling.ident, example="2088000000000000"
    )
    key_file: Path = key(KEY_PURPOSE, example="alipay-key.pem")
    platform_keys: Mapping[str, Path] = field(
        metadata={
            "purpose": "Alipay's public keys for this app, by any name; several while it changes",
            "example": {"alipay": "alipay-platform.pem"},
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """`[codes]`: payment by code, beside the terminal or without one."""

    page_url: str | None = key(
        "public address of the pay page; without it the screen shows the providers' own codes",
        default=None,
        read=spelling.page_url,
        example="https://pay.example.com",
    )
    ask_ms: int = key(
        "between two questions whether an order was paid", default=500, low=500, high=1000
    )
    wechat: Wechat | None = field(
        default=None, metadata={"purpose": "WeChat Pay APIv3: Native and H5", "idle": True}
    )
    alipay: Alipay | None = field(
        default=None, metadata={"purpose": "Alipay: precreate and wap", "idle": True}
    )

    @property
    def gateways(self) -> dict[str, Wechat | Alipay]:
        """The gateways of this lane by the names of their ports."""
        named = {"wechat": self.wechat, "alipay": self.alipay}
        return {name: table for name, table in named.items() if table is not None}
