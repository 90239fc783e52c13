"""What is kept about a driver, and that it is destroyed: no plate, one key a day, nothing after."""

import sqlite3
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.store_desk import NOON, Desk, bytes_of_all_files, eur
from kiosk.core.records import IncidentNoted, PaymentBooked, PaymentUnresolved, StayFound
from kiosk.edge.store.keys import FINGERPRINT_BYTES, KEY_BYTES, SEASON, KeyRing
from kiosk.edge.store.store import Store
from kiosk.edge.store.sweep import Swept
from kiosk.errors import JournalError
from kiosk_hw.ports.plate import PlateText

PLATES = ["沪A12834", "B123456", "GRÜN77"]


def test_no_file_ever_holds_a_plate(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number, plate in enumerate(PLATES):
        desk.enter(f"s{number}", plate)
        desk.store.add_season(PlateText(plate), NOON, NOON + timedelta(days=1))
        desk.ask(f"X{plate}", plate)
        desk.found(plate)
        _assert_holds_no_plate(tmp_path)
        desk.leave(f"s{number}")
    assert "沪A12834" not in repr(desk.store)
    desk.store.close()
    _assert_holds_no_plate(tmp_path)


def _assert_holds_no_plate(folder: Path) -> None:
    everything = bytes_of_all_files(folder)
    assert len(everything) > 4096
    for plate in PLATES:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"):
            assert plate.encode(encoding) not in everything


def test_the_journal_holds_no_fingerprint_either(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    assert _query(tmp_path / "journal.db", "SELECT body FROM journal") == [
        ('{"stay_id":"s1","vehicle_class":"car"}',)
    ]


def test_each_entry_day_has_a_random_key_of_its_own_and_seasons_have_theirs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.enter("s2", "C123456")
    desk.later(days=1)
    desk.enter("s3", "D123456")
    desk.store.add_season(PlateText("B123456"), NOON, NOON + timedelta(days=9))
    keys = dict(_query(tmp_path / "keys" / "keys.db", "SELECT name, key FROM keys"))
    assert list(keys) == ["2026-03-01", "2026-03-02", SEASON]
    assert len(set(keys.values())) == 3
    assert {len(key) for key in keys.values()} == {KEY_BYTES}


def test_the_same_plate_looks_different_each_day() -> None:
    ring = KeyRing(None)
    marks = {ring.fingerprint(day, PlateText("B123456")) for day in ("1", "2", SEASON)}
    assert len(marks) == 3
    assert {len(mark) for mark in marks} == {FINGERPRINT_BYTES}
    assert len(ring.under_every_day([PlateText("B123456")])) == 2


def test_two_processes_that_create_a_days_key_at_once_use_the_same_one(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path / "keys.db"), KeyRing(tmp_path / "keys.db")
    plate = PlateText("B123456")
    assert one.fingerprint("day", plate) == other.fingerprint("day", plate)


def test_a_fingerprint_is_the_first_half_of_hmac_sha256(tmp_path: Path) -> None:
    # RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?" cut to 16 octets.
    path = tmp_path / "keys.db"
    KeyRing(path).close()
    _query(path, "INSERT INTO keys (name, key) VALUES ('day', CAST('Jefe' AS BLOB))")
    mark = KeyRing(path).fingerprint("day", PlateText("what do ya want for nothing?"))
    assert mark.hex() == "5bdcc146bf60754e6a042426089575c7"


def test_only_the_controllers_own_user_may_read_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir(mode=0o755)
    desk = Desk(folder)
    desk.enter("s1", "B123456")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert len(modes) == 8
    for path, mode in modes.items():
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_the_keys_may_live_on_another_disk(tmp_path: Path) -> None:
    Store(tmp_path / "data", wall=lambda: NOON, keys_folder=tmp_path / "keys").close()
    assert (tmp_path / "keys" / "keys.db").exists()
    assert not (tmp_path / "data" / "keys").exists()


def test_a_swept_days_key_and_fingerprints_are_in_no_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.later(days=1)
    desk.enter("s2", "C123456")
    desk.leave("s1")
    old, young = _keys_and_marks(tmp_path)
    assert all(secret in bytes_of_all_files(tmp_path) for secret in (*old, *young))
    desk.later(days=1, seconds=1)
    assert desk.store.sweep() == Swept(keys=("2026-03-01",), stays_ended=0)
    everything = bytes_of_all_files(tmp_path)
    assert not any(secret in everything for secret in old)
    assert all(secret in everything for secret in young)
    assert desk.found("C123456").stay.stay_id == "s2"


def _keys_and_marks(folder: Path) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    keys = _query(folder / "keys" / "keys.db", "SELECT key FROM keys ORDER BY seq")
    marks = _query(folder / "journal.db", "SELECT fingerprint FROM stays ORDER BY seq")
    (old, young) = [(key, mark) for (key,), (mark,) in zip(keys, marks, strict=True)]
    return old, young


@pytest.mark.parametrize(
    ("left_after_h", "swept_after_h", "destroyed"),
    [
        (None, 24 * 80, False),
        (1, 24, False),
        (1, 25, True),
        (50, 73, False),
        (50, 74, True),
    ],
)
def test_a_key_is_destroyed_once_all_have_left_and_the_dispute_window_is_over(
    left_after_h: float | None, swept_after_h: float, destroyed: bool
) -> None:
    desk = Desk()
    desk.enter("s1", "B123456")
    desk.enter("s2", "C123456")
    desk.leave("s2")
    if left_after_h is not None:
        desk.later(hours=left_after_h)
        desk.leave("s1")
    desk.now = NOON + timedelta(hours=swept_after_h)
    assert desk.store.sweep().keys == (("2026-03-01",) if destroyed else ())


def test_who_left_is_forgotten_though_another_car_keeps_the_days_key_alive(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("left", "B123456")
    desk.enter("stays", "C123456")
    marks = _query(tmp_path / "journal.db", "SELECT fingerprint FROM stays ORDER BY seq")
    desk.leave("left")
    desk.later(days=1)
    assert desk.store.sweep().keys == ()
    everything = bytes_of_all_files(tmp_path)
    assert [mark in everything for (mark,) in marks] == [False, True]
    assert desk.found("C123456").stay.stay_id == "stays"


def test_todays_key_is_kept_for_those_who_come_later_today() -> None:
    desk = Desk()
    desk.later(hours=-11)
    desk.enter("s1", "B123456")
    desk.leave("s1")
    desk.store._dispute_us = 0
    desk.later(hours=11)
    assert desk.store.sweep().keys == ()
    desk.later(days=1)
    assert desk.store.sweep().keys == ("2026-03-01",)


def test_a_sweep_is_told_in_the_journal_and_forgets_the_days_money(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    for order_id in ("o1", "o2", "o3"):
        desk.intend(order_id, "s1")
    desk.write(PaymentBooked("x", "o1", 8), PaymentUnresolved("x", "o2", "nobody knows"))
    desk.leave("s1")
    desk.later(days=2)
    desk.store.sweep()
    path = tmp_path / "journal.db"
    assert _query(path, "SELECT kind, body FROM journal ORDER BY seq DESC LIMIT 1") == [
        ("incident-noted", '{"kind":"keys-destroyed","why":"2026-03-01"}')
    ]
    assert _query(path, "SELECT count(*) FROM payments") == [(0,)]
    assert _query(path, "SELECT order_id FROM orders ORDER BY seq") == [("o2",), ("o3",)]


def test_an_ended_season_pass_is_forgotten_and_with_the_last_one_its_key(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for days in (1, 5):
        desk.store.add_season(PlateText(f"B{days}"), NOON, NOON + timedelta(days=days))
    ((season_key,),) = _query(tmp_path / "keys" / "keys.db", "SELECT key FROM keys")
    desk.later(days=2)
    assert desk.store.sweep().keys == ()
    assert _query(tmp_path / "journal.db", "SELECT count(*) FROM seasons") == [(1,)]
    desk.later(days=4)
    assert desk.store.sweep().keys == (SEASON,)
    assert season_key not in bytes_of_all_files(tmp_path)


def test_stays_left_open_for_too_many_days_are_ended_so_that_keys_stay_bounded() -> None:
    desk = Desk(live_days_max=3)
    for number in range(5):
        desk.enter(f"s{number}", f"B{number}")
        desk.later(days=1)
    desk.enter("today", "B9")
    assert desk.store.sweep().stays_ended == 2
    answers = [desk.ask(f"B{number}") for number in (0, 1, 2, 3, 4, 9)]
    assert [isinstance(answer, StayFound) for answer in answers] == [False] * 2 + [True] * 4
    desk.later(days=2)
    assert desk.store.sweep().keys == ("2026-03-01", "2026-03-02")


def test_a_clock_that_leaps_years_ahead_ends_no_open_stay() -> None:
    desk = Desk(live_days_max=3)
    desk.enter("s1", "B123456")
    desk.later(days=30_000)
    assert desk.store.sweep() == Swept((), 0)
    assert desk.found("B123456").stay.stay_id == "s1"


def test_a_stay_closed_by_a_clock_that_ran_ahead_is_forgotten_a_window_later() -> None:
    desk = Desk()
    desk.enter("s1", "B123456")
    desk.later(days=30_000)
    desk.leave("s1")
    desk.now = NOON + timedelta(days=1)
    assert desk.store.sweep().keys == ()
    desk.later(days=1)
    assert desk.store.sweep().keys == ("2026-03-01",)


def test_stays_whose_keys_were_lost_are_ended_and_a_person_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.store.close()
    for path in (tmp_path / "keys").iterdir():
        path.unlink()
    desk = Desk(tmp_path)
    assert desk.missing("B123456") == 0
    assert desk.store.sweep().stays_ended == 1
    last = _query(tmp_path / "journal.db", "SELECT body FROM journal ORDER BY seq DESC LIMIT 1")
    assert "the key of its entry day 2026-03-01 is gone" in last[0][0]


def test_two_processes_share_keys_that_either_created_or_destroyed(tmp_path: Path) -> None:
    entry, leaving = Desk(tmp_path), Desk(tmp_path)
    assert leaving.missing("B123456") == 0
    entry.enter("s1", "B123456")
    assert leaving.found("B123456").stay.stay_id == "s1"
    leaving.leave("s1")
    leaving.later(days=3)
    assert leaving.store.sweep().keys == ("2026-03-01",)
    entry.enter("s2", "B123456")
    assert leaving.found("B123456").stay.stay_id == "s2"


def test_a_sweep_that_a_reader_kept_from_scrubbing_says_so_and_the_next_one_does_it(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B123456")
    desk.leave("s1")
    ((key,),) = _query(tmp_path / "keys" / "keys.db", "SELECT key FROM keys")
    desk.later(days=2)
    reader = sqlite3.connect(tmp_path / "keys" / "keys.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM keys").fetchone()
    desk.store._opened().ring._db.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(JournalError, match="another process reading it"):
        desk.store.sweep()
    reader.close()
    desk.store.sweep()
    assert key not in bytes_of_all_files(tmp_path)


def test_an_incident_row_keeps_its_own_words(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(IncidentNoted("x", "forced-arm", "left its lower limit; 12 EUR"))
    desk.store.note_prepayment("s1", eur(5))
    assert _query(tmp_path / "journal.db", "SELECT kind, body FROM journal") == [
        ("incident-noted", '{"kind":"forced-arm","why":"left its lower limit; 12 EUR"}'),
        ("stay-prepaid", '{"stay_id":"s1","amount":{"amount_minor":5,"currency":"EUR"}}'),
    ]


def _query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as db:
        rows = db.execute(sql).fetchall()
    db.close()
    return rows
