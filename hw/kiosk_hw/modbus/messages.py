"""The Modbus messages that our boards use, as values. How they look in bytes is `frames`' affair.

Chapters are those of "MODBUS Application Protocol Specification V1.1b3".
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

BITS_READ_MAX: Final = 2000
"""Coils or inputs that one request may read (6.1, 6.2)."""

REGISTERS_READ_MAX: Final = 125
"""Registers that one request may read (6.3)."""

COILS_WRITTEN_MAX: Final = 1968
"""Coils that one request may write (6.11)."""

COIL_ON: Final = 0xFF00
"""The standard value of FC05 for ON (6.5)."""

COIL_OFF: Final = 0x0000
"""The standard value of FC05 for OFF (6.5)."""

BROADCAST: Final = 0
"""The unit that every device obeys and none answers (Serial Line V1.02, 2.2)."""


class ExceptionCode(IntEnum):
    """Why a device refuses (7)."""

    ILLEGAL_FUNCTION = 1
    ILLEGAL_ADDRESS = 2
    ILLEGAL_VALUE = 3
    DEVICE_FAILURE = 4
    ACKNOWLEDGE = 5
    BUSY = 6


@dataclass(frozen=True, slots=True)
class ReadCoils:
    """Ask for outputs (6.1)."""

    function: ClassVar[int] = 0x01
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadInputs:
    """Ask for discrete inputs (6.2)."""

    function: ClassVar[int] = 0x02
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadRegisters:
    """Ask for holding registers (6.3)."""

    function: ClassVar[int] = 0x03
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class WriteCoil:
    """Write one output (6.5); a device confirms by sending the same message back.

    `value` is the raw 16 bits, because boards give meanings of their own to values beyond 0xFF00
    and 0x0000: 0x5500 toggles, 0x0100 is another ON, and a flash address takes a duration.
    """

    function: ClassVar[int] = 0x05
    address: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteRegister:
    """Write one holding register (6.6); a device confirms by sending the same message back."""

    function: ClassVar[int] = 0x06
    address: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteCoils:
    """Write several outputs (6.11)."""

    function: ClassVar[int] = 0x0F
    start: int
    states: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CoilsRead:
    """The outputs asked for, packed: bit 0 of the first byte is the first one (6.1)."""

    function: ClassVar[int] = 0x01
    packed: bytes


@dataclass(frozen=True, slots=True)
class InputsRead:
    """The inputs asked for, packed: bit 0 of the first byte is the first one (6.2)."""

    function: ClassVar[int] = 0x02
    packed: bytes


@dataclass(frozen=True, slots=True)
class RegistersRead:
    """The registers asked for (6.3)."""

    function: ClassVar[int] = 0x03
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CoilsWritten:
    """The outputs asked for were written (6.11)."""

    function: ClassVar[int] = 0x0F
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class ExceptionReply:
    """The device refuses (7): the request's function, and as a rule one of `ExceptionCode`."""

    function: int
    code: int


Request = ReadCoils | ReadInputs | ReadRegisters | WriteCoil | WriteRegister | WriteCoils
Response = (
    CoilsRead
    | InputsRead
    | RegistersRead
    | WriteCoil
    | WriteRegister
    | CoilsWritten
    | ExceptionReply
)


def packed_bits(states: tuple[bool, ...]) -> bytes:
    """States as the wire packs them: the first is bit 0 of the first byte, the rest is zero."""
    word = sum(1 << index for index, state in enumerate(states) if state)
    return word.to_bytes((len(states) + 7) // 8, "little")


def unpacked_bits(packed: bytes, count: int) -> tuple[bool, ...]:
    """The first `count` states of what the wire packs."""
    word = int.from_bytes(packed, "little")
    return tuple(bool(word >> index & 1) for index in range(count))


def answers(request: Request, reply: Response) -> bool:
    """Whether the reply is one that this request can get; the function alone does not prove it."""
    match request, reply:
        case _, ExceptionReply():
            return reply.function == request.function
        case ReadCoils(), CoilsRead():
            return len(reply.packed) == (request.count + 7) // 8
        case ReadInputs(), InputsRead():
            return len(reply.packed) == (request.count + 7) // 8
        case ReadRegisters(), RegistersRead():
            return len(reply.values) == request.count
        case WriteCoils(), CoilsWritten():
            return (reply.start, reply.count) == (request.start, len(request.states))
        case _:
            return reply == request
