"""The ledger's arithmetic: every second of an exit belongs to exactly one share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_sim.world.ledger import BOOKINGS_MAX, EARLY_MAX, EXITS_MAX, Ledger, Share

SECONDS = st.floats(min_value=-5.0, max_value=30.0, allow_nan=False)
BOOKINGS = st.lists(st.tuples(st.sampled_from(Share), SECONDS, SECONDS), max_size=30)


@given(BOOKINGS, st.floats(min_value=0.0, max_value=25.0))
def test_the_three_shares_sum_to_the_total(
    bookings: list[tuple[Share, float, float]], t1_s: float
) -> None:
    ledger = Ledger()
    record = ledger.arrive(0.0)
    for share, start_s, end_s in bookings:
        ledger.book(share, start_s, end_s, "busy")
    record.t1_s = t1_s
    shares = record.people_s + record.devices_s + record.machine_s
    assert shares == pytest.approx(record.total_s, abs=1e-9)
    assert min(record.people_s, record.devices_s, record.machine_s) >= -1e-9
    gaps = sum(end - start for start, end in record.gaps())
    assert gaps == pytest.approx(record.machine_s, abs=1e-9)


def test_people_win_where_people_and_devices_overlap() -> None:
    ledger = Ledger()
    record = ledger.arrive(100.0)
    ledger.book(Share.DEVICES, 101.0, 104.0, "reads")
    ledger.book(Share.PEOPLE, 102.0, 103.0, "looks")
    record.t1_s = 110.0
    assert (record.people_s, record.devices_s, record.machine_s) == (1.0, 2.0, 7.0)


def test_what_lies_before_the_car_or_behind_the_raised_arm_never_counts() -> None:
    ledger = Ledger()
    ledger.book(Share.DEVICES, 98.0, 100.5, "plate read on approach")
    ledger.book(Share.DEVICES, 95.0, 96.0, "somebody else's read")
    record = ledger.arrive(100.0)
    ledger.book(Share.DEVICES, 109.0, 120.0, "arm")
    record.t1_s = 110.0
    assert record.devices_s == 1.5
    assert len(record.bookings) == 2


def test_the_waterfall_names_every_second_and_the_gaps_of_the_machine() -> None:
    ledger = Ledger()
    record = ledger.arrive(10.0)
    ledger.book(Share.DEVICES, 10.0, 10.05, "loop detector")
    ledger.book(Share.PEOPLE, 10.15, 12.65, "reads price, presents card")
    record.t1_s = 12.75
    ledger.left(record, 16.5)
    assert record.waterfall() == [
        "   0.000    0.050    0.050 s  devices loop detector",
        "   0.050    0.150    0.100 s  machine",
        "   0.150    2.650    2.500 s  people  reads price, presents card",
        "   2.650    2.750    0.100 s  machine",
        "exit 1: arm up after 2.750 s (people 2.500, devices 0.050, machine 0.200)",
        "exit 1: cleared after 6.500 s",
    ]
    told = record.as_dict()
    assert told["arm_up_s"] == 2.75
    assert told["cleared_s"] == 6.5
    assert told["machine_s"] == pytest.approx(0.2)


def test_an_abandoned_record_is_no_exit_and_takes_no_more_bookings() -> None:
    ledger = Ledger()
    record = ledger.arrive(0.0)
    ledger.abandon(record)
    ledger.book(Share.PEOPLE, 1.0, 2.0, "walks")
    assert record.bookings == []
    assert repr(ledger) == "<Ledger arrived=1 exits=0 abandoned=1 forgotten=0>"


def test_bookings_of_one_exit_are_bounded_and_the_lost_ones_counted() -> None:
    ledger = Ledger()
    for _ in range(EARLY_MAX + 3):
        ledger.book(Share.DEVICES, 0.0, 9.0, "early")
    record = ledger.arrive(1.0)
    assert len(record.bookings) == EARLY_MAX
    for _ in range(BOOKINGS_MAX):
        ledger.book(Share.DEVICES, 1.0, 2.0, "busy")
    assert len(record.bookings) == BOOKINGS_MAX
    assert record.bookings_lost == EARLY_MAX


def test_finished_exits_are_bounded_and_the_forgotten_ones_counted() -> None:
    ledger = Ledger()
    for number in range(EXITS_MAX + 2):
        ledger.left(ledger.arrive(float(number)), number + 0.5)
    assert len(ledger.exits) == EXITS_MAX
    assert ledger.forgotten == 2
    assert ledger.exits[-1].number == EXITS_MAX + 2


def test_a_read_of_the_next_car_counts_for_it_though_the_last_one_still_leaves() -> None:
    ledger = Ledger()
    first = ledger.arrive(0.0)
    first.t1_s = 5.0
    ledger.book(Share.DEVICES, 8.0, 9.0, "plate read")
    second = ledger.arrive(8.5)
    second.t1_s = 12.0
    assert (first.devices_s, second.devices_s) == (0.0, 0.5)
