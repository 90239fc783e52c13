"""Reads single fields out of a gateway's JSON; whatever is not as it must be raises FieldFault.

Only what is asked for leaves the message: what names the payer is never asked for.
"""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from kiosk_hw.ports.money import AMOUNT_MINOR_MAX

TEXT_CHARS_MAX: Final = 512
"""Codes, numbers and links of both gateways are shorter; longer texts are not read."""

BEIJING: Final = timezone(timedelta(hours=8), "UTC+8")
"""The clock of both gateways; China has no summer time."""

_YUAN: Final = re.compile(r"(0|[1-9][0-9]{0,9})(?:\.([0-9]{1,2}))?")


class FieldFault(ValueError):
    """A field is missing or not what it must be. The text names the field, never its value."""


def read_object(data: bytes | str) -> dict[str, Any]:
    """The JSON object in this message. A name that comes twice is a fault: which one counts?"""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError:
        raise FieldFault("expected UTF-8") from None
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except FieldFault:
        raise
    except (ValueError, RecursionError):
        raise FieldFault("expected JSON") from None
    if not isinstance(value, dict):
        raise FieldFault("expected a JSON object")
    return value


def text_of(fields: dict[str, Any], name: str) -> str:
    """A text that must be there."""
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= TEXT_CHARS_MAX:
        raise FieldFault(f"expected a text as {name}")
    return value


def code_of(fields: dict[str, Any], name: str = "code") -> str:
    """An error code, fit to be shown; a default where there is none."""
    value = fields.get(name)
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", value):
        return value
    return ""


def number_of(fields: dict[str, Any], name: str) -> int:
    """A whole number that must be there."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= AMOUNT_MINOR_MAX:
        raise FieldFault(f"expected a whole number as {name}")
    return value


def object_of(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """An object that must be there."""
    value = fields.get(name)
    if not isinstance(value, dict):
        raise FieldFault(f"expected an object as {name}")
    return value


def same(fields: dict[str, Any], name: str, ours: str) -> None:
    """Raises FieldFault unless this text is ours."""
    if text_of(fields, name) != ours:
        raise FieldFault(f"expected our own {name}, got another")


def yuan_of(amount_minor: int) -> str:
    """Fen as Alipay writes them: yuan with two digits."""
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


def fen_of(fields: dict[str, Any], name: str) -> int:
    """Yuan as Alipay writes them, in fen; no float is ever made of it."""
    found = _YUAN.fullmatch(text_of(fields, name))
    if found is None:
        raise FieldFault(f"expected an amount like 12.34 as {name}")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def beijing_text(wall_s: float) -> str:
    """A moment as Alipay writes it: 2026-01-31 08:00:00."""
    return datetime.fromtimestamp(int(wall_s), BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def rfc3339(wall_s: float) -> str:
    """A moment as WeChat Pay writes it: 2026-01-31T08:00:00+08:00."""
    return datetime.fromtimestamp(int(wall_s), BEIJING).isoformat()


def beijing_seconds(fields: dict[str, Any], name: str) -> float:
    """A moment that Alipay wrote, in seconds since 1970."""
    try:
        read = datetime.strptime(text_of(fields, name), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        raise FieldFault(f"expected a time as {name}") from None
    return read.replace(tzinfo=BEIJING).astimezone(UTC).timestamp()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise FieldFault("expected each name once")
    return made


def _no_number(_: str) -> None:
    raise FieldFault("expected JSON")
