"""A number plate on its way through memory: masked wherever it could be seen, and never stored."""

from dataclasses import dataclass, field

PLATE_CHARS_MAX = 16
"""Longer text is no number plate anywhere; whatever sends it is misconfigured."""

MASKED_WHOLE_BELOW = 4
"""A text of fewer characters is masked whole."""

MASKED_TAIL_BELOW = 6
"""A text of fewer characters shows no tail: it would be most of the plate."""


@dataclass(frozen=True, slots=True, repr=False)
class PlateText:
    """The text of a number plate as it was read or typed.

    `str` and `repr` are masked, so that no log, traceback or f-string can show a plate by
    accident. Whoever truly needs the characters asks for `.text`, and a reviewer can find it.
    """

    text: str = field()

    def masked(self) -> str:
        """The plate as its driver recognises it and a stranger does not: `沪A·**34*`, `B****42`.

        At most three characters of what tells a plate from its neighbours stay; a short plate
        shows its first one alone.
        """
        if len(self.text) < MASKED_WHOLE_BELOW:
            return "*" * len(self.text)
        if len(self.text) < MASKED_TAIL_BELOW:
            return f"{self.text[0]}{'*' * (len(self.text) - 1)}"
        if not self.text[0].isascii() and len(self.text) >= 7:
            return f"{self.text[:2]}·{'*' * (len(self.text) - 5)}{self.text[-3:-1]}*"
        return f"{self.text[0]}{'*' * (len(self.text) - 3)}{self.text[-2:]}"

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"PlateText({self.masked()!r})"
