"""WeChat Pay v3's signatures and its sealed resources, as the platform makes and checks them.

"Signature generation" and "Verifying signatures" of the APIv3 manual: each line ends with a line
feed, the last one too; RSA PKCS #1 v1.5 over SHA-256, in base64.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

SCHEMA: Final = "WECHATPAY2-SHA256-RSA2048"
SEALED: Final = "AEAD_AES_256_GCM"

PAIR: Final = re.compile(r'(mchid|nonce_str|signature|timestamp|serial_no)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Credentials:
    """The header Authorization, taken apart."""

    mchid: str
    nonce: str
    signature: str
    timestamp: str
    serial: str


def credentials_of(header: str) -> Credentials | None:
    """The five values behind the scheme, each there once; None for anything else."""
    scheme, _, rest = header.partition(" ")
    parts = [PAIR.fullmatch(part.strip()) for part in rest.split(",")]
    pairs = {part[1]: part[2] for part in parts if part is not None}
    if scheme != SCHEMA or len(parts) != 5 or len(pairs) != 5:
        return None
    return Credentials(
        pairs["mchid"],
        pairs["nonce_str"],
        pairs["signature"],
        pairs["timestamp"],
        pairs["serial_no"],
    )


def request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What a merchant signs."""
    head = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode()
    return head + body + b"\n"


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What the platform signs, in answers and in notices."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def signature(key: RSAPrivateKey, text: bytes) -> str:
    """The text's signature in base64."""
    return b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, text: bytes, signed: str) -> bool:
    """Whether this is the text's signature by the owner of the key."""
    try:
        key.verify(b64decode(signed, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True


def sealed(key: bytes, nonce: str, attached: str, plain: bytes) -> str:
    """The ciphertext with its tag behind it, in base64."""
    return b64encode(AESGCM(key).encrypt(nonce.encode(), plain, attached.encode())).decode()
