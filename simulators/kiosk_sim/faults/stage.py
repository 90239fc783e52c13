"""What a fault is planted in: one lane's world and devices, their lines, and the machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Protocol

from kiosk_sim.devices.camera import SimulatedCamera
from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.machine import Machine

if TYPE_CHECKING:
    from kiosk_sim.devices.gateway.gateway import Gateway


class Lines(Protocol):
    """The cables between controller and devices, by the port's name."""

    def disturb(self, name: str, way: Callable[[bytes], bytes] | None) -> None:
        """What the cable does to bytes from now on."""

    def unplug(self, *names: str) -> None:
        """The plug is out, or the port is gone: both ends notice."""


@dataclass(slots=True)
class Stage:
    """One lane, as faults see it. `rng` draws how bad it is."""

    world: LaneWorld
    board: RelayBoard
    camera: SimulatedCamera
    terminal: SimulatedTerminal | None
    rng: Random
    lines: Lines | None = None
    machine: Machine = field(default_factory=Machine)
    gateway: "Gateway | None" = None


Plant = Callable[[Stage, float], None]
"""`plant(stage, now)` lets the fault begin."""


def noise(rng: Random, per_byte: float) -> Callable[[bytes], bytes]:
    """A way that turns one bit of a byte over, now and then."""

    def way(data: bytes) -> bytes:
        spoilt = bytearray(data)
        for at in range(len(spoilt)):
            if rng.random() < per_byte:
                spoilt[at] ^= 1 << rng.randrange(8)
        return bytes(spoilt)

    return way
