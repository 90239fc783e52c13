"""When a barrier board counts as silent, and that this is told once."""

from typing import Final

from kiosk_hw.hosts.modbus_jobs import Finished
from kiosk_hw.ports.barrier import BarrierEvent, BoardSilent

SILENT_AFTER: Final = 3
"""Failures in a row that make a board silent: one is noise, two a bad moment; some 0.2 s each."""


class Silence:
    """Counts jobs that were not answered, or refused, since the last one that was done."""

    __slots__ = ("_is_told", "failures")

    def __init__(self) -> None:
        self.failures = 0
        self._is_told = False

    def is_reached(self) -> bool:
        """Whether the board counts as silent."""
        return self.failures >= SILENT_AFTER

    def over(self) -> None:
        """The board is ready again."""
        self.failures = 0
        self._is_told = False

    def told(self, why: str) -> list[BarrierEvent]:
        """The event of a silence, unless it was told before."""
        if self._is_told:
            return []
        self._is_told = True
        return [BoardSilent(why)]

    def told_of(self, finished: Finished) -> list[BarrierEvent]:
        """The same, with what failed last as the reason."""
        what = "no answer" if finished.reply is None else f"refused: {finished.reply}"
        return self.told(f"{what} to {finished.job.request}, {self.failures} failures")
