"""The writer thread: order, its own connection, a full queue, a store that cannot be opened."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.store_desk import NOON
from kiosk.core.records import Answer, BarrierOpened, Batch, FindOpenOrders, StoreFailed
from kiosk.edge.store.store import IN_MEMORY, Store
from kiosk.edge.store.writer import JOBS_MAX, StoreWriter
from kiosk.errors import JournalError

WAIT_S = 10.0
ROW = Batch((BarrierOpened("x"),))


class Shell:
    """The shell's thread, as the test's own: it runs what the writer posts to it."""

    def __init__(self) -> None:
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.answers: list[list[Answer]] = []

    def run(self, times: int) -> None:
        for _ in range(times):
            self.posted.get(timeout=WAIT_S)()


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.fixture
def writer(shell: Shell) -> Iterator[StoreWriter]:
    writer = StoreWriter(lambda: Store(IN_MEMORY, wall=lambda: NOON), shell.posted.put)
    yield writer
    assert writer.close(WAIT_S)


def test_batches_are_carried_out_in_order_and_answered_on_the_shells_thread(
    writer: StoreWriter, shell: Shell
) -> None:
    told: list[tuple[int, int]] = []

    def note(number: int) -> Callable[[list[Answer]], None]:
        return lambda _: told.append((number, threading.get_ident()))

    for number in range(20):
        writer.submit(ROW, note(number))
    seen: list[tuple[str, int] | JournalError] = []
    writer.call(lambda store: (repr(store), threading.get_ident()), seen.append)
    shell.run(21)
    assert told == [(number, threading.get_ident()) for number in range(20)]
    (outcome,) = seen
    assert not isinstance(outcome, JournalError)
    state, thread = outcome
    assert state == "<Store in memory open batches=20 rows=20 failures=0>"
    assert thread != threading.get_ident()


def test_a_queue_that_is_full_is_told_at_once_and_nothing_waits(
    writer: StoreWriter, shell: Shell
) -> None:
    busy, go = threading.Event(), threading.Event()

    def hang(_: Store) -> bool:
        busy.set()
        return go.wait(WAIT_S)

    writer.call(hang, lambda _: None)
    assert busy.wait(WAIT_S)
    for _ in range(JOBS_MAX + 1):
        writer.submit(ROW, shell.answers.append)
    shell.run(1)
    assert shell.answers == [[StoreFailed(_refusal())]]
    assert repr(writer) == f"<StoreWriter waiting={JOBS_MAX} refused=1>"
    go.set()
    shell.run(JOBS_MAX + 1)
    assert shell.answers[1:] == [[]] * JOBS_MAX


def _refusal() -> str:
    return f"expected at most {JOBS_MAX} jobs to wait, found one more; check the disk"


def test_a_store_that_cannot_be_opened_answers_every_batch_and_is_tried_again(
    tmp_path: Path, shell: Shell
) -> None:
    folder = tmp_path / "card"
    folder.write_text("not mounted yet")
    writer = StoreWriter(lambda: Store(folder, wall=lambda: NOON), shell.posted.put)
    writer.submit(Batch(queries=(FindOpenOrders(),)), shell.answers.append)
    shell.run(1)
    ((failed,),) = shell.answers
    assert isinstance(failed, StoreFailed)
    assert "expected a store that opens" in failed.why
    folder.unlink()
    writer.submit(ROW, shell.answers.append)
    shell.run(1)
    assert shell.answers[1] == []
    assert writer.close(WAIT_S)


def test_closing_finishes_what_waits_and_refuses_what_comes_after(
    tmp_path: Path, shell: Shell
) -> None:
    writer = StoreWriter(lambda: Store(tmp_path, wall=lambda: NOON), shell.posted.put)
    for _ in range(10):
        writer.submit(ROW, shell.answers.append)
    assert writer.close(WAIT_S)
    writer.submit(ROW, shell.answers.append)
    shell.run(11)
    assert shell.answers[:10] == [[]] * 10
    ((failed,),) = shell.answers[10:]
    assert isinstance(failed, StoreFailed)
    assert "found it closing" in failed.why
    # A clean end leaves one file each: the write-ahead files are merged and gone.
    files = sorted(path.name for path in tmp_path.rglob("*.db*"))
    assert files == ["journal.db", "keys.db"]


def test_a_defect_is_told_to_the_lane_and_the_thread_lives_on(
    writer: StoreWriter, shell: Shell
) -> None:
    outcomes: list[object] = []
    writer.call(lambda _: 1 // 0, outcomes.append)
    writer.submit(ROW, shell.answers.append)
    shell.run(2)
    (outcome,) = outcomes
    assert isinstance(outcome, JournalError)
    assert str(outcome) == "expected the store to work, found a defect: ZeroDivisionError"
    assert shell.answers == [[]]


def test_a_shell_that_is_gone_stops_no_batch(tmp_path: Path) -> None:
    def gone(_: Callable[[], None]) -> None:
        raise RuntimeError("Event loop is closed")

    writer = StoreWriter(lambda: Store(tmp_path, wall=lambda: NOON), gone)
    writer.submit(ROW, lambda _: None)
    writer.submit(ROW, lambda _: None)
    assert writer.close(WAIT_S)
    store = Store(tmp_path, wall=lambda: NOON)
    count = store._opened().db.execute("SELECT count(*) FROM journal").fetchone()
    assert count == (2,)


def test_a_store_that_hangs_keeps_no_process_from_ending(shell: Shell) -> None:
    go = threading.Event()
    writer = StoreWriter(lambda: Store(IN_MEMORY, wall=lambda: NOON), shell.posted.put)
    writer.call(lambda _: go.wait(WAIT_S), lambda _: None)
    assert not writer.close(0.01)
    (thread,) = [one for one in threading.enumerate() if one.name == "kiosk-store"]
    assert thread.daemon
    go.set()
    assert writer.close(WAIT_S)
