"""Money on the wires: integer minor units and an ISO 4217 code. No arithmetic is here."""

import re
from dataclasses import dataclass
from typing import Final

AMOUNT_MINOR_MAX: Final = 999_999_999_999
"""The largest amount a ZVT terminal can be asked for: 12 BCD digits (PA00P015, BMP 04)."""

CURRENCY: Final = re.compile("[A-Z]{3}")

MINOR_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""How many digits of an amount stand behind the point, where that is not two (ISO 4217)."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in integer minor units (cents, fen) of one currency, never a float.

    Raises ValueError for a negative amount, for one beyond `AMOUNT_MINOR_MAX`, and for a
    currency that is not three capital letters.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if not 0 <= self.amount_minor <= AMOUNT_MINOR_MAX:
            raise ValueError(f"amount_minor must be 0..{AMOUNT_MINOR_MAX}, got {self.amount_minor}")
        if not CURRENCY.fullmatch(self.currency):
            raise ValueError(f"currency must be an ISO 4217 code like EUR, got {self.currency!r}")

    def __str__(self) -> str:
        digits = MINOR_DIGITS.get(self.currency, 2)
        whole, minor = divmod(self.amount_minor, 10**digits)
        return (
            f"{whole}.{minor:0{digits}} {self.currency}" if digits else f"{whole} {self.currency}"
        )
