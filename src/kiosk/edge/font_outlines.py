"""Outlines of characters from a font file of this machine, for posters. The lane never loads it."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from kiosk.errors import ConfigError
from kiosk.screens.sign.pdf import Outline

REGULAR: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
"""Where fonts with Chinese are, on Debian, Arch, macOS and Windows."""

_CURE: Final = "install fonts-noto-cjk, or name a font file that has Chinese with --font"


class FontOutlines:
    """A font file, and beside it its bold one where there is one."""

    def __init__(self, path: Path | None, candidates: Sequence[str] = REGULAR) -> None:
        found = path or next((Path(each) for each in candidates if Path(each).exists()), None)
        if found is None:
            raise ConfigError((f"--font: found no font with Chinese; {_CURE}",))
        bold = found.with_name(found.name.replace("Regular", "Bold").replace("msyh.", "msyhbd."))
        self._regular = _opened(found)
        self._bold = _opened(bold) if bold != found and bold.exists() else self._regular

    def outline(self, char: str, *, bold: bool) -> Outline:
        """The character's outline. Raises ConfigError for one that the font has not."""
        font = self._bold if bold else self._regular
        return _outline(font, char)


@cache
def _outline(font: Any, char: str) -> Outline:
    from fontTools.pens.basePen import BasePen

    name = font.getBestCmap().get(ord(char))
    if name is None:
        raise ConfigError((f"--font: the font has no character U+{ord(char):04X}; {_CURE}",))
    units = font["head"].unitsPerEm

    class Operators(BasePen):  # type: ignore[misc]
        """What the font draws, as PDF's operators in units of the size."""

        def _moveTo(self, point: tuple[float, float]) -> None:
            self.parts.append(f"{_at(point)} m")

        def _lineTo(self, point: tuple[float, float]) -> None:
            self.parts.append(f"{_at(point)} l")

        def _curveToOne(self, *points: tuple[float, float]) -> None:
            self.parts.append(f"{' '.join(map(_at, points))} c")

        def _closePath(self) -> None:
            self.parts.append("h")

    def _at(point: tuple[float, float]) -> str:
        return f"{point[0] / units:.4f} {point[1] / units:.4f}"

    glyphs = font.getGlyphSet()
    pen = Operators(glyphs)
    pen.parts = []
    glyphs[name].draw(pen)
    return Outline(glyphs[name].width / units, " ".join(pen.parts))


def _opened(path: Path) -> Any:
    try:
        from fontTools.ttLib import TTCollection, TTFont, TTLibError
    except ImportError:
        raise ConfigError(("a PDF needs fontTools: pip install 'kiosk[sign]'",)) from None
    try:
        file = BytesIO(path.read_bytes())
        if path.suffix.lower() not in (".ttc", ".otc"):
            return TTFont(file, lazy=True)
        fonts = TTCollection(file, lazy=True).fonts
    except (OSError, TTLibError) as error:
        raise ConfigError((f"--font: {path} is no font ({error})",)) from error
    # Of a collection for East Asia the face of the mainland, whose forms of characters are ours.
    named = [font for font in fonts if " SC" in (font["name"].getBestFamilyName() or "")]
    return (named or fonts)[0]
