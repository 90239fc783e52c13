"""What a relay board does with a request: relays, flashes, inputs and registers. No bytes here.

Written from the device's side of waveshare.com/wiki/Modbus_RTU_Relay_(D); a board whose profile
declares no flash has only the standard functions.
"""

from collections.abc import Callable
from typing import Final, assert_never

from kiosk_hw.barriers.model import BoardProfile
from kiosk_hw.modbus.messages import (
    BROADCAST,
    COIL_OFF,
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
from kiosk_hw.ports.party import NEVER, LineSettings

COIL_TOGGLE: Final = 0x5500
"""Waveshare's own FC05 value: the other way round."""

FLASH_OFF: Final = 0x0400
"""Waveshare: FC05 at 0x0400 + n opens relay n for value x 100 ms."""

REGISTER_UART: Final = 0x2000
"""Waveshare: high byte parity, low byte index of the speed."""

REGISTER_UNIT: Final = 0x4000
"""Waveshare: the board's own unit; its reading is answered even as a broadcast."""

REGISTER_VERSION: Final = 0x8000
"""Waveshare: software version times 100."""

VERSION: Final = 200

UNIT_MAX: Final = 255

BAUDS: Final = (4800, 9600, 19200, 38400, 57600, 115200, 128000, 256000)

PARITIES: Final = ("N", "E", "O")
"""The wiki gives the codes of E and O in two orders; this is the one of its command table."""


class RelayMap:
    """The board behind its line: `obey` a request, `tick` what is timed.

    `inputs()` gives the mask of the input terminals, `on_relay(channel, on, now)` is told of every
    relay that switches, channels counted from 1 as their terminals are labelled.
    """

    def __init__(
        self,
        profile: BoardProfile,
        unit: int,
        inputs: Callable[[], int],
        on_relay: Callable[[int, bool, float], None],
    ) -> None:
        self.unit = unit
        self.relays = 0
        """The mask of closed relays, relay 1 in bit 0."""
        self.next_line: LineSettings | None = None
        """What the UART register was last set to, until the line side adopts it."""
        self._profile = profile
        self._inputs = inputs
        self._on_relay = on_relay
        self._ends_s = [NEVER] * profile.outputs
        self.due_s = NEVER
        """When the next flash ends."""

    def obey(self, unit: int, request: Request, now: float) -> Response | None:
        """Do what the request says. None where a broadcast wants no answer."""
        reply = self._obeyed(request, now)
        own_unit_asked = isinstance(request, ReadRegisters) and request.start == REGISTER_UNIT
        return None if unit == BROADCAST and not own_unit_asked else reply

    def tick(self, now: float) -> None:
        """It is `now`: flashes end, each at its own time."""
        while self.due_s <= now:
            at_s = self.due_s
            for number, end_s in enumerate(self._ends_s):
                if end_s == at_s:
                    self._ends_s[number] = NEVER
                    self._switch(number, not self.relays >> number & 1, at_s)
            self.due_s = min(self._ends_s)

    def drop_out(self, now: float) -> None:
        """The supply is gone: every relay falls back."""
        for number in range(self._profile.outputs):
            self._set(number, False, now)

    # Inside.

    def _obeyed(self, request: Request, now: float) -> Response:
        profile = self._profile
        match request:
            case ReadCoils():
                packed = self._window(request, profile.first_output, profile.outputs, self.relays)
                return CoilsRead(packed) if packed else _refused(request, _ADDRESS)
            case ReadInputs():
                mask = self._inputs()
                packed = self._window(request, profile.first_input, profile.inputs, mask)
                return InputsRead(packed) if packed else _refused(request, _ADDRESS)
            case ReadRegisters():
                known = {REGISTER_UNIT: self.unit, REGISTER_VERSION: VERSION}
                if request.count != 1 or request.start not in known or not self._has_extras:
                    return _refused(request, _ADDRESS)
                return RegistersRead((known[request.start],))
            case WriteCoil():
                return self._write_coil(request, now)
            case WriteCoils():
                start = request.start - profile.first_output
                if start < 0 or start + len(request.states) > profile.outputs:
                    return _refused(request, _ADDRESS)
                for number, state in enumerate(request.states, start):
                    self._set(number, state, now)
                return CoilsWritten(request.start, len(request.states))
            case WriteRegister():
                return self._write_register(request)
            case _:
                assert_never(request)

    @property
    def _has_extras(self) -> bool:
        return self._profile.flash_on is not None

    @staticmethod
    def _window(request: ReadCoils | ReadInputs, first: int, count: int, mask: int) -> bytes:
        """The asked-for bits, packed; empty where they reach beyond the board."""
        start = request.start - first
        if start < 0 or start + request.count > count:
            return b""
        word = mask >> start & ((1 << request.count) - 1)
        return word.to_bytes((request.count + 7) // 8, "little")

    def _write_coil(self, request: WriteCoil, now: float) -> Response:
        profile, address, value = self._profile, request.address, request.value
        wanted = {profile.on_value: True, COIL_OFF: False}
        for base, to_state in ((profile.flash_on, True), (FLASH_OFF, False)):
            if self._has_extras and base is not None and 0 <= address - base < profile.outputs:
                if not 1 <= value <= profile.flash_steps_max:
                    return _refused(request, _VALUE)
                self._flash(address - base, to_state, value, now)
                return request
        if address == profile.all_outputs:
            numbers = range(profile.outputs)
        elif 0 <= address - profile.first_output < profile.outputs:
            numbers = range(address - profile.first_output, address - profile.first_output + 1)
        else:
            return _refused(request, _ADDRESS)
        if value not in wanted and not (value == COIL_TOGGLE and self._has_extras):
            return _refused(request, _VALUE)
        for number in numbers:
            self._set(number, wanted.get(value, not self.relays >> number & 1), now)
        return request

    def _write_register(self, request: WriteRegister) -> Response:
        if not self._has_extras or request.address not in (REGISTER_UNIT, REGISTER_UART):
            return _refused(request, _ADDRESS)
        if request.address == REGISTER_UNIT:
            if not 1 <= request.value <= UNIT_MAX:
                return _refused(request, _VALUE)
            self.unit = request.value
            return request
        parity, speed = divmod(request.value, 256)
        if parity >= len(PARITIES) or speed >= len(BAUDS):
            return _refused(request, _VALUE)
        self.next_line = LineSettings(BAUDS[speed], parity=PARITIES[parity])
        return request

    def _flash(self, number: int, to_state: bool, steps: int, now: float) -> None:
        self._set(number, to_state, now)
        self._ends_s[number] = now + steps * self._profile.flash_step_ms / 1000
        self.due_s = min(self._ends_s)

    def _set(self, number: int, on: bool, now: float) -> None:
        """A plain write ends a flash of the same relay."""
        self._ends_s[number] = NEVER
        self.due_s = min(self._ends_s)
        if bool(self.relays >> number & 1) is not on:
            self._switch(number, on, now)

    def _switch(self, number: int, on: bool, now: float) -> None:
        self.relays = self.relays | 1 << number if on else self.relays & ~(1 << number)
        self._on_relay(number + 1, on, now)


_ADDRESS: Final = ExceptionCode.ILLEGAL_ADDRESS
_VALUE: Final = ExceptionCode.ILLEGAL_VALUE


def _refused(request: Request, code: ExceptionCode) -> ExceptionReply:
    return ExceptionReply(request.function, code)
