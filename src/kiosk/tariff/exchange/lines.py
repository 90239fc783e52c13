"""Reads the rate lines of one collection: tiers that follow one another, and their one maximum."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kiosk.tariff.exchange.reading import Found
from kiosk.tariff.exchange.tables import Tier
from kiosk.tariff.exchange.times import seconds
from kiosk.tariff.reading.spelling import AMOUNT_MAX, WORDS_CHARS_MAX
from kiosk.tariff.reading.vocabulary import STEPS_MAX
from kiosk.tariff.wording import lasting
from kiosk_hw.ports.money import MINOR_DIGITS


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines of a collection come to."""

    tiers: tuple[Tier, ...]
    cap_minor: int | None
    minimum_minor: int


def tiers(found: Found, currency: str, longest_s: int | None) -> Lines:
    """The tiers in their sequence; faults go to where they stand."""
    lines = _in_sequence(found.objects("rateLines", STEPS_MAX))
    read = [(line, _tier(line, currency)) for line in lines]
    cap = _amount(found, "maxValueCollection", currency)
    least = _amount(found, "minValueCollection", currency)
    for line, tier in read:
        most, low = (_amount(line, key, currency) for key in ("maxValue", "minValue"))
        if most is not None and len(read) == 1 and cap in (None, most):
            cap = most
        elif most is not None and not _never_above(tier, most):
            line.fault("maxValue", "no tariff file can say it: a maximum of one tier")
        if low and len(read) == 1 and least in (None, low):
            least = low
        elif low:
            line.fault("minValue", "no tariff file can say it: a minimum of one tier")
    made = [(line, tier) for line, tier in read if tier is not None]
    if len(made) == len(read):
        _follow(made, longest_s)
    whole = tuple([tier for _, tier in made])
    if whole and whole[-1].end_s is not None:
        last = whole[-1]
        whole = (*whole[:-1], Tier(last.begin_s, None, last.unit_s, last.price_minor, last.words))
    return Lines(whole, cap, least or 0)


def _in_sequence(lines: list[Found]) -> list[Found]:
    numbers: dict[int, Found] = {}
    for line in lines:
        number = line.get("sequence")
        if isinstance(number, bool) or not isinstance(number, int) or number in numbers:
            line.unfit("sequence", "a whole number of its own")
            return lines
        numbers[number] = line
    return [numbers[number] for number in sorted(numbers)]


def _tier(line: Found, currency: str) -> Tier | None:
    kind = line.get("rateLineType")
    price = _amount(line, "value", currency)
    if price is None and line.get("value") is None:
        line.unfit("value", "an amount")
    condition = line.get("usageCondition")
    if condition not in (None, "unlimited"):
        line.unfit("usageCondition", "unlimited, for a tariff file counts no usages")
    if line.get("rateLineTax") is not None:
        line.fault("rateLineTax", "no tariff file can say it: a tax of one tier")
    times = [_time(line, key) for key in ("durationStart", "durationEnd", "incrementPeriod")]
    begin_s, end_s, unit_s = times
    match kind:
        case "flatRate" if any(each is not None for each in times):
            line.fault("rateLineType", "expected flatRateTier for a price with times, got flatRate")
        case "flatRate":
            unit_s = 0
        case "flatRateTier":
            if unit_s is not None and end_s is not None and unit_s != end_s - (begin_s or 0):
                line.unfit("incrementPeriod", "the whole tier, as in every flatRateTier")
            unit_s = 0
        case "incrementingRate":
            if not unit_s and line.get("incrementPeriod") in (None, "PT0S"):
                line.unfit("incrementPeriod", "a duration like PT1H")
        case _:
            line.unfit("rateLineType", "one of flatRate, flatRateTier, incrementingRate")
    if price is None or unit_s is None:
        return None
    return Tier(begin_s or 0, end_s, unit_s, price, _words(line))


def _follow(made: list[tuple[Found, Tier]], longest_s: int | None) -> None:
    """Tiers begin with the stay and follow one another; the last one has no end."""
    if not made:
        return
    line, tier = made[0]
    if tier.begin_s:
        line.unfit("durationStart", "00:00, where a stay begins")
    for (line, tier), (after, later) in pairwise(made):
        if tier.end_s is None:
            line.unfit("durationEnd", "the time at which the next line begins")
        elif later.begin_s != tier.end_s:
            after.unfit("durationStart", f"{lasting(tier.end_s)}, where the line before it ends")
    for line, tier in made:
        length_s = None if tier.end_s is None else tier.end_s - tier.begin_s
        if length_s is not None and length_s <= 0:
            line.unfit("durationEnd", "a later time than durationStart")
        elif length_s is not None and tier.unit_s and length_s % tier.unit_s:
            line.unfit("durationEnd", "whole increments from durationStart on")
    line, tier = made[-1]
    if tier.end_s is not None and (longest_s is None or longest_s > tier.end_s):
        line.unfit("durationEnd", "none: what a longer stay costs is not said")


def _time(line: Found, key: str) -> int | None:
    value = line.get(key)
    found = seconds(value)
    if value is not None and found is None:
        line.unfit(key, "01:30, or a duration like PT1H30M of at most 366 days")
    return found


def _amount(found: Found, key: str, currency: str) -> int | None:
    """Minor units, exactly."""
    number = found.number(key)
    if number is None:
        return None
    digits = MINOR_DIGITS.get(currency, 2)
    minor = Fraction(number) * int(10**digits)
    if minor.denominator != 1 or number > AMOUNT_MAX:
        found.unfit(key, f"an amount with at most {digits} decimals")
        return None
    return minor.numerator


def _never_above(tier: Tier | None, most: int) -> bool:
    """A maximum that the tier never reaches says nothing."""
    if tier is None or tier.end_s is None:
        return tier is None or (not tier.unit_s and tier.price_minor <= most)
    units = -(-(tier.end_s - tier.begin_s) // tier.unit_s) if tier.unit_s else 1
    return units * tier.price_minor <= most


def _words(line: Found) -> str:
    """What the line calls itself; the specification has a text, feeds have texts by language."""
    value = line.get("description")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0].get("string")
    fits = isinstance(value, str) and value.isprintable() and len(value) <= WORDS_CHARS_MAX
    return value.strip() if isinstance(value, str) and fits else ""
