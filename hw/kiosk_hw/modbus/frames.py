"""Modbus RTU in bytes: unit, message and CRC, lengths known in advance, silences of the line.

Both ends of a wire use this codec. No dialogue lives here: who asks, waits or retries is elsewhere.
Chapters: "MODBUS Application Protocol V1.1b3" and "MODBUS over Serial Line V1.02" (SL).
"""

from enum import Enum
from functools import lru_cache
from struct import Struct
from typing import Final, assert_never

from kiosk_hw.crc import crc16_modbus
from kiosk_hw.modbus.messages import (
    BITS_READ_MAX,
    COILS_WRITTEN_MAX,
    REGISTERS_READ_MAX,
    CoilsRead,
    CoilsWritten,
    ExceptionReply,
    InputsRead,
    ReadCoils,
    ReadInputs,
    ReadRegisters,
    RegistersRead,
    Request,
    Response,
    WriteCoil,
    WriteCoils,
    WriteRegister,
    packed_bits,
    unpacked_bits,
)
from kiosk_hw.ports.party import LineSettings

FRAME_MAX: Final = 256
"""The longest RTU frame (SL 2.5.1)."""

FRAME_MIN: Final = 4
"""The shortest RTU frame: unit, function, CRC."""

EXCEPTION_FRAME: Final = 5
"""The length of an exception reply: unit, function, code, CRC (7)."""

EXCEPTION_FLAG: Final = 0x80
"""Set in the function of an exception reply (7)."""

FIXED_SILENCE_ABOVE_BAUD: Final = 19_200
"""Above this speed the silences are fixed times, no longer characters (SL 2.5.1.1)."""

FRAMES_CACHED_MAX: Final = 512
"""Frames kept, encoded and decoded: polls repeat a handful; 512 serve many boards in 100 KB."""

_ADDRESSED: Final = Struct(">BBHH")
_HEADER: Final = Struct(">BB")
_WORDS: Final = Struct(">HH")
_CRC: Final = Struct("<H")
_COILS_HEADER: Final = Struct(">BBHHB")
_COILS_HEADER_AND_CRC: Final = _COILS_HEADER.size + _CRC.size


class Reject(Enum):
    """What is wrong with a frame."""

    LENGTH = "length"
    CHECKSUM = "checksum"
    FUNCTION = "function"
    """A whole frame of a function that this codec does not know: a device answers exception 01."""
    VALUE = "value"
    """A whole frame whose counts are out of bounds: a device answers exception 03."""


class DecodeError(ValueError):
    """The bytes are not the frame that was looked for; `reject` says in what way."""

    def __init__(self, reject: Reject, frame: bytes) -> None:
        super().__init__(f"bad {reject.value} in Modbus frame {frame.hex(' ')}")
        self.reject = reject


def t15_s(line: LineSettings) -> float:
    """The longest silence inside a frame (SL 2.5.1.1)."""
    return 0.00075 if line.baud > FIXED_SILENCE_ABOVE_BAUD else 1.5 * line.char_s


def t35_s(line: LineSettings) -> float:
    """The shortest silence between two frames (SL 2.5.1.1)."""
    return 0.00175 if line.baud > FIXED_SILENCE_ABOVE_BAUD else 3.5 * line.char_s


def with_crc(body: bytes) -> bytes:
    """The body with its CRC behind it, low byte first (SL 2.5.1.2)."""
    return body + _CRC.pack(crc16_modbus(body))


def crc_holds(frame: bytes | memoryview) -> bool:
    """Whether the last two bytes are the CRC of all before them."""
    # Running the CRC over its own two bytes gives zero exactly if they are right.
    return len(frame) >= FRAME_MIN and crc16_modbus(frame) == 0


@lru_cache(FRAMES_CACHED_MAX)
def encode(unit: int, message: Request | Response) -> bytes:
    """The whole frame of one request or reply."""
    match message:
        case ReadCoils() | ReadInputs() | ReadRegisters() | CoilsWritten():
            body = _ADDRESSED.pack(unit, message.function, message.start, message.count)
        case WriteCoil() | WriteRegister():
            body = _ADDRESSED.pack(unit, message.function, message.address, message.value)
        case WriteCoils():
            bits = packed_bits(message.states)
            head = (unit, message.function, message.start, len(message.states), len(bits))
            body = _COILS_HEADER.pack(*head) + bits
        case CoilsRead() | InputsRead():
            length = bytes((len(message.packed),))
            body = _HEADER.pack(unit, message.function) + length + message.packed
        case RegistersRead():
            words = b"".join(value.to_bytes(2, "big") for value in message.values)
            body = _HEADER.pack(unit, message.function) + bytes((len(words),)) + words
        case ExceptionReply():
            body = _HEADER.pack(unit, message.function | EXCEPTION_FLAG) + bytes((message.code,))
        case _:
            assert_never(message)
    return with_crc(body)


