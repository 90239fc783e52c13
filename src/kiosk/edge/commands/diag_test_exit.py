"""`kiosk diag test-exit`: runs one exit without money, and says what was seen of it and when."""

from argparse import Namespace
from typing import TextIO

from kiosk.edge.diag import trial
from kiosk.edge.diag.client import connected


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print each step with its time, then the waterfall; 1 if the trial failed."""
    with connected(arguments.config, arguments.socket) as lane:
        return trial.run(lane, arguments, out, {"do": "try-exit", "car": arguments.car})
