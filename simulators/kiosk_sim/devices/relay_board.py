"""A strict Modbus RTU slave with relays and inputs: silences, CRC, units, power. It grades clients.

What a request does is `relay_map`'s affair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk_hw.barriers.model import BarrierModel
from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE_RELAY_D
from kiosk_hw.modbus.frames import (
    FRAME_MAX,
    FRAME_MIN,
    DecodeError,
    Reject,
    decode_request,
    encode,
    t35_s,
)
from kiosk_hw.modbus.messages import (
    BROADCAST,
    ExceptionCode,
    ExceptionReply,
    InputsRead,
    Response,
    WriteRegister,
)
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.devices.relay_map import RelayMap

BOOT_S: Final = 0.3
"""From power to the first request that a board answers."""

GAP_TOLERANCE_S: Final = 1e-6
"""How much too early a request may begin before it counts: clocks are floats."""

_CODES: Final = {
    Reject.FUNCTION: ExceptionCode.ILLEGAL_FUNCTION,
    Reject.VALUE: ExceptionCode.ILLEGAL_VALUE,
}


@dataclass(slots=True)
class Grades:
    """What the board thinks of its client; all but the first two are somebody's faults."""

    requests: int = 0
    """Whole frames for this board."""
    replies: int = 0
    gaps_too_short: int = 0
    """Requests that began less than t3.5 after our last byte (Serial Line V1.02, 2.5.1.1)."""
    collisions: int = 0
    """Requests that began while this board's reply was due or on the line."""
    bad_crcs: int = 0
    fragments: int = 0
    """Frames of a wrong length: cut, or two run together."""
    overruns: int = 0
    """Bytes beyond the longest frame, dropped until the next silence."""
    other_units: int = 0
    illegal_functions: int = 0
    illegal_addresses: int = 0
    illegal_values: int = 0


