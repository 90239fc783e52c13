"""`kiosk diag check`: says which device is at fault and what cures it, and guides at the lane."""

import json
from argparse import Namespace
from typing import Any, TextIO

from kiosk.config import load
from kiosk.core.health.wording import words
from kiosk.edge.diag import trial, walking
from kiosk.edge.diag.client import NoLane, config_file, connected
from kiosk.edge.diag.probing import probed
from kiosk.edge.diag.report_lines import fault_lines
from kiosk.errors import UsageError


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print a verdict for each device; 1 if one is at fault."""
    try:
        with connected(arguments.config, arguments.socket) as lane:
            if arguments.walk:
                wires = walking.wires_of(load(config_file(arguments.config)))
                trial.take(lane, arguments, out)
                return walking.walk(lane, wires, arguments.seconds or walking.WALK_S, out)
            if arguments.cars:
                return walking.aim(lane, arguments.cars, arguments.seconds or walking.AIM_S, out)
            snapshot = lane.snapshot()
            health, alarms = snapshot["health"], snapshot["alarms"]
    except NoLane:
        alarms = {}
        if arguments.walk or arguments.cars:
            raise
        if not arguments.json:
            out.write(
                "no lane runs: its ports are asked themselves, with questions that harm not\n"
            )
            out.flush()
        health = probed(load(config_file(arguments.config)), arguments.device, arguments.seconds)
    return told(health, alarms, arguments, out)


def told(health: dict[str, Any], alarms: dict[str, str], arguments: Namespace, out: TextIO) -> int:
    """Print what is found, of one device or all; a lane that calls for a person is not well."""
    wanted = {
        name: device
        for name, device in health["devices"].items()
        if arguments.device in (None, name)
    }
    if not wanted:
        known = ", ".join(health["devices"])
        raise UsageError(f"{arguments.device}: expected one of {known}")
    calls = alarms if arguments.device is None else {}
    ill = bool(calls) or any(device["faults"] for device in wanted.values())
    if arguments.json:
        verdicts = {name: _verdict(device) for name, device in wanted.items()}
        if calls:
            verdicts["lane"] = {"well": False, "faults": [], "suspected": [], "facts": calls}
        out.write(json.dumps(verdicts) + "\n")
        return int(ill)
    for kind, why in calls.items():
        out.write(f"lane: calls for a person, {kind}: {why}\n")
    for name, device in wanted.items():
        if not (device["faults"] or device.get("suspected")):
            out.write(f"{name}: no fault found\n")
        for line in fault_lines({"health": {"devices": {name: device}}}):
            out.write(line + "\n")
        for key, value in device["facts"].items():
            out.write(f"    {key.replace('_', ' '):8} {value}\n")
    return int(ill)


def _verdict(device: dict[str, Any]) -> dict[str, Any]:
    faults = [{**found, **words(found["code"])._asdict()} for found in device["faults"]]
    suspected = device.get("suspected", [])
    return {"well": not faults, "faults": faults, "suspected": suspected, "facts": device["facts"]}
