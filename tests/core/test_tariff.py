"""What the simple tariff asks for: published tables, and rules that hold for every stay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.records import Stay
from kiosk.core.tariff import STAY_DAYS_MAX, Item, Line, Quote, SimpleTariff
from kiosk_hw.ports.money import AMOUNT_MINOR_MAX, Money

ENTERED = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
DAY_MIN = 24 * 60

HOURLY = SimpleTariff(
    currency="CNY",
    free_min=20,
    block_min=60,
    block_amount_minor=1000,
    cap_24h_amount_minor=13000,
    grace_min=15,
    class_times={"large": 2, "motorcycle": 0},
)
"""Like Pudong airport P1/P2 since 2019-12-31, with one price for every hour."""

DEGGENDORF_DAY = SimpleTariff(
    currency="EUR", free_min=30, block_min=60, block_amount_minor=130, cap_24h_amount_minor=800
)
"""Deggendorf by day: 30 minutes free, 1.30 for a started hour, at most 8.00 in 24 h."""

DE_KWAKEL = SimpleTariff(currency="EUR", block_min=15, block_amount_minor=50)
"""De Kwakel within one day: 0.50 for a started quarter of an hour."""


def stay(
    *paid: tuple[int, float], vehicle_class: str = "", season: bool = False, currency: str = "CNY"
) -> Stay:
    """A stay with payments given as (minor units, minutes after the entry)."""
    return Stay(
        stay_id="s-1",
        vehicle_class=vehicle_class,
        entered_utc=ENTERED,
        paid=tuple(
            (Money(amount, currency), ENTERED + timedelta(minutes=at)) for amount, at in paid
        ),
        season=season,
    )


def quote(tariff: SimpleTariff, after_min: float, of: Stay | None = None) -> Quote:
    return tariff.fee(of or stay(), ENTERED + timedelta(minutes=after_min))


@pytest.mark.parametrize(
    ("tariff", "after_min", "total_minor"),
    [
        (HOURLY, 0, 0),
        (HOURLY, 20, 0),
        (HOURLY, 21, 1000),
        (HOURLY, 60, 1000),
        (HOURLY, 61, 2000),
        (HOURLY, 120, 2000),
        (HOURLY, 121, 3000),
        (HOURLY, 13 * 60, 13000),
        (HOURLY, 13 * 60 + 1, 13000),
        (HOURLY, DAY_MIN, 13000),
        (HOURLY, DAY_MIN + 1, 14000),
        (HOURLY, 2 * DAY_MIN, 26000),
        (HOURLY, 2 * DAY_MIN + 61, 28000),
        (DEGGENDORF_DAY, 30, 0),
        (DEGGENDORF_DAY, 31, 130),
        (DEGGENDORF_DAY, 61, 260),
        (DEGGENDORF_DAY, 361, 800),
        (DE_KWAKEL, 16, 100),
        (DE_KWAKEL, 150, 500),
    ],
)
def test_published_fees(tariff: SimpleTariff, after_min: int, total_minor: int) -> None:
    assert quote(tariff, after_min).total == Money(total_minor, tariff.currency)
    assert quote(tariff, after_min).due == Money(total_minor, tariff.currency)


@pytest.mark.parametrize(
    ("after_s", "total_minor"), [(1200, 0), (1201, 1000), (3600, 1000), (3601, 2000)]
)
def test_a_second_too_late_starts_the_next_block(after_s: int, total_minor: int) -> None:
    assert (
        HOURLY.fee(stay(), ENTERED + timedelta(seconds=after_s)).total.amount_minor == total_minor
    )


def test_parts_of_a_second_are_given_to_the_driver() -> None:
    assert HOURLY.fee(stay(), ENTERED + timedelta(seconds=1200.9)).total.amount_minor == 0


@pytest.mark.parametrize(("vehicle_class", "due_minor"), [("large", 4000), ("motorcycle", 0)])
def test_a_class_pays_its_multiple(vehicle_class: str, due_minor: int) -> None:
    assert quote(HOURLY, 120, stay(vehicle_class=vehicle_class)).due.amount_minor == due_minor


def test_a_class_pays_its_multiple_of_cap_and_full_days_too() -> None:
    large = stay(vehicle_class="large")
    assert quote(HOURLY, 20 * 60, large).due.amount_minor == 26000
    assert quote(HOURLY, 2 * DAY_MIN, large).due.amount_minor == 52000


def test_a_season_pass_owes_nothing() -> None:
    got = quote(HOURLY, 10 * DAY_MIN, stay(season=True))
    assert (got.due, got.total, got.lines) == (
        Money(0, "CNY"),
        Money(0, "CNY"),
        (Line(Item.SEASON, 0, 0),),
    )


@pytest.mark.parametrize("after_min", [-1, -60, -400 * DAY_MIN])
def test_a_wall_clock_that_went_back_behind_the_entry_makes_the_stay_free(after_min: int) -> None:
    assert quote(HOURLY, after_min).due.amount_minor == 0


def test_a_wall_clock_that_jumped_ahead_charges_a_year_at_most() -> None:
    a_year = quote(HOURLY, STAY_DAYS_MAX * DAY_MIN)
    assert quote(HOURLY, 100 * 365 * DAY_MIN) == a_year
    assert a_year.total.amount_minor == STAY_DAYS_MAX * 13000


@pytest.mark.parametrize(
    ("paid", "after_min", "due_minor"),
    [
        (((3000, 130),), 130, 0),
        (((3000, 130),), 145, 0),  # the last second of the grace time
        (((3000, 130),), 146, 0),  # too late, but still within the third hour
        (((3000, 170),), 185, 0),  # the fourth hour began within the grace time
        (((3000, 170),), 185.1, 1000),  # too late: only the difference
        (((3000, 170), (1000, 186)), 200, 0),  # the difference has a grace time of its own
        (((3000, 170), (1000, 186)), 241, 1000),
        (((3000, 170),), 60, 0),  # the clock went back behind the payment
        (((1, 170),), 60, 999),
        (((1, 170),), 171, 2999),  # a part that was paid gives no grace for the rest
        (((9000, 30),), 130, 0),  # more than due was paid
    ],
)
def test_a_car_that_paid_owes_only_what_came_after_its_grace_time(
    paid: tuple[tuple[int, float], ...], after_min: float, due_minor: int
) -> None:
    assert quote(HOURLY, after_min, stay(*paid)).due.amount_minor == due_minor


def test_what_was_paid_in_another_currency_is_not_deducted() -> None:
    assert quote(HOURLY, 130, stay((3000, 10), currency="EUR")).due == Money(3000, "CNY")


@pytest.mark.parametrize(
    ("of", "after_min", "lines"),
    [
        (stay(), 5, ["within the free minutes: 0"]),
        (stay(), 130, ["3 x started blocks: 3000"]),
        (stay(), 15 * 60, ["24 h cap: 13000"]),
        (stay(), DAY_MIN, ["1 x full days: 13000"]),
        (
            stay((9000, 500), (4000, 600)),
            2 * DAY_MIN + 61,
            ["2 x full days: 26000", "2 x started blocks: 2000", "2 x already paid: -13000"],
        ),
    ],
)
def test_every_fee_is_explained_line_by_line(of: Stay, after_min: int, lines: list[str]) -> None:
    assert [str(line) for line in quote(HOURLY, after_min, of).lines] == lines


@pytest.mark.parametrize(
    "wrong",
    [
        {"block_min": 0},
        {"block_amount_minor": 0},
        {"cap_24h_amount_minor": 0},
        {"free_min": -1},
        {"grace_min": -1},
        {"class_times": {"large": -1}},
        {"currency": "eur"},
        {"block_min": 1, "block_amount_minor": 10_000_000},
        {"class_times": {"large": 10_000_000}},
    ],
)
def test_values_that_make_no_tariff_are_refused(wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"currency": "EUR", "block_min": 60, "block_amount_minor": 100}
    with pytest.raises(ValueError):
        SimpleTariff(**{**values, **wrong})  # type: ignore[arg-type]


tariffs = st.builds(
    SimpleTariff,
    currency=st.just("CNY"),
    block_min=st.integers(1, 2000),
    block_amount_minor=st.integers(1, 100_000),
    free_min=st.integers(0, 2000),
    grace_min=st.integers(0, 2000),
    cap_24h_amount_minor=st.none() | st.integers(1, 100_000),
    class_times=st.just({"large": 2, "motorcycle": 0}),
)
minutes = st.integers(-2 * DAY_MIN, 5 * DAY_MIN) | st.integers(-(10**6), 10**6)
stays = st.builds(
    lambda paid, vehicle_class, season: stay(*paid, vehicle_class=vehicle_class, season=season),
    st.lists(st.tuples(st.integers(0, 10**6), minutes), max_size=3),
    st.sampled_from(["", "large", "motorcycle"]),
    st.booleans(),
)


@given(tariffs, stays, minutes, st.integers(0, 10**5))
def test_staying_longer_never_costs_less(
    tariff: SimpleTariff, of: Stay, after_min: int, longer_min: int
) -> None:
    first, later = quote(tariff, after_min, of), quote(tariff, after_min + longer_min, of)
    assert first.total <= later.total
    assert first.due <= later.due


@given(tariffs, stays, minutes)
def test_the_lines_add_up_to_what_is_due(tariff: SimpleTariff, of: Stay, after_min: int) -> None:
    got = quote(tariff, after_min, of)
    assert sum(line.amount_minor for line in got.lines) == got.due.amount_minor
    assert 0 <= got.due.amount_minor <= got.total.amount_minor <= AMOUNT_MINOR_MAX
    assert isinstance(got.due.amount_minor, int)


@given(tariffs, st.integers(0, 5 * DAY_MIN))
def test_the_cap_holds_in_every_24_hours(tariff: SimpleTariff, after_min: int) -> None:
    cap = tariff.cap_24h_amount_minor
    if cap is not None:
        assert quote(tariff, after_min).total.amount_minor <= cap * -(-after_min // DAY_MIN)


@given(tariffs, st.integers(0, 5 * DAY_MIN), st.integers(0, 5 * DAY_MIN))
def test_whoever_paid_what_was_due_never_pays_it_again(
    tariff: SimpleTariff, paid_min: int, later_min: int
) -> None:
    paid_minor = quote(tariff, paid_min).due.amount_minor
    leaves_min = paid_min + later_min
    got = quote(tariff, leaves_min, stay((paid_minor, paid_min)))
    if later_min <= tariff.grace_min:
        assert got.due.amount_minor == 0
    else:
        assert got.due.amount_minor == quote(tariff, leaves_min).total.amount_minor - paid_minor
