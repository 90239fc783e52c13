"""Tells what passes a ZVT line: the names of messages and fields that are no secret.

Bytes are never shown. A field is told because it stands in `_TOLD`; no other can leak.
"""

from collections import Counter
from dataclasses import fields, replace
from typing import Any, Final, cast

from kiosk_hw.ports.party import NEVER
from kiosk_hw.tracing.frame import Direction, Frame, Rhythm
from kiosk_hw.zvt.apdu import DecodeError
from kiosk_hw.zvt.codes import result_meaning, shown_status, status_meaning
from kiosk_hw.zvt.messages import Message, decode, encode
from kiosk_hw.zvt.reports import (
    IntermediateStatus,
    OtherMessage,
    ProcessAborted,
    Refused,
    StatusInformation,
    StatusReport,
)
from kiosk_hw.zvt.serial_framing import ACK_BYTE, NAK_BYTE, T1_S, SerialDeframer, Signal, frame
from kiosk_hw.zvt.tcp_framing import TcpDeframer

TEXT_CHARS_MAX: Final = 24
"""How much of a text of the terminal (its software's version) is shown."""

NOISE_BYTES_MAX: Final = 512
"""Noise without end is told in pieces of this size."""

_TOLD: Final = (
    *("amount_minor", "currency", "receipt_no", "trace_no", "original_trace_no", "last_receipt"),
    *("terminal_id", "date_mmdd", "time_hhmmss", "timeout_min", "goods_timeout_s", "asks_max"),
    *("config", "service", "status_bits", "version", "depth", "code", "reason", "payment_type"),
)
"""Fields of messages that a technician may read; none is about a card or its owner."""

NO_PASSWORD: Final = "000000"
"""What stands for a password in what is kept."""

_NUMBERS_IN_HEX: Final = frozenset({"config", "service", "status_bits", "code", "reason"})

_SIGNALS: Final = {Signal.ACK: "ACK", Signal.NAK: "NAK"}


