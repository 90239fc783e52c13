"""Makes rates and plans of checked tables, and names what their keys demand of each other."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from kiosk.tariff.measures import DAY_S, Span, Window
from kiosk.tariff.model import Opening, Plan, Rate, Rounding, Step
from kiosk.tariff.reading.capping import caps
from kiosk.tariff.reading.checking import Faults, Values, nearest, shown
from kiosk.tariff.reading.spelling import DURATION_S_MAX
from kiosk.tariff.reading.timetables import timetable
from kiosk.tariff.wording import lasting

DAYS_MAX: Final = DURATION_S_MAX // DAY_S + 1
"""Dates that the longest stay touches."""

NEVER: Final = Step(0, None, 0, 0, "", "")
"""What stands for a step with a fault."""


def rate(name: str, values: Values, faults: Faults) -> Rate:
    """The rate of `[rate.<name>]`."""
    path = f"rate.{name}"
    words = values["words"] or name
    if any(window.without for window in values["when"]):
        faults(
            f"{path}.when",
            "expected days without not: a date of a calendar that a rate names is no weekday",
        )
    direct = {key: values[key] for key in ("price", "per", "flat")}
    if values["steps"] and any(each is not None for each in direct.values()):
        faults(path, "expected either steps, or price and per, or flat, got steps and others")
    if values["steps"]:
        steps = _steps(path, words, values["steps"], faults)
    else:
        alone = {**direct, "total": None}
        steps = (_step(path, words, alone, (0, None), 0, faults),)
    return Rate(
        name=name,
        words=words,
        windows=values["when"],
        steps=steps,
        rounding=values["round"],
        cap_minor=values["cap"],
        daily=values["daily"],
    )


def plan(
    name: str,
    values: Values,
    rates: Mapping[str, Rate],
    calendars: Mapping[str, frozenset[date]],
    faults: Faults,
) -> Plan:
    """The plan of `[plan.<name>]`; without a list of its own it has all rates."""
    path = f"plan.{name}"
    own: list[Rate] = []
    for each in dict.fromkeys(values["rates"] or rates):
        if each in rates:
            own.append(rates[each])
        else:
            faults(
                f"{path}.rates",
                f"expected a rate of this file, got {shown(each)}{nearest(each, rates)}",
            )
    inexact = [each.name for each in own if each.rounding is not Rounding.STARTED]
    if values["due_at_start"] and inexact:
        faults(f"{path}.due_at_start", f"expected rates that round started, got {inexact[0]}")
    _day_begins(path, values, own, faults)
    laid = timetable(own, calendars, path, faults)
    opening = _opening(path, values["first"], own, rates, faults)
    if opening is not None:
        own.append(rates[values["first"]["rate"]])
    taken = ("free_once", "once", "boundary", "due_at_start", "classes", "enter", "leave", "alone")
    return Plan(
        name=name,
        words=values["words"] or name,
        rates=tuple(own),
        timetable=laid,
        opening=opening,
        caps=caps(path, values["caps"], calendars, faults),
        free_s=values["free"],
        deduct_s=values["deduct"],
        minimum_minor=values["minimum"],
        day_begins_s=values["day_begins"],
        longest_s=values["longest"],
        **{key: values["at_band_change" if key == "boundary" else key] for key in taken},
    )


def _opening(
    path: str,
    values: Values | None,
    own: Iterable[Rate],
    rates: Mapping[str, Rate],
    faults: Faults,
) -> Opening | None:
    """The rate of the first time of a stay, which is none of the plan's others."""
    if values is None:
        return None
    path, wanted = f"{path}.first.rate", values["rate"]
    rate = rates.get(wanted)
    others = [each.name for each in own]
    if rate is None:
        faults(path, f"expected a rate of this file, got {shown(wanted)}{nearest(wanted, rates)}")
    elif wanted in others:
        faults(path, f"expected a rate that is none of the plan's rates, got {wanted}")
    elif rate.windows or rate.daily:
        faults(path, f"expected a rate without when and daily, got {wanted}")
    else:
        return Opening(len(others), values["time"])
    return None


def _day_begins(path: str, values: Values, rates: Iterable[Rate], faults: Faults) -> None:
    if not 0 <= values["day_begins"] < DAY_S:
        faults(f"{path}.day_begins", "expected a clock time before 24:00")
    periods = [values["free_once"], values["once"], *(each["per"] for each in values["caps"])]
    if (
        values["day_begins"]
        and Span.CALENDAR_DAY not in periods
        and not any(each.daily for each in rates)
        and not any(each["days"] for each in values["caps"])
    ):
        faults(f"{path}.day_begins", "never used: no cap is per calendar day, no rate is daily")


