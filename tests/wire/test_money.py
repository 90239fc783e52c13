"""Money is whole minor units, and is shown with the digits that its currency has."""

import pytest

from kiosk_hw.ports.money import AMOUNT_MINOR_MAX, Money

SHOWN = [
    (Money(5, "EUR"), "0.05 EUR"),
    (Money(1250, "CNY"), "12.50 CNY"),
    (Money(500, "JPY"), "500 JPY"),
    (Money(1500, "KWD"), "1.500 KWD"),
    (Money(AMOUNT_MINOR_MAX, "EUR"), "9999999999.99 EUR"),
]


@pytest.mark.parametrize(("money", "text"), SHOWN, ids=[text for _, text in SHOWN])
def test_an_amount_is_shown_with_the_digits_of_its_currency(money, text):
    assert str(money) == text


@pytest.mark.parametrize("amount_minor", [-1, AMOUNT_MINOR_MAX + 1])
def test_an_amount_that_no_terminal_can_take_does_not_exist(amount_minor):
    with pytest.raises(ValueError, match="amount_minor must be 0"):
        Money(amount_minor, "EUR")


@pytest.mark.parametrize("currency", ["eur", "EURO", "E1", "AB1", "€€€", ""])
def test_a_currency_is_three_capital_letters(currency):
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)
