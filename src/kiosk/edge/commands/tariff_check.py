"""`kiosk tariff check`: every fault of a tariff file at once, then its own worked fees."""

from argparse import Namespace
from typing import TextIO

from kiosk.config.tariff_file import failing, read_tariff
from kiosk.errors import ConfigError
from kiosk.tariff import unproven


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print one line; raises ConfigError where the file or one of its fees does not hold."""
    tariff = read_tariff(arguments.file)
    file = tariff.file
    fees = sum(len(each.fees) for each in file.examples)
    failed = failing(tariff)
    untouched = [] if failed and failed[0].startswith("example: ") else unproven(file, tariff.zone)
    said = f"unproven: {', '.join(untouched)}" if untouched else "every rule is touched by one"
    if file.falls:
        said += f"; a longer stay may cost less: {', '.join(file.falls)}"
    if failed:
        raise ConfigError((*failed, f"{len(failed)} of {fees} worked fees do not come out; {said}"))
    out.write(f"{file.name}: {fees} worked fees come out ({file.currency}, {file.time_zone});")
    out.write(f" {said}\n")
    return 0
