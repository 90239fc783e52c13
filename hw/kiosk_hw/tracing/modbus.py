"""Tells what passes a Modbus RTU line: requests, replies, and what is neither.

A board sees neither plates nor cards, so that its bytes are shown whole. What is no answer of a
board is shown by its shape: a camera may be plugged in where the board belongs.
"""

from typing import Final, TypedDict

from kiosk_hw.modbus.frames import (
    FRAME_MAX,
    FRAME_MIN,
    DecodeError,
    crc_holds,
    decode_request,
    decode_response,
    request_length,
    response_span,
)
from kiosk_hw.modbus.messages import (
    COIL_OFF,
    COIL_ON,
    CoilsRead,
    CoilsWritten,
    ExceptionCode,
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
)
from kiosk_hw.ports.party import NEVER
from kiosk_hw.tracing.frame import Direction, Frame, Rhythm
from kiosk_hw.tracing.shape import shaped

SILENCE_S: Final = 0.1
"""A reply that stops for so long has ended: a late USB adapter alone may take 16 ms."""

HEX_BYTES_MAX: Final = 64
"""Bytes of one frame that are shown; a longer one of ours does not exist."""


class _Seen(TypedDict):
    """A board's bytes, for the eye and for a recording."""

    shown: str
    kept: bytes


class ModbusTracer:
    """Follows one line. What the host writes is taken as it writes it: whole requests."""

    def __init__(self) -> None:
        self._rhythm = Rhythm()
        self.counters = self._rhythm.counters
        self._heard = bytearray()
        self._asked = b""
        self._answered = True

    def feed(self, direction: Direction, data: bytes, now: float) -> list[Frame]:
        """Bytes passed."""
        if direction == "tx":
            found = self._end_reply()
            self._rhythm.extend("tx", now)
            return found + self._requests(data)
        self._rhythm.extend("rx", now)
        self._heard += data
        return self._replies()

    def tick(self, now: float) -> list[Frame]:
        """A silence ends what cannot be finished."""
        return self._end_reply() if now >= self.deadline() else []

    def deadline(self) -> float:
        """When a silence will have ended the reply that is unfinished."""
        last = self._rhythm.last_at("rx") if self._heard else None
        return NEVER if last is None else last + SILENCE_S

    # What the host says.

    def _requests(self, data: bytes) -> list[Frame]:
        found = []
        while data:
            length = request_length(data) if len(data) >= 2 else None
            one, data = data[: length or len(data)], data[length or len(data) :]
            repeated = not self._answered and one == self._asked
            try:
                unit, request = decode_request(one)
                text, fault = _request_text(unit, request), "repeat" if repeated else ""
            except DecodeError as error:
                text, fault = "no request that a board understands", error.reject.value
            found.append(self._rhythm.frame("tx", len(one), text, fault=fault, **_seen(one)))
            self._asked, self._answered = one, False
        return found

    # What is heard.

    def _replies(self) -> list[Frame]:
        found: list[Frame] = []
        while (end := self._good_end(0)) or self._is_echo():
            size = end or len(self._asked)
            one = bytes(self._heard[:size])
            del self._heard[:size]
            found.append(self._reply(one, echo=not end))
        at = self._next_good()
        if at:
            found.append(self._garbage(at))
            return found + self._replies()
        if len(self._heard) > FRAME_MAX:
            found.append(self._garbage(len(self._heard)))
        return found

    def _good_end(self, at: int) -> int:
        """Where the good reply that starts here ends; 0 if none does."""
        left = memoryview(self._heard)[at:]
        span = response_span(left) if len(left) >= FRAME_MIN else None
        good = span is not None and len(left) >= span and crc_holds(left[:span])
        left.release()
        return at + span if good and span is not None else 0

    def _next_good(self) -> int:
        """Where a good reply starts behind bytes that are none; 0 if nowhere."""
        starts = range(1, len(self._heard) - FRAME_MIN + 1)
        return next((at for at in starts if self._good_end(at)), 0)

    def _is_echo(self) -> bool:
        return bool(self._asked) and not self._answered and self._heard.startswith(self._asked)

    def _reply(self, one: bytes, echo: bool) -> Frame:
        if echo:
            text = "our own request comes back: the line echoes"
            return self._rhythm.frame("rx", len(one), text, fault="echo", **_seen(one))
        self._answered = True
        try:
            unit, reply = decode_response(one)
            text, fault = _reply_text(unit, reply), ""
        except DecodeError as error:
            text, fault = "no reply that a host understands", error.reject.value
        return self._rhythm.frame("rx", len(one), text, fault=fault, **_seen(one))

    def _garbage(self, size: int) -> Frame:
        one = bytes(self._heard[:size])
        del self._heard[:size]
        span = response_span(one) if len(one) >= 2 else None
        fault = "garbage"
        if span is not None and len(one) == span:
            fault = "crc"
        elif span is not None and len(one) < span and self._asked[:2] == one[:2]:
            fault = "cut"
        seen = _seen(one if self._is_of_board(one) else shaped(one))
        return self._rhythm.frame("rx", size, _WRONG[fault], fault=fault, **seen)

    def _is_of_board(self, one: bytes) -> bool:
        """It begins as an answer to what was asked last, and ends where one does, or before."""
        span = response_span(one) if len(one) >= 2 else None
        if span is None or len(one) > span or not self._asked:
            return False
        return one[0] == self._asked[0] and one[1] & 0x7F == self._asked[1]

    def _end_reply(self) -> list[Frame]:
        return [self._garbage(len(self._heard))] if self._heard else []


