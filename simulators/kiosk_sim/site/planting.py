"""Faults in devices that are served in real time: which can be, and how they are planted."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final, TextIO

from kiosk_hw.cameras.stx_etx import DEVICE as STX_ETX
from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.camera import Sight, SimulatedCamera
from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.faults import barrier, camera, terminal
from kiosk_sim.faults.catalogue import fault
from kiosk_sim.faults.stage import Stage
from kiosk_sim.wires.paced import Cable
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share

UNSERVED: Final = ("barrier.wrong-parity", *terminal.NETWORK_ONLY)
"""No pty carries a parity, and no serial terminal has faults of the network."""

KINDS: Final = {"board": barrier.FAULTS, "camera": camera.FAULTS, "terminal": terminal.FAULTS}


def names(*kinds: str) -> tuple[str, ...]:
    """The faults of these kinds of devices that can be served."""
    return tuple(name for kind in kinds for name in KINDS[kind] if name not in UNSERVED)


class ServedLines:
    """The cables of ports that are served; nobody pulls a plug here."""

    def __init__(self, ports: Mapping[str, Cable]) -> None:
        self._ports = ports

    def disturb(self, name: str, way: Callable[[bytes], bytes] | None) -> None:
        """What the cable does to bytes from now on."""
        self._ports[name].disturb(way)

    def unplug(self, *names: str) -> None:
        """A served port stays: stop the simulator instead."""
        raise ValueError(f"a served port cannot be unplugged, got {', '.join(names)}")


def stage_of(
    ports: Mapping[str, Cable],
    rng: Random,
    *,
    world: LaneWorld | None = None,
    board: RelayBoard | None = None,
    camera: SimulatedCamera | None = None,
    terminal: SimulatedTerminal | None = None,
) -> Stage:
    """The stage of whatever is served; what is not there is there for nobody."""
    world = world or LaneWorld(Random(0))
    board = board or RelayBoard(world.inputs, world.relay)
    camera = camera or SimulatedCamera(STX_ETX, Random(0), _nothing, Sight())
    return Stage(world, board, camera, terminal, rng, ServedLines(ports))


def plant(name: str | None, stage: Stage, now: float, out: TextIO) -> None:
    """Let this fault begin, if there is one, and say so."""
    if name is not None:
        fault(name)(stage, now)
        out.write(f"fault: {name}\n")


class Later:
    """A fault that begins after a while of sound work, as a lane by day has it."""

    def __init__(self, name: str, after_s: float, stage: Stage, out: TextIO) -> None:
        self._name = name
        self._after_s = after_s
        self._stage = stage
        self._out = out
        self._at: float | None = None

    def tick(self, now: float) -> None:
        """It is `now`: the first call starts the while."""
        if self._at is None:
            self._at = now + self._after_s
        if self._at <= now:
            self._at = NEVER
            plant(self._name, self._stage, now, self._out)
            self._out.flush()

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return 0.0 if self._at is None else self._at


def _nothing(share: Share, start_s: float, end_s: float, what: str) -> None:
    """Nobody keeps the seconds of a device by itself."""
