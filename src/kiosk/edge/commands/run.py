"""`kiosk run`: drives one lane until it is stopped."""

from argparse import Namespace
from typing import TextIO

from kiosk.config import load


def execute(arguments: Namespace, out: TextIO) -> int:
    """Load the configuration first: a faulty one costs no other import."""
    config = load(arguments.config)

    from kiosk.edge import logs
    from kiosk.edge.composition import serve

    logs.set_up(trace=arguments.trace)
    return serve(config)
