"""The one widget of the technician's screen: lines in their tones, painted where they changed."""

from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kiosk.screens.technician.cells import as_ascii
from kiosk.screens.technician.lines import BLANK, Line, Tone

_COLOURS: Final[dict[Tone, Style]] = {
    "": Style(),
    "good": Style(color="green"),
    "late": Style(color="yellow"),
    "bad": Style(color="red", bold=True),
    "strong": Style(bold=True),
    "dim": Style(),
    "bar": Style(color="cyan"),
    "alert": Style(color="white", bgcolor="red", bold=True),
}

_PLAIN: Final[dict[Tone, Style]] = {
    "bad": Style(bold=True),
    "strong": Style(bold=True),
    "alert": Style(reverse=True, bold=True),
}


class Sheet(Widget):
    """The lines of the frame; only those that changed are painted."""

    DEFAULT_CSS = "Sheet { width: 100%; height: 100%; background: ansi_default; }"

    def __init__(self, ascii_only: bool, plain: bool) -> None:
        super().__init__()
        self.shown: list[Line] = []
        self._ascii = ascii_only
        self._styles = _PLAIN if plain else _COLOURS

    def show(self, shown: list[Line]) -> None:
        """Paint what differs."""
        before, self.shown = self.shown, shown
        for at in range(max(len(before), len(shown))):
            if before[at : at + 1] != shown[at : at + 1]:
                self.refresh(Region(0, at, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line, as wide as the screen."""
        shown = self.shown[y] if y < len(self.shown) else BLANK
        plain = as_ascii if self._ascii else str
        none = Style()
        parts = [Segment(plain(text), self._styles.get(tone, none)) for text, tone in shown]
        return Strip(parts).adjust_cell_length(self.size.width)
