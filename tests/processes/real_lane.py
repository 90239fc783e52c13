"""One simulated lane in a thread, `kiosk run` on it as a process, and what became of its car."""

import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL
from types import TracebackType
from typing import Any, Final

from kiosk.core.records import Batch, Stay, StayOpened
from kiosk.edge.store.inspection import JournalRow, last_rows
from kiosk.edge.store.store import Store
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.site.scenario import DEMO_TARIFF, Kind
from kiosk_sim.site.screen_watcher import ScreenWatcher
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.wires.pty_host import PtyPort
from kiosk_sim.world.car import Geometry
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.ledger import ExitRecord
from kiosk_sim.world.profiles import BEST, Profile
from kiosk_sim.world.traffic import Visit
from processes.command import Command

PLATE: Final = "沪LX3DE4"
FEE_MINOR: Final = 500
STAYED: Final = timedelta(seconds=7000)

NEAR: Final = Geometry(turn_in_m=-8.0)
"""Cars turn in 1.5 s from the arming loop, so that no test waits for the road."""

CARD: Final = Card(field_s=0.25, host_s=1.0)

ENDS: Final = ("payment-booked", "payment-refused", "payment-reversed", "payment-unresolved")

IMPATIENT: Final = {"pay_s": 15.0, "help_s": 10.0, "store_s": 1.0}
"""Settings at the short end, so that a lane that calls a person lets the car out soon."""

PROFILE: Final = replace(BEST, price_to_card=replace(BEST.price_to_card, median_s=0.6))


