"""How a message declares its bytes, and the one writer and one reader of all declarations.

A field that no declaration names is dropped while reading: what is not declared cannot leak.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk_hw.zvt.apdu import DecodeError
from kiosk_hw.zvt.bcd import bcd, digits, digits_of, number_of
from kiosk_hw.zvt.bmp import TLV_CONTAINER, UnknownBmp, read_bmps, write_bmp
from kiosk_hw.zvt.tlv import read_tlv, write_tlv

Value = int | str


@dataclass(frozen=True, slots=True)
class Kind:
    """How one value is written; `read` returns None where the bytes say no value."""

    write: Callable[[Value], bytes]
    read: Callable[[bytes], Value | None]
    size: int = 0


def number(size: int) -> Kind:
    """A binary number, high byte first."""
    return Kind(lambda value: _integer(value).to_bytes(size, "big"), _number_in(size), size)


def packed(size: int) -> Kind:
    """A number in packed BCD."""
    return Kind(lambda value: bcd(_integer(value), size), number_of, size)


def packed_digits(size: int) -> Kind:
    """Digits whose leading zeros count: a password, an id, a date."""
    return Kind(lambda value: digits(str(value), size), digits_of, size)


PRESENCE: Final = Kind(lambda _value: b"", lambda _raw: True)
"""An object that says something by being there."""


def _integer(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError(f"a whole number was expected, got a {type(value).__name__}")
    return value


def _number_in(size: int) -> Callable[[bytes], int | None]:
    return lambda raw: int.from_bytes(raw, "big") if len(raw) == size else None


@dataclass(frozen=True, slots=True)
class Layout:
    """A message's control field, then its parts in the order in which they are written.

    `head` are bare values at the start, `head_needed` of which must be there; `bmps` and `tags`
    (within bitmap 06) may come in any order. A message whose class has a field `tlv` sends
    bitmap 06 whenever that is true, even empty. A `lenient` message is read up to the first
    bitmap that nobody knows: terminals append their makers' own.
    """

    control: int
    head: tuple[tuple[str, Kind], ...] = ()
    head_needed: int = 0
    bmps: Mapping[int, tuple[str, Kind]] = field(default_factory=dict)
    tags: Mapping[int, tuple[str, Kind]] = field(default_factory=dict)
    lenient: bool = False


TLV_FLAG: Final = "tlv"


def write_data(layout: Layout, message: object) -> bytes:
    """The data of a message, by its layout; fields that are None stay away."""
    parts = []
    for name, kind in layout.head:
        value = getattr(message, name)
        if value is None:
            break
        parts.append(kind.write(value))
    for bmp, (name, kind) in layout.bmps.items():
        value = getattr(message, name)
        if value is not None:
            parts.append(write_bmp(bmp, kind.write(value)))
    objects = [
        write_tlv(tag, kind.write(value))
        for tag, (name, kind) in layout.tags.items()
        if (value := getattr(message, name)) is not None
    ]
    if objects or getattr(message, TLV_FLAG, False):
        parts.append(write_bmp(TLV_CONTAINER, b"".join(objects)))
    return b"".join(parts)


def read_data(layout: Layout, data: bytes) -> dict[str, Value]:
    """The declared fields that these bytes hold; everything else in them is dropped."""
    values: dict[str, Value] = {}
    at = _read_head(layout, data, values)
    try:
        for bmp, raw in read_bmps(data, at):
            if bmp == TLV_CONTAINER:
                values[TLV_FLAG] = True
                for tag, content in read_tlv(raw):
                    _put(values, layout.tags.get(tag), content)
            else:
                _put(values, layout.bmps.get(bmp), raw)
    except UnknownBmp:
        if not layout.lenient:
            raise
    return values


def _read_head(layout: Layout, data: bytes, values: dict[str, Value]) -> int:
    at = 0
    for place, (name, kind) in enumerate(layout.head):
        if at + kind.size > len(data):
            if place < layout.head_needed:
                raise DecodeError(f"{name} needs {kind.size} bytes, {len(data) - at} are left")
            break
        value = kind.read(data[at : at + kind.size])
        if value is not None:
            values[name] = value
        elif place < layout.head_needed:
            raise DecodeError(f"{name} is not in digits")
        at += kind.size
    return at


def _put(values: dict[str, Value], part: tuple[str, Kind] | None, raw: bytes) -> None:
    if part is None:
        return
    name, kind = part
    value = kind.read(raw)
    if value is None:
        return
    if values.setdefault(name, value) != value:
        raise DecodeError(f"{name} came twice with different values")
