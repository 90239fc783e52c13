"""What of a tariff file an APDS rate table cannot say: each key, with the reason.

Nothing is left out in silence: a table that says less than the sign would charge something else.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from kiosk.tariff.exchange.tables import VALUE_MINOR_MAX
from kiosk.tariff.measures import Fractions, Span
from kiosk.tariff.model import Across, Boundary, Cap, Plan, Rate, Rounding, TariffFile
from kiosk.tariff.wording import lasting, spelled

Obstacle = tuple[str, str]
"""A key of the file, and why a rate table cannot say it."""

ASIDE: Final = frozenset(
    ("class", "grace", "lost", "max_stay_fee", "season", "surcharge", "validation", "vat")
)
"""Tables and keys without which the price of an ordinary stay is the same."""


def obstacles(file: TariffFile, left_out: Iterable[str] = ()) -> list[Obstacle]:
    """Everything in the file that a rate table cannot say, each once.

    Of `left_out` somebody said that the table may go without it; that is accepted for what stands
    aside of the price, and is an obstacle itself where it is not in the way at all.
    """
    found = dict(_all(file))
    wanted = [key for key in left_out if key in found and key.partition(".")[0] in ASIDE]
    for key in left_out:
        if key not in found:
            found[key] = "nothing to leave out"
        elif key not in wanted:
            found[key] += "; nor can it be left out, for the price would be another"
    return [(key, why) for key, why in found.items() if key not in wanted]


def _all(file: TariffFile) -> Iterator[Obstacle]:
    yield from _car_park(file)
    for number, version in enumerate(file.versions, 1):
        if len(version.plans) > 1:
            yield (
                f"version[{number}].plans",
                "a rate table has one way to price a stay, and no choice of several",
            )
    named = {name for version in file.versions for name in version.plans}
    for name in dict.fromkeys(name for name in file.plans if name in named):
        yield from _plan(file.plans[name], file.currency)
    yield from _tables(file)


def _car_park(file: TariffFile) -> Iterator[Obstacle]:
    if file.grace_s:
        yield "grace", "there is no field for time to leave after paying"
    if file.across is Across.PARTS and len(file.versions) > 1:
        yield "across_versions", "tables do not say which one prices a stay over a new one"
    if file.round_to_minor:
        yield "round_to", "there is no field for rounding"
    if file.max_stay_fee_minor:
        yield "max_stay_fee", "maxTime has no fee"
    if file.vat is not None and file.vat.fractions is not Fractions.HALF_UP:
        yield "vat.fractions", "there is no field for rounding"


def _plan(plan: Plan, currency: str) -> Iterator[Obstacle]:
    path = f"plan.{plan.name}"
    if len(plan.rates) > 1:
        yield f"{path}.rates", "a rate line has no days and hours, so a table has one rate"
    if plan.free_s:
        yield f"{path}.free", "tiers add up, so time that is free unless it is exceeded has none"
    if plan.free_once is not None:
        yield f"{path}.free_once", "there is no field for what a vehicle had before"
    if plan.once is not None:
        yield f"{path}.once", "there is no field for what a vehicle had before"
    if plan.due_at_start:
        yield f"{path}.due_at_start", "what is due at the end of an increment is not said"
    if plan.boundary is Boundary.START and _resets(plan):
        yield f"{path}.at_band_change", "what becomes of an increment over resetTime is not said"
    if plan.classes:
        yield f"{path}.classes", "vehicle classes are no part of a rate table"
    for key in ("enter", "leave"):
        if getattr(plan, key):
            yield f"{path}.{key}", "a rate table has no hours in which a stay begins or ends"
    if plan.longest_s is not None:
        yield f"{path}.longest", "a rate table is not one of several that may fit"
    if plan.opening is not None:
        yield f"{path}.first", "a rate table has one rate"
    if plan.alone:
        yield f"{path}.alone", "a rate table is not one of several that may fit"
    yield from _caps(plan, path)
    if plan.minimum_minor and (_resets(plan) or plan.deduct_s or not _first_minor(plan)):
        yield f"{path}.minimum", "minValueCollection does not say when it is not charged"
    if plan.deduct_s and _resets(plan):
        yield f"{path}.deduct", "a first tier of 0 would come again at resetTime"
    for rate in plan.rates:
        yield from _rate(rate, currency)
    for amount in (plan.minimum_minor, *(each for cap in plan.caps for each in cap.amounts_minor)):
        yield from _too_large(path, amount, currency)


def _caps(plan: Plan, path: str) -> Iterator[Obstacle]:
    for number, cap in enumerate(plan.caps, 1):
        where = f"{path}.caps[{number}]"
        if cap.days:
            yield where, "a maximum is the same on all days"
        elif isinstance(cap.period, int):
            yield where, f"a maximum resets at a time of day, not {lasting(cap.period)} after entry"
        elif cap.times_s:
            yield where, "maxValueCollection is an amount, not a time"
        elif len(cap.amounts_minor) > 1 or cap.periods is not None:
            yield where, "a maximum is the same in each period"
        elif not cap.restart and cap.period is not Span.STAY:
            yield where, "resetTime begins the tiers anew, too"
        elif number > 1 or plan.rates[0].cap_minor is not None:
            yield where, "a rate table has one maximum"
        elif cap.period is Span.STAY and plan.rates[0].daily:
            yield where, "a maximum resets with the tiers"


def _rate(rate: Rate, currency: str) -> Iterator[Obstacle]:
    path = f"rate.{rate.name}"
    if any(window.begin_s or window.end_s % 86400 or window.days for window in rate.windows):
        yield f"{path}.when", "a rate line has no days and hours"
    if rate.rounding is not Rounding.STARTED:
        yield f"{path}.round", "an increment is charged as it starts, there is no other way"
    for step in rate.steps:
        yield from _too_large(step.rule, step.price_minor, currency)
    yield from _too_large(f"{path}.cap", rate.cap_minor or 0, currency)


def _tables(file: TariffFile) -> Iterator[Obstacle]:
    for vehicle in dict.fromkeys(vehicle for vehicle, _ in file.class_plans):
        yield f"class.{vehicle}", "vehicle classes are no part of a rate table"
    for what, names, why in (
        ("validation", file.validations, "a table says whether there are any, not what they do"),
        ("season", file.seasons, "passes are rights, no part of a rate table"),
        ("surcharge", file.surcharges, "a surcharge is for reservations and deposits only"),
    ):
        for name in names:
            yield f"{what}.{name}", why
    if file.lost is not None:
        yield "lost", "there is no field for a stay without an entry"


def _too_large(path: str, amount_minor: int, currency: str) -> Iterator[Obstacle]:
    if amount_minor >= VALUE_MINOR_MAX:
        most = spelled(VALUE_MINOR_MAX, currency)
        yield path, f"a float is not exact from {most} {currency} on"


def _resets(plan: Plan) -> bool:
    return plan.rates[0].daily or any(_per_day(cap) for cap in plan.caps)


def _per_day(cap: Cap) -> bool:
    return cap.period is Span.CALENDAR_DAY


def _first_minor(plan: Plan) -> int:
    return plan.rates[0].steps[0].price_minor
