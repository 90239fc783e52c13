"""`kiosk tariff explain`: the rule in sentences, as a driver would read it on a sign."""

from argparse import Namespace
from io import TextIOWrapper
from typing import TextIO

from kiosk.config.tariff_file import read_tariff
from kiosk.tariff.explaining.sign import sign


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print the sign."""
    tariff = read_tariff(arguments.file)
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # A terminal without Chinese letters still shows numbers.
    out.write(sign(tariff.file, arguments.language))
    return 0
