"""The poster: a decoder reads its code, its words fit, and a PDF needs no font to be printed."""

import itertools
import re
import shutil
import subprocess
import zlib
from io import StringIO

import pytest

from kiosk.__main__ import _parser
from kiosk.edge.commands.sign import execute
from kiosk.edge.font_outlines import FontOutlines
from kiosk.errors import KioskError
from kiosk.screens.pay.words import LANGUAGES
from kiosk.screens.sign.drawing import HEIGHT_MM, WIDTH_MM, Code, Words, ems, wrapped
from kiosk.screens.sign.pdf import Outline, pdf
from kiosk.screens.sign.poster import Poster, drawn, texts, title
from kiosk.screens.sign.svg import svg
from page.page_bench import CONFIG

POSTER = Poster(
    url="HTTPS://PAY.EXAMPLE.COM/P/MALL-1",
    languages=LANGUAGES,
    place="出口 1 · Exit <1>",
    operator="Beispiel & Söhne GmbH, Straße 1, 00000 Stadt",
    hours=25,
)


class SquareFont:
    """Every character a square: outlines without a font file."""

    def outline(self, char, *, bold):
        return Outline(1.0 if bold else 0.5, "0 0 m 1 0 l 1 1 l 0 1 l h" if char != " " else "")


def execute_sign(tmp_path, *more, config=CONFIG):
    path = tmp_path / "kiosk.toml"
    path.write_text(config, encoding="utf-8")
    words = ["sign", str(path), *more]
    told = _parser().parse_args(words)
    out = StringIO()
    assert execute(told, out) == 0
    return out.getvalue()


def test_the_headline_is_the_one_that_inspectors_look_for():
    assert texts("zh")["headline"] == "直接扫码付停车费"
    assert texts("en")["headline"] == "Scan, pay, go"


