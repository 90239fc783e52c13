"""A whole site of real processes: simulated lane, `kiosk run`, `kiosk page`, simulated gateways."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.core.records import Batch, StayOpened
from kiosk.edge.store.store import Store
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.traffic import Visit

PLATE: Final = "沪A12345"
STOP_S: Final = 5.0
START_S: Final = 15.0

PAGE_TOML: Final = """
[page]
listen = "127.0.0.1:{port}"
site = "site-1"
operator = "Example Parking"
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(said: Callable[[], Any], within_s: float = START_S) -> Any:
    """Wait for it; returns what it said."""
    end = time.monotonic() + within_s
    while not (found := said()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


@contextmanager
def running(name: str, *words: str, ready: str, log: Path) -> Iterator[subprocess.Popen[str]]:
    """A program of ours, once it says that it is ready."""
    with log.open("w") as out:
        command = [sys.executable, "-m", name, *words]
        with subprocess.Popen(command, stdout=out, stderr=out, text=True) as process:
            try:
                until(lambda: ready in log.read_text(encoding="utf-8") or process.poll())
                assert process.poll() is None, log.read_text(encoding="utf-8")
                yield process
            finally:
                process.terminate()
                process.wait(STOP_S)


class WholeSite:
    """One exit lane and its pay page; cars come when the test lets them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.lane = ServedLane(seed=3)
        self.coming: list[Visit] = []
        self.lane.after_turn = self._let_in
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        gateway = free_port()
        self.gateway = f"http://127.0.0.1:{gateway}"
        log = folder / "gateway.log"
        words = ("gateway", "--folder", str(folder / "gateway"), "--tcp", f"127.0.0.1:{gateway}")
        stack.enter_context(running("kiosk_sim", *words, ready="[codes.alipay]", log=log))
        until(lambda: "platform_keys" in log.read_text("utf-8").partition("[codes.alipay]")[2])
        tables = log.read_text(encoding="utf-8").partition("\n[codes.wechat]")
        stack.enter_context(self.lane.host)
        config = folder / "kiosk.toml"
        config.write_text(
            self._lane_toml()
            + f'\n[codes]\npage_url = "{self.url}"\n'
            + "".join(tables[1:])
            + PAGE_TOML.format(port=port),
            encoding="utf-8",
        )
        thread = threading.Thread(target=self.lane.host.run)
        thread.start()
        stack.callback(thread.join, STOP_S)
        stack.callback(self.lane.host.stop)
        for command, ready in (("run", "runtime.ready"), ("page", "page.ready")):
            told = ("--config", str(config))
            log = folder / f"{command}.log"
            stack.enter_context(running("kiosk", command, *told, ready=ready, log=log))
        self.screen = socket.socket(socket.AF_UNIX)
        stack.callback(self.screen.close)
        self.screen.settimeout(0.1)
        self.screen.connect(str(folder / "screen.sock"))
        self._heard = b""

    def _lane_toml(self) -> str:
        """A lane without a terminal, whose prices are in the currency of both gateways."""
        text = self.lane.kiosk_toml(self.lane.on_ptys(self.folder), self.folder)
        before, _, terminal = text.partition("[terminal]")
        return before + terminal[terminal.index("[tariff]") :].replace('"EUR"', '"CNY"')

    def entered(self, hours: float, plate: str = PLATE, stay_id: str = "s-1") -> None:
        """A car came in so long ago."""
        store = Store(
            self.folder / "state", wall=lambda: datetime.now(UTC) - timedelta(hours=hours)
        )
        store.carry_out(Batch((StayOpened("", stay_id, PlateText(plate), "car"),)))
        store.close()

    def arrives(self, plate: str = PLATE) -> None:
        """Its car turns into the exit lane; its driver has no card."""
        self.coming.append(Visit(plate, habits=Habits(pays=False)))

    def picture(self, name: str, within_s: float = START_S) -> dict[str, Any]:
        """Wait until the driver's screen shows this, with its codes if it is a price."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            *lines, self._heard = self._heard.split(b"\n")
            for at, line in enumerate(lines):
                shown: dict[str, Any] = json.loads(line)
                if shown["picture"] == name and (name != "due" or shown["codes"]):
                    self._heard = b"\n".join([*lines[at + 1 :], self._heard])
                    return shown
            with suppress(TimeoutError):
                self._heard += self.screen.recv(65536)
        raise AssertionError(f"the screen never showed {name}")

    def exit(self, within_s: float = 30.0) -> Any:
        """The record of the exit that comes next."""
        exits = self.lane.world.ledger.exits
        return until(lambda: exits and exits[-1].t1_s is not None and exits[-1], within_s)

    def logs(self) -> str:
        """Everything that the programs said."""
        return "".join(log.read_text(encoding="utf-8") for log in self.folder.glob("*.log"))

    def _let_in(self, now: float) -> None:
        while self.coming:
            visit = self.coming.pop()
            self.lane.world.arrive(Visit(visit.plate, at_s=now, habits=visit.habits))
