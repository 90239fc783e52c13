"""What a code on a screen, a link or a receipt says: unguessable, and spelt for small codes.

A token is an HMAC of its order under a random key of the lane's process: it fits this lane and this
order alone, and a lane that starts anew invalidates all that were made before. Capital letters
and digits alone: a code of them has 29 modules a side instead of 33. No clock, file or socket.
"""

import base64
import hashlib
import hmac
import re
from typing import Final
from urllib.parse import urlsplit

TOKEN_BYTES: Final = 16
"""128 bits: nobody guesses one, however many are alive."""

TOKEN: Final = re.compile("[A-Z2-7]{26}")
"""`TOKEN_BYTES` in base32 without its padding."""

MARK_BYTES: Final = 16
"""What the counter's file holds of a token: half its SHA-256, worthless at the page."""


class PageAddresses:
    """The addresses of one lane's orders on the pay page; the same order gives the same address."""

    def __init__(self, page_url: str, key: bytes) -> None:
        self._page_url = page_url.rstrip("/")
        self._base = _spelt_for_codes(page_url)
        self._key = key

    def offer_url(self, order_id: str) -> str:
        """Where the order of the car in the lane is paid."""
        return f"{self._base}/L/{self.offer_token(order_id)}"

    def receipt_url(self, order_id: str) -> str:
        """Where this order's receipt can be read."""
        return f"{self._base}/R/{self.receipt_token(order_id)}"

    def return_url(self, request_id: str) -> str:
        """Where who pays comes back to from the payment sheet: an offer's page, or a tap's.

        It is in no code, so it is spelt as providers expect addresses to be.
        """
        if TOKEN.fullmatch(request_id):
            return f"{self._page_url}/s/{request_id}"
        return f"{self._page_url}/l/{self.offer_token(request_id)}"

    def offer_token(self, order_id: str) -> str:
        """The token of an offer."""
        return self._token(f"offer {order_id}")

    def receipt_token(self, order_id: str) -> str:
        """The token of a receipt: who has the one cannot make the other of it."""
        return self._token(f"receipt {order_id}")

    def _token(self, what: str) -> str:
        return spelt(hmac.digest(self._key, what.encode(), "sha256")[:TOKEN_BYTES])


def posted_url(page_url: str, site: str) -> str:
    """What the posted code of a site says."""
    return f"{_spelt_for_codes(page_url)}/P/{site.upper()}"


def spelt(token: bytes) -> str:
    """These `TOKEN_BYTES` bytes as a token."""
    return base64.b32encode(token).decode().rstrip("=")


def mark_of(token: str) -> bytes:
    """What the counter's file knows a token by."""
    return hashlib.sha256(token.encode()).digest()[:MARK_BYTES]


def _spelt_for_codes(page_url: str) -> str:
    """Scheme and host in capitals, which mean the same and make a smaller code; never a path."""
    parts = urlsplit(page_url.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}".upper() + parts.path
