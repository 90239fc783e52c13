"""A serial line between two parties: every byte takes its time, by the sender's speed."""

from collections import deque
from typing import Final

from kiosk_hw.ports.party import NEVER, LineSettings

BYTES_WAITING_MAX: Final = 65_536
"""Bytes under way in one direction; beyond that the sender does not keep to its protocol."""

TCP_DELAY_S: Final = 0.0005
"""What a network line takes instead, whatever the length."""

_GARBLE: Final = bytes((n * 37 + 11) & 0xFF for n in range(256))
"""What a receiver at another speed makes of each byte; never the same byte."""


class Direction:
    """One direction of a line. Bytes that are sent together arrive when the last of them has."""

    __slots__ = ("_bytes", "_free_at", "_under_way", "lost")

    def __init__(self) -> None:
        self.lost = 0
        """Bytes dropped at `BYTES_WAITING_MAX` or by a pulled plug."""
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        self._bytes = 0

    def put(
        self, data: bytes, now: float, sender: LineSettings, receiver: LineSettings, piece: int = 0
    ) -> None:
        """Send bytes; `piece` splits them into deliveries of that many bytes (0: all at once)."""
        if self._bytes + len(data) > BYTES_WAITING_MAX:
            self.lost += len(data)
            return
        if sender.baud != receiver.baud:
            data = data.translate(_GARBLE)
        at = max(now, self._free_at)
        char_s = sender.char_s
        for start in range(0, len(data), piece or len(data)):
            part = data[start : start + piece] if piece else data
            at += len(part) * char_s
            self._under_way.append((at, part))
        self._free_at = at
        self._bytes += len(data)

    def due(self) -> float:
        """When the next bytes arrive."""
        return self._under_way[0][0] if self._under_way else NEVER

    def take(self) -> bytes:
        """The bytes that arrive at `due()`."""
        data = self._under_way.popleft()[1]
        self._bytes -= len(data)
        return data

    def cut(self) -> None:
        """The plug is pulled: what was under way is lost."""
        self.lost += self._bytes
        self._under_way.clear()
        self._bytes = 0
