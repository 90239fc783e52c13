"""The screen's texts: complete in each language, free of inducement; a notice with a version."""

import re
import string

import pytest

from kiosk.config import parse
from kiosk.config.sample import sample
from kiosk.core.lane.lockable import MAINTENANCE
from kiosk.core.shows import Picture
from kiosk.screens.driver.bundle import (
    LANGUAGES,
    NOTICE_VERSION,
    Setup,
    bundle,
    notice_digest,
    texts,
)
from kiosk.screens.driver.setup import setup_of
from screens.served_page import setup

BANNED = {
    "zh": "会员 关注 公众号 优惠 抽奖 折扣 积分 注册 登录 手机 下载 小程序 扫码 广告 红包 礼 昵称",
    "en": "member follow coupon discount app apps register sign login phone offer win free loyalty"
    " points reward subscribe newsletter email account download scan",
    "de": "Mitglied folgen Gutschein Rabatt App Apps registrieren anmelden Handy Telefon Angebot"
    " gewinnen gratis Treue Punkte Prämie Newsletter E-Mail Konto herunterladen scannen",
}
"""What would induce or ask for more than a plate and the fee."""

PAYING = ("due.hint", "help.pay", "paying.hint")
"""Where a driver is told to scan and confirm: to pay, and for nothing else."""

SCANNING = {"扫码", "手机", "scan", "phone", "scannen", "Handy"}

BLANKS = {"notice.what": {"hours"}, "version": {"n"}, "help.in": {"n"}}

NOTICES = {
    "1": {
        "zh": "c3d2ef2a68c8b1b70f7c2a26971f638c2dea9a920668686d400fb0e76fe32e0f",
        "en": "57c78fe4040168b8cbdec97176bbdd8d3184bf646a4662bc986687012bfd8ff3",
        "de": "da806fb02f9e9a8e3e984bb9ab854d066cc1fed0ef10c59f17678df771f4fb14",
    },
    "2": {
        "zh": "6526ec4f19526b26a633d852190408e41dcc7bff2c52e91a0c1d212e38936619",
        "en": "3baba9fa91d634186cb0362dbb1fcfc251dd4d0284bf6a50e6cce4e71f9df860",
        "de": "ca0d1eacf57d9eaa6bca3d237138b9e296a16a9e79e1d189033b21e460754913",
    },
}
"""The SHA-256 of every notice that drivers were ever shown, by version."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language):
    assert texts(language).keys() == texts("en").keys()
    assert all(text.strip() == text != "" for text in texts(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_its_title_and_every_note_its_words(language):
    told = texts(language)
    assert {f"{picture.value}.title" for picture in Picture} <= told.keys()
    notes = ("ask-plate.note:again", "ask-plate.note:no-plate", "due.note:declined")
    assert {*notes, f"out-of-service.note:{MAINTENANCE}"} <= told.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_induces_or_asks_for_more(language):
    for key, text in texts(language).items():
        paying = SCANNING if key.startswith(PAYING) else set()
        for word in {*BANNED[language].split()} - paying:
            found = (
                word in text if language == "zh" else re.search(rf"\b{word}\b", text, re.IGNORECASE)
            )
            assert not found, f"{key}: {word}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_blank_that_nobody_fills(language):
    for key, text in texts(language).items():
        blanks = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert blanks == BLANKS.get(key, set()), key


def test_the_notice_says_purpose_manner_scope_and_who_else_learns_what():
    for language in LANGUAGES:
        for part in ("why", "how", "what", "who"):
            assert {f"notice.{part}", f"notice.{part}.label"} <= texts(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_notice_has_a_new_version(language):
    assert notice_digest(language) == NOTICES[NOTICE_VERSION][language]


def test_a_changed_setting_gives_the_page_another_build():
    one, other = bundle(setup()), bundle(setup(hours=26))
    assert one.build != other.build == bundle(setup(hours=26)).build
    script = f"/{one.build}/driver.js"
    assert script in one.assets
    assert script in one.assets["/"].body.decode()


def test_the_page_is_what_the_configuration_says():
    chinese = parse(sample().replace('language = "en"', 'language = "zh"'))
    assert setup_of(chinese, sweep_h=1) == setup(language="zh", keyboards=("cn", "eu"))


@pytest.mark.parametrize(
    ("grammars", "language", "keyboards"),
    [
        ('["cn", "eu"]', "de", ("eu", "cn")),
        ('["cn"]', "de", ("cn",)),
        ('["eu"]', "zh", ("eu",)),
        ('[]\nown_patterns = ["TEMP[0-9]{4}"]', "en", ("eu",)),
    ],
)
def test_only_plates_that_are_known_here_have_keys(grammars, language, keyboards):
    text = sample().replace('["cn", "eu"]', grammars).replace('"en"', f'"{language}"')
    told: Setup = setup_of(parse(text), sweep_h=1)
    assert told.keyboards == keyboards


def test_no_file_of_the_page_names_another_host_or_keeps_anything():
    for path, asset in bundle(setup()).assets.items():
        body = asset.body.decode()
        for kept in ("cookie", "localStorage", "sessionStorage", "indexedDB", "http:", "https:"):
            assert kept not in body, f"{path}: {kept}"
