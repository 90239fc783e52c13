"""The real controller, `kiosk run` as a process of its own, against simulated devices on ptys."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import clock_gettime, monotonic
from typing import Final

from kiosk.core.records import Batch, StayOpened
from kiosk.edge.store.store import Store
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.site.bench.figures import Figure, figure, quantile
from kiosk_sim.site.bench.lines import SPEEDS, Speeds, line_seconds
from kiosk_sim.site.scenario import Kind, guests
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.profiles import BEST, Spread
from kiosk_sim.world.traffic import Visit

HURRIED: Final = replace(BEST, plate_read_s=0.3, price_to_card=Spread(0.5))
"""People and devices in a hurry; the plate is read while the loops are polled, as in the field."""

SEED: Final = 7
FIRST_CAR_S: Final = 3.0
HEADWAY_S: Final = 4.0
EXIT_S_MAX: Final = 20.0
SETTLED_S: Final = 2.0
"""How long after its start the process counts as idle."""

STOP_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Running:
    """The controller's process, the lane around it, and what it says."""

    process: subprocess.Popen[str]
    lane: ServedLane
    serving: Thread
    log: Iterator[str]
    ready_ms: float


@dataclass(frozen=True, slots=True)
class Life:
    """One start of the controller and some idle seconds of it."""

    ready_ms: float
    rss_mib: float
    idle_percent: float
    poll_us: float
    turn_us: float


def lives(runs: int, idle_s: float) -> Iterator[Figure]:
    """Start-up, memory and idle load. The lane is empty and polled at its real pace."""
    told = [_live(idle_s) for _ in range(runs)]
    yield figure("start-up to runtime.ready", "ms", [each.ready_ms for each in told], goal="<= 500")
    yield figure("memory (RSS)", "MiB", [each.rss_mib for each in told], goal="<= 60")
    yield figure("idle load of a core", "%", [each.idle_percent for each in told])
    yield figure("CPU per turn of the real shell", "us", [each.turn_us for each in told])
    yield figure("CPU per poll exchange of the process", "us", [each.poll_us for each in told])


def shares(exits: int) -> Iterator[Figure]:
    """The machine's share of card exits in real time, beside what the lines alone take."""
    for speeds in SPEEDS:
        plan = speeds.plan(LanePlan(seed=SEED, profile=HURRIED))
        limit_ms = 1000 * median(line_seconds(plan, Kind.CARD))
        times = [1000 * seconds for seconds in _machine_seconds(speeds, exits)]
        low, middle, high = (quantile(times, share) for share in (0.0, 0.5, 0.99))
        name = f"machine share, ptys card {speeds}"
        goal = "ratio <= 1.10" if speeds is SPEEDS[-1] else "high <= 250"
        yield Figure(name, "ms", middle, low, high, len(times), goal, "line limit", limit_ms)


def flooded_shares(
    exits: int, flooding: Callable[[Path], AbstractContextManager[None]]
) -> Iterator[Figure]:
    """The machine's share of card exits beside a flood, next to the same exits without one."""
    speeds = SPEEDS[-1]
    alone = [1000 * seconds for seconds in _machine_seconds(speeds, exits)]
    beside = [1000 * seconds for seconds in _machine_seconds(speeds, exits, flooding)]
    yield figure(
        "machine share beside a flood of the pay page",
        "ms",
        beside,
        goal="ratio <= 1.10",
        against=("alone", median(alone)),
    )


def _live(idle_s: float) -> Life:
    with TemporaryDirectory(prefix="kiosk-bench-") as name, controlled(Path(name)) as running:
        process, lane = running.process, running.lane
        at_ready_s = _cpu_s(process.pid)
        Event().wait(SETTLED_S)
        began, began_s, polls = monotonic(), _cpu_s(process.pid), lane.board.grades.requests
        Event().wait(idle_s)
        took_s, idle_cpu_s = monotonic() - began, _cpu_s(process.pid) - began_s
        polls = lane.board.grades.requests - polls
        held_mib, all_s = rss_mib(process.pid), _cpu_s(process.pid) - at_ready_s
        process.terminate()
        stopped = next(line for line in running.log if "runtime.stopped" in line)
        turns = int(stopped.split("turns=")[1].split()[0])
    return Life(
        running.ready_ms,
        held_mib,
        100 * idle_cpu_s / took_s,
        idle_cpu_s * 1e6 / polls,
        all_s * 1e6 / turns,
    )


def _machine_seconds(
    speeds: Speeds,
    exits: int,
    beside: Callable[[Path], AbstractContextManager[None]] = lambda folder: nullcontext(),
) -> list[float]:
    lane = ServedLane(SEED, HURRIED, zvt_baud=speeds.zvt_baud, modbus_baud=speeds.modbus_baud)
    with TemporaryDirectory(prefix="kiosk-bench-") as name:
        _announce(lane, Path(name), exits)
        finished = lane.world.ledger.exits
        lane.after_turn = lambda now: lane.host.stop() if len(finished) >= exits else None
        with controlled(Path(name), lane) as running, beside(Path(name)):
            running.serving.join(FIRST_CAR_S + exits * EXIT_S_MAX)
        return [record.machine_s for record in finished if record.t1_s is not None]


def _announce(lane: ServedLane, folder: Path, exits: int) -> None:
    began = datetime.now(UTC)
    store = Store(folder / "state", wall=lambda: began - timedelta(seconds=7000.0))
    arriving = guests(Random(SEED), exits, (Kind.CARD,), headway_s=HEADWAY_S, from_s=FIRST_CAR_S)
    for number, guest in enumerate(arriving):
        row = StayOpened("", f"s-bench-{number:03d}", PlateText(guest.plate), "car")
        store.carry_out(Batch((row,)))
        lane.world.arrive(Visit(guest.plate, at_s=guest.at_s))
    store.close()


@contextmanager
def controlled(
    folder: Path, lane: ServedLane | None = None, page: str | None = None
) -> Iterator[Running]:
    """A served lane in a thread of ours, and the controller as anybody would start it."""
    lane = lane or ServedLane(SEED, HURRIED)
    config = folder / "kiosk.toml"
    config.write_text(lane.kiosk_toml(lane.on_ptys(folder), folder, page), encoding="utf-8")
    command = (sys.executable, "-m", "kiosk", "run", "--config", str(config))
    serving = Thread(target=lane.host.run)
    serving.start()
    began = monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            log = iter(process.stderr)
            said: list[str] = []
            while "runtime.ready" not in (line := next(log, "")):
                said.append(line)
                if not line:
                    raise RuntimeError(f"the controller did not start: {''.join(said)}")
            yield Running(process, lane, serving, log, (monotonic() - began) * 1000)
        finally:
            process.terminate()
            for _ in log:
                pass
            process.wait(STOP_S)
            lane.host.stop()
            serving.join()


def _cpu_s(pid: int) -> float:
    """What the process has computed so far, all threads together."""
    # The clock that Linux' clock_getcpuclockid(3) names; /proc counts in hundredths of a second.
    return clock_gettime((~pid << 3) | 2)


def rss_mib(pid: int) -> float:
    """What the process holds in memory now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
