"""RSA with SHA-256 (PKCS#1 v1.5) as both gateways sign: keys that never show themselves.

The private exponent stays in the key object: no repr, no error and no log line has a part of it.
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

RSA_BITS_MIN: Final = 2048
"""RSA2 of Alipay and APIv3 of WeChat Pay ask for 2048 bits; less can be broken."""

RSA_BITS_MAX: Final = 4096
"""A longer key would take this machine tens of milliseconds for each signature."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The merchant's own key."""

    key: RSAPrivateKey = field(repr=False)

    def sign(self, text: bytes) -> str:
        """The signature of this text, in Base64. The same text gives the same signature."""
        return base64.b64encode(self.key.sign(text, PKCS1v15(), SHA256())).decode("ascii")


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """A key that the gateway signs with, and what the gateway calls it."""

    key_id: str
    """WeChat Pay: serial number of the certificate, or PUB_KEY_ID_...; Alipay has no names."""
    key: RSAPublicKey = field(repr=False)

    def verifies(self, text: bytes, signature: str) -> bool:
        """Whether this key made the signature (Base64) of this text. Never raises."""
        try:
            raw = base64.b64decode(signature, validate=True)
            self.key.verify(raw, text, PKCS1v15(), SHA256())
        except (ValueError, binascii.Error, InvalidSignature):
            return False
        return True


def signing_key(pem: bytes) -> SigningKey:
    """The private key in this PEM (PKCS#1 or PKCS#8, no passphrase). Raises ValueError."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("expected a private key in PEM without a passphrase") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("expected an RSA key, got one of another kind")
    _check_bits(key.key_size)
    return SigningKey(key)


def platform_key(key_id: str, pem: bytes) -> PlatformKey:
    """The public key in this PEM, bare or in a certificate. Raises ValueError."""
    try:
        is_certificate = b"BEGIN CERTIFICATE" in pem
        key: object = (
            x509.load_pem_x509_certificate(pem).public_key()
            if is_certificate
            else load_pem_public_key(pem)
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("expected a public key or a certificate in PEM") from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("expected an RSA key, got one of another kind")
    _check_bits(key.key_size)
    return PlatformKey(key_id, key)


def _check_bits(bits: int) -> None:
    if not RSA_BITS_MIN <= bits <= RSA_BITS_MAX:
        raise ValueError(f"expected {RSA_BITS_MIN} to {RSA_BITS_MAX} bits, got {bits}")
