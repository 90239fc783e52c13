"""What a search for a silent device found: harmless questions, answered elsewhere."""

from dataclasses import dataclass
from enum import Enum

from kiosk_hw.ports.party import LineSettings


@dataclass(frozen=True, slots=True)
class BoardFound:
    """A silent board answered a harmless question, elsewhere than it is looked for."""

    line: LineSettings
    unit: int
    wanted_line: LineSettings
    wanted_unit: int


@dataclass(frozen=True, slots=True)
class BoardNowhere:
    """Nobody answered so many harmless questions, at any speed, parity or address."""

    asked: int


class Dialect(Enum):
    """What a terminal speaks that does not answer as it should."""

    OTHER_BAUD = "another speed"
    LRC = "LRC instead of CRC"
    OTHER_CRC = "the XMODEM CRC"
    TCP_FRAMING = "bare messages on a serial line"
    SERIAL_FRAMING = "serial frames on TCP"
    TEXT = "text, and no ZVT"
    NAK_ONLY = "NAK to whatever is sent"


@dataclass(frozen=True, slots=True)
class TerminalFound:
    """A silent terminal answered a harmless question, in another way than the configured one."""

    dialect: Dialect
    what: str


@dataclass(frozen=True, slots=True)
class TerminalNowhere:
    """Nobody answered so many harmless questions, at any speed or in any dialect."""

    asked: int
