"""Two tariffs compared: equal ones differ nowhere, a dearer hour is found where it is."""

import json
import re
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.edge.commands.tariff_diff import ROWS_MAX

EXAMPLES = Path(__file__).parents[2] / "examples" / "tariffs"
DEGGENDORF = EXAMPLES / "t08-deggendorf.toml"


def told(capsys, *arguments):
    code = main(["tariff", "diff", *map(str, arguments)])
    return code, *capsys.readouterr()


@pytest.fixture
def dearer(tmp_path):
    path = tmp_path / "new.toml"
    text = DEGGENDORF.read_text(encoding="utf-8")
    path.write_text(text.replace("amount = 8.00", "amount = 9.00"), encoding="utf-8")
    return path


def test_a_tariff_differs_from_itself_nowhere(capsys):
    code, out, _ = told(capsys, DEGGENDORF, DEGGENDORF)
    assert code == 0
    assert "cost the same" in out


def test_a_higher_cap_makes_long_stays_dearer_and_none_cheaper(dearer, capsys):
    code, out, _ = told(capsys, DEGGENDORF, dearer)
    assert code == 0
    assert "stays would pay more, at most 7.00 EUR" in out
    assert re.search(r"None of \d+ stays would pay less\.", out)
    assert "7 d" in out


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('free = "30 min"', 'free = "33 min"', "stays of 31 min to 33 min"),
        ('"18:30-08:00"', '"18:45-08:00"', "would pay more"),
        ('per = "24 h"', 'per = "26 h"', "would pay less"),
    ],
)
def test_a_change_is_found_at_the_times_that_the_files_name(was, now, words, tmp_path, capsys):
    text = DEGGENDORF.read_text(encoding="utf-8")
    assert was in text
    new = text.replace(was, now).replace(
        '"08:00-18:30"', '"08:00-18:45"' if "45" in now else '"08:00-18:30"'
    )
    (tmp_path / "new.toml").write_text(new, encoding="utf-8")
    assert words in told(capsys, DEGGENDORF, tmp_path / "new.toml")[1]


def test_no_more_than_the_largest_changes_are_shown(capsys):
    _, out, _ = told(capsys, DEGGENDORF, EXAMPLES / "t07-de-kwakel.toml")
    heading, *rows = out[out.index("day ") :].splitlines()
    assert heading.endswith("change")
    assert len(rows) == ROWS_MAX


def test_programs_read_the_same(dearer, capsys):
    read = json.loads(told(capsys, dearer, DEGGENDORF, "--json")[1])
    assert (read["dearer"], read["currency"]) == (0, "EUR")
    assert read["cheaper"] > 0
    assert read["largest"][0]["old_minor"] > read["largest"][0]["new_minor"]


def test_two_currencies_cannot_be_compared(capsys):
    code, _, err = told(capsys, DEGGENDORF, EXAMPLES / "t01-pudong-2019.toml")
    assert (code, err) == (1, "expected one currency, got EUR and CNY\n")
