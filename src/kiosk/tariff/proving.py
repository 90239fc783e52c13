"""Holds a tariff to the worked fees of its own file, and says which rules no example touches."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from kiosk.tariff.measures import DAY_S
from kiosk.tariff.model import TariffFile
from kiosk.tariff.quote import Quote, Visit
from kiosk.tariff.reckoning import clock
from kiosk.tariff.reckoning.quoting import quote
from kiosk.tariff.terms import Example, Leaving
from kiosk.tariff.wording import spelled
from kiosk_hw.ports.money import Money


def failures(file: TariffFile, zone: tzinfo) -> list[str]:
    """Each example that fails, with what was expected, what came, and the lines of it."""
    return [
        f"{where}: expected {spelled(expected_minor, file.currency)},"
        f" got {spelled(got.due.amount_minor, file.currency)}\n{got}"
        for where, expected_minor, got in worked(file, zone)
        if got.due.amount_minor != expected_minor
    ]


def unproven(file: TariffFile, zone: tzinfo) -> list[str]:
    """The rules of the file that no example touches: nobody has seen what they do."""
    touched: set[str] = set()
    for _, _, got in worked(file, zone):
        touched |= {line.rule for line in (*got.lines, *got.deductions)}
    return [rule for rule in _rules(file) if rule not in touched]


def worked(file: TariffFile, zone: tzinfo) -> Iterator[tuple[str, int, Quote]]:
    """Each example: where it stands, the amount it expects, and the quote."""
    for number, example in enumerate(file.examples, 1):
        for leaving, due_minor in example.fees:
            where = f"example[{number}].fees.'{leaving.words}'"
            yield where, due_minor, quote(file, _visit(file, example, leaving, zone), zone)


def _visit(file: TariffFile, example: Example, leaving: Leaving, zone: tzinfo) -> Visit:
    entered = example.entered
    return Visit(
        entered=None if entered is None else _at(zone, entered),
        left=_left(zone, entered, leaving),
        vehicle_class=example.vehicle_class,
        paid=tuple(
            (Money(minor, file.currency), _left(zone, entered, when))
            for when, minor in example.paid
        ),
        validations=example.validations,
        season=example.season,
        season_inside=example.season_inside,
        free_used=example.free_used,
        extras=example.extras,
    )


def _left(zone: tzinfo, entered: datetime | None, leaving: Leaving) -> datetime:
    if leaving.moment is not None:
        return _at(zone, leaving.moment)
    assert entered is not None, "only an exit with its date goes without an entry"
    begin = clock.instant(_at(zone, entered))
    if leaving.after_s is not None:
        return clock.moment_of(begin + leaving.after_s)
    ordinal = entered.toordinal()
    clock_s = leaving.clock_s or 0
    left = clock.clock_comes(zone, ordinal, clock_s)
    if left <= begin:
        left = clock.clock_comes(zone, ordinal + 1, clock_s)
    return clock.moment_of(left)


def _at(zone: tzinfo, local: datetime) -> datetime:
    """The first instant at which the wall clock shows this."""
    wall_s = (local.toordinal() - clock.EPOCH_ORDINAL) * DAY_S
    wall_s += (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(
        seconds=1
    )
    return clock.moment_of(clock.comes(zone, wall_s))


def _rules(file: TariffFile) -> Iterator[str]:
    for rate in {rate.name: rate for plan in file.plans.values() for rate in plan.rates}.values():
        yield from (step.rule for step in rate.steps)
        if rate.cap_minor is not None:
            yield f"rate.{rate.name}.cap"
    for plan in file.plans.values():
        yield from (cap.rule for cap in plan.caps)
        if plan.free_s:
            yield f"plan.{plan.name}.free"
        if plan.deduct_s:
            yield f"plan.{plan.name}.deduct"
        if plan.minimum_minor:
            yield f"plan.{plan.name}.minimum"
    yield from (f"validation.{name}" for name in file.validations)
    yield from (f"season.{name}" for name in file.seasons)
    yield from (f"surcharge.{name}" for name in file.surcharges)
    if file.lost is not None and file.lost.flat_minor is not None:
        yield "lost.flat"
    if file.max_stay_fee_minor:
        yield "max_stay_fee"
