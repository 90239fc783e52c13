"""How Alipay's gateway.do signs: sorted parameters out, the bytes of one JSON value back.

Sources: opendocs.alipay.com/common/02kf5q (signing by hand) and opendocs.alipay.com/common/02mse7
(verifying answers and notifications by hand).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from kiosk_hw.paycodes.fields import FieldFault
from kiosk_hw.paycodes.rsa_keys import PlatformKey

ERROR_NODE: Final = "error_response"
"""What stands instead of the method's own node when the gateway itself refuses."""

_BLANKS: Final = " \t\r\n"
_READER: Final = json.JSONDecoder()


def signed_text(parameters: Mapping[str, str], *, left_out: frozenset[str]) -> bytes:
    """Parameters sorted by name as name=value, joined by &, not encoded; empty ones left out."""
    pairs = (
        f"{name}={value}"
        for name, value in sorted(parameters.items())
        if value and name not in left_out
    )
    return "&".join(pairs).encode("utf-8")


REQUEST_LEAVES_OUT: Final = frozenset({"sign"})
NOTICE_LEAVES_OUT: Final = frozenset({"sign", "sign_type"})
"""A notification is signed without its sign_type, a request with it."""


def verifies(text: bytes, signature: str, keys: Sequence[PlatformKey]) -> bool:
    """Whether any of the platform's keys made this signature; Alipay does not name the key."""
    return any(key.verifies(text, signature) for key in keys)


def split_answer(body: bytes, method: str) -> tuple[bytes, str]:
    """(the very bytes that were signed, their signature) of an answer to `method`.

    The signature is over the value of `alipay_trade_query_response` as it was sent, blanks and
    escapes and all, so the text is cut out and never written anew. Raises FieldFault for anything
    but one object with one such node, each name once.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise FieldFault("expected UTF-8") from None
    nodes: dict[str, tuple[int, int]] = {}
    try:
        _spans(text, nodes)
    except (ValueError, IndexError, RecursionError):
        raise FieldFault("expected a JSON object") from None
    wanted = method.replace(".", "_") + "_response"
    found = [name for name in (wanted, ERROR_NODE) if name in nodes]
    if len(found) != 1:
        raise FieldFault(f"expected one of {wanted} and {ERROR_NODE}")
    first, last = nodes[found[0]]
    signature = ""
    if "sign" in nodes:
        value = json.loads(text[slice(*nodes["sign"])])
        signature = value if isinstance(value, str) else ""
    return text[first:last].encode("utf-8"), signature


def _spans(text: str, nodes: dict[str, tuple[int, int]]) -> None:
    """Where each value of the outermost object begins and ends."""
    at = _past_blanks(text, 0)
    if text[at] != "{":
        raise ValueError
    at = _past_blanks(text, at + 1)
    while text[at] != "}":
        name, at = _READER.raw_decode(text, at)
        at = _past_blanks(text, at)
        if not isinstance(name, str) or name in nodes or text[at] != ":":
            raise ValueError
        first = _past_blanks(text, at + 1)
        _, last = _READER.raw_decode(text, first)
        nodes[name] = (first, last)
        at = _past_blanks(text, last)
        if text[at] == ",":
            at = _past_blanks(text, at + 1)
        elif text[at] != "}":
            raise ValueError
    if _past_blanks(text, at + 1) != len(text):
        raise ValueError


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at
