"""What opening the lane's page does before any tap, once, and what it never does."""

import re

import pytest

from kiosk.core.lane.taps import LanePayTapped
from kiosk.core.shows import PayLinkReady, PayLinkRefused
from kiosk.edge.pay_page.offers import OPENED_WAIT_S
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


def leads_to(answer):
    found = re.search(rb'http-equiv="refresh" content="0;url=([^"]*)"', answer.body)
    return found and found[1].decode()


def test_in_a_providers_own_app_the_page_leads_on_by_itself_once(bench):
    path = bench.offer()
    bench.links("https://sheet.example/1?a=1&b=2")
    answer = bench.get(path, user_agent=ALIPAY, accept_language="en")
    assert leads_to(answer) == "https://sheet.example/1?a=1&amp;b=2"
    text = answer.body.decode()
    assert 'class="button" href="https://sheet.example/1?a=1&amp;b=2">Pay with Alipay' in text
    assert "¥15.00" in text
    assert "沪A·**34*" in text
    assert bench.taps == [LanePayTapped("o-1", "alipay", PHONE)]
    again = bench.get(path, user_agent=ALIPAY, accept_language="en")
    assert (title(again), leads_to(again)) == (EN["waiting.title"], None)
    assert len(bench.taps) == 1


def test_with_one_gateway_the_order_is_made_at_the_opening_and_the_tap_finds_its_link(bench):
    path = bench.offer()
    bench.lane._gateways = ("wechat",)
    bench.lane.beat(bench.us())
    bench.links()
    opened = bench.get(path, accept_language="en")
    assert (title(opened), leads_to(opened)) == (EN["fee.title"], None)
    bench.look()
    before = bench.now
    answer = bench.post(path, {"ticket": ticket(opened), "gateway": "wechat"})
    assert (location(answer), bench.now) == (LINK, before)
    assert len(bench.taps) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("HEAD", {"user_agent": ALIPAY}),
        ("GET", {"user_agent": ALIPAY, "sec_purpose": "prefetch;prerender"}),
        ("GET", {"user_agent": ALIPAY, "purpose": "preview"}),
    ],
)
def test_no_order_is_made_by_an_opening_that_does_not_say_where_or_that_nobody_sees(
    bench, method, headers
):
    path = bench.offer()
    bench.links()
    answer = bench.ask(method, path, **headers)
    bench.look()
    assert (answer.status, leads_to(answer), bench.taps) == (200, None, [])


@pytest.mark.parametrize(
    "told", [None, PayLinkRefused("o-1", "slow"), PayLinkReady("o-1", "javascript:alert(1)")]
)
def test_an_app_whose_link_does_not_come_shows_the_button_and_the_tap_tries_again(bench, told):
    path = bench.offer()
    bench.answers = lambda tap: told
    before = bench.now
    answer = bench.get(path, user_agent=ALIPAY, accept_language="en")
    assert (title(answer), leads_to(answer)) == (EN["fee.title"], None)
    assert bench.now - before < OPENED_WAIT_S + 0.1
    bench.links()
    if told is None:
        bench.lane.put(PayLinkReady("o-1", LINK, "alipay"), bench.us())
    form = {"ticket": ticket(answer), "gateway": "alipay"}
    if isinstance(told, PayLinkReady):
        return
    assert location(bench.post(path, form)) == LINK


def test_a_phone_that_opens_takes_no_others_choice_away(bench):
    path = bench.offer()
    bench.links()
    bench.post(path, {"ticket": ticket(bench.get(path)), "gateway": "wechat"})
    answer = bench.get(path, user_agent=ALIPAY)
    assert leads_to(answer) is None
    assert [tap.gateway for tap in bench.taps] == ["wechat"]


def test_what_one_source_opens_is_bounded(bench):
    bench.links()
    paths = [bench.offer(f"o-{each}") for each in range(13)]
    led = [leads_to(bench.get(path, user_agent=ALIPAY)) for path in paths]
    assert led == [LINK] * 12 + [None]
