"""Keys made for this run alone, and a platform that signs with them: no key stands in this tree.

The platform's half is written from the documents with `cryptography` itself, never with our rooms.
"""

import base64
import json
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_hw.paycodes.merchant import Merchant
from kiosk_hw.paycodes.messages import HttpAnswer
from kiosk_hw.paycodes.rsa_keys import PlatformKey, SigningKey, platform_key, signing_key

NOW_S = 1_722_850_421
"""2024-08-05 17:33:41 in Beijing: the time in WeChat Pay's own example of an answer."""

API_V3_KEY = b"0123456789abcdefghijklmnopqrstuv"
MCHID = "1900000109"
APPID = "wxd678efh567hg6787"
ALIPAY_APP = "2014072300007148"
SELLER = "2088102146225135"
PLATFORM_ID = "PUB_KEY_ID_0000000000000024101100397200000006"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The key of this name; the same one all along."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> bytes:
    return private_key(name).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_pem(name: str) -> bytes:
    return (
        private_key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def signature(name: str, text: bytes) -> str:
    raw = private_key(name).sign(text, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(raw).decode("ascii")


@cache
def own_key() -> SigningKey:
    """The merchant's key, read once: that takes longer than a hundred signatures."""
    return signing_key(private_pem("merchant"))


@cache
def known_key(key_id: str, name: str) -> PlatformKey:
    """The platform's key of this name."""
    return platform_key(key_id, public_pem(name))


def wechat_merchant(**changed: object) -> Merchant:
    told: dict[str, object] = {
        "url": "https://api.mch.weixin.qq.com",
        "app_id": APPID,
        "merchant_id": MCHID,
        "key": own_key(),
        "platform_keys": (known_key(PLATFORM_ID, "platform"),),
        "serial_no": "7132D72A03E93CDDF8C03BBD1F37EEDF8B6D5B3B",
        "api_v3_key": API_V3_KEY,
    }
    return Merchant(**{**told, **changed})  # type: ignore[arg-type]


def alipay_merchant(**changed: object) -> Merchant:
    told: dict[str, object] = {
        "url": "https://openapi.alipay.com/gateway.do",
        "app_id": ALIPAY_APP,
        "merchant_id": SELLER,
        "key": own_key(),
        "platform_keys": (known_key("", "platform"),),
    }
    return Merchant(**{**told, **changed})  # type: ignore[arg-type]


def wechat_answer(
    body: object = b"",
    status: int = 200,
    *,
    sent_s: int = NOW_S,
    serial: str = PLATFORM_ID,
    key: str = "platform",
    signed: bool = True,
) -> HttpAnswer:
    """An answer as the platform signs it: three lines, each with a line feed behind it."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = [("Content-Type", "application/json; charset=utf-8")]
    if signed:
        nonce = "d824f2e086d3c1df967785d13fcd22ef"
        text = b"%d\n%b\n%b\n" % (sent_s, nonce.encode(), data)
        headers += [
            ("Wechatpay-Nonce", nonce),
            ("Wechatpay-Timestamp", str(sent_s)),
            ("Wechatpay-Serial", serial),
            ("Wechatpay-Signature", signature(key, text)),
            ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048"),
        ]
    return HttpAnswer(status, tuple(headers), data)


def wechat_notice(
    inner: dict[str, object], *, event_type: str = "TRANSACTION.SUCCESS", **sealed: object
) -> HttpAnswer:
    """A notification: its resource encrypted with the APIv3 key, all of it signed."""
    nonce, attached = b"fdasflkja484", b"transaction"
    plain = json.dumps(inner).encode()
    cipher = AESGCM(API_V3_KEY).encrypt(nonce, plain, attached)
    body = {
        "id": "EV-2018022511223320873",
        "create_time": "2015-05-20T13:29:35+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "支付成功",
        "resource": {
            "original_type": "transaction",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(cipher).decode(),
            "associated_data": attached.decode(),
            "nonce": nonce.decode(),
        },
    }
    return wechat_answer(body, **sealed)  # type: ignore[arg-type]


def alipay_answer(
    method: str, node: str, *, key: str = "platform", sign: bool = True
) -> HttpAnswer:
    """An answer of gateway.do around the very text of `node`, signed over that text."""
    tail = f',"sign":"{signature(key, node.encode())}"' if sign else ""
    name = method if method == "error_response" else method.replace(".", "_") + "_response"
    body = f'{{"{name}":{node}{tail}}}'
    headers = (("Content-Type", "text/html;charset=utf-8"),)
    return HttpAnswer(200, headers, body.encode())


def alipay_notice(fields: dict[str, str], *, key: str = "platform") -> bytes:
    """A notification's form: signed over sorted name=value, without sign and sign_type."""
    from urllib.parse import urlencode

    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value)
    signed = {**fields, "sign_type": "RSA2", "sign": signature(key, text.encode())}
    return urlencode(signed).encode()
