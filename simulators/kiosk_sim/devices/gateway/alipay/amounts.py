"""Amounts on Alipay's wire: yuan with at most two decimals, as a string or a JSON number."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

FEN_MIN: Final = 1
FEN_MAX: Final = 10_000_000_000
"""0.01 to 100000000 yuan, says the manual."""

FORM: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def fen_of(value: object) -> int | None:
    """The amount in fen; None for anything that is no amount in Alipay's bounds."""
    text = value if isinstance(value, str) else str(value)
    if isinstance(value, bool | dict | list) or value is None or not FORM.fullmatch(text):
        return None
    try:
        fen = int(Decimal(text) * 100)
    except InvalidOperation:
        return None
    return fen if FEN_MIN <= fen <= FEN_MAX else None


def yuan(fen: int) -> str:
    """12.50"""
    return f"{fen // 100}.{fen % 100:02d}"
