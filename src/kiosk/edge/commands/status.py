"""`kiosk status`: prints what a running lane is doing and what is wrong with it."""

import json
from argparse import Namespace
from typing import TextIO

from kiosk.edge.diag.client import connected
from kiosk.edge.diag.report_lines import device_lines, fault_lines, is_well, lane_lines


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print one snapshot; 1 if something is wrong with the lane."""
    with connected(arguments.config, arguments.socket) as lane:
        snapshot = lane.snapshot()
    if arguments.json:
        out.write(json.dumps(snapshot, ensure_ascii=False) + "\n")
    else:
        for lines in (lane_lines(snapshot), device_lines(snapshot), fault_lines(snapshot)):
            for line in lines:
                out.write(line + "\n")
    return 0 if is_well(snapshot) else 1
