"""Full disks, broken files, newer releases: told, never raised, survived."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.store_desk import NOON, Desk, eur
from kiosk.core.records import (
    BarrierOpened,
    Batch,
    FindStay,
    IncidentNoted,
    PaymentIntended,
    Row,
    StayOpened,
    StoreFailed,
)
from kiosk.edge.store.database import QUICK_CHECK_BYTES_MAX, WAL_BYTES_MAX
from kiosk.edge.store.journal import KINDS
from kiosk.edge.store.schema import JOURNAL_MIGRATIONS, KEY_MIGRATIONS
from kiosk.edge.store.store import Store
from kiosk.errors import JournalError
from kiosk_hw.ports.plate import PlateText

LONG = "y" * 8_000


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes: what a full disk feels like."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_the_store_recovers_when_there_is_room(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    written: list[str] = []
    refused = 0
    with files_limited_to(512 * 1024):
        for number in range(150):
            if answers := desk.store.carry_out(_two_rows(number)):
                (failed,) = answers
                assert isinstance(failed, StoreFailed)
                assert failed.why.startswith(("SQLITE_FULL", "SQLITE_IOERR", "journal.db: "))
                refused += 1
            else:
                written += [f"e{number}"] * 2
    assert refused > 50
    assert desk.store.carry_out(_two_rows(999)) == []
    assert desk.found("B123456").stay.stay_id == "s1"
    assert _exits(tmp_path) == ["", *written, "e999", "e999"]


def _two_rows(number: int) -> Batch:
    exit_id = f"e{number}"
    return Batch((IncidentNoted(exit_id, "test", LONG), BarrierOpened(exit_id)))


def _exits(folder: Path) -> list[str]:
    rows = _query(folder / "journal.db", "SELECT exit_id FROM journal ORDER BY seq")
    return [exit_id for (exit_id,) in rows]


def test_a_failed_batch_answers_none_of_its_queries_and_writes_none_of_its_rows() -> None:
    desk = Desk()
    db = desk.store._opened().db
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0] + 1}")
    rows: tuple[Row, ...] = (
        StayOpened("", "s1", PlateText("B123456"), "car"),
        PaymentIntended("x", "o1", "s1", eur(100), None),
        IncidentNoted("x", "test", LONG),
    )
    query = FindStay("x", PlateText("B123456"))
    (failed,) = desk.store.carry_out(Batch(rows, (query,)))
    assert isinstance(failed, StoreFailed)
    assert failed.why == "SQLITE_FULL: database or disk is full"
    db.execute("PRAGMA max_page_count = 100000")
    assert desk.missing("B123456") == 0
    assert desk.open_orders().orders == ()
    assert repr(desk.store) == "<Store in memory open batches=2 rows=0 failures=1>"


def test_a_stay_is_not_written_when_its_key_cannot_be(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.store._opened().ring._db.execute("PRAGMA query_only = ON")
    row = StayOpened("", "s1", PlateText("B123456"), "car")
    assert isinstance(desk.store.carry_out(Batch((row,)))[0], StoreFailed)
    assert _exits(tmp_path) == []
    desk.write(row)
    assert desk.found("B123456").stay.stay_id == "s1"


def test_a_store_in_memory_keeps_what_it_had_after_a_failure() -> None:
    desk = Desk()
    desk.enter("s1", "B123456")
    desk.store._opened().db.execute("PRAGMA query_only = ON")
    assert isinstance(desk.store.carry_out(_two_rows(1))[0], StoreFailed)
    desk.store._opened().db.execute("PRAGMA query_only = OFF")
    assert desk.found("B123456").stay.stay_id == "s1"


def test_a_folder_that_vanishes_is_told_until_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "card"
    desk = Desk(folder)
    desk.enter("s1", "B123456")
    desk.store.close()
    folder.rename(tmp_path / "gone")
    folder.write_text("not a folder")
    (failed,) = desk.store.carry_out(_two_rows(1))
    assert isinstance(failed, StoreFailed)
    assert "check disk, folder and file modes" in failed.why
    folder.unlink()
    (tmp_path / "gone").rename(folder)
    assert desk.found("B123456").stay.stay_id == "s1"


@pytest.mark.slow
def test_another_program_that_holds_the_lock_is_told_not_waited_for_ever(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    other = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (failed,) = desk.store.carry_out(_two_rows(1))
    other.close()
    assert failed == StoreFailed("SQLITE_BUSY: database is locked")
    assert desk.store.carry_out(_two_rows(1)) == []


@pytest.mark.parametrize(
    ("name", "known"),
    [("journal.db", len(JOURNAL_MIGRATIONS)), ("keys/keys.db", len(KEY_MIGRATIONS))],
)
def test_a_newer_schema_is_refused_with_what_to_do(tmp_path: Path, name: str, known: int) -> None:
    Desk(tmp_path).store.close()
    _query(tmp_path / name, f"INSERT INTO schema_version VALUES ({known + 1})")
    with pytest.raises(JournalError) as refusal:
        Desk(tmp_path)
    assert f"expected schema version {known} or older, found {known + 1}" in str(refusal.value)
    assert "install that release again" in str(refusal.value)


@pytest.mark.parametrize("name", ["journal.db", "keys/keys.db"])
@pytest.mark.parametrize(("at", "junk"), [(0, b"no database at all"), (4096, b"\xff" * 2048)])
def test_a_broken_file_is_refused_with_what_to_do(
    tmp_path: Path, name: str, at: int, junk: bytes
) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.store.close()
    data = bytearray((tmp_path / name).read_bytes())
    data[at : at + len(junk)] = junk
    (tmp_path / name).write_bytes(data)
    with pytest.raises(JournalError, match=r"(?s)expected .* found.*move (the file|it) away"):
        Desk(tmp_path)


def test_a_small_file_is_checked_whole_at_start_and_a_large_one_is_not(tmp_path: Path) -> None:
    Desk(tmp_path).store.close()
    path = tmp_path / "journal.db"
    ((page,),) = _query(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'seasons'")
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(JournalError, match="expected an intact file"):
        Desk(tmp_path)
    with path.open("r+b") as file:
        file.truncate(QUICK_CHECK_BYTES_MAX + 4096)
    Desk(tmp_path).store.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET body = '{}'",
        "UPDATE journal SET utc_us = 0 WHERE seq = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 1",
        "INSERT OR REPLACE INTO journal VALUES (1, 0, '', 'barrier-opened', '{}')",
    ],
)
def test_the_journal_can_only_grow(change: str) -> None:
    desk = Desk()
    desk.write(BarrierOpened("x"))
    db = desk.store._opened().db
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(change)
    assert db.execute("SELECT exit_id, kind FROM journal").fetchall() == [("x", "barrier-opened")]


def test_every_row_has_a_name_on_disk_of_its_own() -> None:
    assert set(KINDS) == set(Row.__args__)
    assert len(set(KINDS.values())) == len(KINDS)


def test_a_value_that_is_neither_plain_nor_known_never_comes_into_the_journal() -> None:
    desk = Desk()
    why: str = PlateText("B123456")  # type: ignore[assignment]
    with pytest.raises(TypeError, match="PlateText must never come into the journal"):
        desk.store.carry_out(Batch((IncidentNoted("x", "test", why),)))
    desk.write(BarrierOpened("x"))


def test_money_is_written_in_wal_mode_and_flushed_at_each_commit(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for db in (desk.store._opened().db, desk.store._opened().ring._db):
        pragmas = ("journal_mode", "synchronous", "secure_delete", "journal_size_limit")
        found = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        assert found == ["wal", 2, 1, WAL_BYTES_MAX]


def test_the_journal_tells_the_moment_in_utc_and_its_order_when_the_clock_jumps(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    for hours in (1, -2, 0):
        desk.later(hours=hours)
        desk.write(BarrierOpened(f"{hours}"))
    sql = "SELECT exit_id, datetime(utc_us / 1000000, 'unixepoch') FROM journal ORDER BY seq"
    assert _query(tmp_path / "journal.db", sql) == [
        ("1", "2026-03-01 13:00:00"),
        ("-2", "2026-03-01 11:00:00"),
        ("0", "2026-03-01 11:00:00"),
    ]


def test_a_closed_store_is_opened_again_by_its_next_batch(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.store.close()
    assert "closed" in repr(desk.store)
    assert desk.found("B123456").stay.stay_id == "s1"


@pytest.mark.parametrize("verb", ["sweep", "unresolved", "trace", "season"])
def test_what_people_ask_for_raises_one_error_and_changes_nothing(
    tmp_path: Path, verb: str
) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.store._opened().db.execute("DROP TABLE orders")
    desk.store._opened().db.execute("DROP TABLE seasons")
    desk.store._opened().db.execute("DROP TABLE payments")
    plate = PlateText("B123456")
    verbs: dict[str, Callable[[], object]] = {
        "sweep": desk.store.sweep,
        "unresolved": desk.store.unresolved,
        "trace": lambda: desk.store.trace(plate),
        "season": lambda: desk.store.add_season(plate, NOON, NOON),
    }
    with pytest.raises(JournalError, match="nothing was changed, check the disk"):
        verbs[verb]()


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(JournalError, match=r"journal.db: expected a store that opens"):
        Store(tmp_path / "store", wall=lambda: NOON)


def _query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as db:
        rows = db.execute(sql).fetchall()
    db.close()
    return rows
