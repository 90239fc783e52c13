"""The two checksums of our wires, CRC-16/MODBUS and CRC-16/KERMIT, by table. No framing here."""

from typing import Final


def _reflected_table(polynomial: int) -> tuple[int, ...]:
    rows = []
    for index in range(256):
        row = index
        for _ in range(8):
            row = (row >> 1) ^ polynomial if row & 1 else row >> 1
        rows.append(row)
    return tuple(rows)


_MODBUS_TABLE: Final = _reflected_table(0xA001)
"""Polynomial 0x8005, reflected (Modbus over Serial Line V1.02, 6.2.2)."""

_KERMIT_TABLE: Final = _reflected_table(0x8408)
"""Polynomial 0x1021, reflected (the CRC of ZVT's serial framing, PA00P016)."""


def crc16_modbus(data: bytes | bytearray | memoryview) -> int:
    """CRC-16/MODBUS: starts at 0xFFFF; the line carries its low byte first."""
    crc = 0xFFFF
    table = _MODBUS_TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


def crc16_kermit(data: bytes | bytearray | memoryview) -> int:
    """CRC-16/KERMIT: starts at zero; the line carries its low byte first."""
    crc = 0
    table = _KERMIT_TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc
