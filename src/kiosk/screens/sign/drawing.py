"""What a drawing is made of: boxes, words, one code. Millimetres from the top left corner."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.screens.driver.code import DrawnCode

WIDTH_MM: Final = 210.0
HEIGHT_MM: Final = 297.0
"""A4, upright."""

WIDE_FROM: Final = "\u2e80"
"""From here on characters are as wide as they are high: Chinese, and its punctuation."""

_PHRASES: Final = re.compile("[^ ，。：；、）]*[ ，。：；、）]*")
"""A word with its blank, or a Chinese phrase with its punctuation: no line begins with one."""

_CHARACTERS: Final = re.compile(".[ ，。：；、）]*")

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
    """The text in lines that fit; it breaks at blanks, and Chinese behind its punctuation.

    Within a Chinese phrase it breaks only where the phrase alone is longer than a line.
    """
    line = ""
    for phrase in _PHRASES.findall(text):
        long = ems(phrase) * size_mm > width_mm
        for piece in _CHARACTERS.findall(phrase) if long else (phrase,):
            if line and ems(line + piece.rstrip()) * size_mm > width_mm:
                yield line.rstrip()
                line = ""
            line += piece
    if line.strip():
        yield line.rstrip()
