"""Which plates a read may have been misread from. It knows no store and names no other car.

Cameras confuse characters of one shape. A look-alike has the same length and province, and one or
two characters exchanged within a group. With 3000 open records, one of them fits a stranger's plate
in 0.01 % of exits where serials are spread evenly, in 0.08 % where they are dense (many of digits
alone). Any two exchanges at all would fit one in 8 %.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from kiosk.core.plates.folding import UNREAD
from kiosk.core.plates.grammar import PROVINCES, fits_chinese
from kiosk_hw.ports.plate import PlateText

CONFUSION_GROUPS: Final = ("0ODQ", "8B", "1ILT7", "5S", "2Z", "6GC", "UV", "MN", "EF")

LOOKALIKES_MAX: Final = 512
"""Look-alikes of one read. Were there more with two exchanges, those with one alone are given.

All with two or none: had some been left out, a candidate could seem to be the only one.
"""

SURE_CHAR: Final = 0.9
"""A character that the camera gives this confidence was not misread."""

_ALTERNATIVES: Final = {
    char: group.replace(char, "") for group in CONFUSION_GROUPS for char in group
}


def lookalikes(plate: PlateText, char_confidences: Sequence[float] = ()) -> tuple[PlateText, ...]:
    """The plates that this read may have been misread from, those with one exchange first.

    Of a Chinese plate only those that a Chinese form fits; with its province unread, those of
    every province. `char_confidences` (0.0 to 1.0), if there is one for each character, let only
    doubtful characters be exchanged.
    """
    text = plate.text
    exchanges = _exchanges(text, char_confidences)
    unread = text[:1] == UNREAD
    none = [text] if unread else []
    ones, twos = _once(text, exchanges), _twice(text, exchanges)
    if unread or not text.isascii():
        none, ones, twos = ([*filter(fits_chinese, each)] for each in (none, ones, twos))
    heads = len(PROVINCES) if unread else 1
    found: list[str] = []
    for more in (none, ones, twos):
        if (len(found) + len(more)) * heads > LOOKALIKES_MAX:
            break
        found += more
    if unread:
        found = [province + each[1:] for each in found for province in PROVINCES]
    return tuple(map(PlateText, found))


def _exchanges(text: str, char_confidences: Sequence[float]) -> list[tuple[int, str]]:
    """(position, what may stand there instead) of each character that may have been misread."""
    told = len(char_confidences) == len(text)
    return [
        (at, _ALTERNATIVES[char])
        for at, char in enumerate(text)
        if char in _ALTERNATIVES and not (told and char_confidences[at] >= SURE_CHAR)
    ]


def _once(text: str, exchanges: list[tuple[int, str]]) -> list[str]:
    return [text[:at] + char + text[at + 1 :] for at, chars in exchanges for char in chars]


def _twice(text: str, exchanges: list[tuple[int, str]]) -> list[str]:
    return [
        head + second + tail
        for (at, firsts), (then, seconds) in combinations(exchanges, 2)
        for head in [text[:at] + first + text[at + 1 : then] for first in firsts]
        for tail in (text[then + 1 :],)
        for second in seconds
    ]
