"""The lane's way to the counter: a thread of its own that publishes shows and brings taps.

It never holds up a turn: what is published waits in a bounded queue, and a counter that cannot be
written costs code payments, never the lane. No rule of the lane is here.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from kiosk.core.health.observations import CounterSeen
from kiosk.core.shows import CounterShow, OfferEnded, OfferMade
from kiosk.edge.counter.file import OtherVersion
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.logs import fault_line, line_of

LOOK_S: Final = 0.05
"""How often the thread looks whether the page wrote something: one pragma, some microseconds."""

OFFERED_LOOK_S: Final = 0.02
"""The same while a car stands at its price: whoever tapped waits for this look."""

BEAT_S: Final = 2.0
"""How often it says that the lane is there, and deletes what is over."""

SHORTEN_S: Final = 60.0
"""How often the write-ahead file is emptied, where deleted rows may still stand."""

SHOWS_MAX: Final = 256
"""Shows that may wait for a file that hangs; a lane makes a few for each car."""

HANGS_S: Final = 5.0
"""How long one look may take; SQLite itself gives up after a quarter of a second."""

AGAIN_S: Final = 1.0
"""How long after a failure the file is tried again."""

SAY_S: Final = 600.0
"""How often a file that fails is told of: next month's failure too, and no log that fills."""

log = logging.getLogger(__name__)

Post = Callable[..., object]
"""Runs a function with its arguments in the lane's loop, as `loop.call_soon_threadsafe` does."""


class CounterPort:
    """One lane at the counter. `tell` hears taps and notices, in the loop that `post` leads to."""

    def __init__(self, side: LaneSide, post: Post, tell: Callable[[Any], None]) -> None:
        self.told = 0
        self.dropped = 0
        self.failures = 0
        self._side = side
        self._post = post
        self._tell = tell
        self._shows: queue.Queue[CounterShow | None] = queue.Queue(SHOWS_MAX)
        self._live: dict[str, OfferMade] = {}
        self._openings = -1
        self._seen: tuple[int, int] = (-1, -1)
        self._beat_at = self._shorten_at = self._again_at = self._say_at = 0.0
        self._why = ""
        self._replaced = 0
        self._has_page = False
        self._done_at = time.monotonic()
        self._thread = threading.Thread(target=self._work, name="kiosk-counter", daemon=True)

    def __repr__(self) -> str:
        return (
            f"<CounterPort told={self.told} dropped={self.dropped} failures={self.failures}"
            f" waiting={self._shows.qsize()}>"
        )

    def start(self) -> None:
        """Come to the counter; a file that cannot be opened is tried again and again."""
        self._thread.start()

    def publish(self, show: CounterShow) -> None:
        """Let the page know of this. Never waits; what is too much for the queue is dropped."""
        try:
            self._shows.put_nowait(show)
        except queue.Full:
            self.dropped += 1
            if self.dropped == 1:
                log.error(line_of("counter.show.dropped", waiting=SHOWS_MAX))

    def seen(self) -> CounterSeen:
        """How it stands at the counter, for whoever watches the lane; from any thread."""
        silent_s = time.monotonic() - self._done_at
        hangs = f"no answer for {silent_s:.0f} s" if silent_s > HANGS_S else ""
        return CounterSeen(self._has_page, hangs or self._why, self._replaced)

    def close(self, wait_s: float = 1.0) -> None:
        """Leave the counter: nothing of this lane can be tapped any more."""
        try:
            self._shows.put(None, timeout=wait_s)
        except queue.Full:
            return
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _work(self) -> None:
        while True:
            try:
                look_s = OFFERED_LOOK_S if self._live else LOOK_S
                show = self._shows.get(timeout=look_s)
                if show is None:
                    self._try(self._side.leave)
                    break
                self._remember(show)
                self._try(partial(self._put, show))
            except queue.Empty:
                self._try(self._look)
        self._side.file.close()

    def _try(self, act: Callable[[], None]) -> None:
        self._done_at = now = time.monotonic()
        if now < self._again_at:
            return
        try:
            self._attend(now)
            act()
            self._why = ""
        except (sqlite3.Error, OSError) as error:
            self.failures += 1
            self._replaced += isinstance(error, OtherVersion)
            self._why = getattr(error, "strerror", None) or str(error)
            self._again_at = now + AGAIN_S
            if now >= self._say_at:
                self._say_at = now + SAY_S
                log.error(fault_line("counter.failed", error))

    def _attend(self, now: float) -> None:
        """Beat when due; come to the counter anew, with what is offered, when the file is new."""
        now_us = _now_us()
        if now >= self._beat_at:
            self._side.file.look_after()
            self._side.beat(now_us)
            self._has_page = self._side.has_page(now_us)
            self._beat_at = now + BEAT_S
        if self._side.file.openings != self._openings:
            self._side.open(now_us)
            for made in self._live.values():
                self._side.put(made, now_us)
            self._openings = self._side.file.openings
        if now >= self._shorten_at:
            self._side.file.shorten()
            self._shorten_at = now + SHORTEN_S

    def _put(self, show: CounterShow) -> None:
        self._side.put(show, _now_us())

    def _look(self) -> None:
        seen = self._side.file.version()
        if seen == self._seen:
            return
        found = self._side.take(_now_us())
        # Whatever is left beyond one look's share is found by the next one.
        self._seen = seen if not found else (-1, -1)
        for event in found:
            self.told += 1
            self._post(self._tell, event)

    def _remember(self, show: CounterShow) -> None:
        match show:
            case OfferMade():
                self._live[show.order_id] = show
            case OfferEnded():
                self._live.pop(show.order_id, None)


def _now_us() -> int:
    return time.time_ns() // 1000
