"""What the pay page answers: both codes from scan to paid, and what strangers get out of it."""

import logging
import re
from datetime import timedelta
from ipaddress import ip_address

import pytest

from kiosk.core.lane.taps import LanePayTapped, NoticeBrought
from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.records import (
    Batch,
    PaymentBooked,
    PaymentIntended,
    PaymentUnresolved,
    StayClosed,
    StayPrepaid,
)
from kiosk.core.records import ClosingReason as Because
from kiosk.core.shows import (
    OfferEnded,
    PayLinkReady,
    PayLinkRefused,
    ReceiptIssued,
    StayPayEnded,
)
from kiosk.edge.counter.lane_side import LANE_S
from kiosk.edge.counter.words import OpenLane
from kiosk.edge.pay_page import setting as setting_module
from kiosk.edge.pay_page.desk import FORM_BYTES_MAX, IN_FLIGHT_MAX, NOTICE_HEADER_CHARS_MAX, SAY_S
from kiosk.edge.pay_page.setting import CROWD_S, HOLD_S, LINK_WAIT_S
from kiosk.edge.pay_page.stays import LOOKED_S, lane_of
from kiosk.screens.pay.sources import source_of
from kiosk.screens.pay.tickets import TICKET_S, TICKETS_MAX, Tickets
from kiosk.screens.pay.words import texts
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText
from page.page_bench import CONFIG, NOON, PHONE, PLATE, PRICE, SITE, Bench, location, ticket, title

EN = texts("en")
LINES = (ReceiptLine(Charge.BLOCKS, 1500, 3),)
LINK = "https://sheet.example/1"


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


# The lane's code.


def test_the_lanes_code_shows_amount_and_masked_plate_and_asks_for_one_tap(bench):
    path = bench.offer()
    answer = bench.get(path, accept_language="en")
    text = answer.body.decode()
    assert (answer.status, title(answer)) == (200, EN["fee.title"])
    assert "¥15.00" in text
    assert "沪A·**34*" in text
    assert "12345" not in text
    assert len(re.findall("<form", text)) == 1
    assert re.findall('name="gateway" value="(.*?)"', text) == ["alipay", "wechat"]


def test_a_tap_reaches_the_lane_with_the_phones_address_and_leads_to_its_link(bench):
    path = bench.offer()
    bench.links()
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat"}
    answer = bench.post(path, form)
    assert (answer.status, location(answer)) == (303, LINK)
    assert bench.taps == [LanePayTapped("o-1", "wechat", "198.51.100.7")]
    assert bench.now - 1000.0 < 0.1, "no time but the lane's"


def test_a_double_tap_makes_one_order_and_leads_to_the_same_sheet(bench):
    path = bench.offer()
    bench.links()
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat"}
    answers = [bench.post(path, form) for _ in range(3)]
    assert {location(answer) for answer in answers} == {LINK}
    assert len(bench.taps) == 1


@pytest.mark.parametrize("wrong", ["", "A" * 26, "x"])
def test_a_tap_without_the_ticket_of_its_page_only_shows_the_page(bench, wrong):
    path = bench.offer()
    bench.links()
    answer = bench.post(path, {"ticket": wrong, "gateway": "wechat"})
    assert (answer.status, bench.taps) == (200, [])
    assert ticket(answer) == ticket(bench.get(path))


def test_one_codes_ticket_is_no_good_for_another(bench):
    first, second = bench.offer("o-1"), bench.offer("o-2")
    bench.links()
    answer = bench.post(second, {"ticket": ticket(bench.get(first)), "gateway": "wechat"})
    assert (answer.status, bench.taps) == (200, [])


def test_a_gateway_that_the_lane_has_not_cannot_be_tapped(bench):
    path = bench.offer()
    answer = bench.post(path, {"ticket": ticket(bench.get(path)), "gateway": "other"})
    assert (answer.status, bench.taps) == (200, [])


