"""Reads APDS rate tables into tables of our own, or names everything that no tariff file can say.

Attributes that the specification does not name are left alone, as it demands of readers; those it
names and that touch the price are read, or refused.
"""

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kiosk.tariff.exchange.lines import tiers
from kiosk.tariff.exchange.reading import Found, listed, parsed
from kiosk.tariff.exchange.tables import ALWAYS_S, Table
from kiosk.tariff.exchange.times import seconds
from kiosk.tariff.measures import DAY_S
from kiosk.tariff.reading.checking import Faults, shown
from kiosk.tariff.reading.loading import TariffFault
from kiosk.tariff.reading.spelling import WORDS_CHARS_MAX
from kiosk.tariff.reading.vocabulary import TABLES_MAX
from kiosk.tariff.reckoning import clock
from kiosk_hw.ports.money import CURRENCY

NOBODY: Final = {
    "rateSupersedeLink": "a table that another one interrupts for a while",
    "validity": "hours and days in which a table holds",
    "referenceTimeStart": "times that are counted from an event",
    "referenceTimeEnd": "times that are counted from an event",
    "taxValue": "a tax that is an amount",
}
"""What no tariff file can say, wherever it stands."""


def tables_of(text: str, zone: tzinfo) -> list[Table]:
    """The rate tables in this text, the oldest first. Raises TariffFault."""
    faults = Faults()
    found = _rate_tables(parsed(text), faults)
    read = [(each, _table(each, zone, faults)) for each in found]
    made = [(each, table) for each, table in read if table is not None]
    made.sort(key=lambda pair: pair[1].valid_from)
    _one_after_the_other(made, zone)
    _alike(made)
    if faults.lines:
        raise TariffFault(faults.all())
    return [table for _, table in made]


def _rate_tables(values: object, faults: Faults) -> list[Found]:
    """A rate table, a list of them, or a page of them as the API answers."""
    if isinstance(values, dict):
        values = values.get("data", [values])
    if isinstance(values, list) and 0 < len(values) <= TABLES_MAX:
        return listed(values, "rateTable", faults)
    faults("", f"expected 1 to {TABLES_MAX} rate tables, got {shown(values)}")
    return []


def _table(found: Found, zone: tzinfo, faults: Faults) -> Table | None:
    before = len(faults.lines)
    _refuse(found)
    kind = found.get("rateType")
    if kind not in (None, "hourly", "daily"):
        found.unfit("rateType", "hourly or daily, for a tariff file is for everybody")
    active = found.get("activeTimes")
    if active is not None and not (
        isinstance(active, list) and all(seconds(each) == DAY_S for each in active)
    ):
        found.unfit("activeTimes", "P1D, for a duration does not say which hours of a day")
    begin = _day(found, "validityStart", zone)
    collections = found.objects("rateLineCollections", TABLES_MAX)
    if len(collections) > 1:
        found.fault("rateLineCollections", "expected one, for a tariff file adds none up")
    made = _collection(collections[0], _name(found), begin, zone) if collections else None
    return made if len(faults.lines) == before else None


def _collection(found: Found, name: str, begin: date | None, zone: tzinfo) -> Table:
    _refuse(found)
    currency = found.text("applicableCurrency", "three capital letters like EUR")
    if currency and not CURRENCY.fullmatch(currency):
        found.unfit("applicableCurrency", "three capital letters like EUR")
    reset = found.get("resetTime")
    resets_s = seconds(reset)
    if reset is not None and (resets_s is None or not 0 <= resets_s < DAY_S or resets_s % 60):
        found.unfit("resetTime", "a clock time like 02:00")
    if found.get("minTime") is not None and seconds(found.get("minTime")) != 0:
        found.unfit("minTime", "PT0S, for it does not say what a shorter stay costs")
    longest_s = seconds(found.get("maxTime"))
    if found.get("maxTime") is not None and not longest_s:
        found.unfit("maxTime", "a duration like P7D of at most 366 days")
    started = _day(found, "validStart", zone, required=False)
    if started and begin and started > begin:
        found.fault("validStart", f"expected the table's first day {begin}, got {started}")
    if found.get("validEnd") is not None:
        _day(found, "validEnd", zone)
    lines = tiers(found, currency, longest_s or None)
    return Table(
        name=name,
        currency=currency,
        valid_from=begin or date.min,
        tiers=lines.tiers,
        cap_minor=lines.cap_minor,
        minimum_minor=lines.minimum_minor,
        resets_s=resets_s,
        max_stay_s=None if longest_s is None or longest_s >= ALWAYS_S else longest_s,
        tax_percent=_tax(found),
    )


def _refuse(found: Found) -> None:
    for key, what in NOBODY.items():
        if found.get(key) is not None:
            found.fault(key, f"no tariff file can say it: {what}")


def _name(found: Found) -> str:
    """The first of its names, whatever the language."""
    names = found.get("rateTableName")
    first = names[0] if isinstance(names, list) and names else None
    name = first.get("string") if isinstance(first, dict) else None
    if isinstance(name, str) and name.isprintable() and 0 < len(name.strip()) <= WORDS_CHARS_MAX:
        return name
    found.unfit("rateTableName", f"a list with a name of at most {WORDS_CHARS_MAX} characters")
    return ""


def _day(found: Found, key: str, zone: tzinfo, *, required: bool = True) -> date | None:
    """The date that begins at a moment: versions of a tariff file begin at midnight."""
    if found.get(key) is None and not required:
        return None
    try:
        moment = datetime.fromisoformat(str(found.get(key)))
        local = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        found.unfit(key, "a moment like 2026-01-01T00:00:00+01:00")
        return None
    day = local.date()
    if not 1970 <= day.year <= 2999:
        found.unfit(key, "a year from 1970 to 2999")
        return None
    if clock.midnight(zone, day.toordinal()) != clock.instant(local):
        found.unfit(key, f"midnight in {zone}")
    return day


def _tax(found: Found) -> Fraction | None:
    included, percent = found.flag("taxIncluded"), found.number("taxRate")
    if included is False:
        found.fault("taxIncluded", "expected true: prices of a tariff file include their tax")
    if percent is not None and percent > Decimal(100):
        found.unfit("taxRate", "0 to 100")
    return None if percent is None else Fraction(percent)


def _one_after_the_other(made: list[tuple[Found, Table]], zone: tzinfo) -> None:
    """Each table ends where the next one begins; the last one has no end."""
    begins: list[date | None] = [table.valid_from for _, table in made]
    for (found, table), after in zip(made, [*begins[1:], None], strict=False):
        if after == table.valid_from:
            found.unfit("validityStart", "a day of its own")
        last = _day(found, "validityEnd", zone, required=False)
        if last is None and found.get("validityEnd") is not None:
            continue
        if after is None and last is not None:
            found.unfit("validityEnd", "none, for a tariff file holds until a later version")
        elif last is not None and last != after:
            found.unfit("validityEnd", f"{after}, where the next table begins")


def _alike(made: list[tuple[Found, Table]]) -> None:
    """What stands once in a tariff file is the same in each table."""
    for found, table in made[1:]:
        first = made[0][1]
        for key, one, other in _once(first, table):
            if one != other:
                found.fault(key, f"expected the same in each table, got {one} and {other}")


def _once(first: Table, table: Table) -> Iterator[tuple[str, object, object]]:
    yield "applicableCurrency", first.currency, table.currency
    yield "maxTime", first.max_stay_s, table.max_stay_s
    yield "taxRate", first.tax_percent, table.tax_percent
