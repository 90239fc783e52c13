"""Tells a doctor a story by hand: what happened when, and what it has called it by the end."""

from collections.abc import Iterable
from typing import Any

from kiosk.core.health.doctor import Doctor
from kiosk_hw.ports import barrier, camera, terminal
from kiosk_hw.ports.barrier import Arm, Inputs
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText
from kiosk_hw.ports.receipt import Receipt

READY = barrier.BoardReady(Inputs(Arm.LOWERED, False, False))
UP, DOWN, AWAY, BOTH = (
    barrier.ArmRaised(),
    barrier.ArmLowered(),
    barrier.ArmLeftLimit(),
    barrier.ArmContradictory(),
)
CAR, CAR_GONE = barrier.ArmingLoopOccupied(), barrier.ArmingLoopCleared()
UNDER, UNDER_GONE = barrier.SafetyLoopOccupied(), barrier.SafetyLoopCleared()
OPEN = barrier.OpenBarrier("x-1/0")
PULSED = barrier.OpenPulsed("x-1/0")
EURO = Money(250, "EUR")

TRAVEL_MAX_S = 6.0
STEP_S = 0.5

_PORTS = {
    "kiosk_hw.ports.barrier": "barrier",
    "kiosk_hw.ports.camera": "camera",
    "kiosk_hw.ports.terminal": "terminal",
}
_COMMANDS = (barrier.OpenBarrier, barrier.HoldOpen, barrier.ReleaseHold)

Line = tuple[float, Any]
"""When, and what: an event, a command, an observation, or counters as `{"port": {name: total}}`."""


def read(confidence: float = 0.95, plate: str = "BWY2917") -> camera.PlateRead:
    """A plate was read, an invented one."""
    return camera.PlateRead(PlateText(plate), confidence)


def approved(time_hhmmss: str) -> terminal.PaymentApproved:
    """A payment whose receipt bears this time."""
    return terminal.PaymentApproved("o-1", Receipt(7, EURO, time_hhmmss=time_hhmmss))


def car(at: float, up_s: float = 2.0, down_s: float = 1.9) -> list[Line]:
    """One sound exit: loop, plate, pulse, arm, both loops, arm. Takes 14 s."""
    raised, low = at + 5.0 + up_s, at + 11.0 + down_s
    return [
        (at, CAR),
        (at + 0.4, read()),
        (at + 5.0, OPEN),
        (at + 5.1, PULSED),
        (at + 5.2, AWAY),
        (raised, UP),
        (raised + 1.5, UNDER),
        (raised + 2.2, CAR_GONE),
        (at + 10.5, UNDER_GONE),
        (at + 11.0, AWAY),
        (low, DOWN),
    ]


def sound_cars(count: int, at: float = 10.0, every_s: float = 20.0) -> list[Line]:
    """So many sound exits, one behind the other."""
    return [line for number in range(count) for line in car(at + number * every_s)]


def told(lines: Iterable[Line], until_s: float) -> Doctor:
    """A doctor who heard all this, and looked twice a second until the end."""
    totals: dict[str, dict[str, int]] = {"barrier": {}, "camera": {}, "terminal": {}}
    counts = {port: (lambda port=port: totals[port]) for port in totals}
    doctor = Doctor(counts, TRAVEL_MAX_S)
    waiting = sorted([(0.0, READY), *lines], key=lambda line: line[0])
    now = 0.0
    while now <= until_s:
        while waiting and waiting[0][0] <= now:
            at, what = waiting.pop(0)
            if isinstance(what, dict):
                for port, grown in what.items():
                    for name, more in grown.items():
                        totals[port][name] = totals[port].get(name, 0) + more
            elif isinstance(what, _COMMANDS):
                doctor.ordered("barrier", what, at)
            elif isinstance(what, tuple):
                doctor.hear(what[0], what[1], at)
            elif type(what).__module__ in _PORTS:
                doctor.hear(_PORTS[type(what).__module__], what, at)
            else:
                doctor.observe(what, at)
        doctor.tick(now)
        now += STEP_S
    return doctor


def found(doctor: Doctor) -> set[str]:
    """Every code that was ever found."""
    findings = doctor.findings
    return {each.code for each in (*findings.holding.values(), *findings.ended)}


def holding(doctor: Doctor) -> set[str]:
    """The codes that hold at the end."""
    return {each.code for each in doctor.findings.holding.values()}
