"""Which nonces a merchant has used lately, so that a request cannot be played twice."""

from typing import Final

SKEW_MAX_S: Final = 300
"""How far a request's timestamp may be from the gateway's clock, either way (WeChat Pay v3)."""

NONCES_MAX: Final = 20_000
"""Nonces remembered: 30 requests a second for ten minutes. Beyond it the merchant has to wait."""


class Nonces:
    """Nonces by the moment after which their request is too old anyway."""

    def __init__(self) -> None:
        self._until_s: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"<Nonces remembered={len(self._until_s)}>"

    def __len__(self) -> int:
        return len(self._until_s)

    def full(self, now_s: float) -> bool:
        """Whether no more can be remembered now."""
        while self._until_s:
            oldest = next(iter(self._until_s))
            if self._until_s[oldest] > now_s:
                break
            del self._until_s[oldest]
        return len(self._until_s) >= NONCES_MAX

    def used(self, nonce: str) -> bool:
        """Whether it was used while its request was fresh."""
        return nonce in self._until_s

    def remember(self, nonce: str, now_s: float) -> None:
        """It was used now. Kept until a request with any legal timestamp of now is too old."""
        self._until_s[nonce] = now_s + 2 * SKEW_MAX_S
