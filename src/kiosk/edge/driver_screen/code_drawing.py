"""Draws codes in a thread of their own, newest first, and keeps them. It knows no page.

A code takes as long as a whole exit's machine share, so it never holds up a turn of the loop: a
picture is shown at once, and its codes follow.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kiosk.edge.logs import line_of
from kiosk.screens.driver.code import CodeRefused, DrawnCode

KEPT_MAX: Final = 16
"""Codes that are kept: those of the car, its receipt, and of cars that back out and come again."""

Draw = Callable[[str], DrawnCode]
Contents = tuple[str, ...]

log = logging.getLogger(__name__)


class CodeDrawing:
    """At most one request is drawn and one waits; a newer one takes the place of that which waits.

    `call_soon` brings a call from the thread into the loop (`call_soon_threadsafe`).
    """

    def __init__(self, draw: Draw, call_soon: Callable[..., object]) -> None:
        self.drawn = 0
        self.refused = 0
        self._draw = draw
        self._call_soon = call_soon
        self._kept: OrderedDict[str, DrawnCode | None] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="codes")
        self._busy = False
        self._waiting: tuple[Contents, Callable[[], None]] | None = None

    def __repr__(self) -> str:
        waits = self._waiting is not None
        return (
            f"<CodeDrawing drawn={self.drawn} refused={self.refused} kept={len(self._kept)}"
            f" busy={self._busy} waits={waits}>"
        )

    def has(self, contents: Contents) -> bool:
        """Whether all of these were drawn already, or cannot be."""
        return all(content in self._kept for content in contents)

    def kept(self, content: str) -> DrawnCode | None:
        """The drawn code; None for one that cannot be drawn, or was not yet."""
        if content in self._kept:
            self._kept.move_to_end(content)
        return self._kept.get(content)

    def want(self, contents: Contents, done: Callable[[], None]) -> None:
        """Draw these and call `done`, unless something newer is wanted before their turn."""
        if self._busy:
            self._waiting = (contents, done)
            return
        self._busy = True
        missing = [content for content in contents if content not in self._kept]
        self._thread.submit(self._work, missing, done)

    def close(self) -> None:
        """Draw no more; what is being drawn is forgotten."""
        self._waiting = None
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _work(self, contents: list[str], done: Callable[[], None]) -> None:
        """In the thread."""
        found: list[tuple[str, DrawnCode | CodeRefused]] = []
        for content in contents:
            try:
                found.append((content, self._draw(content)))
            except CodeRefused as refusal:
                found.append((content, refusal))
        try:
            self._call_soon(self._worked, found, done)
        except RuntimeError:  # The loop is gone: so is the screen.
            return

    def _worked(
        self, found: list[tuple[str, DrawnCode | CodeRefused]], done: Callable[[], None]
    ) -> None:
        self._busy = False
        for content, code in found:
            if isinstance(code, CodeRefused):
                self.refused += 1
                log.warning(line_of("page.code.refused", why=str(code)))
                self._kept[content] = None
            else:
                self.drawn += 1
                self._kept[content] = code
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            done()
        else:
            self.want(*waiting)