@pytest.mark.parametrize("languages", [LANGUAGES, ("de", "en"), ("zh",), ("en", "zh", "de")])
def test_no_words_run_into_others_or_off_the_page(languages):
    items = drawn(
        Poster(url=POSTER.url, languages=languages, place="x", operator="y" * 150, hours=193)
    )
    lines = sorted((item for item in items if isinstance(item, Words)), key=lambda item: item.base)
    for above, below in itertools.pairwise(lines):
        assert below.base - above.base >= 0.9 * below.size, below.text
    for line in lines:
        assert ems(line.text) * line.size <= WIDTH_MM - (line.left or 0.0)
        assert 0 < line.base < HEIGHT_MM
    (code,) = (item for item in items if isinstance(item, Code))
    assert not any(code.top < line.base - line.size < code.top + code.side for line in lines)
    said = "".join(line.text for line in lines)
    assert all(texts(language)["headline"] in said for language in languages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_says_purpose_manner_scope_and_end(language):
    heads = {
        "zh": ("目的：", "方式：", "范围：", "期限："),
        "en": ("Why:", "How:", "What:", "How long:"),
        "de": ("Wozu:", "Wie:", "Was:", "Wie lange:"),
    }
    assert all(head in texts(language)["notice"] for head in heads[language])
    assert texts(language).keys() == texts("en").keys()


def test_lines_break_at_blanks_and_between_chinese_characters_but_not_before_a_comma():
    assert list(wrapped("aa bb cc", 6 * 0.56, 1.0)) == ["aa bb", "cc"]
    assert list(wrapped("一二三四五", 2.0, 1.0)) == ["一二", "三四", "五"]
    assert list(wrapped("一二，三", 2.0, 1.0)) == ["一", "二，", "三"]
    assert list(wrapped("一二。三四五", 5.0, 1.0)) == ["一二。", "三四五"], "a phrase stays whole"
    assert "".join(wrapped(texts("zh")["notice"], 30.0, 1.0)) == texts("zh")["notice"]


def test_the_svg_is_sound_and_escapes_what_an_operator_wrote():
    text = svg(drawn(POSTER), title(POSTER)).decode()
    assert "Exit &lt;1&gt;" in text
    assert "Beispiel &amp; Söhne" in text
    assert text.count("<text") == len([item for item in drawn(POSTER) if isinstance(item, Words)])
    assert "pay.example.com/p/mall-1" in text


def test_the_pdfs_table_leads_to_its_objects_and_it_names_no_font():
    data = pdf(drawn(POSTER), title(POSTER), SquareFont())
    start = int(re.search(rb"startxref\n(\d+)\n", data)[1])
    assert data[start : start + 4] == b"xref"
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n ", data), 1):
        assert data[int(offset) :].startswith(b"%d 0 obj" % number)
    (packed,) = re.findall(rb"stream\n(.*)\nendstream", data, re.DOTALL)
    content = zlib.decompress(packed).decode()
    assert content.count(" re f") >= 3
    assert content.count("\nq ") + content.count(" q ") == content.count(" Q") + content.count(
        "\nQ"
    )
    assert b"/Font" not in data
    assert f"{'直接扫码付停车费'.encode('utf-16').hex()}".encode() in data
    assert pdf(drawn(POSTER), title(POSTER), SquareFont()) == data


def test_a_font_gives_outlines_in_units_of_the_size():
    pytest.importorskip("fontTools")
    try:
        font = FontOutlines(None)
    except KioskError:
        pytest.skip("no font with Chinese: apt-get install fonts-noto-cjk")
    outline = font.outline("码", bold=True)
    assert outline.advance == 1.0
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", outline.shape)]
    assert numbers
    assert all(-0.5 < number < 1.5 for number in numbers)
    assert font.outline(" ", bold=False).shape == ""
    with pytest.raises(KioskError, match=r"no character U\+E0F0"):
        font.outline("\ue0f0", bold=False)


def test_a_font_that_is_none_or_nowhere_is_named(tmp_path):
    pytest.importorskip("fontTools")
    with pytest.raises(KioskError, match="install fonts-noto-cjk"):
        FontOutlines(None, candidates=())
    rubbish = tmp_path / "rubbish.ttf"
    rubbish.write_bytes(b"no font")
    with pytest.raises(KioskError, match="is no font"):
        FontOutlines(rubbish)
    with pytest.raises(KioskError, match="is no font"):
        FontOutlines(tmp_path / "nowhere.ttf")


def test_the_command_writes_the_poster_and_says_what_its_code_says(tmp_path):
    words = ("--out", str(tmp_path / "a.svg"), "--place", "Level 2")
    said = execute_sign(tmp_path, *words, "--url", "https://pay.example.com/")
    assert said == f"{tmp_path / 'a.svg'}: HTTPS://PAY.EXAMPLE.COM/P/SITE-1\n"
    assert "Level 2" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_lanes_file_says_where_its_page_is(tmp_path):
    lane = CONFIG + '[codes]\npage_url = "https://pay.example.com"\n'
    said = execute_sign(tmp_path, "--out", str(tmp_path / "a.svg"), config=lane)
    assert said.endswith(": HTTPS://PAY.EXAMPLE.COM/P/SITE-1\n")
    with pytest.raises(KioskError, match=r"codes\.page_url: missing; give --url"):
        execute_sign(tmp_path, "--out", str(tmp_path / "a.svg"))
    wrong = lane.replace("https", "ftp")
    with pytest.raises(KioskError, match=r"codes\.page_url: expected an address"):
        execute_sign(tmp_path, "--out", str(tmp_path / "a.svg"), config=wrong)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("poster.png", "expected a name ending in .svg or .pdf"),
        ("no/such.svg", "cannot be written"),
    ],
)
def test_a_poster_that_cannot_be_written_is_named(tmp_path, name, fault):
    with pytest.raises(KioskError, match=fault):
        execute_sign(tmp_path, "--out", str(tmp_path / name), "--url", "https://pay.example.com")


@pytest.mark.slow
def test_a_decoder_reads_the_code_off_the_poster(browser, tmp_path):
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is missing: apt-get install zbar-tools")
    path = tmp_path / "poster.svg"
    path.write_bytes(svg(drawn(POSTER), title(POSTER)))
    tab = browser.new_page(viewport={"width": 840, "height": 1188})
    tab.goto(path.as_uri())
    tab.screenshot(path=tmp_path / "poster.png")
    tab.close()
    command = ["zbarimg", "-q", "--raw", str(tmp_path / "poster.png")]
    read = subprocess.run(command, capture_output=True, text=True, check=True)
    assert read.stdout.strip() == POSTER.url
