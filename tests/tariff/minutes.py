"""Prices a stay minute by minute, the slow way: what the engine is held against.

It reads the same words as a tariff file, but shares no line with the engine: no bands, no
arithmetic over units, one step for each minute that a car is inside.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction
from math import floor
from typing import Any

Spec = dict[str, Any]
"""Tables of a tariff file, as Python writes them."""

Key = tuple[int, int]
"""A cap and one of its periods."""

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def in_minutes(text: str) -> int:
    """`1 d 2 h 5 min`."""
    parts = text.split()
    length = {"d": 1440, "h": 60, "min": 1}
    return sum(int(n) * length[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))


def holds(window: str, kind: str, minute: int, named: set[str]) -> bool:
    """Whether a window like `mon sat 08:00-18:00` holds at a minute of a kind of day."""
    words = window.split()
    hours = [word for word in words if ":" in word]
    days = [word for word in words if ":" not in word]
    if (kind in named) != bool(days) or (days and kind not in days):
        return False
    begin, end = 0, 1440
    if hours:
        begin, end = (int(at[:2]) * 60 + int(at[3:]) for at in (hours[0][:5], hours[0][6:]))
    return begin <= minute < end if begin < end else minute >= begin or minute < end


class Wall:
    """Which rate holds at each minute, as somebody beside the clock would write it down."""

    def __init__(self, spec: Spec, zone: tzinfo) -> None:
        self.spec, self.zone = spec, zone
        hour, minute = spec["plan"]["standard"].get("day_begins", "00:00").split(":")
        self.day_begins = int(hour) * 60 + int(minute)
        opening = spec["plan"]["standard"].get("first", {}).get("rate")
        self.windows = [
            (name, window)
            for name, rate in spec["rate"].items()
            if name != opening
            for window in rate.get("when", ["00:00-24:00"])
        ]
        self.named = {
            word for _, window in self.windows for word in window.split() if ":" not in word
        }

    def minutes(self, entered: datetime) -> Iterator[tuple[datetime, str, date, int]]:
        """From the entry on, for each minute: the rate, the date, and a number of its band."""
        at = entered - timedelta(hours=50)
        seen: tuple[date | None, int] = (None, 0)
        before: tuple[str, date] | None = None
        band = 0
        while True:
            local = at.astimezone(self.zone)
            minute = local.hour * 60 + local.minute
            if seen[0] == local.date():
                minute = max(minute, seen[1])  # an hour shown twice changes no band again
            seen = local.date(), minute
            rate = self.rate(local.date(), minute)
            daily = self.spec["rate"][rate].get("daily", False)
            day = local.date() if minute >= self.day_begins else local.date() - timedelta(days=1)
            if before is None or before[0] != rate or (daily and before[1] != day):
                band += 1
            before = rate, day
            if at >= entered:
                yield at, rate, day, band
            at += MINUTE

    def rate(self, today: date, minute: int) -> str:
        kind = DAYS[today.weekday()]
        for name, dates in self.spec.get("calendar", {}).items():
            if today in dates and name in self.named:
                kind = name
                break
        found: list[str] = [
            name for name, text in self.windows if holds(text, kind, minute, self.named)
        ]
        assert len(set(found)) == 1, (kind, minute, found)
        return found[0]


class Meter:
    """Charges one stay; `total` after each minute is what it costs to leave at its end."""

    def __init__(self, spec: Spec, zone: tzinfo, entered: datetime) -> None:
        self.spec = spec
        self.plan = spec["plan"]["standard"]
        self.entered = entered + timedelta(minutes=in_minutes(self.plan.get("deduct", "0 min")))
        self.first = entered
        self.clock = Wall(spec, zone).minutes(self.entered)
        self.caps = self.plan.get("caps", [])
        self.spent: dict[Key, int] = {}
        self.total = 0
        self.period: list[Key] | None = None
        self.day: date | None = None
        self.origin, self.band, self.rate = entered, -1, Spec()
        self.busy_until = self.entered
        self.pending: tuple[datetime, int, timedelta, list[Key]] | None = None
        self.where: list[Key] = []
        self.band_left: int | None = None
        self.days_begun = -1
        self.begun = self.entered
        self.holds: dict[Key, bool] = {}
        self.named = [
            name
            for name in spec.get("calendar", {})
            if any(name in cap.get("days", "").split() for cap in self.caps)
        ]

    def totals(self, minutes: int) -> Iterator[int]:
        """The fee for every stay of 0 to `minutes` minutes."""
        free = in_minutes(self.plan.get("free", "0 min"))
        least = self.plan.get("minimum", 0)
        late = (self.entered - self.first) // MINUTE
        for stay in range(minutes + 1):
            if stay > late:
                self.minute(*next(self.clock))
            total = self.total if stay > free or not free else 0
            yield max(total, least) if total else 0

    def minute(self, at: datetime, rate_name: str, today: date, band: int) -> None:
        if today != self.day:
            self.day, self.days_begun = today, self.days_begun + 1
        keys = [self.key(number, cap, at) for number, cap in enumerate(self.caps)]
        for key, cap in zip(keys, self.caps, strict=True):
            self.holds.setdefault(key, self.on_its_day(cap, today))
        restarts = [key for key, cap in zip(keys, self.caps, strict=True) if restart(cap)]
        if restarts != self.period:
            self.period, self.band, self.pending, self.busy_until = restarts, -1, None, at
            self.begun = at
        if any(self.holds[key] and self.beyond(self.caps[key[0]], at) for key in keys):
            return
        first = self.plan.get("first")
        if first and at - self.begun < in_minutes(first["time"]) * MINUTE:
            rate_name, band = first["rate"], -2
        split = self.plan.get("at_band_change", "split") == "split"
        if self.band != band and (split or at >= self.busy_until):
            self.band, self.origin, self.pending = band, at, None
            self.rate = self.spec["rate"][rate_name]
            self.band_left = self.rate.get("cap")
        if not split and self.pending is None and at < self.busy_until:
            return
        self.unit(at, keys, split)

    def unit(self, at: datetime, keys: list[Key], split: bool) -> None:
        if self.pending is not None and not split:
            start, price, length, where = self.pending
            if at + MINUTE - start == length:
                self.pay(price, where)
                self.pending = None
            return
        position = (at - self.origin) // MINUTE
        begin, step = self.step(position)
        inside = position - begin
        if "flat" in step:
            if inside == 0:
                self.pay(step["flat"], keys)
            return
        per = in_minutes(step["per"])
        match self.rate.get("round", "started"):
            case "started" if inside % per == 0:
                self.busy_until = at + per * MINUTE
                self.pay(step["price"], keys)
            case "completed":
                if inside % per == 0:
                    self.busy_until = at + per * MINUTE
                    self.where = keys
                    if not split and per > 1:
                        self.pending = at, step["price"], per * MINUTE, keys
                        return
                if (inside + 1) % per == 0:
                    self.pay(step["price"], self.where)
            case "exact":
                until, before = (
                    floor(Fraction(step["price"] * used, per)) for used in (inside + 1, inside)
                )
                self.pay(until - before, keys)

    def step(self, position: int) -> tuple[int, Spec]:
        begin = 0
        for step in self.rate.get("steps", [self.rate]):
            until = in_minutes(step["until"]) if "until" in step else None
            if until is None or position < until:
                return begin, step
            begin = until
        raise AssertionError("the last step never ends")

    def key(self, number: int, cap: Spec, at: datetime) -> Key:
        return number, min(self.index(cap, at), cap.get("periods", 10**9))

    def index(self, cap: Spec, at: datetime) -> int:
        if cap["per"] == "calendar day":
            return self.days_begun
        if cap["per"] == "stay":
            return 0
        return (at - self.entered) // (in_minutes(cap["per"]) * MINUTE)

    def on_its_day(self, cap: Spec, today: date) -> bool:
        """Whether a period that begins today has the cap."""
        calendars = [name for name in self.named if today in self.spec["calendar"][name]]
        kind = calendars[0] if calendars else DAYS[today.weekday()]
        return "days" not in cap or kind in cap["days"].split()

    def beyond(self, cap: Spec, at: datetime) -> bool:
        if "time" not in cap:
            return False
        period = in_minutes(cap["per"])
        index, inside = divmod((at - self.entered) // MINUTE, period)
        if index >= cap.get("periods", 10**9):
            return False
        return inside >= in_minutes(cap["time"][min(index, len(cap["time"]) - 1)])

    def pay(self, amount: int, keys: list[Key]) -> None:
        for (number, index), cap in zip(keys, self.caps, strict=True):
            held = self.holds[number, index]
            if "amount" in cap and held and index < cap.get("periods", 10**9):
                most = cap["amount"][min(index, len(cap["amount"]) - 1)]
                amount = min(amount, most - self.spent.get((number, index), 0))
        if self.band_left is not None:
            amount = min(amount, self.band_left)
            self.band_left -= amount
        for key in keys:
            self.spent[key] = self.spent.get(key, 0) + amount
        self.total += amount


def restart(cap: Spec) -> bool:
    return bool(cap.get("restart", True)) and cap["per"] != "stay"


def fees(spec: Spec, zone: tzinfo, entered: datetime, minutes: int) -> list[int]:
    """The fee of every stay from `entered` on, by its minutes."""
    return list(Meter(spec, zone, entered.astimezone(UTC)).totals(minutes))


def as_text(spec: Spec, currency: str = "JPY", zone: str = "Europe/Berlin") -> str:
    """The tariff file of a spec; amounts are whole units of a currency without decimals."""

    def value(each: object) -> str:
        match each:
            case bool():
                return str(each).lower()
            case list():
                return f"[{', '.join(value(one) for one in each)}]"
            case dict():
                return f"{{ {', '.join(f'{key} = {value(one)}' for key, one in each.items())} }}"
            case str():
                return f'"{each}"'
            case datetime():
                raise AssertionError("dates only")
        return str(each)

    lines = ['name = "drawn"', f'currency = "{currency}"', f'time_zone = "{zone}"']
    for table in ("rate", "plan", "class", "validation"):
        for name, keys in spec.get(table, {}).items():
            lines.append(f"[{table}.{name}]")
            lines += [f"{key} = {value(each)}" for key, each in keys.items()]
    if spec.get("calendar"):
        lines.append("[calendar]")
        lines += [f"{name} = {value(each)}" for name, each in spec["calendar"].items()]
    plans = spec.get("plans", ["standard"])
    lines.append(f"[[version]]\nvalid_from = 2020-01-01\nplans = {value(plans)}")
    lines.append('[[example]]\nenter = 2024-01-01 10:00:00\nfees = { "0 min" = 0 }')
    return "\n".join(lines) + "\n"
