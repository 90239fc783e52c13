"""The plate that a driver typed on a phone: a province picked or typed, and whatever else came.

It is as tolerant as people are careless; what makes no plate at all is None, and looks to its
driver like a plate that is not here.
"""

from typing import Final

from kiosk.core.plates.folding import normalise
from kiosk.core.plates.grammar import PROVINCES, fits_chinese
from kiosk.core.plates.reading import PlateRules, understand
from kiosk_hw.ports.plate import PlateText

_NEVER_ON_CHINESE: Final = str.maketrans("OI", "01")
"""Letters that no Chinese serial has (GA 36-2018), and what was meant by them."""


def typed_plate(province: str, text: str, rules: PlateRules) -> PlateText | None:
    """The plate in its one spelling, or None.

    A picked province counts only where it makes a Chinese plate of a text that has none itself: a
    foreign car's driver may leave the list as it is.
    """
    folded = normalise(text)
    heads = (province, "") if len(province) == 1 and province in PROVINCES else ("",)
    for head in heads if folded[:1].isascii() else ("",):
        mended = _mended(head + folded)
        if fits_chinese(mended) or not head:
            plate = understand(mended, grammars=rules)
            return None if plate is None else plate.text
    return None


def _mended(text: str) -> str:
    """A Chinese plate's serial without letters that it cannot have; anything else as it is."""
    if text[:1] not in PROVINCES or not text or fits_chinese(text):
        return text
    mended = text[:2] + text[2:].translate(_NEVER_ON_CHINESE)
    return mended if fits_chinese(mended) else text
