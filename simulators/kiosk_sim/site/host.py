"""The controller's process as the virtual shell sees it: the real controller and the real store."""

from collections.abc import Callable
from typing import Any

from kiosk.core.controller import Controller
from kiosk.core.records import Answer, Batch
from kiosk_hw.ports.party import LineSettings, LinkWish

CarryOut = Callable[[Batch], list[Answer]]
Seen = Callable[[Any, float], None]


class SimulatedHost:
    """Hands the controller's batches to the store, and what it shows to whoever looks."""

    def __init__(self, controller: Controller, carry_out: CarryOut, on_show: Seen) -> None:
        self.controller = controller
        self._carry_out = carry_out
        self._on_show = on_show
        self._batch: Batch | None = None
        # What a shell needs on every step is the controller's own.
        self.receive = controller.receive
        self.tick = controller.tick
        self.deadline = controller.deadline
        self.outbox = controller.outbox

    def __repr__(self) -> str:
        return repr(self.controller)

    def connected(self, port: str, now: float) -> None:
        self.controller.connected(port, now)

    def disconnected(self, port: str, now: float) -> None:
        self.controller.disconnected(port, now)

    def tell(self, event: Any, now: float) -> None:
        """An event that no port brings: a typed plate, a wish of the staff."""
        self.controller.tell(event, now)

    def line(self, port: str) -> LineSettings:
        return self.controller.parties[port].line

    def hangs_up(self, port: str) -> bool:
        """Whether the party gives its link up: a late answer could be taken for another's."""
        wish = getattr(self.controller.parties[port], "link_wish", None)
        return wish is not None and wish() is LinkWish.HANG_UP

    def settle(self, now: float) -> bool:
        """Show what is to be seen. Says whether a batch waits for the store: see `carry_out`."""
        controller = self.controller
        while controller.shows:
            self._on_show(controller.shows.popleft(), now)
        if self._batch is None and controller.waiting:
            self._batch = controller.batch()
        return self._batch is not None

    def carry_out(self, now: float) -> None:
        """The store was given its time: carry the batch out."""
        batch, self._batch = self._batch, None
        assert batch is not None, "no batch waits"
        self.controller.carried_out(self._carry_out(batch), now)
