"""`kiosk tariff quote`: what one stay costs, line by line, for people or for programs."""

import json
from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TextIO

from kiosk.config.tariff_file import ZonedTariff, read_tariff
from kiosk.edge.moments import moment
from kiosk.errors import KioskError
from kiosk.tariff import TariffFile, Visit, quote
from kiosk.tariff.reading.checking import nearest, shown
from kiosk.tariff.reading.spelling import Context, Unfit, amount
from kiosk_hw.ports.money import MINOR_DIGITS, Money


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print the quote; raises KioskError for a stay that cannot be."""
    tariff = read_tariff(arguments.file)
    found = quote(tariff.file, _visit(arguments, tariff), tariff.zone)
    if arguments.json:
        json.dump(found.as_dict(), out, ensure_ascii=False, indent=2)
        out.write("\n")
    else:
        out.write(f"{found}\n")
    return 0


def classes_of(file: TariffFile) -> tuple[str, ...]:
    """Every vehicle class that the file names, "" for all others first."""
    named = [vehicle for vehicle, _ in file.class_plans]
    named += [each for plan in file.plans.values() for each in plan.classes]
    return ("", *dict.fromkeys(named))


def _visit(arguments: Namespace, tariff: ZonedTariff) -> Visit:
    file, zone = tariff.file, tariff.zone
    entered = None if arguments.lost else moment(arguments.enter, zone, "--enter")
    left = moment(arguments.leave, zone, "--leave")
    if entered is None and file.lost is None:
        raise KioskError("--lost: expected a tariff with [lost], got one without")
    if entered is not None and left < entered:
        raise KioskError("--leave: expected a time after --enter")
    _known("--class", [arguments.vehicle_class], classes_of(file))
    _known("--validation", arguments.validation, file.validations)
    _known("--season", [arguments.season], file.seasons)
    _known("--extra", arguments.extra, file.surcharges)
    paid = tuple(_paid(text, tariff) for text in arguments.paid)
    if not all((entered or when) <= when <= left for _, when in paid):
        raise KioskError("--paid: expected a time between --enter and --leave")
    return Visit(
        entered=entered,
        left=left,
        vehicle_class=arguments.vehicle_class,
        paid=paid,
        validations=tuple(arguments.validation),
        season=arguments.season,
        season_inside=arguments.season_inside,
        free_used=arguments.free_used,
        extras=tuple(arguments.extra),
    )


def _paid(text: str, tariff: ZonedTariff) -> tuple[Money, datetime]:
    currency = tariff.file.currency
    sum_, at, when = text.partition("@")
    try:
        minor = amount(Decimal(sum_), Context(MINOR_DIGITS.get(currency, 2)))
    except (Unfit, InvalidOperation):
        at = ""
    if not at:
        raise KioskError(f"--paid: expected AMOUNT@TIME like 2.50@2026-01-31T10:00, got {text!r}")
    return Money(minor, currency), moment(when, tariff.zone, "--paid")


def _known(option: str, names: Iterable[str | None], known: Iterable[str]) -> None:
    names_known = [each for each in known if each]
    for name in names:
        if name and name not in names_known:
            listed = f"one of {', '.join(names_known)}" if names_known else "none in this tariff"
            guess = nearest(name, names_known)
            raise KioskError(f"{option}: expected {listed}, got {shown(name)}{guess}")
