"""What the driver's page is told of a picture: all of it at once, its codes when they are drawn.

What a code says never leaves this room: the page gets modules.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

from kiosk.edge.driver_screen.code_drawing import CodeDrawing
from kiosk.edge.http.answer import event
from kiosk.screens.driver.code import draw

CODES_MAX: Final = 2
"""Codes of one picture: two providers side by side; more would be too small to be read."""

BY_CHARS_MAX: Final = 32
"""The longest name below a code."""


_COMING: Final = {"by": "", "across": 0, "path": ""}
"""The place of a code that is still being made."""


class PagePictures:
    """The latest picture as a page's next event; `send` is told of each change.

    `clock` only goes forward: a page that comes late is told of the seconds that are left by then.
    """

    def __init__(self, send: Callable[[bytes], None], clock: Callable[[], float]) -> None:
        self._send = send
        self._clock = clock
        self._record: dict[str, Any] = {}
        self._shown_at = 0.0
        self._drawing: CodeDrawing | None = None

    def show(self, record: dict[str, Any]) -> None:
        """Send this picture now, and once more when codes of it had to be drawn first."""
        self._record, self._shown_at = record, self._clock()
        self._send(self.latest())
        contents = tuple(code["content"] for code in self._codes())
        if contents and not self._drawer().has(contents):
            self._drawer().want(contents, lambda: self._follow(record))

    def latest(self) -> bytes:
        """The picture as it is now; nothing before the first one."""
        if not self._record:
            return b""
        codes = [each for each in map(self._told, self._codes()) if each]
        coming = min(self._record.get("codes_coming", 0), CODES_MAX - len(codes))
        told = {**self._record, "codes": [*codes, *([_COMING] * coming)]}
        if told.get("help_in_s") is not None:
            told["help_in_s"] = round(told["help_in_s"] - (self._clock() - self._shown_at), 3)
        return event(json.dumps(told, ensure_ascii=False, separators=(",", ":")))

    def close(self) -> None:
        """Draw no more."""
        if self._drawing is not None:
            self._drawing.close()

    def _follow(self, record: dict[str, Any]) -> None:
        if self._record is record:
            self._send(self.latest())

    def _codes(self) -> list[dict[str, str]]:
        return list(self._record.get("codes", ()))[:CODES_MAX]

    def _told(self, code: dict[str, str]) -> dict[str, Any] | None:
        """The code as the page draws it: 0 across while it is not drawn, None if it never is."""
        drawing, content = self._drawer(), code["content"]
        drawn = drawing.kept(content)
        if drawn is None and drawing.has((content,)):
            return None
        across, path = (drawn.across, drawn.path) if drawn else (0, "")
        return {"by": code["by"][:BY_CHARS_MAX], "across": across, "path": path}

    def _drawer(self) -> CodeDrawing:
        if self._drawing is None:
            loop = asyncio.get_running_loop()
            self._drawing = CodeDrawing(draw, loop.call_soon_threadsafe)
        return self._drawing
