"""What the technician's screen asks of the world beyond its terminal; the edge provides it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Shell(Protocol):
    """The world of this screen."""

    def now(self) -> float:
        """The steady clock."""

    def draw_s(self) -> float:
        """How often the terminal's line can take a screen."""

    def say(self, message: dict[str, Any]) -> None:
        """Send this to the lane, if one is there."""

    async def listen(
        self,
        met: Callable[[Any], None],
        take: Callable[[list[dict[str, Any]]], None],
        lost: Callable[[str], None],
    ) -> None:
        """Connect, again and again; never returns."""

    def on_hang_up(self, leave: Callable[[], None]) -> None:
        """Call this when the terminal is gone or the process is to end."""

    def close(self) -> None:
        """Hang up, after what was said."""

    def save(self, lines: list[str]) -> str:
        """Write these lines to a new file; its name. Raises OSError."""

    def report(self) -> str:
        """Write a report; its name. May take seconds. Raises OSError and the like."""

    def probe(self) -> Mapping[str, Any]:
        """Ask the ports of a lane that does not run; health as a record."""

    def surroundings(self) -> Mapping[str, str]:
        """What this machine says of its clock, disk and network."""
