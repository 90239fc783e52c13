"""Alipay's signatures, as the platform makes and checks them: RSA2 over sorted pairs.

"Signing by yourself" of the open platform: names in ASCII order, empty values and `sign` left out,
joined as name=value with &, values as they are before they are encoded for the URL. A request's
`sign_type` is signed; a notice's is not. Of an answer, the inner object's text is signed as it
stands in the body.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256


def sorted_text(values: Mapping[str, str], *, without: frozenset[str]) -> bytes:
    """The pairs to be signed, in order."""
    pairs = (
        f"{name}={value}" for name, value in sorted(values.items()) if value and name not in without
    )
    return "&".join(pairs).encode()


def request_text(values: Mapping[str, str]) -> bytes:
    """What a merchant signs."""
    return sorted_text(values, without=frozenset({"sign"}))


def notice_text(values: Mapping[str, str]) -> bytes:
    """What the platform signs in a notice and in a return link."""
    return sorted_text(values, without=frozenset({"sign", "sign_type"}))


def rsa2(key: RSAPrivateKey, text: bytes) -> str:
    """The text's signature in base64."""
    return b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def is_rsa2(key: RSAPublicKey, text: bytes, signed: str) -> bool:
    """Whether this is the text's signature by the owner of the key."""
    try:
        key.verify(b64decode(signed, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True
