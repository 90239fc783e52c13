"""Says a tariff in sentences, as a driver would read it on a sign.

Left out are what only receipts, tests and machines need: words of lines and the worked fees.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, takewhile

from kiosk.tariff.explaining.conditions import coins, seasons, stays
from kiosk.tariff.explaining.speech import Speech, clock
from kiosk.tariff.measures import Span
from kiosk.tariff.model import Across, Boundary, Cap, Plan, Rate, Step, TariffFile
from kiosk.tariff.terms import Taking, Validation


def sign(file: TariffFile, language: str) -> str:
    """The whole sign, a sentence on each line."""
    say = Speech(language, file.currency)
    return "\n".join([file.name, *_body(file, say)]) + "\n"


def _body(file: TariffFile, say: Speech) -> Iterator[str]:
    for version in file.versions:
        yield say.sentence("since", date=say.date(version.valid_from))
        plans = [file.plans[name] for name in version.plans]
        for plan in plans:
            yield from _indented(_heading(plan, plans, say))
            yield from _indented(_plan(plan, say))
        if any(_choices(plan, plans) > 1 for plan in plans):
            yield f"  {say.sentence('cheapest')}"
    if len(file.versions) > 1 or file.across is Across.PARTS:
        yield say.sentence("across_entry" if file.across is Across.ENTRY else "across_parts")
    for name, dates in file.calendars.items():
        yield say.calendar(name, sorted(dates))
    yield from _classes(file, say)
    yield from stays(file, say)
    yield from _validations(file, say)
    yield from seasons(file, say)
    yield from coins(file, say)
    yield say.sentence("zone", zone=file.time_zone, currency=file.currency)


def _indented(sentences: Iterator[str]) -> Iterator[str]:
    return (f"  {each}" for each in sentences)


def _heading(plan: Plan, plans: Sequence[Plan], say: Speech) -> Iterator[str]:
    """Whom a plan is for, and what it is called where that does not tell it from others."""
    if plan.classes:
        yield say.sentence("for_classes", classes=say.listed(map(say.name, plan.classes)))
    elif any(each.classes for each in plans):
        yield say.sentence("for_classes", classes=say.word("others"))
    if _choices(plan, plans) > 1:
        yield say.sentence("plan", name=say.name(plan.words))


def _choices(plan: Plan, plans: Sequence[Plan]) -> int:
    """How many plans are for the same vehicles as this one."""
    return sum(each.classes == plan.classes for each in plans)


def _plan(plan: Plan, say: Speech) -> Iterator[str]:
    if plan.enter:
        yield say.sentence("enter", when=say.when(plan.enter))
    if plan.leave:
        yield say.sentence("leave", when=say.when(plan.leave))
    if plan.longest_s is not None:
        yield say.sentence("longest", time=say.time(plan.longest_s))
    if plan.once is not None:
        yield say.sentence("once", period=say.period(plan.once))
    if plan.alone:
        yield say.sentence("alone")
    rates = list(plan.rates)
    if plan.opening is not None:
        prices = _prices(rates.pop(plan.opening.number), plan, say)
        yield say.sentence("opening", time=say.time(plan.opening.time_s), prices=prices)
    named = any(window.days for rate in rates for window in rate.windows)
    # Named days come first: "all other days" means nothing before them.
    for rate in sorted(rates, key=lambda rate: not any(each.days for each in rate.windows)):
        when = say.when(rate.windows, others=named)
        yield say.sentence("rate", when=when, prices=_prices(rate, plan, say))
    if plan.free_s:
        yield say.sentence("free", time=say.time(plan.free_s))
    if plan.deduct_s:
        yield say.sentence("deduct", time=say.time(plan.deduct_s))
    if plan.free_once is not None:
        yield say.sentence("free_once", period=say.period(plan.free_once))
    if plan.minimum_minor:
        yield say.sentence("minimum", amount=say.money(plan.minimum_minor))
    capped = list(chain.from_iterable(_cap(cap, say) for cap in plan.caps))
    again = say.sentence("restart")
    yield from (
        each for at, each in enumerate(capped) if each != again or again not in capped[at + 1 :]
    )
    days = [cap.period for cap in plan.caps] + [plan.free_once, plan.once]
    if plan.day_begins_s and Span.CALENDAR_DAY in days:
        yield say.sentence("day_begins", clock=clock(plan.day_begins_s))
    if len(plan.rates) > 1:
        yield say.sentence("split" if plan.boundary is Boundary.SPLIT else "start_decides")
    if plan.due_at_start:
        yield say.sentence("due_at_start")


def _prices(rate: Rate, plan: Plan, say: Speech) -> str:
    flat = tuple(takewhile(lambda step: not step.unit_s, rate.steps))
    tabled = flat if len(flat) > 1 else ()
    said = [*_table(tabled, say), *(_step(each, rate, say) for each in rate.steps[len(tabled) :])]
    prices = say.word("then").join(said)
    more = [prices]
    if rate.cap_minor is not None:
        more.append(say.word("band_cap", amount=say.money(rate.cap_minor)))
    if rate.daily:
        begins_s = plan.day_begins_s
        more.append(say.word("daily_at" if begins_s else "daily", clock=clock(begins_s)))
    return say.word("then").join(more)


def _step(step: Step, rate: Rate, say: Speech) -> str:
    price = say.money(step.price_minor)
    if not step.price_minor:
        said = say.word("free")
    elif not step.unit_s:
        said = say.word("flat", price=price)
    else:
        said = say.word(
            rate.rounding.value,
            price=price,
            unit=say.unit(step.unit_s),
            length=say.time(step.unit_s),
        )
    if step.end_s is not None:
        end = say.time(step.end_s)
        if not step.begin_s:
            return say.word("first", end=end, price=said)
        return say.word("until", begin=say.time(step.begin_s), end=end, price=said)
    return say.word("after", begin=say.time(step.begin_s), price=said) if step.begin_s else said


def _table(steps: tuple[Step, ...], say: Speech) -> Iterator[str]:
    """Flat prices one after the other, as signs print them: what it costs in all until then."""
    total = 0
    for step in steps:
        total += step.price_minor
        price = say.money(total) if total else say.word("free")
        price += say.word("in_all") if total and step.begin_s else ""
        if step.end_s is None:
            yield say.word("table_end", begin=say.time(step.begin_s), price=price)
        else:
            yield say.word("table", end=say.time(step.end_s), price=price)


def _cap(cap: Cap, say: Speech) -> Iterator[str]:
    amounts = [say.money(each) for each in cap.amounts_minor] or list(map(say.time, cap.times_s))
    period, kind = say.period(cap.period), "cap" if cap.amounts_minor else "time_cap"
    if len(amounts) > 1:
        more = say.word("comma").join(amounts[1:])
        yield say.sentence(f"{kind}_row", period=period, first=amounts[0], more=more)
    elif cap.period is Span.STAY:
        yield say.sentence("cap_stay", amount=amounts[0])
        if cap.days:
            yield say.sentence("cap_days", days=say.days(cap.days))
        return
    else:
        yield say.sentence(kind, period=period, amount=amounts[0])
    if cap.days:
        yield say.sentence("cap_days", days=say.days(cap.days))
    yield say.sentence("restart" if cap.restart else "no_restart")
    if cap.periods is not None:
        key = "periods" if cap.periods > 1 else "periods_once"
        yield say.sentence(key, count=cap.periods)


def _classes(file: TariffFile, say: Speech) -> Iterator[str]:
    factors: dict[str, Fraction] = {}
    for (vehicle, name), plan in file.class_plans.items():
        pairs = zip(_amounts(file.plans[name]), _amounts(plan), strict=True)
        factors.setdefault(
            vehicle, next((Fraction(own, usual) for usual, own in pairs if usual), Fraction(1))
        )
    for vehicle, factor in factors.items():
        if factor:
            yield say.sentence("times", name=say.name(vehicle), factor=say.number(float(factor)))
        else:
            yield say.sentence("times_free", name=say.name(vehicle))


def _amounts(plan: Plan) -> Iterator[int]:
    yield from (step.price_minor for rate in plan.rates for step in rate.steps)
    yield from (rate.cap_minor or 0 for rate in plan.rates)
    yield from (amount for cap in plan.caps for amount in cap.amounts_minor)
    yield plan.minimum_minor


def _validations(file: TariffFile, say: Speech) -> Iterator[str]:
    for each in file.validations.values():
        yield _taken(each, say)
        if each.plan is not None:
            yield from _indented(_plan(file.plans[each.plan], say))
        if each.most > 1:
            yield say.sentence("most", count=each.most)
    if len({each.taking for each in file.validations.values() if each.taking}) > 1:
        yield say.sentence(
            "order", order=say.word("comma").join(say.word(each.value) for each in file.order)
        )


def _taken(each: Validation, say: Speech) -> str:
    name = say.name(each.words)
    match each.taking:
        case Taking.TIME:
            return say.sentence("take_time", name=name, value=say.time(each.time_s or 0))
        case Taking.PERCENT:
            value = say.number(float(each.percent or 0))
            return say.sentence("take_percent", name=name, value=value)
        case Taking.AMOUNT:
            return say.sentence("take_amount", name=name, value=say.money(each.amount_minor or 0))
    return say.sentence("take_plan", name=name)
