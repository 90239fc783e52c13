"""`kiosk faults`: prints every fault that the lane can name, with its cure."""

from argparse import Namespace
from typing import TextIO

from kiosk.core.health.page import page


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print the page that stands in the documentation, in the wanted language."""
    out.write(page(arguments.language))
    return 0
