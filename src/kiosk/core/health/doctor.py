"""The lane's doctor: hears what parties tell and count, and keeps one model of what is wrong.

It only listens: it commands nothing, waits for nothing and holds nothing up. Time is an
argument; each conclusion is made in the room of the device that it is about.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.model import (
    RECENT_S,
    Device,
    DeviceHealth,
    Health,
    Rate,
    colour_of,
    device_of,
)
from kiosk.core.health.observations import (
    ClockSeen,
    CommitSeen,
    CounterSeen,
    DiskSeen,
    KeysSeen,
    PagesSeen,
)
from kiosk.core.health.rooms.barrier_arm import ArmRoom
from kiosk.core.health.rooms.barrier_line import BoardLineRoom
from kiosk.core.health.rooms.barrier_loops import LoopRoom
from kiosk.core.health.rooms.camera import CameraRoom
from kiosk.core.health.rooms.clock import ClockRoom
from kiosk.core.health.rooms.counter import CounterRoom
from kiosk.core.health.rooms.gateway import GatewayRoom
from kiosk.core.health.rooms.machine import MachineRoom
from kiosk.core.health.rooms.terminal import TerminalRoom
from kiosk.core.health.window import WINDOW_S, Window
from kiosk.core.records import StoreFailed
from kiosk_hw.ports.gateway import GatewaySilent
from kiosk_hw.ports.terminal import Authorise

LOOK_S: Final = 1.0
"""How often counters are read and waits are judged: nothing here needs to be known sooner."""

Counts = Callable[[], Mapping[str, int]]
"""A party's running totals, by name."""

FRESH_S: Final = {
    Device.BARRIER: 2.0,
    Device.CAMERA: RECENT_S,
    Device.TERMINAL: 60.0,
    Device.STORE: RECENT_S,
    Device.CLOCK: 30.0,
    Device.DISK: 30.0,
    Device.SCREEN: 30.0,
    Device.PAGE: 30.0,
}
"""How old the last sign of life of a good device may be."""

_SIGNS: Final = {"barrier": "exchanges", "camera": "bytes_heard", "terminal": "blocks"}
"""The counter of each port that only a living device makes grow."""

_SEEN: Final = {
    ClockSeen: Device.CLOCK,
    DiskSeen: Device.DISK,
    KeysSeen: Device.STORE,
    CommitSeen: Device.STORE,
}


def doctor_of(parties: Mapping[str, Any], travel_max_s: float) -> "Doctor":
    """The doctor of a lane with these parties; one that counts nothing is only listened to."""
    counts = {name: each.counts for name, each in parties.items() if hasattr(each, "counts")}
    return Doctor(counts, travel_max_s)


