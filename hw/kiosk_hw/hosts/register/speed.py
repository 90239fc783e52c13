"""The serial line's speed as `08 40` moves it (PA00P015 2.57), and the way back from it."""

from typing import Final

from kiosk_hw.ports.party import NEVER, LineSettings

BAUD_REST_S: Final = 2.0
"""The new speed holds two seconds after the answer at the old one."""


class LineSpeed:
    """The line as it must be set now, and as it will be or was."""

    def __init__(self, line: LineSettings) -> None:
        self.line = line
        self.due = NEVER
        """When the agreed speed holds."""
        self._agreed = line
        self._other: LineSettings | None = None

    def agree(self, baud: int, now: float) -> None:
        """The terminal accepted a new speed."""
        line = self.line
        self._agreed = LineSettings(baud, line.data_bits, line.parity, line.stop_bits)
        self.due = now + BAUD_REST_S

    def change(self) -> None:
        """The agreed speed holds from now on."""
        self.due = NEVER
        self.line, self._other = self._agreed, self.line

    def try_other(self) -> None:
        """Nobody answers at this speed: the terminal may be back at, or still use, the other."""
        if self._other is not None:
            self.line, self._other = self._other, self.line
