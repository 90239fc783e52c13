"""The diagnostic socket: anybody may watch and trace, one technician at a time has control.

Lines of JSON both ways. Watching needs no control and never slows the lane: snapshots are made at
most every `WATCH_S`, and a tool that does not read is dropped. Control ends with its connection.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from kiosk.core.lane.control_events import ControlReleased
from kiosk.core.shows import ControlShown
from kiosk.edge.diag.tap import Tap
from kiosk.edge.diag.wishes import wish_of
from kiosk.edge.logs import line_of
from kiosk.edge.sockets.line_port import LineClient, LinePort, as_line

FORMAT: Final = 1
"""The number of this dialogue, in every greeting."""

WATCH_S: Final = 0.5
"""How often watchers get a snapshot: often enough for a technician's eye."""

log = logging.getLogger(__name__)


class DiagPort(LinePort):
    """Greets, answers `{"do": ...}` and sends `hello`, `snapshot`, `show`, `frame` and `error`."""

    name = "diag"
    clients = "tools"

    def __init__(
        self,
        address: str,
        hello: dict[str, Any],
        snapshot: Callable[[], dict[str, Any]],
        tell: Callable[[Any], None],
        tap: Tap,
    ) -> None:
        super().__init__(address)
        self.snapshots = 0
        self._hello = {"hello": {"format": FORMAT, **hello}}
        self._snapshot = snapshot
        self._tell = tell
        self._tap = tap
        self._watchers: set[LineClient] = set()
        self._holders: dict[LineClient, str] = {}
        self._names = 0
        self._timer: asyncio.TimerHandle | None = None

    def publish(self, show: Any, record: dict[str, Any]) -> None:
        """A show passes: watchers see it, and whom control concerns hears of his own."""
        if isinstance(show, ControlShown):
            holder = record.pop("holder")
            line = as_line(record)
            for client, name in tuple(self._holders.items()):
                if name == holder or client in self._watchers:
                    client.send(as_line({**record, "mine": name == holder}))
            return
        line = as_line(record)
        for client in tuple(self._watchers):
            client.send(line)

    def close(self) -> None:
        """Hang up on everybody."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().close()

    # What a tool does.

    def welcome(self, client: LineClient) -> None:
        """Say what lane this is, and give the connection its name."""
        self._names += 1
        self._holders[client] = f"tool-{self._names}"
        client.tell(self._hello)

    def farewell(self, client: LineClient) -> None:
        """Control ends with its connection. Told from the loop: this may be within a turn."""
        self._watchers.discard(client)
        self._tap.forget(client)
        gone = ControlReleased(self._holders.pop(client), "its connection is gone")
        asyncio.get_running_loop().call_soon(self._tell, gone)

    def take(self, client: LineClient, message: dict[str, Any]) -> bool:
        """Do what this line asks; False if it asks nothing."""
        match message:
            case {"do": "snapshot"}:
                client.tell({"snapshot": self._snapshot()})
            case {"do": "watch"}:
                self._watchers.add(client)
                client.tell({"snapshot": self._snapshot()})
                self._watch_on()
            case {"do": "unwatch"}:
                self._watchers.discard(client)
            case {"do": "trace", "port": str(port)}:
                return self._tap.follow(client, port, message.get("keep") is True)
            case {"do": "untrace"}:
                self._tap.forget(client)
            case _:
                wish = wish_of(message, self._holders[client])
                if wish is None:
                    return False
                if message["do"] == "control":
                    log.info(line_of("diag.control.asked", who=message["who"]))
                self._tell(wish)
        return True

    def _watch_on(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WATCH_S, self._watch)

    def _watch(self) -> None:
        self._timer = None
        if not self._watchers:
            return
        self.snapshots += 1
        line = as_line({"snapshot": self._snapshot()})
        for client in tuple(self._watchers):
            client.send(line)
        self._watch_on()
