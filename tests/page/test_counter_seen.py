"""What a lane's technicians learn of the counter: failing, another release's, its page gone."""

import asyncio
import sqlite3
from contextlib import suppress

import pytest

from edge import waiting
from edge.config_samples import EXIT
from kiosk.config import parse
from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device
from kiosk.core.health.observations import CounterSeen
from kiosk.edge.composition import Audience
from kiosk.edge.counter import port as port_module
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.page_side import PAGE_S, PageSide
from kiosk.edge.counter.port import CounterPort
from kiosk.edge.counter.schema import VERSION
from kiosk.edge.monitor import looking
from page.test_counter_port import ADDRESSES, at_the_counter, now_us, until

SOUND = CounterSeen(page=False)
WITH_PAGE = CounterSeen(page=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(port_module, "BEAT_S", 0.01)
    monkeypatch.setattr(port_module, "AGAIN_S", 0.01)


def test_a_page_that_beats_is_seen_and_one_whose_beat_is_over_is_not(tmp_path):
    with at_the_counter(tmp_path / "counter.db") as (port, page, _):
        until(lambda: port.seen() == SOUND)
        page.beat(now_us())
        until(lambda: port.seen() == WITH_PAGE)
        page.beat(now_us() - round((PAGE_S + 1.0) * 1_000_000))
        until(lambda: port.seen() == SOUND)


def test_a_counter_that_cannot_be_written_says_why_until_it_can(tmp_path):
    path = tmp_path / "counter.db"
    with at_the_counter(path) as (port, page, _):
        page.file.close()
        until(lambda: _in_the_way(path))
        until(lambda: port.seen().why)
        assert port.seen().why in ("Is a directory", "unable to open database file")
        path.rmdir()
        until(lambda: not port.seen().why)


def _in_the_way(path):
    """A folder where the file was; its lane may make the file anew in between."""
    for each in path.parent.iterdir():
        each.unlink(missing_ok=True)
    with suppress(FileExistsError):
        path.mkdir()
        return True
    return False


def test_the_file_of_another_release_is_counted_and_begun_anew(tmp_path):
    path = tmp_path / "counter.db"
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {VERSION - 1}")
    other.close()
    side = LaneSide(path, "exit-1", ("wechat",), ADDRESSES)
    port = CounterPort(side, lambda act, *arguments: None, lambda told: None)
    port.start()
    try:
        until(lambda: port.seen() == CounterSeen(page=False, why="", replaced=1))
        page = PageSide(path)
        until(lambda: page.lanes(now_us()))
        page.file.close()
    finally:
        port.close()


def test_a_thread_that_does_not_come_back_is_a_counter_that_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(port_module, "HANGS_S", 0.05)
    with at_the_counter(tmp_path / "counter.db") as (port, _page, _):
        lock = sqlite3.connect(tmp_path / "counter.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        until(lambda: port.seen().why.startswith("no answer for "))
        lock.execute("ROLLBACK")
        lock.close()
        until(lambda: not port.seen().why)


def test_a_lane_that_comes_to_the_counter_has_it_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(looking, "LOOK_S", 0.01)
    path = tmp_path / "counter.db"
    side, page = LaneSide(path, "exit-1", ("wechat",), ADDRESSES), PageSide(path)

    async def run():
        doctor, audience = Doctor({}, 6.0), Audience()
        audience.looking = looking.Looking(parse(EXIT, tmp_path), doctor)
        audience.meet(CounterPort(side, lambda act, *arguments: None, lambda told: None))
        page.beat(now_us())
        try:
            await waiting.until(lambda: _knows(doctor))
        finally:
            audience.leave()
            page.file.close()

    asyncio.run(run())


def _knows(doctor):
    return Device.PAGE in {each.device for each in doctor.report(0.0).devices}
