"""The picture of a tariff: well-formed, labelled, a line for each class, at right heights."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kiosk.__main__ import main
from kiosk.tariff.drawing import BOTTOM, HEIGHT, TOP, Curve, drawn

EXAMPLES = Path(__file__).parents[2] / "examples" / "tariffs"
FILES = sorted(EXAMPLES.glob("*.toml"))
SVG = "{http://www.w3.org/2000/svg}"


def plotted(capsys, path, *more):
    assert main(["tariff", "plot", str(path), *more]) == 0
    return ElementTree.fromstring(capsys.readouterr().out)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_published_tariff_has_a_picture_with_labelled_axes(path, capsys):
    picture = plotted(capsys, path)
    texts = [each.text or "" for each in picture.iter(f"{SVG}text")]
    assert any(text.startswith("hours since ") for text in texts)
    assert {"0", "24"} <= set(texts)


def test_each_class_has_a_line_and_a_name(capsys):
    picture = plotted(capsys, EXAMPLES / "t01-pudong-2019.toml")
    assert len(list(picture.iter(f"{SVG}path"))) == 2
    assert {"all others", "large"} <= {each.text for each in picture.iter(f"{SVG}text")}


def test_a_fee_stands_at_the_height_of_its_amount():
    svg = drawn("t", "EUR", 7200, "now", [Curve("a", ((0, 0), (3600, 400), (7200, 800)))])
    heights = [float(y) for y in re.findall(r"V([\d.]+)", svg)]
    assert heights == [(TOP + HEIGHT - BOTTOM) / 2, TOP]


def test_a_name_cannot_break_the_picture():
    svg = drawn("<b>&", "EUR", 3600, "<now>", [Curve("<c>", ((0, 0),)), Curve("&", ((0, 1),))])
    assert ElementTree.fromstring(svg) is not None


def test_a_picture_goes_into_a_file_and_a_bad_folder_is_one_line(tmp_path, capsys):
    path, source = tmp_path / "fee.svg", str(EXAMPLES / "t08-deggendorf.toml")
    assert main(["tariff", "plot", source, "--hours", "6", "--out", str(path)]) == 0
    assert ElementTree.parse(path)
    assert main(["tariff", "plot", source, "--out", str(tmp_path / "no" / "x.svg")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
