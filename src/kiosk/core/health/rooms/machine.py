"""What is known of store, disk, keys, ports and screen: each by what the kernel says."""

from collections import deque
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.model import Device, device_of
from kiosk.core.health.observations import (
    AdapterSeen,
    CommitSeen,
    DiskSeen,
    KeysSeen,
    Noted,
    PagesSeen,
    PortFault,
    PortLost,
    PortOpened,
)
from kiosk.core.records import StoreFailed
from kiosk_hw.ports.party import NEVER

FULL_BYTES: Final = 8 * 1024 * 1024
"""Less room than this ends the store soon: its write-ahead file alone takes 4 MiB."""

FEW_BYTES: Final = 200 * 1024 * 1024
"""Less room than this is worth a word: weeks of a lane's journal, and hours of a wild log."""

SLOW_S: Final = 0.25
"""A commit that takes this long eats the machine's whole share of an exit."""

COMMITS_MAX: Final = 8
"""Commits looked back at."""

SLOW_COMMITS: Final = 3
"""So many slow ones of them are no coincidence; a card's own housekeeping makes one at times."""

LOOKED_S: Final = 12.0
"""How long a failing store waits for the look at disk and keys that may explain it."""

LATENCY_MS: Final = 4
"""Above this the adapter, not the line, is what a poll waits for."""

PAGE_S: Final = 20.0
"""How long a screen may be away: a browser that restarts is back in ten seconds."""

LOSSES: Final = 3
"""So many hang-ups within `LOSSES_S` are a pattern."""

LOSSES_S: Final = 60.0

_CODES: Final = {
    PortFault.MISSING: "port.missing",
    PortFault.IN_USE: "port.in-use",
    PortFault.NOT_PERMITTED: "port.not-permitted",
    PortFault.NO_PORT: "port.no-port",
    PortFault.UNREACHABLE: "port.unreachable",
    PortFault.HUNG_UP: "port.hung-up",
    PortFault.OTHER: "port.unusable",
}
_LASTING: Final = tuple(_CODES.values())
_STORE: Final = ("store.failing", "store.keys-missing", "disk.full", "disk.read-only")


class MachineRoom:
    """Knows the machine by its answers."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._commits: deque[float] = deque(maxlen=COMMITS_MAX)
        self._failing_since = NEVER
        self._why = ""
        self._no_page_since = NEVER
        self._losses: dict[Device, deque[float]] = {}

    def hear_store(self, answer: Any, now: float) -> None:
        """One answer of the store."""
        if not isinstance(answer, StoreFailed):
            return
        self._why = answer.why
        self._failing_since = min(self._failing_since, now)
        told = answer.why.lower()
        if "full" in told or "no space" in told:
            self._findings.find("disk.full", now, store=answer.why)
        elif "readonly" in told or "read-only" in told:
            self._findings.find("disk.read-only", now, store=answer.why)

    def committed(self, now: float) -> None:
        """The store carried a batch out: it works."""
        if self._failing_since != NEVER:
            self._failing_since = NEVER
            self._findings.drop(now, *_STORE)

    def observe(self, seen: Any, now: float) -> None:
        """The machine was looked at."""
        match seen:
            case CommitSeen(commit_s=seconds):
                self._took(seconds, now)
            case DiskSeen():
                self._look_at_disk(seen, now)
            case KeysSeen():
                self._set("store.keys-missing", not seen.there, now, why=seen.why)
            case PagesSeen(pages=pages):
                self._look_at_screen(pages, now)
            case AdapterSeen(port=port, latency_timer_ms=latency_ms):
                whose = device_of(port)
                if latency_ms > LATENCY_MS:
                    self._findings.find("port.latency-timer", now, whose, latency_ms=latency_ms)
                else:
                    self._findings.drop(now, "port.latency-timer", device=whose)
            case PortOpened(port=port):
                self._findings.drop(now, *_LASTING, device=device_of(port))
            case PortLost():
                self._lost(seen, now)
            case Noted(device=whose, code=code):
                if seen.holds:
                    self._findings.find(code, now, whose, dict(seen.evidence))
                else:
                    self._findings.drop(now, code, device=whose)

    def tick(self, now: float) -> None:
        """A store that fails without a reason in sight."""
        if now - self._failing_since > LOOKED_S:
            known = ("store.keys-missing", "disk.full", "disk.read-only")
            if not any(self._findings.holds(code) for code in known):
                self._findings.find("store.failing", now, why=self._why)
        if now - self._no_page_since > PAGE_S:
            self._findings.find("screen.not-connected", now)

    # Inside.

    def _set(self, code: str, holds: bool, now: float, **evidence: object) -> None:
        if holds:
            self._findings.find(code, now, None, evidence)
        else:
            self._findings.drop(now, code)

    def _took(self, seconds: float, now: float) -> None:
        self._commits.append(seconds)
        slow = sum(1 for each in self._commits if each >= SLOW_S)
        if slow >= SLOW_COMMITS:
            worst = max(self._commits)
            self._findings.find("disk.slow", now, slow=slow, worst_s=f"{worst:.2f}")
        elif not slow:
            self._findings.drop(now, "disk.slow")

    def _look_at_disk(self, seen: DiskSeen, now: float) -> None:
        free_mb = seen.free_bytes // 1_000_000
        full = seen.free_bytes < FULL_BYTES or seen.free_inodes == 0
        self._set("disk.read-only", seen.read_only, now, mounted="read-only")
        if full or self._failing_since == NEVER:
            self._set("disk.full", full and not seen.read_only, now, free_mb=free_mb)
        nearly = not full and seen.free_bytes < FEW_BYTES and not self._findings.holds("disk.full")
        self._set("disk.nearly-full", nearly, now, free_mb=free_mb)

    def _look_at_screen(self, pages: int, now: float) -> None:
        if pages:
            self._no_page_since = NEVER
            self._findings.drop(now, "screen.not-connected")
        else:
            self._no_page_since = min(self._no_page_since, now)

    def _lost(self, lost: PortLost, now: float) -> None:
        whose = device_of(lost.port)
        if lost.fault is PortFault.HUNG_UP:
            if whose is Device.GATEWAY:
                return  # A web server hangs up as it likes; the lane tells when none answers.
            losses = self._losses.setdefault(whose, deque(maxlen=LOSSES))
            losses.append(now)
            if len(losses) < LOSSES or now - losses[0] > LOSSES_S:
                return
        others = [code for code in _LASTING if code != _CODES[lost.fault]]
        self._findings.drop(now, *others, device=whose)
        self._findings.find(_CODES[lost.fault], now, whose, where=lost.where, why=lost.why)
