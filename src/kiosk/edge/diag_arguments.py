"""The arguments of `kiosk diag`: one tool each, for a lane that runs or for its ports alone."""

import argparse
from pathlib import Path
from typing import Final

from kiosk.core.lane.control_events import ROLES, ControlReason
from kiosk.edge.command_line import shown

TOOLS: Final = {
    "list": "print each device with its port, its state and what is wrong with it",
    "watch": "print what the lane does, line by line, until it is stopped",
    "check": "say which device is at fault and what cures it; without a lane its ports are asked",
    "trace": "print what passes a port, decoded, plates masked",
    "capture": "record a port, without plates, cards and passwords",
    "replay": "print what a recording says, frame by frame",
    "report": "write one archive for the office, with no plate, card or key in it",
    "test-exit": "lock the lane, run one exit without money, and say what was seen",
    "release-lane": "give a lane back that stands latched, after a fire or a repair: look first",
    "test-payment": "lock the lane, take the smallest amount from your own card, and give it back",
}

PORTS: Final = "barrier, camera, terminal, or the name of a gateway"

UI_LANGUAGES: Final = ("en", "de", "zh")
"""The languages of the technician's screen; here, so that no tool need load its words."""

CARS_MAX: Final = 1000
"""A day of a busy lane; the aim is known after twenty."""

SECONDS_MAX: Final = 24 * 3600.0
"""A longer look than a day is a recording's: `record_file` in kiosk.toml."""


def add_diag(parser: argparse.ArgumentParser) -> None:
    """Add every tool below `kiosk diag`; without one it is the technician's screen."""
    add_lane(parser)
    parser.add_argument("--language", choices=UI_LANGUAGES, help="of the screen; else as LANG says")
    parser.add_argument("--ascii", action="store_true", help="draw the screen with plain letters")
    tools = parser.add_subparsers(dest="tool", metavar="TOOL")
    made = {name: tools.add_parser(name, help=text) for name, text in TOOLS.items()}
    for name, tool in made.items():
        if name != "replay":
            # Suppressed, so that a tool without it keeps what stands before the tool.
            add_lane(tool, argparse.SUPPRESS)
    made["check"].add_argument(
        "device", nargs="?", metavar="DEVICE", help=f"clock, disk, store, {PORTS}"
    )
    made["check"].add_argument(
        "--walk", action="store_true", help="along the wiring: each input seen on and off"
    )
    made["check"].add_argument("--cars", type=cars, metavar="N", help="camera: the next N cars")
    for name in ("list", "watch", "trace", "check"):
        made[name].add_argument("--json", action="store_true", help="for programs")
    made["report"].add_argument("--save", type=Path, metavar="FILE", help="FILE.tar.gz")
    for name in ("watch", "trace", "capture", "report", "check"):
        made[name].add_argument("--seconds", type=seconds, metavar="S", help="end after so long")
    for name in ("trace", "capture"):
        made[name].add_argument("port", metavar="PORT", help=PORTS)
    made["capture"].add_argument("--save", type=Path, metavar="FILE", required=True)
    made["replay"].add_argument("file", type=Path, metavar="RECORDING")
    made["replay"].add_argument("--model", metavar="NAME", help="a camera's model")
    made["trace"].add_argument("--filter", metavar="TEXT", default="", help="only lines with it")
    made["trace"].add_argument("--save", type=Path, metavar="FILE", help="keep them there as well")
    for name in ("test-exit", "test-payment", "check"):
        _control(made[name])
    made["release-lane"].add_argument(
        "--who", choices=ROLES, default=ROLES[0], help="for the journal"
    )
    made["test-exit"].add_argument(
        "--no-car", dest="car", action="store_false", help="open at once, and wait for no car"
    )


def add_lane(tool: argparse.ArgumentParser, default: str | None = None) -> None:
    """Which lane is meant."""
    tool.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=default,
        help="kiosk.toml; without it here, then /etc/kiosk",
    )
    where = "where the lane listens, instead"
    tool.add_argument("--socket", metavar="ADDRESS", default=default, help=where)


def _control(tool: argparse.ArgumentParser) -> None:
    tool.add_argument("--who", choices=ROLES, default=ROLES[0], help="for the journal")
    tool.add_argument(
        "--reason",
        choices=[reason.value for reason in ControlReason],
        default=ControlReason.INSPECTION.value,
        help="for the journal",
    )
    tool.add_argument("--wait", action="store_true", help="until the lane is empty")
    tool.add_argument(
        "--no-car-here", dest="vouched", action="store_true", help="you looked: the loop lies"
    )


def cars(text: str) -> int:
    """So many cars. Raises ArgumentTypeError."""
    if not (text.isdecimal() and text.isascii() and 1 <= int(text[:9]) <= CARS_MAX):
        raise argparse.ArgumentTypeError(f"expected 1 to {CARS_MAX} cars, got {shown(text)}")
    return int(text)


def seconds(text: str) -> float:
    """So many seconds. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value <= SECONDS_MAX:
        raise argparse.ArgumentTypeError(f"expected up to {SECONDS_MAX:.0f} s, got {shown(text)}")
    return value
