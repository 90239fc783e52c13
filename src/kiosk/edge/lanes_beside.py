"""What the lanes of one machine demand of each other: names, ports and addresses of their own.

Nothing is opened here but links, to see which device they lead to.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Final

from kiosk.config import Config, Diag
from kiosk.config.addresses import addresses, clash
from kiosk.config.agreement import DEVICES
from kiosk.edge.diag.address import address_of

_WHAT: Final = {"name": "a name", "port": "a port"}


def shared(lanes: Mapping[str, Config]) -> Iterator[str]:
    """One line for each thing that two of these files claim; `lanes` is by the file's name."""
    files = list(lanes)
    for at, file in enumerate(files):
        for other in files[:at]:
            for key, got, its_key in _between(lanes[file], lanes[other]):
                what = _WHAT.get(key.rpartition(".")[2], "an address")
                whose = f"which {its_key} of {other} has"
                yield (
                    f"{file}: {key}: expected {what} of its own, got {got}, {whose};"
                    " give one of them another"
                )


def _between(lane: Config, its: Config) -> Iterator[tuple[str, str, str]]:
    """(key, what it says, the other one's key)."""
    # An entry may be called as its exit is: their ids and locks differ by the role.
    if (lane.lane.name, lane.lane.role) == (its.lane.name, its.lane.role):
        yield "lane.name", repr(lane.lane.name), "lane.name"
    theirs = dict(_ports(its))
    for name, port in _ports(lane):
        for its_name, taken in theirs.items():
            if _real(port) == _real(taken):
                yield f"{name}.port", port, f"{its_name}.port"
    for key, address in _listening(lane):
        for its_key, taken in _listening(its):
            # The pay page of a site is one process, whichever of its lanes' files it reads.
            if clash(address, taken) and not key == its_key == "page.listen":
                yield key, address, its_key


def _ports(lane: Config) -> Iterator[tuple[str, str]]:
    for name in DEVICES:
        table = getattr(lane, name)
        if table is not None:
            yield name, table.port


def _real(port: str) -> str:
    return port if "://" in port else os.path.realpath(port)


def _listening(lane: Config) -> Iterator[tuple[str, str]]:
    settled = replace(lane, diag=Diag(listen=address_of(lane) or "none"))
    return addresses({item.name: getattr(settled, item.name) for item in fields(Config)})
