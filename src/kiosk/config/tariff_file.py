"""Reads a tariff file with its time zone, and holds it to its own worked fees."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from kiosk.config.files import text_of
from kiosk.errors import ConfigError
from kiosk.tariff import TARIFF_CHARS_MAX, TariffFault, TariffFile, failures, load
from kiosk.tariff.reading.checking import nearest, shown
from kiosk.tariff.reading.loading import zone_named

TARIFF_BYTES_MAX: Final = 4 * TARIFF_CHARS_MAX
"""No character of UTF-8 has more than four bytes."""


@dataclass(frozen=True, slots=True)
class ZonedTariff:
    """A tariff that is sound in itself, and the time zone that it names."""

    file: TariffFile
    zone: ZoneInfo


def read_tariff(path: Path) -> ZonedTariff:
    """The tariff in this file. Raises ConfigError that names all its faults at once."""
    text = text_of(path, TARIFF_BYTES_MAX)
    try:
        file = load(text)
    except TariffFault as error:
        raise ConfigError((*_zone_faults(zone_named(text)), *error.faults)) from None
    zone = zone_of(file.time_zone)
    if zone is None:
        raise ConfigError(tuple(_zone_faults(file.time_zone)))
    return ZonedTariff(file, zone)


def _zone_faults(name: str | None) -> list[str]:
    """One line where there is no zone with this name; none where no text names one."""
    if name is None or zone_of(name) is not None:
        return []
    known = sorted(available_timezones())
    cities = [each for each in known if each.rpartition("/")[2].lower() == name.lower()]
    guess = f" (did you mean '{cities[0]}'?)" if cities else nearest(name, known)
    return [f"time_zone: expected a zone like Europe/Berlin, got {shown(name)}{guess}"]


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone with this name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        # Missing zones, folders of zones, and names that are no path, in this order.
        return None


def failing(tariff: ZonedTariff) -> list[str]:
    """Each worked fee of the file that does not come out, with expected, got and the lines."""
    try:
        return failures(tariff.file, tariff.zone)
    except ValueError as error:
        return [f"example: {error}"]


def read_proven(path: Path) -> ZonedTariff:
    """The tariff in this file, whose worked fees all come out. Raises ConfigError."""
    tariff = read_tariff(path)
    failed = failing(tariff)
    if failed:
        raise ConfigError(tuple(failed))
    return tariff
