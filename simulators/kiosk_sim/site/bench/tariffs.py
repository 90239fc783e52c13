"""What a tariff file costs in time: one quote of a month, and the price of a stay on the screen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any, Final
from zoneinfo import ZoneInfo

from kiosk.core.engine_tariff import EngineTariff
from kiosk.core.records import Answer, Batch, StayFound
from kiosk.core.shows import Picture, ScreenShown
from kiosk.tariff import TariffFile, Visit, load, quote
from kiosk_sim.site.bench.figures import Figure, figure
from kiosk_sim.site.campaign import READY_S
from kiosk_sim.site.scenario import Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane

FOLDER: Final = Path("examples") / "tariffs"
MONTH: Final = timedelta(days=30, hours=5, minutes=43)
ENTERED: Final = datetime(2024, 10, 6, 8, 17, tzinfo=UTC)
"""The months have a clock change in Europe and holidays in some of the files."""

APART: Final = timedelta(minutes=13, seconds=7)
"""No two stays come at the same hour, so that each is reckoned by itself."""

QUOTES: Final = 200
PRICES: Final = 50

FIRST_CAR_S: Final = READY_S + 1.0
SHOWN_S_MAX: Final = READY_S + 30.0
"""Until when a car that came at `FIRST_CAR_S` has its price on the screen."""


def costs(runs: int, folder: Path = FOLDER) -> Iterator[Figure]:
    """A quote of a month and a price on the screen; nothing where the examples are not here."""
    files = [load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    if not files:
        return
    found = {file.name: [_quote_us(file, run) for run in range(runs)] for file in files}
    hardest = max(files, key=lambda file: min(found[file.name]))
    name = f"quote of a month, hardest tariff ({hardest.name})"
    yield figure(name, "us", found[hardest.name], goal="<= 100")
    shown = sorted(_screen_ms(hardest) for _ in range(PRICES))
    yield figure("stay found to price on the screen", "ms", shown, goal="<= 1")


def _quote_us(file: TariffFile, run: int) -> float:
    """Of stays that nobody asked for before, as at a lane; the plan has priced others."""
    zone = ZoneInfo(file.time_zone)
    begins = [ENTERED + number * APART for number in range(run * QUOTES, (run + 1) * QUOTES)]
    visits = [Visit(entered=begin, left=begin + MONTH) for begin in begins]
    quote(file, Visit(entered=ENTERED - APART, left=ENTERED + MONTH), zone)
    began = process_time()
    for visit in visits:
        quote(file, visit, zone)
    return (process_time() - began) * 1e6 / QUOTES


def _screen_ms(file: TariffFile) -> float:
    """From the store's answer to the picture with the price, of a stay of a month."""
    lane = _WatchedLane(LanePlan(tariff=EngineTariff(file, ZoneInfo(file.time_zone))))
    for guest in guests(Random(1), 1, (Kind.CARD,), from_s=FIRST_CAR_S):
        lane.expect(guest)
    lane.shell.run(SHOWN_S_MAX, lambda: lane.shown_s > 0.0)
    return (lane.shown_s - lane.found_s) * 1000


class _WatchedLane(VirtualLane):
    """A lane whose store says that every car came a month ago, and which notes both moments."""

    def __init__(self, plan: LanePlan) -> None:
        self.found_s = self.shown_s = 0.0
        super().__init__(plan, self._after_a_month)

    def _after_a_month(self, batch: Batch) -> list[Answer]:
        answers = self.store.carry_out(batch)
        for number, each in enumerate(answers):
            if isinstance(each, StayFound):
                stay = replace(each.stay, entered_utc=each.asked_utc - MONTH)
                answers[number] = replace(each, stay=stay)
                self.found_s = perf_counter()
        return answers

    def _on_show(self, show: Any, now: float) -> None:
        super()._on_show(show, now)
        if isinstance(show, ScreenShown) and show.picture is Picture.DUE:
            self.shown_s = perf_counter()
