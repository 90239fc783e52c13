"""Tariffs: one readable file, proven by its own worked fees, and quotes that explain themselves.

    file = load(text)                       # TariffFault names every fault of the text
    zone = ZoneInfo(file.time_zone)
    failures(file, zone)                    # the worked fees of the file that do not come out
    quote(file, Visit(entered=..., left=...), zone)

Pure: no clock, file, socket or store; the caller brings text, moments and the time zone.
"""

from kiosk.tariff.model import TariffFile
from kiosk.tariff.proving import failures, unproven
from kiosk.tariff.quote import Line, Quote, Tax, Visit
from kiosk.tariff.reading.loading import TARIFF_CHARS_MAX, TariffFault, load
from kiosk.tariff.reckoning.quoting import quote

__all__ = [
    "TARIFF_CHARS_MAX",
    "Line",
    "Quote",
    "TariffFault",
    "TariffFile",
    "Tax",
    "Visit",
    "failures",
    "load",
    "quote",
    "unproven",
]
