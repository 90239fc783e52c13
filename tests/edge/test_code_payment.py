"""What `[codes]` makes of a lane: its gateways, its page's addresses, the counter between them."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from edge.config_samples import EXIT
from edge.test_config_codes import BOTH
from edge.waiting import until
from kiosk.config import Config, parse
from kiosk.core.lane.taps import LanePayTapped
from kiosk.core.shows import OfferMade
from kiosk.edge.codes.payment import addresses_of, counter_of, payment_of
from kiosk.edge.composition import Audience, build_lane
from kiosk.edge.counter.page_side import PageSide
from kiosk.edge.counter.words import COUNTER_NAME
from kiosk_hw.ports.money import Money

PAGE = '[codes]\npage_url = "https://pay.example"\nask_ms = 900\n'


def config_of(text: str, folder: Path = Path("/etc/kiosk")) -> Config:
    config = parse(text, folder)
    return replace(config, store=replace(config.store, folder=folder))


def test_a_lane_without_codes_has_neither_gateways_nor_addresses_nor_a_counter() -> None:
    config = config_of(EXIT)
    assert addresses_of(config) is None
    assert payment_of(config, None) is None
    assert counter_of(config, None, lambda *_: None, lambda _: None) is None
    assert build_lane(config, "r").codes is None


def test_gateways_without_a_page_show_their_own_codes() -> None:
    config = config_of(BOTH)
    assert addresses_of(config) is None
    payment = payment_of(config, None)
    assert payment is not None
    assert payment.gateways == ("wechat", "alipay")
    assert (payment.offer_url, payment.return_url("o-1"), payment.ask_s) == (None, "", 0.5)
    assert build_lane(config, "r").codes is not None


def test_the_page_s_addresses_and_the_pause_reach_the_lane() -> None:
    config = config_of(BOTH.replace("[codes.wechat]", PAGE + "[codes.wechat]"))
    addresses = addresses_of(config)
    payment = payment_of(config, addresses)
    assert addresses is not None
    assert payment is not None
    assert payment.ask_s == 0.9
    assert payment.offer_url is not None
    assert payment.offer_url("o-1") == addresses.offer_url("o-1")
    assert payment.offer_url("o-1").startswith("HTTPS://PAY.EXAMPLE/L/")
    other = addresses_of(config)
    assert other is not None
    assert other.offer_url("o-1") != addresses.offer_url("o-1"), "a new process, a new key"


@pytest.mark.slow
def test_what_the_lane_offers_reaches_the_page_and_its_tap_the_lane(tmp_path: Path) -> None:
    config = config_of(BOTH.replace("[codes.wechat]", PAGE + "[codes.wechat]"), tmp_path)
    addresses = addresses_of(config)
    assert addresses is not None
    told: list[object] = []
    audience = Audience()
    audience.meet(counter_of(config, addresses, lambda act, *args: act(*args), told.append))
    audience.show(OfferMade("o-1", "x-1", None, Money(500, "CNY")), 1.0)
    page, token = PageSide(tmp_path / COUNTER_NAME), addresses.offer_token("o-1")
    now_us = time.time_ns() // 1000
    asyncio.run(until(lambda: page.offer(token, now_us)))
    page.tap_offer(token, "wechat", "192.0.2.7", now_us)
    asyncio.run(until(lambda: told))
    page.file.close()
    audience.leave()
    assert told == [LanePayTapped("o-1", "wechat", "192.0.2.7")]


def test_another_lane_of_the_site_has_other_ids_and_asks_for_its_own_alone() -> None:
    one, other = (config_of(EXIT.replace("exit-1", name)) for name in ("exit-1", "exit-2"))
    first, second, again = (build_lane(config, "run") for config in (one, other, one))
    tags = [lane.desk.lane_tag for lane in (first, second, again)]
    assert tags[0] == tags[2] != tags[1]
    assert first.desk.new_id("o").startswith(f"o-{tags[0]}run-")
    asked = second.take().batch.queries
    assert {query.lane for query in asked} == {tags[1]}
