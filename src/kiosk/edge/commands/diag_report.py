"""`kiosk diag report`: writes one archive for the office, with no plate, card or key in it."""

import json
import time
from argparse import Namespace
from pathlib import Path
from typing import Any, TextIO

from kiosk.config import Config, load
from kiosk.edge.commands.diag_trace import frame_line
from kiosk.edge.devices import ports
from kiosk.edge.diag import archive
from kiosk.edge.diag.client import NoLane, config_file, connected
from kiosk.edge.diag.report_lines import (
    device_lines,
    exit_lines,
    fault_lines,
    is_well,
    lane_lines,
)


def execute(arguments: Namespace, out: TextIO) -> int:
    """Write it; 1 if something is wrong with the lane, 3 if none runs."""
    config = load(config_file(arguments.config))
    code = 3
    try:
        snapshot, files = _listen(arguments)
    except NoLane as error:
        files = {"lane.txt": [str(error)]}
    else:
        code = 0 if is_well(snapshot) else 1
        files |= _of_lane(snapshot)
    files |= _of_machine(config)
    made_s = time.time()
    path: Path = arguments.save or Path(_name(config, made_s))
    archive.write(path, files, made_s)
    out.write(f"{path}: {len(files)} files\n")
    return code


def _name(config: Config, made_s: float) -> str:
    lane = "".join(char if char.isalnum() else "-" for char in config.lane.name)
    return f"kiosk-report-{lane}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(made_s))}.tar.gz"


def _listen(arguments: Namespace) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What the lane is now, and what passed its ports for some seconds."""
    frames: dict[str, list[str]] = {}
    with connected(arguments.config, arguments.socket) as lane:
        for port in lane.hello["ports"]:
            lane.say("trace", port=port)
        for record in lane.records(arguments.seconds or 5.0):
            if "frame" in record:
                lines = frames.setdefault(f"trace-{record.get('port')}.txt", [])
                archive.add_frame(lines, frame_line(record["frame"]))
        snapshot = lane.snapshot()
    return snapshot, frames


def _of_machine(config: Config) -> dict[str, list[str]]:
    urls = {name: port.url for name, port in ports(config).items()}
    return {
        "versions.txt": list(archive.version_lines()),
        "config.txt": list(archive.config_lines(config)),
        "machine.txt": list(archive.machine_lines(config, urls)),
        "journal.txt": list(archive.journal_lines(config)),
    }


def _of_lane(snapshot: dict[str, Any]) -> dict[str, list[str]]:
    return {
        "lane.txt": [*lane_lines(snapshot), *device_lines(snapshot), *fault_lines(snapshot)],
        "exits.txt": [line for report in snapshot["exits"] for line in exit_lines(report)],
        "snapshot.json": [json.dumps(snapshot, ensure_ascii=False, indent=1)],
    }