def test_a_lane_that_does_not_answer_is_waited_for_and_tried_again(bench):
    path = bench.offer()
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat"}
    answer = bench.post(path, {**form, "lang": "en"})
    assert title(answer) == EN["refused.title"]
    assert LINK_WAIT_S <= bench.now - 1000.0 < LINK_WAIT_S + 0.1
    bench.links()
    assert location(bench.post(path, form)) == LINK
    assert len(bench.taps) == 2


@pytest.mark.parametrize(
    "told",
    [
        PayLinkRefused("o-1", "gateway-silent"),
        PayLinkReady("o-1", "javascript:alert(1)"),
        PayLinkReady("o-1", "http://elsewhere.example/"),
        PayLinkReady("o-1", "https://sheet.example/\r\nX-Injected: 1"),
        OfferEnded("o-1", False),
        OfferEnded("o-1", True),
    ],
)
def test_a_refusal_or_a_link_that_leads_nowhere_good_is_not_followed(bench, told):
    path = bench.offer()
    bench.answers = lambda tap: told
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat", "lang": "en"}
    answer = bench.post(path, form)
    assert (answer.status, title(answer), location(answer)) == (200, EN["refused.title"], "")
    assert bench.now - 1000.0 < 0.1


def test_a_lane_that_leaves_while_a_tap_waits_is_waited_for_no_longer(bench):
    path = bench.offer()
    bench.answers = lambda tap: bench.lane.leave()
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat", "lang": "en"}
    assert title(bench.post(path, form)) == EN["refused.title"]
    assert bench.now - 1000.0 < 0.1


def test_who_comes_back_from_the_sheet_waits_and_then_reads_that_it_is_paid(bench):
    path = bench.offer()
    bench.links()
    bench.post(path, {"ticket": ticket(bench.get(path)), "gateway": "wechat"})
    waits = bench.get(path, accept_language="en")
    assert title(waits) == EN["waiting.title"]
    assert b'http-equiv="refresh" content="1;url=?wait=open&amp;lang=en"' in waits.body
    bench.lane.put(ReceiptIssued("o-1", PRICE, LINES, "wechat"), bench.us())
    bench.lane.put(OfferEnded("o-1", paid=True), bench.us())
    ended = bench.get(path, accept_language="en")
    assert title(ended) == EN["paid.title"]
    assert EN["line.blocks"].encode() in ended.body
    assert b"refresh" not in ended.body


def test_a_page_that_waits_is_answered_when_there_is_news_or_after_a_while(bench):
    path = bench.offer()
    bench.links()
    bench.post(path, {"ticket": ticket(bench.get(path)), "gateway": "wechat"})
    before = bench.now
    assert title(bench.get(f"{path}?wait=open&lang=en")) == EN["waiting.title"]
    assert HOLD_S <= bench.now - before < HOLD_S + 0.1
    before = bench.now
    ended = iter([*[None] * 50, OfferEnded("o-1", paid=True)])
    look = bench.look

    def looks():
        look()
        if (told := next(ended, None)) is not None:
            bench.lane.put(told, bench.us())

    bench.look = looks
    assert title(bench.get(f"{path}?wait=open&lang=en")) == EN["paid.title"]
    assert 1.0 < bench.now - before < 2.0
    assert bench.setting.holders == 0
    bench.look = look
    bench.lane.put(ReceiptIssued("o-1", PRICE, LINES, "wechat"), bench.us())
    before = bench.now
    assert title(bench.get(f"{path}?wait=open&lang=en")) == EN["paid.title"]
    assert bench.now == before, "an end is not waited for"


def test_pages_that_wait_are_bounded_and_never_turn_in_a_circle(bench, monkeypatch):
    monkeypatch.setattr(setting_module, "HOLDERS_MAX", 0)
    path = bench.offer()
    before = bench.now
    assert bench.get(f"{path}?wait=open").status == 200
    assert bench.now - before == CROWD_S


