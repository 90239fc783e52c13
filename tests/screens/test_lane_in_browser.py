"""Whole exits at the page in Chromium: a plate is typed into it, a code is scanned from it."""

import re
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from socket import socket

import pytest

from kiosk.core.records import Batch, StayOpened
from kiosk.edge.store.store import Store
from kiosk.screens.driver.bundle import texts
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.devices.camera import Outcome
from kiosk_sim.site.gateway_service import tap
from kiosk_sim.site.served_codes import CODES_CURRENCY, ServedCodes
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.world.profiles import TYPICAL
from kiosk_sim.world.traffic import Visit
from screens.photograph import read_png

pytestmark = [pytest.mark.slow, pytest.mark.measured, pytest.mark.timeout(90)]

PLATE = "BAB1234"
SERVES_S = 30.0
ENDS_S = 60.0
GOAL_S = 10.0
STOP_S = 5.0


def free_port():
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_stay(folder, hours):
    entered = datetime.now(UTC) - timedelta(hours=hours)
    store = Store(folder / "state", wall=lambda: entered)
    store.carry_out(Batch((StayOpened("", "s-1", PlateText(PLATE), "car"),)))
    store.close()


@contextmanager
def served(lane):
    """The devices and the world, in a thread of their own."""
    thread = threading.Thread(target=lane.host.run)
    thread.start()
    try:
        yield
    finally:
        lane.host.stop()
        thread.join(STOP_S)


def await_page(address):
    """Until the controller serves: on a machine that has much else to do, that takes its time."""
    host, port = address.split(":")
    end = time.monotonic() + SERVES_S
    while time.monotonic() < end:
        with closing(socket()) as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("nobody serves the page")


def await_exit(lane):
    end = time.monotonic() + ENDS_S
    while not lane.world.ledger.exits and time.monotonic() < end:
        time.sleep(0.05)


def lets_in(lane):
    """The cars that are put into this list come at once, in the world's own thread."""
    coming = []

    def let_in(now):
        while coming:
            lane.world.arrive(replace(coming.pop(), at_s=now))

    lane.after_turn = let_in
    return coming


@contextmanager
def controller(config, log):
    command = (sys.executable, "-m", "kiosk", "run", "--config", str(config))
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(STOP_S)


def test_a_driver_whose_plate_was_not_read_types_it_pays_and_drives_off(tab, tmp_path):
    lane = ServedLane(seed=3)
    address = f"127.0.0.1:{free_port()}"
    seen = []
    with_stay(tmp_path, hours=2)
    with lane.host:
        ports = lane.on_ptys(tmp_path)
        config = tmp_path / "kiosk.toml"
        config.write_text(lane.kiosk_toml(ports, tmp_path, address), encoding="utf-8")
        lane.camera.expect(Outcome.NO_READ)
        coming = lets_in(lane)
        with served(lane), controller(config, tmp_path / "log"):
            await_page(address)
            tab.goto(f"http://{address}/")
            tab.wait_for_selector("body[data-picture='welcome']", timeout=20_000)
            coming.append(Visit(PLATE))
            drive(tab, seen)
            tab.wait_for_selector("body[data-picture='welcome']", timeout=20_000)
            await_exit(lane)
        (record,) = lane.world.ledger.exits
    assert seen == [texts("en")[f"{name}.title"] for name in ("ask-plate", "due", "drive")]
    assert record.t1_s is not None, "the arm was up"
    assert not lane.world.oracle.violations
    assert lane.terminal.taken_minor() > 0
    assert PLATE not in (tmp_path / "log").read_text(encoding="utf-8")


def drive(tab, seen):
    """What the driver sees, and does at the screen; the card is the simulated driver's."""
    tab.wait_for_selector("body[data-picture='ask-plate']", timeout=20_000)
    seen.append(tab.inner_text("#title"))
    for char in PLATE:
        tab.locator("#keys button").get_by_text(char, exact=True).tap()
    tab.tap("#keys .done")
    for picture in ("due", "drive"):
        tab.wait_for_selector(f"body[data-picture='{picture}']", timeout=20_000)
        seen.append(tab.inner_text("#title"))


def test_a_driver_scans_the_screen_pays_on_a_phone_and_is_let_out_within_ten_seconds(tab, tmp_path):
    lane = ServedLane(seed=3, currency=CODES_CURRENCY)
    codes = ServedCodes(lane.host, tmp_path / "gateway", TYPICAL)
    address = f"127.0.0.1:{free_port()}"
    with_stay(tmp_path, hours=2)
    with lane.host:
        ports = lane.on_ptys(tmp_path)
        config = tmp_path / "kiosk.toml"
        text = lane.kiosk_toml(ports, tmp_path, address, codes.tables)
        config.write_text(text, encoding="utf-8")
        lane.camera.expect(Outcome.READ)
        coming = lets_in(lane)
        with served(lane), controller(config, tmp_path / "log"):
            await_page(address)
            tab.goto(f"http://{address}/")
            tab.wait_for_selector("body[data-picture='welcome']", timeout=20_000)
            coming.append(Visit(PLATE, cards=()))
            due_minor = pay_by_phone(tab, codes)
            for picture in ("approved", "drive", "welcome"):
                tab.wait_for_selector(f"body[data-picture='{picture}']", timeout=20_000)
                assert tab.locator("#codes path[d^=M]").count() == 0, "nobody pays twice"
            await_exit(lane)
        codes.close()
        (record,) = lane.world.ledger.exits
    assert record.t1_s is not None, "the arm was up"
    assert record.total_s <= GOAL_S
    assert codes.taken_minor() == due_minor > 0
    assert lane.terminal.taken_minor() == 0
    assert not lane.world.oracle.violations
    assert PLATE not in (tmp_path / "log").read_text(encoding="utf-8")


def pay_by_phone(tab, codes):
    """What the driver sees, and what a phone makes of the screen; says what was due."""
    tab.wait_for_selector("body[data-picture='due'][data-codes='2']", timeout=20_000)
    # Both: of the two, either may be made and drawn first.
    tab.locator("#codes figure:not([hidden]) path[d^=M]").nth(1).wait_for(state="attached")
    assert tab.inner_text("#hint") == texts("en")["due.hint@both"], "a card would do as well"
    amount = tab.inner_text("#amount")
    scanned = [each for each in read_png(tab.screenshot()) if each.startswith("weixin://")]
    said = StringIO()
    assert tap(scanned[0], "pay", codes.address, said) == 0
    due_minor = int(re.sub(r"\D", "", amount))
    assert f"paid: {due_minor // 100}.{due_minor % 100:02d} CNY" in said.getvalue()
    return due_minor
