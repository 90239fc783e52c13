"""Money on the wires: integer minor units and an ISO 4217 code. No arithmetic beyond comparing lives here."""

from dataclasses import dataclass

AMOUNT_MINOR_MAX = 999_999_999_999
"""The largest amount a ZVT terminal can be asked for: 12 BCD digits (PA00P015, BMP 04)."""


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
            raise ValueError(
                f"amount_minor must be 0..{AMOUNT_MINOR_MAX}, got {self.amount_minor}"
            )
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"currency must be an ISO 4217 code like EUR, got {self.currency!r}")

    def __str__(self) -> str:
        return f"{self.amount_minor / 100:.2f} {self.currency}"
