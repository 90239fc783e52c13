"""What the machine and the shell saw, as values for the doctor. How it is seen is the shell's."""

from dataclasses import dataclass
from enum import Enum

from kiosk.core.health.model import Device


class PortFault(Enum):
    """Why a port cannot be opened, or was lost."""

    MISSING = "missing"
    """The path is not there, or the device behind it was pulled."""
    IN_USE = "in-use"
    NOT_PERMITTED = "not-permitted"
    NO_PORT = "no-port"
    """The path is there and is no serial port."""
    UNREACHABLE = "unreachable"
    """A network address that refuses, or does not answer."""
    HUNG_UP = "hung-up"
    """The other end closed an open connection."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PortLost:
    """The port of this device is not open. `why` is the kernel's word, `where` the port."""

    port: str
    fault: PortFault
    why: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class PortOpened:
    """The port of this device is open."""

    port: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class AdapterSeen:
    """A USB adapter hands bytes over after this many milliseconds at the latest."""

    port: str
    latency_timer_ms: int


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """The wall clock, beside the clock that only goes forward.

    `minus_steady_s` is wall time minus the steady clock: constant while nobody sets the clock.
    `offset_s` is how far a time server says that the clock is off, None where none was asked.
    """

    wall_s: float
    minus_steady_s: float
    synchronised: bool
    offset_s: float | None = None
    local_s: int | None = None
    """Seconds since local midnight, to compare with what devices say of the time."""


@dataclass(frozen=True, slots=True)
class DiskSeen:
    """The file system of the store."""

    free_bytes: int
    size_bytes: int
    read_only: bool = False
    free_inodes: int | None = None


@dataclass(frozen=True, slots=True)
class CommitSeen:
    """One batch took the store this long, from its hand-over to durable."""

    commit_s: float


@dataclass(frozen=True, slots=True)
class KeysSeen:
    """Whether the file of the day keys is there and can be used."""

    there: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class PagesSeen:
    """How many driver's pages are connected to the screen's port."""

    pages: int


@dataclass(frozen=True, slots=True)
class CounterSeen:
    """The counter, where a lane with a public page meets the pay page."""

    page: bool
    """The pay page has said lately that it is there."""
    why: str = ""
    """Why it cannot be written; empty while it can."""
    replaced: int = 0
    """How often the file of another release was met there since the start."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Anything else that a room elsewhere has proved about a device; `code` is a fault's."""

    device: Device
    code: str
    holds: bool
    evidence: tuple[tuple[str, str], ...] = ()


Observation = (
    PortLost
    | PortOpened
    | AdapterSeen
    | ClockSeen
    | DiskSeen
    | CommitSeen
    | KeysSeen
    | PagesSeen
    | CounterSeen
    | Noted
)