_WRONG: Final = {
    "garbage": "no Modbus: wrong speed or parity, another device, or a line without its resistors",
    "crc": "a reply whose check sum is wrong: noise on the line",
    "cut": "a reply that stops in the middle",
}


def _request_text(unit: int, request: Request) -> str:
    match request:
        case ReadCoils() | ReadInputs() | ReadRegisters():
            what = _THINGS[type(request)]
            end = request.start + request.count - 1
            return f"unit {unit}: {what} {request.start:#06x} to {end:#06x}?"
        case WriteCoil():
            return f"unit {unit}: output {_coil(request)}"
        case WriteRegister():
            return f"unit {unit}: register {request.address:#06x} := {request.value}"
        case WriteCoils():
            return f"unit {unit}: {len(request.states)} outputs from {request.start:#06x}"


def _reply_text(unit: int, reply: Response) -> str:
    match reply:
        case CoilsRead() | InputsRead():
            bits = "".join(f"{byte:08b}"[::-1] for byte in reply.packed)
            what = "outputs" if isinstance(reply, CoilsRead) else "inputs"
            return f"unit {unit}: {what} {bits} (1 first)"
        case RegistersRead():
            return f"unit {unit}: registers {' '.join(map(str, reply.values))}"
        case WriteCoil():
            return f"unit {unit}: confirms output {_coil(reply)}"
        case WriteRegister():
            return f"unit {unit}: confirms register {reply.address:#06x} := {reply.value}"
        case CoilsWritten():
            return f"unit {unit}: confirms {reply.count} outputs from {reply.start:#06x}"
        case ExceptionReply():
            known = reply.code in ExceptionCode._value2member_map_
            why = ExceptionCode(reply.code).name.lower().replace("_", " ") if known else "no reason"
            return f"unit {unit}: refuses function {reply.function:02X}: {why} ({reply.code})"


def _coil(message: WriteCoil) -> str:
    value = {COIL_ON: "on", COIL_OFF: "off"}.get(message.value, f"{message.value:#06x}")
    return f"{message.address:#06x} {value}"


def _seen(data: bytes) -> _Seen:
    return {"shown": data[:HEX_BYTES_MAX].hex(" "), "kept": data}


_THINGS: Final = {ReadCoils: "outputs", ReadInputs: "inputs", ReadRegisters: "registers"}
