"""The lane's thread at the counter: brings taps, keeps offers alive, never holds a turn up."""

import queue
import threading
import time
from contextlib import contextmanager

import pytest

from kiosk.core.lane.taps import LanePayTapped
from kiosk.core.shows import OfferEnded, OfferMade
from kiosk.edge.counter import port as port_module
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.page_side import PageSide
from kiosk.edge.counter.port import SHOWS_MAX, CounterPort
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.counter.words import OpenLane, State
from kiosk_hw.ports.money import Money

ADDRESSES = PageAddresses("https://pay.example", b"\x01" * 32)
TOKEN = ADDRESSES.offer_token("o-1")
MADE = OfferMade("o-1", "x-1", None, Money(1500, "CNY"))


def now_us():
    return time.time_ns() // 1000


def until(said, within_s=5.0):
    end = time.monotonic() + within_s
    while not (found := said()):
        assert time.monotonic() < end
        time.sleep(0.002)
    return found


@contextmanager
def at_the_counter(path):
    told = queue.Queue()
    side = LaneSide(path, "exit-1", ("wechat",), ADDRESSES)
    port = CounterPort(side, lambda act, *arguments: act(*arguments), told.put)
    page = PageSide(path)
    port.start()
    try:
        until(lambda: page.lanes(now_us()))
        yield port, page, told
    finally:
        port.close()
        page.file.close()


def test_what_is_published_is_offered_and_what_is_tapped_is_told(tmp_path):
    with at_the_counter(tmp_path / "counter.db") as (port, page, told):
        port.publish(MADE)
        until(lambda: page.offer(TOKEN, now_us()))
        page.tap_offer(TOKEN, "wechat", "192.0.2.7", now_us())
        assert told.get(timeout=5) == LanePayTapped("o-1", "wechat", "192.0.2.7")
        port.publish(OfferEnded("o-1", paid=True))
        until(lambda: page.offer(TOKEN, now_us()).state is State.PAID)
        assert "told=1 dropped=0 failures=0" in repr(port)
    assert page.lanes(now_us()) == ()
    page.file.close()


def test_while_something_is_offered_a_tap_does_not_wait_for_the_idle_look(tmp_path, monkeypatch):
    monkeypatch.setattr(port_module, "LOOK_S", 60.0)
    path = tmp_path / "counter.db"
    told: queue.Queue[object] = queue.Queue()
    side = LaneSide(path, "exit-1", ("wechat",), ADDRESSES)
    port = CounterPort(side, lambda act, *arguments: act(*arguments), told.put)
    page = PageSide(path)
    port.publish(MADE)
    port.start()
    try:
        until(lambda: page.offer(TOKEN, now_us()))
        page.tap_offer(TOKEN, "wechat", "192.0.2.7", now_us())
        assert told.get(timeout=5) == LanePayTapped("o-1", "wechat", "192.0.2.7")
    finally:
        port.close()
        page.file.close()


def test_a_lane_that_finds_its_file_broken_offers_again_what_can_still_be_paid(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(port_module, "BEAT_S", 0.05)
    monkeypatch.setattr(port_module, "AGAIN_S", 0.05)
    path = tmp_path / "counter.db"
    with at_the_counter(path) as (port, page, _):
        port.publish(MADE)
        until(lambda: page.offer(TOKEN, now_us()))
        page.file.close()
        for each in list(tmp_path.iterdir()):
            each.unlink()
        path.write_bytes(b"no database at all" * 100)
        until(lambda: port.failures > 0)
        until(lambda: page.lanes(now_us()))
        assert until(lambda: page.offer(TOKEN, now_us())).state is State.OPEN
        port.publish(OfferEnded("o-1", paid=False))
        until(lambda: page.offer(TOKEN, now_us()).state is State.ENDED)
        page.file.close()
        failures = port.failures
        for each in list(tmp_path.iterdir()):
            each.unlink()
        path.write_bytes(b"no database at all" * 100)
        until(lambda: port.failures > failures)
        until(lambda: page.lanes(now_us()))
        assert page.offer(TOKEN, now_us()) is None, "what is over is not offered again"


def test_a_file_that_fails_is_told_of_again_later_and_not_each_time(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(port_module, "AGAIN_S", 0.0)
    monkeypatch.setattr(port_module, "BEAT_S", 0.0)
    monkeypatch.setattr(port_module, "LOOK_S", 0.001)

    class Full(LaneSide):
        def beat(self, now_us):
            raise OSError("disk")

    side = Full(tmp_path / "counter.db", "exit-1", ("wechat",), ADDRESSES)
    port = CounterPort(side, lambda *_: None, lambda _: None)
    port.start()
    until(lambda: port.failures >= 3)
    assert caplog.text.count("counter.failed") == 1
    monkeypatch.setattr(port_module, "SAY_S", 0.0)
    port._say_at = 0.0
    until(lambda: caplog.text.count("counter.failed") >= 3)
    port.close()


def test_a_counter_where_nothing_happened_is_not_locked_for_a_look(tmp_path):
    class Counting(LaneSide):
        taken = 0

        def take(self, now_us):
            self.taken += 1
            return super().take(now_us)

    told = []
    side = Counting(tmp_path / "counter.db", "exit-1", ("wechat",), ADDRESSES)
    port = CounterPort(side, lambda act, *arguments: act(*arguments), told.append)
    page = PageSide(tmp_path / "counter.db")
    side.open(now_us())
    side.put(MADE, now_us())
    page.tap_offer(TOKEN, "wechat", "192.0.2.7", now_us())
    for _ in range(10):
        port._look()
    assert len(told) == 1
    assert side.taken == 2, "once for the tap, and once for what one look may have left"
    page.file.close()
    side.file.close()


def test_a_file_that_hangs_drops_shows_and_never_the_lane(tmp_path):
    holding, release = threading.Event(), threading.Event()

    class Hanging(LaneSide):
        def beat(self, now_us):
            holding.set()
            release.wait(10)
            super().beat(now_us)

    side = Hanging(tmp_path / "counter.db", "exit-1", (), ADDRESSES)
    port = CounterPort(side, lambda *_: None, lambda event: None)
    port.start()
    try:
        assert holding.wait(5)
        began = time.monotonic()
        for _ in range(SHOWS_MAX + 10):
            port.publish(MADE)
        assert time.monotonic() - began < 5.0, "the file hangs for ten"
        assert port.dropped == 10
    finally:
        release.set()
        port.close()


@pytest.mark.slow
@pytest.mark.measured
def test_a_tap_is_told_within_a_tenth_of_a_second(tmp_path):
    with at_the_counter(tmp_path / "counter.db") as (port, page, told):
        waits = []
        for number in range(20):
            port.publish(OfferMade(f"o-{number}", "x", None, Money(1, "CNY")))
            token = ADDRESSES.offer_token(f"o-{number}")
            until(lambda token=token: page.offer(token, now_us()))
            began = time.monotonic()
            page.tap_offer(token, "wechat", "", now_us())
            told.get(timeout=5)
            waits.append(time.monotonic() - began)
        assert sorted(waits)[10] <= 0.1, waits


def test_the_lanes_beat_names_its_gateways(tmp_path):
    with at_the_counter(tmp_path / "counter.db") as (_, page, _told):
        assert page.lanes(now_us()) == (OpenLane("exit-1", ("wechat",)),)
