"""Drives the guided checks at a running lane: samples and reads come in by its socket."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, TextIO

from kiosk.config import Config
from kiosk.core.checks.aim import Aim
from kiosk.core.checks.wiring import DO, WalkThrough, Wire
from kiosk.edge.diag import trial
from kiosk.edge.diag.client import LaneClient
from kiosk_hw.barriers.model import Contact
from kiosk_hw.modbus.frames import DecodeError, decode_response
from kiosk_hw.modbus.messages import InputsRead

WALK_S: Final = 180.0
"""How long a walk along the wiring may take."""

AIM_S: Final = 3600.0
"""How long the next cars are waited for."""


def wires_of(config: Config) -> tuple[Wire, ...]:
    """The inputs that this lane has wired."""
    wiring = config.barrier.wiring
    return tuple(
        Wire(name, contact.channel, contact.inverted)
        for name in DO
        if isinstance(contact := getattr(wiring, name), Contact)
    )


def walk(lane: LaneClient, wires: Sequence[Wire], for_s: float, out: TextIO) -> int:
    """Print each change until every input was seen on and off; 1 if one was not.

    The lane is in the technician's control already: drivers are turned away meanwhile.
    """
    seen = WalkThrough(wires)
    out.write("Each input must be seen on and off. What moves it:\n")
    for wire in wires:
        out.write(f"  DI{wire.channel:<3} {wire.name:14} {DO[wire.name]}\n")
    out.flush()
    lane.say("trace", port="barrier")
    began = False
    for record in trial.renewed(lane, for_s):
        states = _inputs(record)
        if states is None:
            continue
        if not began:
            began = True
            out.write("ready: begin\n")
            out.flush()
        for name, is_on in seen.sample(states, time.monotonic()):
            left = ", ".join(seen.missing()) or "nothing"
            out.write(f"{name} {'on' if is_on else 'off'}; still to be seen: {left}\n")
            out.flush()
        if not seen.missing():
            break
    if not began:
        out.write("the board was not heard: kiosk diag check barrier\n")
        return 1
    return _verdict(seen, wires, out)


def _verdict(seen: WalkThrough, wires: Sequence[Wire], out: TextIO) -> int:
    channels = {wire.name: wire.channel for wire in wires}
    for name in seen.never(True):
        out.write(f"{name}: DI{channels[name]} was never on; check its wire, or {DO[name]}\n")
    for name in seen.never(False):
        out.write(f"{name}: DI{channels[name]} was never off; NC in kiosk.toml may be missing\n")
    for name in seen.chattering():
        out.write(f"{name}: DI{channels[name]} chatters; tighten it, or set its loop less fine\n")
    well = not seen.missing() and not seen.chattering()
    out.write("every input was seen\n" if well else "")
    return 0 if well else 1


def _inputs(record: dict[str, Any]) -> list[bool] | None:
    frame = record.get("frame")
    if frame is None or frame["d"] != "rx" or frame["fault"]:
        return None
    try:
        _, reply = decode_response(bytes.fromhex(frame["hex"]))
    except DecodeError:
        return None
    if not isinstance(reply, InputsRead):
        return None
    return [bool(byte >> bit & 1) for byte in reply.packed for bit in range(8)]


def aim(lane: LaneClient, cars: int, for_s: float, out: TextIO) -> int:
    """Watch the next cars; 1 if the camera reads too few of them, or too unsurely."""
    seen = Aim()
    lane.say("watch")
    lane.say("trace", port="camera")
    for record in _with_time(lane, for_s):
        before = seen.cars
        _see(seen, record)
        if seen.cars != before:
            out.write(f"car {seen.cars} of {cars}\n")
            out.flush()
        if seen.cars >= cars and seen.settled(time.monotonic()):
            break
    mean = seen.confidence()
    surely = "without confidences" if mean is None else f"with a mean confidence of {mean:.0%}"
    out.write(f"{seen.rate():.0%} of {seen.cars} cars were read, {surely}\n")
    if not seen.is_good():
        out.write("check the camera's angle, focus, light and dirt, and what it looks at\n")
    return 0 if seen.is_good() else 1


def _with_time(lane: LaneClient, for_s: float) -> Iterator[dict[str, Any]]:
    """Every record, and an empty one each second, so that the last car's time passes."""
    ends = time.monotonic() + for_s
    while time.monotonic() < ends:
        yield lane.hear(1.0) or {}


def _see(seen: Aim, record: dict[str, Any]) -> None:
    now = time.monotonic()
    if record.get("show") == "step" and record["step"] == "visit.arrived":
        seen.car(now)
    frame = record.get("frame")
    if frame is not None and frame["read"]:
        seen.read(frame["read"]["confidence"], frame["read"]["doubtful"], now)
