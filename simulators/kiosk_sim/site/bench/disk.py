"""The store on this machine's disk: a plate among very many, and a durable commit."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from kiosk.core.records import Batch, ExitFinished, FindStay, StayFound, StayOpened
from kiosk.edge.store.store import Store
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.site.bench.figures import Figure, quantile

BATCH_ROWS: Final = 2_000
LOOKUPS: Final = 2_000
WAL_FRAME_BYTES: Final = 24 + 4096
"""What SQLite's log grows by for one changed page: the header of a frame, and the page."""

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def lookup(folder: Path, stays: int) -> Figure:
    """One plate among this many open stays, through the store's own batch."""
    store = Store(folder / "many", wall=lambda: datetime.now(UTC), durable=False)
    for start in range(0, stays, BATCH_ROWS):
        numbers = range(start, min(start + BATCH_ROWS, stays))
        rows = tuple(StayOpened("", f"s-{n}", PlateText(_plate(n)), "car") for n in numbers)
        assert store.carry_out(Batch(rows)) == []
    times = []
    for number in range(LOOKUPS):
        plate = PlateText(_plate(number * 7919 % stays))
        began = perf_counter()
        (answer,) = store.carry_out(Batch(queries=(FindStay("x", plate),)))
        times.append((perf_counter() - began) * 1e6)
        assert isinstance(answer, StayFound)
    store.close()
    return _spread(f"plate lookup in {stays:,} open stays", times, goal="<= 100")


def commit(folder: Path, commits: int) -> Iterator[Figure]:
    """A durable batch of one row, beside the bare write and flush of one log frame."""
    store = Store(folder / "durable", wall=lambda: datetime.now(UTC))
    bare = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT)
    frame = bytes(WAL_FRAME_BYTES)
    ours, floor = [], []
    for number in range(commits):
        row = ExitFinished(f"x-{number}", "card", 6.0, 2.5, 3.3, 0.2)
        began = perf_counter()
        assert store.carry_out(Batch((row,))) == []
        middle = perf_counter()
        os.write(bare, frame)
        os.fdatasync(bare)
        floor.append((perf_counter() - middle) * 1e6)
        ours.append((middle - began) * 1e6)
    os.close(bare)
    store.close()
    floor_us = quantile(floor, 0.5)
    yield _spread("bare write and fdatasync", floor)
    yield _spread("durable commit of one row", ours, against=("bare write", floor_us))


def _spread(
    name: str, times: list[float], goal: str = "", against: tuple[str, float] | None = None
) -> Figure:
    """Median, minimum and 99th percentile of many single times."""
    low, middle, high = (quantile(times, share) for share in (0.0, 0.5, 0.99))
    peer, peer_value = against or ("", None)
    return Figure(name, "us", middle, low, high, len(times), goal, peer, peer_value)


def _plate(number: int) -> str:
    return f"沪{_LETTERS[number // 100_000]}{number % 100_000:05d}"
