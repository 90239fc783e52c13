"""ZVT on a serial line (PA00P016 ch. 2-3): DLE STX .. DLE ETX with a CRC, bytes ACK and NAK.

Who answers, repeats or gives up when is the link's matter, not this file's.
"""

from enum import Enum, auto
from typing import Final

from kiosk_hw.crc import crc16_kermit
from kiosk_hw.zvt.apdu import DATA_BYTES_MAX, EXTENDED_HEAD_BYTES

DLE: Final = 0x10
STX: Final = 0x02
ETX: Final = 0x03
ACK: Final = 0x06
NAK: Final = 0x15

ACK_BYTE: Final = bytes((ACK,))
NAK_BYTE: Final = bytes((NAK,))

T1_S: Final = 0.2
"""The longest pause between two bytes of one block (PA00P016 3.2)."""
T2_S: Final = 5.0
"""The longest wait for ACK or NAK (PA00P016 3.2)."""
REPEATS_MAX: Final = 2
"""How often a block is sent again after NAK or T2 (PA00P016 3.2)."""

BLOCK_BYTES_MAX: Final = EXTENDED_HEAD_BYTES + DATA_BYTES_MAX
"""The longest APDU that a block may hold; a longer one is skipped to its end and refused."""

_DLE: Final = bytes((DLE,))
_START: Final = bytes((DLE, STX))
_END: Final = bytes((DLE, ETX))
_ETX: Final = bytes((ETX,))


class Signal(Enum):
    """What can come over the line besides a good block."""

    ACK = "ack"
    NAK = "nak"
    BROKEN = "broken"
    """A block came to its end and cannot be believed: answer NAK."""


class _At(Enum):
    """Where in a block the next byte stands."""

    OUTSIDE = auto()
    OUTSIDE_AFTER_DLE = auto()
    NOISE = auto()
    NOISE_AFTER_DLE = auto()
    INSIDE = auto()
    INSIDE_AFTER_DLE = auto()
    CRC_LOW = auto()
    CRC_HIGH = auto()


def frame(apdu: bytes) -> bytes:
    """The block that carries this APDU: every DLE doubled, the CRC's bytes never (PA00P016 3.1)."""
    crc = crc16_kermit(apdu + _ETX)
    return _START + apdu.replace(_DLE, _DLE + _DLE) + _END + crc.to_bytes(2, "little")


class SerialDeframer:
    """Finds blocks, ACK and NAK in a stream of bytes.

    After noise, a lone 06 or 15 may be the inside of a block whose start was lost: neither
    counts until a block starts or the line was quiet for T1. `waiting` says that a block (or
    noise) is unfinished; its owner calls `quiet` when T1 passed without a byte.
    """

    __slots__ = (
        "_at",
        "_block",
        "_crc_low",
        "_spoilt",
        "blocks",
        "bytes_skipped",
        "crc_errors",
        "cut_blocks",
        "spoilt_blocks",
    )

    def __init__(self) -> None:
        self._at = _At.OUTSIDE
        self._block = bytearray()
        self._crc_low = 0
        self._spoilt = False
        self.blocks = 0
        """Whole and sound blocks."""
        self.crc_errors = 0
        self.cut_blocks = 0
        """Blocks that stopped in the middle, or inside which another one started."""
        self.spoilt_blocks = 0
        """Blocks longer than allowed, or with a lone DLE inside."""
        self.bytes_skipped = 0

    def __repr__(self) -> str:
        return (
            f"<SerialDeframer {self._at.name.lower()} crc_errors={self.crc_errors}"
            f" cut_blocks={self.cut_blocks} spoilt_blocks={self.spoilt_blocks}"
            f" bytes_skipped={self.bytes_skipped}>"
        )

    @property
    def waiting(self) -> bool:
        """Something began and has not ended: T1 runs."""
        return self._at is not _At.OUTSIDE

    def quiet(self) -> bool:
        """T1 passed without a byte. True if a block was cut by it: answer NAK."""
        cut = self._at in (_At.INSIDE, _At.INSIDE_AFTER_DLE, _At.CRC_LOW, _At.CRC_HIGH)
        self.cut_blocks += cut
        self._at = _At.OUTSIDE
        return cut

    def reset(self) -> None:
        """The line is new: nothing that came before counts."""
        self._at = _At.OUTSIDE

    def feed(self, data: bytes) -> list[bytes | Signal]:
        """The APDUs and signals that are complete with these bytes, in their order."""
        found: list[bytes | Signal] = []
        for byte in data:
            element = self._step(byte)
            if element is not None:
                found.append(element)
        return found

    def _step(self, byte: int) -> bytes | Signal | None:
        match self._at:
            case _At.INSIDE:
                if byte == DLE:
                    self._at = _At.INSIDE_AFTER_DLE
                else:
                    self._keep(byte)
            case _At.INSIDE_AFTER_DLE:
                self._after_dle(byte)
            case _At.CRC_LOW:
                self._crc_low = byte
                self._at = _At.CRC_HIGH
            case _At.CRC_HIGH:
                return self._end(self._crc_low | byte << 8)
            case _At.OUTSIDE:
                return self._outside(byte)
            case _:
                self._after_noise(byte)
        return None

    def _outside(self, byte: int) -> Signal | None:
        match byte:
            case 0x06:
                return Signal.ACK
            case 0x15:
                return Signal.NAK
            case 0x10:
                self._at = _At.OUTSIDE_AFTER_DLE
            case _:
                self._skip()
        return None

    def _after_noise(self, byte: int) -> None:
        after_dle = self._at is not _At.NOISE
        if after_dle and byte == STX:
            self._begin()
        elif byte == DLE:
            self.bytes_skipped += after_dle
            self._at = _At.NOISE_AFTER_DLE
        else:
            self.bytes_skipped += after_dle
            self._skip()

    def _skip(self) -> None:
        self.bytes_skipped += 1
        self._at = _At.NOISE

    def _begin(self) -> None:
        self._block.clear()
        self._spoilt = False
        self._at = _At.INSIDE

    def _keep(self, byte: int) -> None:
        if len(self._block) < BLOCK_BYTES_MAX:
            self._block.append(byte)
        else:
            self._spoilt = True

    def _after_dle(self, byte: int) -> None:
        match byte:
            case 0x10:
                self._keep(DLE)
                self._at = _At.INSIDE
            case 0x03:
                self._at = _At.CRC_LOW
            case 0x02:
                self.cut_blocks += 1
                self._begin()
            case _:
                self._spoilt = True
                self._at = _At.INSIDE

    def _end(self, crc: int) -> bytes | Signal:
        self._at = _At.OUTSIDE
        if self._spoilt:
            self.spoilt_blocks += 1
            return Signal.BROKEN
        self._block.append(ETX)
        if crc16_kermit(bytes(self._block)) != crc:
            self.crc_errors += 1
            return Signal.BROKEN
        self.blocks += 1
        return bytes(self._block[:-1])
