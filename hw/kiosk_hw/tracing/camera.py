"""Tells what passes a plate camera's line: each telegram's shape and its read, masked.

Bytes are never shown: they are plates. A shape has A for every letter and 9 for every digit.
"""

from collections import Counter
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.reading import Reading, read_telegram, shape_of
from kiosk_hw.ports.camera import PlateNotRead, PlateUncertain
from kiosk_hw.ports.party import NEVER
from kiosk_hw.tracing.frame import Direction, Frame, Rhythm
from kiosk_hw.tracing.shape import shaped

SILENCE_S: Final = 1.0
"""Bytes that no telegram came of for so long are told as what they are."""


RAW_BYTES_MAX: Final = 1024
"""Bytes of one telegram whose shape is kept, and pieces of what is none; the longest has 512."""


class CameraTracer:
    """Follows one camera's line, which only the camera speaks on."""

    def __init__(self, model: CameraModel) -> None:
        self._rhythm = Rhythm()
        self.counters: Counter[str] = self._rhythm.counters
        self._profile = model.profile
        self._cut = model.splitter()
        self._size = 0
        self._raw = b""

    def feed(self, direction: Direction, data: bytes, now: float) -> list[Frame]:
        """Bytes passed."""
        self._rhythm.extend(direction, now)
        if direction == "tx":
            return [self._rhythm.frame("tx", len(data), "nothing should be sent", fault="content")]
        self._size += len(data)
        self._raw = (self._raw + data)[-RAW_BYTES_MAX:]
        found = [self._telegram(body) for body in self._cut.receive(data, now)]
        return found or ([self._garbage()] if self._size >= RAW_BYTES_MAX else [])

    def tick(self, now: float) -> list[Frame]:
        """A silence ends a telegram, or shows that there was none."""
        found = [self._telegram(body) for body in self._cut.tick(now)]
        if self._size and now >= self._silent_at():
            self._cut.reset()
            found.append(self._garbage())
        return found

    def deadline(self) -> float:
        """When a silence will mean something."""
        return min(self._cut.deadline(), self._silent_at()) if self._size else NEVER

    def _silent_at(self) -> float:
        last = self._rhythm.last_at("rx")
        return NEVER if last is None else last + SILENCE_S

    def _garbage(self) -> Frame:
        size, self._size = self._size, 0
        kept, self._raw = shaped(self._raw), b""
        return self._rhythm.frame("rx", size, _GARBAGE, fault="garbage", kept=kept)

    def _telegram(self, body: bytes) -> Frame:
        size, self._size = self._size, 0
        kept, self._raw = shaped(self._raw), b""
        reading = read_telegram(self._profile, body)
        shape = shape_of(self._profile, body)
        if reading is None:
            text = f"does not fit the model's template: {shape}"
            return self._rhythm.frame("rx", size, text, fault="content", kept=kept)
        read = None
        if not isinstance(reading, PlateNotRead):
            read = reading.confidence, isinstance(reading, PlateUncertain)
        text = f"{_read_text(reading)}: {shape}"
        return self._rhythm.frame("rx", size, text, kept=kept, read=read)


_GARBAGE: Final = "no telegram: wrong model, speed or parity, or noise"


def _read_text(reading: Reading) -> str:
    if isinstance(reading, PlateNotRead):
        return "no plate read"
    sure = "doubtful plate" if isinstance(reading, PlateUncertain) else "plate"
    percent = "" if reading.confidence is None else f" {reading.confidence:.0%}"
    return f"{sure} {reading.plate}{percent}"
