"""`kiosk diag release-lane`: gives a lane back that stands latched, after a fire or a repair."""

import time
from argparse import Namespace
from typing import Any, Final, TextIO

from kiosk.edge.diag.client import ANSWER_S, LaneClient, connected

LATCHED: Final = ("held", "faulty")
"""States of the gate that only a person ends."""

LOOK_S: Final = 0.1
"""How often it is looked whether the lane has let go: it writes its journal first."""


def execute(arguments: Namespace, out: TextIO) -> int:
    """Release the lane and say what came of it; 1 if it stays as it is."""
    with connected(arguments.config, arguments.socket) as lane:
        before = lane.snapshot()
        if _gate(before) not in LATCHED:
            out.write(f"nothing is latched: the gate is {_gate(before)}\n")
            return 0
        if before["inputs"]["fire"]:
            # The lane would refuse it by the same rule, and write that down.
            out.write("not released: the fire contact still asks for an open lane\n")
            return 1
        lane.say("release-lane", who=arguments.who)
        after = _settled(lane)
    if _gate(after) in LATCHED:
        out.write(f"not released: the gate is still {_gate(after)}\n")
        return 1
    out.write(f"released: the gate is {_gate(after)}; the barrier closes by itself\n")
    return 0


def _settled(lane: LaneClient) -> dict[str, Any]:
    ends = time.monotonic() + ANSWER_S
    while True:
        snapshot = lane.snapshot()
        if _gate(snapshot) not in LATCHED or time.monotonic() > ends:
            return snapshot
        time.sleep(LOOK_S)


def _gate(snapshot: dict[str, Any]) -> str:
    return str(snapshot["states"]["gate"])
