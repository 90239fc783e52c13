"""`kiosk tariff check` and `quote` as people meet them: a clear line for whatever is typed."""

import json
from pathlib import Path

import pytest

from kiosk.__main__ import main

EXAMPLES = Path(__file__).parents[2] / "examples" / "tariffs"
FILES = sorted(EXAMPLES.glob("*.toml"))
PUDONG = EXAMPLES / "t01-pudong-2019.toml"
DE_KWAKEL = EXAMPLES / "t07-de-kwakel.toml"
DEGGENDORF = EXAMPLES / "t08-deggendorf.toml"


def told(capsys, *arguments):
    """The exit code, standard output and standard error of `kiosk tariff`."""
    code = main(["tariff", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def quoted(capsys, *arguments, file=DEGGENDORF):
    return told(capsys, "quote", file, *arguments)


def between(enter, leave):
    return ("--enter", enter, "--leave", leave)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_tariff_is_checked_in_one_line(path, capsys):
    code, out, err = told(capsys, "check", path)
    assert (code, out.count("\n"), err) == (0, 1, "")
    assert "worked fees come out" in out


def test_a_rule_that_no_worked_fee_touches_is_named(capsys):
    assert "unproven: rate.night, rate.sunday" in told(capsys, "check", DEGGENDORF)[1]


def test_a_tariff_whose_fee_may_fall_with_time_says_why(capsys):
    lancaster, niigata = (next(EXAMPLES.glob(f"{name}*")) for name in ("t21", "t22"))
    for path, plan in ((lancaster, "five_after_five"), (niigata, "weekend")):
        said = f"a longer stay may cost less: plan {plan} holds for exits in certain hours only\n"
        assert told(capsys, "check", path)[1].endswith(said)
    assert "may cost less" not in told(capsys, "check", DEGGENDORF)[1]


def test_a_worked_fee_that_does_not_come_out_refuses_the_file(tmp_path, capsys):
    broken = tmp_path / "broken.toml"
    broken.write_text(PUDONG.read_text().replace('"61 min" = 20', '"61 min" = 25'))
    code, out, err = told(capsys, "check", broken)
    assert (code, out) == (1, "")
    assert "example[1].fees.'61 min': expected 25.00, got 20.00" in err
    assert "2 x 10.00" in err
    assert "1 of 9 worked fees do not come out; unproven: plan.standard.caps[1]" in err


def test_all_faults_of_a_file_are_named_at_once(tmp_path, capsys):
    broken = tmp_path / "broken.toml"
    broken.write_text(
        PUDONG.read_text().replace('"2 h"', '"2 hrs"').replace("times = 2", "times = -2")
    )
    code, _, err = told(capsys, "check", broken)
    assert code == 1
    assert "rate.hourly.steps[1].until" in err
    assert "class.large.times" in err


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../etc/passwd", "Europe", "/dev/null", "x" * 200]
)
def test_a_zone_that_is_none_is_a_fault(zone, tmp_path, capsys):
    broken = tmp_path / "broken.toml"
    broken.write_text(PUDONG.read_text().replace("Asia/Shanghai", zone))
    code, _, err = told(capsys, "check", broken)
    assert (code, err.count("\n")) == (1, 1)
    assert "time_zone: expected a zone like Europe/Berlin" in err


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"\x00", b"x" * 2_000_000])
def test_a_file_that_is_no_tariff_is_a_fault(content, tmp_path, capsys):
    path = tmp_path / "tariff.toml"
    if content is not None:
        path.write_bytes(content)
    code, out, err = told(capsys, "check", path)
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    assert err.strip()


def test_a_worked_fee_beyond_all_years_is_a_fault(tmp_path, capsys):
    broken = tmp_path / "broken.toml"
    text = PUDONG.read_text().replace("2024-04-16", "2999-12-31").replace("1441 min", "365 d")
    broken.write_text(text)
    code, _, err = told(capsys, "check", broken)
    assert code == 1
    assert "expected a year from 1970 to 2999" in err


def test_a_quote_is_the_fee_with_its_lines(capsys):
    code, out, _ = quoted(
        capsys, *between("2024-06-03T10:00", "2024-06-03T12:01"), "--paid", "1.30@2024-06-03T11:00"
    )
    assert code == 0
    assert "3 x 1.30" in out
    assert "already paid" in out
    assert out.splitlines()[-1].split() == ["due", "2.60", "EUR"]


def test_local_times_and_offsets_are_the_same_stay(capsys):
    local = quoted(capsys, *between("2024-06-03T10:00", "2024-06-03T12:01"), "--json")
    offset = quoted(capsys, *between("2024-06-03T08:00Z", "2024-06-03T16:01+06:00"), "--json")
    assert local == offset
    read = json.loads(local[1])
    assert (read["total_minor"], read["currency"]) == (390, "EUR")
    assert read["lines"][0]["from"] == "2024-06-03T10:00:00+02:00"


def test_a_class_pays_its_own_prices(capsys):
    out = quoted(
        capsys,
        *between("2024-04-16T10:00", "2024-04-16T12:00"),
        "--class",
        "large",
        "--json",
        file=PUDONG,
    )[1]
    assert json.loads(out)["due_minor"] == 4000


