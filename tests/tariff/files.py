"""Small tariff files for tests, put together from a few lines each."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.tariff import Quote, TariffFile, Visit, load, quote
from kiosk_hw.ports.money import Money

BERLIN = ZoneInfo("Europe/Berlin")

HEAD = """
name = "test"
currency = "EUR"
time_zone = "Europe/Berlin"
"""

HOURLY = """
[rate.hourly]
price = 1.00
per = "1 h"
"""

STANDARD = """
[plan.standard]
"""

TAIL = """
[[version]]
valid_from = 2020-01-01
plans = "standard"

[[example]]
enter = 2024-06-03 10:00:00
fees = { "0 min" = 0 }
"""


def text(
    *, top: str = "", rates: str = HOURLY, plan: str = "", more: str = "", version: str = TAIL
) -> str:
    """A whole file: keys at the top, rates, keys of the plan `standard`, other tables."""
    return "\n".join([HEAD, top, rates, STANDARD, plan, more, version])


def tariff(**parts: str) -> TariffFile:
    return load(text(**parts))


def local(clock: str, day: str = "2024-06-03") -> datetime:
    """A moment in Berlin."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=BERLIN)


def fee(
    file: TariffFile,
    minutes: int,
    *,
    entered: datetime | None = None,
    paid: Sequence[tuple[int, int]] = (),
    zone: tzinfo = BERLIN,
    **visit: Any,
) -> Quote:
    """The quote of a stay of some minutes; payments are (minor units, minutes after entry)."""
    begin = entered or local("10:00")
    return quote(
        file,
        Visit(
            entered=begin,
            left=begin + timedelta(minutes=minutes),
            paid=tuple(
                (Money(minor, file.currency), begin + timedelta(minutes=at)) for minor, at in paid
            ),
            **visit,
        ),
        zone,
    )


def due(file: TariffFile, minutes: int, **visit: Any) -> int:
    return fee(file, minutes, **visit).due.amount_minor