class Doctor:
    """Verbs: `hear`, `ordered`, `committed`, `observe`, `tick`, `deadline`, and `report`."""

    def __init__(self, counts: Mapping[str, Counts], travel_max_s: float) -> None:
        self.findings = Findings()
        self.looks = 0
        self._counts = dict(counts)
        self._windows = {name: Window() for name in self._counts}
        self._seen: dict[Device, float] = {}
        self._facts: dict[Device, dict[str, str]] = {}
        self._next_look = 0.0
        empty = Window()
        self.arm = ArmRoom(self.findings, travel_max_s)
        self.loops = LoopRoom(self.findings)
        self.line = BoardLineRoom(self.findings, self._windows.get("barrier", empty))
        self.camera = CameraRoom(self.findings)
        self.terminal = TerminalRoom(self.findings, self._windows.get("terminal", empty))
        self.clock = ClockRoom(self.findings)
        self.gateway = GatewayRoom(self.findings)
        self.counter = CounterRoom(self.findings)
        self.machine = MachineRoom(self.findings)

    def __repr__(self) -> str:
        found = sorted(found.code for found in self.findings.holding.values())
        return f"<Doctor looks={self.looks} found={found}>"

    # The verbs.

    def hear(self, port: str, event: Any, now: float) -> None:
        """A party tells this, or (`store`) the store answers it."""
        match port:
            case "barrier":
                self.arm.hear(event, now)
                self.loops.hear(event, now)
                self.line.hear(event, now)
                self.camera.hear(event, now)
            case "camera":
                self.camera.hear(event, now)
                self.loops.hear(event, now)
            case "terminal":
                self.terminal.hear(event, now)
                self.clock.hear(event, now)
                self.loops.hear(event, now)
            case "store":
                self.machine.hear_store(event, now)
            case _:
                self.gateway.hear(event, now)
                if not isinstance(event, GatewaySilent):
                    self._seen[Device.GATEWAY] = now

    def ordered(self, port: str, command: Any, now: float) -> None:
        """The lane commands a device."""
        if port == "barrier":
            self.arm.ordered(command, now)
        elif isinstance(command, Authorise):
            self.camera.car_is_there(now)

    def committed(self, seconds: float, answers: Any, now: float) -> None:
        """The store was done with a batch after so many seconds."""
        failed = False
        for answer in answers:
            if isinstance(answer, StoreFailed):
                failed = True
                self.machine.hear_store(answer, now)
        if not failed:
            self._seen[Device.STORE] = now
            self.machine.committed(now)
            self.machine.observe(CommitSeen(seconds), now)

    def observe(self, seen: Any, now: float) -> None:
        """The shell looked at the machine."""
        whose = _SEEN.get(type(seen))
        if whose is not None:
            self._seen[whose] = now
        if isinstance(seen, PagesSeen):
            self.note(Device.SCREEN, pages=str(seen.pages))
            if seen.pages:
                self._seen[Device.SCREEN] = now
        match seen:
            case ClockSeen():
                self.clock.observe(seen, now)
            case CounterSeen():
                if seen.page:
                    self._seen[Device.PAGE] = now
                self.counter.observe(seen, now)
            case _:
                self.machine.observe(seen, now)

    def tick(self, now: float) -> None:
        """Read the counters, and judge what has lasted long enough."""
        if now < self._next_look:
            return
        self._next_look = now + LOOK_S
        self.looks += 1
        for port, counts in self._counts.items():
            self._count(port, counts(), now)
        self.arm.tick(now)
        self.loops.tick(now)
        self.camera.tick(now)
        self.terminal.tick(now)
        self.gateway.tick(now)
        self.counter.tick(now)
        self.machine.tick(now)

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return self._next_look

    def report(self, now: float) -> Health:
        """The whole lane as it is known now."""
        known = {device_of(port) for port in self._counts} | set(self._seen) | set(self._facts)
        known |= {found.device for found in self.findings.holding.values()}
        known |= {found.device for found in self.findings.suspected.values()}
        return Health(now, tuple(self._device(each, now) for each in Device if each in known))

    def note(self, device: Device, **facts: str) -> None:
        """What is known of a device in words, for whoever looks at it: its line, its model."""
        self._facts.setdefault(device, {}).update(facts)

    # Inside.

    def _count(self, port: str, counts: Mapping[str, int], now: float) -> None:
        grown = self._windows[port].take(counts, now)
        if grown.get(_SIGNS.get(port, ""), 0):
            self._seen[device_of(port)] = now
        match port:
            case "barrier":
                self.line.counted(grown, now)
                self.loops.glitched(grown.get("glitches", 0), now)
            case "camera":
                self.camera.counted(grown, now)
            case "terminal":
                self.terminal.counted(grown, now)

    def _device(self, device: Device, now: float) -> DeviceHealth:
        seen = self._seen.get(device)
        age = None if seen is None else now - seen
        window = self._windows.get(device.value)
        rates: tuple[Rate, ...] = ()
        if window is not None:
            per_min = 60.0 / WINDOW_S
            rates = tuple(
                Rate(name, recent := window.recent(name, now), recent * per_min, total)
                for name, total in sorted(window.totals.items())
            )
        past = tuple(
            found
            for found in self.findings.ended
            if found.device is device and found.ended is not None and now - found.ended < RECENT_S
        )
        return DeviceHealth(
            device,
            age,
            colour_of(age, FRESH_S.get(device, RECENT_S)),
            rates,
            self.findings.of(device),
            self.findings.suspected_of(device),
            past,
            dict(self._facts.get(device, {})),
        )
