"""`kiosk tariff export`: a tariff file as APDS rate tables, or what they cannot say of it."""

from argparse import Namespace
from typing import TextIO

from kiosk.config.tariff_file import read_proven
from kiosk.edge.written import write
from kiosk.errors import ConfigError
from kiosk.tariff import TariffFault
from kiosk.tariff.exchange.exporting import rate_tables


def execute(arguments: Namespace, out: TextIO) -> int:
    """Write the JSON; raises ConfigError for a file that is not proven, or says too much."""
    tariff = read_proven(arguments.file)
    try:
        made = rate_tables(tariff.file, tariff.zone, arguments.leave_out)
    except TariffFault as error:
        raise ConfigError(error.faults) from None
    write(made, arguments.out, out)
    return 0
