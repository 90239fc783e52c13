"""The ZVT APDU: class, instruction, length, data. What the data means lives in the messages."""

from typing import Final, NamedTuple

EXTENDED: Final = 0xFF
"""A length byte FF announces two more, low byte first (PA00P016 5.1)."""

SHORT_DATA_BYTES_MAX: Final = 0xFE
"""The longest data that one length byte can announce."""

DATA_BYTES_MAX: Final = 8192
"""The longest data that is accepted; a printed receipt, the longest there is, takes 1.2 kB."""

HEAD_BYTES: Final = 3
EXTENDED_HEAD_BYTES: Final = 5


class DecodeError(ValueError):
    """The other end sent what ZVT does not allow. The text never holds bytes of the message."""


class Apdu(NamedTuple):
    """One APDU; `control` is class and instruction in one number, 0x0601 for an authorisation."""

    control: int
    data: bytes

    def __repr__(self) -> str:
        return f"<Apdu {self.control:04X} {len(self.data)} bytes>"


def announced_bytes(head: bytes | bytearray) -> int | None:
    """The whole APDU's size that its first bytes announce, or None while too few are there."""
    if len(head) < HEAD_BYTES:
        return None
    if head[2] != EXTENDED:
        return HEAD_BYTES + head[2]
    if len(head) < EXTENDED_HEAD_BYTES:
        return None
    return EXTENDED_HEAD_BYTES + int.from_bytes(head[3:5], "little")


def join(control: int, data: bytes) -> bytes:
    """The bytes of an APDU."""
    if len(data) > DATA_BYTES_MAX:
        raise ValueError(f"an APDU holds at most {DATA_BYTES_MAX} bytes, got {len(data)}")
    head = control.to_bytes(2, "big")
    if len(data) <= SHORT_DATA_BYTES_MAX:
        return head + bytes((len(data),)) + data
    return head + bytes((EXTENDED,)) + len(data).to_bytes(2, "little") + data


def split(raw: bytes) -> Apdu:
    """The APDU in these bytes; its announced length must be exactly what is there."""
    size = announced_bytes(raw)
    if size is None:
        raise DecodeError(f"an APDU has at least 3 bytes, or 5 with a long length, got {len(raw)}")
    if size != len(raw):
        raise DecodeError(f"the APDU announces {size} bytes, {len(raw)} came")
    start = EXTENDED_HEAD_BYTES if raw[2] == EXTENDED else HEAD_BYTES
    return Apdu(int.from_bytes(raw[:2], "big"), raw[start:])
