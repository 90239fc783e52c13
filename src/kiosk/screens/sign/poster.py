"""What stands on the poster: the code, what it is for, its address, and the notice. No file format.

It is made for a wall: the code 100 mm wide is read from three metres. The address is written out,
because a stranger's sticker over the code is the oldest trick there is.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.screens.driver.code import draw
from kiosk.screens.sign.drawing import HEIGHT_MM, WIDTH_MM, Box, Code, Item, Words, ems, wrapped

LEVEL: Final = "Q"
"""Error correction of 25 %: a poster is scratched, wet and half in the sun."""

MARGIN_MM: Final = 14.0
CODE_MM: Final = 130.0
GREEN: Final = "#0a5c36"
INK: Final = "#14181c"
WHITE: Final = "#ffffff"

HEADLINE_MM: Final = 21.0
"""The largest size of the headline; a longer one is made to fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """One poster."""

    url: str
    """What the code says."""
    languages: tuple[str, ...]
    """The first one speaks loudest."""
    place: str
    """The lane, level or site that it belongs to."""
    operator: str
    hours: int
    """Hours after which nothing is kept of a stay that is over."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the poster in this language."""
    path = Path(__file__).parent / "texts" / f"{language}.json"
    read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return read


def title(poster: Poster) -> str:
    """What the file calls itself."""
    return f"{texts(poster.languages[0])['headline']} - {poster.place}"


def drawn(poster: Poster) -> tuple[Item, ...]:
    """The poster, from top to bottom. Raises CodeRefused for an address that makes no code."""
    band = 62.0 if len(poster.languages) > 1 else 44.0
    head = tuple(_head(poster, band))
    code_top = band + 4.0
    code = Code((WIDTH_MM - CODE_MM) / 2, code_top, CODE_MM, draw(poster.url, LEVEL))
    return (*head, code, *_below(poster, code_top + CODE_MM), *_foot(poster))


def _head(poster: Poster, band: float) -> Iterator[Item]:
    yield Box(0.0, 0.0, WIDTH_MM, band, GREEN)
    first, *others = (texts(language)["headline"] for language in poster.languages)
    yield Words(first, 33.0, _fitting(first, HEADLINE_MM), WHITE, bold=True)
    rest = " · ".join(others)
    if rest:
        yield Words(rest, 51.0, _fitting(rest, 9.0), WHITE)


def _below(poster: Poster, top: float) -> Iterator[Item]:
    check = " · ".join(texts(language)["check"] for language in poster.languages)
    yield Words(check, top + 4.5, _fitting(check, 3.8), INK)
    shown = poster.url.lower().removeprefix("https://")
    yield Words(shown, top + 12.5, _fitting(shown, 7.0), INK, bold=True)
    base = top + 16.0
    for language in poster.languages:
        steps = texts(language)["steps"]
        base += 6.2
        yield Words(steps, base, _fitting(steps, 4.8), INK)


def _foot(poster: Poster) -> Iterator[Item]:
    size, line_mm, gap_mm = 3.1, 4.1, 1.5
    base = HEIGHT_MM - 16.0
    for language in reversed(poster.languages):
        told = texts(language)["notice"].format(hours=poster.hours)
        for line in reversed([*wrapped(told, WIDTH_MM - 2 * MARGIN_MM, size)]):
            yield Words(line, base, size, INK, left=MARGIN_MM)
            base -= line_mm
        base -= gap_mm
    yield Box(MARGIN_MM, HEIGHT_MM - 13.0, WIDTH_MM - 2 * MARGIN_MM, 0.3, INK)
    foot = f"{poster.place} · {poster.operator}"
    yield Words(foot, HEIGHT_MM - 7.0, _fitting(foot, 4.2), INK, bold=True)


def _fitting(text: str, size: float) -> float:
    """The size, or the largest one at which the text stays within the margins."""
    return min(size, (WIDTH_MM - 2 * MARGIN_MM) / ems(text))
