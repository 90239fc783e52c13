"""The bitmaps of ZVT data (PA00P015 ch. 13): how long each is, and which are dropped unread."""

from collections.abc import Iterator
from typing import Final

from kiosk_hw.zvt.apdu import DecodeError
from kiosk_hw.zvt.tlv import read_length, write_length

TLV_CONTAINER: Final = 0x06
LL: Final = -2
"""Length in two bytes Fx Fy: the low nibbles are its decimal digits."""
LLL: Final = -3
"""Length in three bytes Fx Fy Fz."""
BER: Final = -1
"""Length as in TLV: 00..7F, 81 n, 82 hi lo."""

BMPS_MAX: Final = 64
"""Bitmaps that one message may hold; a status information has about twenty."""

SIZES: Final[dict[int, int]] = {
    **dict.fromkeys((0x01, 0x02, 0x03, 0x05, 0x19, 0x27, 0x8A, 0x8C, 0xA0), 1),
    **dict.fromkeys((0xD0, 0xD2, 0xD3, 0xE9, 0xEA, 0xF0), 1),
    **dict.fromkeys(range(0x72, 0x76), 1),
    **dict.fromkeys(range(0xF9, 0xFE), 1),
    **dict.fromkeys((0x0D, 0x0E, 0x17, 0x3A, 0x49, 0x87), 2),
    **dict.fromkeys((0x0B, 0x0C, 0x37, 0x3D, 0x88, 0xAA), 3),
    **dict.fromkeys((0x29, 0x70, 0x71), 4),
    0xBA: 5,
    0x04: 6,
    **dict.fromkeys((0x3B, 0xEB), 8),
    0x2A: 15,
    TLV_CONTAINER: BER,
    **dict.fromkeys((0x22, 0x23, 0x2D, 0x4C, 0x8B, 0xA7, 0xD1), LL),
    **dict.fromkeys(range(0xE1, 0xE9), LL),
    **dict.fromkeys(range(0xF1, 0xF9), LL),
    **dict.fromkeys((0x24, 0x2E, 0x3C, 0x60, 0x9A, 0xAF), LLL),
}
"""Bytes of each bitmap's value, or how its length is written."""

CARD_DATA: Final = frozenset((0x0E, 0x17, 0x22, 0x23, 0x24, 0x2D, 0x2E, 0x4C))
"""Expiry, sequence number, card number, tracks, chip data, UID: skipped, so nobody sees them."""


class UnknownBmp(DecodeError):
    """A bitmap that is not in the table; a terminal answers it with 84 83 (PA00P015 ch. 13)."""


def read_bmps(data: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Each bitmap's number and value from `start` on, card data left out, every length checked."""
    at, count = start, 0
    while at < len(data):
        number = data[at]
        count += 1
        if count > BMPS_MAX:
            raise DecodeError(f"more than {BMPS_MAX} bitmaps in one message")
        if number not in SIZES:
            raise UnknownBmp(f"bitmap {number:02X} is not known")
        size, at = _size_of(number, data, at + 1)
        if at + size > len(data):
            raise DecodeError(f"bitmap {number:02X} needs {size} bytes, {len(data) - at} are left")
        if number not in CARD_DATA:
            yield number, data[at : at + size]
        at += size


def write_bmp(number: int, value: bytes) -> bytes:
    """One bitmap as it travels."""
    size = SIZES[number]
    if size > 0 and len(value) != size:
        raise ValueError(f"bitmap {number:02X} has {size} bytes, got {len(value)}")
    if size > 0:
        return bytes((number,)) + value
    if size == BER:
        return bytes((number,)) + write_length(len(value)) + value
    places = -size
    if len(value) >= 10**places:
        raise ValueError(f"bitmap {number:02X} holds less than {10**places} bytes")
    return bytes((number,)) + decimal_digits(len(value), places) + value


def decimal_digits(length: int, places: int) -> bytes:
    """A length in F-nibbled digits, 19 is `F1 F9`."""
    return bytes(0xF0 | int(digit) for digit in str(length).zfill(places))


def decimal_length(places: bytes) -> int:
    """The length that F-nibbled digits say, `F1 F9` is 19."""
    length = 0
    for byte in places:
        if byte & 0xF0 != 0xF0 or byte & 0x0F > 9:
            raise DecodeError("a length digit F0..F9 was expected")
        length = 10 * length + (byte & 0x0F)
    return length


def _size_of(number: int, data: bytes, at: int) -> tuple[int, int]:
    size = SIZES[number]
    if size >= 0:
        return size, at
    if size == BER:
        return read_length(data, at)
    end = at - size
    if end > len(data):
        raise DecodeError(f"the length of bitmap {number:02X} is cut off")
    return decimal_length(data[at:end]), end
