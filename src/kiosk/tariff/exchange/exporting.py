"""Writes a tariff as APDS rate tables, or names everything that they cannot say."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from kiosk.tariff.exchange.obstacles import obstacles
from kiosk.tariff.exchange.tables import ALWAYS_S, Table, Tier
from kiosk.tariff.exchange.times import duration, from_entry
from kiosk.tariff.measures import Span
from kiosk.tariff.model import Plan, TariffFile
from kiosk.tariff.reading.loading import TariffFault
from kiosk.tariff.reckoning import clock
from kiosk_hw.ports.money import MINOR_DIGITS

Json = dict[str, Any]


def rate_tables(file: TariffFile, zone: tzinfo, left_out: Sequence[str] = ()) -> str:
    """The tariff as a JSON list of rate tables. Raises TariffFault for what they cannot say.

    Keys in `left_out` stand aside of the price, and somebody knows that the table lacks them.
    """
    found = obstacles(file, left_out)
    if found:
        raise TariffFault(tuple(f"{path}: no rate table can say it: {why}" for path, why in found))
    tables = list(_tables(file))
    begins = [_begin(table.valid_from, zone) for table in tables]
    ends = [*begins[1:], None]
    made = [
        _rate_table(table, begin, end)
        for table, begin, end in zip(tables, begins, ends, strict=True)
    ]
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _tables(file: TariffFile) -> Iterator[Table]:
    for version in file.versions:
        plan = file.plans[version.plans[0]]
        rate = plan.rates[0]
        daily = any(cap.period is Span.CALENDAR_DAY for cap in plan.caps)
        yield Table(
            name=file.name,
            currency=file.currency,
            valid_from=version.valid_from,
            tiers=tuple(_tiers(plan)),
            cap_minor=plan.caps[0].amounts_minor[0] if plan.caps else rate.cap_minor,
            minimum_minor=plan.minimum_minor,
            resets_s=plan.day_begins_s if daily or rate.daily else None,
            max_stay_s=file.max_stay_s,
            tax_percent=None if file.vat is None else file.vat.percent,
        )


def _tiers(plan: Plan) -> Iterator[Tier]:
    """The steps of the rate, after the first time that nobody pays."""
    late_s = plan.deduct_s
    if late_s:
        yield Tier(0, late_s, 0, 0, "not charged")
    rate = plan.rates[0]
    for step in rate.steps:
        end_s = None if step.end_s is None else step.end_s + late_s
        words = step.words if len(rate.steps) > 1 else rate.words
        yield Tier(step.begin_s + late_s, end_s, step.unit_s, step.price_minor, words)


def _rate_table(table: Table, begin: str, end: str | None) -> Json:
    collection: Json = {
        "applicableCurrency": table.currency,
        "collectionSequence": 1,
        "minTime": duration(0),
        "maxTime": duration(table.max_stay_s or ALWAYS_S),
        "relativeTimes": False,
        "taxIncluded": True,
        "validStart": begin,
        "rateLines": [
            _rate_line(number, tier, table.currency) for number, tier in enumerate(table.tiers, 1)
        ],
    }
    if table.resets_s is not None:
        collection["resetTime"] = from_entry(table.resets_s)
    if table.cap_minor is not None:
        collection["maxValueCollection"] = _value(table.cap_minor, table.currency)
    if table.minimum_minor:
        collection["minValueCollection"] = _value(table.minimum_minor, table.currency)
    if table.tax_percent is not None:
        collection["taxRate"] = float(table.tax_percent)
    made: Json = {
        "id": f"{table.name} {table.valid_from}",
        "version": 1,
        "rateTableName": [{"language": "en", "string": table.name}],
        "availability": "public",
        "activeTimes": [duration(86400)],
        "validation": False,
        "validityStart": begin,
        "rateLineCollections": [collection],
    }
    if end is not None:
        made["validityEnd"] = collection["validEnd"] = end
    return made


def _rate_line(number: int, tier: Tier, currency: str) -> Json:
    line: Json = {
        "sequence": number,
        "description": tier.words,
        "value": _value(tier.price_minor, currency),
    }
    if not tier.unit_s and not tier.begin_s and tier.end_s is None:
        return {**line, "rateLineType": "flatRate"}
    line["rateLineType"] = "incrementingRate" if tier.unit_s else "flatRateTier"
    line["durationStart"] = from_entry(tier.begin_s)
    if tier.end_s is not None:
        line["durationEnd"] = from_entry(tier.end_s)
    if tier.unit_s:
        line["incrementPeriod"] = duration(tier.unit_s)
    return line


def _value(minor: int, currency: str) -> float:
    """An amount as a float that stands for nothing else: Python prints the shortest one."""
    return minor / float(10 ** MINOR_DIGITS.get(currency, 2))


def _begin(day: date, zone: tzinfo) -> str:
    begin = clock.midnight(zone, day.toordinal())
    return datetime.fromtimestamp(begin, zone).isoformat()
