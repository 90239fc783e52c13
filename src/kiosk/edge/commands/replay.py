"""`kiosk replay`: feeds a recorded link into the driver of a model, and prints what it means."""

from argparse import Namespace
from typing import Final, TextIO

from kiosk.edge.command_line import wrong
from kiosk.edge.links import replay
from kiosk.errors import PortError, UsageError
from kiosk_hw import catalog
from kiosk_hw.barriers.model import BarrierModel
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.hosts.line_camera import LineCamera
from kiosk_hw.hosts.zvt_ecr import ZvtTerminal
from kiosk_hw.ports.party import Party
from kiosk_hw.terminals.model import TerminalModel

_KINDS: Final = tuple(kind for kind in catalog.KINDS if kind != "gateways")
"""What a gateway says is never recorded, so there is nothing to replay."""


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print one line for each event; a plate is masked, as everywhere."""
    party = party_of(arguments.model)
    try:
        for now, event in replay(arguments.recording, party):
            out.write(f"{now:12.3f}  {event!r}\n")
    except OSError as error:
        raise PortError(f"{arguments.recording}: cannot be read ({error.strerror})") from error
    out.write(f"{party!r}\n")
    return 0


def party_of(name: str) -> Party:
    """The driver of this model as its factory left it. Raises UsageError for an unknown name."""
    for kind in _KINDS:
        if name not in catalog.names(kind):
            continue
        match catalog.model(kind, name):
            case BarrierModel() as board:
                return BarrierBoard(board)
            case CameraModel() as camera:
                return LineCamera(camera)
            case TerminalModel() as terminal:
                return ZvtTerminal(terminal)
    known = [each for kind in _KINDS for each in catalog.names(kind)]
    raise UsageError(f"kiosk replay: --model: {wrong(name, known)}")