@pytest.mark.parametrize("paid", [True, False])
def test_a_token_is_useless_once_its_order_is_over(bench, paid):
    path = bench.offer()
    bench.links()
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat", "lang": "en"}
    bench.lane.put(OfferEnded("o-1", paid), bench.us())
    answer = bench.post(path, form)
    assert title(answer) == EN["paid.title" if paid else "ended.title"]
    assert bench.taps == []


def test_every_token_that_is_none_gets_the_same_answer(bench):
    bench.offer()
    answers = {
        bench.get(path, accept_language="en").body
        for path in (f"/L/{'A' * 26}", f"/l/{'a' * 26}", f"/L/{bench.addresses.offer_token('o-2')}")
    }
    assert len(answers) == 1


def test_a_lane_without_a_gateway_sends_its_driver_to_the_card(bench):
    path = bench.offer()
    bench.lane._gateways = ()
    bench.lane.beat(bench.us())
    answer = bench.get(path, accept_language="en")
    assert EN["fee.no-gateway"] in answer.body.decode()
    assert b"<form" not in answer.body


# The posted code.


def test_two_steps_lead_from_the_posted_code_to_the_payment(bench):
    bench.enter()
    bench.links()
    steps = 0
    assert b"<input" in bench.get(SITE).body
    fee = bench.plate()
    steps += 1
    assert title(fee) == EN["fee.title"]
    assert "¥15.00" in fee.body.decode()
    answer = bench.post(SITE, {"ticket": ticket(fee), "gateway": "alipay"})
    steps += 1
    assert (steps, location(answer)) == (2, LINK)
    (tap,) = bench.taps
    assert (tap.stay_id, tap.amount, tap.gateway) == ("s-1", PRICE, "alipay")


def test_who_paid_elsewhere_reads_it_with_the_minutes_to_leave_and_the_receipt(bench):
    bench.enter()
    bench.links()
    bench.post(SITE, {"ticket": ticket(bench.plate()), "gateway": "alipay"})
    request = bench.taps[0].request_id
    path = f"/s/{request}"
    assert title(bench.get(path, accept_language="en")) == EN["waiting.title"]
    bench.lane.put(ReceiptIssued("o-7", PRICE, LINES, "alipay"), bench.us())
    bench.lane.put(StayPayEnded(request, paid=True, receipt_id="o-7"), bench.us())
    text = bench.get(path, accept_language="en").body.decode()
    assert "within 20 minutes" in text
    assert EN["line.blocks"] in text
    leave = bench.setting.wall().astimezone(bench.setting.zone) + timedelta(minutes=20)
    assert f"by {leave:%H:%M}." in text
    bench.lane.put(StayPayEnded(request, paid=False), bench.us())
    assert title(bench.get(path, accept_language="en")) == EN["ended.title"]


def test_a_double_tap_elsewhere_is_one_request(bench):
    bench.enter()
    bench.links()
    form = {"ticket": ticket(bench.plate()), "gateway": "wechat"}
    assert [location(bench.post(SITE, form)) for _ in range(3)] == [LINK] * 3
    assert len(bench.taps) == 1


def test_who_chooses_another_gateway_gets_its_sheet_and_not_the_first_ones(bench):
    bench.enter()
    bench.answers = lambda tap: PayLinkReady(tap.request_id, f"https://{tap.gateway}.example/")
    shown = ticket(bench.plate())
    for gateway in ("wechat", "alipay", "wechat"):
        answer = bench.post(SITE, {"ticket": shown, "gateway": gateway})
        assert location(answer) == f"https://{gateway}.example/"
    first, second = bench.taps
    assert [first.gateway, second.gateway] == ["wechat", "alipay"]
    bench.lane.put(StayPayEnded(first.request_id, paid=False), bench.us())
    bench.post(SITE, {"ticket": shown, "gateway": "wechat"})
    assert bench.taps[2].request_id not in (first.request_id, second.request_id)
    bench.lane.put(StayPayEnded(second.request_id, paid=True), bench.us())
    answer = bench.post(SITE, {"ticket": shown, "gateway": "alipay", "lang": "en"})
    assert title(answer) == EN["paid.title"]
    assert len(bench.taps) == 3
    path = bench.offer()
    bench.answers = lambda tap: PayLinkReady(tap.order_id, f"https://{tap.gateway}.example/")
    bench.post(path, {"ticket": ticket(bench.get(path)), "gateway": "wechat"})
    waits = bench.get(path, accept_language="en")
    assert b'href="https://wechat.example/"' in waits.body
    assert re.findall(rb'name="gateway" value="(.*?)"', waits.body) == [b"alipay"]
    answer = bench.post(path, {"ticket": ticket(waits), "gateway": "alipay"})
    assert location(answer) == "https://alipay.example/"


