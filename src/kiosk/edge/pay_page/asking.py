"""What comes in from one connection and what goes out to it, whole. No socket and no page here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HTML: Final = "text/html; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A whole request. A plate may be in its body, a token in its path: it shows itself nowhere."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By lower-case name; of several with one name, the last."""
    body: bytes
    peer: str
    """The address at the other end of the connection; "" for a socket of this machine."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What is sent back, but for the heads that every answer has."""

    status: int
    body: bytes = b""
    kind: str = HTML
    more: tuple[tuple[str, str], ...] = ()
