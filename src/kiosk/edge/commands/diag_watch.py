"""`kiosk diag watch`: prints what a running lane does, line by line."""

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, TextIO

from kiosk.edge.diag.client import connected
from kiosk.edge.diag.report_lines import exit_lines, is_well


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print each change until it is stopped; 1 if something is wrong at the end."""
    seen: dict[str, str] = {}
    last: dict[str, Any] = {}
    with connected(arguments.config, arguments.socket) as lane:
        lane.say("watch")
        for record in lane.records(arguments.seconds):
            last = record.get("snapshot", last)
            if arguments.json:
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
            else:
                for line in told(record, seen):
                    out.write(line + "\n")
            out.flush()
    return 0 if last and is_well(last) else 1


def told(record: dict[str, Any], seen: dict[str, str]) -> Iterator[str]:
    """The lines of one record; of a snapshot, what differs from `seen`."""
    match record:
        case {"snapshot": snapshot}:
            yield from _changes(_facts(snapshot), seen)
        case {"show": "screen", "picture": picture}:
            yield f"screen     {picture} {record['plate']} {record['amount']}".rstrip()
        case {"show": "step", "step": step}:
            facts = {key: value for key, value in record.items() if key not in ("show", "step")}
            yield f"step       {step} " + " ".join(f"{key}={facts[key]}" for key in facts)
        case {"show": "alarm", "kind": kind, "on": on}:
            yield f"alarm      {kind} {'on: ' + record['why'] if on else 'off'}"
        case {"show": "control", "state": state}:
            yield f"control    {state} {record['who']} {record['why']}".rstrip()
        case {"show": "trial", "what": what}:
            yield f"trial      {record['at_s']:8.3f} s  {what}"
        case {"show": "exit"}:
            yield from exit_lines(record)
        case {"error": why}:
            yield f"refused    {why}"


def _facts(snapshot: dict[str, Any]) -> dict[str, str]:
    facts = {f"state {name}": value for name, value in snapshot["states"].items()}
    facts |= {f"input {name}": str(value) for name, value in snapshot["inputs"].items()}
    for name, port in snapshot["ports"].items():
        facts[f"port {name}"] = f"{port['state']} {port['why']}".rstrip()
    health = snapshot.get("health") or {"devices": {}}
    for name, device in health["devices"].items():
        codes = " ".join(found["code"] for found in device["faults"])
        doubts = " ".join(f"{found['code']}?" for found in device.get("suspected", ()))
        facts[f"health {name}"] = " ".join(f"{device['colour']} {codes} {doubts}".split())
    return facts


def _changes(facts: dict[str, str], seen: dict[str, str]) -> Iterator[str]:
    for name, value in facts.items():
        if seen.get(name) != value:
            seen[name] = value
            kind, _, what = name.partition(" ")
            yield f"{kind:10} {what} {value}"
