"""The arguments of `kiosk tariff`: one tool each, all of a tariff file."""

import argparse
from pathlib import Path
from typing import Final

TOOLS: Final = {
    "check": "name every fault of a tariff file, and hold it to its own worked fees",
    "quote": "print what one stay costs, line by line",
}


def add_tools(parser: argparse.ArgumentParser) -> None:
    """Add every tool below `kiosk tariff`."""
    tools = parser.add_subparsers(dest="tool", metavar="TOOL", required=True)
    made = {name: tools.add_parser(name, help=text) for name, text in TOOLS.items()}
    for tool in made.values():
        tool.add_argument("file", type=Path, metavar="FILE")
    _quote(made["quote"])


def _quote(tool: argparse.ArgumentParser) -> None:
    tool.add_argument("--enter", metavar="TIME", required=True, help="local, or with an offset")
    tool.add_argument("--leave", metavar="TIME", required=True)
    tool.add_argument("--class", dest="vehicle_class", metavar="C", default="")
    tool.add_argument("--paid", metavar="AMOUNT@TIME", action="append", default=[])
    tool.add_argument("--validation", metavar="NAME", action="append", default=[])
    tool.add_argument("--json", action="store_true", help="for programs")
