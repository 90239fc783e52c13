"""What a lane's records say, as values with defaults: one that lacks or bends some harms none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


def text(value: Any) -> str:
    """A text, or "" for anything else."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e12 else None


def mapping(value: Any) -> Mapping[str, Any]:
    """A table, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def texts(value: Any) -> dict[str, str]:
    """A table of texts."""
    return {name: text(item) for name, item in mapping(value).items()}


@dataclass(frozen=True, slots=True)
class FaultTold:
    """A named fault of a device."""

    code: str
    device: str
    since_s: float
    evidence: Mapping[str, str]

    @classmethod
    def of(cls, record: Any, device: str) -> "FaultTold":
        """From a snapshot's record."""
        told = mapping(record)
        since_s = number(told.get("since_s")) or 0.0
        return cls(text(told.get("code")), device, since_s, texts(told.get("evidence")))


@dataclass(frozen=True, slots=True)
class RateTold:
    """How often something happened: in the last minute, and since the start."""

    recent: float
    total: float


@dataclass(frozen=True, slots=True)
class DeviceTold:
    """A device's health."""

    name: str
    seen_s: float | None = None
    colour: str = ""
    faults: tuple[FaultTold, ...] = ()
    suspected: tuple[FaultTold, ...] = ()
    past: tuple[FaultTold, ...] = ()
    rates: Mapping[str, RateTold] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, record: Any) -> "DeviceTold":
        """From a snapshot's record."""
        told = mapping(record)
        rates = {
            each: RateTold(number(mapping(rate).get("recent")) or 0, _total(rate))
            for each, rate in mapping(told.get("rates")).items()
        }
        return cls(
            name,
            number(told.get("last_seen_s")),
            text(told.get("colour")),
            tuple(FaultTold.of(each, name) for each in listed(told.get("faults"))),
            tuple(FaultTold.of(each, name) for each in listed(told.get("suspected"))),
            tuple(FaultTold.of(each, name) for each in listed(told.get("past"))),
            rates,
            texts(told.get("facts")),
        )


def _total(rate: Any) -> float:
    return number(mapping(rate).get("total")) or 0


@dataclass(frozen=True, slots=True)
class PortTold:
    """A port of the lane."""

    name: str
    url: str = ""
    line: str = ""
    state: str = ""
    why: str = ""
    rx_age_s: float | None = None
    tx_age_s: float | None = None
    driver: str = ""
    counts: Mapping[str, float] = field(default_factory=dict)
    device: str = ""
    """Whose health speaks of it, where that is not of its own name."""

    @classmethod
    def of(cls, name: str, record: Any) -> "PortTold":
        """From a snapshot's record."""
        told = mapping(record)
        names = ("bytes_in", "bytes_out", "bytes_dropped", "opens", "losses")
        return cls(
            name,
            text(told.get("url")),
            text(told.get("line")),
            text(told.get("state")),
            text(told.get("why")),
            number(told.get("rx_age_s")),
            number(told.get("tx_age_s")),
            text(told.get("driver")),
            {each: number(told.get(each)) or 0 for each in names},
            text(told.get("device")),
        )


@dataclass(frozen=True, slots=True)
class ExitTold:
    """One exit's waterfall."""

    exit_id: str
    kind: str
    total_s: float
    shares_s: Mapping[str, float]
    laps: tuple[tuple[str, str, float, float], ...]

    @classmethod
    def of(cls, record: Any) -> "ExitTold":
        """From a report."""
        told = mapping(record)
        laps = []
        for lap in listed(told.get("laps")):
            if isinstance(lap, list) and len(lap) == 4:
                start_s, end_s = number(lap[2]) or 0.0, number(lap[3]) or 0.0
                laps.append((text(lap[0]), text(lap[1]), start_s, max(start_s, end_s)))
        shares = {
            share: number(told.get(f"{share}_s")) or 0.0
            for share in ("people", "devices", "machine")
        }
        total_s = number(told.get("total_s")) or 0.0
        return cls(text(told.get("exit")), text(told.get("kind")), total_s, shares, tuple(laps))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A lane at one moment."""

    lane: str = ""
    role: str = ""
    up_s: float = 0.0
    states: Mapping[str, str] = field(default_factory=dict)
    board_answers: bool = False
    inputs: Mapping[str, bool] = field(default_factory=dict)
    arm: str = ""
    control: Mapping[str, str] = field(default_factory=dict)
    ends_s: float | None = None
    alarms: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, PortTold] = field(default_factory=dict)
    devices: Mapping[str, DeviceTold] = field(default_factory=dict)
    exits: tuple[ExitTold, ...] = ()
    counters: Mapping[str, float] = field(default_factory=dict)
    screen: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Any) -> "Snapshot":
        """From a record of the lane."""
        told = mapping(record)
        inputs = mapping(told.get("inputs"))
        devices = mapping(mapping(told.get("health")).get("devices"))
        return cls(
            text(told.get("lane")),
            text(told.get("role")),
            number(told.get("up_s")) or 0.0,
            texts(told.get("states")),
            told.get("board_answers") is True,
            {name: value is True for name, value in inputs.items() if name != "arm"},
            text(inputs.get("arm")),
            texts(told.get("control")),
            number(mapping(told.get("control")).get("ends_s")),
            texts(told.get("alarms")),
            {name: PortTold.of(name, each) for name, each in mapping(told.get("ports")).items()},
            {name: DeviceTold.of(name, each) for name, each in devices.items()},
            tuple(ExitTold.of(each) for each in listed(told.get("exits"))),
            {name: number(each) or 0 for name, each in mapping(told.get("counters")).items()},
            mapping(told.get("screen")),
        )

    def health_of(self, name: str) -> DeviceTold:
        """The health of a device, or of the one that a port belongs to, under the given name."""
        port = self.ports.get(name)
        whose = port.device if port is not None and port.device else name
        return replace(self.devices.get(whose, DeviceTold(name)), name=name)

    def rows(self) -> tuple[str, ...]:
        """What has a line of its own: each port, and each device that no port belongs to."""
        shown = {port.device or name for name, port in self.ports.items()}
        return (*self.ports, *(name for name in self.devices if name not in shown))

    @property
    def faults(self) -> tuple[FaultTold, ...]:
        """All that is found."""
        return tuple(found for device in self.devices.values() for found in device.faults)

    @property
    def suspected(self) -> tuple[FaultTold, ...]:
        """All that one car spoke for."""
        return tuple(found for device in self.devices.values() for found in device.suspected)
