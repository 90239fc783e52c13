"""Template text on a wire: which bytes are one telegram, what it must look like. No device here.

Cameras that send "template text" (Nedap, Vaxtor, VIVOTEK and others) send what an integrator typed
into them. A `TelegramProfile` is the other side of that template; a `TelegramSplitter` cuts the
line into telegram bodies by it and counts whatever it must drop.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from kiosk_hw.lines.pattern_bounds import check_pattern
from kiosk_hw.ports.party import NEVER

TELEGRAM_BYTES_LIMIT: Final = 512
"""The longest telegram that a profile may allow; a plate line with every useful field has 80."""

MARK_BYTES_MAX: Final = 8
"""The longest start or end mark; makers use one or two control characters."""

IDLE_GAP_S_LIMITS: Final = (0.005, 5.0)
"""A gap below 5 ms is shorter than a USB converter's own latency; after 5 s the car is gone."""

ENCODINGS: Final = ("utf-8", "ascii", "latin-1", "gb18030", "gbk", "gb2312")
"""Encodings in which no character but a control character uses the bytes of control characters."""

GROUPS: Final = frozenset({"plate", "country", "confidence", "uncertain"})
"""The named groups that a pattern may have. Whatever else a telegram holds is dropped with it."""


@dataclass(frozen=True, slots=True)
class TelegramProfile:
    """How one camera's template looks on the wire. ValueError for a profile that cannot work.

    With `start` and `end`, whatever lies outside them is noise. With `end` alone the line is cut at
    each end. With neither, a telegram ends when the line is idle for `idle_gap_s`. In the first two
    cases the idle gap drops a telegram whose end never came.
    """

    pattern: re.Pattern[str]
    """Must match the whole telegram between its marks; group `plate` is required."""
    render: str = "{plate}"
    """The same template from the camera's side, with {plate}, {country} and {confidence}."""
    render_uncertain: str = ""
    """What the camera sends for a read that it doubts itself; empty: it has no such telegram."""
    start: bytes = b""
    end: bytes = b""
    telegram_bytes_max: int = 128
    idle_gap_s: float = 1.0
    no_read_texts: tuple[str, ...] = ()
    """Texts that stand for "no plate", as the whole telegram or in place of the plate."""
    encoding: str = "utf-8"
    confidence_max: float = 100.0
    """What the camera calls entirely sure; confidences are divided by it."""
    confidence_min: float = 0.0
    """A read below this confidence (0.0 to 1.0) is uncertain."""

    def __post_init__(self) -> None:
        self._check_marks()
        _check_range("telegram_bytes_max", self.telegram_bytes_max, 4, TELEGRAM_BYTES_LIMIT)
        _check_range("idle_gap_s", self.idle_gap_s, *IDLE_GAP_S_LIMITS)
        _check_range("confidence_min", self.confidence_min, 0.0, 1.0)
        _check_range("confidence_max", self.confidence_max, 1.0, 10_000.0)
        names = self.pattern.groupindex.keys()
        if "plate" not in names or not names <= GROUPS:
            raise ValueError(
                f"pattern: expected a group (?P<plate>...) and none but"
                f" {', '.join(sorted(GROUPS))}, got {', '.join(names) or 'no named group'}"
            )
        check_pattern(self.pattern, self.telegram_bytes_max)
        if self.encoding not in ENCODINGS:
            raise ValueError(
                f"encoding: expected one of {', '.join(ENCODINGS)}, got {self.encoding!r}"
            )
        codecs.lookup(self.encoding)

    def _check_marks(self) -> None:
        for name, mark in (("start", self.start), ("end", self.end)):
            if len(mark) > MARK_BYTES_MAX:
                raise ValueError(
                    f"{name}: expected at most {MARK_BYTES_MAX} bytes, got {len(mark)}"
                )
        if self.start and not self.end:
            raise ValueError("start: expected an end with it, got a start alone; leave it empty")
        if self.start and (self.start in self.end or self.end in self.start):
            raise ValueError(
                f"start and end: expected two different marks, got {self.start.hex(' ')} and"
                f" {self.end.hex(' ')}; leave the start empty"
            )


