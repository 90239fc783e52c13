"""`[codes]`: its keys, its faults in one line each, and that nothing secret is ever in them."""

import sys
from pathlib import Path

import pytest

from edge.config_samples import ENTRY, EXIT, faults, faults_if_any
from kiosk.config import parse, parse_page
from kiosk.config.sample import sample
from kiosk.config.spelling import PAGE_URL_CHARS_MAX
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.errors import ConfigError
from kiosk.screens.driver.code import CONTENT_CHARS_MAX
from page.page_bench import CONFIG

IN_YUAN = EXIT.replace('currency = "EUR"', 'currency = "CNY"')

WECHAT = """
[codes.wechat]
app_id = "wxd678efh567hg6787"
merchant_id = "1900000109"
serial_no = "7132D72A03E93CDDF8C03BBD1F37EEDF8B6D5B3B"
key_file = "wechat-key.pem"
api_v3_key_file = "wechat.apiv3"
platform_keys = { PUB_KEY_ID_01 = "new.pem", 5157F09EFDC096DE = "old.pem" }
"""
ALIPAY = """
[codes.alipay]
app_id = "2014072300007148"
merchant_id = "2088102146225135"
key_file = "alipay-key.pem"
platform_keys = { alipay = "alipay.pem" }
"""
BOTH = IN_YUAN + WECHAT + ALIPAY


def test_the_least_of_each_gateway_is_taken() -> None:
    codes = parse(BOTH, Path("/etc/kiosk")).codes
    assert codes is not None
    assert list(codes.gateways) == ["wechat", "alipay"]
    assert codes.ask_ms == 500
    assert codes.page_url is None
    assert codes.wechat is not None
    assert list(codes.wechat.platform_keys.items()) == [
        ("PUB_KEY_ID_01", Path("/etc/kiosk/new.pem")),
        ("5157F09EFDC096DE", Path("/etc/kiosk/old.pem")),
    ]
    assert codes.wechat.key_file == Path("/etc/kiosk/wechat-key.pem")
    only = parse(IN_YUAN + ALIPAY).codes
    assert only is not None
    assert list(only.gateways) == ["alipay"]


def test_a_lane_with_codes_needs_no_terminal() -> None:
    start, end = BOTH.index("[terminal]"), BOTH.index("[tariff]")
    config = parse(BOTH[:start] + BOTH[end:])
    assert config.terminal is None
    assert config.codes is not None


def test_the_sample_s_tables_can_be_used_in_yuan() -> None:
    text = sample()
    start, end = text.index("# [codes]"), text.index("# What a number plate looks like")
    uncommented = "\n".join(
        line.removeprefix("# ") if line.startswith(("# [", "# ")) and ("[c" in line or "=" in line)
        else line
        for line in text[start:end].splitlines()
    )  # fmt: skip
    config = parse(text[:start].replace('"EUR"', '"CNY"') + uncommented + "\n" + text[end:])
    assert config.codes is not None
    assert set(config.codes.gateways) == {"wechat", "alipay"}


