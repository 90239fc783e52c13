"""What a drawing is made of: boxes, words, one code. Millimetres from the top left corner."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.screens.driver.code import DrawnCode

WIDTH_MM: Final = 210.0
HEIGHT_MM: Final = 297.0
"""A4, upright."""

WIDE_FROM: Final = "\u2e80"
"""From here on characters are as wide as they are high: Chinese, and its punctuation."""

NARROW_EMS: Final = 0.56
"""How wide Latin letters are at most on average, so that no line outgrows its box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    left: float
    top: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text, in the middle of the page or from `left`; `base` is its baseline."""

    text: str
    base: float
    size: float
    colour: str
    bold: bool = False
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """The code with its quiet zone, on white."""

    left: float
    top: float
    side: float
    drawn: DrawnCode


Item = Box | Words | Code


def ems(text: str) -> float:
    """How wide a text is at most, in units of its size."""
    return sum(1.0 if char >= WIDE_FROM else NARROW_EMS for char in text)


def wrapped(text: str, width_mm: float, size_mm: float) -> Iterator[str]:
    """The text in lines that fit; it breaks at blanks, and at any Chinese character."""
    line = ""
    for piece in _pieces(text):
        if line and ems(line + piece.rstrip()) * size_mm > width_mm:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for at, char in enumerate(text):
        piece += char
        then = text[at + 1 : at + 2]
        stays = then in ("，", "。", "：", "；", "、")
        if (char == " " or char >= WIDE_FROM or then >= WIDE_FROM) and not stays:
            yield piece
            piece = ""
    if piece:
        yield piece
