"""The plate that a driver typed on a phone: a province picked or typed, and whatever else came.

It is as tolerant as people are careless; what makes no plate at all is None, and looks to its
driver like a plate that is not here.
"""

from typing import Final

from kiosk.core.plates.grammar import PROVINCES, fits_chinese
from kiosk.core.plates.reading import PlateRules, understand
from kiosk_hw.ports.plate import PlateText

_NEVER_ON_CHINESE: Final = str.maketrans("OI", "01")
"""Letters that no Chinese serial has (GA 36-2018), and what was meant by them."""


def typed_plate(province: str, text: str, rules: PlateRules) -> PlateText | None:
    """The plate in its one spelling, or None."""
    if province and province in PROVINCES and not (text.strip()[:1] in PROVINCES and text.strip()):
        text = province + text
    plate = understand(text, grammars=rules)
    if plate is None:
        return None
    spelt = plate.text.text
    if spelt[:1] in PROVINCES and not fits_chinese(spelt):
        mended = spelt[:2] + spelt[2:].translate(_NEVER_ON_CHINESE)
        if fits_chinese(mended):
            return PlateText(mended)
    return plate.text
