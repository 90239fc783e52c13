"""What a receiver makes of bytes that were sent at another speed or parity, bit by bit.

Nothing is drawn by chance here: the same bytes between the same two settings always sound the same.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Final

from kiosk_hw.ports.party import LineSettings

IDLE_BITS: Final = 24
"""How long the line rests behind the last byte: a slow receiver still waits for its stop bit."""


def understood(sender: LineSettings, receiver: LineSettings) -> bool:
    """Whether both ends are set alike; a second stop bit more or less is only a rest."""
    return (
        sender.baud == receiver.baud
        and sender.parity == receiver.parity
        and sender.data_bits == receiver.data_bits
    )


@lru_cache(maxsize=512)
def heard(
    data: bytes, sender: LineSettings, receiver: LineSettings, *, drops_errors: bool
) -> bytes:
    """The bytes that `receiver` reads. A device drops those with errors, a PC's port keeps them."""
    levels = _levels(data, sender)
    per_bit = sender.baud / receiver.baud
    got = bytearray()
    at = 0.0
    while (start := _falling(levels, at)) is not None:
        byte, sound, stop_at = _character(levels, start, per_bit, receiver)
        if sound or not drops_errors:
            got.append(byte)
        # After a missing stop bit the line must be high before a start can be seen.
        at = stop_at
        while int(at) < len(levels) and not levels[int(at)]:
            at += 1.0
    return bytes(got)


def _levels(data: bytes, line: LineSettings) -> list[int]:
    """The line, one level for each of the sender's bits; it is high before and behind."""
    levels = [1]
    for byte in data:
        bits = [byte >> n & 1 for n in range(line.data_bits)]
        levels += [0, *bits, *_parity(bits, line), *([1] * line.stop_bits)]
    return levels + [1] * IDLE_BITS


def _parity(bits: list[int], line: LineSettings) -> list[int]:
    match line.parity:
        case "E":
            return [sum(bits) & 1]
        case "O":
            return [1 - (sum(bits) & 1)]
        case _:
            return []


def _falling(levels: list[int], at: float) -> float | None:
    """Where the line falls next, behind `at`."""
    first = max(int(at), 0)
    for number, (before, now) in enumerate(pairwise(levels[first:]), first + 1):
        if before and not now:
            return float(number)
    return None


def _character(
    levels: list[int], start: float, per_bit: float, line: LineSettings
) -> tuple[int, bool, float]:
    """One character read from its start bit on: the byte, whether it is sound, where it ends."""

    def level(number: int) -> int:
        at = int(start + (number + 0.5) * per_bit)
        return levels[at] if at < len(levels) else 1

    bits = [level(number) for number in range(1, 1 + line.data_bits)]
    checked = _parity(bits, line)
    stop = 1 + line.data_bits + len(checked)
    sound = all(level(1 + line.data_bits) == bit for bit in checked) and level(stop) == 1
    byte = sum(bit << number for number, bit in enumerate(bits))
    return byte, sound, start + (stop + 0.5) * per_bit
