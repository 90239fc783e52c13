"""What one band of hours costs: how many units of which step, and when they began.

Times here are seconds since the rate took hold. No clock, cap or payment is known here.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosk.tariff.measures import Fractions
from kiosk.tariff.model import Rate, Rounding, Step
from kiosk.tariff.reckoning.rooms import NEVER


class Run(NamedTuple):
    """Units of one step, one after the other."""

    step: int
    begin_s: int
    end_s: int
    """Where the next unit would begin, or where the time that counts exactly ends."""
    units: int
    """How many; seconds where the time counts exactly."""
    unit_s: int
    """0: one amount, or one for a time that counts exactly."""
    price_minor: int
    amount_minor: int


def runs(
    rate: Rate, band_s: int, stay_s: int, fractions: Fractions, *, start_decides: bool
) -> Iterator[Run]:
    """What a car owes that has this band for `band_s`, and stays for `stay_s` from its begin.

    With `start_decides` a unit that the band has begun is finished after it, so that the last run
    may end later than the band. Otherwise the band's end cuts it, as leaving does, and both times
    are the same.
    """
    at_s = 0
    for number, step in enumerate(rate.steps):
        if at_s >= min(band_s, stay_s):
            return
        stop_s = band_s if step.end_s is None else min(band_s, step.end_s)
        run = _run(rate, number, step, at_s, stop_s, stay_s, fractions)
        yield run
        at_s = run.end_s if start_decides else stop_s


def amounts(rate: Rate, fractions: Fractions) -> Callable[[int], int]:
    """Says what a band costs by its seconds, cap and all, for whoever needs no lines of it."""
    first = rate.steps[0]
    most = NEVER if rate.cap_minor is None else rate.cap_minor
    unit_s, price_minor = first.unit_s, first.price_minor
    if len(rate.steps) == 1 and unit_s and rate.rounding is Rounding.STARTED:
        return lambda band_s: min(-(-band_s // unit_s) * price_minor, most)
    return lambda band_s: min(_amount(rate, band_s, fractions), most)


def _amount(rate: Rate, band_s: int, fractions: Fractions) -> int:
    total_minor = at_s = 0
    for step in rate.steps:
        if at_s >= band_s:
            break
        stop_s = band_s if step.end_s is None or step.end_s > band_s else step.end_s
        price, unit_s, used_s = step.price_minor, step.unit_s, stop_s - at_s
        if not unit_s:
            total_minor += price
        elif rate.rounding is Rounding.EXACT:
            total_minor += exactly(price, unit_s, used_s, fractions)
        elif rate.rounding is Rounding.STARTED:
            total_minor += -(-used_s // unit_s) * price
        else:
            total_minor += used_s // unit_s * price
        at_s = stop_s
    return total_minor


def _run(
    rate: Rate,
    number: int,
    step: Step,
    at_s: int,
    stop_s: int,
    stay_s: int,
    fractions: Fractions,
) -> Run:
    price, unit_s = step.price_minor, step.unit_s
    used_s = min(stop_s, stay_s) - at_s
    if not unit_s:
        return Run(number, at_s, stop_s, 1, 0, price, price)
    if rate.rounding is Rounding.EXACT:
        amount = exactly(price, unit_s, used_s, fractions)
        return Run(number, at_s, stop_s, used_s, 0, price, amount)
    begun = -(-(stop_s - at_s) // unit_s)
    if rate.rounding is Rounding.STARTED:
        count = -(-used_s // unit_s)
    else:
        count = min(begun, (stay_s - at_s) // unit_s)
    return Run(number, at_s, at_s + begun * unit_s, count, unit_s, price, count * price)


def exactly(price_minor: int, unit_s: int, used_s: int, fractions: Fractions) -> int:
    """The part of a unit's price that the time used is worth."""
    return fractions.whole(price_minor * used_s, unit_s)
