"""The controller's own machine as a simulated thing: clock, disk, keys, adapters, browser.

It says what a real one would say if it were looked at; who looks, and when, is elsewhere.
"""

from dataclasses import dataclass, field
from typing import Final

DISK_BYTES: Final = 16_000_000_000
FREE_BYTES: Final = 9_000_000_000

COMMIT_S: Final = 0.0005
"""A good card's flush."""


@dataclass(slots=True)
class Machine:
    """Set what shall be wrong; the defaults are a sound machine."""

    clock_off_s: float = 0.0
    """How far the wall clock is from the true time."""
    set_by_s: float = 0.0
    """By how much somebody has set it, rightly, since the start."""
    time_server: bool = True
    """A time server is reached: it says how far the clock is off, unless it sets it."""
    synchronised: bool = True
    free_bytes: int = FREE_BYTES
    size_bytes: int = DISK_BYTES
    read_only: bool = False
    breaks: str = ""
    """What SQLite says to every write; empty while it works."""
    commit_s: float = COMMIT_S
    keys_there: bool = True
    pages: int = 1
    """Driver's pages that are connected."""
    pay_page: bool = True
    """The pay page's process runs, where the lane has one, and says so."""
    counter_breaks: str = ""
    """What is said of the file between lane and pay page; empty while it works."""
    counters_met: int = 0
    """How often another release's file lay there."""
    latency_ms: dict[str, int] = field(default_factory=dict)
    """The latency timers of USB adapters, by port."""
    lost: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Ports that cannot be opened: the kernel's error by name, and its words."""

    def store_says(self) -> str:
        """Why the store cannot write now; empty if it can."""
        if self.breaks:
            return self.breaks
        if not self.keys_there:
            return "SQLITE_CANTOPEN: unable to open database file"
        if self.read_only:
            return "SQLITE_READONLY: attempt to write a readonly database"
        if self.free_bytes < 4096:
            return "SQLITE_FULL: database or disk is full"
        return ""
