"""ISO 4217 currencies that exits charge in: letters on our side, digits in ZVT's bitmap 49."""

from typing import Final

NUMBERS: Final = {
    "AUD": 36,
    "BGN": 975,
    "CAD": 124,
    "CHF": 756,
    "CNY": 156,
    "CZK": 203,
    "DKK": 208,
    "EUR": 978,
    "GBP": 826,
    "HUF": 348,
    "NOK": 578,
    "PLN": 985,
    "RON": 946,
    "SEK": 752,
    "TRY": 949,
    "USD": 840,
}

LETTERS: Final = {number: letters for letters, number in NUMBERS.items()}