def test_of_two_phones_that_choose_two_gateways_none_is_led_to_the_others(bench):
    path = bench.offer()
    form = {"ticket": ticket(bench.get(path)), "lang": "en"}
    later = []

    def answer(tap):
        if not later:
            # While the first phone waits, a second one chooses the other gateway.
            later.append(bench.setting.counter.tap_offer(path[3:], "alipay", PHONE, bench.us()))
        return PayLinkReady(tap.order_id, f"https://{tap.gateway}.example/", tap.gateway)

    bench.answers = answer
    first = bench.post(path, {**form, "gateway": "wechat"})
    assert title(first) == EN["refused.title"]
    bench.look()
    assert bench.setting.counter.offer(path[3:], bench.us()).link == "https://alipay.example/"
    assert [tap.gateway for tap in bench.taps] == ["wechat", "alipay"]


def test_a_ticket_that_is_too_old_or_made_up_pays_nothing(bench):
    bench.enter()
    bench.links()
    old = ticket(bench.plate())
    bench.later(TICKET_S)
    for wrong in (old, "A" * 26, ""):
        answer = bench.post(SITE, {"ticket": wrong, "gateway": "wechat", "lang": "en"})
        assert title(answer) == EN["changed.title"]
    assert bench.taps == []


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("amount-changed", "changed.title"),
        ("nothing-due", "nothing.title"),
        ("gateway-down", "refused.title"),
    ],
)
def test_what_a_lane_refuses_is_said_and_can_be_tapped_anew(bench, why, told):
    bench.enter()
    bench.answers = lambda tap: PayLinkRefused(tap.request_id, why)
    form = {"ticket": ticket(bench.plate()), "gateway": "wechat", "lang": "en"}
    assert title(bench.post(SITE, form)) == EN[told]
    bench.links()
    assert location(bench.post(SITE, form)) == LINK
    first, second = bench.taps
    assert first.request_id != second.request_id


def test_a_tap_that_was_given_up_is_not_taken_by_a_lane_that_wakes_later(bench):
    bench.enter()
    form = {"ticket": ticket(bench.plate()), "gateway": "wechat", "lang": "en"}
    look, bench.look = bench.look, lambda: None
    assert title(bench.post(SITE, form)) == EN["refused.title"]
    look()
    assert bench.taps == []


def nothing_due(bench):
    """Every way to owe nothing, as (name, plate)."""
    bench.enter(PLATE)
    bench.enter(PlateText("沪A00001"), hours=0.1, stay_id="s-free")
    bench.enter(PlateText("沪A00002"), stay_id="s-paid")
    bench.store.carry_out(Batch((StayPrepaid("", "s-paid", PRICE),)))
    bench.enter(PlateText("沪A00003"), stay_id="s-gone")
    bench.store.carry_out(Batch((StayClosed("", "s-gone", Because.LEFT),)))
    bench.enter(PlateText("沪A00004"), stay_id="s-season")
    bench.store.add_season(PlateText("沪A00004"), NOON.replace(month=1), NOON.replace(month=12))
    bench.enter(PlateText("沪A00005"), stay_id="s-unclear")
    intent = PaymentIntended("", "o-u", "s-unclear", PRICE, None)
    bench.store.carry_out(Batch((intent, PaymentUnresolved("", "o-u", "silence"))))
    bench.enter(PlateText("沪A00006"), stay_id="s-booked")
    intent = PaymentIntended("", "o-b", "s-booked", PRICE, None)
    bench.store.carry_out(Batch((intent, PaymentBooked("", "o-b", 1))))
    return {
        "not here": "沪A99999",
        "free": "沪A00001",
        "prepaid": "沪A00002",
        "gone": "沪A00003",
        "season": "沪A00004",
        "unclear": "沪A00005",
        "paid": "沪A00006",
        "malformed": "!!",
        "empty": "",
        "long": "A1" * 30,
        "markup": "<script>alert(1)</script>",
        "another language's letters": "фыва 1234",
    }


