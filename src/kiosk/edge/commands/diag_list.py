"""`kiosk diag list`: prints each device of a running lane, and what is wrong with it."""

import json
from argparse import Namespace
from typing import TextIO

from kiosk.edge.diag.client import connected
from kiosk.edge.diag.report_lines import device_lines, fault_lines, is_well


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print one line for each device; 1 if something is wrong."""
    with connected(arguments.config, arguments.socket) as lane:
        snapshot = lane.snapshot()
    if arguments.json:
        told = {"ports": snapshot["ports"], "health": snapshot.get("health")}
        out.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        for line in (*device_lines(snapshot), *fault_lines(snapshot)):
            out.write(line + "\n")
    return 0 if is_well(snapshot) else 1
