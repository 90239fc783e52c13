r"""A camera that the configuration describes: marks, idle gap, pattern, no-read texts, encoding.

Port: as configured; 9600 8N1 where nothing is said. Until it is configured, a line of text with CR
LF behind it is a plate.

    camera                          controller
    46HVR9 CR LF               ->   a plate
                               <-   nothing: the camera is never spoken to

What to type into the camera is up to its manual. The pattern must match all that stands between
the marks, with the plate in a group (?P<plate>...), and (?P<country>...), (?P<confidence>...) or
(?P<uncertain>...) where the template has them.
"""

import re
from dataclasses import dataclass
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

PATTERN_DEFAULT: Final = "(?P<plate>.{1,24})"
END_DEFAULT: Final = "0D 0A"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomCamera:
    """What a configuration says about a camera of its own."""

    start_hex: str = ""
    """The bytes that a telegram starts with, like 02."""
    end_hex: str = END_DEFAULT
    """The bytes that a telegram ends with, like 0D 0A. Empty: the idle gap ends it."""
    idle_gap_ms: int = 1000
    pattern: str = PATTERN_DEFAULT
    no_read_texts: tuple[str, ...] = ()
    encoding: str = "utf-8"
    telegram_bytes_max: int = 64
    confidence_max: float = 100.0
    render: str = "{plate}"
    """What a simulated camera sends, with {plate}, {country} and {confidence}."""

    def model(self, line: LineSettings) -> CameraModel:
        """The camera model; ValueError says in one line what was expected and what came."""
        profile = TelegramProfile(
            start=_mark("start", self.start_hex),
            end=_mark("end", self.end_hex),
            idle_gap_s=self.idle_gap_ms / 1000,
            pattern=_pattern(self.pattern),
            no_read_texts=self.no_read_texts,
            encoding=self.encoding,
            telegram_bytes_max=self.telegram_bytes_max,
            confidence_max=self.confidence_max,
            render=self.render,
        )
        return CameraModel("custom", line, profile, template="see the camera's manual")


def _mark(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"{name}: expected hex bytes like 02 or 0D 0A, got {text!r}") from None


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(
            f"pattern: expected a regular expression like {PATTERN_DEFAULT}, got {text!r}: {error}"
        ) from None


DEVICE: Final = CustomCamera().model(LineSettings(9600))
