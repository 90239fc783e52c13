"""`kiosk sample`: prints a complete configuration to start from."""

from argparse import Namespace
from typing import TextIO

from kiosk.config.sample import sample


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print the sample."""
    out.write(sample())
    return 0
