"""Tells what passes a payment gateway's line: what was asked for, and the status that came back.

Bodies name payers and orders, heads carry signatures: neither is told, nor kept. Of an address its
path is told, without its query and without anything in it that could name an order.
"""

import re
from collections import Counter
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_hw.tracing.frame import Direction, Frame, Rhythm

SILENCE_S: Final = 0.5
"""A message that is silent for so long is taken to have ended."""

FIRST_LINE_BYTES_MAX: Final = 2048
"""Bytes of a message that are looked at for its first line."""

_ASKED: Final = re.compile(rb"(GET|POST|PUT|DELETE|PATCH) (/[^ ?#]*)[^ ]* HTTP/1\.[01]\r?\n")
_ANSWERED: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r\n]")
_NAMING: Final = re.compile(r"[0-9]{3}|^(?=.*[0-9]).{8}|[A-Z].*[a-z].*[A-Z]|^.{40}")


class WebTracer:
    """Follows one connection after the other. A message ends where the other side begins."""

    def __init__(self) -> None:
        self._rhythm = Rhythm()
        self.counters: Counter[str] = self._rhythm.counters
        self._began: dict[Direction, bytes] = {}
        self._size: Counter[Direction] = Counter()

    def feed(self, direction: Direction, data: bytes, now: float) -> list[Frame]:
        """Bytes passed."""
        other: Direction = "rx" if direction == "tx" else "tx"
        found = self._end(other)
        self._rhythm.extend(direction, now)
        began = self._began.get(direction, b"")
        self._began[direction] = (began + data)[:FIRST_LINE_BYTES_MAX]
        self._size[direction] += len(data)
        return found

    def tick(self, now: float) -> list[Frame]:
        """A silence ends a message."""
        due: tuple[Direction, ...] = ("tx", "rx")
        return [frame for each in due if self._due(each) <= now for frame in self._end(each)]

    def deadline(self) -> float:
        """When a silence will have ended what is unfinished."""
        return min(self._due("tx"), self._due("rx"))

    def _due(self, direction: Direction) -> float:
        last = self._rhythm.last_at(direction) if direction in self._began else None
        return NEVER if last is None else last + SILENCE_S

    def _end(self, direction: Direction) -> list[Frame]:
        began = self._began.pop(direction, None)
        if began is None:
            return []
        size = self._size.pop(direction)
        text = _asked(began) if direction == "tx" else _answered(began)
        fault = "" if text else "garbage"
        return [self._rhythm.frame(direction, size, text or "no HTTP/1.1", fault=fault)]


def _asked(began: bytes) -> str:
    found = _ASKED.match(began)
    if found is None:
        return ""
    parts = found[2].decode("ascii", "replace").split("/")
    path = "/".join("*" if _NAMING.search(part) else part for part in parts)
    return f"{found[1].decode()} {path}"


def _answered(began: bytes) -> str:
    found = _ANSWERED.match(began)
    return f"HTTP {found[1].decode()}" if found else ""
