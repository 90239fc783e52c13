"""`kiosk-sim lane`: every device of a lane, for a controller that somebody else starts."""

from pathlib import Path
from random import Random
from typing import TextIO

from kiosk_hw.ports.party import NEVER
from kiosk_sim.site.planting import plant
from kiosk_sim.site.scenario import Plates
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.site.stopping import stopped_by_signals
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.traffic import Visit


def serve_lane(
    folder: Path,
    tcp_host: str | None,
    seed: int,
    every_s: float,
    out: TextIO,
    *,
    fault: str | None = None,
) -> None:
    """Serve a lane in `folder` until stopped; prints its ports and writes `kiosk.toml` beside them.

    A car comes every `every_s` seconds (0: none). Nobody entered it, so a lane whose store is empty
    asks its driver for the plate and then calls a person.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lane = ServedLane(seed)
    with stopped_by_signals(lane.host.stop), lane.host as host:
        ports = lane.on_sockets(tcp_host) if tcp_host else lane.on_ptys(folder)
        config = folder / "kiosk.toml"
        config.write_text(lane.kiosk_toml(ports, folder), encoding="utf-8")
        for name, port in ports.items():
            print(f"{name}: {port} ({lane.devices[name].line})", file=out)
        plant(fault, lane.stage(Random()), host.now(), out)
        print(f"ready: kiosk run --config {config}", file=out, flush=True)
        if every_s > 0.0:
            host.add(Stream(lane.world, Plates(Random(seed)), every_s))
        host.run()


class Stream:
    """A party without a wire: sends a car into the lane every so often."""

    def __init__(self, world: LaneWorld, plates: Plates, every_s: float) -> None:
        self._world = world
        self._plates = plates
        self._every_s = every_s
        self._next_at = every_s if every_s > 0.0 else NEVER

    def deadline(self) -> float:
        """When the next car turns in."""
        return self._next_at

    def tick(self, now: float) -> None:
        """A car turns in."""
        self._next_at = now + self._every_s
        self._world.arrive(Visit(self._plates.next(), at_s=now))
