"""Health as plain values: devices, ages, rates and named faults. What proves them is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

RECENT_S: Final = 300.0
"""A sign of life, or a fault, younger than this is recent: somebody may still stand at the lane."""

HISTORY_MAX: Final = 32
"""Faults that ended and are still told of; the oldest go first."""


class Device(Enum):
    """A kind of port, or a part of the machine, that can be at fault."""

    BARRIER = "barrier"
    CAMERA = "camera"
    TERMINAL = "terminal"
    SCREEN = "screen"
    PAGE = "page"
    STORE = "store"
    CLOCK = "clock"
    DISK = "disk"
    NETWORK = "network"
    GATEWAY = "gateway"


def device_of(port: str) -> Device:
    """What stands behind this port; those of other names are gateways of payment codes."""
    return _BEHIND.get(port, Device.GATEWAY)


_BEHIND: Final = {device.value: device for device in Device}


class Colour(Enum):
    """How old the last sign of life is."""

    OK = "ok"
    RECENT = "recent"
    """Older than it should be, younger than five minutes."""
    OLD = "old"
    """Older than that, or never seen."""


class Severity(Enum):
    """What a fault does to the lane."""

    STOPS = "stops"
    """No car can leave on its own, or none can pay."""
    HINDERS = "hinders"
    """Cars leave, but slower, or with a person's help."""
    THREATENS = "threatens"
    """Nobody notices yet; left alone it will stop the lane or spoil its records."""


@dataclass(frozen=True, slots=True)
class Found:
    """A named fault, since when, and what proves it. Times are on the clock of the verbs."""

    code: str
    device: Device
    since: float
    evidence: tuple[tuple[str, str], ...] = ()
    ended: float | None = None
    """When it was disproved; None while it holds."""

    def as_record(self, now: float) -> dict[str, Any]:
        """Plain JSON values; ages instead of times, so that nobody needs to know the clock."""
        return {
            "code": self.code,
            "device": self.device.value,
            "since_s": round(now - self.since, 1),
            "ended_s": None if self.ended is None else round(now - self.ended, 1),
            "evidence": dict(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something happened within the sliding window, and since the start."""

    name: str
    recent: int
    per_min: float
    total: int


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """One device: when it was seen last, what went wrong how often, and what is the matter."""

    device: Device
    last_seen_s: float | None
    """The age of its last sign of life; None if there was none."""
    colour: Colour
    rates: tuple[Rate, ...] = ()
    faults: tuple[Found, ...] = ()
    suspected: tuple[Found, ...] = ()
    """Faults that one car spoke for, and that the next ones prove or disprove."""
    past: tuple[Found, ...] = ()
    """Faults that ended less than five minutes ago."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What is known of it in words: its line, its state."""

    def as_record(self, now: float) -> dict[str, Any]:
        """Plain JSON values."""
        age = self.last_seen_s
        return {
            "device": self.device.value,
            "last_seen_s": None if age is None else round(age, 1),
            "colour": self.colour.value,
            "rates": {
                rate.name: {
                    "recent": rate.recent,
                    "per_min": round(rate.per_min, 2),
                    "total": rate.total,
                }
                for rate in self.rates
            },
            "faults": [found.as_record(now) for found in self.faults],
            "suspected": [found.as_record(now) for found in self.suspected],
            "past": [found.as_record(now) for found in self.past],
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Health:
    """The whole lane at one moment."""

    now: float
    devices: tuple[DeviceHealth, ...]

    @property
    def faults(self) -> tuple[Found, ...]:
        """All that is found at the moment, oldest first."""
        found = [each for device in self.devices for each in device.faults]
        return tuple(sorted(found, key=lambda each: (each.since, each.code)))

    @property
    def suspected(self) -> tuple[Found, ...]:
        """All that is suspected at the moment, oldest first."""
        found = [each for device in self.devices for each in device.suspected]
        return tuple(sorted(found, key=lambda each: (each.since, each.code)))

    def device(self, device: Device) -> DeviceHealth:
        """One device. Raises LookupError for one that this lane does not have."""
        for each in self.devices:
            if each.device is device:
                return each
        raise LookupError(f"expected a device of this lane, got {device.value!r}")

    def as_record(self) -> dict[str, Any]:
        """Plain JSON values: devices by name, and the codes found over all."""
        return {
            "faults": [found.code for found in self.faults],
            "suspected": [found.code for found in self.suspected],
            "devices": {each.device.value: each.as_record(self.now) for each in self.devices},
        }


def colour_of(age_s: float | None, fresh_s: float) -> Colour:
    """The colour of an age, where `fresh_s` is how old a good device's last sign may be."""
    if age_s is None or age_s >= RECENT_S:
        return Colour.OK if age_s is not None and age_s <= fresh_s else Colour.OLD
    return Colour.OK if age_s <= fresh_s else Colour.RECENT
