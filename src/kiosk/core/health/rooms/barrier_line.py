"""What the board's line proves: noise, silence, another speed, parity or address, another model."""

from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.window import Window
from kiosk_hw.ports import barrier as port
from kiosk_hw.ports.search import BoardFound, BoardNowhere

NOISE_S: Final = 15.0
"""How far back damage is counted."""

DAMAGED: Final = 3
"""Damaged or missing replies within that time; one is a spark, two a coincidence."""

QUIET_S: Final = 30.0
"""How long without damage until a noisy line counts as mended."""

_ELSEWHERE: Final = ("barrier.wrong-baud", "barrier.wrong-parity", "barrier.wrong-unit")
_SILENT: Final = (*_ELSEWHERE, "barrier.silent", "barrier.refuses")


class BoardLineRoom:
    """Knows the board by its silences and its counters."""

    def __init__(self, findings: Findings, window: Window) -> None:
        self._findings = findings
        self._window = window
        self._refused = False
        self._is_silent = False
        self._damaged_at = 0.0

    def hear(self, event: Any, now: float) -> None:
        """One event of the board."""
        match event:
            case port.BoardReady():
                self._is_silent = self._refused = False
                self._findings.drop(now, *_SILENT)
            case port.BoardSilent(why=why):
                self._is_silent = True
                self._refused = why.startswith("refused")
                if self._refused:
                    self._findings.find("barrier.refuses", now, why=why)
            case BoardFound() if self._is_silent:
                self._elsewhere(event, now)
            case BoardNowhere() if self._is_silent and not self._refused:
                if not self._noisy(now):
                    self._findings.drop(now, *_ELSEWHERE, "barrier.noise")
                    self._findings.find("barrier.silent", now, asked=event.asked)

    def counted(self, grown: Mapping[str, int], now: float) -> None:
        """What the counters have grown by."""
        if self._noisy(now):
            self._damaged_at = now
            recent = self._window.recent
            self._findings.find(
                "barrier.noise",
                now,
                crc_errors=recent("crc_errors", now, NOISE_S),
                timeouts=recent("timeouts", now, NOISE_S),
            )
        elif now - self._damaged_at > QUIET_S and not self._is_silent:
            self._findings.drop(now, "barrier.noise")

    def _noisy(self, now: float) -> bool:
        recent = self._window.recent
        damaged = recent("crc_errors", now, NOISE_S) + recent("short", now, NOISE_S)
        # Noise damages some replies. Where none is whole, something else speaks on this line.
        if damaged >= DAMAGED and recent("exchanges", now, NOISE_S):
            return True
        if "timeouts" not in self._window.totals:
            return False
        # Requests that were damaged on their way are never answered: some are, some are not.
        lost, answered = recent("timeouts", now, NOISE_S), recent("exchanges", now, NOISE_S)
        return not self._is_silent and lost >= DAMAGED and answered > lost

    def _elsewhere(self, found: BoardFound, now: float) -> None:
        self._findings.drop(now, "barrier.silent")
        if found.unit != found.wanted_unit:
            code = "barrier.wrong-unit"
        elif found.line.baud != found.wanted_line.baud:
            code = "barrier.wrong-baud"
        else:
            code = "barrier.wrong-parity"
        if not any(self._findings.holds(each) for each in _ELSEWHERE if each != code):
            self._findings.find(code, now, found=f"{found.line}, unit {found.unit}")