def test_nothing_due_not_here_and_no_plate_look_and_time_alike(bench):
    plates = nothing_due(bench)
    looked, spans, quotes = [], set(), 0
    look, tariff = bench.setting.reader.look, bench.setting.tariff

    class Counted:
        def fee(self, stay, until_utc):
            nonlocal quotes
            quotes += 1
            return tariff.fee(stay, until_utc)

    bench.setting.tariff = Counted()
    bench.setting.reader.look = lambda plate: looked.append(plate) or look(plate)
    bodies = set()
    for plate in plates.values():
        before = bench.now
        answer = bench.plate(plate)
        spans.add(round(bench.now - before, 6))
        bodies.add((answer.status, answer.body, answer.more))
    assert len(bodies) == 1
    assert title(answer) == EN["nothing.title"]
    assert spans == {LOOKED_S}
    assert len(looked) == quotes == len(plates), "every text costs the same steps"
    assert len(bench.setting.tickets) == 0
    bench.setting.tariff = tariff
    before = bench.now
    assert title(bench.plate(PLATE.text)) == EN["fee.title"]
    assert round(bench.now - before, 6) == LOOKED_S


def test_no_answer_tells_when_or_where_a_car_came(bench):
    bench.enter()
    text = re.sub("<style>.*</style>", "", bench.plate().body.decode())
    assert NOON.strftime("%H:%M") not in text
    assert not re.search(r"\d\d:\d\d|2026|hour|minute|s-1|exit-1", text)


def test_the_newest_stay_of_a_plate_counts_and_nothing_is_marked(bench):
    bench.enter(hours=30, stay_id="s-old")
    bench.enter(hours=0.5, stay_id="s-new")
    assert "¥5.00" in bench.plate().body.decode()
    (left,) = [t for t in bench.store.trace(PLATE) if t.stay.stay_id == "s-old"]
    assert left.closed_utc is None


@pytest.mark.parametrize(
    "typed",
    [
        {"plate": "沪A12345"},
        {"plate": "沪a·12 345"},
        {"province": "沪", "plate": "A-12345"},
        {"province": "沪", "plate": "ａ12345"},
        {"province": "京", "plate": " 滬A12345"},
        {"province": "沪", "plate": "ai2345"},
    ],
)
def test_a_plate_is_found_however_carelessly_it_is_typed(bench, typed):
    bench.enter()
    assert title(bench.post(SITE, {**typed, "lang": "en"})) == EN["fee.title"]


