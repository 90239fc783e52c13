"""`kiosk tariff diff`: which stays a new tariff makes dearer or cheaper, and by how much."""

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

from kiosk.config.tariff_file import read_tariff
from kiosk.edge.commands.tariff_quote import classes_of
from kiosk.errors import KioskError
from kiosk.tariff.comparing import Change, Comparison, compared
from kiosk.tariff.wording import lasting, spelled

ROWS_MAX: Final = 12
"""Largest changes that are shown."""


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print sentences and the largest changes; raises KioskError where currencies differ."""
    old, new = read_tariff(arguments.old), read_tariff(arguments.new)
    currency = new.file.currency
    if old.file.currency != currency:
        raise KioskError(f"expected one currency, got {old.file.currency} and {currency}")
    classes = tuple(dict.fromkeys((*classes_of(old.file), *classes_of(new.file))))
    found = compared((old.file, old.zone), (new.file, new.zone), classes)
    # Stays that change alike, whenever they begin, are shown once.
    alike = {
        (each.minutes, each.vehicle_class, each.old_minor, each.new_minor): each
        for each in reversed(found.changes)
    }
    largest = sorted(alike.values(), key=lambda each: (-abs(each.more_minor), each.entered))
    largest = largest[:ROWS_MAX]
    if arguments.json:
        record = {
            "currency": currency,
            "stays": found.stays,
            "dearer": sum(each.more_minor > 0 for each in found.changes),
            "cheaper": sum(each.more_minor < 0 for each in found.changes),
            "largest": [_record(each) for each in largest],
        }
        out.write(json.dumps(record, ensure_ascii=False, indent=2) + "\n")
        return 0
    for line in (*_sentences(found, currency), *_table(largest, currency)):
        out.write(f"{line}\n")
    return 0


def _sentences(found: Comparison, currency: str) -> Iterator[str]:
    if not found.changes:
        yield f"All {found.stays} stays that were compared cost the same."
        return
    for word, sign in (("more", 1), ("less", -1)):
        these = [each for each in found.changes if each.more_minor * sign > 0]
        if not these:
            yield f"None of {found.stays} stays would pay {word}."
            continue
        most = max(these, key=lambda each: abs(each.more_minor))
        times = sorted({each.minutes for each in these})
        days = ", ".join(dict.fromkeys(each.day for each in these))
        yield (
            f"{len(these)} of {found.stays} stays would pay {word}, at most"
            f" {spelled(abs(most.more_minor), currency)} {currency}: stays of"
            f" {lasting(times[0] * 60)} to {lasting(times[-1] * 60)}, {days}."
        )


def _table(largest: Sequence[Change], currency: str) -> Iterator[str]:
    if largest:
        yield f"{'day':10} {'entry':17} {'stay':12} {'class':10}{'old':>9}{'new':>9}{'change':>9}"
    for each in largest:
        old, new, more = (
            spelled(minor, currency) for minor in (each.old_minor, each.new_minor, each.more_minor)
        )
        yield (
            f"{each.day:10} {each.entered:%Y-%m-%d %H:%M}  {lasting(each.minutes * 60):12}"
            f" {each.vehicle_class or '-':10}{old:>9}{new:>9}{more:>9}"
        )


def _record(each: Change) -> dict[str, object]:
    return {
        "day": each.day,
        "entered": each.entered.isoformat(),
        "minutes": each.minutes,
        "class": each.vehicle_class,
        "old_minor": each.old_minor,
        "new_minor": each.new_minor,
    }
