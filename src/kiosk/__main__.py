"""The command line: reads arguments and hands over to one command, imported when asked for."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from kiosk.core.health.languages import LANGUAGES
from kiosk.edge.command_line import CommandLine, shown
from kiosk.edge.diag_arguments import add_diag, add_lane
from kiosk.edge.tariff_arguments import add_tools
from kiosk.errors import KioskError, UsageError

OK: Final = 0
ROWS_MAX: Final = 100_000
"""Rows of the journal that are printed at most; they are held in memory, some 300 bytes each."""

_COMMANDS: Final = {
    "run": "drive the lane until it is stopped",
    "page": "serve the pay page to drivers' phones, in a process of its own",
    "sign": "write the poster with the code that leads to the pay page, as SVG or PDF",
    "check": "name every fault of a configuration, or of all of a machine; sends nothing",
    "sample": "print a complete kiosk.toml, each key with what it is for",
    "replay": "feed a recording into a device's driver and print what it means",
    "journal": "print the last rows of the journal, or the payments that a person must settle",
    "status": "print what a running lane is doing, and what is wrong with it",
    "diag": "for technicians at a lane: look into it, trace its ports, try it out",
    "tariff": "check, explain, draw, compare and exchange tariff files",
    "faults": "print every fault that the lane can name: cause, consequence and cure",
    "states": "print the lane's state machines as tables and Mermaid diagrams",
}


_WITH_TOOLS: Final = ("tariff", "diag")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the process's exit code."""
    parser = _parser()
    told = parser.parse_args(arguments)
    if told.version:
        print(_version())
        return OK
    if told.command is None:
        parser.error(f"expected a command: {', '.join(_COMMANDS)}")
    try:
        if "config_option" in told:
            told.config = _config(told)
        tool = f"_{told.tool or 'ui'}" if told.command in _WITH_TOOLS else ""
        module = f"{told.command}{tool}".replace("-", "_")
        code: int = import_module(f"kiosk.edge.commands.{module}").execute(told, sys.stdout)
        sys.stdout.flush()
    except KioskError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130
    return code


def _config(told: argparse.Namespace) -> Path | list[Path]:
    """The one configuration that is meant, or those to check. Raises UsageError for none."""
    given = told.config if isinstance(told.config, list) else [told.config]
    named = list(dict.fromkeys(each for each in (*given, told.config_option) if each is not None))
    if named and isinstance(told.config, list):
        return named
    if len(named) == 1:
        return Path(named[0])
    got = "none" if not named else " and ".join(map(shown, named))
    raise UsageError(
        f"kiosk {told.command}: expected one configuration, such as --config kiosk.toml, got {got}"
    )


def _parser() -> CommandLine:
    parser = CommandLine(prog="kiosk", description="One lane of a car park: plate in, pay, gone.")
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    made = {name: commands.add_parser(name, help=text) for name, text in _COMMANDS.items()}
    for name in ("run", "page", "sign", "check", "journal"):
        several = "*" if name == "check" else "?"
        made[name].add_argument("config", nargs=several, type=Path, metavar="FILE")
        made[name].add_argument(
            "--config", dest="config_option", type=Path, metavar="FILE", help="the kiosk.toml"
        )
    made["run"].add_argument("--trace", action="store_true", help="log every frame on the wires")
    _sign(made["sign"])
    add_tools(made["tariff"])
    add_diag(made["diag"])
    add_lane(made["status"])
    made["status"].add_argument("--json", action="store_true", help="for programs")
    made["faults"].add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    made["replay"].add_argument("recording", type=Path, metavar="RECORDING")
    made["replay"].add_argument("--model", required=True, metavar="NAME", help="the device's model")
    made["journal"].add_argument("--rows", type=_count, default=50, metavar="N", help="how many")
    made["journal"].add_argument(
        "--unresolved", action="store_true", help="the payments that a person must settle"
    )
    return parser


def _sign(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--url", metavar="URL", help="the pay page's address; else that of [codes]"
    )
    command.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="a name that ends in .svg or .pdf"
    )
    command.add_argument("--place", metavar="TEXT", help="the lane or level; else the site")
    command.add_argument("--font", type=Path, metavar="FILE", help="a font with Chinese, for a PDF")


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text[:9]) <= ROWS_MAX):
        raise argparse.ArgumentTypeError(f"expected 1 to {ROWS_MAX}, got {shown(text)}")
    return int(text)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kiosk")
    except PackageNotFoundError:
        return "a checkout that is not installed"


if __name__ == "__main__":
    sys.exit(main())
