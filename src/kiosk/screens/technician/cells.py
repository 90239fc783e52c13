"""Text as a terminal holds it: harmless, measured in cells, cut, wrapped, and as plain ASCII."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

TEXT_CHARS_MAX: Final = 400
"""Of one text out of a lane; more than a technician reads, less than a flood."""

ITEMS_MAX: Final = 128
"""Of one list or table out of a lane: it has some ten devices and twenty exits."""

DEPTH_MAX: Final = 8
"""Of tables within tables; a snapshot has five."""

_ASCII: Final = {
    **dict.fromkeys("─━═", "-"),
    **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╔╗╚╝╒╕╘╛╞╡", "+"),
    **dict.fromkeys("█▓▒▄▀", "#"),
    "░": ".",
    "●": "*",
    "○": "o",
    "◐": "~",
    "✗": "!",
    "✓": "+",
    "·": ".",
    "…": "~",
    "↑": "^",
    "↓": "v",
    "→": ">",
    "←": "<",
    "╱": "/",
    "╲": "\\",
    "—": "-",
    "–": "-",
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "ß": "ss",
    "„": '"',
    "“": '"',
    "”": '"',
    "’": "'",
    "‘": "'",
    "€": "EUR",
    "≤": "<=",
    "±": "+/-",
}
"""What stands for a letter or a line where a terminal has only ASCII."""


def clean(text: str) -> str:
    """The text without what could move a cursor, turn its direction or hide: each becomes `?`."""
    cut = text[:TEXT_CHARS_MAX]
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(char if _harmless(char) else "?" for char in cut)


def _harmless(char: str) -> bool:
    """Letters, digits, signs and single spaces: one or two cells each, wherever they stand."""
    return char.isprintable() and unicodedata.category(char) not in ("Mn", "Me", "Mc", "Cf", "Co")


def cleaned(value: Any, depth: int = 0) -> Any:
    """Plain JSON values with every text clean and every table bounded."""
    match value:
        case str():
            return clean(value)
        case bool() | int() | float() | None:
            return value
        case dict() if depth < DEPTH_MAX:
            items = list(value.items())[:ITEMS_MAX]
            return {clean(str(name)): cleaned(item, depth + 1) for name, item in items}
        case list() if depth < DEPTH_MAX:
            return [cleaned(item, depth + 1) for item in value[:ITEMS_MAX]]
    return None


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """How many cells this takes: two for what East Asian fonts draw wide."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def cut(text: str, cells: int) -> str:
    """At most so many cells; what was cut ends with an ellipsis."""
    if width(text) <= cells:
        return text
    kept, used = "", 0
    for char in text:
        used += width(char)
        if used > cells - 1:
            break
        kept += char
    return kept + "…" if cells > 0 else ""


def pad(text: str, cells: int) -> str:
    """Exactly so many cells."""
    shown = cut(text, cells)
    return shown + " " * (cells - width(shown))


def wrap(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells, between words where it has words."""
    room = max(cells, 8)
    lines, line = [], ""
    for word in _words(text):
        if line and width(line) + width(word) > room:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
        while width(line) > room:
            head = _head(line, room)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str) -> Iterator[str]:
    """Pieces between which a line may end: words with the space before, and wide letters."""
    piece = ""
    for char in text:
        if char == " " or width(char) == 2:
            if piece:
                yield piece
            piece = char
        elif piece and width(piece[-1]) == 2 and char not in "，。；：、）":
            yield piece
            piece = char
        else:
            piece += char
    if piece:
        yield piece


def _head(text: str, cells: int) -> str:
    used = 0
    for at, char in enumerate(text):
        used += width(char)
        if used > cells:
            return text[:at]
    return text


def as_ascii(text: str) -> str:
    """The text in ASCII; what has no likeness is `?`, as wide as it was."""
    if text.isascii():
        return text
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    return _ASCII.get(char, "?" * width(char))
