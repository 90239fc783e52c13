"""A number plate on its way through memory. It is masked wherever it could be seen; it is never stored."""

from dataclasses import dataclass, field

PLATE_CHARS_MAX = 16
"""Longer text is no number plate anywhere; whatever sends it is misconfigured."""


@dataclass(frozen=True, slots=True, repr=False)
class PlateText:
    """The text of a number plate as it was read or typed.

    `str` and `repr` are masked, so that no log, traceback or f-string can show a plate by
    accident. Whoever truly needs the characters asks for `.text`, and a reviewer can find it.
    """

    text: str = field()

    def masked(self) -> str:
        """The plate as a driver recognises it and a stranger does not: `沪A·**834`, `B*****2`."""
        if len(self.text) < 4:
            return "*" * len(self.text)
        if not self.text[0].isascii() and len(self.text) >= 7:
            return f"{self.text[:2]}·{'*' * (len(self.text) - 5)}{self.text[-3:]}"
        return f"{self.text[0]}{'*' * (len(self.text) - 3)}{self.text[-2:]}"

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"PlateText({self.masked()!r})"
