"""One simulated device by itself, for foreign clients: it serves until stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final, TextIO

from kiosk_hw import catalog
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.ports.party import NEVER
from kiosk_hw.terminals.model import Transport
from kiosk_sim.devices.camera import Sight, SimulatedCamera
from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.site.planting import plant, stage_of
from kiosk_sim.site.scenario import Plates
from kiosk_sim.site.stopping import stopped_by_signals
from kiosk_sim.wires.paced import Cable
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.wires.sides import DeviceSide
from kiosk_sim.world.cards import Card, CardOutcome
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share

CARD_AFTER_S: Final = 2.5
"""From the terminal's invitation to the card, when cards are presented by themselves."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a device is to be had: a pty's link, or an address as HOST:PORT; port 0 is any."""

    pty: Path | None = None
    tcp: tuple[str, int] | None = None


def serve_board(where: Where, out: TextIO, fault: str | None = None) -> None:
    """A relay board wired to a barrier and an empty lane: an OPEN pulse raises the arm."""
    world = LaneWorld(Random(0))
    host = RealTimeHost()
    host.add(world)
    board = RelayBoard(world.inputs, world.relay)
    serve_device(
        host,
        board,
        where,
        out,
        "board",
        planted=lambda port, now: plant(
            fault, stage_of({"barrier": port}, Random(), world=world, board=board), now, out
        ),
    )


def serve_terminal(
    where: Where, card: CardOutcome | None, out: TextIO, fault: str | None = None
) -> None:
    """A payment terminal; it gets a card by itself after each invitation, or none."""
    transport = Transport.TCP if where.tcp else Transport.SERIAL
    terminal = SimulatedTerminal(
        TerminalSettings(transport=transport, started=datetime.now().astimezone())
    )
    host = RealTimeHost()
    if card is not None:
        host.add(Cards(terminal, Card(card)))
    # A terminal with a network port of its own has no line whose speed could pace it.
    serve_device(
        host,
        terminal,
        where,
        out,
        "terminal",
        paced=False,
        planted=lambda port, now: plant(
            fault, stage_of({"terminal": port}, Random(), terminal=terminal), now, out
        ),
    )


def serve_camera(
    where: Where, model: str, every_s: float, out: TextIO, fault: str | None = None
) -> None:
    """A camera that reads another invented plate every so many seconds.

    Raises LookupError for a model that the catalog does not have.
    """
    found = catalog.model("cameras", model)
    assert isinstance(found, CameraModel)
    rng = Random(0)
    camera = SimulatedCamera(found, rng, _book_nothing, Sight())
    host = RealTimeHost()
    host.add(Passers(camera, Plates(rng), every_s))
    serve_device(
        host,
        camera,
        where,
        out,
        "camera",
        planted=lambda port, now: plant(
            fault, stage_of({"camera": port}, Random(), camera=camera), now, out
        ),
    )


class Cards:
    """Somebody who presents the same card at every invitation."""

    def __init__(self, terminal: SimulatedTerminal, card: Card) -> None:
        self._terminal = terminal
        self._card = card
        self._look_at = 0.0
        self._invited_at = NEVER

    def deadline(self) -> float:
        """When the display is looked at next."""
        return self._look_at

    def tick(self, now: float) -> None:
        """Look at the display; present the card some seconds after it began to invite."""
        self._look_at = now + 0.1
        if not self._terminal.awaits_card():
            self._invited_at = NEVER
        elif self._invited_at == NEVER:
            self._invited_at = now
        elif now - self._invited_at >= CARD_AFTER_S:
            self._invited_at = NEVER
            self._terminal.present(self._card, now)


class Passers:
    """Cars that come into a camera's view one after the other."""

    def __init__(self, camera: SimulatedCamera, plates: Plates, every_s: float) -> None:
        self._camera = camera
        self._plates = plates
        self._every_s = every_s
        self._next_at = 0.0

    def deadline(self) -> float:
        """When the next car comes."""
        return self._next_at

    def tick(self, now: float) -> None:
        """The next car comes into view, and out of it again."""
        self._next_at = now + self._every_s
        plate = self._plates.next()
        self._camera.car_in_view(plate, now)
        self._camera.car_gone(plate, now)


def serve_device(
    host: RealTimeHost,
    device: DeviceSide,
    where: Where,
    out: TextIO,
    name: str,
    *,
    paced: bool = True,
    planted: Callable[[Cable, float], None] | None = None,
) -> None:
    """Let this device be had there, until stopped; `planted` lets a fault of it begin."""
    with stopped_by_signals(host.stop), host:
        port: Cable | None = None
        if where.pty is not None:
            port = host.add_pty(device, where.pty)
            print(f"{name}: {where.pty} ({device.line})", file=out, flush=True)
        if where.tcp is not None:
            served = host.add_tcp(device, *where.tcp, paced=paced)
            port, address = served, served.address
            print(f"{name}: socket://{address[0]}:{address[1]}", file=out, flush=True)
        if planted is not None and port is not None:
            planted(port, host.now())
        host.run()


def _book_nothing(share: Share, start_s: float, end_s: float, what: str) -> None:
    """Nobody keeps the seconds of a device by itself."""
