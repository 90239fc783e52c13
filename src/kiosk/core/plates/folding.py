"""One spelling for one plate: upper case, no separators, no look-alike letters of other scripts.

Entry and exit fold alike, so that a plate is found again whatever camera or keyboard wrote it.
No grammar lives here.
"""

import unicodedata
from typing import Final

from kiosk_hw.ports.plate import PLATE_CHARS_MAX

RAW_CHARS_MAX: Final = 64
"""Longer text is not looked at: with every separator doubled, a plate has half as many."""

UNREAD: Final = "?"
"""Stands for a character that the camera saw and could not read."""

_SEPARATORS: Final = " \t\r\n\v\f-.·•・‧∙⋅_:,/'`´|‐‑‒–—―−。、\u00a0\u3000\u200b\u200e\u200f\ufeff"
_UNREAD_MARKS: Final = "*□■〇¿"
_GREEK: Final = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
_CYRILLIC: Final = ("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ")
_STROKED: Final = ("ĐŁØ", "DLO")
_TRADITIONAL: Final = ("滬粵遼蘇貴陝寧雲贛瓊閩魯學掛領應", "沪粤辽苏贵陕宁云赣琼闽鲁学挂领应")

_LETTERS: Final = (_GREEK, _CYRILLIC, _STROKED, _TRADITIONAL)
_FOLDS: Final[dict[int, str | None]] = {
    **{ord(mark): None for mark in _SEPARATORS},
    **{ord(mark): UNREAD for mark in _UNREAD_MARKS},
    **{ord(old): new for olds, news in _LETTERS for old, new in zip(olds, news, strict=True)},
}
_UMLAUTS: Final = "ÄÖÜ"


def normalise(text: str) -> str:
    """The plate in its one spelling; "" for what is too long to be a plate. Never raises.

    Accents are dropped (a Croatian Š is read as S by most cameras), the umlauts of German plates
    are kept: Ü and U are two districts.
    """
    if len(text) > RAW_CHARS_MAX:
        return ""
    if not (text.isascii() and text.isalnum()):
        folded = unicodedata.normalize("NFKC", text).upper().translate(_FOLDS)
        text = folded if folded.isascii() else "".join(map(_without_accent, folded))
    return text.upper() if len(text) <= PLATE_CHARS_MAX else ""


def _without_accent(char: str) -> str:
    """The plain letter; an accent that stands alone is dropped."""
    if char.isascii() or char in _UMLAUTS:
        return char
    if unicodedata.combining(char):
        return ""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() else char
