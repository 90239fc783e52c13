"""The engine against a meter that counts minutes: same fee for random tariffs and stays."""

from datetime import UTC, datetime, timedelta
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


WEEKLY = st.tuples(
    specs(),
    st.sampled_from(["24 h", "calendar day"]),
    st.lists(st.integers(0, 400), min_size=1, max_size=3),
)
"""Tariffs with one cap of a day, whose weeks are reckoned at once."""


def agree_over_weeks(weekly, zone, entered, picked):
    spec, period, amounts = weekly
    spec["plan"]["standard"]["caps"] = [{"amount": amounts, "per": period}]
    spec["rate"].setdefault("sunday", {"when": ["sun"], "flat": 3})
    agree(spec, zone, entered, 33 * 1440, [7 * each for each in picked])


@given(WEEKLY, st.sampled_from(ZONES), ENTRIES, PICKED)
@settings(max_examples=3, deadline=None)
def test_weeks_that_are_alike_cost_what_counting_minutes_comes_to(weekly, zone, entered, picked):
    agree_over_weeks(weekly, zone, entered, picked)


@pytest.mark.slow
@pytest.mark.timeout(600)
@given(WEEKLY, st.sampled_from(ZONES), ENTRIES, PICKED)
@settings(max_examples=15, deadline=None)
def test_many_weeks_that_are_alike_cost_what_counting_comes_to(weekly, zone, entered, picked):
    agree_over_weeks(weekly, zone, entered, picked)
