"""Every key, and what the signs mean."""

from kiosk.screens.technician.lines import BLANK, SIGNS, Line, Span, line, title, wrapped
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """Keys, signs, exit."""
    words = view.words
    made = [title(words("help.title"))]
    for key in ("panes", "moves", "language", "trace", "control", "quit"):
        made += wrapped(words(f"help.{key}"), view.width, 1)
    made += [BLANK, title(words("help.signs"))]
    for tone, key in (("good", "ok"), ("late", "late"), ("bad", "fault"), ("dim", "never")):
        sign = SIGNS[tone]  # type: ignore[index]
        made.append(line(Span(f" {sign} ", tone), words(f"help.sign.{key}")))  # type: ignore[arg-type]
    return [*made, BLANK, *wrapped(words("help.commands"), view.width, 1)]
