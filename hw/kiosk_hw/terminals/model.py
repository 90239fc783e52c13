"""What distinguishes one ZVT terminal from another before a byte is exchanged. No dialogue."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk_hw.ports.party import LineSettings

EXIT_CONFIG: Final = 0x3E
"""PA00P015 2.1: the register prints (02, 04), wants 04 FF (08), locks amount (10) and admin (20).

Without 80 no receipt travels as 06 D1 or 06 D3: 66 lines would take 3.4 s at 9600 baud.
"""

EXIT_SERVICE: Final = 0x01
"""PA00P015 2.1, BMP 03: the service menu is off the function key, so no driver falls into it."""


ZVT_LINE: Final = LineSettings(9600, 8, "N", 2)
"""PA00P016 2.1: no handshake, and two stop bits."""


class Transport(Enum):
    """Which of ZVT's two transports a terminal speaks."""

    SERIAL = "serial"
    TCP = "tcp"


@dataclass(frozen=True, slots=True)
class TerminalModel:
    """A terminal's settings as it leaves its factory or acquirer."""

    name: str
    transport: Transport
    line: LineSettings = ZVT_LINE
    """Some terminals want one stop bit. Without meaning on TCP."""
    tcp_port: int | None = None
    password: str = "000000"
    config: int = EXIT_CONFIG
    service: int = EXIT_SERVICE
    goods_timeout_s: int = 30
    """BMP 01: how long the terminal waits for the barrier before it gives the money back."""
    goods_asks_max: int = 20
    """BMP 02: how often it asks meanwhile; some ask every 2 s, some every 4 s, some at once."""
    answer_s: float = 5.0
    """T3, PA00P016 5.2: the longest wait for 80 00."""
    process_s: float = 180.0
    """T4, PA00P016 5.2: the longest silence while the terminal is master."""
