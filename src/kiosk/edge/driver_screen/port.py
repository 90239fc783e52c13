"""A loopback port for screens: shows go out, and touches come in, as JSON lines.

It holds no rule of the lane; what a touch means is the mapping that it is given.
"""

from collections.abc import Callable
from typing import Any

from kiosk.edge.sockets.line_port import LineClient, LinePort, as_line

ToEvent = Callable[[dict[str, Any]], Any]
"""What a screen's message means to the lane, or None for a message that is not understood."""


class ScreenPort(LinePort):
    """Publishes what screens show, and tells the lane what people touch."""

    name = "screen"
    clients = "screens"

    def __init__(self, address: str, to_event: ToEvent, tell: Callable[[Any], None]) -> None:
        super().__init__(address)
        self._to_event = to_event
        self._tell = tell
        self._latest: bytes | None = None

    def publish(self, show: dict[str, Any]) -> None:
        """Send `show` to every screen, and to those that connect later until the next one."""
        line = as_line(show)
        self._latest = line
        for client in tuple(self._clients):
            client.send(line)

    def welcome(self, client: LineClient) -> None:
        """A late screen shows what the others show."""
        if self._latest is not None:
            client.send(self._latest)

    def farewell(self, client: LineClient) -> None:
        """A screen is gone, and leaves nothing behind."""

    def take(self, client: LineClient, message: dict[str, Any]) -> bool:
        """Tell the lane what `message` means; False if it means nothing."""
        event = self._to_event(message)
        if event is None:
            return False
        self._tell(event)
        return True
