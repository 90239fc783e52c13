"""Looks for a silent device at the other serial ports of this machine, while no lane runs.

The same question that changes nothing is asked there: a crossed cable, or an adapter that has got
another name, is found in a moment.
"""

import os
from pathlib import Path
from typing import Final

from kiosk.config import Config
from kiosk.edge.devices import ports
from kiosk.edge.diag.questions import Question
from kiosk.edge.diag.wire import Wire
from kiosk.edge.links import LinkLost

BY_ID: Final = Path("/dev/serial/by-id")

CANDIDATES_MAX: Final = 16
"""Ports that are tried: more adapters than any lane has."""


def candidates(config: Config, name: str, by_id: Path = BY_ID) -> list[str]:
    """The serial ports but the device's own: of the other devices, then the machine's."""
    urls = {each: port.url for each, port in ports(config).items() if "://" not in port.url}
    own = os.path.realpath(urls.get(name, ""))
    found = [url for each, url in urls.items() if each != name]
    found += sorted(map(str, by_id.iterdir())) if by_id.is_dir() else []
    seen: dict[str, str] = {}
    for path in found:
        real = os.path.realpath(path)
        if real != own and os.path.exists(real):
            seen.setdefault(real, path)
    return list(seen.values())[:CANDIDATES_MAX]


def found_at(config: Config, name: str, question: Question) -> str | None:
    """The port at which the device answers as it should at its own; None if nowhere."""
    for path in candidates(config, name):
        try:
            wire = Wire(path, question.line)
        except LinkLost:
            # In use, or none of ours: not where a silent device of a lane that rests would be.
            continue
        try:
            if wire.ask(question) is not None:
                return path
        except LinkLost:
            continue
        finally:
            wire.close()
    return None
