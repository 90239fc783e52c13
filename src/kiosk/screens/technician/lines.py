"""What every pane is made of: lines of spans, each with a tone and never told by colour alone."""

from typing import Final, Literal, NamedTuple

from kiosk.screens.technician.cells import cut, width, wrap

Tone = Literal["", "good", "late", "bad", "strong", "dim", "bar", "alert"]


class Span(NamedTuple):
    """Some text in one tone; a plain text, in which no markup means anything."""

    text: str
    tone: Tone = ""


Line = tuple[Span, ...]

BLANK: Final[Line] = ()

SIGNS: Final[dict[Tone, str]] = {"good": "●", "late": "◐", "bad": "✗", "dim": "○"}
"""The sign beside each word about a device, for whoever sees no colour."""


def line(*parts: str | Span) -> Line:
    """A line of texts and spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def title(text: str) -> Line:
    """A heading within a pane."""
    return (Span(text, "strong"),)


def wrapped(text: str, cells: int, indent: int = 0, tone: Tone = "", lead: str = "") -> list[Line]:
    """A text over as many lines as it needs, below its lead."""
    inner = indent + width(lead)
    lines = wrap(text, cells - inner)
    first = Span(" " * indent + lead, "dim")
    rest = Span(" " * inner)
    return [(rest if at else first, Span(part, tone)) for at, part in enumerate(lines)]


def fitted(shown: Line, cells: int) -> Line:
    """The line, cut at the edge of the screen."""
    left, kept = cells, []
    for span in shown:
        if width(span.text) > left:
            kept.append(Span(cut(span.text, left), span.tone))
            break
        kept.append(span)
        left -= width(span.text)
    return tuple(kept)


def text_of(shown: Line) -> str:
    """The line without its tones."""
    return "".join(span.text for span in shown)
