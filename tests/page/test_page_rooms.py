"""The pure rooms of the pay page: what a request means, who asks, how often, and what is said."""

import re
import string
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.plates.reading import PlateRules
from kiosk.screens.pay.limits import Buckets, Rate
from kiosk.screens.pay.look import HEADERS, STYLE, Page, whole
from kiosk.screens.pay.pages import Fee, fee, plate_form
from kiosk.screens.pay.providers import LINK_CHARS_MAX, is_sheet
from kiosk.screens.pay.receipt import tax_in
from kiosk.screens.pay.routes import (
    FIELDS_MAX,
    PATH_CHARS_MAX,
    VALUE_CHARS_MAX,
    Place,
    form,
    query_language,
    route,
    waits_on,
)
from kiosk.screens.pay.sources import HOPS_MAX, UNKNOWN, asker, is_trusted, source_of
from kiosk.screens.pay.typed import typed_plate
from kiosk.screens.pay.words import (
    ACCEPTED_MAX,
    LANGUAGES,
    NOTICE_VERSION,
    Speech,
    choose,
    notice_digest,
    texts,
)
from kiosk_hw.ports.money import Money

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWX27"
BOTH = PlateRules()

BANNED = {
    "zh": "会员 关注 公众号 优惠 抽奖 折扣 积分 注册 登录 下载 小程序 广告 红包 礼 昵称 头像",
    "en": "member follow coupon discount app apps register sign login offer win free loyalty points"
    " reward subscribe newsletter email download",
    "de": "Mitglied folgen Gutschein Rabatt App Apps registrieren anmelden Angebot gewinnen gratis"
    " Treue Punkte Prämie Newsletter E-Mail herunterladen",
}

NOTICES = {
    "1": {
        "zh": "9f490b4cfcdbb1d3d31cf095c7207c137d1c3efb2864f03d4ea6794352fd538b",
        "en": "c84f0ed243ab866080f4f14e02a0484d1b17e6d65625b0a0717bcdb7810849ea",
        "de": "a5e37d5c218e7268f1ace4ef0720fff0d6767fe607c24ab46b203caf5dd3f806",
    },
}
"""The SHA-256 of every notice that drivers were ever shown, by version."""


@pytest.mark.parametrize(
    ("path", "place", "name"),
    [
        (f"/L/{TOKEN}", Place.OFFER, TOKEN),
        (f"/l/{TOKEN.lower()}", Place.OFFER, TOKEN),
        ("/p/mall-1", Place.PLATE, "MALL-1"),
        (f"/S/{TOKEN}", Place.STATUS, TOKEN),
        (f"/r/{TOKEN}", Place.RECEIPT, TOKEN),
        ("/notify/wechat", Place.NOTIFY, "WECHAT"),
        ("/privacy", Place.PRIVACY, ""),
        ("/robots.txt", Place.ROBOTS, ""),
        ("/", Place.NONE, ""),
        ("", Place.NONE, ""),
        (f"/l/{TOKEN}/", Place.NONE, ""),
        (f"/l/{TOKEN}A", Place.NONE, ""),
        (f"/l/{TOKEN[:-1]}", Place.NONE, ""),
        (f"/l/{TOKEN[:-1]}1", Place.NONE, ""),
        (f"//l/{TOKEN}", Place.NONE, ""),
        ("/privacy/x", Place.NONE, ""),
        ("/p/" + "a" * 33, Place.NONE, ""),
        ("/p/ⅿall", Place.NONE, ""),
        ("/x", Place.NONE, ""),
    ],
)
def test_a_path_leads_where_its_code_says_or_nowhere(path, place, name):
    assert (route(path).place, route(path).name) == (place, name)


@given(st.text(max_size=200))
def test_no_path_raises(path):
    assert route(path).place in Place


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"plate=%E6%B2%AAA12345&lang=zh", {"plate": "沪A12345", "lang": "zh"}),
        (b"plate=a+b%2Bc", {"plate": "a b+c"}),
        (b"plate=one&plate=two", {"plate": "one"}),
        (b"plate", {"plate": ""}),
        (b"plate=%FF%FE", {"plate": ""}),
        (b"plate=%zz", {"plate": "%zz"}),
        (b"", {"": ""}),
        (b"plate=" + b"A" * 500, {"plate": "A" * VALUE_CHARS_MAX}),
    ],
)
def test_a_form_is_read_as_browsers_send_it(body, fields):
    assert form(body) == fields


def test_a_forms_fields_are_bounded():
    assert len(form(b"&".join(b"%d=1" % number for number in range(500)))) == FIELDS_MAX


@given(st.binary(max_size=1500))
def test_no_form_raises(body):
    assert all(len(value) <= VALUE_CHARS_MAX for value in form(body).values())


