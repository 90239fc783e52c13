"""The published tariffs: each printed fee is an example in its file, and all of them come out."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.tariff import failures, load

FILES = sorted((Path(__file__).parents[2] / "examples" / "tariffs").glob("*.toml"))


def test_all_of_them_are_here():
    assert [path.name[:3] for path in FILES] == [f"t{number:02}" for number in range(1, 28)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_printed_fee_comes_out(path):
    file = load(path.read_text(encoding="utf-8"))
    assert failures(file, ZoneInfo(file.time_zone)) == []
