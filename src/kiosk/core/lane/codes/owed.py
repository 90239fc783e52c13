"""What money that was paid from elsewhere is worth to its stay. It decides nothing, and is pure."""

from datetime import datetime, timedelta
from typing import Final

from kiosk.core.lane.codes.bill import LIFE_S, Bill
from kiosk.core.records import StayLooked
from kiosk.core.tariff import Tariff

SHOWN_S_MAX: Final = LIFE_S + 60.0
"""How old a price may be that was shown and agreed to: an order's life, and what its gateway took
to make it and to say that it was paid."""

NARROWED_MAX: Final = 9
"""How often the moment is narrowed down by half: to a second of those minutes."""


def is_owed(looked: StayLooked, bill: Bill, tariff: Tariff) -> bool:
    """The car is still in the car park, and nobody has paid for it meanwhile."""
    if not bill.is_ahead or looked.stay is None or looked.stay.unsettled:
        return False
    due = tariff.fee(looked.stay, looked.asked_utc).due
    return due.currency == bill.amount.currency and due >= bill.amount


def covers_until(looked: StayLooked, bill: Bill, tariff: Tariff) -> datetime | None:
    """Up to when the stay is paid by this amount; None: up to now.

    Where the next block of the tariff began between the price on the page and the payment, it is
    paid up to that step: whoever paid what was shown has the grace from there, and owes no more.
    """
    stay, late = looked.stay, looked.asked_utc
    if stay is None or tariff.fee(stay, late).due <= bill.amount:
        return None
    early = late - timedelta(seconds=SHOWN_S_MAX)
    if tariff.fee(stay, early).due > bill.amount:
        return None
    for _ in range(NARROWED_MAX):
        middle = early + (late - early) / 2
        if tariff.fee(stay, middle).due > bill.amount:
            late = middle
        else:
            early = middle
    return early
