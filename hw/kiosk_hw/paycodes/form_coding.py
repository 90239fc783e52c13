"""Percent-encoding, and forms (application/x-www-form-urlencoded). No field is named here."""

from typing import Final

FORM_BYTES_MAX: Final = 64 * 1024
"""A notification of a gateway has 2 KiB; a longer form is none."""

FIELDS_MAX: Final = 128
"""A notification has some thirty fields."""

_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
"""RFC 3986, 2.3: unreserved, and never encoded."""


def quote(text: str) -> str:
    """The text with everything but unreserved characters encoded (RFC 3986); a blank is %20."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8"))


def form(fields: dict[str, str]) -> str:
    """The fields as a query or a form's body, in their order."""
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items())


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises ValueError for what is none, or has a field twice."""
    if len(body) > FORM_BYTES_MAX:
        raise ValueError(f"expected a form of at most {FORM_BYTES_MAX} bytes, got {len(body)}")
    pairs = [pair for pair in body.split(b"&") if pair]
    if len(pairs) > FIELDS_MAX:
        raise ValueError(f"expected at most {FIELDS_MAX} fields, got {len(pairs)}")
    fields: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        key = _unquote(name)
        if key in fields:
            raise ValueError("expected each field once, got one twice")
        fields[key] = _unquote(value)
    return fields


def _unquote(data: bytes) -> str:
    head, *rest = data.replace(b"+", b" ").split(b"%")
    out = bytearray(head)
    for part in rest:
        # int() would take blanks, signs and underscores too.
        if len(part) < 2 or not all(chr(byte) in "0123456789abcdefABCDEF" for byte in part[:2]):
            raise ValueError("expected two hexadecimal digits behind %")
        out.append(int(part[:2], 16))
        out += part[2:]
    return out.decode("utf-8")  # A UnicodeDecodeError is a ValueError.
