"""What the tables of a tariff file demand of each other: names that exist, plans that hold."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from kiosk.tariff.measures import DAY_S, WEEKDAYS
from kiosk.tariff.model import Plan, Version
from kiosk.tariff.reading.building import windows_named
from kiosk.tariff.reading.checking import Faults, Values, nearest, shown
from kiosk.tariff.reading.timetables import longest_held
from kiosk.tariff.terms import Leaving, Taking
from kiosk.tariff.wording import lasting

WORKED_DAYS_MAX: Final = 20_000
"""Days of all worked fees; the longest published table has some hundred, and each is priced."""


def judge(
    values: Values, plans: Mapping[str, Plan], versions: tuple[Version, ...], faults: Faults
) -> None:
    """Every fault between tables."""
    _versions(versions, plans, faults)
    _unused(values, plans, versions, faults)
    _unreached(plans, faults)
    _calendars(values, faults)
    _validations(values, faults)
    if sorted(values["validation_order"], key=list(Taking).index) != list(Taking):
        known = ", ".join(each.value for each in Taking)
        faults("validation_order", f"expected each of {known} once")
    if values["max_stay_fee"] and values["max_stay"] is None:
        faults("max_stay", "missing (max_stay_fee is never charged without it)")
    if (
        values["lost"] is not None
        and sum(each is not None for each in values["lost"].values()) != 1
    ):
        faults("lost", "expected exactly one of flat, charge and since")
    for number, example in enumerate(values["example"], 1):
        _example(f"example[{number}]", example, values, faults)
    _worked(values, faults)


def falls(
    values: Values, plans: Mapping[str, Plan], versions: tuple[Version, ...]
) -> Iterator[str]:
    """Why a longer stay may cost less."""
    for name in dict.fromkeys(name for version in versions for name in version.plans):
        if plans[name].leave:
            yield f"plan {name} holds for exits in certain hours only"
        elif plans[name].alone and plans[name].longest_s is not None:
            yield f"plan {name} holds alone, and for shorter stays only"
    for name, each in values["surcharge"].items():
        if each["leave"]:
            yield f"surcharge {name} is for exits in certain hours only"


def _versions(versions: tuple[Version, ...], plans: Mapping[str, Plan], faults: Faults) -> None:
    for number, version in enumerate(versions, 1):
        path = f"version[{number}]"
        if number > 1 and versions[number - 2].valid_from >= version.valid_from:
            faults(
                f"{path}.valid_from",
                f"expected a later date than the one before it, got {version.valid_from}",
            )
        known = [plans[name] for name in version.plans if name in plans]
        _known(f"{path}.plans", version.plans, plans, "plan", faults)
        for vehicle in {"", *(each for plan in known for each in plan.classes)}:
            own = [plan for plan in known if vehicle in plan.classes]
            fitting = own or [plan for plan in known if not plan.classes]
            if known and not any(_always(plan) for plan in fitting):
                who = f"class {vehicle}" if vehicle else "every other class"
                faults(f"{path}.plans", f"expected a plan without conditions for {who}, got none")


def _always(plan: Plan) -> bool:
    conditions = (plan.enter, plan.leave, plan.longest_s, plan.once)
    return not any(conditions)


def _unused(
    values: Values, plans: Mapping[str, Plan], versions: tuple[Version, ...], faults: Faults
) -> None:
    wanted = {name for version in versions for name in version.plans}
    wanted |= {each["plan"] for each in values["validation"].values() if each["plan"]}
    for name in plans:
        if name not in wanted:
            faults(f"plan.{name}", "never holds: no version and no validation names it")
    used = {rate.name for plan in plans.values() for rate in plan.rates}
    for name in values["rate"]:
        if name not in used:
            faults(f"rate.{name}", "never holds: no plan names it")


def _unreached(plans: Mapping[str, Plan], faults: Faults) -> None:
    """A fault for each step that begins after its rate has ended, in every plan that has it."""
    begins: dict[str, int] = {}
    reached: set[str] = set()
    for plan in plans.values():
        for number, rate in enumerate(plan.rates):
            holds_s = longest_held(plan, number)
            begins |= {step.rule: step.begin_s for step in rate.steps}
            reached |= {step.rule for step in rate.steps if step.begin_s < holds_s}
    for rule, begin_s in begins.items():
        if rule not in reached:
            faults(rule, f"never begins: its rate never holds for {lasting(begin_s)} at a time")


def _calendars(values: Values, faults: Faults) -> None:
    calendars = {name for name, _ in values["calendar"]}
    named: set[str] = set()
    for path, days in _days(values):
        named |= days
        known = [*WEEKDAYS, *calendars]
        for each in sorted(days - set(known)):
            faults(
                path,
                f"expected a day or calendar of this file, got {shown(each)}{nearest(each, known)}",
            )
    for each in sorted(calendars & set(WEEKDAYS)):
        faults(f"calendar.{each}", "expected a name that is no weekday's")
    for each in sorted(calendars - named):
        faults(f"calendar.{each}", "no rate, plan, season or surcharge names it")


def _days(values: Values) -> Iterator[tuple[str, set[str]]]:
    """Every key that names days, and the days and calendars that it names."""
    places = {
        "rate": ("when",),
        "plan": ("enter", "leave"),
        "season": ("covers",),
        "surcharge": ("leave",),
    }
    for table, keys in places.items():
        for name, each in values[table].items():
            for key in keys:
                yield f"{table}.{name}.{key}", windows_named(each[key])
    for name, each in values["plan"].items():
        for number, cap in enumerate(each["caps"], 1):
            yield f"plan.{name}.caps[{number}].days", set(cap["days"])


def _validations(values: Values, faults: Faults) -> None:
    kinds = ("plan", "time", "percent", "amount")
    for name, each in values["validation"].items():
        got = [kind for kind in kinds if each[kind] is not None]
        if len(got) != 1:
            faults(
                f"validation.{name}",
                f"expected one of {', '.join(kinds)}, got {' and '.join(got) or 'none'}",
            )
        if each["plan"]:
            _known(f"validation.{name}.plan", (each["plan"],), values["plan"], "plan", faults)


def _example(path: str, example: Values, values: Values, faults: Faults) -> None:
    if (example["enter"] is None) != example["lost"]:
        faults(path, "expected either enter or lost = true")
    leaves: list[Leaving] = [leave for leave, _ in (*example["paid"], *example["fees"]) if leave]
    if example["lost"] and values["lost"] is None:
        faults(f"{path}.lost", "expected a table lost that says what it costs")
    if example["lost"] and any(leave.moment is None for leave in leaves):
        faults(f"{path}.fees", "expected exits with a date, since the entry is lost")
    _known(
        f"{path}.validations", example["validations"], values["validation"], "validation", faults
    )
    _known(f"{path}.extras", example["extras"], values["surcharge"], "surcharge", faults)
    if example["season"]:
        _known(f"{path}.season", (example["season"],), values["season"], "season pass", faults)
    classes = {
        *values["class"],
        *(name for plan in values["plan"].values() for name in plan["classes"]),
    }
    if example["class"] and example["class"] not in classes:
        guess = nearest(example["class"], classes)
        faults(
            f"{path}.class", f"expected a class of this file, got {shown(example['class'])}{guess}"
        )


def _worked(values: Values, faults: Faults) -> None:
    """A fault where proving the file would keep whoever checks it waiting."""
    stays_s = [
        _stay_s(example, leave)
        for example in values["example"]
        for leave, _ in example["fees"]
        if leave
    ]
    days = sum(stays_s) // DAY_S * len(values["plan"])
    if days > WORKED_DAYS_MAX:
        faults(
            "example",
            f"expected worked fees of at most {WORKED_DAYS_MAX} days in all, counted for each plan,"
            f" got {days}",
        )


def _stay_s(example: Values, leave: Leaving) -> int:
    if leave.after_s is not None:
        return leave.after_s
    if leave.moment is None or example["enter"] is None:
        return DAY_S
    stays: timedelta = leave.moment - example["enter"]
    return max(stays // timedelta(seconds=1), 0)


def _known(
    path: str, names: Iterable[str], known: Mapping[str, object], what: str, faults: Faults
) -> None:
    for name in names:
        if name not in known:
            faults(path, f"expected a {what} of this file, got {shown(name)}{nearest(name, known)}")
