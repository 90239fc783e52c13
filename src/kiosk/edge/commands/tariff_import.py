"""`kiosk tariff import`: APDS rate tables as a tariff file, or what no tariff file can say."""

from argparse import Namespace
from typing import TextIO

from kiosk.config.files import text_of
from kiosk.config.tariff_file import zone_of
from kiosk.edge.written import write
from kiosk.errors import ConfigError, KioskError
from kiosk.tariff import TariffFault
from kiosk.tariff.exchange.importing import tables_of
from kiosk.tariff.exchange.reading import EXCHANGE_CHARS_MAX
from kiosk.tariff.exchange.writing import tariff_text


def execute(arguments: Namespace, out: TextIO) -> int:
    """Write the tariff file; raises KioskError for a zone that is none, or tables that are not."""
    name = arguments.time_zone
    zone = zone_of(name)
    if zone is None:
        raise KioskError(f"--time-zone: expected a zone like Europe/Berlin, got {name[:60]!r}")
    text = text_of(arguments.file, EXCHANGE_CHARS_MAX)
    try:
        made = tariff_text(tables_of(text, zone), name, zone)
    except TariffFault as error:
        raise ConfigError(error.faults) from None
    write(made, arguments.out, out)
    return 0