def request_length(head: bytes | bytearray) -> int | None:
    """How long the request that begins so is at least; exact once that many bytes are there.

    None means that the function is not known, and only silence can end such a frame.
    """
    if len(head) < 2:
        return FRAME_MIN
    function = head[1]
    if function == WriteCoils.function:
        if len(head) < _COILS_HEADER.size:
            return _COILS_HEADER_AND_CRC
        return _COILS_HEADER_AND_CRC + head[_COILS_HEADER.size - 1]
    return _ADDRESSED.size + _CRC.size if function in _ADDRESSED_REQUESTS else None


def response_length(request: Request) -> int:
    """How long the reply to this request is, if it is no exception (`EXCEPTION_FRAME`)."""
    match request:
        case ReadCoils() | ReadInputs():
            return 5 + (request.count + 7) // 8
        case ReadRegisters():
            return 5 + 2 * request.count
        case WriteCoil() | WriteRegister() | WriteCoils():
            return _ADDRESSED.size + _CRC.size
        case _:
            assert_never(request)


def response_span(head: bytes | bytearray | memoryview) -> int | None:
    """How long the reply that begins so is by its own header; None if no reply begins so.

    It lets a listener step over a whole reply that is meant for another. It asks for two bytes,
    and for the third where the reply counts its bytes.
    """
    function = head[1]
    if EXCEPTION_FLAG | ReadCoils.function <= function <= EXCEPTION_FLAG | WriteCoils.function:
        return EXCEPTION_FRAME
    if function in _COUNTED_REPLIES:
        return 5 + head[2] if len(head) > 2 else 5
    return _ADDRESSED.size + _CRC.size if function in _ADDRESSED_REPLIES else None


@lru_cache(FRAMES_CACHED_MAX)
def decode_request(frame: bytes) -> tuple[int, Request]:
    """The unit and message of one whole request frame. Raises `DecodeError`."""
    _check(frame, request_length(frame))
    unit, function = frame[0], frame[1]
    first, second = _WORDS.unpack_from(frame, _HEADER.size)
    match function:
        case ReadCoils.function | ReadInputs.function:
            _bound(frame, second, BITS_READ_MAX)
            bits = ReadCoils if function == ReadCoils.function else ReadInputs
            return unit, bits(first, second)
        case ReadRegisters.function:
            _bound(frame, second, REGISTERS_READ_MAX)
            return unit, ReadRegisters(first, second)
        case WriteCoil.function:
            return unit, WriteCoil(first, second)
        case WriteRegister.function:
            return unit, WriteRegister(first, second)
        case _:
            _bound(frame, second, COILS_WRITTEN_MAX)
            packed = frame[_COILS_HEADER.size : -_CRC.size]
            if len(packed) != (second + 7) // 8:
                raise DecodeError(Reject.VALUE, frame)
            return unit, WriteCoils(first, unpacked_bits(packed, second))


@lru_cache(FRAMES_CACHED_MAX)
def decode_response(frame: bytes) -> tuple[int, Response]:
    """The unit and message of one whole reply frame. Raises `DecodeError`."""
    _check(frame, response_span(frame) if len(frame) >= FRAME_MIN else FRAME_MIN)
    unit, function, content = frame[0], frame[1], frame[_HEADER.size : -_CRC.size]
    if function & EXCEPTION_FLAG:
        return unit, ExceptionReply(function & ~EXCEPTION_FLAG, content[0])
    match function:
        case CoilsRead.function:
            return unit, CoilsRead(content[1:])
        case InputsRead.function:
            return unit, InputsRead(content[1:])
        case RegistersRead.function:
            if content[0] % 2:
                raise DecodeError(Reject.VALUE, frame)
            words = range(1, len(content), 2)
            return unit, RegistersRead(
                tuple(int.from_bytes(content[at : at + 2], "big") for at in words)
            )
    first, second = _WORDS.unpack(content)
    match function:
        case WriteCoil.function:
            return unit, WriteCoil(first, second)
        case WriteRegister.function:
            return unit, WriteRegister(first, second)
        case _:
            return unit, CoilsWritten(first, second)


_ADDRESSED_REQUESTS: Final = frozenset(
    kind.function for kind in (ReadCoils, ReadInputs, ReadRegisters, WriteCoil, WriteRegister)
)
_COUNTED_REPLIES: Final = frozenset(
    kind.function for kind in (CoilsRead, InputsRead, RegistersRead)
)
_ADDRESSED_REPLIES: Final = frozenset(
    kind.function for kind in (WriteCoil, WriteRegister, CoilsWritten)
)


def _check(frame: bytes, length: int | None) -> None:
    if len(frame) < FRAME_MIN or (length is not None and len(frame) != length):
        raise DecodeError(Reject.LENGTH, frame)
    if not crc_holds(frame):
        raise DecodeError(Reject.CHECKSUM, frame)
    if length is None:
        raise DecodeError(Reject.FUNCTION, frame)


def _bound(frame: bytes, count: int, count_max: int) -> None:
    if not 1 <= count <= count_max:
        raise DecodeError(Reject.VALUE, frame)
