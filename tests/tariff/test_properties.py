"""What holds for every tariff that a file can say, and for every stay."""

import itertools
import os
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.tariff import Visit, load, quote
from tariff.drawn import ZONES, specs
from tariff.files import HOURLY, due, fee, local, tariff
from tariff.minutes import as_text

ENTRIES = st.integers(0, 2 * 366 * 1440 * 60).map(
    lambda at: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
)
STAYS_S = st.integers(0, 40 * 86400)


def amount(file, zone, entered, stay_s, **visit):
    left = entered + timedelta(seconds=stay_s)
    return quote(file, Visit(entered=entered, left=left, **visit), ZoneInfo(zone))


@given(specs(), st.sampled_from(ZONES), ENTRIES, STAYS_S, st.integers(0, 5 * 86400))
@settings(max_examples=150, deadline=None)
def test_a_longer_stay_never_costs_less_and_lines_add_up(spec, zone, entered, stay_s, more_s):
    file = load(as_text(spec))
    assert file.falls == ()
    shorter, longer = (amount(file, zone, entered, each) for each in (stay_s, stay_s + more_s))
    assert 0 <= shorter.total.amount_minor <= longer.total.amount_minor
    for told in (shorter, longer):
        assert sum(line.amount_minor for line in told.lines) == told.total.amount_minor
        for line in told.lines:
            if line.unit_minor is not None and not line.per_s:
                assert line.units * line.unit_minor == line.amount_minor


SHOPS = {
    "half": {"percent": 50},
    "third": {"percent": 33},
    "hour": {"time": "60 min", "most": 2},
    "cafe": {"amount": 7},
    "cinema": {"amount": 11},
}


@given(specs(), ENTRIES, STAYS_S, st.lists(st.sampled_from(sorted(SHOPS)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_validations_are_shown_never_matters(spec, entered, stay_s, shown):
    file = load(as_text({**spec, "validation": SHOPS}))
    quotes = [
        amount(file, "Europe/Berlin", entered, stay_s, validations=order)
        for order in itertools.permutations(shown)
    ]
    assert all(each == quotes[0] for each in quotes)
    assert 0 <= quotes[0].due.amount_minor <= quotes[0].total.amount_minor


@given(st.integers(1, 2400), st.integers(1, 4000), ENTRIES, STAYS_S, st.integers(0, 40 * 86400))
def test_splitting_a_stay_never_costs_less_than_its_cap(price, cap, entered, first_s, second_s):
    file = tariff(
        rates=HOURLY.replace("1.00", f"{price / 100:.2f}"),
        plan=f'caps = [{{ amount = {cap / 100:.2f}, per = "24 h" }}]',
    )
    whole = amount(file, "Europe/Berlin", entered, first_s + second_s)
    first = amount(file, "Europe/Berlin", entered, first_s)
    second = amount(file, "Europe/Berlin", entered + timedelta(seconds=first_s), second_s)
    parts = first.total.amount_minor + second.total.amount_minor
    assert whole.total.amount_minor <= parts
    periods = -(-(first_s + second_s) // 86400)
    assert whole.total.amount_minor <= periods * cap


@given(specs(), st.sampled_from(ZONES), ENTRIES, st.integers(0, 3 * 86400), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_a_fee_is_a_multiple_for_a_class_that_pays_a_multiple(spec, zone, entered, stay_s, times):
    for rate in spec["rate"].values():
        rate["round"] = "started"  # a part of a coin is rounded for each class by itself
    file = load(as_text({**spec, "class": {"many": {"times": times}}}))
    once = amount(file, zone, entered, stay_s)
    many = amount(file, zone, entered, stay_s, vehicle_class="many")
    assert many.total.amount_minor == times * once.total.amount_minor


@pytest.fixture
def machine_zone():
    """Sets the machine's own zone for one test."""

    def set_zone(name):
        os.environ["TZ"] = name
        time.tzset()

    before = os.environ.get("TZ")
    yield set_zone
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_a_quote_is_the_same_whatever_zone_the_machine_is_set_to(machine_zone):
    file = tariff(plan='caps = [{ amount = 5, per = "calendar day" }]')
    told = []
    for zone in ("UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Apia"):
        machine_zone(zone)
        told.append(str(fee(file, 3000, entered=local("22:00"))))
    assert len(set(told)) == 1


SPRING, AUTUMN = "2024-03-31", "2024-10-27"
BANDS = """
[rate.evening]
when = "18:00-02:30"
flat = 4.00
[rate.late]
when = "02:30-18:00"
flat = 3.00
"""


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), ("2024-06-03", 24)])
def test_elapsed_hours_are_charged_whatever_the_clock_shows(day, hours):
    file = tariff()
    begin, end = local("00:00", day), local("23:59", day)
    left = end.astimezone(UTC) + timedelta(minutes=1)
    told = quote(file, Visit(entered=begin, left=left), begin.tzinfo)
    assert told.total.amount_minor == hours * 100


@pytest.mark.parametrize("day", [SPRING, AUTUMN, "2024-06-03"])
def test_a_band_begins_once_in_the_night_of_a_clock_change(day):
    file = tariff(rates=BANDS)
    begin = local("20:00", day) - timedelta(days=1)
    told = quote(file, Visit(entered=begin, left=local("08:00", day)), begin.tzinfo)
    assert told.total.amount_minor == 700
    assert [line.units for line in told.lines] == [1, 1]


def test_a_band_begins_with_the_first_of_two_hours_and_when_the_clock_skips_it():
    file = tariff(rates=BANDS)
    for day, entered, minutes in ((AUTUMN, "01:30", 60), (SPRING, "01:30", 30)):
        begin = local(entered, day)
        assert [due(file, at, entered=begin) for at in (minutes, minutes + 1)] == [400, 700]
    second = local("02:10", AUTUMN).replace(fold=1).astimezone(UTC)
    assert due(file, 10, entered=second) == 300, "the evening ended in the first of the two hours"


def test_a_calendar_day_of_a_clock_change_has_one_cap():
    file = tariff(plan='caps = [{ amount = 5, per = "calendar day" }]')
    for day in (SPRING, AUTUMN):
        begin = local("00:00", day)
        after = local("23:30", day)
        told = quote(file, Visit(entered=begin, left=after), begin.tzinfo)
        assert told.total.amount_minor == 500


def test_a_date_that_a_zone_left_out_is_no_day():
    apia = ZoneInfo("Pacific/Apia")  # 2011-12-30 was skipped there
    file = tariff(plan='caps = [{ amount = 5, per = "calendar day" }]')
    begin = datetime(2011, 12, 29, 0, 0, tzinfo=apia)
    told = quote(file, Visit(entered=begin, left=datetime(2011, 12, 31, 23, 0, tzinfo=apia)), apia)
    assert told.total.amount_minor == 1000
