"""What a lane is at one moment, as plain values for technicians. No plate is in any of them."""

from collections import deque
from dataclasses import asdict
from typing import Any, Final

from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device
from kiosk.core.lane.control_events import ControlOver, PresenceOver
from kiosk.core.lane.lane import Lane
from kiosk.core.lane.tenure import Tenure
from kiosk.core.shows import ExitReported, ScreenShown, as_record
from kiosk.edge.links import CalledLink
from kiosk.edge.links.shown import shown_url
from kiosk.edge.port import Port
from kiosk.edge.runtime import Runtime
from kiosk_hw.ports.party import NEVER

_OF_THEIR_OWN: Final = frozenset(device.value for device in Device)

EXITS_MAX: Final = 20
"""Waterfalls that are kept for a technician who comes later."""


class Snapshots:
    """Keeps what only passes by, and says what there is now."""

    def __init__(self, name: str, lane: Lane, runtime: Runtime) -> None:
        self.exits: deque[dict[str, Any]] = deque(maxlen=EXITS_MAX)
        self.screen: dict[str, Any] = {}
        self._name = name
        self._lane = lane
        self._runtime = runtime
        self._started = runtime.loop.time()

    def keep(self, show: Any) -> None:
        """A show passes: an exit's report is kept, and what the driver's screen shows."""
        if isinstance(show, ExitReported):
            self.exits.append(as_record(show))
        elif isinstance(show, ScreenShown):
            self.screen = _screen(show)

    def take(self) -> dict[str, Any]:
        """Everything at this moment."""
        lane, runtime = self._lane, self._runtime
        now = runtime.loop.time()
        inputs = asdict(lane.desk.inputs)
        return {
            "lane": self._name,
            "role": lane.desk.settings.role.value,
            "up_s": round(now - self._started, 1),
            "arm_travel_s": lane.desk.settings.arm_travel_s,
            "states": {name: machine.state.value for name, machine in lane.machines.items()},
            "board_answers": lane.desk.board_answers,
            "inputs": {**inputs, "arm": lane.desk.inputs.arm.value},
            "control": _control(lane, now),
            "alarms": dict(lane.desk.alarms),
            "ports": {port.name: _port(port, now) for port in runtime.ports},
            "health": _health(runtime.controller.observer, now),
            "exits": list(self.exits),
            "screen": self.screen,
            "counters": {
                "turns": runtime.turns,
                "shows_failed": runtime.shows_failed,
                "turns_waiting": len(runtime.controller.waiting),
                "events_refused": lane.desk.refused.total(),
            },
        }


def _screen(show: ScreenShown) -> dict[str, Any]:
    """The picture without plate, exit and what its codes say: a snapshot goes into reports."""
    return {
        "picture": show.picture.value,
        "amount": str(show.amount) if show.amount else "",
        "note": show.note,
        "codes": len(show.codes),
        "card": show.card,
    }


def _health(observer: Any, now: float) -> dict[str, Any] | None:
    return observer.report(now).as_record() if isinstance(observer, Doctor) else None


def _control(lane: Lane, now: float) -> dict[str, Any]:
    machine = lane.machines["control"]
    asked = machine.asked if isinstance(machine, Tenure) else None
    ends_at = min(lane.desk.due_at(kind) for kind in (ControlOver, PresenceOver))
    return {
        "state": machine.state.value,
        "who": asked.who if asked else "",
        "reason": asked.reason.value if asked else "",
        "ends_s": round(ends_at - now, 1) if asked and ends_at != NEVER else None,
    }


def _port(port: Port, now: float) -> dict[str, Any]:
    link = port.link.link
    return {
        "url": shown_url(link.url),
        "line": "" if isinstance(port.link, CalledLink) else str(link.line),
        "device": _device(port.name),
        "state": link.state.value,
        "why": port.why_down,
        "bytes_in": link.bytes_in,
        "bytes_out": link.bytes_out,
        "bytes_dropped": link.bytes_dropped,
        "opens": link.opens,
        "losses": link.losses,
        "rx_age_s": _age(port.heard_at, now),
        "tx_age_s": _age(port.spoke_at, now),
        "driver": repr(port.party),
    }


def _device(port: str) -> str:
    """Which device's health speaks of this port: the gateways have one together."""
    return port if port in _OF_THEIR_OWN else Device.GATEWAY.value


def _age(at: float | None, now: float) -> float | None:
    return None if at is None else round(now - at, 3)
