"""How WeChat Pay APIv3 signs requests, answers and notifications, and encrypts what these carry.

Sources, on pay.weixin.qq.com/doc/v3/merchant: 4012365342 (signing a request), 4013053249 (verifying
an answer), 4013053420 (verifying with the platform's public key), 4012071382 (decrypting).
"""

import base64
import binascii
import re
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_hw.paycodes.fields import FieldFault, text_of
from kiosk_hw.paycodes.freshness import is_fresh
from kiosk_hw.paycodes.messages import Header, HttpAnswer, Stamp
from kiosk_hw.paycodes.rsa_keys import PlatformKey, SigningKey

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"

AEAD: Final = "AEAD_AES_256_GCM"

API_V3_KEY_BYTES: Final = 32
"""The APIv3 key is the AES key itself: 32 letters and digits."""

CIPHERTEXT_CHARS_MAX: Final = 64 * 1024

_NONCE: Final = re.compile(r"[\x21-\x7e]{1,128}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class Seal(Enum):
    """What an answer's signature says of it."""

    GOOD = "good"
    MISSING = "it is not signed"
    STALE = "its time is more than five minutes from ours"
    UNKNOWN_KEY = "it is signed with a key that we do not have"
    BAD = "its signature does not fit"


def signed_text(method: str, target: str, stamp: Stamp, body: bytes) -> bytes:
    """The five lines that a request is signed over; each, the last one too, ends with a feed."""
    head = f"{method}\n{target}\n{int(stamp.wall_s)}\n{stamp.nonce}\n"
    return head.encode("utf-8") + body + b"\n"


def authorization(
    key: SigningKey, merchant_id: str, serial_no: str, stamp: Stamp, text: bytes
) -> Header:
    """The header that carries the signature of `text`."""
    fields = (
        f'mchid="{merchant_id}"',
        f'nonce_str="{stamp.nonce}"',
        f'signature="{key.sign(text)}"',
        f'timestamp="{int(stamp.wall_s)}"',
        f'serial_no="{serial_no}"',
    )
    return "Authorization", f"{SCHEME} {','.join(fields)}"


def seal_of(answer: HttpAnswer, keys: Sequence[PlatformKey], wall_s: float) -> Seal:
    """Judge the signature of an answer or a notification: three lines over its very bytes.

    Several keys may be good at once: the platform changes its key while both are in use. A stale
    message whose signature fits is STALE; one that could be anybody's is BAD.
    """
    sent, nonce = answer.header("Wechatpay-Timestamp"), answer.header("Wechatpay-Nonce")
    serial, signature = answer.header("Wechatpay-Serial"), answer.header("Wechatpay-Signature")
    if not (sent and nonce and serial and signature):
        return Seal.MISSING
    if not (_SECONDS.fullmatch(sent) and _NONCE.fullmatch(nonce)):
        return Seal.BAD
    # Serial numbers are hexadecimal: leading zeros and case depend on who printed them.
    named = [key for key in keys if _plain(key.key_id) == _plain(serial)]
    if not named:
        return Seal.UNKNOWN_KEY
    text = f"{sent}\n{nonce}\n".encode("ascii") + answer.body + b"\n"
    if not any(key.verifies(text, signature) for key in named):
        return Seal.BAD
    return Seal.GOOD if is_fresh(int(sent), wall_s) else Seal.STALE


def opened(resource: dict[str, Any], api_v3_key: bytes) -> bytes:
    """The plain text of a notification's `resource`. Raises FieldFault."""
    if resource.get("algorithm") != AEAD:
        raise FieldFault(f"expected {AEAD} as algorithm")
    ciphertext = resource.get("ciphertext")
    if not isinstance(ciphertext, str) or len(ciphertext) > CIPHERTEXT_CHARS_MAX:
        raise FieldFault("expected a text as ciphertext")
    attached = resource.get("associated_data") or ""
    if not isinstance(attached, str):
        raise FieldFault("expected a text as associated_data")
    nonce = text_of(resource, "nonce").encode("utf-8")
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(api_v3_key).decrypt(nonce, sealed, attached.encode("utf-8"))
    except (binascii.Error, ValueError, InvalidTag):
        raise FieldFault("expected a ciphertext of our APIv3 key") from None


def _plain(serial: str) -> str:
    return serial.upper().lstrip("0")
