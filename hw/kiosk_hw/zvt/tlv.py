"""BER-TLV as it travels in bitmap 06 (PA00P015 ch. 9): tags, lengths, nesting, bounds."""

from collections.abc import Iterator
from typing import Final

from kiosk_hw.zvt.apdu import DecodeError

CONSTRUCTED: Final = 0x20
"""Bit 6 of a tag's first byte: its value holds further objects."""

DEPTH_MAX: Final = 8
"""Containers within containers; the deepest that ZVT draws has three."""

OBJECTS_MAX: Final = 512
"""Objects in one container; a block of printed lines is the longest list there is."""

TAG_BYTES_MAX: Final = 3
"""`1F 80 00` is the longest tag seen on a wire."""

CARD_DATA: Final = frozenset(
    (
        0x1F08,
        0x1F09,
        0x1F0A,
        0x1F0B,
        0x1F14,
        0x1F45,
        0x1F4C,
        0x4C,
        0x56,
        0x57,
        0x5A,
        0x5F20,
        0x5F24,
        0x5F34,
    )
)
"""Masked and whole card numbers, expiry, UID, answer to select, tracks, holder: skipped unread."""


def read_tlv(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each object's tag and value in order, a container before its content, card data left out."""
    yield from _walk(data, 0, [0])


def write_tlv(tag: int, value: bytes) -> bytes:
    """One object as it travels."""
    size = max(1, (tag.bit_length() + 7) // 8)
    return tag.to_bytes(size, "big") + write_length(len(value)) + value


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """The length written at `at`, and where the value starts."""
    if at >= len(data):
        raise DecodeError("a length is cut off")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    if first not in (0x81, 0x82):
        raise DecodeError("a length starts with 00..7F, 81 or 82")
    end = at + 1 + (first & 0x0F)
    if end > len(data):
        raise DecodeError("a long length is cut off")
    return int.from_bytes(data[at + 1 : end], "big"), end


def write_length(size: int) -> bytes:
    """The shortest way of writing a length."""
    if size < 0x80:
        return bytes((size,))
    if size <= 0xFF:
        return bytes((0x81, size))
    return b"\x82" + size.to_bytes(2, "big")


def _walk(data: bytes, depth: int, seen: list[int]) -> Iterator[tuple[int, bytes]]:
    if depth > DEPTH_MAX:
        raise DecodeError(f"more than {DEPTH_MAX} containers within each other")
    at = 0
    while at < len(data):
        seen[0] += 1
        if seen[0] > OBJECTS_MAX:
            raise DecodeError(f"more than {OBJECTS_MAX} objects in one container")
        constructed = bool(data[at] & CONSTRUCTED)
        tag, at = _read_tag(data, at)
        size, at = read_length(data, at)
        if at + size > len(data):
            raise DecodeError(f"an object needs {size} bytes, {len(data) - at} are left")
        value, at = data[at : at + size], at + size
        if tag in CARD_DATA:
            continue
        yield tag, value
        if constructed:
            yield from _walk(value, depth + 1, seen)


def _read_tag(data: bytes, at: int) -> tuple[int, int]:
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while True:
            if end >= len(data) or end - at >= TAG_BYTES_MAX:
                raise DecodeError(f"a tag ends within {TAG_BYTES_MAX} bytes")
            end += 1
            if not data[end - 1] & 0x80:
                break
    return int.from_bytes(data[at:end], "big"), end
