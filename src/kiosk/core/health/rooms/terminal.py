"""What a payment terminal proves: its own status, its silences, its frames, what its host says."""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.window import Window
from kiosk_hw.ports import terminal as port
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.search import Dialect, TerminalFound, TerminalNowhere

CURED_S: Final = 8.0
"""How long a status lasts before it counts: the driver tries the safe cures itself, in seconds."""

BUSY_S: Final = 60.0
"""How long a terminal may say that it is busy, or has a card in it."""

NOISE_S: Final = 60.0
"""How far back damaged frames are counted."""

DAMAGED: Final = 2
"""Damaged frames within that time: of the thirty that a payment takes, one may be a spark."""

REFUSALS: Final = 2
"""So many searches that meet nothing but NAK: one may have met noise."""

QUIET_S: Final = 60.0
"""How long without damage until a noisy line counts as mended."""

_NO_HOST: Final = (0x7D, 0x9B, 0xA3)
"""PA00P015 ch. 10: communication error, host not reached, no connection."""

_PASSWORD: Final = 0x83
_CURRENCY: Final = 0x6F

_STATUSES: Final = {
    0x51: "terminal.initialisation",
    0x62: "terminal.clock-wrong",
    0xC2: "terminal.diagnosis",
    0xDC: "terminal.card-left",
    0xDF: "terminal.out-of-order",
    0xE1: "terminal.card-left",
    0xE2: "terminal.reader-faulty",
    0xE3: "terminal.reader-faulty",
    0xE4: "terminal.not-activated",
    0xF0: "terminal.end-of-day",
    _PASSWORD: "terminal.wrong-password",
    _CURRENCY: "terminal.wrong-currency",
}
_BUSY: Final = (0x9C, 0x9D, 0xA0)

_DIALECTS: Final = {
    Dialect.OTHER_BAUD: "terminal.wrong-baud",
    Dialect.LRC: "terminal.lrc",
    Dialect.OTHER_CRC: "terminal.other-crc",
    Dialect.TCP_FRAMING: "terminal.tcp-framing",
    Dialect.SERIAL_FRAMING: "terminal.serial-framing",
    Dialect.TEXT: "terminal.wrong-port",
    Dialect.NAK_ONLY: "terminal.refuses-frames",
}
_UNHEARD: Final = (*_DIALECTS.values(), "terminal.silent")
_BLOCKED: Final = (*dict.fromkeys(_STATUSES.values()), "terminal.blocked")


class TerminalRoom:
    """Knows the terminal by its events and its counters."""

    def __init__(self, findings: Findings, window: Window) -> None:
        self._findings = findings
        self._window = window
        self._status: int | None = None
        self._blocked_at = NEVER
        self._is_silent = False
        self._damaged_at = 0.0
        self._doubtful = 0
        self._refusals = 0
        """Searches that met nothing but NAK since the last sound frame."""
        self._mixed: deque[float] = deque(maxlen=DAMAGED)
        """When frames were refused or bytes lost among sound ones: it is the way that does it."""

    def hear(self, event: Any, now: float) -> None:
        """One event of the terminal."""
        match event:
            case port.TerminalReady():
                self._is_silent = False
                self._status, self._blocked_at = None, NEVER
                self._findings.drop(now, *_UNHEARD, *_BLOCKED)
            case port.TerminalBlocked(status=status):
                self._is_silent = False
                self._findings.drop(now, *_UNHEARD)
                if status != self._status:
                    self._status, self._blocked_at = status, now
            case port.TerminalSilent():
                self._is_silent, self._doubtful = True, 0
                self._status, self._blocked_at = None, NEVER
            case TerminalFound(dialect=dialect) if self._is_silent:
                self._found(dialect, event.what, now)
            case TerminalNowhere(asked=asked) if self._is_silent:
                speaks = any(self._findings.holds(code) for code in _DIALECTS.values())
                if not speaks and not self._noisy(now):
                    self._findings.find("terminal.silent", now, asked=asked)
            case port.PaymentTaken() | port.PaymentApproved():
                self._findings.drop(now, "terminal.host-unreachable")
            case port.PaymentNotTaken(code=code):
                self._not_taken(code, now)

    def counted(self, grown: Mapping[str, int], now: float) -> None:
        """What the counters have grown by."""
        if grown.get("blocks", 0):
            self._refusals = 0
            self._mixed.extend([now] * self._doubtful)
            self._doubtful = 0
        # What is refused or lost now counts as damage once a sound frame has followed it.
        damaged = grown.get("naks_received", 0) + (grown.get("bytes_skipped", 0) > 0)
        if damaged and self._mixed and now - self._mixed[-1] < NOISE_S:
            self._mixed.extend([now] * damaged)  # One such has passed already: what comes is more.
        else:
            self._doubtful = min(self._doubtful + damaged, DAMAGED)
        if self._noisy(now):
            self._damaged_at = now
            told = self._window.recent("crc_errors", now, NOISE_S)
            self._findings.find("terminal.noise", now, crc_errors=told)
        elif now - self._damaged_at > QUIET_S and not self._is_silent:
            self._findings.drop(now, "terminal.noise")

    def tick(self, now: float) -> None:
        """A status that lasts."""
        status = self._status
        if status is None:
            return
        if status in _BUSY and self._findings.holds("terminal.noise"):
            self._blocked_at = now  # What has become of it since may have been lost on its way.
            return
        lasts = BUSY_S if status in _BUSY else CURED_S
        if now - self._blocked_at > lasts:
            self._blocked_at = NEVER
            self._findings.drop(now, *_BLOCKED)
            code = _STATUSES.get(status, "terminal.blocked")
            self._findings.find(code, now, status=f"{status:02X}")

    # Inside.

    def _found(self, dialect: Dialect, what: str, now: float) -> None:
        self._findings.drop(now, "terminal.silent")
        better = [code for code in _DIALECTS.values() if code != "terminal.refuses-frames"]
        if dialect is Dialect.NAK_ONLY and any(self._findings.holds(code) for code in better):
            return
        self._refusals += dialect is Dialect.NAK_ONLY
        if dialect is Dialect.NAK_ONLY and self._refusals < REFUSALS:
            return
        self._findings.drop(now, "terminal.refuses-frames")
        self._findings.find(_DIALECTS[dialect], now, found=what)

    def _not_taken(self, code: int, now: float) -> None:
        if code == _CURRENCY:
            self._findings.find("terminal.wrong-currency", now, status=f"{code:02X}")
        if code in _NO_HOST:
            self._findings.find("terminal.host-unreachable", now, said=f"{code:02X}")

    def _noisy(self, now: float) -> bool:
        recent = self._window.recent
        names = ("crc_errors", "cut_blocks", "spoilt_blocks")
        damaged = sum(recent(name, now, NOISE_S) for name in names)
        return damaged + len([at for at in self._mixed if now - at < NOISE_S]) >= DAMAGED