def test_the_plate_is_in_no_answer_log_or_file_of_the_page(bench, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    bench.enter()
    bench.links()
    fee = bench.plate()
    bench.post(SITE, {"ticket": ticket(fee), "gateway": "wechat"})
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    for where in (fee.body, caplog.text.encode(), kept, repr(bench.setting).encode()):
        assert b"12345" not in where
    assert "12345" not in repr(bench.taps)


# Limits.


async def no_time(seconds):
    """Nothing passes: as many ask at the same moment."""


def test_one_source_guesses_twenty_plates_and_then_ten_a_minute(bench):
    bench.enter()
    bench.setting.pause = no_time
    answers = [bench.plate(f"沪A{number:05}").status for number in range(30)]
    assert answers == [200] * 20 + [429] * 10
    assert bench.plate().status == 429, "one that is here as well"
    assert bench.plate(x_forwarded_for="198.51.100.8").status == 200
    bench.later(60)
    assert bench.plate("沪A77777").status == 200


def test_an_ipv6_phone_is_known_by_its_network(bench):
    hosts = [f"2001:db8:1:2::{number:x}" for number in range(40)]
    statuses = [
        bench.plate(f"沪A{n:05}", x_forwarded_for=host).status for n, host in enumerate(hosts)
    ]
    assert statuses.count(429) >= 15
    assert bench.plate("沪A99999", x_forwarded_for="2001:db8:1:3::1").status == 200


def test_all_sources_together_guess_a_bounded_number_of_plates(bench):
    bench.setting.pause = no_time
    statuses = [
        bench.plate(f"沪B{n:05}", x_forwarded_for=f"203.0.113.{n}").status for n in range(80)
    ]
    assert statuses == [200] * 60 + [429] * 20
    bench.later(10)
    assert bench.plate("沪B88888", x_forwarded_for="203.0.113.200").status == 200


def test_one_plate_is_not_watched_from_many_sources_here_or_not(bench):
    bench.enter()
    for plate in (PLATE.text, "沪A99999"):
        statuses = [bench.plate(plate, x_forwarded_for=f"203.0.113.{n}").status for n in range(12)]
        assert statuses == [200] * 6 + [429] * 6


def test_requests_of_one_source_and_of_one_token_are_bounded(bench):
    path = bench.offer()
    statuses = [bench.get(path).status for _ in range(60)]
    assert (statuses.count(200), statuses[-1]) == (30, 429)
    statuses = [bench.get(SITE, x_forwarded_for="203.0.113.1").status for _ in range(150)]
    assert statuses.count(200) == 120


def test_all_requests_together_are_bounded(bench):
    statuses = [
        bench.get(SITE, x_forwarded_for=f"10.1.{n // 256}.{n % 256}").status for n in range(700)
    ]
    assert statuses.count(200) == 600


def test_taps_of_one_source_are_bounded(bench):
    bench.links()
    statuses = []
    for number in range(15):
        path = bench.offer(f"o-{number}")
        form = {"ticket": ticket(bench.get(path)), "gateway": "wechat"}
        statuses.append(bench.post(path, form).status)
    assert statuses == [303] * 12 + [429] * 3


def test_taps_that_wait_are_bounded(bench, monkeypatch):
    monkeypatch.setattr(setting_module, "WAITERS_MAX", 0)
    path = bench.offer()
    form = {"ticket": ticket(bench.get(path)), "gateway": "wechat", "lang": "en"}
    assert title(bench.post(path, form)) == EN["refused.title"]
    assert bench.now == 1000.0, "one more is not made to wait"


def test_requests_of_one_source_in_flight_are_bounded(bench):
    source = source_of(ip_address(PHONE))
    bench.desk._in_flight[source] = IN_FLIGHT_MAX - 1
    assert bench.get(SITE).status == 200
    assert bench.desk._in_flight == {source: IN_FLIGHT_MAX - 1}
    bench.desk._in_flight[source] = IN_FLIGHT_MAX
    assert bench.get(SITE).status == 429


def test_tickets_are_bounded_and_forgotten():
    tickets = Tickets()
    for number in range(TICKETS_MAX + 5):
        tickets.issue(f"{number}", "s-1", PRICE, 0.0)
    assert len(tickets) == TICKETS_MAX
    assert tickets.find("4", 0.0) is None
    assert tickets.find("5", 0.0) is not None
    tickets.clear(TICKET_S)
    assert len(tickets) == 0


# Strangers.


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/p/other-site", 404),
        ("GET", "/l/short", 404),
        ("GET", "/l/" + "A" * 500, 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/favicon.ico", 404),
        ("PUT", SITE, 405),
        ("DELETE", SITE, 405),
        ("POST", "/privacy", 405),
        ("POST", f"/r/{'A' * 26}", 405),
        ("GET", "/notify/wechat", 405),
        ("POST", SITE, 403),
        ("GET", "/robots.txt", 200),
        ("HEAD", SITE, 200),
    ],
)
def test_what_is_not_a_page_is_refused(bench, method, target, status):
    assert bench.ask(method, target).status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"content_type": "text/plain"},
        {"sec_fetch_site": "same-origin", "content_type": "text/plain"},
    ],
)
def test_a_form_of_another_page_is_refused(bench, headers):
    bench.enter()
    assert bench.plate(**headers).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "host": "page.internal"},
        {"sec_fetch_site": "none"},
        {"content_type": "application/x-www-form-urlencoded; charset=UTF-8"},
    ],
)
def test_a_form_of_this_page_is_taken_even_behind_a_proxy_that_renames_it(bench, headers):
    bench.enter()
    assert bench.plate(**headers).status == 200


