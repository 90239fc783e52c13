"""How APDS spells times: ISO 8601 durations, and hours and minutes. No field is known here."""

import re
from typing import Final

from kiosk.tariff.measures import DAY_S
from kiosk.tariff.reading.spelling import DURATION_S_MAX

_DURATION: Final = re.compile(
    r"P(?!$)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?"
)
"""The specification's own pattern, without years and months: they have no fixed length."""

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def seconds(value: object) -> int | None:
    """The seconds of `PT1H30M`, `P1D` or `01:30`; None for anything else, or beyond 366 days."""
    if not isinstance(value, str):
        return None
    clock = _CLOCK.fullmatch(value)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60
    found = _DURATION.fullmatch(value)
    if not found:
        return None
    weeks, days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    total_s = (weeks * 7 + days) * DAY_S + hours * 3600 + minutes * 60 + rest
    return total_s if total_s <= DURATION_S_MAX else None


def duration(total_s: int) -> str:
    """Seconds as `PT1H30M`."""
    days, rest = divmod(total_s, DAY_S)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    spelt = f"{days}D" if days else ""
    return f"P{spelt}T{clock}" if clock else f"P{spelt}" if spelt else "PT0S"


def from_entry(total_s: int) -> str:
    """When a tier begins or ends: `01:30`, and a duration where hours and minutes cannot say it."""
    if total_s >= DAY_S or total_s % 60:
        return duration(total_s)
    return f"{total_s // 3600:02}:{total_s // 60 % 60:02}"
