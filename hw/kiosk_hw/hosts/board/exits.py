"""Which exits asked for their OPEN, and what became of each. Nothing here touches the line."""

from collections import deque
from typing import Final

from kiosk_hw.ports.barrier import BarrierEvent, OpenPulsed, OpenUnconfirmed

EXITS_REMEMBERED_MAX: Final = 64
"""Exit ids whose outcome is kept: repeats come within seconds, and an exit takes several."""

EXITS_WAITING_MAX: Final = 4
"""OPENs that may wait for the one before: a lane has one exit at a time, the rest are repeats."""

Outcome = type[OpenPulsed] | type[OpenUnconfirmed]


class Exits:
    """The exit that is being opened for, those that wait, and the outcomes of the latest ones."""

    def __init__(self) -> None:
        self._outcomes: dict[str, BarrierEvent | None] = {}
        self._waiting: deque[str] = deque()
        self._current: str | None = None

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def ask(self, exit_id: str) -> BarrierEvent | None:
        """Let a new exit wait. A known one only hears its outcome again, if there is one."""
        if exit_id in self._outcomes:
            return self._outcomes[exit_id]
        if len(self._waiting) >= EXITS_WAITING_MAX:
            return OpenUnconfirmed(exit_id)
        while len(self._outcomes) >= EXITS_REMEMBERED_MAX:
            del self._outcomes[next(iter(self._outcomes))]
        self._outcomes[exit_id] = None
        self._waiting.append(exit_id)
        return None

    def begin_next(self) -> bool:
        """Turn to the one that waits longest. False if none does."""
        if not self._waiting:
            return False
        self._current = self._waiting.popleft()
        return True

    def ended(self, outcome: Outcome) -> list[BarrierEvent]:
        """The exit that is being opened for, if any, got this outcome, and keeps it."""
        exit_id, self._current = self._current, None
        if exit_id is None:
            return []
        event = outcome(exit_id)
        self._outcomes[exit_id] = event
        return [event]

    def all_served(self) -> list[BarrierEvent]:
        """The contact is closed for everybody who asked until now."""
        events = self.ended(OpenPulsed)
        while self.begin_next():
            events += self.ended(OpenPulsed)
        return events

    def abandoned(self) -> list[BarrierEvent]:
        """Nobody gets a pulse now. Those that waited may ask again: nothing left for them."""
        events = self.ended(OpenUnconfirmed)
        while self._waiting:
            exit_id = self._waiting.popleft()
            del self._outcomes[exit_id]
            events.append(OpenUnconfirmed(exit_id))
        return events