def test_a_form_that_is_too_long_is_refused(bench):
    assert bench.post(SITE, {"plate": "A" * FORM_BYTES_MAX}).status == 413


def test_paths_mean_the_same_in_capitals(bench):
    path = bench.offer()
    assert bench.get(path.lower()).status == bench.get(path).status == 200
    assert bench.get("/P/SITE-1").status == 200


@pytest.mark.parametrize(
    ("agent", "offered"),
    [
        ("Mozilla/5.0 (iPhone) MicroMessenger/8.0.49", ["wechat"]),
        ("Mozilla/5.0 (Linux; Android 14) AlipayClient/10.5", ["alipay"]),
        ("Mozilla/5.0 (iPhone) Safari/604.1", ["alipay", "wechat"]),
    ],
)
def test_a_providers_own_browser_is_offered_its_own_way(bench, agent, offered):
    text = bench.get(bench.offer(), user_agent=agent).body.decode()
    assert re.findall('name="gateway" value="(.*?)"', text) == offered


def test_a_notice_goes_to_the_lane_as_it_came_with_the_heads_it_needs(bench):
    body = b'{"id": "1"}'
    told = {
        "wechatpay_signature": "abc",
        "wechatpay_nonce": "x" * (NOTICE_HEADER_CHARS_MAX + 1),
        "content_type": "application/json",
        "cookie": "secret",
    }
    answer = bench.ask("POST", "/notify/wechat", body, **told)
    assert (answer.status, answer.body) == (200, b'{"code":"SUCCESS"}')
    assert bench.ask("POST", "/notify/alipay", b"a=b").body == b"success"
    bench.look()
    first, second = bench.taps
    assert isinstance(first, NoticeBrought)
    assert dict(first.headers) == {
        "wechatpay-signature": "abc",
        "content-type": "application/json",
    }
    assert (first.body, second.gateway) == (body, "alipay")


def test_a_notice_that_nobody_can_take_is_not_called_heard(bench):
    assert bench.ask("POST", "/notify/other", b"x").status == 404
    statuses = [bench.ask("POST", "/notify/wechat", b"x").status for _ in range(70)]
    assert statuses == [200] * 64 + [503] * 6
    bench.later(LANE_S + 1)
    bench.lane.leave()
    assert bench.ask("POST", "/notify/wechat", b"x").status == 404


def test_the_receipt_says_operator_tax_and_lines_and_no_vehicle(tmp_path):
    bench = Bench(tmp_path, CONFIG + "tax_percent = 19.0\n")
    bench.lane.put(ReceiptIssued("o-1", Money(1190, "EUR"), LINES, "card"), bench.us())
    path = f"/r/{bench.addresses.receipt_token('o-1')}"
    text = bench.get(path, accept_language="de").body.decode()
    for part in (
        "11,90\u00a0€",
        "darin 19 % Steuer",
        "1,90\u00a0€",
        "Beispiel &lt;GmbH&gt;",
        "Karte",
    ):
        assert part in text
    assert "沪" not in text
    bench.later(86_400)
    assert bench.get(path).status == 404
    bench.close()


