"""`kiosk states`: prints the lane's state machines as Mermaid diagrams in Markdown."""

from argparse import Namespace
from typing import TextIO

from kiosk.core.lane.diagram import TABLES, mermaid


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print one diagram for each table."""
    for table in TABLES:
        out.write(f"## {table.name}\n\n```mermaid\n{mermaid(table)}```\n\n")
    return 0
