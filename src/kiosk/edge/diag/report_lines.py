"""What a snapshot says, in lines for people. Nothing is judged here."""

from collections.abc import Iterator
from typing import Any

from kiosk.core.health.wording import words


def device_lines(snapshot: dict[str, Any]) -> Iterator[str]:
    """One line for each port, and below it what is wrong."""
    health = snapshot.get("health") or {"devices": {}}
    for name, port in snapshot["ports"].items():
        device = health["devices"].get(port["device"], {})
        colour = device.get("colour", "?")
        age = port["rx_age_s"]
        heard = "nothing heard yet" if age is None else f"heard {age:.1f} s ago"
        yield f"{name:10} {colour:6} {port['state']:8} {heard:20} {port['url']}  {port['line']}"
        if port["why"]:
            yield f"{'':10} {port['why']}"
    shown = {port["device"] for port in snapshot["ports"].values()}
    for name, device in health["devices"].items():
        if name not in shown:
            age = device["last_seen_s"]
            seen = "not seen yet" if age is None else f"seen {age:.1f} s ago"
            yield f"{name:10} {device['colour']:6} {'':8} {seen}"


def fault_lines(snapshot: dict[str, Any], language: str = "en") -> Iterator[str]:
    """Each named fault: what it is, what it does, what cures it; then what is suspected."""
    health = snapshot.get("health") or {"devices": {}}
    for name, device in health["devices"].items():
        for found in device["faults"]:
            told = words(found["code"], language)
            evidence = ", ".join(f"{key} {value}" for key, value in found["evidence"].items())
            yield f"{name}: {told.name} ({found['code']})" + (f": {evidence}" if evidence else "")
            yield f"    because  {told.cause}"
            yield f"    so that  {told.consequence}"
            yield f"    cure     {told.cure}"
        for suspicion in device.get("suspected", ()):
            told = words(suspicion["code"], language)
            evidence = ", ".join(f"{key} {value}" for key, value in suspicion["evidence"].items())
            proof = f"({suspicion['code']}): {evidence}"
            yield f"{name}: suspected, the next cars tell: {told.name} {proof}"
            yield f"    cure     {told.cure}"


def lane_lines(snapshot: dict[str, Any]) -> Iterator[str]:
    """What the lane is doing, who has it, and what it calls people for."""
    states = " ".join(f"{name}={state}" for name, state in snapshot["states"].items())
    yield f"{snapshot['lane']} ({snapshot['role']}), up {snapshot['up_s']:.0f} s: {states}"
    control = snapshot["control"]
    if control["who"]:
        yield f"locked by {control['who']}: {control['reason']}, ends in {control['ends_s']} s"
    for kind, why in snapshot["alarms"].items():
        yield f"alarm {kind}: {why}"


def is_well(snapshot: dict[str, Any]) -> bool:
    """Nothing calls for a person, and no fault is named."""
    health = snapshot.get("health") or {"faults": []}
    return not snapshot["alarms"] and not health["faults"]


def exit_lines(report: dict[str, Any]) -> Iterator[str]:
    """One exit's seconds."""
    yield f"exit {report['exit']} ({report['kind']})"
    for name, share, start_s, end_s in report["laps"]:
        yield f"    {share:8} {name:22} {end_s - start_s:7.3f} s"
    total_s, machine_s = report["total_s"], report["machine_s"]
    yield f"    {'':8} {'arm up':22} {total_s:7.3f} s, machine {machine_s:.3f} s"