def scaled(plan: Plan, factor: Fraction, path: str, faults: Faults) -> Plan:
    """The plan of a class that pays every amount `factor` times."""
    broken: list[int] = []

    def times(amount_minor: int) -> int:
        product = factor * amount_minor
        if product.denominator != 1:
            broken.append(amount_minor)
        return product.numerator // product.denominator

    rates = tuple(
        replace(
            each,
            steps=tuple(replace(step, price_minor=times(step.price_minor)) for step in each.steps),
            cap_minor=None if each.cap_minor is None else times(each.cap_minor),
        )
        for each in plan.rates
    )
    caps = tuple(
        replace(cap, amounts_minor=tuple(map(times, cap.amounts_minor))) for cap in plan.caps
    )
    made = replace(plan, rates=rates, caps=caps, minimum_minor=times(plan.minimum_minor))
    if broken:
        faults(
            f"{path}.times",
            f"expected a factor that leaves whole coins in plan {plan.name},"
            f" got {broken[0]} x {float(factor):g}",
        )
    return made


def dearest(plan: Plan, splits: int) -> int:
    """More than any stay under this plan can cost, when `splits` more cut each of its days."""
    tiles = max((len(pattern) for pattern in plan.timetable.patterns), default=0)
    periods = [cap.period for cap in plan.caps if isinstance(cap.period, int)]
    begun = DAYS_MAX * (tiles + splits + 2) + sum(DURATION_S_MAX // each + 1 for each in periods)
    return plan.minimum_minor + sum(
        step.price_minor * (begun + (DURATION_S_MAX // step.unit_s if step.unit_s else 0))
        for rate in plan.rates
        for step in rate.steps
    )


def _steps(path: str, words: str, tables: tuple[Values, ...], faults: Faults) -> tuple[Step, ...]:
    steps: list[Step] = []
    begin_s = 0
    for number, values in enumerate(tables, 1):
        where = f"{path}.steps[{number}]"
        end_s = values["until"]
        if end_s is None and number < len(tables):
            faults(where, "expected until, got a step without it before others: those never begin")
            break
        if end_s is not None and end_s <= begin_s:
            faults(f"{where}.until", "expected a later time than the step before it ends")
            end_s = None
        length = f"{lasting(begin_s)} to {lasting(end_s)}" if end_s else f"after {lasting(begin_s)}"
        part = f"first {lasting(end_s)}" if end_s and not begin_s else length
        before = sum(_whole(each) for each in steps)
        steps.append(_step(where, f"{words}, {part}", values, (begin_s, end_s), before, faults))
        begin_s = end_s or begin_s
    if tables and tables[-1]["until"] is not None:
        faults(f"{path}.steps", "expected a last step without until, got a gap after the last one")
    return tuple(steps)


def _whole(step: Step) -> int:
    """What a step costs that was used to its end."""
    if not step.unit_s or step.end_s is None:
        return step.price_minor
    return step.price_minor * ((step.end_s - step.begin_s) // step.unit_s)


def _step(
    path: str,
    words: str,
    values: Values,
    ends: tuple[int, int | None],
    before_minor: int,
    faults: Faults,
) -> Step:
    begin_s, end_s = ends
    price, per, flat = (values[key] for key in ("price", "per", "flat"))
    total = values["total"]
    if total is not None and total < before_minor and not faults.lines:
        faults(
            f"{path}.total",
            "expected at least what the steps before it cost in all"
            " (the most that a day costs is a cap of the plan)",
        )
    if total is not None and flat is None:
        flat = max(total - before_minor, 0)
    elif total is not None:
        faults(f"{path}.total", "expected either total or flat, got both")
    match price is not None, per is not None, flat is not None:
        case True, True, False:
            if end_s is not None and (end_s - begin_s) % per:
                faults(
                    f"{path}.until", "expected whole units (per) from the step's begin to its end"
                )
            return Step(begin_s, end_s, per, price, path, f"{words}, per {lasting(per)}")
        case False, False, True:
            return Step(begin_s, end_s, 0, flat, path, f"{words}, flat")
    got = [key for key in ("price", "per", "flat") if values[key] is not None]
    got += ["total"] if total is not None and "flat" not in got else []
    faults(path, f"expected price and per, or flat alone, got {' and '.join(got) or 'none'}")
    return NEVER


def windows_named(windows: tuple[Window, ...]) -> set[str]:
    """Every day and calendar that these windows name."""
    return {day for window in windows for day in (*window.days, *window.without)}
