"""Makes the caps of a plan of checked tables, and names what their keys demand of each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from kiosk.tariff.measures import DAY_S, WEEKDAYS, Period, Span
from kiosk.tariff.model import Cap
from kiosk.tariff.reading.checking import Faults, Values
from kiosk.tariff.wording import lasting

CAP_PERIOD_S_MIN: Final = 3600
"""The shortest period of a cap: a year of seconds would never be reckoned to its end."""


def caps(
    path: str,
    tables: Sequence[Values],
    calendars: Mapping[str, frozenset[date]],
    faults: Faults,
) -> tuple[Cap, ...]:
    """The caps of the plan at `path`; a date of a calendar that one of them names is no weekday."""
    made = [_cap(f"{path}.caps[{number}]", each, faults) for number, each in enumerate(tables, 1)]
    named = [name for name in calendars if any(name in cap.days for cap in made)]
    kinds: dict[int, str] = {}
    for name in named:
        for day in calendars[name]:
            kinds.setdefault(day.toordinal(), name)
    return tuple(
        replace(cap, dates={day: kind in cap.days for day, kind in kinds.items()})
        if cap.days
        else cap
        for cap in made
    )


def _cap(path: str, values: Values, faults: Faults) -> Cap:
    amounts, times = values["amount"] or (), values["time"] or ()
    if bool(amounts) == bool(times):
        faults(path, f"expected either amount or time, got {'both' if amounts else 'none'}")
    restart = values["restart"] and values["per"] is not Span.STAY
    if times and not restart:
        faults(f"{path}.time", "expected restart = true and a period of time, got a cap without")
    if isinstance(values["per"], int) and values["per"] < CAP_PERIOD_S_MIN:
        faults(f"{path}.per", f"expected 1 h or longer, got {lasting(values['per'])}")
    if values["periods"] is not None:
        if values["per"] is Span.STAY:
            faults(f"{path}.periods", "expected none for the whole stay, which is one")
        elif values["periods"] < len(amounts or times):
            faults(f"{path}.periods", "expected as many periods as there are figures, or more")
    if values["per"] is Span.STAY and len(amounts) > 1:
        faults(f"{path}.amount", "expected one amount for the whole stay, got several")
    period: Period = values["per"] or DAY_S
    match period:
        case int():
            said = lasting(period)
        case Span.CALENDAR_DAY:
            said = "a calendar day"
        case Span.STAY:
            said = "the stay"
    return Cap(
        period=period,
        amounts_minor=amounts,
        times_s=times,
        periods=values["periods"],
        restart=restart,
        days=values["days"],
        weekdays=frozenset(WEEKDAYS.index(each) for each in values["days"] if each in WEEKDAYS),
        dates={},
        rule=path,
        words=f"most that {said} costs" if amounts else f"most time charged in {said}",
    )
