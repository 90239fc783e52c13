"""`kiosk diag capture`: records a port of a running lane, without plates, cards and passwords."""

from argparse import Namespace
from typing import TextIO

from kiosk.edge.diag.client import connected, no_port
from kiosk.edge.diag.recording import Kept, header, note


def execute(arguments: Namespace, out: TextIO) -> int:
    """Write a recording until the time is over; says how many frames it holds."""
    count = 0
    with connected(arguments.config, arguments.socket) as lane:
        snapshot = lane.snapshot()
        if arguments.port not in snapshot["ports"]:
            raise no_port(arguments.port, lane.hello["ports"])
        with Kept(arguments.save) as file:
            file.write(header(arguments.port, snapshot))
            lane.say("trace", port=arguments.port, keep=True)
            for record in lane.records(arguments.seconds):
                if "frame" in record:
                    file.write(note(record))
                    count += 1
    out.write(f"{arguments.save}: {count} frames; kiosk-sim replay {arguments.save} plays them\n")
    return 0
