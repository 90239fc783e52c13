"""`kiosk-sim lane`: every device of a lane, for a controller that somebody else starts."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, TextIO

from kiosk.errors import JournalError
from kiosk_hw.ports.party import NEVER
from kiosk_sim.site.came_in import came_in
from kiosk_sim.site.planting import Later, plant
from kiosk_sim.site.scenario import Plates
from kiosk_sim.site.screen_watcher import ScreenWatcher
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.site.stopping import stopped_by_signals
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.traffic import Visit

if TYPE_CHECKING:
    from kiosk_sim.site.code_lane import CodeLane

YUAN: Final = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesWished:
    """A lane that takes payment by code too: where its parts are reached on this machine."""

    gateway: tuple[str, int]
    pay_page: str
    screen: str
    by_hand: bool = False
    """Drivers without a card do not scan: somebody at this machine pays for them."""


def serve_lane(
    folder: Path,
    tcp_host: str | None,
    seed: int,
    every_s: float,
    out: TextIO,
    *,
    fault: str | None = None,
    fault_after_s: float = 0.0,
    codes: CodesWished | None = None,
) -> None:
    """Serve a lane in `folder` until stopped; prints its ports and writes `kiosk.toml` beside them.

    A car comes every `every_s` seconds (0: none); it came in by an entry of the same store.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lane = ServedLane(seed, currency="EUR" if codes is None else YUAN)
    with stopped_by_signals(lane.host.stop), lane.host as host:
        ports = lane.on_sockets(tcp_host) if tcp_host else lane.on_ptys(folder)
        wished = None if codes is None else _with_codes(lane, folder, seed, codes)
        config = folder / "kiosk.toml"
        more = ("", "") if wished is None else (wished.wished.screen, wished.tables)
        text = lane.kiosk_toml(ports, folder, more[0] or None, more[1])
        config.write_text(text, encoding="utf-8")
        for name, port in ports.items():
            print(f"{name}: {port} ({lane.devices[name].line})", file=out)
        if fault is not None and fault_after_s > 0.0:
            host.add(Later(fault, fault_after_s, lane.stage(Random()), out))
        else:
            plant(fault, lane.stage(Random()), host.now(), out)
        if wished is not None:
            wished.say_where(config, out)
        print(f"ready: kiosk run --config {config}", file=out, flush=True)
        parked: CodeLane | Parked = wished if wished is not None else Parked(lane, folder)
        if every_s > 0.0:
            host.add(Stream(lane.world, Plates(Random(seed)), every_s, parked.visit))
        host.run()
        parked.close()


def _with_codes(lane: ServedLane, folder: Path, seed: int, codes: CodesWished) -> "CodeLane":
    # A lane without codes needs no cryptography.
    try:
        from kiosk_sim.site.code_lane import CodeLane
    except ModuleNotFoundError as error:
        raise ValueError(f"{error.name} is missing: pip install 'kiosk[codes]'") from None
    return CodeLane(lane, folder, seed, codes)


class Parked:
    """Cars of a lane without codes, and the eyes of their drivers on the lane's screen."""

    def __init__(self, lane: ServedLane, folder: Path) -> None:
        self._store = folder / "state"
        self._watcher = ScreenWatcher(folder / "screen.sock", lane.world, lambda picture: None)
        lane.world.on_answer(self._watcher.type_plate)
        lane.host.add(self._watcher)

    def visit(self, plate: str, now: float) -> Visit:
        """This car was here for a while, and leaves now; where the disk is full nobody knows it."""
        with suppress(JournalError):
            came_in(self._store, plate)
        return Visit(plate, at_s=now)

    def close(self) -> None:
        """Drivers look no more."""
        self._watcher.close()


class Stream:
    """A party without a wire: sends a car into the lane every so often."""

    def __init__(
        self,
        world: LaneWorld,
        plates: Plates,
        every_s: float,
        visit: Callable[[str, float], Visit],
    ) -> None:
        self._world = world
        self._plates = plates
        self._every_s = every_s
        self._visit = visit
        self._next_at = every_s if every_s > 0.0 else NEVER

    def deadline(self) -> float:
        """When the next car turns in."""
        return self._next_at

    def tick(self, now: float) -> None:
        """A car turns in."""
        self._next_at = now + self._every_s
        self._world.arrive(self._visit(self._plates.next(), now))
