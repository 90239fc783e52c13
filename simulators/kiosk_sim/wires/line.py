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

    __slots__ = ("_bytes", "_free_at", "_under_way", "due", "lost")

    def __init__(self) -> None:
        self.due = NEVER
        """When the next bytes arrive."""
        self.lost = 0
        """Bytes dropped at `BYTES_WAITING_MAX` or by a pulled plug."""
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        self._bytes = 0

    def put(
        self, data: bytes, now: float, sender: LineSettings, receiver: LineSettings, piece: int = 0
    ) -> None:
        """Send bytes; `piece` splits them into deliveries of that many bytes (0: all at once)."""
        length = len(data)
        if self._bytes + length > BYTES_WAITING_MAX:
            self.lost += length
            return
        if sender.baud != receiver.baud:
            data = data.translate(_GARBLE)
        at = now if now > self._free_at else self._free_at
        if piece == 0:
            at += length * sender.char_s
            self._under_way.append((at, data))
        else:
            for start in range(0, length, piece):
                part = data[start : start + piece]
                at += len(part) * sender.char_s
                self._under_way.append((at, part))
        self._free_at = at
        self._bytes += length
        self.due = self._under_way[0][0]

    def take(self) -> bytes:
        """The bytes that arrive at `due`."""
        under_way = self._under_way
        data = under_way.popleft()[1]
        self._bytes -= len(data)
        self.due = under_way[0][0] if under_way else NEVER
        return data

    def cut(self) -> None:
        """The plug is pulled: what was under way is lost."""
        self.lost += self._bytes
        self._under_way.clear()
        self._bytes = 0
        self.due = NEVER
