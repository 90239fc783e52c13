"""Who may listen to a controller, and what is told to it. No conclusion is drawn here."""

from collections.abc import Sequence
from typing import Any, Protocol

from kiosk.core.records import Answer


class Observer(Protocol):
    """Who only listens, such as the doctor: what it does changes nothing of the lane."""

    def hear(self, port: str, event: Any, now: float) -> None:
        """A party tells this."""

    def ordered(self, port: str, command: Any, now: float) -> None:
        """A device is commanded."""

    def committed(self, seconds: float, answers: Sequence[Answer], now: float) -> None:
        """The store was done with a batch after so many seconds."""

    def observe(self, seen: Any, now: float) -> None:
        """The shell looked at the machine, or at a port."""

    def tick(self, now: float) -> None:
        """It is `now`."""

    def deadline(self) -> float:
        """When it must be ticked next."""