ADDRESS = "an address like https://host, or http://127.0.0.1:port"
PAGE = "an address like https://pay.example.com"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            IN_YUAN + "[codes]\n",
            "codes: expected [codes.wechat], [codes.alipay] or both, got neither",
        ),
        (EXIT + WECHAT, "codes.wechat: expected a tariff in CNY, got one in EUR"),
        (EXIT + ALIPAY, "codes.alipay: expected a tariff in CNY, got one in EUR"),
        (ENTRY + ALIPAY, "codes: expected no such table in an entry lane, which takes no money"),
        (
            BOTH.replace('{ alipay = "alipay.pem" }', "{}"),
            "codes.alipay.platform_keys: expected a key, got none",
        ),
        (
            BOTH + 'url = "http://openapi.alipay.com/gateway.do"\n',
            "codes.alipay.url: expected an address like https://host/path, or"
            " http://127.0.0.1:port, got 'http://openapi.alipay.com/gateway.do'",
        ),
        (
            IN_YUAN + WECHAT + 'url = "https://api.mch.weixin.qq.com/v3"\n',
            f"codes.wechat.url: expected {ADDRESS}, got 'https://api.mch.weixin.qq.com/v3'",
        ),
        (
            IN_YUAN + WECHAT + 'url = "https://user:pw@host"\n',
            f"codes.wechat.url: expected {ADDRESS}, got 'https://user:pw@host'",
        ),
        (
            BOTH + '[codes]\npage_url = "http://pay.example.com"\n',
            f"codes.page_url: expected {PAGE}, got 'http://pay.example.com'",
        ),
        (
            BOTH + "[codes]\nask_ms = 400\n",
            "codes.ask_ms: expected 500 to 1000, got 400",
        ),
        (
            BOTH.replace('"2014072300007148"', '"20 14"'),
            "codes.alipay.app_id: expected 1 to 64 letters, digits, dashes or underscores,"
            " got '20 14'",
        ),
        (
            BOTH.replace('key_file = "alipay-key.pem"\n', ""),
            "codes.alipay.key_file: missing (the file of our private key: PEM, without a"
            " passphrase, for this user alone)",
        ),
        (
            BOTH.replace('alipay = "alipay.pem"', "alipay = 7"),
            "codes.alipay.platform_keys.alipay: expected a path, got 7",
        ),
        (
            IN_YUAN + WECHAT.replace("[codes.wechat]", '[codes.wechat]\nmodel = "alipay"'),
            "codes.wechat.model: expected one of wechat_pay_v3, got 'alipay'",
        ),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(text: str, line: str) -> None:
    assert faults(text) == [line]


def test_all_faults_are_named_at_once() -> None:
    assert len(faults(EXIT + WECHAT + ALIPAY.replace('{ alipay = "alipay.pem" }', "{}"))) == 3


@pytest.mark.parametrize(
    "url",
    ["https://pay.example.com", "https://pay.example.com/p/", "HTTPS://PAY.EXAMPLE.COM:8443",
     "http://127.0.0.1:8081", "http://[::1]:8081"],
)  # fmt: skip
def test_a_page_s_address_may_be(url: str) -> None:
    codes = parse(BOTH + f'[codes]\npage_url = "{url}"\n').codes
    assert codes is not None
    assert codes.page_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["", "pay.example.com", "https://", "https://a b", "https://x?y=1", "https://x?", "https://x#y",
     "https://x:0", "https://x:99999", "https://ü.example", "ftp://x", "https://x/ü", "https://[x"],
)  # fmt: skip
def test_a_page_s_address_may_not_be(url: str) -> None:
    (line,) = faults(BOTH + f'[codes]\npage_url = "{url}"\n')
    assert line.startswith("codes.page_url: expected an address like https://")


def test_a_page_s_address_leaves_room_for_the_token_in_a_code() -> None:
    longest = f"https://{'a' * (PAGE_URL_CHARS_MAX - 8)}"
    codes = parse(BOTH + f'[codes]\npage_url = "{longest}"\n').codes
    assert codes is not None
    assert codes.page_url == longest
    url = PageAddresses(longest, b"key").offer_url("o-1")
    assert len(url) <= CONTENT_CHARS_MAX
    (line,) = faults(BOTH + f'[codes]\npage_url = "{longest}a"\n')
    assert line.startswith(f"codes.page_url: expected an address of at most {PAGE_URL_CHARS_MAX}")


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "128.0.0.0/1"])
def test_nobody_s_network_is_everybody_s(network: str) -> None:
    text = CONFIG + f'trusted_proxies = ["{network}"]\n'
    with pytest.raises(ConfigError) as error:
        parse_page(text, Path())
    assert "page.trusted_proxies[0]: expected a network of /8 or smaller" in str(error.value)


def test_a_screen_that_shows_codes_needs_what_draws_them(monkeypatch: pytest.MonkeyPatch) -> None:
    page = '\n[screen]\npage = "127.0.0.1:8080"\n'
    assert faults_if_any(BOTH + page) == []
    monkeypatch.setitem(sys.modules, "pyqrcode", None)
    assert faults_if_any(BOTH) == [], "without a page nobody draws"
    assert faults_if_any(IN_YUAN + page) == [], "without codes nothing is drawn"
    assert faults(BOTH + page) == [
        "screen.page: pyqrcode, which draws codes, is missing: pip install 'kiosk[screen]'"
    ]
