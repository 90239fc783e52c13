"""The pay page in Chromium, phone-sized, without JavaScript: what a driver sees, loads and keeps.

Every page is kept as a PNG in `build/screens`, for people who look.
"""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.core.lane.taps import LanePayTapped
from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.shows import OfferEnded, PayLinkReady, PayLinkRefused, ReceiptIssued, StayPayEnded
from kiosk.screens.pay.look import whole
from kiosk.screens.pay.pages import Fee, Grace, fee, paid, returned, simple
from kiosk.screens.pay.words import LANGUAGES, Speech, texts
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText
from page.page_bench import CONFIG
from page.served_pay_page import ServedPayPage, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screens"
PHONE = {"width": 360, "height": 640}
"""The smallest of today's usual phones."""

FIRST_VISIT_BYTES_MAX = 14 * 1024

NIGHT = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)

AXE = (
    "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map("
    "(one) => [one.id, one.nodes.map((node) => node.html)])"
)

OVERFLOWING = """[...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && (box.left < -0.5 || box.right > innerWidth + 0.5
    || one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0);
}).map((one) => one.outerHTML.slice(0, 80))"""

TARGETS = """[...document.querySelectorAll("a, button, input, select")].filter(
  (one) => one.type !== "hidden").map((one) => [one.outerHTML.slice(0, 60),
  one.getBoundingClientRect().height]).filter(([, height]) => height < 44)"""


@pytest.fixture
def page(tmp_path):
    config = CONFIG + 'tax_percent = 6.0\nprovince = "沪"\n'
    with ServedPayPage(tmp_path, config) as served:
        yield served


def phone(browser, language="zh", script=False, **more):
    """A new phone: nothing was ever stored on it."""
    return browser.new_context(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale=language,
        java_script_enabled=script,
        device_scale_factor=2,
        **more,
    )


def shot(tab, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=SHOTS / f"pay-{name}.png", full_page=True)


def sheet(page):
    """The lane answers every tap with a sheet that this server does not have: enough to see."""

    def answer(tap):
        request = getattr(tap, "request_id", "") or tap.order_id
        return PayLinkReady(request, f"{page.url}/sheet")

    page.answers = answer


def test_a_first_visit_is_one_request_below_14_kib_and_leaves_nothing_behind(browser, page):
    for target in (page.offer(), f"{page.url}/p/site-1"):
        context = phone(browser)
        tab = context.new_page()
        asked, sizes = [], []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        tab.on("requestfinished", lambda request, sizes=sizes: sizes.append(request.sizes()))
        response = tab.goto(target)
        tab.wait_for_load_state("networkidle")
        assert len([url for url in asked if not url.startswith("data:")]) == 1, asked
        assert response.request.redirected_from is None
        (size,) = sizes
        whole = size["responseHeadersSize"] + size["responseBodySize"]
        assert whole <= FIRST_VISIT_BYTES_MAX, whole
        assert context.cookies() == []
        state = context.storage_state(indexed_db=True)
        assert state == {"cookies": [], "origins": []}
        assert tab.locator("script").count() == 0
        context.close()


def test_the_lanes_code_is_paid_by_one_tap_without_javascript(browser, page):
    sheet(page)
    context = phone(browser, "en-GB")
    tab = context.new_page()
    hosts = set()
    tab.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    tab.goto(page.offer())
    assert tab.inner_text(".plate") == "沪A·**34*"
    assert tab.inner_text(".big") == "¥15.00"
    tab.get_by_role("button", name="Pay with WeChat Pay").tap()
    tab.wait_for_url("**/sheet")
    assert hosts == {f"127.0.0.1:{page.port}"}
    assert [type(told) for told in page.told].count(LanePayTapped) == 1
    tab.go_back()
    tab.goto(page.addresses.offer_url("o-1"))
    assert tab.inner_text("h1") == texts("en")["waiting.title"]
    page.counter.publish(OfferEnded("o-1", paid=True))
    tab.wait_for_selector(".paid", timeout=8000)
    assert context.cookies() == []
    context.close()


