"""What is wrong with a tariff file is named: all of it at once, a line each, never an exception."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.tariff import TARIFF_CHARS_MAX, TariffFault, load
from kiosk.tariff.reading.checking import FAULTS_MAX
from kiosk.tariff.reading.timetables import BANDS_MAX
from kiosk.tariff.reading.vocabulary import FILE
from tariff.files import HOURLY, TAIL, text

DAY_AND_NIGHT = """
[rate.day]
when = "08:00-18:00"
price = 1
per = "1 h"
[rate.night]
when = "{night}"
flat = 2
"""

WRONG = [
    (text(top="grase = 1"), "grase: unknown key (did you mean 'grace'?)"),
    (
        text(rates=HOURLY.replace("1.00", "1.005")),
        "rate.hourly.price: expected an amount like 2.50",
    ),
    (text(rates=HOURLY.replace("1.00", "-1.00")), "rate.hourly.price: expected an amount"),
    (text(rates=HOURLY.replace("1.00", "1e9999")), "rate.hourly.price: expected an amount"),
    (text(rates=HOURLY.replace("1.00", "nan")), "rate.hourly.price: expected an amount"),
    (text(rates=HOURLY.replace("1.00", "true")), "rate.hourly.price: expected an amount like 2.50"),
    (text(rates=HOURLY.replace("1.00", '"1"')), "got '1'"),
    (text(rates=HOURLY.replace("1.00", "900000000")), "plan.standard: expected a year to cost at"),
    (text(rates=HOURLY.replace("1 h", "1000000 min")), "rate.hourly.per: expected a time like"),
    (text(rates=HOURLY.replace("1 h", "0 h")), "per: expected a time longer than nothing"),
    (text(rates=HOURLY + "flat = 1"), "rate.hourly: expected price and per, or flat alone"),
    (text(rates="[rate.hourly]"), "rate.hourly: expected price and per, or flat alone, got none"),
    (text(rates=HOURLY + "steps = [{ flat = 1 }]"), "rate.hourly: expected either steps"),
    (
        text(rates='[rate.a]\nsteps = [{ flat = 1 }, { until = "1 h", flat = 2 }]'),
        "rate.a.steps[1]: expected until",
    ),
    (
        text(rates='[rate.a]\nsteps = [{ until = "1 h", flat = 2 }]'),
        "rate.a.steps: expected a last step without until",
    ),
    (
        text(rates='[rate.a]\nsteps=[{until="1 h",flat=2},{until="1 h",flat=2},{flat=1}]'),
        "rate.a.steps[2].until: expected a later time",
    ),
    (
        text(
            rates='[rate.a]\nsteps = [{ until = "90 min", price = 2, per = "1 h" }, { flat = 1 }]'
        ),
        "rate.a.steps[1].until: expected whole units",
    ),
    (text(rates=DAY_AND_NIGHT.format(night="18:30-08:00")), "got none at 18:00-18:30 on every day"),
    (
        text(rates=DAY_AND_NIGHT.format(night="17:00-08:00")),
        "expected one rate at a time, got day and night at 17:00-18:00 on every day",
    ),
    (
        text(rates=DAY_AND_NIGHT.format(night="18:00-08:00") + '[rate.x]\nwhen="mon-sun"\nflat=1'),
        "plan.standard.rates: day never holds",
    ),
    (
        text(rates=DAY_AND_NIGHT.format(night="mon-sun 18:00-08:00")),
        "rate.night.when: expected hours within one day where days are named",
    ),
    (text(rates=HOURLY + 'when = "08:00-08:00"'), "rate.hourly.when: expected hours that end"),
    (text(rates=HOURLY + 'when = "25:00-26:00"'), "rate.hourly.when: expected a clock time"),
    (text(rates=HOURLY + 'when = "holyday"'), "expected a day or calendar of this file, got 'holy"),
    (text(more="[calendar]\nfair = [2026-01-01]"), "calendar.fair: no rate, plan, season or surch"),
    (text(more="[calendar]\nfair = [2026-01-01 10:00:00]"), "calendar.fair: expected a date"),
    (
        text(more='[calendar]\nfair = ["2026-01-02 to 2026-01-01"]'),
        "expected the first date before",
    ),
    (
        text(plan='rates = "dayly"'),
        "plan.standard.rates: expected a rate of this file, got 'dayly'",
    ),
    (
        text(plan='caps = [{ per = "24 h" }]'),
        "plan.standard.caps[1]: expected either amount or tim",
    ),
    (text(plan='caps = [{ amount = 1, per = "59 min" }]'), "caps[1].per: expected 1 h or longer"),
    (
        text(plan='caps = [{ time = "1 h", per = "24 h", restart = false }]'),
        "caps[1].time: expected restart = true",
    ),
    (text(plan='caps = [{ amount = [1, 2], per = "stay" }]'), "expected one amount for the whole"),
    (
        text(
            rates='[rate.a]\nwhen = "08:00-18:00"\nsteps = [{until = "12 h", flat = 1}, {flat = 2}]'
            '\n[rate.b]\nwhen = "18:00-08:00"\nflat = 1'
        ),
        "rate.a.steps[2]: never begins: its rate never holds for 12 h at a time",
    ),
    (
        text(rates='[rate.a]\ndaily = true\nsteps = [{until = "30 h", flat = 1}, {flat = 2}]'),
        "rate.a.steps[2]: never begins: its rate never holds for 1 d 6 h at a time",
    ),
    (
        text(
            rates='[rate.a]\nwhen = "mon-fri 08:00-18:00"\nflat = 1'
            '\n[rate.b]\nwhen = "18:00-08:00"\nflat = 1'
        ),
        "got none at 18:00-24:00 on mon, tue, wed, thu, fri"
        " (hours without days hold on no day that another rate names:"
        " name it where they shall hold, like mon 08:00-18:00)",
    ),
    (
        text(plan='caps=[{amount=1,per="24 h",days="mon 08:00-09:00"}]'),
        "expected days without hours",
    ),
    (text(plan='caps=[{amount=1,per="24 h",days="mon not tue"}]'), "expected days without hours"),
    (
        text(plan='caps=[{amount=1,per="24 h",days="holidays"}]', more="[calendar]\nholiday=[]"),
        "calendar.holiday: expected a list of 1 to 400 dates",
    ),
    (
        text(
            plan='caps=[{amount=1,per="24 h",days="holidays"}]',
            more="[calendar]\nholiday=[2024-01-01]",
        ),
        "caps[1].days: expected a day or calendar of this file, got 'holidays' (did you mean",
    ),
    (
        text(
            plan='first = { rate = "arrive", time = "1 h" }',
            rates=HOURLY + "[rate.arrival]\nflat=1",
        ),
        "plan.standard.first.rate: expected a rate of this file, got 'arrive' (did you mean",
    ),
    (
        text(plan='rates = "hourly"\nfirst = { rate = "hourly", time = "1 h" }'),
        "plan.standard.first.rate: expected a rate that is none of the plan's rates, got hourly",
    ),
    (
        text(
            plan='first = { rate = "a", time = "1 h" }',
            rates=HOURLY + '[rate.a]\nflat=1\nwhen="08:00-09:00"',
        ),
        "plan.standard.first.rate: expected a rate without when and daily, got a",
    ),
    (text(plan='first = { rate = "a" }'), "plan.standard.first.time: missing"),
    (
        text(
            plan='first = { rate = "a", time = "1 h" }',
            rates=HOURLY + '[rate.a]\nsteps=[{until="2 h",flat=1},{flat=2}]',
        ),
        "rate.a.steps[2]: never begins: its rate never holds for 2 h at a time",
    ),
    (
        text(rates=HOURLY + 'when = "mon-sun not sat"'),
        "rate.hourly.when: expected days without not",
    ),
    (text(plan='enter = "not mon"'), "days on both sides of not"),
    (text(plan='enter = "sat not event sun not event"'), "one not in a text, and other days in"),
    (text(plan='enter = "mon not"'), "days on both sides of not, like mon-fri not holiday"),
    (
        text(plan='enter = "Mon-Fri 08:00-18:00"'),
        "(small letters: mon, tue, wed, thu, fri, sat, sun)",
    ),
    (text(plan='enter = "8-18"'), "(hours have two digits and minutes), got '8-18'"),
    (text(plan='enter = ["mon", "8-18"]'), "got '8-18'"),
    (
        text(more='[calendar]\nholiday = ["2024-01-01"]'),
        "without quotes, or a text like 2026-10-01 to",
    ),
    (text(more='[calendar]\nholiday = ["2024-01-01"]'), "got '2024-01-01'"),
    (text(rates=HOURLY.replace("1.00", '"1.00"')), "decimals, without quotes, got '1.00'"),
    (text(rates=HOURLY.replace("1.00", "1,00")), "not TOML: Expected newline or end of document"),
    (text(rates=HOURLY.replace("1.00", "1,00")), "(an amount has a point, 1.30)"),
    (text(version=TAIL.replace("10:00:00", "10:00")), "(a moment has seconds, 10:00:00)"),
    (text(rates=HOURLY.replace('"1 h"', "hour")), "(a text stands in quotes)"),
    (
        text(version=TAIL.replace("[[version]]", "[version]")),
        "a list of tables like [[version]], got",
    ),
    (
        text(plan='caps = { amount = 1, per = "24 h" }'),
        "a list of tables like [{ ... }], got a table",
    ),
    (text(rates="[[rate]]"), "rate: expected tables with names like [rate.standard], got a list"),
    (
        text(
            version=TAIL.replace(
                '"0 min" = 0',
                ", ".join([f'"365 d {n} s"=0' for n in range(55)]),
            )
        ),
        "example: expected worked fees of at most 20000 days in all, counted for each plan, got",
    ),
    (text(plan='day_begins = "06:00"'), "plan.standard.day_begins: never used: no cap is per"),
    (
        text(plan='day_begins = "24:00"\ncaps = [{ amount = 1, per = "calendar day" }]'),
        "plan.standard.day_begins: expected a clock time before 24:00",
    ),
    (text(plan='caps = [{ amount = 1, per = "stay", periods = 1 }]'), "periods: expected none for"),
    (
        text(plan='caps = [{ amount = [1, 2], per = "24 h", periods = 1 }]'),
        "caps[1].periods: expected as many periods as there are figures",
    ),
    (
        text(rates='[rate.a]\nsteps = [{until = "1 h", total = 3}, {total = 2}]'),
        "rate.a.steps[2].total: expected at least what the steps before it cost",
    ),
    (
        text(rates='[rate.a]\nsteps = [{until = "1 h", total = 3, flat = 3}, {total = 4}]'),
        "rate.a.steps[1].total: expected either total or flat, got both",
    ),
    (
        text(rates='[rate.a]\nsteps = [{until = "1 h", price = 3, total = 3}, {total = 4}]'),
        "rate.a.steps[1]: expected price and per, or flat alone, got price and total",
    ),
    (text(plan='leave = "mon"'), "version[1].plans: expected a plan without conditions for every"),
    (text(plan='classes = "large"'), "expected a plan without conditions for every other class"),
    (
        text(rates=HOURLY + 'round = "exact"', plan="due_at_start = true"),
        "plan.standard.due_at_start: expected rates that round started, got hourly",
    ),
    (text(more="[plan.other]"), "plan.other: never holds"),
    (
        text(rates=HOURLY + "[rate.idle]\nflat = 1", plan='rates = "hourly"'),
        "rate.idle: never holds: no plan names it",
    ),
    (text(more="[class.large]\ntimes = 0.333"), "class.large.times: expected a factor that leaves"),
    (text(more='[validation.shop]\ntime = "1 h"\namount = 1'), "validation.shop: expected one of"),
    (text(more='[validation.shop]\nplan = "standart"'), "(did you mean 'standard'?)"),
    (text(top='validation_order = ["time"]'), "validation_order: expected each of time, percent"),
    (text(top="max_stay_fee = 1"), "max_stay: missing"),
    (text(more="[lost]"), "lost: expected exactly one of flat, charge and since"),
    (text(version=TAIL + '[[version]]\nvalid_from = 2020-01-01\nplans = "standard"'), "later date"),
    (text(version=TAIL + "[[example]]\nfees = {}"), "example[2].fees: expected a table of 1 to"),
    (text(version=TAIL + "[[example]]\nfees = { '1 h' = 1 }"), "example[2]: expected either enter"),
    (text(version=TAIL + "lost = true"), "example[1]: expected either enter or lost = true"),
    (text(version=TAIL + 'class = "lorry"'), "example[1].class: expected a class of this file"),
    (text(version=TAIL + 'extras = "x"'), "example[1].extras: expected a surcharge of this file"),
    (text(version=""), "example: missing (worked fees that prove it)"),
    (
        text().replace("[rate.hourly]", "[rate.Hourly]"),
        "rate.Hourly: expected a name of at most 32",
    ),
    ("= 1", "line 1, column 1: not TOML"),
    ("a = [" * 5000, "not TOML"),
    (f"a = {'[' * 50_000}", "not TOML: lists or tables within each other, too many"),
    (f"a = {'9' * 5000}", "not TOML: a whole number of thousands of digits"),
    (f"name = 1\n{'a.' * 60_000}a = 1", "line 2: expected a key of at most 16 parts"),
    (f"[{'a . ' * 60_000}a]", "line 1: expected a key of at most 16 parts"),
    ('"a".' * 40_000 + "a = 1", "line 1: expected a key of at most 16 parts"),
    ("#" * (TARIFF_CHARS_MAX + 1), f"expected at most {TARIFF_CHARS_MAX} characters"),
    (
        text(top="grace = [1]"),
        "grace: expected a time like 15 min, 2 h, 1 h 30 min or 7 d, of at mo",
    ),
    (text(top=f"{'k' * 61} = 1"), f"'{'k' * 59}...: unknown key"),
    (text(top="'a b' = 1"), "'a b': unknown key"),
    (text(rates=HOURLY.replace("1.00", "1.0000000000000")), "price: expected an amount like 2.50"),
    (text(more="".join(f"[season.s{n}]\n" for n in range(65))), "season: expected at most 64 tab"),
    (text(version=TAIL + "[[example]]\n" * 400), "example: expected at most 400 tables, got 401"),
    (text(version=TAIL.replace("10:00:00", "10:00:00Z")), "enter: expected a local time like"),
    (text(version=TAIL.replace("2024-06", "1969-06")), "enter: expected a local time like"),
    (text(version=TAIL.replace("2020-01-01", "3000-01-01")), "valid_from: expected a date like"),
    (text(more="[validation]\nx = 1"), "validation.x: expected a table, got 1"),
]


@pytest.mark.parametrize(("wrong", "fault"), WRONG, ids=[fault for _, fault in WRONG])
def test_a_fault_is_named(wrong, fault):
    with pytest.raises(TariffFault) as found:
        load(wrong)
    assert any(fault in line for line in found.value.faults), found.value.faults
    assert all("\n" not in line for line in found.value.faults)


def test_a_sound_file_has_no_fault():
    assert load(text()).name == "test"


def test_an_amount_may_be_spelt_with_needless_zeros():
    assert load(text(rates=HOURLY.replace("1.00", "1.000000000000")))


def test_all_faults_come_at_once():
    with pytest.raises(TariffFault) as found:
        load(text(top="grace = 1\nround_to = -1\nfrax = 2", rates="[rate.a]\nflat = 'x'\ncap = -2"))
    assert len(found.value.faults) == 5


def test_endless_faults_are_counted_not_listed():
    with pytest.raises(TariffFault) as found:
        load(text(top="\n".join(f"key{number} = 1" for number in range(FAULTS_MAX + 7))))
    assert len(found.value.faults) == FAULTS_MAX + 1
    assert found.value.faults[-1] == "and 7 more faults"


def test_thousands_of_bands_are_a_fault_and_no_wait():
    minutes = [f'"{at // 60:02}:{at % 60:02}-24:00"' for at in range(1440)]
    rates = "".join(
        f"[rate.r{n}]\nflat = 1\nwhen = [{', '.join(minutes[:390])}]\n" for n in range(30)
    )
    with pytest.raises(TariffFault) as found:
        load(text(rates=rates))
    assert f"expected at most {BANDS_MAX} bands" in found.value.faults[0]


def test_the_most_bands_of_a_day_are_taken():
    quarters = [f"{at // 60:02}:{at % 60:02}" for at in range(0, 1441, 15)]
    pairs = [f'"{a}-{b}"' for a, b in itertools.pairwise(quarters)]
    assert len(pairs) == BANDS_MAX
    rates = (
        f"[rate.odd]\nflat = 0.01\nwhen = [{', '.join(pairs[::2])}]\n"
        f"[rate.even]\nflat = 0.02\nwhen = [{', '.join(pairs[1::2])}]\n"
    )
    assert load(text(rates=rates)).plans["standard"].timetable.patterns[0]


VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["1 h", "08:00-18:00", "mon", "stay", "standard", "2024-01-01", "24:00"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["per", "price", "amount", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def faults_of(file):
    try:
        load(file)
    except TariffFault as fault:
        return fault.faults
    return ()


def toml(value):
    match value:
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case str():
            return (
                '"'
                + "".join(f"\\U{ord(c):08X}" for c in value if not 0xD800 <= ord(c) < 0xE000)
                + '"'
            )
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {toml(each)}' for key, each in value.items())} }}"
    return str(value)


PATHS = [
    (table, key) for table, item in FILE.items() if hasattr(item, "keys") for key in item.keys
] + [("", key) for key in FILE]


@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=4))
@settings(max_examples=300, deadline=2000)
def test_a_wild_value_is_a_fault_or_fits_and_never_raises(drawn):
    top, tables = [], []
    for number, ((table, key), value) in enumerate(drawn):
        if not table:
            top.append(f"{key} = {toml(value)}")
        elif table in ("version", "example"):
            tables.append(f"[[{table}]]\n{key} = {toml(value)}")
        else:
            name = table if table in ("lost", "vat") else f"{table}.n{number}"
            tables.append(f"[{name}]\n{key} = {toml(value)}")
    faults = faults_of(text(top="\n".join(top), more="\n".join(tables)))
    assert all("\n" not in line for line in faults)


@given(st.text(max_size=200))
def test_any_text_is_a_fault(wild):
    with pytest.raises(TariffFault):
        load(wild)


@given(st.integers(0, len(text())), st.integers(0, 40), st.text(max_size=6))
@settings(max_examples=300)
def test_a_torn_file_never_raises_another_error(at, cut, put):
    whole = text(more='[validation.a]\npercent = 10\n[lost]\nsince = "07:00"')
    assert all(faults_of(whole[:at] + put + whole[at + cut :]))
