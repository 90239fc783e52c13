"""Who the merchant and the platform are: numbers, names and keys. No file is read here."""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from kiosk_sim.devices.gateway.keys import seeded_keys

MERCHANT_NAME: Final = "Example Car Park"

WECHAT_ORIGIN: Final = "https://wx.tenpay.com"
"""Where WeChat's H5 sheet is in the world."""

WECHAT_API_ORIGIN: Final = "https://api.mch.weixin.qq.com"

ALIPAY_ORIGIN: Final = "https://openapi.alipay.com"
"""Where Alipay's gateway, and with it its wap sheet, is in the world."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The throwaway keys of one simulated gateway and its merchant; nothing shows them."""

    merchant: RSAPrivateKey = field(repr=False)
    platform: RSAPrivateKey = field(repr=False)
    following: RSAPrivateKey = field(repr=False)
    """The platform's next key; with the serial of the current one it is a stranger's."""

    @classmethod
    def seeded(cls, seed: int = 0) -> "Keyring":
        """The keys of this seed: no secret, and the same each time."""
        return cls(*seeded_keys(seed))


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """One key of the platform, under the serial that its signatures name."""

    serial: str
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class WechatSettings:
    """One merchant of WeChat Pay v3."""

    merchant_key: RSAPublicKey = field(repr=False)
    certificates: tuple[PlatformKey, PlatformKey] = field()
    """The platform's certificate of today, and the one that follows it."""
    public_key: PlatformKey = field()
    """The platform's public key, for merchants who hold that instead of certificates."""
    mchid: str = "1900000001"
    appid: str = "wx0000000000000001"
    merchant_serial: str = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
    api_v3_key: bytes = field(default=b"ThrowawayKeyOfASimulator00000000", repr=False)
    merchant_name: str = MERCHANT_NAME
    origin: str = WECHAT_ORIGIN
    """Where phones find the sheet."""
    api_origin: str = WECHAT_API_ORIGIN
    """Where the merchant finds the gateway, and its bills."""

    @classmethod
    def of(cls, keys: Keyring, origin: str = "") -> "WechatSettings":
        """The settings with these keys; `origin` is where everything of a served gateway is."""
        return cls(
            merchant_key=keys.merchant.public_key(),
            certificates=(
                PlatformKey("1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", keys.platform),
                PlatformKey("2B5F1D3A9C0E47768E1122334455667788990011", keys.following),
            ),
            public_key=PlatformKey("PUB_KEY_ID_0119000000012026010100000000000000", keys.platform),
            origin=origin or WECHAT_ORIGIN,
            api_origin=origin or WECHAT_API_ORIGIN,
        )


@dataclass(frozen=True, slots=True)
class AlipaySettings:
    """One application of one seller with Alipay."""

    app_key: RSAPublicKey = field(repr=False)
    platform_key: RSAPrivateKey = field(repr=False)
    stranger_key: RSAPrivateKey = field(repr=False)
    app_id: str = "2021000000000001"
    seller_id: str = "2088000000000001"
    merchant_name: str = MERCHANT_NAME
    origin: str = ALIPAY_ORIGIN

    @classmethod
    def of(cls, keys: Keyring, origin: str = "") -> "AlipaySettings":
        """The settings with these keys; `origin` is where everything of a served gateway is."""
        return cls(
            keys.merchant.public_key(),
            keys.platform,
            keys.following,
            origin=origin or ALIPAY_ORIGIN,
        )
