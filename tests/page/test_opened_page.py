"""What opening the lane's page does before any tap, once, and what it never does."""

import pytest

from kiosk.core.lane.taps import LanePageOpened, LanePayTapped
from kiosk.core.shows import PayLinkReady, PayLinkRefused
from kiosk.edge.counter import page_side
from kiosk.screens.pay.words import texts
from page.page_bench import PHONE, Bench, location, ticket, title

EN = texts("en")
LINK = "https://sheet.example/1"

ALIPAY = "Mozilla/5.0 (iPhone) AlipayClient/10.5.60"


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


def test_in_a_providers_own_app_the_order_is_made_at_the_opening_once_and_waits_for_the_tap(bench):
    path = bench.offer()
    bench.links()
    opened = bench.get(path, user_agent=ALIPAY, accept_language="en")
    assert (title(opened), b"http-equiv" in opened.body) == (EN["fee.title"], False)
    bench.look()
    assert bench.taps == [LanePayTapped("o-1", "alipay", PHONE)]
    before = bench.now
    form = {"ticket": ticket(opened), "gateway": "alipay"}
    assert location(bench.post(path, form, user_agent=ALIPAY)) == LINK
    again = bench.get(path, user_agent=ALIPAY, accept_language="en")
    bench.look()
    assert (title(again), bench.now) == (EN["waiting.title"], before)
    assert len(bench.taps) == 1


def test_with_one_gateway_the_order_is_made_at_the_opening_and_the_tap_finds_its_link(bench):
    path = bench.offer()
    bench.lane._gateways = ("wechat",)
    bench.lane.beat(bench.us())
    bench.links()
    opened = bench.get(path, accept_language="en")
    assert title(opened) == EN["fee.title"]
    bench.look()
    before = bench.now
    answer = bench.post(path, {"ticket": ticket(opened), "gateway": "wechat"})
    assert (location(answer), bench.now) == (LINK, before)
    assert len(bench.taps) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"sec_purpose": "prefetch;prerender"}),
        ("HEAD", {"user_agent": ALIPAY}),
        ("GET", {"user_agent": ALIPAY, "sec_purpose": "prefetch;prerender"}),
        ("GET", {"user_agent": ALIPAY, "purpose": "preview"}),
    ],
)
def test_no_order_is_made_by_an_opening_that_nobody_sees(bench, method, headers):
    path = bench.offer()
    bench.links()
    answer = bench.ask(method, path, **headers)
    bench.look()
    assert (answer.status, bench.taps) == (200, [])


def test_where_the_tap_chooses_the_lane_hears_of_the_opening_and_has_both_links_ready(bench):
    path = bench.offer()
    bench.links()
    answer = bench.get(path, accept_language="en")
    bench.look()
    assert (title(answer), bench.taps) == (EN["fee.title"], [LanePageOpened("o-1", PHONE)])
    assert location(bench.post(path, {"ticket": ticket(answer), "gateway": "wechat"})) == LINK
    bench.get(path)
    bench.look()
    assert bench.taps[1:] == [LanePayTapped("o-1", "wechat", PHONE)]


def test_an_opening_that_finds_no_room_at_the_counter_makes_nothing(bench, monkeypatch):
    monkeypatch.setattr(page_side, "TAPS_MAX", 0)
    path = bench.offer()
    assert bench.get(path).status == 200
    bench.look()
    assert bench.taps == []


def test_an_opening_takes_no_choice_away_that_its_lane_has_not_heard_of_yet(bench):
    path = bench.offer()
    token = path.rpartition("/")[2]
    bench.setting.counter.open_offer(token, PHONE, bench.us())
    bench.setting.counter.tap_offer(token, "wechat", PHONE, bench.us())
    bench.setting.counter.open_offer(token, PHONE, bench.us())
    bench.look()
    assert bench.taps == [LanePayTapped("o-1", "wechat", PHONE)]


@pytest.mark.parametrize("told", [None, PayLinkRefused("o-1", "slow")])
def test_a_tap_tries_again_what_an_opening_did_not_come_to(bench, told):
    path = bench.offer()
    bench.answers = lambda tap: told
    answer = bench.get(path, user_agent=ALIPAY, accept_language="en")
    bench.look()
    bench.links()
    if told is None:
        bench.lane.put(PayLinkReady("o-1", LINK, "alipay"), bench.us())
    assert location(bench.post(path, {"ticket": ticket(answer), "gateway": "alipay"})) == LINK


def test_a_phone_that_opens_takes_no_others_choice_away(bench):
    path = bench.offer()
    bench.links()
    bench.post(path, {"ticket": ticket(bench.get(path)), "gateway": "wechat"})
    bench.get(path, user_agent=ALIPAY)
    bench.look()
    assert [tap.gateway for tap in bench.taps] == ["wechat"]


def test_what_one_source_opens_is_bounded(bench):
    bench.links()
    paths = [bench.offer(f"o-{each}") for each in range(13)]
    for path in paths:
        bench.get(path, user_agent=ALIPAY)
        bench.look()
    assert len(bench.taps) == 12
