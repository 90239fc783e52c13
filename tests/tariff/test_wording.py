"""Times and amounts are written the way a tariff file spells them."""

import pytest

from kiosk.tariff.wording import lasting, spelled


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (1, "1 s"),
        (599, "9 min 59 s"),
        (900, "15 min"),
        (5400, "1 h 30 min"),
        (86400, "24 h"),
        (90000, "1 d 1 h"),
        (172800, "48 h"),
        (259200, "3 d"),
        (604800, "7 d"),
    ],
)
def test_a_time(seconds, words):
    assert lasting(seconds) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (0, "EUR", "0.00"),
        (5, "EUR", "0.05"),
        (-130, "EUR", "-1.30"),
        (130, "JPY", "130"),
        (1300, "KWD", "1.300"),
    ],
)
def test_an_amount(minor, currency, words):
    assert spelled(minor, currency) == words