class TelegramSplitter:
    """Cuts a line into the bodies of its telegrams, however the bytes are split on their way."""

    __slots__ = (
        "_buffer",
        "_due",
        "_overrun",
        "bytes_dropped",
        "profile",
        "telegrams",
        "telegrams_dropped",
    )

    def __init__(self, profile: TelegramProfile) -> None:
        self.profile = profile
        self.telegrams = 0
        self.telegrams_dropped = 0
        """Telegrams that were too long or broke off."""
        self.bytes_dropped = 0
        self._buffer = bytearray()
        self._due = NEVER
        self._overrun = False
        """The telegram on the line is too long: everything up to its end or a gap is dropped."""

    def __repr__(self) -> str:
        return (
            f"<TelegramSplitter telegrams={self.telegrams} dropped={self.telegrams_dropped}"
            f" bytes_dropped={self.bytes_dropped} waiting={len(self._buffer)}>"
        )

    def reset(self) -> None:
        """The link is new: what was half heard before belongs to no telegram."""
        self._drop_broken_off()

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """Bytes came in; the bodies of the telegrams that they complete."""
        if not data:
            return []
        bodies = self.tick(now)
        self._buffer += data
        if self.profile.end:
            self._cut(bodies)
        elif self._overrun or len(self._buffer) > self.profile.telegram_bytes_max:
            self._overrun_all(keep=0)
        waits = self._buffer or self._overrun
        self._due = now + self.profile.idle_gap_s if waits else NEVER
        return bodies

    def tick(self, now: float) -> list[bytes]:
        """It is `now`: an idle line ends its telegram, or shows that the telegram broke off."""
        if now < self._due:
            return []
        if self.profile.end or self._overrun:
            self._drop_broken_off()
            return []
        bodies: list[bytes] = []
        self._take(bytes(self._buffer), bodies)
        self._buffer.clear()
        self._due = NEVER
        return bodies

    def deadline(self) -> float:
        """When the line has been idle for long enough to mean something."""
        return self._due

    def _cut(self, bodies: list[bytes]) -> None:
        start, end, buffer = self.profile.start, self.profile.end, self._buffer
        while (end_at := buffer.find(end)) >= 0:
            chunk = bytes(buffer[:end_at])
            del buffer[: end_at + len(end)]
            # The last start counts: a telegram that broke off may stand before the whole one.
            start_at = chunk.rfind(start) if start else 0
            if start_at < 0 or self._overrun:
                self._overrun = False
                self.bytes_dropped += end_at + len(end)
                continue
            self.bytes_dropped += start_at
            self.telegrams_dropped += chunk.count(start) - 1 if start else 0
            self._take(chunk[start_at + len(start) :], bodies)
        self._bound()

    def _bound(self) -> None:
        """Keep no more of an unfinished telegram than it may have, and no noise before it."""
        start, end, buffer = self.profile.start, self.profile.end, self._buffer
        bytes_max = len(start) + self.profile.telegram_bytes_max + len(end) - 1
        if start:
            start_at = buffer.rfind(start)
            if start_at < 0:
                self._drop_bytes(max(0, len(buffer) - len(start) + 1))
                return
            self.telegrams_dropped += buffer.count(start) - 1
            self._drop_bytes(start_at)
            if len(buffer) > bytes_max:
                self.telegrams_dropped += 1
                self._drop_bytes(len(buffer) - len(start) + 1)
        elif self._overrun or len(buffer) > bytes_max:
            self._overrun_all(keep=len(end) - 1)

    def _overrun_all(self, keep: int) -> None:
        self.telegrams_dropped += 0 if self._overrun else 1
        self._overrun = True
        self._drop_bytes(max(0, len(self._buffer) - keep))

    def _take(self, body: bytes, bodies: list[bytes]) -> None:
        too_long = len(body) > self.profile.telegram_bytes_max
        if too_long or not body.strip():
            self.telegrams_dropped += too_long
            self.bytes_dropped += len(self.profile.start) + len(body) + len(self.profile.end)
            return
        self.telegrams += 1
        bodies.append(body)

    def _drop_broken_off(self) -> None:
        # Line feeds between telegrams are no telegram, and an overrun was counted when it began.
        if self._buffer.strip() and not self._overrun:
            self.telegrams_dropped += 1
        self._drop_bytes(len(self._buffer))
        self._overrun = False
        self._due = NEVER

    def _drop_bytes(self, count: int) -> None:
        self.bytes_dropped += count
        del self._buffer[:count]


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name}: expected {low} to {high}, got {value}")
