"""Throwaway keys of merchants and platforms. Never for anything but a simulator.

A key of a seed is the same each time, so that a virtual timeline is the same to the byte; it is
no secret at all. `kiosk-sim gateway` takes keys of the machine's own randomness instead.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.x509.oid import NameOID

KEY_BITS: Final = 2048
EXPONENT: Final = 65537

WITNESSES: Final = 8
"""Rounds of Miller-Rabin: for random numbers of this size, fewer than one prime in 2^80 is none."""

VALID_DAYS: Final = 1825
"""A platform certificate lives five years."""

_SMALL: Final = tuple(n for n in range(3, 2000, 2) if all(n % d for d in range(3, 45, 2) if d < n))


@cache
def seeded_keys(seed: int) -> tuple[RSAPrivateKey, RSAPrivateKey, RSAPrivateKey]:
    """The three keys of this seed; takes about half a second the first time.

    Each two of them share a prime, which halves the time and would break any real key.
    """
    rng = Random(seed)
    p, q, r = _prime(rng), _prime(rng), _prime(rng)
    return _key(p, q), _key(q, r), _key(r, p)


def certificate_of(key: RSAPrivateKey, serial: int, now_s: float) -> x509.Certificate:
    """A platform's certificate with this serial number, valid from a day ago."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulated payment platform")])
    start = datetime.fromtimestamp(now_s, UTC) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=VALID_DAYS))
    )
    return builder.sign(key, hashes.SHA256())


def private_pem(key: RSAPrivateKey) -> str:
    """The key as PKCS #8 in PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key: RSAPublicKey) -> str:
    """The public key as SubjectPublicKeyInfo in PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _key(p: int, q: int) -> RSAPrivateKey:
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    numbers = RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa_crt_dmp1(d, p),
        dmq1=rsa_crt_dmq1(d, q),
        iqmp=rsa_crt_iqmp(p, q),
        public_numbers=RSAPublicNumbers(EXPONENT, p * q),
    )
    # The check of a key takes as long as its primes did, and these are known to be some.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _prime(rng: Random) -> int:
    bits = KEY_BITS // 2
    while True:
        number = rng.getrandbits(bits) | (3 << (bits - 2)) | 1
        sieved = all(number % small for small in _SMALL) and (number - 1) % EXPONENT
        if sieved and _is_prime(number, rng):
            return number


def _is_prime(number: int, rng: Random) -> bool:
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(WITNESSES):
        x = pow(rng.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True
