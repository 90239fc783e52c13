"""`kiosk states`: prints the lane's state machines, as the tables say that run."""

from argparse import Namespace
from typing import TextIO

from kiosk.core.lane.diagram import page


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print the page that stands in the documentation."""
    out.write(page())
    return 0
