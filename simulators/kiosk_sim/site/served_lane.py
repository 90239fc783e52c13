"""A lane's devices and world in real time, on ptys or sockets, and the kiosk.toml for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final

from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.cameras.stx_etx import DEVICE as STX_ETX
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.terminals.model import ZVT_LINE
from kiosk_hw.zvt.currencies import NUMBERS
from kiosk_sim.devices.camera import Sight, SimulatedCamera
from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.faults.stage import Stage
from kiosk_sim.site.planting import stage_of
from kiosk_sim.wires.paced import Cable
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.wires.sides import DeviceSide
from kiosk_sim.world.car import READ_ON_LOOP, Geometry
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share
from kiosk_sim.world.profiles import TYPICAL, Profile

PORTS: Final = ("barrier", "camera", "terminal")

_TOML: Final = """\
# One simulated lane; `kiosk run --config` on this file drives it.

[lane]
name = "simulated exit"
arm_travel_s = {arm_travel_s}

[store]
folder = "state"

[barrier]
model = "waveshare_relay_d"
port = "{barrier}"
baud = {modbus_baud}

[camera]
model = "stx_etx"
port = "{camera}"

[terminal]
model = "zvt_serial"
port = "{terminal}"
baud = {zvt_baud}
password = "000000"

[tariff]
currency = "{currency}"
free_min = 15
block_min = 60
block_amount_minor = 250
cap_24h_amount_minor = 2000
grace_min = 15

[screen]
listen = "unix:{screen}"
{page}{codes}"""


class ServedLane:
    """World, board, camera and terminal in one real-time host; `run` serves until stopped."""

    def __init__(
        self,
        seed: int,
        profile: Profile = TYPICAL,
        geometry: Geometry = READ_ON_LOOP,
        *,
        zvt_baud: int = 9600,
        modbus_baud: int = 9600,
        currency: str = "EUR",
    ) -> None:
        self._currency = currency
        self._bauds = {"zvt_baud": zvt_baud, "modbus_baud": modbus_baud}
        rng = Random(seed)
        self.world = LaneWorld(rng, profile, geometry=geometry)
        board = replace(WAVESHARE, line=LineSettings(modbus_baud))
        self.board = RelayBoard(self.world.inputs, self.world.relay, model=board)
        sight = Sight(read_s=profile.plate_read_s)
        self.camera = SimulatedCamera(STX_ETX, rng, self.world.ledger.book, sight)
        self.terminal = SimulatedTerminal(
            TerminalSettings(
                line=replace(ZVT_LINE, baud=zvt_baud),
                currency=NUMBERS[currency],
                # A receipt of another time of day would tell a lane that its clock is wrong.
                started=datetime.now().astimezone(),
            ),
            on_busy=self._book_terminal,
        )
        self.devices: dict[str, DeviceSide] = {
            "barrier": self.board,
            "camera": self.camera,
            "terminal": self.terminal,
        }
        self.world.reader = self.terminal
        self.world.on_plate_in_view(self.camera.car_in_view)
        self.world.on_plate_out_of_view(self.camera.car_gone)
        self.cables: dict[str, Cable] = {}
        """The ports that are served, by name."""
        self.after_turn: Callable[[float], None] | None = None
        self.host = RealTimeHost(self._after_turn)
        self.host.add(self.world)

    def on_ptys(self, folder: Path) -> dict[str, str]:
        """Serve every device on a pty with a stable name in `folder`; says where."""
        links = {name: folder / name for name in PORTS}
        for name, link in links.items():
            self.cables[name] = self.host.add_pty(self.devices[name], link)
        return {name: str(link) for name, link in links.items()}

    def stage(self, rng: Random) -> Stage:
        """Where faults are planted; call it when the ports are served."""
        return stage_of(
            self.cables,
            rng,
            world=self.world,
            board=self.board,
            camera=self.camera,
            terminal=self.terminal,
        )

    def on_sockets(self, host: str) -> dict[str, str]:
        """Serve every device on a socket of its own; says where, as pyserial URLs."""
        served = {name: self.host.add_tcp(self.devices[name], host) for name in PORTS}
        self.cables.update(served)
        return {
            name: f"socket://{port.address[0]}:{port.address[1]}" for name, port in served.items()
        }

    def kiosk_toml(
        self, ports: dict[str, str], folder: Path, page: str | None = None, codes: str = ""
    ) -> str:
        """A configuration that drives this lane at these ports, and serves the driver's page.

        `codes` are the tables of gateways, for a lane that takes payment by code.
        """
        return _TOML.format(
            currency=self._currency,
            codes=codes,
            arm_travel_s=max(2 * self.world.profile.arm_travel_s, 0.5),
            screen=folder / "screen.sock",
            page="" if page is None else f'page = "{page}"\n',
            **self._bauds,
            **ports,
        )

    def _after_turn(self, now: float) -> None:
        self.world.look(now)
        if self.after_turn is not None:
            self.after_turn(now)

    def _book_terminal(self, start_s: float, end_s: float, what: str) -> None:
        self.world.ledger.book(Share.DEVICES, start_s, end_s, what)
