"""Finding the stay of a plate: exact, misread, twice inside, season, clock set back."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from edge.store_desk import NOON, Desk, eur
from kiosk.core.records import (
    Batch,
    ClosingReason,
    FindStay,
    LookStay,
    PaymentBooked,
    Stay,
    StayClosed,
    StayLooked,
    StayPrepaid,
)
from kiosk.edge.store import stays
from kiosk.edge.store.database import open_database
from kiosk.edge.store.schema import JOURNAL_MIGRATIONS
from kiosk_hw.ports.plate import PlateText


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_plate_is_found_under_the_keys_of_earlier_days(desk: Desk) -> None:
    for number in range(5):
        desk.enter(f"s{number}", f"B1000{number}")
        desk.later(days=1)
    assert [desk.found(f"B1000{n}").stay.stay_id for n in range(5)] == [f"s{n}" for n in range(5)]


def test_the_answer_tells_class_entry_and_the_moment_of_asking(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.later(hours=3)
    answer = desk.found("B10001")
    assert answer.exit_id == "x"
    assert answer.exact
    assert answer.stay.vehicle_class == "car"
    assert answer.stay.entered_utc == NOON
    assert answer.asked_utc == NOON + timedelta(hours=3)


def test_a_closed_stay_is_found_no_longer(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.leave("s1")
    assert desk.missing("B10001") == 0


def test_the_answer_tells_when_the_same_vehicle_came_before(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.leave("s1")
    desk.later(days=1)
    desk.enter("s2", "B10001")
    desk.leave("s2")
    desk.later(hours=2)
    desk.enter("s3", "B10002")
    desk.enter("s4", "B10001")
    assert desk.found("B10001").stay.before_utc == NOON + timedelta(days=1)
    assert desk.found("B10002").stay.before_utc is None
    (looked,) = desk.store.carry_out(Batch(queries=(LookStay("r1", "s4"),)))
    assert isinstance(looked, StayLooked)
    assert looked.stay is not None
    assert looked.stay.before_utc == NOON + timedelta(days=1)


def test_a_vehicle_whose_first_key_is_destroyed_never_came_before(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.leave("s1")
    desk.later(days=3)
    desk.store.sweep()
    desk.enter("s2", "B10001")
    assert desk.found("B10001").stay.before_utc is None


def test_the_same_stay_written_twice_is_one_stay(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.later(hours=1)
    desk.enter("s1", "B10001")
    assert desk.found("B10001").stay.entered_utc == NOON
    desk.leave("s1")
    assert desk.missing("B10001") == 0


@pytest.mark.parametrize(
    ("inside", "lookalikes", "stay_id", "candidates"),
    [
        ([], ["8O", "B0"], None, 0),
        (["8O"], ["8O", "B0"], "s0", 1),
        (["8O", "B0"], ["8O", "B0"], None, 2),
        (["B0"], [], None, 0),
        (["8O", "8O"], ["8O"], None, 2),
        (["8O"], ["8O", "8O"], "s0", 1),
    ],
)
def test_a_misread_plate_is_accepted_only_if_one_open_stay_fits(
    desk: Desk, inside: list[str], lookalikes: list[str], stay_id: str | None, candidates: int
) -> None:
    for number, plate in enumerate(inside):
        desk.enter(f"s{number}", plate)
        desk.later(days=1)
    if stay_id is None:
        assert desk.missing("BO", *lookalikes) == candidates
    else:
        answer = desk.found("BO", *lookalikes)
        assert (answer.stay.stay_id, answer.exact) == (stay_id, False)


def test_an_exact_stay_goes_before_any_lookalike(desk: Desk) -> None:
    desk.enter("s0", "8O")
    desk.enter("s1", "BO")
    answer = desk.found("BO", "8O")
    assert (answer.stay.stay_id, answer.exact) == ("s1", True)


def test_more_lookalikes_than_one_query_takes_are_not_guessed_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.enter("s0", "8O")
    monkeypatch.setattr(stays, "FINGERPRINTS_MAX", 2)
    assert desk.found("BO", "8O", "B0").stay.stay_id == "s0"
    assert desk.missing("BO", "8O", "B0", "80") == 0


def test_as_many_lookalikes_as_allowed_fit_one_query(desk: Desk) -> None:
    desk.enter("s0", "LAST")
    many = [f"P{number}" for number in range(stays.FINGERPRINTS_MAX - 1)]
    assert desk.found("BO", *many, "LAST").stay.stay_id == "s0"


def test_of_two_open_stays_of_one_plate_the_newest_counts(desk: Desk) -> None:
    desk.enter("old", "B10001")
    desk.later(days=38)
    desk.enter("new", "B10001")
    assert desk.found("B10001").stay.stay_id == "new"


def test_the_newest_is_told_by_the_order_of_writing_not_by_the_clock(desk: Desk) -> None:
    desk.enter("old", "B10001")
    desk.later(days=-2)
    desk.enter("new", "B10001")
    assert desk.found("B10001").stay.stay_id == "new"


def test_a_stale_stay_ends_with_the_newer_one_and_a_person_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("old", "B10001")
    desk.later(days=38)
    desk.enter("new", "B10001")
    desk.found("B10001")
    desk.leave("new")
    assert desk.missing("B10001") == 0
    assert _journal(tmp_path)[-3:] == [
        ("x", "stay-closed", '{"stay_id":"new","reason":"left"}'),
        ("x", "stay-closed", '{"stay_id":"old","reason":"superseded"}'),
        (
            "x",
            "incident-noted",
            '{"kind":"stay-superseded","why":"stay old: still open when the same vehicle\'s newer'
            ' stay new ended"}',
        ),
    ]


def test_a_stale_stay_that_a_person_ended_already_is_not_told_of_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("old", "B10001")
    desk.enter("new", "B10001")
    desk.found("B10001")
    desk.leave("old")
    desk.leave("new")
    assert _journal(tmp_path)[-1] == ("x", "stay-closed", '{"stay_id":"new","reason":"left"}')


def test_asking_takes_no_stay_away(desk: Desk) -> None:
    desk.enter("old", "B10001")
    desk.later(days=1)
    desk.enter("new", "B10001")
    desk.found("B10001")
    assert desk.missing("8IOOO1", "B10001") == 2


def test_a_stay_that_is_closed_stays_as_it_was_closed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enter("s1", "B10001")
    desk.leave("s1")
    desk.later(hours=1)
    desk.write(
        StayClosed("y", "s1", ClosingReason.MANUAL), StayClosed("y", "none", ClosingReason.LEFT)
    )
    (traced,) = desk.store.trace(PlateText("B10001"))
    assert (traced.closed_utc, traced.closed_because) == (NOON, "left")


def test_prepayments_count_each_time_with_the_moment_of_paying(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.write(StayPrepaid("", "s1", eur(300)), StayPrepaid("", "s1", eur(300)))
    desk.later(hours=1)
    assert desk.store.note_prepayment("s1", eur(200)) == []
    later = NOON + timedelta(hours=1)
    assert desk.found("B10001").stay.paid == ((eur(300), NOON), (eur(300), NOON), (eur(200), later))


@pytest.mark.parametrize(
    ("hours", "covered"), [(-1, False), (0, True), (1, True), (24, False), (48, False)]
)
def test_a_season_pass_covers_its_vehicle_while_it_is_valid(hours: int, covered: bool) -> None:
    desk = Desk()
    desk.store.add_season(PlateText("B10001"), NOON, NOON + timedelta(days=1))
    desk.later(hours=hours)
    desk.enter("s1", "B10001")
    desk.enter("s2", "B20002")
    assert desk.found("B10001").stay.season is covered
    assert desk.found("B20002").stay.season is False


def test_a_misread_season_plate_is_covered_as_the_plate_it_was_misread_from(desk: Desk) -> None:
    desk.store.add_season(PlateText("BO"), NOON, NOON + timedelta(days=1))
    desk.enter("s1", "BO")
    assert desk.found("8O", "B0", "BO").stay.season


def test_a_clock_set_back_never_makes_a_stay_end_before_it_began(desk: Desk) -> None:
    desk.later(hours=1)
    desk.enter("s1", "B10001")
    desk.later(days=-20_000)
    answer = desk.found("B10001")
    assert answer.asked_utc == answer.stay.entered_utc == NOON + timedelta(hours=1)
    desk.enter("s2", "B20002")
    desk.leave("s1")
    assert desk.found("B20002").asked_utc == desk.now
    assert desk.store.sweep().keys == ()


def test_a_driver_may_ask_about_a_closed_stay_while_its_key_lives(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.store.note_prepayment("s1", eur(300))
    desk.later(hours=2)
    desk.leave("s1")
    (traced,) = desk.store.trace(PlateText("B10001"))
    assert traced.stay.paid == ((eur(300), NOON),)
    assert traced.closed_utc == NOON + timedelta(hours=2)
    desk.later(days=2)
    desk.store.sweep()
    assert desk.store.trace(PlateText("B10001")) == ()


def test_a_plate_that_is_not_text_is_fingerprinted_all_the_same(desk: Desk) -> None:
    desk.enter("s1", "B\udc80\udcff1")
    assert desk.found("B\udc80\udcff1").stay.stay_id == "s1"
    assert desk.missing("B\udc80\udcfe1") == 0


def test_queries_of_one_batch_are_answered_in_their_order(desk: Desk) -> None:
    desk.enter("s1", "B10001")
    desk.enter("s2", "B20002")
    plates = ["B20002", "B10001", "B30003"]
    queries = tuple(FindStay(plate, PlateText(plate)) for plate in plates)
    answers = desk.store.carry_out(Batch(queries=queries))
    assert [type(answer).__name__ for answer in answers] == [
        "StayFound",
        "StayFound",
        "StayMissing",
    ]


def _journal(folder: Path) -> list[tuple[str, str, str]]:
    db = sqlite3.connect(folder / "journal.db")
    try:
        return db.execute("SELECT exit_id, kind, body FROM journal ORDER BY seq").fetchall()
    finally:
        db.close()


def test_a_stay_is_looked_at_by_its_id_with_what_was_paid_for_it_until_it_ends() -> None:
    desk = Desk()
    desk.enter("s1", "B10001")
    desk.intend("o1", "s1", 1250)
    desk.later(minutes=5)
    desk.write(PaymentBooked("x", "o1", 8))
    (looked,) = desk.store.carry_out(Batch(queries=(LookStay("r1", "s1"),)))
    paid = ((eur(1250), NOON + timedelta(minutes=5)),)
    assert looked == StayLooked("r1", Stay("s1", "car", NOON, paid), desk.now)
    desk.leave("s1")
    assert desk.store.carry_out(Batch(queries=(LookStay("r2", "s1"),))) == [
        StayLooked("r2", None, desk.now)
    ]


def test_a_stay_that_never_was_and_one_that_is_over_look_alike() -> None:
    desk = Desk()
    (looked,) = desk.store.carry_out(Batch(queries=(LookStay("r1", "s9"),)))
    assert looked == StayLooked("r1", None, NOON)


def test_a_journal_of_the_first_schema_is_brought_up_to_date_with_its_orders(
    tmp_path: Path,
) -> None:
    open_database(tmp_path / "journal.db", JOURNAL_MIGRATIONS[:1], durable=False).execute(
        "INSERT INTO orders (order_id, exit_id, stay_id, amount_minor, currency, state, changed_us)"
        " VALUES ('o1', 'x', 's1', 1250, 'EUR', 'open', 0)"
    ).connection.close()
    (order,) = Desk(tmp_path).open_orders().orders
    assert (order.order_id, order.gateway, order.refund_id) == ("o1", "", "")