def test_what_a_person_knows_of_a_stay_is_told_with_it(tmp_path, capsys):
    path = tmp_path / "tariff.toml"
    path.write_text(
        DEGGENDORF.read_text().replace('free = "30 min"', 'free = "30 min"\nfree_once = "8 h"')
        + '[season.worker]\ncovers = "mon-fri 06:00-20:00"\n[surcharge.call]\namount = 30\n'
        + "[lost]\nflat = 20\n"
    )
    stay = between("2024-06-03T10:00", "2024-06-03T10:20")
    for more, due in (
        ((), 0),
        (("--free-used",), 130),
        (("--free-used", "--season", "worker"), 0),
        (("--free-used", "--season", "worker", "--season-inside"), 130),
        (("--extra", "call"), 3000),
    ):
        out = quoted(capsys, *stay, *more, "--json", file=path)[1]
        assert json.loads(out)["due_minor"] == due
    lost = quoted(capsys, "--lost", "--leave", "2024-06-03T10:00", "--json", file=path)
    assert json.loads(lost[1])["due_minor"] == 2000


def test_prices_go_out_as_rate_tables_and_come_back(tmp_path, capsys):
    made, back = tmp_path / "rates.json", tmp_path / "back.toml"
    code, out, err = told(capsys, "export", DE_KWAKEL, "--out", made)
    assert (code, out) == (1, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["surcharge.call_out", "lost"]
    aside = ("--leave-out", "lost", "--leave-out", "surcharge.call_out")
    assert told(capsys, "export", DE_KWAKEL, *aside, "--out", made) == (0, f"{made}\n", "")
    zone = ("--time-zone", "Europe/Amsterdam")
    assert told(capsys, "import", made, *zone, "--out", back) == (0, f"{back}\n", "")
    code, out, _ = told(capsys, "diff", DE_KWAKEL, back)
    assert (code, out) == (0, "All 609 stays that were compared cost the same.\n")
    assert told(capsys, "check", back)[1].endswith("every rule is touched by one\n")


@pytest.mark.parametrize(
    ("content", "zone", "said"),
    [
        (b"[]", "Mars/Olympus", "--time-zone: expected a zone like Europe/Berlin, got 'Mars/O"),
        (b"[]", "Europe/Berlin", "expected 1 to 64 rate tables, got a list"),
        (b"\xff", "Europe/Berlin", "line 1: expected UTF-8, got byte FF"),
        (b" " * 2_000_000, "Europe/Berlin", "expected at most 1048576 bytes"),
        (None, "Europe/Berlin", "there is no such file"),
    ],
)
def test_rate_tables_that_are_none_get_one_clear_line(content, zone, said, tmp_path, capsys):
    path = tmp_path / "rates.json"
    if content is not None:
        path.write_bytes(content)
    code, out, err = told(capsys, "import", path, "--time-zone", zone)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_an_hour_that_comes_twice_is_asked_for_again_and_taken_with_its_offset(capsys):
    code, out, err = quoted(capsys, *between("2024-10-27T02:30", "2024-10-27T05:00"))
    assert (code, out) == (1, "")
    assert "comes twice" in err
    assert "2024-10-27T02:30:00+02:00 or 2024-10-27T02:30:00+01:00" in err
    assert quoted(capsys, *between("2024-10-27T02:30:00+02:00", "2024-10-27T05:00"))[0] == 0


def test_an_hour_that_never_comes_is_said_so(capsys):
    code, _, err = quoted(capsys, *between("2024-03-31T02:30", "2024-03-31T05:00"))
    assert code == 1
    assert "does not exist on this clock" in err
    assert "expected 01:30 or 03:30" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (between("yesterday", "2024-06-03T10:00"), "--enter: expected a time like"),
        (between("", "2024-06-03T10:00"), "--enter: expected a time like"),
        (between("2024-06-03T10:00", "9999-12-31T23:59"), "--leave: expected a year from"),
        (between("0001-01-01T00:00+14:00", "2024-06-03T10:00"), "--enter: expected a year from"),
        (between("2024-06-03T10:00", "2024-06-03T09:59"), "--leave: expected a time after --enter"),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--class", "tank"),
            "--class: expected none in this tariff, got 'tank'",
        ),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--validation", "shop"),
            "--validation: expected none in this tariff",
        ),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--season", "worker"),
            "--season: expected none in this tariff",
        ),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--extra", "call"),
            "--extra: expected none in this tariff",
        ),
        (("--lost", "--leave", "2024-06-03T12:00"), "--lost: expected a tariff with [lost]"),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--paid", "2.50"),
            "--paid: expected AMOUNT@TIME",
        ),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--paid", "1e999999@2024-06-03"),
            "--paid: expected AMOUNT@TIME",
        ),
        (
            (*between("2024-06-03T10:00", "2024-06-03T12:00"), "--paid", "2@2024-06-03T13:00"),
            "--paid: expected a time between",
        ),
    ],
)
def test_an_absurd_stay_gets_one_clear_line(arguments, said, capsys):
    code, out, err = quoted(capsys, *arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_a_stay_of_centuries_is_charged_for_its_longest(capsys):
    code, out, _ = quoted(capsys, *between("1972-01-01T00:00", "2990-01-01T00:00"), "--json")
    assert code == 0
    assert json.loads(out)["due_minor"] > 0