def test_a_providers_own_app_leads_nowhere_before_the_tap_and_the_sheet_hears_our_origin(
    browser, page
):
    sheet(page)
    context = phone(browser, "en-GB", user_agent="Mozilla/5.0 (iPhone) MicroMessenger/8.0.50")
    tab = context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.offer(), wait_until="networkidle")
    assert len(asked) == 1
    with tab.expect_request("**/sheet") as led:
        tab.get_by_role("button", name="Pay with WeChat Pay").tap()
    assert led.value.all_headers()["referer"] == f"{page.url}/"
    tab.wait_for_url("**/sheet")
    assert [tap.gateway for tap in page.told] == ["wechat"]
    context.close()


def test_the_posted_code_takes_two_steps_without_javascript(browser, page):
    page.enter()
    sheet(page)
    context = phone(browser, "de-DE")
    tab = context.new_page()
    steps = itertools.count(1)
    tab.goto(f"{page.url}/p/site-1")
    tab.get_by_label("Kennzeichen").fill("a 12345")
    tab.get_by_role("button").tap()
    step = next(steps)
    tab.wait_for_selector(".big")
    assert tab.inner_text(".big") == "15,00\u00a0¥"
    assert "12345" not in tab.url
    assert "12345" not in tab.content()
    tab.get_by_role("button", name="Alipay").tap()
    step = next(steps)
    tab.wait_for_url("**/sheet")
    assert step == 2
    (tap,) = page.told
    page.counter.publish(
        ReceiptIssued("o-5", Money(1500, "CNY"), (ReceiptLine(Charge.BLOCKS, 1500, 3),), "alipay")
    )
    page.counter.publish(StayPayEnded(tap.request_id, paid=True, receipt_id="o-5"))
    until(lambda: page.setting.counter.receipt_of("o-5", 0))
    tab.goto(f"{page.url}/s/{tap.request_id}")
    assert "innerhalb von 20 Minuten" in tab.inner_text("main")
    context.close()


def test_the_provider_is_told_the_origin_and_no_token(browser, page):
    sheet(page)
    context = phone(browser)
    tab = context.new_page()
    told = {}
    tab.on("request", lambda request: told.update({request.url: request.all_headers()}))
    tab.goto(page.offer())
    tab.get_by_role("button").first.tap()
    tab.wait_for_url("**/sheet")
    referer = told[f"{page.url}/sheet"].get("referer", "")
    assert page.addresses.offer_token("o-1") not in referer.upper()
    context.close()


def pages_of(page):
    """Every page as (name, path)."""
    page.enter()
    page.enter(PlateText("沪A99999"), hours=0.1, stay_id="s-2")
    counter, said = page.counter, page.addresses
    for order in ("o-1", "o-wait", "o-paid", "o-ended"):
        page.offer(order)
    counter.publish(PayLinkReady("o-wait", "https://sheet.example/"))
    for order in ("o-paid", "o-1"):
        lines = (
            ReceiptLine(Charge.PARKING, 600, 4, 0, NIGHT, NIGHT + timedelta(hours=2)),
            ReceiptLine(Charge.CAP, 1400, 2, 1800, NIGHT, NIGHT + timedelta(hours=9)),
            ReceiptLine(Charge.PAID, -500),
        )
        counter.publish(ReceiptIssued(order, Money(1500, "CNY"), lines, "card"))
    counter.publish(OfferEnded("o-paid", paid=True))
    counter.publish(OfferEnded("o-ended", paid=False))
    counter.publish(PayLinkRefused("o-none", "x"))
    token = said.offer_token("o-ended")
    now_us = page.setting.now_us
    until(lambda: page.setting.counter.offer(token, now_us()).state.value == "ended")
    page.setting.counter.tap_offer(said.offer_token("o-wait"), "wechat", "", now_us())
    counter.publish(PayLinkReady("o-wait", "https://sheet.example/"))
    until(lambda: page.setting.counter.offer(said.offer_token("o-wait"), now_us()).link)
    return {
        "fee": f"/l/{said.offer_token('o-1')}",
        "plate": "/p/site-1",
        "waiting": f"/l/{said.offer_token('o-wait')}",
        "paid": f"/l/{said.offer_token('o-paid')}",
        "ended": f"/l/{token}",
        "receipt": f"/r/{said.receipt_token('o-1')}",
        "privacy": "/privacy",
        "gone": f"/l/{'A' * 26}",
        "none": "/",
    }


