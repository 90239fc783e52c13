"""Events that a command brought forth, which wait for the next verb that tells events."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from kiosk_hw.ports.party import NEVER

EventT = TypeVar("EventT")


class News(Generic[EventT]):
    """What a host has to tell as soon as it is asked; a command itself tells nothing."""

    __slots__ = ("_events", "due")

    def __init__(self) -> None:
        self.due = NEVER
        """When the host must be asked, so that nobody waits for the next byte to hear of it."""
        self._events: list[EventT] = []

    def add(self, events: Iterable[EventT], now: float) -> None:
        """Tell these at the next verb, at once."""
        self._events += events
        if self._events:
            self.due = min(self.due, now)

    def take(self) -> list[EventT]:
        """All of it, which is told with this."""
        events, self._events, self.due = self._events, [], NEVER
        return events
