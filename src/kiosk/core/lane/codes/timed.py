"""Deadlines of one order by code: its own, because many orders wait at the same time."""

from typing import Any

from kiosk.core.lane.desk import Desk
from kiosk.core.lane.machine import Stateful
from kiosk_hw.ports.party import NEVER


class Timed(Stateful):
    """A machine with deadlines of its own, at most one of each kind."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._due: dict[type[Any], float] = {}

    def deadline(self) -> float:
        """When this order has something due."""
        return min(self._due.values(), default=NEVER)

    def take_due(self) -> Any | None:
        """The deadline that fell due first, as an event."""
        if self.deadline() > self.desk.now:
            return None
        kind = min(self._due, key=lambda kind: (self._due[kind], kind.__name__))
        del self._due[kind]
        return kind()

    def _wait(self, kind: type[Any], seconds: float) -> None:
        self._due[kind] = self.desk.now + seconds

    def _wait_once(self, kind: type[Any], seconds: float) -> None:
        if kind not in self._due:
            self._wait(kind, seconds)
