"""The drawing as PDF 1.4: one page, words as outlines, so that any printer prints them alike.

A PDF that only names a Chinese font prints blanks where it is missing. Outlines need no font, and
cost some 100 KiB and a text that cannot be marked. No file is read here: outlines are brought.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Final, Protocol

from kiosk.screens.sign.drawing import HEIGHT_MM, WIDTH_MM, Box, Code, Item, Words

POINTS_PER_MM: Final = 72 / 25.4

_RUN: Final = re.compile(r"M(\d+) (\d+)h(\d+)")


@dataclass(frozen=True, slots=True)
class Outline:
    """One character of size 1: how far the next one stands, and its shape in PDF's operators."""

    advance: float
    shape: str
    """Path operators (`m`, `l`, `c`, `h`), upwards from the baseline."""


class Outlines(Protocol):
    """A font, as far as a drawing needs one."""

    def outline(self, char: str, *, bold: bool) -> Outline:
        """The character's outline."""


def pdf(items: tuple[Item, ...], title: str, font: Outlines) -> bytes:
    """The whole file; the same drawing gives the same bytes."""
    # Millimetres from the top left corner, as everywhere here.
    scale = POINTS_PER_MM
    turn = f"{scale:.6f} 0 0 {-scale:.6f} 0 {HEIGHT_MM * scale:.3f} cm"
    content = "\n".join([turn, *(_drawn(item, font) for item in items)])
    packed = zlib.compress(content.encode("ascii"), 9)
    width, height = WIDTH_MM * scale, HEIGHT_MM * scale
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}]"
        " /Resources << >> /Contents 4 0 R >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Title <%s> >>" % title.encode("utf-16").hex().encode(),
    )


def _file(*objects: bytes) -> bytes:
    """PDF 32000-1, 7.5: header, objects, cross-reference table, trailer."""
    whole = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(objects) + 1
    trailer = b"<< /Size %d /Root 1 0 R /Info %d 0 R >>" % (count, len(objects))
    return whole + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, trailer, len(whole))
    )


def _drawn(item: Item, font: Outlines) -> str:
    match item:
        case Box(left, top, width, height, colour):
            return f"{_fill(colour)} {left:.3f} {top:.3f} {width:.3f} {height:.3f} re f"
        case Code(left, top, side, drawn):
            unit = side / drawn.across
            runs = " ".join(f"{x} {y} {run} 1 re" for x, y, run in _RUN.findall(drawn.path))
            ground = f"{_fill('#ffffff')} {left:.3f} {top:.3f} {side:.3f} {side:.3f} re f"
            place = f"{unit:.6f} 0 0 {unit:.6f} {left:.3f} {top:.3f} cm"
            return f"{ground} q {place} {_fill('#000000')} {runs} f Q"
        case Words():
            return _words(item, font)


def _words(words: Words, font: Outlines) -> str:
    outlines = [font.outline(char, bold=words.bold) for char in words.text]
    length = sum(outline.advance for outline in outlines) * words.size
    x = (WIDTH_MM - length) / 2 if words.left is None else words.left
    parts = [_fill(words.colour)]
    for outline in outlines:
        if outline.shape:
            # The page's axis points down, a font's up.
            place = f"{words.size:.4f} 0 0 {-words.size:.4f} {x:.4f} {words.base:.4f} cm"
            parts.append(f"q {place} {outline.shape} f Q")
        x += outline.advance * words.size
    return "\n".join(parts)


def _fill(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return f"{red:.4f} {green:.4f} {blue:.4f} rg"
