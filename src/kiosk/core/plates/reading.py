"""What a camera's or driver's text means: a plate in its one spelling and its class, or no plate.

The class comes from the plate's form alone, never from its province: nobody pays more for where
they come from.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from kiosk.core.plates.folding import UNREAD, normalise
from kiosk.core.plates.grammar import (
    CAR,
    EUROPEAN,
    LARGE,
    NEW_ENERGY,
    NEW_ENERGY_CHARS,
    Colour,
    agrees,
    class_of_chinese,
    class_of_plain_chinese,
    starts_with_province,
)
from kiosk_hw.ports.plate import PlateText

CHINA: Final = "cn"
EUROPE: Final = "eu"

CHINESE_CODES: Final = frozenset({"CHN", "CN"})
"""What cameras call mainland China (ISO 3166-1)."""

NO_PLATES: Final = frozenset(
    {
        *("UNKNOWN", "UNREAD", "NOREAD", "NOPLATE", "NOTDEFINED", "NONE", "NULL", "NAN", "NA"),
        *("UNLICENSED", "LICENSE", "PLATE", "ERROR", "无", "无牌", "无牌车", "未识别", "车牌"),
    }
)
"""What makers send in place of a plate, in its one spelling."""


@dataclass(frozen=True, slots=True)
class PlateRules:
    """What counts as a plate in this car park.

    `own_patterns` are the operator's regular expressions for plates that no grammar knows; each
    must fit the whole plate in its one spelling. Whoever reads them from a configuration has
    checked that they are cheap.
    """

    grammars: tuple[str, ...] = (CHINA, EUROPE)
    own_patterns: tuple[str, ...] = ()
    _own: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        unknown = set(self.grammars) - {CHINA, EUROPE}
        if unknown:
            raise ValueError(f"grammars: expected {CHINA} or {EUROPE}, got {sorted(unknown)}")
        object.__setattr__(self, "_own", tuple(re.compile(each) for each in self.own_patterns))

    def fits_own(self, text: str) -> bool:
        """Whether one of the operator's own patterns fits."""
        return any(pattern.fullmatch(text) for pattern in self._own)


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate in its one spelling, and the class that its form says."""

    text: PlateText
    vehicle_class: str
    sure: bool = True
    """False if a character was surely misread: no form fits, or colour and length contradict."""


def understand(
    text: str,
    *,
    country: str | None = None,
    grammars: PlateRules | None = None,
    colour: Colour | None = None,
) -> Plate | None:
    """The plate that `text` is, or None if it is none at all. Never raises.

    `country` is the camera's code and only helps where the text leaves it open; a wrong one never
    refuses a plate. A plate that is not `sure` is worth a look for its look-alikes, but must not
    be taken as read.
    """
    rules = grammars or _ANY
    folded = normalise(text)
    if len(folded) < 2 or folded in NO_PLATES:
        return None
    if rules.fits_own(folded):
        return Plate(PlateText(folded), CAR)
    if CHINA in rules.grammars:
        plate = _chinese(folded, (country or "").upper() in CHINESE_CODES, rules, colour)
        if plate is not None:
            return plate
    if EUROPE in rules.grammars and EUROPEAN.fullmatch(folded) and not folded.isalpha():
        return Plate(PlateText(folded), CAR)
    return None


def _chinese(
    folded: str, surely_chinese: bool, rules: PlateRules, colour: Colour | None
) -> Plate | None:
    vehicle_class = class_of_chinese(folded)
    if vehicle_class is None and (surely_chinese or EUROPE not in rules.grammars):
        plate = _plain_chinese(folded, colour)
        if plate is not None:
            return plate
    if vehicle_class is None:
        return _misread_chinese(folded)
    sure = folded[0] != UNREAD and agrees(colour, folded)
    if vehicle_class == CAR and colour is Colour.YELLOW:
        vehicle_class = LARGE
    return Plate(PlateText(folded), vehicle_class, sure)


def _plain_chinese(folded: str, colour: Colour | None) -> Plate | None:
    """A Chinese plate of Latin characters: it has no province, or its province was lost.

    The province is what cameras lose first. The text of a new-energy plate without it is that of
    a military plate too; only the military plate's white ground tells one from the other.
    """
    vehicle_class = class_of_plain_chinese(folded)
    lost_province = class_of_chinese(UNREAD + folded)
    if vehicle_class is not None:
        sure = lost_province is None or colour is Colour.WHITE
        return Plate(PlateText(folded), vehicle_class, sure)
    if lost_province is not None:
        return Plate(PlateText(UNREAD + folded), lost_province, sure=False)
    return None


def _misread_chinese(folded: str) -> Plate | None:
    """A province and as many characters as a plate has, but no form that fits them."""
    if not (starts_with_province(folded) and _MISREAD.fullmatch(folded, 1)):
        return None
    vehicle_class = NEW_ENERGY if len(folded) == NEW_ENERGY_CHARS else CAR
    return Plate(PlateText(folded), vehicle_class, sure=False)


_ANY: Final = PlateRules()
_MISREAD: Final = re.compile("[A-Z0-9]{6,7}")
