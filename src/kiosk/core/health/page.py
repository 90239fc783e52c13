"""Prints the catalogue of faults as a page, so that the manual says what the doctor says."""

from collections.abc import Iterator
from typing import Final

from kiosk.core.health.catalogue import CATALOGUE, Fault
from kiosk.core.health.model import Severity
from kiosk.core.health.wording import words

_HEAD: Final = """\
# Faults that have a name

Printed by `kiosk faults` from the tables that run; do not edit. Each is named from evidence on the
wires and in the machine, and is told of with that evidence. Where one cannot be told from
another yet, neither is named. What takes several cars to prove is *suspected* after the first; the
next ones prove it or end it.
"""

_TITLES: Final = {
    "barrier": "Barrier, loops and their board",
    "camera": "Camera",
    "terminal": "Payment terminal",
    "gateway": "Payment gateways",
    "network": "Network",
    "port": "Ports",
    "screen": "The driver's screen",
    "page": "The pay page and its counter",
    "store": "Store",
    "clock": "Clock",
    "disk": "Disk",
}
"""What each group of codes is called; a new group fails here until it has a title."""

_SEVERITIES: Final = {
    Severity.STOPS: "stops the lane or its payments",
    Severity.HINDERS: "cars leave slower, or with help",
    Severity.THREATENS: "nobody notices yet",
}


def page(language: str) -> str:
    """The whole catalogue in one language, by device."""
    return "\n".join(_lines(language)) + "\n"


def _lines(language: str) -> Iterator[str]:
    yield _HEAD
    for group in dict.fromkeys(code.partition(".")[0] for code in CATALOGUE):
        yield f"## {_TITLES[group]}\n"
        for code, fault in CATALOGUE.items():
            if code.startswith(f"{group}."):
                yield from _entry(fault, language)


def _entry(fault: Fault, language: str) -> Iterator[str]:
    said = words(fault.code, language)
    yield f"### {said.name}\n"
    yield f"`{fault.code}`: {_SEVERITIES[fault.severity]}.\n"
    yield f"{said.cause} {said.consequence}\n"
    yield f"**{said.cure}**\n"