@pytest.mark.parametrize(
    ("query", "language"),
    [("lang=de", "de"), ("from=x&lang=zh&y", "zh"), ("lang=deu", ""), ("xlang=de", ""), ("", "")],
)
def test_a_query_asks_for_a_language_and_nothing_else(query, language):
    assert query_language(query) == language


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("", "de-DE,de;q=0.9,en;q=0.8", "de"),
        ("", "fr;q=0.9, en;q=0.5", "en"),
        ("", "en;q=0.2, zh-Hans-CN;q=0.7", "zh"),
        ("", "en;q=0, de;q=0.1", "de"),
        ("", "fr", "zh"),
        ("", "", "zh"),
        ("", ";;;q=,q=x,en;q=nan,", "zh"),
        ("en", "de", "en"),
        ("xx", "de", "de"),
    ],
)
def test_a_phone_is_spoken_to_in_the_language_that_it_likes_most(asked, accepted, chosen):
    assert choose(asked, accepted, LANGUAGES) == chosen


def test_no_more_of_a_query_and_of_what_a_phone_accepts_is_read_than_its_bound():
    beyond = "x" * PATH_CHARS_MAX + "&"
    assert (query_language(beyond + "lang=de"), waits_on(beyond + "wait=open")) == ("", "")
    short = "x" * (PATH_CHARS_MAX - 20) + "&"
    assert (query_language(short + "lang=de"), waits_on(short + "wait=open")) == ("de", "open")
    many = ",".join(["fr"] * (ACCEPTED_MAX - 1))
    assert choose("", f"{many},de", LANGUAGES) == "de"
    assert choose("", f"{many},fr,de", LANGUAGES) == LANGUAGES[0]


def test_a_language_that_is_not_offered_here_is_not_spoken():
    assert choose("zh", "zh", ("de", "en")) == "de"


TRUSTED = (ip_network("127.0.0.1"), ip_network("::1"), ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "who"),
    [
        ("198.51.100.1", "203.0.113.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.1, 10.1.2.3", "203.0.113.1"),
        ("127.0.0.1", "203.0.113.1, rubbish", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:198.51.100.1", "", "198.51.100.1"),
        ("fe80::1%eth0", "", "fe80::1"),
        ("", "203.0.113.1", "203.0.113.1"),
        ("", "", str(UNKNOWN)),
        ("", ",".join(["203.0.113.1", *["10.0.0.1"] * (HOPS_MAX - 1)]), "203.0.113.1"),
        ("", ",".join(["203.0.113.1", *["10.0.0.1"] * HOPS_MAX]), "10.0.0.1"),
        ("", ",".join(["10.0.0.1"] * 500), "10.0.0.1"),
    ],
)
def test_who_asks_is_what_the_last_trusted_proxy_says(peer, forwarded_for, who):
    assert str(asker(peer, forwarded_for, TRUSTED)) == who


def test_only_proxies_of_ours_are_trusted():
    assert is_trusted("10.9.9.9", TRUSTED)
    assert not is_trusted("198.51.100.1", TRUSTED)
    assert not is_trusted("", TRUSTED)


def test_a_source_is_an_ipv4_address_or_an_ipv6_phones_network():
    one, same, other = (
        source_of(ip_address(each)) for each in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    )
    assert one == same != other
    v4 = source_of(ip_address("192.0.2.1"))
    assert v4 != source_of(ip_address("192.0.2.2"))
    assert source_of(ip_address("::c000:201")) != v4