class ZvtTracer:
    """Follows one terminal's line, serial or TCP."""

    def __init__(self, *, serial: bool) -> None:
        self._rhythm = Rhythm()
        self.counters: Counter[str] = self._rhythm.counters
        self._serial = serial
        self._cut: dict[Direction, SerialDeframer | TcpDeframer] = {}
        self._size: dict[Direction, int] = {"rx": 0, "tx": 0}
        self._skipped: dict[Direction, int] = {"rx": 0, "tx": 0}
        self._acked: dict[Direction, bool] = {"rx": True, "tx": True}
        self._before: dict[Direction, bytes] = {"rx": b"", "tx": b""}
        for direction in self._size:
            self._cut[direction] = SerialDeframer() if serial else TcpDeframer()

    def feed(self, direction: Direction, data: bytes, now: float) -> list[Frame]:
        """Bytes passed."""
        if self._speaks_serial(direction, data):
            self._rhythm.extend(direction, now)
            text = "DLE STX or NAK on TCP: the terminal is set to serial framing"
            return [self._rhythm.frame(direction, len(data), text, fault="garbage")]
        found: list[Frame] = []
        for byte in data:
            self._rhythm.extend(direction, now)
            found += self._took(direction, byte)
        return found

    def tick(self, now: float) -> list[Frame]:
        """T1 has passed: what stopped in the middle is cut, what never began is garbage."""
        found: list[Frame] = []
        for direction in self._size:
            if self._due(direction) <= now:
                found.append(self._unfinished(direction))
        return found

    def deadline(self) -> float:
        """When T1 will have ended what is unfinished."""
        return min(self._due(direction) for direction in self._size)

    def _due(self, direction: Direction) -> float:
        last = self._rhythm.last_at(direction) if self._size[direction] else None
        # On TCP a message may come in any pieces: only a long silence means that it stopped.
        return NEVER if last is None else last + (T1_S if self._serial else 10 * T1_S)

    def _took(self, direction: Direction, byte: int) -> list[Frame]:
        self._size[direction] += 1
        elements = self._cut[direction].feed(bytes((byte,)))
        found = self._noise(direction) if elements or self._babbles(direction) else []
        return found + [self._element(direction, element) for element in elements]

    def _babbles(self, direction: Direction) -> bool:
        cut = self._cut[direction]
        skipped = cut.bytes_skipped if isinstance(cut, SerialDeframer) else 0
        return skipped - self._skipped[direction] >= NOISE_BYTES_MAX

    def _noise(self, direction: Direction) -> list[Frame]:
        """What stood before a block and belonged to none."""
        cut = self._cut[direction]
        skipped = cut.bytes_skipped if isinstance(cut, SerialDeframer) else 0
        size, self._skipped[direction] = skipped - self._skipped[direction], skipped
        if not size:
            return []
        self._size[direction] -= size
        return [self._rhythm.frame(direction, size, _GARBAGE, fault="garbage")]

    def _element(self, direction: Direction, element: bytes | Signal) -> Frame:
        size, self._size[direction] = self._size[direction], 0
        if element is Signal.BROKEN:
            text = "a block whose check sum is wrong, or that is too long"
            return self._rhythm.frame(direction, size, text, fault="crc")
        if isinstance(element, Signal):
            self.counters[_SIGNALS[element]] += 1
            self._acked["tx" if direction == "rx" else "rx"] |= element is Signal.ACK
            byte = ACK_BYTE if element is Signal.ACK else NAK_BYTE
            return self._rhythm.frame(direction, size, _SIGNALS[element], kept=byte)
        repeated = element == self._before[direction] and not self._acked[direction]
        self._before[direction], self._acked[direction] = element, not self._serial
        try:
            message = decode(element)
        except (DecodeError, ValueError):
            text = f"a message {element[:2].hex(' ').upper()} that cannot be read"
            return self._rhythm.frame(direction, size, text, fault="content")
        text, fault = message_text(message), "repeat" if repeated else ""
        return self._rhythm.frame(direction, size, text, fault=fault, kept=self._kept(message))

    def _kept(self, message: Message) -> bytes | None:
        """The message written anew, of its declared fields alone: none is about the card."""
        if isinstance(message, OtherMessage):
            return None
        if getattr(message, "password", None) is not None:
            message = replace(cast(Any, message), password=NO_PASSWORD)
        apdu = encode(message)
        return frame(apdu) if self._serial else apdu

    def _unfinished(self, direction: Direction) -> Frame:
        size, self._size[direction] = self._size[direction], 0
        cut = self._cut[direction]
        if isinstance(cut, SerialDeframer):
            was_block = cut.quiet()
            self._skipped[direction] = cut.bytes_skipped
        else:
            was_block = not cut.lost_step
            cut.reset()
        fault = "cut" if was_block else "garbage"
        text = "a block that stops in the middle" if was_block else _GARBAGE
        return self._rhythm.frame(direction, size, text, fault=fault)

    def _speaks_serial(self, direction: Direction, data: bytes) -> bool:
        begins = data[:1] == b"\x15" or data[:2] == b"\x10\x02"
        return not self._serial and direction == "rx" and begins and not self._size["rx"]


_GARBAGE: Final = "no ZVT: wrong speed or stop bits, another protocol, or noise"


def message_text(message: Message) -> str:
    """A message by its name, its meaning, and those of its fields that are no secret."""
    if isinstance(message, OtherMessage):
        return f"message {message.control:04X}, {message.size} bytes"
    told = [
        f"{one.name}={_value(one.name, value)}"
        for one in fields(message)
        if one.name in _TOLD and (value := getattr(message, one.name)) is not None
    ]
    name = f"{message.LAYOUT.control:04X} {type(message).__name__}"
    return " ".join([name, *told, *_meaning(message)])


def _meaning(message: Message) -> list[str]:
    match message:
        case StatusInformation(result=int(code)):
            return [f"result={code:02X}: {result_meaning(code).says}"]
        case StatusReport(status=code):
            return [f"status={code:02X}: {status_meaning(code).says}"]
        case IntermediateStatus(status=code):
            return [f"shows={shown_status(code):02X}"]
        case ProcessAborted(code=int(code)) | Refused(code=code):
            return [f"({result_meaning(code).says})"]
    return []


def _value(name: str, value: int | str) -> str:
    if isinstance(value, int) and name in _NUMBERS_IN_HEX:
        return f"{value:02X}"
    text = str(value)[:TEXT_CHARS_MAX]
    return "".join(char if char.isprintable() and char != " " else "_" for char in text)
