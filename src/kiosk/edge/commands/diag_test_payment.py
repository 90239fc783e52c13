"""`kiosk diag test-payment`: takes the smallest amount from the technician's card, and back."""

from argparse import Namespace
from typing import TextIO

from kiosk.edge.diag import trial
from kiosk.edge.diag.client import connected


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print each step with its time; 1 if the trial failed."""
    with connected(arguments.config, arguments.socket) as lane:
        return trial.run(lane, arguments, out, {"do": "try-payment"})