def test_a_bucket_gives_its_burst_and_then_one_at_a_time():
    buckets = Buckets(Rate(3, 10.0))
    assert [buckets.take("a", 100.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b", 100.0)
    assert not buckets.take("a", 109.9)
    assert [buckets.take("a", 110.0) for _ in range(2)] == [True, False]
    assert [buckets.take("a", 1000.0) for _ in range(4)] == [True, True, True, False]


def test_buckets_are_bounded_and_full_ones_forgotten():
    buckets = Buckets(Rate(3, 10.0), sources_max=50)
    for number in range(500):
        buckets.take(number, 0.0)
    assert len(buckets) == 50
    for number in range(60):
        buckets.take("the only one left", 1000.0 + 10.0 * number)
    assert len(buckets) == 1


def test_whoever_asks_all_the_time_is_not_forgotten_for_those_who_come():
    buckets = Buckets(Rate(2, 1000.0), sources_max=10)
    assert [buckets.take("eager", 0.0) for _ in range(2)] == [True, True]
    for number in range(9):
        buckets.take(number, 0.0)
    assert not buckets.take("eager", 0.0)
    buckets = Buckets(Rate(50, 1000.0), sources_max=10)
    for number in range(30):
        buckets.take("eager", 0.0)
        buckets.take(number, 0.0)
    assert [buckets.take("eager", 0.0) for _ in range(21)] == [True] * 20 + [False]


@pytest.mark.parametrize(
    ("province", "text", "plate"),
    [
        ("", "沪A12345", "沪A12345"),
        ("沪", "A12345", "沪A12345"),
        ("沪", "aD12345", "沪AD12345"),
        ("沪", "粤B54321", "粤B54321"),
        ("沪", "AI2O45", "沪A12045"),
        ("沪", "BAB1234", "沪BAB1234"),
        ("沪", "BÜ-AB 123", "BÜAB123"),
        ("", "b-ab 1234", "BAB1234"),
        ("", "使123456", "使123456"),
        ("沪", "使123456", "使123456"),
        ("沪沪", "A12345", "A12345"),
        ("x", "BAB1234", "BAB1234"),
        ("沪", "", None),
        ("", "", None),
        ("", "沪", None),
        ("", "!" * 200, None),
        ("", "\ud800A1234", None),
    ],
)
def test_a_typed_plate_is_what_its_driver_meant(province, text, plate):
    found = typed_plate(province, text, BOTH)
    if plate is None:
        assert found is None or found.text.startswith("?")
    else:
        assert found is not None
        assert found.text == plate


@given(st.text(max_size=64), st.text(max_size=64))
def test_no_typed_text_raises(province, text):
    typed_plate(province, text, BOTH)


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1", True),
        ("HTTPS://sheet.example/", True),
        ("http://127.0.0.1:8080/sheet", True),
        ("http://sheet.example/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("javascript:alert(1)", False),
        ("//sheet.example", False),
        ("https://", False),
        ("https://sheet.example/ x", False),
        ("https://sheet.example/\n", False),
        ("https://sheet.example/ü", False),
        ("https://s" + "x" * LINK_CHARS_MAX, False),
    ],
)
def test_a_browser_is_sent_to_sheets_alone(link, good):
    assert is_sheet(link) is good


@pytest.mark.parametrize(
    ("minor", "percent", "tax"),
    [(1190, 19.0, 190), (1500, 6.0, 85), (100, 7.0, 7), (0, 19.0, 0), (250, 19.0, 40)],
)
def test_the_tax_in_an_amount_is_rounded_half_up(minor, percent, tax):
    assert tax_in(Money(minor, "EUR"), percent) == Money(tax, "EUR")


@pytest.mark.parametrize(
    ("language", "money", "written"),
    [
        ("zh", Money(1500, "CNY"), "¥15.00"),
        ("en", Money(1234567, "EUR"), "€12,345.67"),
        ("de", Money(1205, "EUR"), "12,05\u00a0€"),
        ("en", Money(500, "JPY"), "500\u00a0JPY"),
        ("de", Money(1500, "KWD"), "1,500\u00a0KWD"),
    ],
)
def test_money_is_written_as_the_language_does(language, money, written):
    assert Speech(language, LANGUAGES).money(money) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_blanks(language):
    assert texts(language).keys() == texts("en").keys()
    for key, text in texts(language).items():
        assert text.strip() == text != ""
        blanks = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        english = {name for _, name, _, _ in string.Formatter().parse(texts("en")[key]) if name}
        assert blanks == english, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_induces_or_asks_for_more(language):
    for key, text in texts(language).items():
        if key.startswith("privacy."):
            continue  # It says what is not asked for.
        for word in BANNED[language].split():
            zh = language == "zh"
            found = word in text if zh else re.search(rf"\b{word}\b", text, re.IGNORECASE)
            assert not found, f"{key}: {word}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_notice_has_a_new_version(language):
    assert notice_digest(language) == NOTICES[NOTICE_VERSION][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_comes_from_elsewhere_is_escaped(language):
    speech = Speech(language, LANGUAGES)
    evil = '"><script>alert(1)</script>'
    told = fee(Fee(Money(1, "CNY"), evil, (evil,), evil), speech)
    text = whole(told, speech).decode()
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 4


def test_a_page_names_no_other_host_and_its_style_is_the_one_that_its_policy_allows():
    speech = Speech("zh", LANGUAGES)
    text = whole(plate_form(True, "沪", speech), speech).decode()
    assert "//" not in text
    assert re.findall("<style>(.*)</style>", text) == [STYLE]
    assert "<script" not in text
    assert "style=" not in text
    assert "<option selected>沪" in text
    policy = dict(HEADERS)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_origin_alone_is_told_to_the_provider():
    """WeChat's sheet opens for the merchant's own domain alone; a token must not go there."""
    assert dict(HEADERS)["Referrer-Policy"] == "strict-origin"


def test_one_language_alone_needs_no_choice():
    text = whole(Page("t", ""), Speech("de", ("de",))).decode()
    assert "<nav" not in text


def test_a_site_without_chinese_plates_has_no_provinces():
    speech = Speech("de", LANGUAGES)
    assert "<select" not in plate_form(False, "", speech).body
