"""`kiosk diag trace`: prints what passes a port of a running lane, decoded."""

import json
from argparse import Namespace
from contextlib import ExitStack
from typing import Any, TextIO

from kiosk.edge.diag.client import connected, no_port
from kiosk.edge.diag.recording import Kept


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print each frame; 1 if any was faulty."""
    faulty = False
    with ExitStack() as stack:
        saved = [stack.enter_context(Kept(arguments.save))] if arguments.save is not None else []
        lane = stack.enter_context(connected(arguments.config, arguments.socket))
        lane.say("trace", port=arguments.port)
        for record in lane.records(arguments.seconds):
            if "error" in record:
                raise no_port(arguments.port, lane.hello["ports"])
            if "frame" not in record:
                continue
            frame = record["frame"]
            faulty = faulty or bool(frame["fault"])
            line = json.dumps(frame, ensure_ascii=False) if arguments.json else frame_line(frame)
            if arguments.filter.casefold() in line.casefold():
                out.write(line + "\n")
                out.flush()
                for file in saved:
                    file.write(line)
    return 1 if faulty else 0


def frame_line(frame: dict[str, Any]) -> str:
    """A frame as people read it: the silence before it, direction, size, meaning, bytes."""
    gap = "" if frame["gap_s"] is None else f"+{frame['gap_s']:.4f}"
    inner = f" ({frame['inner_gap_s'] * 1000:.1f} ms inside)" if frame["inner_gap_s"] else ""
    fault = f"  !! {frame['fault']}" if frame["fault"] else ""
    shown = f"  [{frame['hex']}]" if frame["hex"] else ""
    arrow = "->" if frame["d"] == "tx" else "<-"
    head = f"{frame['at_s']:12.4f} {gap:>9} {arrow} {frame['n']:4}"
    return f"{head}  {frame['text']}{fault}{inner}{shown}"
