"""`kiosk tariff plot`: the fee against time as an SVG, one line for each vehicle class."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, TextIO

from kiosk.config.tariff_file import ZonedTariff, read_tariff
from kiosk.edge.commands.tariff_quote import classes_of
from kiosk.edge.moments import moment
from kiosk.edge.written import write
from kiosk.tariff import Visit, quote
from kiosk.tariff.drawing import CLASSES_MAX, Curve, Point, drawn

SAMPLES: Final = 3000
"""Moments that are looked at, a minute or more apart: a picture has fewer points of width."""

DAY: Final = datetime(2024, 6, 3, 10, tzinfo=UTC)
"""A Monday, where no worked fee says when a car comes."""


def execute(arguments: Namespace, out: TextIO) -> int:
    """Write the picture; raises KioskError where it cannot be written."""
    tariff = read_tariff(arguments.file)
    file, zone = tariff.file, tariff.zone
    entered = _entered(arguments.enter, tariff)
    until_s = arguments.hours * 3600
    curves = [
        Curve(vehicle or "all others", tuple(_changes(tariff, vehicle, entered, until_s)))
        for vehicle in classes_of(file)[:CLASSES_MAX]
    ]
    starts = f"{entered.astimezone(zone):%a %Y-%m-%d %H:%M}"
    picture = drawn(file.name, file.currency, until_s, starts, curves)
    write(picture, arguments.out, out)
    return 0


def _entered(told: str | None, tariff: ZonedTariff) -> datetime:
    if told is not None:
        return moment(told, tariff.zone, "--enter")
    shown = next((each.entered for each in tariff.file.examples if each.entered), None)
    local = shown or DAY.replace(tzinfo=None)
    return local.replace(tzinfo=tariff.zone).astimezone(UTC)


def _changes(tariff: ZonedTariff, vehicle: str, entered: datetime, until_s: int) -> Iterator[Point]:
    """Where the fee of a class becomes another one."""
    apart_s = 60 * max(1, -(-until_s // 60 // SAMPLES))
    before = None
    for second in range(0, until_s + 1, apart_s):
        left = entered + timedelta(seconds=second)
        visit = Visit(entered=entered, left=left, vehicle_class=vehicle)
        due = quote(tariff.file, visit, tariff.zone).due.amount_minor
        if due != before:
            before = due
            yield second, due
