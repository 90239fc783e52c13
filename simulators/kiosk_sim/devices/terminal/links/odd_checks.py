"""Check bytes that some terminals use in place of ZVT's CRC, and blocks with them. No dialogue.

Seen in the field: one byte that is the exclusive or of all others, and the XMODEM kind of CRC-16.
"""

from enum import Enum
from typing import Final

from kiosk_hw.zvt.serial_framing import ACK, DLE, ETX, NAK, STX, Signal

BLOCK_BYTES_MAX: Final = 4096
"""A block that does not end by then is noise."""


class Check(Enum):
    """What stands behind DLE ETX; the value is its length in bytes."""

    LRC = 1
    XMODEM = 2

    def of(self, apdu: bytes) -> bytes:
        """The check bytes of this message."""
        if self is Check.LRC:
            check = ETX
            for byte in apdu:
                check ^= byte
            return bytes((check,))
        crc = 0
        for byte in (*apdu, ETX):
            crc ^= byte << 8
            for _ in range(8):
                crc = ((crc << 1) ^ (0x1021 if crc >> 15 else 0)) & 0xFFFF
        return bytes((crc & 0xFF, crc >> 8))

    def frame(self, apdu: bytes) -> bytes:
        """The block of this message."""
        doubled = apdu.replace(bytes((DLE,)), bytes((DLE, DLE)))
        return bytes((DLE, STX)) + doubled + bytes((DLE, ETX)) + self.of(apdu)


class OddDeframer:
    """Finds blocks with such a check; it has the verbs of `SerialDeframer`."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._bytes = bytearray()

    def __repr__(self) -> str:
        return f"<OddDeframer {self._check.name} waiting={len(self._bytes)}>"

    @property
    def waiting(self) -> bool:
        """Something began and has not ended."""
        return bool(self._bytes)

    def quiet(self) -> bool:
        """No byte came for T1; True if a block was cut."""
        cut = len(self._bytes) > 1
        self._bytes.clear()
        return cut

    def reset(self) -> None:
        """The line is new."""
        self._bytes.clear()

    def feed(self, data: bytes) -> list[bytes | Signal]:
        """The messages and signals that are complete with these bytes."""
        found: list[bytes | Signal] = []
        for byte in data:
            element = self._step(byte)
            if element is not None:
                found.append(element)
        return found

    def _step(self, byte: int) -> bytes | Signal | None:
        if not self._bytes and byte in (ACK, NAK):
            return Signal.ACK if byte == ACK else Signal.NAK
        if not self._bytes and byte != DLE:
            return None
        self._bytes.append(byte)
        if len(self._bytes) > BLOCK_BYTES_MAX:
            self._bytes.clear()
        tail = self._bytes[: -self._check.value]
        if len(tail) < 4 or not _ends(tail):
            return None
        apdu = bytes(tail[2:-2]).replace(bytes((DLE, DLE)), bytes((DLE,)))
        sound = bytes(self._bytes[-self._check.value :]) == self._check.of(apdu)
        self._bytes.clear()
        return apdu if sound else Signal.BROKEN


def _ends(block: bytearray) -> bool:
    """DLE ETX at the end, where that DLE is no doubled one."""
    if block[-2] != DLE or block[-1] != ETX:
        return False
    doubled = 0
    while doubled < len(block) - 4 and block[-3 - doubled] == DLE:
        doubled += 1
    return doubled % 2 == 0
