"""The walk along the wiring at a running lane: which inputs were seen on and off, and which not."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.core.checks.wiring import WalkThrough, Wire
from kiosk.screens.technician.told import text
from kiosk_hw.modbus.frames import DecodeError, decode_response
from kiosk_hw.modbus.messages import InputsRead


class Walk:
    """One walk at a time; `wires` is empty where no configuration tells what is wired."""

    def __init__(self, wires: Sequence[Wire]) -> None:
        self.wires = tuple(wires)
        self.runs = False
        self.began = False
        self.states: dict[str, bool] = {}
        self.seen = WalkThrough(self.wires)

    def toggle(self) -> None:
        """Begin anew, or end."""
        self.runs = not self.runs and bool(self.wires)
        if self.runs:
            self.seen, self.began, self.states = WalkThrough(self.wires), False, {}

    def take(self, frame: Mapping[str, Any], now: float) -> None:
        """A frame of the board passed: perhaps a sample of its inputs."""
        states = inputs_of(frame)
        if states is None or not self.runs:
            return
        self.began = True
        self.seen.sample(states, now)
        for wire in self.wires:
            if wire.channel <= len(states):
                self.states[wire.name] = states[wire.channel - 1] is not wire.inverted

    @property
    def is_done(self) -> bool:
        """Whether every input was seen on and off."""
        return self.began and not self.seen.missing()


def inputs_of(frame: Mapping[str, Any]) -> list[bool] | None:
    """The board's inputs in this frame; None for any other frame."""
    if frame.get("d") != "rx" or frame.get("fault"):
        return None
    try:
        _, reply = decode_response(bytes.fromhex(text(frame.get("hex"))))
    except (DecodeError, ValueError):
        return None
    if not isinstance(reply, InputsRead):
        return None
    return [bool(byte >> bit & 1) for byte in reply.packed for bit in range(8)]