class RealLane:
    """Devices, a car and a controller. Everything of the world happens in the world's thread."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 7,
        profile: Profile = PROFILE,
        edit: Callable[[str], str] = lambda toml: toml,
        state: Path | None = None,
    ) -> None:
        self.folder = folder
        self.state = state or folder / "state"
        self.lane = ServedLane(seed, profile, NEAR)
        self.pictures: list[dict[str, Any]] = []
        self.runs: list[Command] = []
        self._when: list[tuple[Callable[[], bool], Callable[[], None], threading.Event]] = []
        folder.mkdir(parents=True, exist_ok=True)
        ports = self.lane.on_ptys(folder)
        self.config = folder / "kiosk.toml"
        settings = "".join(f"{name} = {value}\n" for name, value in IMPATIENT.items())
        toml = self.lane.kiosk_toml(ports, folder).replace("[store]", f"{settings}\n[store]")
        self.config.write_text(edit(toml), encoding="utf-8")
        self._watcher = watcher = ScreenWatcher(
            folder / "screen.sock", self.lane.world, self.pictures.append
        )
        self.lane.world.on_answer(watcher.type_plate)
        self.lane.host.add(watcher)
        self.lane.after_turn = self._after_turn
        self._thread = threading.Thread(target=self.lane.host.run, daemon=True)

    def __enter__(self) -> "RealLane":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for run in self.runs:
            run.kill()
        self.lane.host.stop()
        self._thread.join(5.0)
        assert not self._thread.is_alive()
        self._watcher.close()

    # The controller.

    def start(self, *arguments: str, **options: Any) -> Command:
        """`kiosk run`, ready to drive the lane."""
        run = Command("kiosk", "run", "--config", self.config, *arguments, **options)
        self.runs.append(run)
        run.wait_for("runtime.ready")
        return run

    @property
    def run(self) -> Command:
        return self.runs[-1]

    @property
    def logged(self) -> str:
        return "".join(run.said for run in self.runs)

    # The world.

    def happens(self, when: Callable[[], bool], act: Callable[[], None]) -> threading.Event:
        """As soon as `when()` is so, `act()`, both in the world's thread; set when it is done."""
        done = threading.Event()
        self._when.append((when, act, done))
        return done

    def until(self, when: Callable[[], bool], by_s: float = 30.0) -> bool:
        """Whether `when()` was so within `by_s`."""
        return self.happens(when, lambda: None).wait(by_s)

    def do(self, act: Callable[[], None]) -> None:
        """Do this in the world's thread, now."""
        assert self.happens(lambda: True, act).wait(5.0)

    def enters(self, plate: str = PLATE, kind: Kind = Kind.CARD) -> None:
        """The car's stay is in the store as if it had come in long ago."""
        now = datetime.now(UTC)
        moment = now - STAYED
        store = Store(self.state, wall=lambda: moment)
        stay_id = f"s-{kind.value}-{moment.timestamp():.0f}"
        answers = store.carry_out(Batch((StayOpened("", stay_id, PlateText(plate), "car"),)))
        assert answers == []
        if kind is Kind.PREPAID:
            stay, moment = Stay(stay_id, "car", moment), now - timedelta(minutes=5)
            store.note_prepayment(stay_id, DEMO_TARIFF.fee(stay, moment).due)
        elif kind is Kind.SEASON:
            store.add_season(PlateText(plate), now - timedelta(days=1), now + timedelta(days=1))
        store.close()

    def comes(self, plate: str = PLATE, cards: int = 3, **habits: Any) -> None:
        """The car turns into the lane; its driver holds so many good cards."""
        visit = Visit(plate, self.lane.host.now(), (CARD,) * cards, Habits(**habits))
        self.do(lambda: self.lane.world.arrive(visit))

    def pull(self, name: str) -> None:
        """Take the adapter of this device out."""
        self._port(name).pull(self.lane.host.now())

    def plug(self, name: str) -> None:
        """Put it in again: a new pty under the same name."""
        self._port(name).plug(self.lane.host.now())

    def left(self) -> list[ExitRecord]:
        """The cars that are out."""
        return list(self.lane.world.ledger.exits)

    def story(self) -> str:
        """All that was seen, for the message of a failed test."""
        rows = "".join(f"{row.kind} {row.body}\n" for row in self.rows())
        return f"{self.logged}\n{rows}\n{self.lane.terminal.books!r} {self.lane.world!r}"

    # What was written.

    def rows(self) -> list[JournalRow]:
        """The journal's rows."""
        return last_rows(self.state, 10_000)

    def bodies(self, *kinds: str) -> list[dict[str, Any]]:
        """The values of the journal's rows of these kinds."""
        return [json.loads(row.body) for row in self.rows() if row.kind in kinds]

    def open_orders(self) -> set[str]:
        """Orders whose end is not written."""
        intended = {order["order_id"] for order in self.bodies("payment-intended")}
        return intended - {order["order_id"] for order in self.bodies(*ENDS)}

    def plates_written(self, *plates: str) -> list[str]:
        """Files and words of this lane that hold a whole plate."""
        tails = [plate[1:].encode() for plate in plates or (PLATE,)]
        found = [
            str(path)
            for path in self.folder.rglob("*")
            if path.is_file() and any(tail in path.read_bytes() for tail in tails)
        ]
        words = self.logged + repr(self.pictures)
        return found + ["words" for tail in tails if tail.decode() in words]

    def _after_turn(self, _now: float) -> None:
        for item in tuple(self._when):
            when, act, done = item
            if when():
                self._when.remove(item)
                act()
                done.set()

    def _port(self, name: str) -> PtyPort:
        for port in self.lane.host.ports:
            if isinstance(port, PtyPort) and port.path.name == name:
                return port
        raise LookupError(name)


def killing(lane: RealLane) -> Callable[[], None]:
    """What kills this lane's controller as the power does."""
    return lambda: os.kill(lane.run.pid, SIGKILL)


def machine_ms(log: str) -> list[int]:
    """The machine's own share of each exit, as the controller itself booked it."""
    return [int(found) for found in re.findall(r"machine_ms=(\d+)", log)]


def usage(pid: int) -> tuple[int, int, float]:
    """(resident KiB, open descriptors, CPU seconds so far) of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return int(found[1]), len(os.listdir(f"/proc/{pid}/fd")), cpu_s
