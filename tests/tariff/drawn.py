"""Draws small tariffs that are sound, of every kind that a file can say."""

from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from kiosk.tariff import TariffFault, load
from tariff.minutes import as_text

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Asuncion", "UTC")
"""Lord Howe moves by half an hour; Asuncion did it at midnight."""

AMOUNTS = st.integers(0, 60)
PERIODS = st.sampled_from(["24 h", "12 h", "7 h", "2 d", "calendar day", "stay"])


def lasting(minutes: int) -> str:
    return f"{minutes} min"


@st.composite
def prices(draw: st.DrawFn) -> dict[str, Any]:
    """`price` and `per`, or `flat`, or steps."""
    unit = st.sampled_from([1, 7, 15, 30, 60, 90, 120, 600])
    if draw(st.integers(0, 3)) == 0:
        return {"flat": draw(AMOUNTS)}
    if draw(st.booleans()):
        return {"price": draw(AMOUNTS), "per": lasting(draw(unit))}
    steps, until = [], 0
    for _ in range(draw(st.integers(1, 2))):
        per = draw(unit)
        until += per * draw(st.integers(1, 4))
        flat = draw(st.integers(0, 3)) == 0
        price = {"flat": draw(AMOUNTS)} if flat else {"price": draw(AMOUNTS), "per": lasting(per)}
        steps.append({"until": lasting(until), **price})
    steps.append({"price": draw(AMOUNTS), "per": lasting(draw(unit))})
    return {"steps": steps}


@st.composite
def rate(draw: st.DrawFn, when: list[str] | None = None) -> dict[str, Any]:
    made = {**draw(prices()), "round": draw(st.sampled_from(["started", "completed", "exact"]))}
    if draw(st.booleans()):
        made["cap"] = draw(st.integers(0, 120))
    if draw(st.integers(0, 2)) == 0:
        made["daily"] = True
    if when is not None:
        made["when"] = when
    return made


def hours(begin: int, end: int) -> str:
    spelled = [f"{at // 60:02}:{at % 60:02}" for at in (begin, end)]
    return "-".join(spelled)


@st.composite
def rates(draw: st.DrawFn) -> dict[str, Any]:
    """Rates that hold one after the other on every day."""
    begins = sorted(draw(st.sets(st.integers(0, 47), min_size=0, max_size=3)))
    begins = [30 * each for each in begins]
    made = {}
    if len(begins) < 2:
        made["always"] = draw(rate())
    else:
        for number, begin in enumerate(begins):
            end = begins[(number + 1) % len(begins)] or 1440
            made[f"band{number}"] = draw(rate([hours(begin, end)]))
    if draw(st.booleans()):
        made["sunday"] = draw(rate(["sat sun" if draw(st.booleans()) else "sun"]))
    if draw(st.integers(0, 2)) == 0:
        first, second = made.setdefault("event", draw(rate(["event 18:00-24:00"]))), draw(rate())
        made["quiet"] = {**second, "when": ["event 00:00-18:00"]}
        assert first["when"]
    return made


@st.composite
def caps(draw: st.DrawFn) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 2))):
        period = draw(PERIODS)
        if period not in ("calendar day", "stay") and draw(st.integers(0, 3)) == 0:
            times = draw(st.lists(st.integers(1, 700), min_size=1, max_size=3))
            made.append({"time": [lasting(each) for each in times], "per": period})
        else:
            most = 1 if period == "stay" else 3
            amounts = draw(st.lists(st.integers(0, 400), min_size=1, max_size=most))
            made.append({"amount": amounts, "per": period, "restart": draw(st.booleans())})
        if period != "stay" and draw(st.integers(0, 3)) == 0:
            figures = made[-1].get("amount") or made[-1]["time"]
            made[-1]["periods"] = len(figures) + draw(st.integers(0, 1))
        if draw(st.integers(0, 2)) == 0:
            made[-1]["days"] = draw(st.sampled_from(["sat sun", "mon tue wed thu fri", "mon"]))
    return made


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A whole tariff, in the words of a file."""
    plan: dict[str, Any] = {"at_band_change": draw(st.sampled_from(["split", "start decides"]))}
    limits = draw(caps())
    if limits:
        plan["caps"] = limits
    for key, most in (("free", 45), ("deduct", 45)):
        if draw(st.integers(0, 3)) == 0:
            plan[key] = lasting(draw(st.integers(0, most)))
    daily = any(each["per"] == "calendar day" for each in plan.get("caps", []))
    drawn_rates = draw(rates())
    if daily or any(each.get("daily") for each in drawn_rates.values()):
        plan["day_begins"] = draw(st.sampled_from(["00:00", "00:00", "02:30", "07:00", "23:59"]))
    if draw(st.integers(0, 3)) == 0:
        plan["minimum"] = draw(st.integers(1, 50))
    spec = {"rate": drawn_rates, "plan": {"standard": plan}}
    if draw(st.integers(0, 3)) == 0:
        spec["rate"]["arrival"] = {**draw(prices()), "cap": draw(st.integers(0, 120))}
        time = lasting(draw(st.sampled_from([1, 20, 60, 120, 1500])))
        plan["first"] = {"rate": "arrival", "time": time}
    if "event" in spec["rate"]:
        first = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 365)))
        for cap in plan.get("caps", []):
            if "days" in cap and draw(st.booleans()):
                cap["days"] += " event"
        spec["calendar"] = {"event": [first, first + timedelta(days=2), date(2024, 3, 31)]}
    assume(all_begin(spec))
    return spec


def all_begin(spec: dict[str, Any]) -> bool:
    """No step of a short band begins after it: such a file is refused."""
    faults: tuple[str, ...] = ()
    try:
        load(as_text(spec))
    except TariffFault as fault:
        faults = fault.faults
    assert all("never begins" in line for line in faults), faults
    return not faults
