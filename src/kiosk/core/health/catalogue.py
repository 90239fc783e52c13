"""Every fault that has a name: its code, whose it is, and what it does to the lane.

A code is `device.what`, or `port.what` where any port may have it. The words for each are in
`texts`; what proves it is in `rooms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kiosk.core.health.model import Device, Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the catalogue."""

    code: str
    device: Device | None
    """None where the finding says whose it is: any port can be missing."""
    severity: Severity


_STOPS: Final = Severity.STOPS
_HINDERS: Final = Severity.HINDERS
_THREATENS: Final = Severity.THREATENS

_BARRIER: Final = {
    "barrier.silent": _STOPS,
    "barrier.wrong-baud": _STOPS,
    "barrier.wrong-parity": _STOPS,
    "barrier.wrong-unit": _STOPS,
    "barrier.refuses": _STOPS,
    "barrier.noise": _THREATENS,
    "barrier.limits-swapped": _STOPS,
    "barrier.limits-both": _STOPS,
    "barrier.open-limit-dead": _STOPS,
    "barrier.open-limit-stuck": _STOPS,
    "barrier.closed-limit-dead": _HINDERS,
    "barrier.closed-limit-stuck": _STOPS,
    "barrier.arm-slow": _HINDERS,
    "barrier.arm-jammed": _STOPS,
    "barrier.no-movement": _STOPS,
    "barrier.stays-open": _HINDERS,
    "barrier.arm-forced": _HINDERS,
    "barrier.arm-swung-off": _STOPS,
    "barrier.loop-chatter": _HINDERS,
    "barrier.arming-loop-stuck": _HINDERS,
    "barrier.arming-loop-dead": _STOPS,
    "barrier.safety-loop-stuck": _HINDERS,
    "barrier.safety-loop-dead": _HINDERS,
    "barrier.fire-input": _STOPS,
}

_CAMERA: Final = {
    "camera.silent": _HINDERS,
    "camera.garbled": _HINDERS,
    "camera.echo": _THREATENS,
    "camera.wrong-template": _HINDERS,
    "camera.reads-nothing": _HINDERS,
    "camera.low-confidence": _HINDERS,
}

_TERMINAL: Final = {
    "terminal.silent": _STOPS,
    "terminal.wrong-baud": _STOPS,
    "terminal.refuses-frames": _STOPS,
    "terminal.lrc": _STOPS,
    "terminal.other-crc": _STOPS,
    "terminal.tcp-framing": _STOPS,
    "terminal.serial-framing": _STOPS,
    "terminal.wrong-port": _STOPS,
    "terminal.noise": _THREATENS,
    "terminal.wrong-password": _STOPS,
    "terminal.wrong-currency": _STOPS,
    "terminal.initialisation": _STOPS,
    "terminal.diagnosis": _STOPS,
    "terminal.end-of-day": _STOPS,
    "terminal.clock-wrong": _STOPS,
    "terminal.out-of-order": _STOPS,
    "terminal.card-left": _STOPS,
    "terminal.reader-faulty": _STOPS,
    "terminal.not-activated": _STOPS,
    "terminal.blocked": _STOPS,
    "terminal.host-unreachable": _STOPS,
}

_GATEWAY: Final = {
    "gateway.unreachable": _HINDERS,
    "gateway.clock-refused": _HINDERS,
    "gateway.signature-refused": _HINDERS,
    "gateway.platform-key": _HINDERS,
    "gateway.refuses": _HINDERS,
}

_MACHINE: Final = {
    "screen.not-connected": _HINDERS,
    "page.counter-failing": _HINDERS,
    "page.other-release": _HINDERS,
    "page.away": _HINDERS,
    "store.failing": _STOPS,
    "store.keys-missing": _STOPS,
    "clock.wrong": _HINDERS,
    "clock.jumped": _HINDERS,
    "clock.unsynchronised": _THREATENS,
    "disk.full": _STOPS,
    "disk.nearly-full": _THREATENS,
    "disk.read-only": _STOPS,
    "disk.slow": _HINDERS,
}

_PORT: Final = {
    "port.missing": _STOPS,
    "port.in-use": _STOPS,
    "port.not-permitted": _STOPS,
    "port.no-port": _STOPS,
    "port.unreachable": _STOPS,
    "port.hung-up": _STOPS,
    "port.unusable": _STOPS,
    "port.latency-timer": _THREATENS,
}

_OWNERS: Final = {device.value: device for device in Device}


def _lines() -> Mapping[str, Fault]:
    tables = (_BARRIER, _CAMERA, _TERMINAL, _GATEWAY, _MACHINE, _PORT)
    return MappingProxyType(
        {
            code: Fault(code, _OWNERS.get(code.partition(".")[0]), severity)
            for table in tables
            for code, severity in table.items()
        }
    )


CATALOGUE: Final[Mapping[str, Fault]] = _lines()
"""Every named fault by its code."""
