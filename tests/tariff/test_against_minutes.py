"""The engine against a meter that counts minutes: same fee for random tariffs and stays."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.tariff import Visit, load, quote
from tariff.drawn import ZONES, specs
from tariff.minutes import as_text, fees

CHANGES = (
    datetime(2024, 3, 30, tzinfo=UTC),
    datetime(2024, 10, 26, tzinfo=UTC),
    datetime(2024, 3, 9, tzinfo=UTC),
    datetime(2024, 11, 2, tzinfo=UTC),
    datetime(2024, 4, 6, tzinfo=UTC),
    datetime(2024, 10, 5, tzinfo=UTC),
)
"""Days before clocks are changed in one of the zones."""

ENTRIES = st.one_of(
    st.integers(0, 2 * 366 * 1440).map(
        lambda at: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=at)
    ),
    st.builds(
        lambda day, at: day + timedelta(minutes=at), st.sampled_from(CHANGES), st.integers(0, 2880)
    ),
)


def agree(spec, zone_name, entered, minutes, picked):
    """Compare some of the fees of every stay that begins at `entered`."""
    zone = ZoneInfo(zone_name)
    file = load(as_text(spec))
    slow = fees(spec, zone, entered, minutes)
    for stay in sorted({0, minutes, *(each % (minutes + 1) for each in picked)}):
        left = entered + timedelta(minutes=stay)
        got = quote(file, Visit(entered=entered, left=left), zone)
        assert got.total.amount_minor == slow[stay], (stay, str(got), as_text(spec))
        assert sum(line.amount_minor for line in got.lines) == got.total.amount_minor


PICKED = st.lists(st.integers(0, 6000), min_size=30, max_size=30)


@given(specs(), st.sampled_from(ZONES), ENTRIES, st.sampled_from([300, 1600, 3200]), PICKED)
@settings(max_examples=40, deadline=None)
def test_a_quote_is_what_counting_minutes_comes_to(spec, zone, entered, minutes, picked):
    agree(spec, zone, entered, minutes, picked)


@pytest.mark.slow
@pytest.mark.timeout(600)
@given(specs(), st.sampled_from(ZONES), ENTRIES, st.sampled_from([3200, 12000]), PICKED)
@settings(max_examples=120, deadline=None)
def test_a_quote_is_what_counting_many_minutes_comes_to(spec, zone, entered, minutes, picked):
    agree(spec, zone, entered, minutes, picked)


WEEKLY = {
    "rate": {
        "week": {"price": 2, "per": "50 min"},
        "sunday": {"when": ["sun"], "price": 3, "per": "70 min"},
    },
    "plan": {"standard": {"caps": [{"amount": [500], "per": "24 h"}]}},
}
"""A tariff whose weeks are reckoned at once; its cap is never reached."""

TWICE = {
    "rate": {
        "peak": {"when": ["07:00-09:00", "17:00-19:00"], "price": 7, "per": "45 min", "cap": 19},
        "day": {"when": ["09:00-17:00"], "price": 3, "per": "50 min"},
        "night": {"when": ["19:00-07:00"], "flat": 5},
    },
    "plan": {"standard": {}},
}
"""A rate that holds twice a day for the same time, and no cap of a period."""

FAIR = {
    "rate": {**WEEKLY["rate"], "fair": {"when": ["fair"], "price": 5, "per": "90 min"}},
    "plan": WEEKLY["plan"],
}
DAYS_INSIDE = 24

WEEKS = [
    ("alike", "2024-06-05 08:37", ()),
    ("alike from midnight on", "2024-06-04 22:00", ()),
    ("a date in the first week", "2024-06-05 08:37", (date(2024, 6, 11),)),
    ("a date right after the first week", "2024-06-05 08:37", (date(2024, 6, 12),)),
    ("a date in the third week", "2024-06-05 08:37", (date(2024, 6, 20),)),
    ("a date on the day on which whole weeks end", "2024-06-05 08:37", (date(2024, 6, 26),)),
    ("spring in the first week", "2024-03-29 08:37", ()),
    ("spring in the second week", "2024-03-21 08:37", ()),
    ("spring as whole weeks end", "2024-03-10 01:30", ()),
    ("autumn in the first week", "2024-10-26 08:37", ()),
    ("autumn in the third week", "2024-10-12 08:37", ()),
]


@pytest.mark.parametrize(("entered", "fair"), [row[1:] for row in WEEKS], ids=[r[0] for r in WEEKS])
def test_weeks_cost_what_counting_minutes_comes_to(entered, fair):
    spec = {**FAIR, "calendar": {"fair": list(fair)}} if fair else WEEKLY
    begin = datetime.fromisoformat(entered).replace(tzinfo=UTC)
    days = [1440 * day + more for day in range(6, DAYS_INSIDE) for more in (0, 1, 700)]
    agree(spec, "Europe/Berlin", begin, DAYS_INSIDE * 1440, days)


@pytest.mark.parametrize("entered", ["2024-06-05 08:37", "2024-03-30 06:00", "2024-10-26 18:59"])
def test_bands_that_come_twice_a_day_are_all_counted(entered):
    begin = datetime.fromisoformat(entered).replace(tzinfo=UTC)
    agree(TWICE, "Europe/Berlin", begin, 6 * 1440, list(range(0, 6 * 1440, 97)))
