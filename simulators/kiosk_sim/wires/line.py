"""A serial line between two parties: every byte takes its time, by the sender's speed."""

from collections import deque
from collections.abc import Callable
from typing import Final

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.wires.uart import heard, understood

BYTES_WAITING_MAX: Final = 65_536
"""Bytes under way in one direction; beyond that the sender does not keep to its protocol."""


class Direction:
    """One direction of a line. Bytes that are sent together arrive when the last of them has."""

    __slots__ = ("_bytes", "_drops_errors", "_free_at", "_under_way", "disturb", "due", "lost")

    def __init__(self, *, to_device: bool = False) -> None:
        self.disturb: Callable[[bytes], bytes] | None = None
        """What the way does to bytes: noise, a loose wire."""
        self._drops_errors = to_device
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
        char_s = sender.char_s
        if self.disturb is not None or not understood(sender, receiver):
            data = self._spoil(data, sender, receiver)
            if not data:
                self._free_at = max(now, self._free_at) + length * char_s
                return
            # However many characters are heard, they take the time of those that were sent.
            char_s *= length / len(data)
        at = now if now > self._free_at else self._free_at
        if piece == 0:
            at += len(data) * char_s
            self._under_way.append((at, data))
        else:
            for start in range(0, len(data), piece):
                part = data[start : start + piece]
                at += len(part) * char_s
                self._under_way.append((at, part))
        self._free_at = at
        self._bytes += len(data)
        self.due = self._under_way[0][0]

    def take(self) -> bytes:
        """The bytes that arrive at `due`."""
        under_way = self._under_way
        data = under_way.popleft()[1]
        self._bytes -= len(data)
        self.due = under_way[0][0] if under_way else NEVER
        return data

    def _spoil(self, data: bytes, sender: LineSettings, receiver: LineSettings) -> bytes:
        if self.disturb is not None:
            data = self.disturb(data)
        if understood(sender, receiver):
            return data
        return heard(data, sender, receiver, drops_errors=self._drops_errors)

    def cut(self) -> None:
        """The plug is pulled: what was under way is lost."""
        self.lost += self._bytes
        self._under_way.clear()
        self._bytes = 0
        self.due = NEVER
