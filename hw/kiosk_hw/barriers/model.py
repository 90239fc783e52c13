"""How a relay board at a barrier is declared: its register map, its line, and what is wired where.

Declarations only: both the driver and a simulated board read them. No dialogue lives here.
"""

from dataclasses import dataclass, fields
from typing import Final

from kiosk_hw.modbus.messages import COIL_OFF, COIL_ON, ReadCoils, ReadInputs, WriteCoil
from kiosk_hw.ports.party import LineSettings

CHANNELS_MAX: Final = 32
"""The most relays or inputs of one board: the largest boards sold; one short read gets them."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One input of the board, counted from 1 as its terminals are labelled.

    `inverted` is for a normally-closed contact: current flows at rest, its absence is the alarm.
    """

    channel: int
    inverted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Which terminal of the board goes to what at the barrier; None is not wired.

    Outputs are counted from 1 as their terminals are labelled. Raises ValueError when a terminal
    is used twice or cannot exist.
    """

    open_output: int = 1
    close_output: int | None = None
    """By default there is none: the barrier closes itself on its own hard-wired safety loop."""
    stop_output: int | None = 3
    """Never switched by the driver; declared so that nothing else is given this terminal."""
    lamp_output: int | None = 4
    open_limit: Contact | None = Contact(1)
    closed_limit: Contact | None = Contact(2)
    arming_loop: Contact = Contact(3)
    safety_loop: Contact | None = Contact(4)
    fire: Contact | None = Contact(5, inverted=True)
    """Normally closed, so that a cut wire asks for an open lane too."""
    swung_off: Contact | None = Contact(6)
    manual_key: Contact | None = Contact(7)
    door: Contact | None = Contact(8)

    def __post_init__(self) -> None:
        for kind, channels in (("output", self.outputs()), ("input", self.inputs())):
            if len(set(channels)) != len(channels):
                raise ValueError(f"every {kind} may be wired once, got {sorted(channels)}")
            if channels and not 1 <= min(channels) <= max(channels) <= CHANNELS_MAX:
                raise ValueError(f"{kind}s are 1..{CHANNELS_MAX}, got {sorted(channels)}")

    def outputs(self) -> tuple[int, ...]:
        """The output terminals in use."""
        wired = (self.open_output, self.close_output, self.stop_output, self.lamp_output)
        return tuple(channel for channel in wired if channel is not None)

    def inputs(self) -> tuple[int, ...]:
        """The input terminals in use."""
        wired = (getattr(self, field.name) for field in fields(self))
        return tuple(contact.channel for contact in wired if isinstance(contact, Contact))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardProfile:
    """The register map of one family of Modbus relay boards."""

    outputs: int = 8
    inputs: int = 8
    first_output: int = 0
    """The coil of output 1."""
    first_input: int = 0
    """The discrete input of input 1."""
    on_value: int = COIL_ON
    """The raw FC05 value that means ON."""
    all_outputs: int | None = None
    """The FC05 address of all outputs together; None where each must be written singly."""
    flash_on: int | None = None
    """The FC05 address of output 1's pulse timed by the board; None where it has no such thing."""
    flash_step_ms: int = 100
    """What one unit of a flash value lasts."""
    flash_steps_max: int = 0x7FFF

    def switch(self, output: int, on: bool) -> WriteCoil:
        """Switch one output, and leave it so."""
        return WriteCoil(self.first_output + output - 1, self.on_value if on else COIL_OFF)

    def flash(self, output: int, pulse_ms: int) -> WriteCoil:
        """Close one output for this long, timed by the board, rounded up to its step.

        Raises ValueError where the board cannot.
        """
        steps = -(-pulse_ms // self.flash_step_ms)
        if self.flash_on is None or not 1 <= steps <= self.flash_steps_max:
            raise ValueError(f"this board gives no timed pulse of {pulse_ms} ms")
        return WriteCoil(self.flash_on + output - 1, steps)

    def all_off(self) -> tuple[WriteCoil, ...]:
        """Everything off, in as few messages as the board can."""
        if self.all_outputs is not None:
            return (WriteCoil(self.all_outputs, COIL_OFF),)
        return tuple(self.switch(output, False) for output in range(1, self.outputs + 1))

    def read_outputs(self) -> ReadCoils:
        """Ask for all outputs; output 1 is the first bit."""
        return ReadCoils(self.first_output, self.outputs)

    def read_inputs(self) -> ReadInputs:
        """Ask for all inputs; input 1 is the first bit."""
        return ReadInputs(self.first_input, self.inputs)


@dataclass(frozen=True, slots=True)
class BarrierModel:
    """One make of board as it leaves its factory: name, line, Modbus unit and register map."""

    name: str
    line: LineSettings
    profile: BoardProfile
    unit: int = 1
