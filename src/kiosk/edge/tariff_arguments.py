"""The arguments of `kiosk tariff`: one tool each, all of a tariff file."""

import argparse
from pathlib import Path
from typing import Final

from kiosk.edge.command_line import shown

TOOLS: Final = {
    "check": "name every fault of a tariff file, and hold it to its own worked fees",
    "quote": "print what one stay costs, line by line",
    "explain": "say the rule in sentences, as a sign would",
    "plot": "draw the fee against time as an SVG",
    "diff": "say which stays a new tariff makes dearer or cheaper",
    "export": "write a tariff file as APDS rate tables, or say what they cannot express",
    "import": "write APDS rate tables as a tariff file, or say what it cannot express",
}

LANGUAGES: Final = ("zh", "en", "de")

HOURS_MAX: Final = 24 * 31
"""A longer picture than a month shows no step of any rate."""


def add_tools(parser: argparse.ArgumentParser) -> None:
    """Add every tool below `kiosk tariff`."""
    tools = parser.add_subparsers(dest="tool", metavar="TOOL", required=True)
    made = {name: tools.add_parser(name, help=text) for name, text in TOOLS.items()}
    for name, tool in made.items():
        if name != "diff":
            tool.add_argument("file", type=Path, metavar="FILE")
    _quote(made["quote"])
    made["explain"].add_argument("--language", choices=LANGUAGES, default="en")
    _plot(made["plot"])
    made["diff"].add_argument("old", type=Path, metavar="OLD")
    made["diff"].add_argument("new", type=Path, metavar="NEW")
    made["diff"].add_argument("--json", action="store_true", help="for programs")
    for name in ("export", "import"):
        made[name].add_argument("--out", type=Path, metavar="FILE", help="without it printed")
    made["export"].add_argument(
        "--leave-out",
        metavar="KEY",
        action="append",
        default=[],
        help="a key that the table may go without, as the refusal names it: lost, season.worker",
    )
    made["import"].add_argument(
        "--time-zone", metavar="ZONE", required=True, help="that of the car park: Europe/Berlin"
    )


def _quote(tool: argparse.ArgumentParser) -> None:
    entry = tool.add_mutually_exclusive_group(required=True)
    entry.add_argument("--enter", metavar="TIME", help="local, or with an offset")
    entry.add_argument("--lost", action="store_true", help="the entry is not known")
    tool.add_argument("--leave", metavar="TIME", required=True)
    tool.add_argument("--class", dest="vehicle_class", metavar="C", default="")
    tool.add_argument("--paid", metavar="AMOUNT@TIME", action="append", default=[])
    tool.add_argument("--validation", metavar="NAME", action="append", default=[])
    tool.add_argument("--season", metavar="NAME", help="the pass that was shown")
    tool.add_argument("--season-inside", action="store_true", help="it is already inside")
    tool.add_argument("--free-used", action="store_true", help="free time is used up")
    tool.add_argument("--extra", metavar="NAME", action="append", default=[], help="a surcharge")
    tool.add_argument("--json", action="store_true", help="for programs")


def _plot(tool: argparse.ArgumentParser) -> None:
    tool.add_argument("--enter", metavar="TIME", help="without it the first worked fee's entry")
    tool.add_argument("--hours", type=_hours, default=30, metavar="N", help="how long a stay")
    tool.add_argument("--out", type=Path, metavar="FILE.svg", help="without it printed")


def _hours(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text[:9]) <= HOURS_MAX):
        raise argparse.ArgumentTypeError(f"expected 1 to {HOURS_MAX}, got {shown(text)}")
    return int(text)
