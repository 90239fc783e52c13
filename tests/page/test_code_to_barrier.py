"""Both codes to the open barrier in a browser: real processes and signatures, simulated people."""

import re
import sqlite3
import time
from contextlib import ExitStack, closing

import pytest

from kiosk.edge.counter.words import COUNTER_NAME
from kiosk.screens.pay.words import texts
from page.whole_site import PLATE, WholeSite, until

pytestmark = [pytest.mark.slow, pytest.mark.measured, pytest.mark.timeout(120)]

pytest.importorskip("cryptography", reason="extra codes")

EN = texts("en")


@pytest.fixture
def site(tmp_path):
    with ExitStack() as stack:
        yield WholeSite(tmp_path, stack)


@pytest.fixture
def phone(browser):
    context = browser.new_context(
        viewport={"width": 360, "height": 640},
        has_touch=True,
        is_mobile=True,
        locale="en-GB",
        java_script_enabled=False,
    )
    tab = context.new_page()
    yield tab
    assert context.cookies() == []
    context.close()


class Steps:
    """What a driver does on our page, counted."""

    def __init__(self, tab):
        self._tab = tab
        self.count = 0
        self.hosts = set()
        tab.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def tap(self, name):
        self.count += 1
        self._tab.get_by_role("button", name=name).tap()


def pay_at_the_sheet(tab, site):
    """The provider's own sheet, where its app would be."""
    tab.wait_for_selector("#pay")
    assert tab.url.lower().startswith(site.gateway)
    tab.tap("#pay")


def notices(site):
    """How many notifications of the gateways came in at the page, and lie at the counter."""
    with closing(sqlite3.connect(site.folder / "state" / COUNTER_NAME)) as db:
        return db.execute("SELECT count(*) FROM notices").fetchone()[0]


@pytest.mark.parametrize("gateway", ["WeChat Pay", "Alipay"])
def test_the_lanes_code_opens_the_barrier_after_one_tap_on_our_page(site, phone, gateway):
    site.entered(hours=1.9)
    steps = Steps(phone)
    site.arrives()
    code = site.picture("due")["codes"][0]["content"]
    assert re.fullmatch(r"HTTP://127\.0\.0\.1:\d+/L/[A-Z2-7]{26}", code)
    scanned = time.monotonic()
    phone.goto(code)
    assert phone.inner_text(".big") == "¥5.00"
    assert phone.inner_text(".plate") == "沪A·**34*"
    steps.tap(f"Pay with {gateway}")
    pay_at_the_sheet(phone, site)
    until(lambda: notices(site) > 0)
    phone.wait_for_selector(".paid", timeout=15_000)
    record = site.exit()
    took_s = time.monotonic() - scanned
    assert steps.count == 1
    assert site.picture("drive")["codes"] != [], "the receipt's code"
    assert took_s <= 10.0, took_s
    assert record.t1_s is not None
    assert not site.lane.world.oracle.violations
    assert steps.hosts <= {site.url.split("/")[2], site.gateway.split("/")[2]}
    assert PLATE not in site.logs()
    until(lambda: phone.reload() and "Receipt" in phone.inner_text("main"))


def test_the_posted_code_takes_two_steps_and_its_car_leaves_without_stopping(site, phone):
    site.entered(hours=1.9)
    steps = Steps(phone)
    phone.goto(f"{site.url}/P/SITE-1")
    phone.get_by_label("Number plate").fill("沪a 12345")
    steps.tap(EN["plate.send"])
    phone.wait_for_selector(".big")
    steps.tap("Pay with WeChat Pay")
    pay_at_the_sheet(phone, site)
    phone.wait_for_selector(".paid", timeout=15_000)
    assert steps.count == 2
    assert "within 15 minutes" in phone.inner_text("main")
    assert "/S/" in phone.url.upper()
    site.arrives()
    record = site.exit()
    assert record.t1_s - record.t0_s <= 3.5
    assert site.lane.terminal.taken_minor() == 0
    assert not site.lane.world.oracle.violations
    phone.goto(f"{site.url}/P/SITE-1")
    phone.get_by_label("Number plate").fill(PLATE)
    steps.tap(EN["plate.send"])
    phone.wait_for_selector("#plate", state="detached")
    assert phone.inner_text("h1") == EN["nothing.title"]
