"""Lets a running lane's doctor see the machine again and again, off the loop."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final

from kiosk.config import Config
from kiosk.core.health.observations import CounterSeen, Observation, PagesSeen
from kiosk.core.observer import Observer
from kiosk.edge.devices import ports
from kiosk.edge.monitor.machine import look
from kiosk.edge.store.store import KEYS_NAME

LOOK_S: Final = 10.0
"""How often the machine is looked at: half of the 20 s in which a fault of it shall be named."""


class Looking:
    """Looks until it is stopped. One look at a time: a disk that hangs makes no second one wait."""

    def __init__(
        self, config: Config, observer: Observer, pages: Callable[[], int] | None = None
    ) -> None:
        self.counter: Callable[[], CounterSeen] | None = None
        """What is seen at the counter, where this lane has one."""
        self.looks = 0
        self._loop = asyncio.get_running_loop()
        self._observer = observer
        self._pages = pages
        self._folder = config.store.folder
        keys_folder = config.store.keys_folder or config.store.folder / "keys"
        self._keys = keys_folder / KEYS_NAME
        self._urls = {name: port.url for name, port in ports(config).items()}
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(LOOK_S, self._again)
        self._thread: threading.Thread | None = None

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _again(self) -> None:
        self._timer = self._loop.call_later(LOOK_S, self._again)
        if self._pages is not None:
            self._observer.observe(PagesSeen(self._pages()), self._loop.time())
        if self.counter is not None:
            self._observer.observe(self.counter(), self._loop.time())
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look, name="machine-look", daemon=True)
            self._thread.start()

    # In the thread.

    def _look(self) -> None:
        seen = list(look(self._folder, self._keys, self._urls))
        try:
            self._loop.call_soon_threadsafe(self._looked, seen)
        except RuntimeError:
            # The loop is closed: the process is ending.
            pass

    # In the loop.

    def _looked(self, found: list[Observation]) -> None:
        self.looks += 1
        for seen in found:
            self._observer.observe(seen, self._loop.time())
