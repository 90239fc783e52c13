"""`[tariff]` with a file: one of both ways, proven before use, all faults of both files at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.config_samples import EXIT
from edge.store_desk import Desk
from kiosk.__main__ import main
from kiosk.config import parse
from kiosk.config.parts import tariff_of
from kiosk.core.records import Stay
from kiosk.edge.composition import build_lane
from kiosk.errors import ConfigError
from kiosk_hw.ports.money import Money

EXAMPLES = Path(__file__).parents[2] / "examples" / "tariffs"
BY_FILE = EXIT[: EXIT.index("[tariff]")] + '[tariff]\nfile = "tariff.toml"\n'
ENTERED = datetime(2024, 4, 16, 2, tzinfo=UTC)


def put(folder, name="t01-pudong-2019", was="", now=""):
    text = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    assert was in text
    (folder / "tariff.toml").write_text(text.replace(was, now) if was else text, encoding="utf-8")


def found(text, folder):
    with pytest.raises(ConfigError) as raised:
        parse(text, folder)
    return list(raised.value.faults)


def fee(folder, minutes, **more):
    put(folder)
    table = parse(BY_FILE, folder).tariff
    assert table is not None
    stay = Stay("s1", more.pop("vehicle_class", "car"), ENTERED, **more)
    return tariff_of(table).fee(stay, ENTERED + timedelta(minutes=minutes))


def test_a_lane_takes_prices_and_currency_from_the_file(tmp_path):
    quote = fee(tmp_path, 121)
    assert (quote.due, quote.total) == (Money(2500, "CNY"), Money(2500, "CNY"))
    assert [line.amount_minor for line in quote.lines] == [2000, 500]
    assert str(quote.lines[0]).endswith("2 x 10.00: 20.00")


def test_a_class_pays_as_the_file_says_and_an_unknown_one_like_others(tmp_path):
    assert fee(tmp_path, 120, vehicle_class="large").due.amount_minor == 4000
    assert fee(tmp_path, 120, vehicle_class="tank").due.amount_minor == 2000


def test_what_was_paid_is_taken_off(tmp_path):
    paid = ((Money(1000, "CNY"), ENTERED + timedelta(minutes=50)),)
    quote = fee(tmp_path, 121, paid=paid)
    assert (quote.due.amount_minor, quote.total.amount_minor) == (1500, 2500)
    assert sum(line.amount_minor for line in quote.lines) == 1500


@pytest.mark.parametrize(
    ("passes", "due_minor"),
    [
        ((), 0),
        (('[season.night]\ncovers = "20:00-06:00"',), 2500),
        (('[season.worker]\ncovers = "mon-fri 06:00-20:00"',), 0),
        (('[season.a]\ncovers = "20:00-06:00"', "[season.b]"), 0),
    ],
)
def test_a_pass_covers_the_hours_of_the_one_pass_in_the_file(tmp_path, passes, due_minor):
    put(tmp_path, was="[class.large]", now="\n".join((*passes, "[class.large]")))
    table = parse(BY_FILE, tmp_path).tariff
    assert table is not None
    stay = Stay("s1", "car", ENTERED, season=True)  # a Tuesday, 10:00 there
    assert (
        tariff_of(table).fee(stay, ENTERED + timedelta(minutes=121)).due.amount_minor == due_minor
    )


def test_a_vehicle_that_came_before_on_that_day_has_no_free_time_again(tmp_path):
    free = fee_of_airport(tmp_path, None), fee_of_airport(tmp_path, ENTERED - timedelta(days=1))
    assert [quote.due.amount_minor for quote in free] == [0, 0]
    again = fee_of_airport(tmp_path, ENTERED - timedelta(hours=1))
    assert again.due.amount_minor == 1000


def fee_of_airport(folder, before):
    """Twenty minutes at an airport that gives twenty free minutes once a day."""
    put(folder, "t04-pudong-2015")
    table = parse(BY_FILE, folder).tariff
    assert table is not None
    stay = Stay("s1", "car", ENTERED, before_utc=before)
    return tariff_of(table).fee(stay, ENTERED + timedelta(minutes=20))


PLATES = ("沪A12345", "京A12345", "粤A12345", "BTN312", "HHKX417", "沪AD12345", "HVR9001")


@pytest.mark.parametrize("minutes", [15, 121, 1500])
def test_a_fee_is_the_same_whatever_province_or_country_a_plate_is_from(tmp_path, minutes):
    put(tmp_path, "t04-pudong-2015")
    table = parse(BY_FILE, tmp_path).tariff
    assert table is not None
    desk = Desk()
    for number, plate in enumerate(PLATES):
        desk.enter(f"s{number}", plate)
    desk.later(minutes=minutes)
    found = [desk.found(plate) for plate in PLATES]
    quotes = [tariff_of(table).fee(each.stay, each.asked_utc) for each in found]
    assert all(each == quotes[0] for each in quotes)


def test_a_season_pass_and_a_clock_behind_the_entry_cost_nothing(tmp_path):
    assert fee(tmp_path, 121, season=True).due.amount_minor == 0
    assert fee(tmp_path, -121).due.amount_minor == 0


@pytest.mark.parametrize("line", ["block_min = 60", 'currency = "EUR"', "grace_min = 15"])
def test_a_file_and_a_simple_key_are_one_too_many(line, tmp_path):
    put(tmp_path)
    name = line.split()[0]
    assert found(f"{BY_FILE}{line}\n", tmp_path) == [
        f"tariff.{name}: expected none beside file, which says all of it"
    ]


def test_neither_a_file_nor_simple_keys_name_what_is_missing(tmp_path):
    missing = found(BY_FILE.replace('file = "tariff.toml"', ""), tmp_path)
    assert [line.split(":")[0] for line in missing] == [
        "tariff.currency",
        "tariff.block_min",
        "tariff.block_amount_minor",
    ]


@pytest.mark.parametrize("also", ["", "nam"])
def test_faults_of_the_tariff_file_are_named_with_all_others(also, tmp_path):
    put(tmp_path, was='"2 h"', now='"2 hrs"')
    faults = found(BY_FILE.replace("name =", f"{also or 'name'} ="), tmp_path)
    assert any(line.startswith("tariff.file: rate.hourly.steps[1].until:") for line in faults)
    assert len(faults) == (3 if also else 1)


def test_a_worked_fee_that_does_not_come_out_keeps_the_lane_from_starting(tmp_path):
    put(tmp_path, was='"61 min" = 20', now='"61 min" = 25')
    (fault,) = found(BY_FILE, tmp_path)
    assert fault.startswith("tariff.file: example[1].fees.'61 min': expected 25.00, got 20.00")


def test_a_missing_tariff_file_is_a_fault(tmp_path):
    assert found(BY_FILE, tmp_path) == [
        f"tariff.file: {tmp_path / 'tariff.toml'}: there is no such file"
    ]


def test_a_currency_that_no_terminal_knows_is_a_fault_of_the_file(tmp_path):
    put(tmp_path, was='"CNY"', now='"XTS"')
    (fault,) = found(BY_FILE, tmp_path)
    assert fault.startswith("tariff.file: expected one of")
    assert fault.endswith("at a terminal, got XTS")


def test_a_lane_prices_with_the_tariff_that_was_checked_whatever_becomes_of_the_file(tmp_path):
    put(tmp_path)
    config = parse(BY_FILE, tmp_path)
    (tmp_path / "tariff.toml").unlink()
    build_lane(config, "run")
    assert config.tariff is not None
    assert tariff_of(config.tariff) is tariff_of(config.tariff)


@pytest.mark.parametrize(
    ("zone", "guess"),
    [
        ("Berlin", " (did you mean 'Europe/Berlin'?)"),
        ("Asia/Shangai", " (did you mean 'Asia/Shanghai'?)"),
        ("../etc/passwd", ""),
    ],
)
def test_a_zone_that_is_none_is_named_with_all_other_faults_and_the_nearest_one(
    tmp_path, zone, guess
):
    put(tmp_path, was="Asia/Shanghai", now=zone)
    assert found(BY_FILE, tmp_path)[0].endswith(f"got {zone!r}{guess}")
    put(tmp_path, was="Asia/Shanghai", now=f'{zone}"\ngrase = "1 min')
    both = found(BY_FILE, tmp_path)
    assert [line.partition("time_zone")[1] for line in both] == ["time_zone", ""]
    assert "grase: unknown key (did you mean 'grace'?)" in both[1]


def test_a_check_names_what_of_a_tariff_file_is_left_to_people(tmp_path, capsys):
    config = tmp_path / "kiosk.toml"
    config.write_text(BY_FILE, encoding="utf-8")
    put(tmp_path, "t07-de-kwakel")
    main(["check", str(config)])
    said = capsys.readouterr().out
    assert "not at the lane, a person charges it: lost, surcharge.call_out\n" in said
    put(tmp_path, "t10-zweibruecken", "[lost]", "[validation.shop]\namount = 1\n[lost]")
    main(["check", str(config)])
    said = capsys.readouterr().out
    assert "a person charges it: lost, validation.shop\n" in said  # its surcharge is the lane's
    put(tmp_path)
    main(["check", str(config)])
    assert "a person charges it" not in capsys.readouterr().out