def test_a_store_that_cannot_be_read_sends_the_driver_to_the_exit(bench):
    bench.enter()
    bench.setting.reader.close()
    bench.store.close()
    for each in bench.config.store.folder.glob("journal.db*"):
        each.unlink()
    answer = bench.plate()
    assert (answer.status, title(answer)) == (503, EN["out.title"])
    bench.enter()
    assert title(bench.plate()) == EN["fee.title"], "a store that is back is read at once"


def test_a_store_that_fails_in_the_middle_is_opened_again(bench):
    bench.enter()
    assert title(bench.plate()) == EN["fee.title"]
    bench.setting.reader._db.close()
    assert bench.plate().status == 503
    assert title(bench.plate()) == EN["fee.title"]


def test_the_key_of_a_new_day_is_seen_by_a_page_that_runs_already(bench):
    bench.enter()
    assert title(bench.plate()) == EN["fee.title"]
    bench.later(86_400)
    tomorrow = PlateText("沪C24680")
    bench.enter(tomorrow, hours=1, stay_id="s-tomorrow")
    assert title(bench.plate(tomorrow.text)) == EN["fee.title"]


def test_a_counter_that_cannot_be_read_sends_the_driver_to_the_exit(bench, tmp_path):
    path = bench.offer()
    bench.setting.counter.file.close()
    bench.setting.counter.file.path = tmp_path / "no" / "\0"
    bench.setting.counter.file.read = _fails
    answer = bench.get(path, accept_language="en")
    assert (answer.status, title(answer)) == (503, EN["out.title"])


def test_a_file_that_fails_is_told_of_again_later_and_not_at_every_request(bench, caplog):
    path = bench.offer()
    bench.setting.counter.file.read = _fails
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert bench.get(path).status == 503
        assert caplog.text.count("page.file.failed") == 1
        bench.now += SAY_S
        bench.get(path)
    assert caplog.text.count("page.file.failed") == 2


def _fails(query):
    raise OSError("disk")


def test_the_page_tidies_up(bench):
    bench.enter()
    bench.plate()
    bench.lane.put(ReceiptIssued("o-1", PRICE, (), "card"), bench.us())
    bench.later(86_400)
    bench.desk.tidy()
    assert len(bench.setting.tickets) == 0
    assert bench.setting.counter.receipt_of("o-1", 0) is None


def test_a_store_that_was_moved_away_is_found_anew_within_a_minute(bench, tmp_path):
    bench.enter()
    assert title(bench.plate()) == EN["fee.title"]
    bench.store.close()
    folder = bench.config.store.folder
    folder.rename(tmp_path / "moved")
    bench.setting.counter.file.close()
    bench.enter(PlateText("沪B54321"))
    bench.desk.tidy()
    assert title(bench.plate()) == EN["nothing.title"]
    assert title(bench.plate("沪B54321")) == EN["fee.title"]


def test_a_stay_has_one_lane_and_stays_are_spread_over_all():
    lanes = [OpenLane("exit-1", ("wechat",)), OpenLane("exit-2", ("wechat",))]
    assert {lane_of("s-1", lanes) for _ in range(3)} == {lane_of("s-1", lanes)}
    assert {lane_of(f"s-{number}", lanes) for number in range(8)} == {"exit-1", "exit-2"}


def test_a_tap_of_a_stay_always_goes_to_one_of_the_open_lanes(bench):
    bench.enter()
    bench.lane.leave()
    answer = bench.plate()
    assert EN["fee.no-gateway"] in answer.body.decode()
    bench.lane.beat(bench.us())
    fee = bench.plate(x_forwarded_for="203.0.113.5")
    bench.lane.leave()
    answer = bench.post(SITE, {"ticket": ticket(fee), "gateway": "wechat", "lang": "en"})
    assert title(answer) == EN["refused.title"]
    assert bench.taps == []
