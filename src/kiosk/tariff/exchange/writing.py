"""Writes tables of the exchange as a tariff file, with reckoned fees for a person to compare."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from kiosk.tariff.exchange.tables import Table, Tier
from kiosk.tariff.measures import DAY_S
from kiosk.tariff.quote import Visit
from kiosk.tariff.reading.loading import load
from kiosk.tariff.reckoning.quoting import quote
from kiosk.tariff.wording import lasting, spelled

PLACEHOLDER = '\n[[example]]\nenter = 2000-01-03 10:00:00\nfees = { "0 min" = 0 }\n'
"""A worked fee that holds for every tariff, while the real ones are reckoned."""


def tariff_text(tables: Sequence[Table], time_zone: str, zone: tzinfo) -> str:
    """The text of the tariff file. Raises TariffFault where the tables make no sound one."""
    rules = "\n".join(_rules(tables, time_zone)) + "\n"
    return rules + "\n".join(_examples(tables, rules, zone)) + "\n"


def _rules(tables: Sequence[Table], time_zone: str) -> Iterator[str]:
    newest = tables[-1]
    yield "# Made of APDS rate tables. The fees at its end were reckoned from it, not printed by"
    yield "# anybody: compare each of them with the sign, and add those that the sign prints."
    yield f"name = {_text(newest.name)}"
    yield f'currency = "{newest.currency}"'
    yield f"time_zone = {_text(time_zone)}"
    if newest.max_stay_s is not None:
        yield f'max_stay = "{lasting(newest.max_stay_s)}"'
    if newest.tax_percent is not None:
        percent = newest.tax_percent
        yield f"\n[vat]\npercent = {percent.numerator / percent.denominator!r}"
    for number, table in enumerate(tables, 1):
        yield from _table(f"table-{number}", table)
    for number, table in enumerate(tables, 1):
        yield f'\n[[version]]\nvalid_from = {table.valid_from}\nplans = "table-{number}"'


def _table(name: str, table: Table) -> Iterator[str]:
    currency = table.currency
    yield f"\n[rate.{name}]"
    words = [tier.words for tier in table.tiers if tier.words]
    if len(table.tiers) == 1:
        if words:
            yield f"words = {_text(words[0])}"
        yield from _price(table.tiers[0], currency)
    else:
        yield "steps = ["
        for tier in table.tiers:
            until = [f'until = "{lasting(tier.end_s)}"'] if tier.end_s is not None else []
            comment = f" # {tier.words}" if tier.words else ""
            yield f"    {{ {', '.join([*until, *_price(tier, currency)])} }},{comment}"
        yield "]"
    if table.resets_s is not None and table.cap_minor is None:
        yield "daily = true"
    yield f'\n[plan.{name}]\nrates = "{name}"'
    if table.resets_s:
        yield f'day_begins = "{clocked(table.resets_s)}"'
    if table.minimum_minor:
        yield f"minimum = {spelled(table.minimum_minor, currency)}"
    if table.cap_minor is not None:
        period = "stay" if table.resets_s is None else "calendar day"
        amount = spelled(table.cap_minor, currency)
        yield f'caps = [{{ amount = {amount}, per = "{period}" }}]'


def clocked(seconds: int) -> str:
    """A clock time."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _price(tier: Tier, currency: str) -> Iterator[str]:
    amount = spelled(tier.price_minor, currency)
    if tier.unit_s:
        yield f"price = {amount}"
        yield f'per = "{lasting(tier.unit_s)}"'
    else:
        yield f"flat = {amount}"


def _examples(tables: Sequence[Table], rules: str, zone: tzinfo) -> Iterator[str]:
    file = load(rules + PLACEHOLDER)
    for table in tables:
        day = table.valid_from
        entered = datetime(day.year, day.month, day.day, 10, tzinfo=zone)
        yield f"\n[[example]]\nenter = {entered:%Y-%m-%d %H:%M:%S}\n[example.fees]"
        for stay_s in sorted(set(_stays(table))):
            left = clock_after(entered, stay_s)
            due = quote(file, Visit(entered=entered, left=left), zone).due.amount_minor
            yield f'"{lasting(stay_s)}" = {spelled(due, table.currency)}'


def clock_after(entered: datetime, stay_s: int) -> datetime:
    """The moment so many seconds later, whatever the clock on the wall does meanwhile."""
    return datetime.fromtimestamp(entered.timestamp() + stay_s, entered.tzinfo)


def _stays(table: Table) -> Iterator[int]:
    """Where something changes: each tier's ends, a minute more, and days."""
    yield from (60, 3600, DAY_S, DAY_S + 60, 3 * DAY_S)
    for tier in table.tiers:
        end_s = tier.begin_s + tier.unit_s if tier.end_s is None else tier.end_s
        if end_s:
            yield from (end_s, end_s + 60)


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
