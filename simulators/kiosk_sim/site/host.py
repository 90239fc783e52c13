"""The controller's process as the virtual shell sees it: the real controller and the real store."""

from collections.abc import Callable
from typing import Any

from kiosk.core.controller import Controller
from kiosk.core.records import Answer, Batch
from kiosk_hw.ports.party import LineSettings

CarryOut = Callable[[Batch], list[Answer]]
Seen = Callable[[Any, float], None]


class SimulatedHost:
    """Hands the controller's batches to the store, and what it shows to whoever looks."""

    def __init__(self, controller: Controller, carry_out: CarryOut, on_show: Seen) -> None:
        self.controller = controller
        self._carry_out = carry_out
        self._on_show = on_show
        self._batch: Batch | None = None
        # What a shell calls on every step goes straight to the controller.
        self.bytes_to_send = controller.bytes_to_send
        self.deadline = controller.deadline

    def __repr__(self) -> str:
        return repr(self.controller)

    def connected(self, port: str, now: float) -> None:
        self.controller.connected(port, now)
        self._show(now)

    def disconnected(self, port: str, now: float) -> None:
        self.controller.disconnected(port, now)
        self._show(now)

    def receive(self, port: str, data: bytes, now: float) -> None:
        self.controller.receive(port, data, now)
        if self.controller.shows:
            self._show(now)

    def tell(self, event: Any, now: float) -> None:
        """An event that no port brings: a typed plate, a wish of the staff."""
        self.controller.tell(event, now)
        self._show(now)

    def tick(self, now: float) -> None:
        self.controller.tick(now)
        if self.controller.shows:
            self._show(now)

    def line(self, port: str) -> LineSettings:
        return self.controller.parties[port].line

    def store_due(self) -> bool:
        """Whether a batch waits; it is carried out when the shell says that the time is up."""
        if self._batch is None:
            self._batch = self.controller.batch()
        return self._batch is not None

    def carry_out(self, now: float) -> None:
        batch, self._batch = self._batch, None
        assert batch is not None, "no batch waits"
        self.controller.carried_out(self._carry_out(batch), now)
        self._show(now)

    def _show(self, now: float) -> None:
        shows = self.controller.shows
        while shows:
            self._on_show(shows.popleft(), now)
