"""What a quote costs: a stay of a month under the published tariff that takes longest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.tariff import Visit, load, quote
from kiosk_sim.site.bench.figures import Figure, figure

FOLDER: Final = Path("examples") / "tariffs"
MONTH: Final = timedelta(days=30)
ENTERED: Final = datetime(2024, 10, 6, 8, 17, tzinfo=UTC)
"""The month has a clock change in Europe and holidays in some of the files."""

QUOTES: Final = 200


def quote_cost(runs: int, folder: Path = FOLDER) -> Figure | None:
    """The dearest tariff's microseconds per quote; None where the examples are not here."""
    found = [[_us(path) for _ in range(runs)] for path in sorted(folder.glob("*.toml"))]
    if not found:
        return None
    slowest = max(found, key=min)
    return figure("quote of a month, hardest tariff", "us", slowest, goal="<= 100")


def _us(path: Path) -> float:
    file = load(path.read_text(encoding="utf-8"))
    zone = ZoneInfo(file.time_zone)
    visit = Visit(entered=ENTERED, left=ENTERED + MONTH + timedelta(hours=5, minutes=43))
    quote(file, visit, zone)
    began = process_time()
    for _ in range(QUOTES):
        quote(file, visit, zone)
    return (process_time() - began) * 1e6 / QUOTES
