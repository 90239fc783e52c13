"""The shape of bytes that may spell a plate: what stays when every letter and digit is one.

A technician sees by it what speaks on a line and how long; nobody reads a plate from it.
"""

from typing import Final

_DIGITS: Final = frozenset(range(ord("0"), ord("9") + 1))
_SHAPE: Final = bytes(
    ord("9") if byte in _DIGITS else ord("A") if byte >= 0x80 or chr(byte).isalpha() else byte
    for byte in range(256)
)
"""Every digit as 9, every letter as A, and so every byte of a national character set."""


def shaped(data: bytes) -> bytes:
    """These bytes without what they spell."""
    return data.translate(_SHAPE)
