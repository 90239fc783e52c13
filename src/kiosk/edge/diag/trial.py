"""Takes control of a lane, runs one trial, and gives it back whatever happens."""

import time
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, Final, TextIO

from kiosk.core.lane.control_events import ARM_IS_UP
from kiosk.edge.diag.client import ANSWER_S, LaneClient
from kiosk.edge.diag.report_lines import exit_lines
from kiosk.errors import KioskError

RENEW_S: Final = 2.0
"""How often control is renewed while a trial runs."""

WAIT_S: Final = 600.0
"""How long a lane is waited for that has cars in it."""

ARM_DOWN_S: Final = 15.0
"""How long an arm is waited for that may still come down behind the last car."""

ASK_AGAIN_S: Final = 0.5
"""Between two wishes for a trial that the arm is not down for."""

TRIAL_S: Final = 300.0
"""The longest trial: a car that is waited for, one exit, and its margin."""


def run(lane: LaneClient, arguments: Namespace, out: TextIO, wish: dict[str, Any]) -> int:
    """Print each step; 0 if the trial passed."""
    travel_s = lane.snapshot()["arm_travel_s"]
    take(lane, arguments, out)
    lane.say(**wish)
    passed = _watched(lane, out, wish, travel_s)
    lane.say("release")
    out.write("passed\n" if passed else "failed\n")
    return 0 if passed else 1


def _watched(lane: LaneClient, out: TextIO, wish: dict[str, Any], travel_s: float) -> bool:
    """Print each step; whether the trial passed, which one without an end has not."""
    patience = _Patience(lane, out, wish)
    opened_s = 0.0
    for record in renewed(lane, TRIAL_S):
        match record:
            case {"show": "control", "mine": True, "state": "trial-refused", "why": str(why)}:
                patience.ask_again(why)
            case {"show": "trial", "what": what, "at_s": at_s, "passed": passed}:
                out.write(f"{at_s:9.3f} s  {what}\n")
                if what == "OPEN ordered":
                    opened_s = at_s
                elif what == "arm at its upper limit":
                    took_s = at_s - opened_s
                    out.write(f"{'':11}  up after {took_s:.1f} s, arm_travel_s = {travel_s}\n")
                if passed is not None:
                    return bool(passed)
            case {"show": "exit", "kind": "trial"}:
                out.writelines(f"{line}\n" for line in exit_lines(record))
        out.flush()
    return False


class _Patience:
    """Asks again for a trial that the arm is not down for, as long as it may be coming down."""

    def __init__(self, lane: LaneClient, out: TextIO, wish: dict[str, Any]) -> None:
        self._lane, self._out, self._wish = lane, out, wish
        self._until = time.monotonic() + ARM_DOWN_S
        self._is_told = False

    def ask_again(self, why: str) -> None:
        """The trial was refused. Raises KioskError where waiting is of no use."""
        if why != ARM_IS_UP or time.monotonic() >= self._until:
            raise KioskError(f"the trial could not go on: {why}")
        if not self._is_told:
            self._out.write(f"waiting: {why}\n")
            self._out.flush()
        self._is_told = True
        time.sleep(ASK_AGAIN_S)
        self._lane.say(**self._wish)


def take(lane: LaneClient, arguments: Namespace, out: TextIO) -> None:
    """Watch the lane, and have control of it. Raises KioskError where it is refused."""
    lane.say("watch")
    asked = {"who": arguments.who, "reason": arguments.reason}
    lane.say("control", **asked, wait=arguments.wait, vouched=arguments.vouched)
    _await_control(lane, out)


def _await_control(lane: LaneClient, out: TextIO) -> None:
    told = ""
    for record in renewed(lane, WAIT_S):
        match record:
            case {"show": "control", "mine": True, "state": "locked"}:
                return
            case {"show": "control", "mine": True, "state": "refused", "why": why}:
                raise KioskError(f"the lane was not locked: {why}")
            case {"show": "control", "mine": True, "why": why} if why != told:
                told = why
                out.write(f"waiting: {why}\n")
                out.flush()
            case {"error": why}:
                raise KioskError(f"the lane was not locked: {why}")
    raise KioskError(f"the lane was not locked within {WAIT_S:.0f} s")


def renewed(lane: LaneClient, for_s: float) -> Iterator[dict[str, Any]]:
    """Every record, while control is renewed; it ends when control does, with KioskError."""
    ends, due = time.monotonic() + for_s, 0.0
    while (now := time.monotonic()) < ends:
        if now >= due:
            lane.say("renew", present=True)
            due = now + RENEW_S
        record = lane.hear(min(RENEW_S, ANSWER_S))
        match record:
            case {"show": "control", "mine": True, "state": "ended", "why": why}:
                raise KioskError(f"control of the lane has ended: {why}")
            case dict():
                yield record
