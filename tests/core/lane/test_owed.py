"""Up to when a stay is paid whose price stepped between the page and the payment."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.core.lane.codes.bill import Bill
from kiosk.core.lane.codes.owed import SHOWN_S_MAX, covers_until
from kiosk.core.records import Stay, StayLooked
from kiosk.core.tariff import SimpleTariff
from kiosk_hw.ports.money import Money

ENTERED = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOURLY = SimpleTariff(currency="CNY", block_min=60, block_amount_minor=500, grace_min=15)


def covered_s(paid_after_s: float, minor: int, *before: tuple[int, float]) -> float | None:
    """Seconds from the entry up to which `minor` pays, where it came so late."""
    paid = tuple((Money(m, "CNY"), ENTERED + timedelta(seconds=at)) for m, at in before)
    stay = Stay("s-1", "car", ENTERED, paid)
    looked = StayLooked("o-1", stay, ENTERED + timedelta(seconds=paid_after_s))
    bill = Bill("o-1", "", "s-1", Money(minor, "CNY"), "wechat")
    until = covers_until(looked, bill, HOURLY)
    return None if until is None else (until - ENTERED).total_seconds()


@pytest.mark.parametrize("paid_after_s", [3601.5, 3610.0, 3660.0, 3590.0 + SHOWN_S_MAX])
def test_a_price_that_stepped_after_it_was_shown_pays_up_to_the_step(paid_after_s):
    until = covered_s(paid_after_s, 500)
    assert until is not None
    assert 3599.0 <= until <= 3601.0


@pytest.mark.parametrize(
    ("paid_after_s", "minor"),
    [(3590.0, 500), (3600.0, 500), (3610.0, 1000), (3610.0 + SHOWN_S_MAX, 500), (3610.0, 300)],
)
def test_what_pays_the_whole_price_or_never_was_one_counts_from_its_payment(paid_after_s, minor):
    assert covered_s(paid_after_s, minor) is None


def test_a_difference_that_stepped_pays_up_to_its_step_too():
    until = covered_s(2 * 3600.0 + 10.0, 500, (500, 1800.0))
    assert until is not None
    assert 7199.0 <= until <= 7201.0


def test_a_stay_that_has_ended_is_covered_by_nothing():
    bill = Bill("o-1", "", "s-1", Money(500, "CNY"), "wechat")
    assert covers_until(StayLooked("o-1", None, ENTERED), bill, HOURLY) is None
