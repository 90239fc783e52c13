"""Packed BCD: amounts, numbers, dates. A masked digit (nibble E) is no number, and no error."""


def bcd(number: int, size: int) -> bytes:
    """`number` in `size` bytes of packed BCD, leading zeros included."""
    text = str(number)
    if number < 0 or len(text) > 2 * size:
        raise ValueError(f"a number of 0..{10 ** (2 * size) - 1} was expected, got {number}")
    return bytes.fromhex(text.zfill(2 * size))


def number_of(raw: bytes) -> int | None:
    """The number in packed BCD, or None where a nibble is no digit (masked, or FFFF for none)."""
    text = raw.hex()
    return int(text) if text.isdecimal() else None


def digits(text: str, size: int) -> bytes:
    """A text of exactly `2 * size` digits as packed BCD."""
    if len(text) != 2 * size or not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{2 * size} digits were expected, got {len(text)} characters")
    return bytes.fromhex(text)


def digits_of(raw: bytes) -> str | None:
    """The digits in packed BCD as text, leading zeros kept; None where a nibble is no digit."""
    text = raw.hex()
    return text if text.isdecimal() else None
