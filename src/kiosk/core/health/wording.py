"""Finds the words of a fault in a language. The words themselves are in `texts`."""

from functools import cache
from importlib import import_module
from typing import Final, NamedTuple

from kiosk.core.health.languages import LANGUAGES

ROOMS: Final = ("barrier", "devices", "machine")
"""A language's words are in so many modules, each read in one sitting."""


class Words(NamedTuple):
    """One fault in plain words."""

    name: str
    cause: str
    consequence: str
    cure: str


@cache
def texts(language: str) -> dict[str, Words]:
    """Every fault's words. Raises LookupError for a language that nobody wrote."""
    if language not in LANGUAGES:
        raise LookupError(f"expected a language out of {', '.join(LANGUAGES)}, got {language!r}")
    told: dict[str, Words] = {}
    for room in ROOMS:
        module = import_module(f"kiosk.core.health.texts.{language}_{room}")
        told |= {code: Words(*said) for code, said in module.WORDS.items()}
    return told


def words(code: str, language: str = LANGUAGES[0]) -> Words:
    """The words of one fault. Raises LookupError for an unknown code or language."""
    return texts(language)[code]
