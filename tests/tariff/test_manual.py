"""The manual names every key of a tariff file, no other, and its own file holds."""

import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.tariff import TariffFault, failures, load, unproven
from kiosk.tariff.reading.keys import Pairs, Table
from kiosk.tariff.reading.vocabulary import FILE

MANUAL = (Path(__file__).parents[2] / "docs" / "tariff-file.md").read_text(encoding="utf-8")
FIRST_FILE = re.search(r"```toml\n(.*?)```", MANUAL, re.DOTALL)[1]
SECTIONS = {
    "The car park": FILE,
    **{
        f"`{brackets}`": FILE[name].keys
        for name, brackets in {
            "rate": "[rate.<name>]",
            "plan": "[plan.<name>]",
            "version": "[[version]]",
            "class": "[class.<name>]",
            "validation": "[validation.<name>]",
            "season": "[season.<name>]",
            "surcharge": "[surcharge.<name>]",
            "lost": "[lost]",
            "vat": "[vat]",
            "example": "[[example]]",
        }.items()
    },
}


def section(title):
    begin = MANUAL.index(f"\n## {title}")
    return MANUAL[begin : (MANUAL + "\n## ").index("\n## ", begin + 5)]


def test_every_table_of_the_file_has_a_section():
    tables = {name for name, item in FILE.items() if isinstance(item, Table)}
    assert {re.sub(r"[\W]|name", "", title) for title in SECTIONS if "[" in title} == tables
    assert "`[calendar]`" in section("The car park")


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_explains_each_key_and_no_other(title):
    explained = re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE)
    known = []
    for key, item in SECTIONS[title].items():
        top_table = SECTIONS[title] is FILE and isinstance(item, (Table, Pairs))
        known += [] if top_table else [key]
        nested = isinstance(item, Table) and not top_table and key == "caps"
        known += list(item.keys) if nested else []
    assert sorted(explained) == sorted(known)


def test_steps_are_explained_by_their_own_keys():
    assert set(FILE["rate"].keys["steps"].keys) == {"until", "price", "per", "flat", "total"}
    assert "Each step has `until`" in MANUAL


def test_the_file_of_the_manual_comes_out():
    file = load(FIRST_FILE)
    zone = ZoneInfo(file.time_zone)
    assert failures(file, zone) == []
    assert unproven(file, zone) == [
        "rate.night",
        "rate.sunday",
    ]


def test_the_second_file_of_the_manual_comes_out():
    file = load(re.findall(r"```toml\n(name = .*?)```", MANUAL, re.DOTALL)[1])
    zone = ZoneInfo(file.time_zone)
    assert failures(file, zone) == []
    assert unproven(file, zone) == []
    assert file.falls == ("plan early_bird holds for exits in certain hours only",)


def keys_of(items):
    """Each key of these tables and of those below them."""
    for key, item in items.items():
        yield key
        if isinstance(item, Table):
            yield from keys_of(item.keys)


def test_what_signs_say_is_told_in_keys_that_exist_and_values_that_are_toml():
    told = re.findall(r"`([^`]+)`", "".join(re.findall(r"\|[^|]*\|\n", section("From the sign"))))
    known = set(keys_of(FILE))
    assert len(told) > 30
    for code in told:
        if code.startswith("["):
            assert code.strip("[]").partition(".")[0] in known
        else:
            table = tomllib.loads(code if "=" in code else f"{code} = 0")
            assert set(table) <= known, code


def test_the_faults_of_the_manual_are_those_of_the_check():
    shown = re.findall(r"^(?:rate|plan)\.\S+: .*", MANUAL, re.MULTILINE)
    wrong = FIRST_FILE.replace("price = 1.30", "prise = 1.30", 1)
    wrong = wrong.replace("flat = 2.00", 'price = 2.00\nper = "1 hr"', 1)
    with pytest.raises(TariffFault) as misspelt:
        load(wrong)
    gap = FIRST_FILE.replace('"08:00-18:30"', '"08:00-18:00"')
    with pytest.raises(TariffFault) as holes:
        load(gap)
    assert [*misspelt.value.faults, *holes.value.faults] == shown
