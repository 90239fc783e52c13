"""A folder with the throwaway keys of a served gateway: made once, found again, never for money."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from kiosk_sim.devices.gateway.keys import (
    EXPONENT,
    KEY_BITS,
    certificate_of,
    private_pem,
    public_pem,
)
from kiosk_sim.devices.gateway.settings import Keyring, WechatSettings

MERCHANT: Final = "merchant-key.pem"
PLATFORM: Final = "simulator-platform-key.pem"
FOLLOWING: Final = "simulator-next-platform-key.pem"
PLATFORM_PUBLIC: Final = "platform-public-key.pem"
API_V3: Final = "api-v3-key"
CA: Final = "tls-ca.pem"
SERVER: Final = "tls-server.pem"

CERTIFICATES: Final = "platform-certificates"
"""The platform's certificates by their serials, as `cert_dir` of the public SDKs."""

TLS_DAYS: Final = 365

SECRET: Final = 0o600
PUBLIC: Final = 0o644


def keys_in(folder: Path) -> Keyring:
    """The keys of this folder; those that are missing are made of the machine's randomness.

    Raises ValueError when a file there is no such key.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return Keyring(*(_key(folder / name) for name in (MERCHANT, PLATFORM, FOLLOWING)))


def write_public(folder: Path, settings: WechatSettings, now_s: float) -> None:
    """What the merchant gets of the platform: public key, certificates, and the APIv3 key."""
    platform = settings.public_key.key.public_key()
    _write(folder / PLATFORM_PUBLIC, public_pem(platform).encode(), PUBLIC)
    _write(folder / API_V3, settings.api_v3_key + b"\n", SECRET)
    certificates = folder / CERTIFICATES
    certificates.mkdir(exist_ok=True)
    for platform_key in settings.certificates:
        certificate = certificate_of(platform_key.key, int(platform_key.serial, 16), now_s)
        pem = certificate.public_bytes(Encoding.PEM)
        _write(certificates / f"{platform_key.serial}.pem", pem, PUBLIC)


def tls_for(folder: Path, host: str, now_s: float) -> SSLContext:
    """A TLS context for this host, under a throwaway CA whose certificate is left in the folder."""
    start = datetime.fromtimestamp(now_s, UTC) - timedelta(hours=1)
    authority, server = _new_key(), _new_key()
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throwaway CA of a simulator")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]

    def certificate(subject: x509.Name, key: RSAPrivateKey, is_ca: bool) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=TLS_DAYS))
            .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
        )
        return builder.sign(authority, hashes.SHA256()).public_bytes(Encoding.PEM)

    _write(folder / CA, certificate(issuer, authority, True), PUBLIC)
    chain = private_pem(server).encode() + certificate(name, server, False)
    _write(folder / SERVER, chain, SECRET)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / SERVER)
    return context


def _key(path: Path) -> RSAPrivateKey:
    if not path.exists():
        _write(path, private_pem(_new_key()).encode(), SECRET)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{path}: expected an RSA key in PEM; delete it, and a new one is made")
    return key


def _new_key() -> RSAPrivateKey:
    return generate_private_key(EXPONENT, KEY_BITS)


def _write(path: Path, data: bytes, mode: int) -> None:
    # The mode from the first moment on: nobody reads a key before it is hidden.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
