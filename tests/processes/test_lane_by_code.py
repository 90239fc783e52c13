"""`kiosk-sim lane --codes`: one command and two programs are a whole lane with payment by code."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.edge.store.inspection import last_rows
from kiosk_sim.site.code_lane import PARKED
from kiosk_sim.wires.browsing import pay_link
from page.whole_site import free_port, until
from processes.command import Command, ran

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

pytest.importorskip("cryptography", reason="extra codes")
pytest.importorskip("h11", reason="extra page")
pytest.importorskip("pyqrcode", reason="extra screen")

ADDRESSES = ("--gateway", "--pay-page", "--screen")


class Served:
    """The simulated lane, and both programs on the file that it wrote."""

    def __init__(self, folder: Path, stack: ExitStack, *more: str) -> None:
        self.ports = {name: f"127.0.0.1:{free_port()}" for name in ADDRESSES}
        words = [word for pair in self.ports.items() for word in pair]
        lane = ("lane", "--folder", folder, "--codes", "--every-s", "13", *words, *more)
        self.folder = folder
        self.sim = stack.enter_context(Command("kiosk_sim", *lane))
        self.sim.wait_for("ready: kiosk run")
        self.config = folder / "kiosk.toml"
        told = ("--config", self.config)
        self.run = stack.enter_context(Command("kiosk", "run", *told))
        self.page = stack.enter_context(Command("kiosk", "page", *told))
        self.run.wait_for("runtime.ready")
        self.page.wait_for("page.ready")

    @property
    def said(self) -> str:
        return self.run.said + self.page.said


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_one_command_serves_drivers_with_cards_and_drivers_with_phones(
    tmp_path: Path, stack: ExitStack
) -> None:
    lane = Served(tmp_path, stack)
    code, said = ran("kiosk", "check", lane.config)
    assert code == 0, said
    tables = tomllib.loads(lane.config.read_text("utf-8"))
    assert tables["tariff"]["currency"] == "CNY"
    assert {"codes", "page", "screen", "diag"} <= tables.keys()
    said = lane.run.wait_for("exit.finished", 75.0, count=2)
    assert re.findall(r"exit\.finished .* kind=(\w+)", said) == ["card", "code"]
    assert "clock.wrong" not in said, "the simulated terminal lives in this machine's time"
    kinds = [row.kind for row in last_rows(tmp_path / "state", 1000)]
    assert kinds.count("payment-booked") == kinds.count("barrier-opened") == 2
    assert "Traceback" not in lane.said
    assert lane.sim.stop() == 0
    assert lane.run.stop() == lane.page.stop() == 0


def test_a_parked_car_is_paid_for_at_the_posted_code(tmp_path: Path, stack: ExitStack) -> None:
    lane = Served(tmp_path, stack, "--by-hand")
    assert PARKED in lane.sim.said
    url = f"http://{lane.ports['--pay-page']}/p/site-1"
    # The lane comes to the counter some milliseconds after it is ready.
    link = until(lambda: pay_link(url, plate=PARKED))
    assert link.startswith(f"http://{lane.ports['--gateway']}/")
    code, said = ran("kiosk_sim", "pay", link, "--gateway", lane.ports["--gateway"])
    assert (code, said) == (0, "paid: 5.00 CNY, 停车费 Parking\n")
    lane.run.wait_for("code.booked", 15.0)
    assert pay_link(url, plate=PARKED) == "", "nothing is due any more"
    assert PARKED not in lane.said


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/l/a", "http://pay.example/l/a", "weixin://x"])
def test_a_simulated_phone_opens_pages_of_this_machine_alone(url: str) -> None:
    assert pay_link(url) == ""
