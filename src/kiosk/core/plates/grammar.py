"""What number plates look like, by country: one table for each, and no province ever makes a class.

Mainland China: civil plates after GA 36-2018, without the letters I and O behind the province. The
forms of police with an O, embassy, consulate, emergency, civil-aviation, armed-police and military
plates follow common usage, not a standard's text, and are drawn wide for that.

Elsewhere anything of 2 to 10 letters and digits may be a plate: a foreign car must be able to leave
too, so no country's rules are used to refuse one.
"""

import re
from enum import Enum
from typing import Final

from kiosk.core.plates.folding import UNREAD

PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""The 31 provinces of mainland China, as they stand first on a plate."""

CAR: Final = "car"
NEW_ENERGY: Final = "new-energy"
LARGE: Final = "large"

CHINESE_CHARS: Final = 7
NEW_ENERGY_CHARS: Final = 8


class Colour(Enum):
    """The plate's ground colour, where the camera tells it."""

    BLUE = "blue"
    YELLOW = "yellow"
    WHITE = "white"
    BLACK = "black"
    GREEN = "green"
    YELLOW_GREEN = "yellow-green"


_P: Final = f"[{PROVINCES}{UNREAD}]"
_L: Final = "[A-HJ-NP-Z]"
_S: Final = "[A-HJ-NP-Z0-9]"
_ENERGY: Final = "[A-HJK]"
"""D, A, B, C, E: battery electric; F, G, H, J, K: any other new energy."""

CHINESE: Final[tuple[tuple[str, str], ...]] = (
    (CAR, f"{_P}{_L}{_S}{{5}}"),
    (NEW_ENERGY, f"{_P}{_L}{_ENERGY}{_S}[0-9]{{4}}"),
    ("new-energy-large", f"{_P}{_L}[0-9]{{5}}{_ENERGY}"),
    ("learner", f"{_P}{_L}{_S}{{4}}学"),
    ("trailer", f"{_P}{_L}{_S}{{4}}挂"),
    ("police", f"{_P}[A-HJ-Z]{_S}{{4}}警"),
    ("cross-border", f"{_P}{_L}{_S}{{4}}[港澳]"),
    ("consulate", f"{_P}{_S}{{5}}领"),
    ("embassy", "使[0-9]{6}|[0-9]{6}使"),
    ("emergency", f"{_P}{_L}{_S}{{4,5}}应急"),
    ("civil-aviation", f"民航{_S}{{5}}"),
    ("armed-police", f"WJ[{PROVINCES}警][0-9]{{4}}[0-9A-Z]"),
)
"""(class, form) of plates that a Chinese character tells from any other country's."""

CHINESE_PLAIN: Final[tuple[tuple[str, str], ...]] = (
    ("armed-police", "WJ[0-9]{4}[0-9A-Z]"),
    ("military", "[A-HJ-NP-Z]{2}[0-9]{5}"),
)
"""(class, form) of Chinese plates of Latin characters alone; other countries have such, too."""

EUROPEAN: Final = re.compile("[A-Z0-9ÄÖÜ]{2,10}")


def class_of_chinese(text: str) -> str | None:
    """The class of a Chinese plate with a Chinese character in it, or None if no form fits."""
    return _class_of(_CHINESE.fullmatch(text))


def class_of_plain_chinese(text: str) -> str | None:
    """The class of a Chinese plate of Latin characters alone, or None if no form fits."""
    return _class_of(_CHINESE_PLAIN.fullmatch(text))


def fits_chinese(text: str) -> bool:
    """Whether any Chinese form with a Chinese character fits."""
    return _CHINESE.fullmatch(text) is not None


def starts_with_province(text: str) -> bool:
    """Whether the text begins as Chinese plates do, its province read or not."""
    return text[:1] in _PROVINCE_OR_UNREAD


def agrees(colour: Colour | None, text: str) -> bool:
    """Whether a Chinese plate of this colour has this length.

    New-energy plates (green) have 8 characters, blue and yellow ones 7. A new-energy plate that
    lost one character still has the form of a 7-character plate: only its colour gives it away.
    """
    match colour:
        case Colour.GREEN | Colour.YELLOW_GREEN:
            return len(text) == NEW_ENERGY_CHARS
        case Colour.BLUE | Colour.YELLOW:
            return len(text) == CHINESE_CHARS
        case _:
            return True


def _compiled(forms: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name.replace('-', '_')}>{form})" for name, form in forms))


def _class_of(found: re.Match[str] | None) -> str | None:
    if found is None or found.lastgroup is None:
        return None
    return found.lastgroup.replace("_", "-")


_PROVINCE_OR_UNREAD: Final = frozenset(PROVINCES + UNREAD)
_CHINESE: Final = _compiled(CHINESE)
_CHINESE_PLAIN: Final = _compiled(CHINESE_PLAIN)