class RelayBoard:
    """A relay board on its line: `receive` bytes, `tick` at `deadline()`, send `bytes_to_send()`.

    A frame ends by a silence of t3.5 and by nothing else; the reply leaves `turnaround_s` after
    that. `gaps_graded` is for lines that carry bytes at their speed: where bytes arrive at once,
    as over a bare socket, silences mean nothing.
    """

    def __init__(
        self,
        inputs: Callable[[], int],
        on_relay: Callable[[int, bool, float], None],
        *,
        model: BarrierModel = WAVESHARE_RELAY_D,
        unit: int | None = None,
        turnaround_s: float = 0.0,
        gaps_graded: bool = True,
    ) -> None:
        self.line = model.line
        self.grades = Grades()
        self.map = RelayMap(model.profile, unit or model.unit, inputs, on_relay)
        self.turnaround_s = turnaround_s
        self.refuses: ExceptionCode | None = None  # To everything, as another model does.
        self._gaps_graded = gaps_graded
        self._inputs = inputs
        self._char_s = self.line.char_s
        self._t35_s = t35_s(self.line)
        self._powered_at_s = -NEVER
        self._buffer = b""
        self._frame_end_s = NEVER
        self._reply = b""
        self._reply_at_s = NEVER
        self._bus_free_s = -NEVER
        self._outbox = b""
        self._polls: dict[bytes, dict[int, bytes]] = {}
        """Polls seen, by their bytes, and the reply to each mask: at most 36 windows, 256 masks."""

    def __repr__(self) -> str:
        return f"<RelayBoard unit={self.map.unit} relays={self.map.relays:08b} {self.grades!r}>"

    # The line.

    def connected(self, now: float) -> None:
        """The line is plugged in; a board does not notice."""

    def disconnected(self, now: float) -> None:
        """The line is pulled out: half a frame will never be completed. Relays stay as they are."""
        self._forget()

    def receive(self, data: bytes, now: float) -> None:
        """Bytes came in, the last of them at `now`."""
        if now < self._powered_at_s:
            return
        begun_s = now - len(data) * self._char_s
        if self._frame_end_s <= begun_s:
            self._end_frame(self._frame_end_s)
        if self._buffer:
            data = self._buffer + data
            if len(data) > FRAME_MAX:
                self.grades.overruns += len(data) - FRAME_MAX
                data = data[:FRAME_MAX]
        elif self._gaps_graded and begun_s < self._bus_free_s + self._t35_s - GAP_TOLERANCE_S:
            if begun_s < self._bus_free_s - GAP_TOLERANCE_S:
                self.grades.collisions += 1
            else:
                self.grades.gaps_too_short += 1
        self._buffer = data
        self._frame_end_s = now + self._t35_s

    def tick(self, now: float) -> None:
        """It is `now`: a silence ends a frame, a reply is ready, a flash is over."""
        if self._frame_end_s <= now:
            self._end_frame(self._frame_end_s)
        if self._reply_at_s <= now:
            self._send(now)
        if self.map.due_s <= now:
            self.map.tick(now)
        if self.map.next_line is not None and not self._reply and self._bus_free_s <= now:
            self.line, self.map.next_line = self.map.next_line, None
            self._char_s, self._t35_s = self.line.char_s, t35_s(self.line)

    def deadline(self) -> float:
        """When `tick` must be called next."""
        due = min(self._frame_end_s, self._reply_at_s, self.map.due_s)
        if self.map.next_line is not None and not self._reply:
            due = min(due, self._bus_free_s)
        return due

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        if not self._outbox:
            return b""
        data, self._outbox = self._outbox, b""
        return data

    def refit(self, line: LineSettings | None = None, unit: int | None = None) -> None:
        """Somebody turns its switches: another line speed, parity or address."""
        if unit is not None:
            self.map.unit = unit
            self._polls.clear()
        if line is not None:
            self.line = line
            self._char_s, self._t35_s = line.char_s, t35_s(line)

    # Its supply.

    def power_cycle(self, now: float, off_s: float = 1.0) -> None:
        """The supply fails for a while: relays fall back, nothing is heard until it has booted."""
        self._forget()
        self.map.drop_out(now)
        self._powered_at_s = now + off_s + BOOT_S

    # Inside.

    def _forget(self) -> None:
        self._buffer = self._reply = self._outbox = b""
        self._frame_end_s = self._reply_at_s = NEVER

    def _end_frame(self, at_s: float) -> None:
        frame, self._buffer, self._frame_end_s = self._buffer, b"", NEVER
        replies = None if self.refuses is not None else self._polls.get(frame)
        if replies is None:
            reply = self._answer(frame, at_s)
        else:
            self.grades.requests += 1
            mask = self._inputs()
            reply = replies.get(mask) or self._answer(frame, at_s, counted=True)
        if reply:
            self._reply = reply
            self._reply_at_s = at_s + self.turnaround_s
            self._bus_free_s = self._reply_at_s + len(reply) * self._char_s

    def _send(self, now: float) -> None:
        self._outbox += self._reply
        self._bus_free_s = now + len(self._reply) * self._char_s
        self._reply, self._reply_at_s = b"", NEVER
        self.grades.replies += 1

    def _answer(self, frame: bytes, now: float, counted: bool = False) -> bytes:
        """Obey one whole frame; empty where the board keeps silent."""
        try:
            unit, request = decode_request(frame)
        except DecodeError as error:
            return self._refuse(frame, error.reject)
        if unit not in (self.map.unit, BROADCAST):
            self.grades.other_units += 1
            return b""
        self.grades.requests += not counted
        if self.refuses is not None:
            return encode(unit or self.map.unit, ExceptionReply(frame[1], self.refuses))
        reply = self.map.obey(unit, request, now)
        if reply is None:
            return b""
        if isinstance(request, WriteRegister):
            self._polls.clear()
        if isinstance(reply, InputsRead):
            wire = encode(unit, reply)
            self._polls.setdefault(frame, {})[self._inputs()] = wire
            return wire
        return self._graded(unit or self.map.unit, reply)

    def _refuse(self, frame: bytes, reject: Reject) -> bytes:
        match reject:
            case Reject.CHECKSUM:
                self.grades.bad_crcs += 1
            case Reject.LENGTH:
                self.grades.fragments += 1
            case Reject.FUNCTION | Reject.VALUE if len(frame) >= FRAME_MIN:
                if frame[0] == self.map.unit:
                    self.grades.requests += 1
                    code = _CODES[reject]
                    return self._graded(frame[0], ExceptionReply(frame[1] & 0x7F, code))
                self.grades.other_units += frame[0] != BROADCAST
        return b""

    def _graded(self, unit: int, reply: Response) -> bytes:
        if isinstance(reply, ExceptionReply):
            match reply.code:
                case ExceptionCode.ILLEGAL_FUNCTION:
                    self.grades.illegal_functions += 1
                case ExceptionCode.ILLEGAL_ADDRESS:
                    self.grades.illegal_addresses += 1
                case _:
                    self.grades.illegal_values += 1
        return encode(unit, reply)
