"""What is drawn for a code: the right modules, a quiet zone, within bounds; and never in a log."""

import re
import sys

import pytest

from kiosk.screens.driver.code import (
    CONTENT_CHARS_MAX,
    QUIET_MODULES,
    CodeRefused,
    can_draw,
    draw,
    path_of,
)

LANE = "HTTPS://PAY.EXAMPLE.COM/L/K7Q2MZ4XH6TB3WPA5RCD2EVN"

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def modules(code):
    """The dark modules, as columns and rows from the first that is not quiet zone."""
    dark = set()
    for found in RUN.findall(code.path):
        column, row, run, back = map(int, found)
        assert run == back
        dark |= {(column + at - QUIET_MODULES, row - QUIET_MODULES) for at in range(run)}
    assert RUN.sub("", code.path) == ""
    return dark


def test_each_run_of_dark_modules_is_one_rectangle():
    assert path_of([[1, 1, 0, 1], [0, 0, 0, 0], [0, 1, 1, 1]]) == (
        "M4 4h2v1h-2zM7 4h1v1h-1zM5 6h3v1h-3z"
    )


@pytest.mark.parametrize(
    ("content", "across"),
    # ISO/IEC 18004 table 7, level M: version 1 holds 34 digits or 20 upper-case characters or 14
    # others, version 3 61 upper-case characters, version 4 62 others, version 10 213.
    [
        ("0" * 34, 21),
        ("0" * 35, 25),
        ("A" * 20, 21),
        ("A" * 21, 25),
        ("a" * 14, 21),
        ("a" * 15, 25),
        ("A" * 61, 29),
        ("a" * 62, 33),
        ("a" * CONTENT_CHARS_MAX, 57),
    ],
)
def test_a_code_has_the_fewest_modules_that_its_characters_need(content, across):
    assert draw(content).across == across + 2 * QUIET_MODULES


@pytest.mark.parametrize("content", [LANE, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "0123456789"])
def test_a_code_has_its_finders_and_its_quiet_zone(content):
    code = draw(content)
    dark = modules(code)
    last = code.across - 2 * QUIET_MODULES - 1
    assert all(0 <= column <= last and 0 <= row <= last for column, row in dark)
    ring = {(column, row) for column in range(7) for row in range(7)} - {
        (column, row) for column in range(1, 6) for row in range(1, 6)
    }
    core = {(column, row) for column in range(2, 5) for row in range(2, 5)}
    for left, top in ((0, 0), (last - 6, 0), (0, last - 6)):
        seen = {(c - left, r - top) for c, r in dark if 0 <= c - left < 7 and 0 <= r - top < 7}
        assert seen == ring | core


@pytest.mark.parametrize(
    "content",
    [LANE, "1_000", " 12", "+5", "a", "0", "A b", "https://qr.alipay.com/bax03431", "~" * 213],
)
def test_what_is_drawn_is_read_by_an_independent_reader(content):
    image = pytest.importorskip("PIL.Image")
    zxingcpp = pytest.importorskip("zxingcpp")
    code = draw(content)
    seen = image.new("L", (code.across, code.across), 255)
    for column, row in modules(code):
        seen.putpixel((column + QUIET_MODULES, row + QUIET_MODULES), 0)
    (found,) = zxingcpp.read_barcodes(seen.resize((4 * code.across, 4 * code.across)))
    assert (found.text, found.ec_level) == (content, "M")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "0 characters"),
        ("a" * (CONTENT_CHARS_MAX + 1), "214 characters"),
        ("沪A12345", "ASCII"),
        ("für", "ASCII"),
        ("a\nb", "ASCII"),
        ("a\0b", "ASCII"),
        ("\x7f", "ASCII"),
    ],
)
def test_what_no_phone_would_read_is_refused_without_being_quoted(content, why):
    with pytest.raises(CodeRefused, match=why) as refusal:
        draw(content)
    assert len(content) < 2 or content not in str(refusal.value)


def test_without_the_extra_a_code_is_refused_and_the_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyqrcode", None)
    assert not can_draw()
    with pytest.raises(CodeRefused, match=r"pip install 'kiosk\[screen\]'"):
        draw(LANE)


def test_a_code_shows_nothing_of_itself_in_logs():
    assert repr(draw(LANE)) == "DrawnCode(across=37)"


def test_the_extra_that_draws_is_here():
    assert can_draw()
