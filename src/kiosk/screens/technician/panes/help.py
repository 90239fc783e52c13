"""Every key, and what the signs mean."""

from typing import Final

from kiosk.screens.technician.lines import BLANK, SIGNS, Line, Span, Tone, line, title, wrapped
from kiosk.screens.technician.view import View

_SIGNS: Final[tuple[tuple[Tone, str], ...]] = (
    ("good", "ok"),
    ("late", "late"),
    ("bad", "fault"),
    ("dim", "never"),
)
"""The tone of each sign, and what its words are called."""


def lines(view: View) -> list[Line]:
    """Keys, signs, exit."""
    words = view.words
    made = [title(words("help.title"))]
    for key in ("panes", "moves", "language", "trace", "control", "release", "quit"):
        made += wrapped(words(f"help.{key}"), view.width, 1)
    made += [BLANK, title(words("help.signs"))]
    for tone, key in _SIGNS:
        made.append(line(Span(f" {SIGNS[tone]} ", tone), words(f"help.sign.{key}")))
    return [*made, BLANK, *wrapped(words("help.commands"), view.width, 1)]
