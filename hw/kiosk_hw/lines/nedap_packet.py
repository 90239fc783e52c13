"""Nedap's PROTOCOLLED packet: template text, numbered, with a check byte. No template lives here.

Nedap ANPR installation guide (document 5279330), serial port, message mode PROTOCOLLED:

    | start 89 AB CD EF | id u32 | length u32 | data | xor u8 of all before | end 12 34 56 78 |

The guide does not say in which order the bytes of a word travel, so each packet's first byte tells
it: EF is little endian, 89 big endian. The guide's acknowledgement is off ("Wait ACK" off): the
camera then sends each packet once. Should it repeat one all the same, the second is dropped.
"""

import struct
from collections import deque
from typing import Final, Literal

from kiosk_hw.ports.party import NEVER

START: Final = 0x89ABCDEF
END: Final = 0x12345678

DATA_BYTES_MAX: Final = 512
"""The longest data that is waited for; a template of text has 80 bytes."""

IDLE_GAP_S: Final = 1.0
"""The longest packet takes 0.56 s at 9600 baud; such a gap within it means that it broke off."""

REPEATED_S: Final = 10.0
"""The same id again within this time is a repeat. A camera that restarts at 1 needs longer."""

IDS_KEPT: Final = 8
"""Ids that repeats are known by; a camera repeats only its latest."""

Order = Literal["<", ">"]

_START_BYTES: Final = 4
_HEAD_BYTES: Final = 12
_TAIL_BYTES: Final = 5
_ORDERS: Final[dict[bytes, Order]] = {
    START.to_bytes(4, "little"): "<",
    START.to_bytes(4, "big"): ">",
}


def encode_packet(number: int, data: bytes, order: Order = "<") -> bytes:
    """The packet that the camera sends as its `number`-th message."""
    if len(data) > DATA_BYTES_MAX:
        raise ValueError(f"data: expected at most {DATA_BYTES_MAX} bytes, got {len(data)}")
    checked = struct.pack(f"{order}III", START, number, len(data)) + data
    return checked + struct.pack(f"{order}BI", _xor(checked), END)


class NedapPacketSplitter:
    """Cuts a line into the data of its packets, each packet's byte order found on its own."""

    __slots__ = (
        "_buffer",
        "_due",
        "_heard",
        "bytes_dropped",
        "repeats_dropped",
        "telegrams",
        "telegrams_dropped",
    )

    def __init__(self) -> None:
        self.telegrams = 0
        self.telegrams_dropped = 0
        """Packets with a wrong check byte, length or end, or that broke off."""
        self.repeats_dropped = 0
        self.bytes_dropped = 0
        self._buffer = bytearray()
        self._due = NEVER
        self._heard: deque[tuple[int, float]] = deque(maxlen=IDS_KEPT)

    def __repr__(self) -> str:
        return (
            f"<NedapPacketSplitter telegrams={self.telegrams} dropped={self.telegrams_dropped}"
            f" repeats={self.repeats_dropped} bytes_dropped={self.bytes_dropped}"
            f" waiting={len(self._buffer)}>"
        )

    def reset(self) -> None:
        """The link is new: half a packet is lost, and the camera may count from 1 again."""
        self._drop_broken_off()
        self._drop_bytes(len(self._buffer))
        self._due = NEVER
        self._heard.clear()

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """Bytes came in; the data of the packets that they complete."""
        if not data:
            return []
        found = self.tick(now)
        self._buffer += data
        self._take_packets(found, now)
        self._due = now + IDLE_GAP_S if self._buffer else NEVER
        return found

    def tick(self, now: float) -> list[bytes]:
        """It is `now`: a packet that stopped half way will not go on.

        What stopped may have been a false start or a wrong length with a whole packet behind it.
        """
        found: list[bytes] = []
        if now >= self._due:
            while self._buffer:
                self._drop_broken_off()
                self._take_packets(found, now)
            self._due = NEVER
        return found

    def deadline(self) -> float:
        """When the packet on the line counts as broken off."""
        return self._due

    def _take_packets(self, found: list[bytes], now: float) -> None:
        while self._seek_start() and self._take_packet(found, now):
            pass

    def _seek_start(self) -> bool:
        """Drop what stands before the next start; True if a whole start stands in front."""
        buffer = self._buffer
        found_at = min((at for at in map(buffer.find, _ORDERS) if at >= 0), default=-1)
        if found_at >= 0:
            self._drop_bytes(found_at)
            return True
        # The buffer's last bytes may be the beginning of a start.
        keep = next((n for n in (3, 2, 1) if any(s[:n] == buffer[-n:] for s in _ORDERS)), 0)
        self._drop_bytes(len(buffer) - keep)
        return False

    def _take_packet(self, found: list[bytes], now: float) -> bool:
        """Take the packet in front off the buffer; False if it is not complete yet."""
        buffer = self._buffer
        if len(buffer) < _HEAD_BYTES:
            return False
        order = _ORDERS[bytes(buffer[:4])]
        _, number, length = struct.unpack_from(f"{order}III", buffer)
        whole = _HEAD_BYTES + length + _TAIL_BYTES
        if length <= DATA_BYTES_MAX and len(buffer) < whole:
            return False
        if length > DATA_BYTES_MAX or not self._closes_well(order, _HEAD_BYTES + length):
            # Only the false start is dropped: a true one may stand inside of what followed it.
            self.telegrams_dropped += 1
            self._drop_bytes(1)
            return True
        data = bytes(buffer[_HEAD_BYTES : _HEAD_BYTES + length])
        del buffer[:whole]
        if self._is_repeat(number, now):
            self.repeats_dropped += 1
        else:
            self.telegrams += 1
            found.append(data)
        return True

    def _closes_well(self, order: Order, tail_at: int) -> bool:
        check, end = struct.unpack_from(f"{order}BI", self._buffer, tail_at)
        return bool(end == END and check == _xor(self._buffer[:tail_at]))

    def _is_repeat(self, number: int, now: float) -> bool:
        repeated = any(n == number and now - at <= REPEATED_S for n, at in self._heard)
        if not repeated:
            self._heard.append((number, now))
        return repeated

    def _drop_broken_off(self) -> None:
        self.telegrams_dropped += len(self._buffer) >= _START_BYTES
        self._drop_bytes(1)

    def _drop_bytes(self, count: int) -> None:
        self.bytes_dropped += min(count, len(self._buffer))
        del self._buffer[:count]


def _xor(data: bytes | bytearray) -> int:
    check = 0
    for byte in data:
        check ^= byte
    return check