def rare_pages(language):
    """Pages that take a flood, a fault or an accident to come by, as (name, HTML)."""
    speech = Speech(language, LANGUAGES)
    leave = Grace(20, NIGHT)
    pages = {
        "busy": simple("busy", speech),
        "out": simple("out", speech),
        "refused": simple("refused", speech, again="try-again"),
        "changed": simple("changed", speech, again="try-again"),
        "ended-stay": simple("ended", speech, text="stay"),
        "no-gateway": fee(Fee(Money(12_345, "EUR"), "B****34", (), ""), speech),
        "returned": returned(Money(1500, "CNY"), speech),
        "paid-stay": paid("paid.stay", leave, "", speech),
    }
    return {name: whole(page, speech).decode() for name, page in pages.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_readable_and_sound_for_everybody(browser, page, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="extra browser")
    source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    # Only to look: the policy of the page would not let axe in.
    context = phone(browser, language, script=True, bypass_csp=True)
    tab = context.new_page()
    paths, rare = pages_of(page), rare_pages(language)
    for name, path in [*paths.items(), ("nothing", ""), ("due", ""), *rare.items()]:
        if name in rare:
            tab.set_content(path)
        elif path:
            tab.goto(f"{page.url}{path}?lang={language}")
        else:
            tab.goto(f"{page.url}/p/site-1?lang={language}")
            tab.fill("#plate", "A99999" if name == "nothing" else "A12345")
            tab.get_by_role("button").tap()
            tab.wait_for_selector("#plate", state="detached")
        assert tab.locator("h1").count() == 1
        assert tab.get_attribute("html", "lang") == language
        shot(tab, f"{name}-{language}")
        tab.evaluate(source)
        # Without JavaScript nothing else brings the news; the page changes only when there is some.
        allowed = ["meta-refresh"] if name == "waiting" else []
        assert [found for found in tab.evaluate(AXE) if found[0] not in allowed] == [], name
        assert tab.evaluate(OVERFLOWING) == [], name
        assert tab.evaluate(TARGETS) == [], name
    context.close()


def test_the_language_is_changed_by_a_plain_link_and_kept_along_the_way(browser, page):
    page.enter()
    context = phone(browser, "fr-FR")
    tab = context.new_page()
    tab.goto(f"{page.url}/p/site-1")
    assert tab.inner_text("h1") == texts("zh")["plate.title"]
    tab.get_by_role("link", name="Deutsch").tap()
    assert tab.inner_text("h1") == texts("de")["plate.title"]
    tab.get_by_label("Kennzeichen").fill("A12345")
    tab.get_by_role("button").tap()
    tab.wait_for_selector(".big")
    assert tab.inner_text("h1") == texts("de")["fee.title"]
    context.close()


def test_a_large_font_and_a_narrow_phone_lose_nothing(browser, page):
    context = browser.new_context(viewport={"width": 320, "height": 480}, locale="de")
    tab = context.new_page()
    for path in pages_of(page).values():
        tab.goto(f"{page.url}{path}", wait_until="domcontentloaded")
        tab.evaluate("document.documentElement.style.fontSize = '32px'")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.set_viewport_size({"width": 180, "height": 320})
    tab.goto(f"{page.url}/p/site-1", wait_until="domcontentloaded")
    width = "document.documentElement.scrollWidth"
    assert tab.evaluate(width) <= 180, "a phone's page at 200 %"
    assert tab.locator("#plate").bounding_box()["width"] >= 120, "room for a plate"
    context.close()
