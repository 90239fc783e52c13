"""Draws what a code says: its dark modules as one path for an SVG. No cache, thread or screen.

pyqrcode comes with the extra `screen`; it is loaded by the first code, not by the lane's start.
"""

from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Final

QUIET_MODULES: Final = 4
"""The white border that belongs to a code (ISO/IEC 18004): readers look for it."""

LEVEL: Final = "M"
"""Error correction of 15 %: a fingerprint on the glass, and modules that are still large."""

CONTENT_CHARS_MAX: Final = 213
"""The longest content: version 10, 57 modules. Beyond it a small panel's modules fall below 0.9 mm,
which phones do not read from a car's window."""

EXTRA: Final = "pyqrcode"


@dataclass(frozen=True, slots=True)
class DrawnCode:
    """One code, ready to be put into an SVG of `across` units each way."""

    across: int
    """Modules in each direction, the quiet zone on both sides included."""
    path: str = field(repr=False)
    """The dark modules; whoever can read it can pay with it, so no log has it."""


class CodeRefused(ValueError):
    """This content makes no code that a driver could scan. The message never quotes it."""


def can_draw() -> bool:
    """Whether pyqrcode is installed."""
    return find_spec(EXTRA) is not None


def draw(content: str, level: str = LEVEL) -> DrawnCode:
    """Draw `content`, some milliseconds of work. Raises CodeRefused."""
    if not 0 < len(content) <= CONTENT_CHARS_MAX:
        raise CodeRefused(
            f"content of {len(content)} characters: expected 1 to {CONTENT_CHARS_MAX}"
        )
    if not (content.isascii() and content.isprintable()):
        raise CodeRefused("content that is not printable ASCII: give a URL, percent-encoded")
    try:
        import pyqrcode
    except ImportError:
        raise CodeRefused("pyqrcode is missing: pip install 'kiosk[screen]'") from None
    try:
        code: Any = pyqrcode.create(content, error=level, encoding="ascii")
    except ValueError:
        # Its message quotes the content.
        raise CodeRefused("content that pyqrcode takes for none") from None
    return DrawnCode(len(code.code) + 2 * QUIET_MODULES, path_of(code.code))


def path_of(modules: list[list[int]]) -> str:
    """Each row's runs of dark modules as rectangles; whole numbers only."""
    parts = []
    for row, line in enumerate(modules):
        column = 0
        while column < len(line):
            run = 0
            while column + run < len(line) and line[column + run]:
                run += 1
            if run:
                parts.append(f"M{column + QUIET_MODULES} {row + QUIET_MODULES}h{run}v1h-{run}z")
            column += run + 1
    return "".join(parts)
