"""The thread that the real shell's store lives on, so that a slow card never holds up the lane."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from kiosk.core.records import Answer, Batch, StoreFailed
from kiosk.edge.store.store import Store
from kiosk.errors import JournalError

T = TypeVar("T")

log = logging.getLogger(__name__)

JOBS_MAX: Final = 64
"""Jobs that may wait; a lane has one batch under way at a time, so more means a card that hangs."""

Post = Callable[[Callable[[], None]], object]
"""Runs a function on the shell's own thread, as `loop.call_soon_threadsafe` does."""


class StoreWriter:
    """One store, one thread, jobs in the order in which they were handed over.

    The store is opened on the thread itself. While it cannot be opened, every batch is answered
    with `StoreFailed`, and every job tries again: the lane goes on by its own rules meanwhile.
    """

    def __init__(self, open_store: Callable[[], Store], post: Post) -> None:
        self._open_store = open_store
        self._post = post
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(JOBS_MAX)
        self._store: Store | None = None
        self._refused = 0
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="kiosk-store", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<StoreWriter waiting={self._jobs.qsize()} refused={self._refused}>"

    def submit(self, batch: Batch, done: Callable[[list[Answer]], None]) -> None:
        """Carry the batch out; `done` gets the answers on the shell's thread. Never waits."""

        def told(outcome: list[Answer] | JournalError) -> None:
            if isinstance(outcome, JournalError):
                outcome = [StoreFailed(str(outcome))]
            done(outcome)

        self.call(lambda store: store.carry_out(batch), told)

    def call(self, work: Callable[[Store], T], done: Callable[[T | JournalError], None]) -> None:
        """Do `work` with the store, on its thread; `done` gets what came of it. Never waits."""

        def job() -> None:
            outcome = self._outcome(work)
            self._answer(lambda: done(outcome))

        if self._closing:
            refusal = JournalError("expected an open store, found it closing; start the lane again")
        else:
            try:
                self._jobs.put_nowait(job)
                return
            except queue.Full:
                refusal = JournalError(
                    f"expected at most {JOBS_MAX} jobs to wait, found one more; check the disk"
                )
        self._refused += 1
        self._answer(lambda: done(refusal))

    def close(self, wait_s: float) -> bool:
        """Finish what waits and close the store. False if that took longer than `wait_s`."""
        self._closing = True
        try:
            self._jobs.put(None, timeout=wait_s)
        except queue.Full:
            return False
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _outcome(self, work: Callable[[Store], T]) -> T | JournalError:
        try:
            self._store = self._store or self._open_store()
            return work(self._store)
        except JournalError as error:
            return error
        except Exception as error:
            # A defect of ours: the lane must be told all the same, or it waits for this answer.
            log.exception("store.job.failed")
            return JournalError(
                f"expected the store to work, found a defect: {type(error).__name__}"
            )

    def _answer(self, told: Callable[[], None]) -> None:
        try:
            self._post(told)
        except RuntimeError:
            # The shell's loop is closed already: nobody is left to hear it.
            log.warning("store.answer.dropped")

    def _work(self) -> None:
        self._outcome(lambda store: None)
        while (job := self._jobs.get()) is not None:
            job()
        if self._store:
            self._store.close()
