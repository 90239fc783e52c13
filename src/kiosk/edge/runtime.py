"""The real shell: waits for bytes or the nearest deadline and steps one lane's controller.

It alone reads the clock, once a turn. No protocol, money or barrier logic lives here.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from kiosk.core.controller import Controller
from kiosk.core.records import Answer, Batch
from kiosk.edge.logs import fault_line, line_of
from kiosk.edge.loop import log_fault
from kiosk.edge.monitor.watchdog import Watchdog
from kiosk.edge.port import Port, PortConfig
from kiosk_hw.ports.party import NEVER

DRAIN_S: Final = 2.0
"""How long a clean stop waits for the store, the last bytes and the lane itself."""

DRAIN_POLL_S: Final = 0.02
"""How often a stop looks whether everything has left."""

CLOSE_S: Final = 0.5
"""How long the end waits for ports to close: pyserial sleeps 0.3 s after a socket."""

OVERDUE_S: Final = 2.0
"""A deadline overdue by this much means that turns no longer happen: the watchdog goes unfed."""

SPINS_MAX: Final = 1000
"""Timer turns in a row whose deadline is due again at once; more is a defect of ours."""

log = logging.getLogger(__name__)


class StoreWriter(Protocol):
    """What carries batches out, one at a time, off the loop."""

    def submit(self, batch: Batch, done: Callable[[list[Answer]], None]) -> None:
        """Carry `batch` out; `done(answers)` is called in the loop once it is durable."""

    def close(self, wait_s: float) -> bool:
        """Finish what was submitted, and close the store; False if `wait_s` were too few."""


class Runtime:
    """Drives one `Controller` over real links, in the running asyncio loop.

    Each turn: step the controller at `now`, tick what is due, hand the next batch to the store, set
    lines anew, write bytes, pass shows on, arm one timer.
    """

    def __init__(
        self,
        controller: Controller,
        ports: Mapping[str, PortConfig],
        store: StoreWriter,
        on_show: Callable[[Any, float], None],
        *,
        stop_event: Any = None,
        stopped: Callable[[], bool] = lambda: True,
        watchdog: bool = True,
    ) -> None:
        if set(ports) != set(controller.parties):
            raise ValueError(f"ports {sorted(ports)} for parties {sorted(controller.parties)}")
        self.controller = controller
        self.loop = asyncio.get_running_loop()
        self.turns = self.shows_failed = 0
        self._store = store
        self._on_show = on_show
        self._stop_event = stop_event
        self._stopped = stopped
        self._watchdog = Watchdog(self.alive) if watchdog else None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = NEVER
        self._spins = 0
        self._in_turn = False
        self._store_busy = False
        self._answers: Sequence[Answer] | None = None
        self._halted = False
        self._drain_until = NEVER
        self._ended: asyncio.Future[int] = self.loop.create_future()
        self.ports = tuple(
            Port(name, ports[name], controller, self.loop, self.step) for name in controller.parties
        )

    def __repr__(self) -> str:
        links = ", ".join(repr(port.link) for port in self.ports)
        return f"<Runtime turns={self.turns} shows_failed={self.shows_failed} {links}>"

    async def serve(self) -> int:
        """Run until SIGTERM, SIGINT, `stop()` or a defect; returns the process's exit code."""
        self.loop.set_exception_handler(log_fault)
        signals = (signal.SIGTERM, signal.SIGINT)
        for number in signals:
            self.loop.add_signal_handler(number, self.stop)
        try:
            for port in self.ports:
                port.link.start()
            self.step(self.loop.time(), self.controller.tick)
            if self._watchdog is not None:
                self._watchdog.ready(self.loop)
            log.info(line_of("runtime.ready", ports=",".join(p.name for p in self.ports)))
            return await self._ended
        finally:
            await self._close()
            for number in signals:
                self.loop.remove_signal_handler(number)

    def tell(self, event: Any) -> None:
        """An event that no port brought; called in the loop, never from within a turn."""
        self.step(self.loop.time(), self.controller.tell, event)

    def say(self, status: str) -> None:
        """Tell the service manager how the lane is."""
        if self._watchdog is not None:
            self._watchdog.status(status)

    def stop(self) -> None:
        """Stop cleanly: tell the lane, let wires and store drain for `DRAIN_S`, then end with 0."""
        if self._halted or self._drain_until != NEVER:
            return
        log.info(line_of("runtime.stopping", turns=self.turns))
        self._drain_until = self.loop.time() + DRAIN_S
        if self._stop_event is not None:
            self.tell(self._stop_event)
        self.loop.call_soon(self._end_when_drained)

    def alive(self) -> bool:
        """Whether turns still happen when they are due."""
        return not self._halted and self.controller.deadline() > self.loop.time() - OVERDUE_S

    def step(self, now: float, verb: Callable[..., None], *arguments: Any) -> None:
        """One turn: `verb(*arguments, now)` of the controller, and all that follows from it."""
        if self._halted:
            return
        assert not self._in_turn, f"{verb.__name__} in the middle of a turn"
        self._in_turn = True
        try:
            verb(*arguments, now)
            self._settle(now)
        except Exception as error:
            # Whatever our own code did not expect: the state is not to be trusted, so nothing
            # more goes onto the wires, and systemd starts a fresh process.
            log.critical(fault_line("runtime.defect", error))
            self._end(1)
        finally:
            self._in_turn = False

    def _settle(self, now: float) -> None:
        self.turns += 1
        controller = self.controller
        if controller.deadline() <= now:
            controller.tick(now)
        self._submit(now)
        for port in self.ports:
            port.flush(now)
        while controller.shows:
            self._show(controller.shows.popleft(), now)
        self._arm(now)

    def _submit(self, now: float) -> None:
        while (batch := self.controller.batch()) is not None:
            self._store_busy = True
            self._store.submit(batch, self._stored)
            if self._answers is None:
                return
            # A store that answers at once: carry on in the same turn, not in a nested one.
            answers, self._answers = self._answers, None
            self._store_busy = False
            self.controller.carried_out(answers, now)

    def _stored(self, answers: list[Answer]) -> None:
        if self._in_turn:
            self._answers = answers
        else:
            self._store_busy = False
            self.step(self.loop.time(), self.controller.carried_out, answers)

    def _show(self, show: Any, now: float) -> None:
        try:
            self._on_show(show, now)
        except Exception as error:
            # What people see never stops the lane.
            self.shows_failed += 1
            if self.shows_failed == 1:
                log.error(fault_line("runtime.show.failed", error))

    def _arm(self, now: float) -> None:
        """Keep one timer at or before the nearest deadline; an early one only arms itself anew."""
        due = self.controller.deadline()
        if due > now:
            self._spins = 0
        else:
            self._spins += 1
            assert self._spins <= SPINS_MAX, f"{self._spins} turns in a row were due again at once"
        if self._timer_at <= due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = due
        self._timer = None if due == NEVER else self.loop.call_at(due, self._due)

    def _due(self) -> None:
        self._timer, self._timer_at = None, NEVER
        self.step(self.loop.time(), _nothing)

    def _end_when_drained(self) -> None:
        if self._halted:
            return
        now = self.loop.time()
        unsent = sum(port.link.unsent() for port in self.ports)
        if (unsent == 0 and not self._store_busy and self._stopped()) or now >= self._drain_until:
            log.info(line_of("runtime.stopped", turns=self.turns, unsent=unsent))
            self._end(0)
        else:
            self.loop.call_later(DRAIN_POLL_S, self._end_when_drained)

    def _end(self, code: int) -> None:
        self._halted = True
        if not self._ended.done():
            self._ended.set_result(code)

    async def _close(self) -> None:
        self._halted = True
        if self._watchdog is not None:
            self._watchdog.stopping()
        if self._timer is not None:
            self._timer.cancel()
        for port in self.ports:
            port.close()
        if not self._store.close(DRAIN_S):
            log.error(line_of("runtime.store.left", waited_s=DRAIN_S))
        for port in self.ports:
            if port.recorder is not None:
                port.recorder.close()
        patience = self.loop.time() + CLOSE_S
        while any(port.link.link.closing() for port in self.ports):
            if self.loop.time() > patience:
                break
            await asyncio.sleep(DRAIN_POLL_S)


def _nothing(now: float) -> None:
    """The verb of a turn in which only time passed."""


__all__ = ["PortConfig", "Runtime", "StoreWriter"]
