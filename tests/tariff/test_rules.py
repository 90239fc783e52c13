"""What a stay costs by each rule of a tariff file, one rule at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.tariff import TariffFault, Visit, load, quote
from kiosk_hw.ports.money import Money
from tariff.files import BERLIN, HOURLY, TAIL, due, fee, local, tariff, text

QUARTERS = '[rate.quarter]\nprice = 0.50\nper = "15 min"\n'
EVENING = """
[rate.day]
when = "08:00-20:00"
price = 2.00
per = "1 h"
[rate.evening]
when = "20:00-08:00"
price = 0.50
per = "1 h"
"""


def rounding(how):
    return HOURLY + f'round = "{how}"\n'


TABLE = [
    ("free is all or nothing", {"plan": 'free = "30 min"'}, {0: 0, 30: 0, 31: 100, 61: 200}),
    (
        "deducted minutes are never charged",
        {"plan": 'deduct = "30 min"'},
        {30: 0, 31: 100, 91: 200},
    ),
    ("a started unit counts", {"rates": rounding("started")}, {0: 0, 1: 100, 60: 100, 61: 200}),
    ("a completed unit counts", {"rates": rounding("completed")}, {59: 0, 60: 100, 119: 100}),
    ("exact time counts", {"rates": rounding("exact")}, {1: 1, 6: 10, 59: 98, 90: 150}),
    (
        "exact time is rounded up where the file says so",
        {"rates": rounding("exact"), "top": 'fractions = "up"'},
        {1: 2, 6: 10, 59: 99},
    ),
    (
        "exact time is rounded to the nearest coin where the file says so",
        {"rates": rounding("exact"), "top": 'fractions = "half up"'},
        {1: 2, 2: 3, 59: 98},
    ),
    ("a unit due at its start", {"plan": "due_at_start = true"}, {0: 100, 59: 100, 60: 200}),
    ("the least charge", {"plan": "minimum = 2.50"}, {0: 0, 1: 250, 120: 250, 121: 300}),
    ("24 h restart", {"plan": 'caps=[{amount=5,per="24 h"}]'}, {1440: 500, 1441: 600, 2880: 1000}),
    (
        "a cap that goes on",
        {"plan": 'caps=[{amount=5,per="24 h",restart=false}]'},
        {300: 500, 1440: 500, 1441: 600, 1739: 1000, 2880: 1000},
    ),
    ("a cap of the stay", {"plan": 'caps=[{amount=5,per="stay"}]'}, {300: 500, 9000: 500}),
    (
        "a cap until midnight",
        {"plan": 'caps=[{amount=5,per="calendar day"}]'},
        {300: 500, 840: 500, 841: 600, 1200: 1000},
    ),
    (
        "caps that grow",
        {"plan": 'caps=[{amount=[5,7,9],per="24 h"}]'},
        {1440: 500, 2880: 1200, 4320: 2100, 5760: 3000},
    ),
    (
        "a cap that holds once",
        {"plan": 'caps=[{amount=5,per="24 h",periods=1}]'},
        {1440: 500, 1441: 600, 2880: 2900},
    ),
    (
        "a cap that holds on the first day alone",
        {"plan": 'caps=[{amount=5,per="calendar day",periods=1}]'},
        {840: 500, 841: 600, 840 + 2880: 5300},
    ),
    (
        "what a stay costs in all",
        {
            "rates": '[rate.a]\nsteps=[{until="1 h",total=1.40},{until="2 h",total=2.80},'
            '{until="4 h",price=0.50,per="30 min"},{total=4.90}]'
        },
        {60: 140, 61: 280, 120: 280, 121: 330, 240: 480, 241: 490, 9000: 490},
    ),
    (
        "a day that begins at three in the morning",
        {"plan": 'day_begins="03:00"\ncaps=[{amount=5,per="calendar day"}]'},
        {300: 500, 17 * 60: 500, 17 * 60 + 1: 600, 41 * 60: 1000, 41 * 60 + 1: 1100},
    ),
    (
        "a rate that begins anew at three in the morning",
        {"rates": HOURLY + "daily=true\ncap=5", "plan": 'day_begins="03:00"'},
        {17 * 60: 500, 17 * 60 + 1: 600, 41 * 60: 1000},
    ),
    (
        "a week's cap over a day's",
        {"plan": 'caps=[{amount=5,per="24 h"},{amount=12,per="7 d"}]'},
        {2880: 1000, 4320: 1200, 10080: 1200, 10081: 1300},
    ),
    (
        "the first time of a stay has a rate of its own",
        {
            "rates": HOURLY + "[rate.arrival]\nflat = 3",
            "plan": 'first = { rate = "arrival", time = "2 h" }\ncaps = [{amount=9,per="24 h"}]',
        },
        {1: 300, 120: 300, 121: 400, 420: 800, 1440: 900, 1441: 1200, 1561: 1300},
    ),
    (
        "days of their own caps",
        {"plan": 'caps=[{amount=5,per="24 h",days="mon"},{amount=7,per="24 h",days="tue-sun"}]'},
        {1440: 500, 1441: 600, 2880: 1200, 10080: 4700, 11520: 5200},
    ),
    (
        "a cap for stays that begin on some days only",
        {"plan": 'caps=[{amount=5,per="stay",days="mon"},{amount=9,per="24 h",periods=1}]'},
        {360: 500, 9000: 500},
    ),
    (
        "a cap on some days only, and once",
        {"plan": 'caps=[{amount=5,per="24 h",days="mon-wed",periods=2}]'},
        {1440: 500, 2880: 1000, 2940: 1100, 4320: 3400},
    ),
    (
        "a time cap on some days only",
        {"plan": 'caps=[{time="3 h",per="calendar day",days="tue"}]'},
        {840: 1400, 840 + 1440: 1700, 840 + 1441: 1800},
    ),
    ("rounding to a coin", {"rates": rounding("exact"), "top": "round_to = 0.05"}, {1: 0, 5: 5}),
    (
        "rounding to a coin upwards",
        {"rates": rounding("exact"), "top": 'round_to = 0.05\nround_total = "up"'},
        {1: 5, 4: 10},
    ),
    (
        "a surcharge of night exits",
        {"more": '[surcharge.n]\namount=9\nleave="11:00-12:00"'},
        {59: 100, 60: 1000, 119: 1100, 120: 200},
    ),
    (
        "a stay that is too long",
        {"top": 'max_stay = "2 h"\nmax_stay_fee = 50'},
        {120: 200, 121: 5300},
    ),
]


@pytest.mark.parametrize(
    ("parts", "fees"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_rule_is_charged(parts, fees):
    file = tariff(**parts)
    assert {minutes: due(file, minutes) for minutes in fees} == fees


def test_a_second_more_than_free_is_charged():
    file = tariff(plan='free = "30 min"')
    begin = local("10:00")
    late = Visit(entered=begin, left=begin + timedelta(minutes=30, seconds=1))
    assert quote(file, late, BERLIN).due == Money(100, "EUR")


def test_free_time_is_given_once_in_its_period():
    once = tariff(plan='free = "30 min"\nfree_once = "8 h"')
    always = tariff(plan='free = "30 min"')
    assert [due(once, 20), due(once, 20, free_used=True)] == [0, 100]
    assert due(always, 20, free_used=True) == 0


@pytest.mark.parametrize(
    ("period", "before", "expected"),
    [
        ("8 h", None, 0),
        ("8 h", local("02:00"), 0),
        ("8 h", local("02:01"), 100),
        ("8 h", local("09:59"), 100),
        ("8 h", local("10:01"), 0),  # a clock that was set back says nothing
        ("calendar day", local("00:00"), 100),
        ("calendar day", local("23:59", "2024-06-02"), 0),
    ],
)
def test_whoever_came_before_in_the_period_has_used_the_free_time(period, before, expected):
    file = tariff(plan=f'free = "30 min"\nfree_once = "{period}"')
    assert due(file, 20, before=before) == expected
    assert due(tariff(plan='free = "30 min"'), 20, before=before) == 0


def test_free_time_of_a_day_comes_again_when_the_plans_day_begins():
    plan = 'free = "30 min"\nfree_once = "calendar day"\nday_begins = "05:00"'
    assert [due(tariff(plan=plan), 20, before=local(at)) for at in ("04:59", "05:00")] == [0, 100]


def test_deducted_time_is_given_once_in_its_period():
    once = tariff(plan='deduct = "30 min"\nfree_once = "calendar day"')
    assert [due(once, 90), due(once, 90, free_used=True)] == [100, 200]


@pytest.mark.parametrize(
    ("rule", "minutes", "expected"),
    [
        ("split", 90, 250),  # 19:30-20:00 a started hour, then a started hour of the evening
        ("start decides", 90, 250),  # 19:30-20:30 by day, 20:30-21:00 in the evening
        ("split", 60, 250),
        ("start decides", 60, 200),
    ],
)
def test_a_unit_over_the_boundary(rule, minutes, expected):
    file = tariff(rates=EVENING, plan=f'at_band_change = "{rule}"')
    assert due(file, minutes, entered=local("19:30")) == expected


def test_a_sunday_before_a_holiday_has_a_cap_of_its_own():
    rates = HOURLY + '[rate.sunday]\nwhen = "sun holiday"\nprice = 1\nper = "1 h"\ncap = 3\n{}'
    more = "[calendar]\nholiday = [2024-06-10]"
    entered = local("12:00", "2024-06-09")
    joined = tariff(rates=rates.format(""), more=more)
    daily = tariff(rates=rates.format("daily = true"), more=more)
    assert [due(joined, 1380, entered=entered), due(daily, 1380, entered=entered)] == [300, 600]


def test_a_date_of_two_calendars_belongs_to_the_first():
    rates = '[rate.a]\nwhen = "fair"\nflat = 1\n[rate.b]\nwhen = "holiday"\nflat = 2\n'
    rates += "[rate.c]\nflat = 3"
    dates = ["fair = [2024-06-03]", "holiday = [2024-06-03]"]
    for calendars, expected in ((dates, 100), (dates[::-1], 200)):
        file = tariff(rates=rates, more="\n".join(["[calendar]", *calendars]))
        assert due(file, 60) == expected


CLASSES = """
[class.large]
times = 2
[class.motorcycle]
times = 0.5
[class.staff]
times = 0
"""


def test_a_class_pays_every_amount_so_often():
    file = tariff(plan='caps = [{ amount = 5, per = "24 h" }]\nminimum = 1.20', more=CLASSES)
    classes = ("", "large", "motorcycle", "staff", "unheard-of")
    assert [due(file, 61, vehicle_class=each) for each in classes] == [200, 400, 100, 0, 200]
    assert [due(file, 900, vehicle_class=each) for each in classes] == [500, 1000, 250, 0, 500]


CHEAPEST = """
[plan.early_bird]
rates = "flat"
enter = "06:00-10:01"
leave = "15:00-19:00"
longest = "10 h"
[rate.flat]
flat = 4.00
"""


def test_the_cheapest_plan_that_fits_is_charged_and_named():
    version = TAIL.replace('"standard"', '["standard", "early_bird"]')
    file = tariff(plan='rates = "hourly"', more=CHEAPEST, version=version)
    assert {at: due(file, at) for at in (180, 299, 300, 420, 539, 540, 541)} == {
        180: 300,
        299: 500,
        300: 400,
        420: 400,
        539: 400,
        540: 400,
        541: 1000,
    }
    assert fee(file, 300).plans == ("early_bird",)
    assert file.falls == ("plan early_bird holds for exits in certain hours only",)


EVENT = """
[calendar]
event = [2024-06-03, 2024-06-08]
[rate.event]
flat = 40
[plan.event]
rates = "event"
enter = "event 10:00-12:00"
longest = "6 h"
alone = true
"""


def test_a_plan_that_holds_alone_is_charged_although_another_is_cheaper():
    version = TAIL.replace('plans = "standard"', 'plans = ["standard", "event"]')
    parts = {"plan": 'rates = "hourly"', "more": EVENT, "version": version}
    file = tariff(**parts)
    assert [due(file, minutes) for minutes in (60, 360, 361)] == [4000, 4000, 700]
    assert due(file, 60, entered=local("12:00")) == 100
    assert due(file, 60, entered=local("10:00", "2024-06-04")) == 100
    assert file.falls == ("plan event holds alone, and for shorter stays only",)
    assert due(tariff(**{**parts, "more": EVENT.replace("alone = true", "")}), 60) == 100


AGAIN = """
[rate.dear]
price = 5
per = "5 min"
[plan.first]
rates = "hourly"
free = "10 min"
once = "calendar day"
"""


def test_a_plan_that_fits_once_leaves_the_second_entry_of_a_day_to_the_others():
    version = TAIL.replace('plans = "standard"', 'plans = ["standard", "first"]')
    file = tariff(plan='rates = "dear"', more=AGAIN, version=version)
    assert [due(file, minutes) for minutes in (10, 11, 61)] == [0, 100, 200]
    assert due(file, 10, free_used=True) == 1000
    assert due(file, 10, before=local("09:00")) == 1000
    assert due(file, 10, before=local("23:59", "2024-06-02")) == 0
    eight = tariff(
        plan='rates = "dear"', more=AGAIN.replace("calendar day", "8 h"), version=version
    )
    assert [due(eight, 10, before=local(clock)) for clock in ("02:00", "02:01")] == [0, 1000]
    with pytest.raises(TariffFault, match="expected a plan without conditions"):
        tariff(plan='rates = "dear"\nonce = "8 h"', more=AGAIN, version=version)


@pytest.mark.parametrize(
    ("enter", "fees"),
    [
        ("mon-fri", {"2024-06-03": 50, "2024-06-04": 50, "2024-06-08": 100}),
        ("mon-fri not holiday", {"2024-06-03": 100, "2024-06-04": 50, "2024-06-08": 100}),
        ("mon-sat not holiday sat", {"2024-06-03": 100, "2024-06-04": 50, "2024-06-08": 100}),
        ("mon holiday", {"2024-06-03": 50, "2024-06-04": 100, "2024-06-08": 50}),
    ],
)
def test_a_holiday_is_a_weekday_of_an_entry_unless_it_is_left_out(enter, fees):
    more = f"""
[calendar]
holiday = [2024-06-03, 2024-06-08]
[rate.sunday]
when = "holiday"
price = 1
per = "1 h"
[rate.cheap]
flat = 0.50
[plan.cheap]
rates = "cheap"
enter = "{enter}"
"""
    version = TAIL.replace('plans = "standard"', 'plans = ["standard", "cheap"]')
    file = tariff(plan='rates = ["hourly", "sunday"]', more=more, version=version)
    assert {day: due(file, 60, entered=local("10:00", day)) for day in fees} == fees


def test_a_holiday_has_the_cap_of_holidays_and_not_that_of_its_weekday():
    caps = '{amount=5,per="24 h",days="mon-fri"},{amount=7,per="24 h",days="sat sun holiday"}'
    more = "[calendar]\nholiday = [2024-06-03]"
    file = tariff(plan=f"caps=[{caps}]", more=more)
    assert due(file, 1440) == 700
    assert due(file, 2880) == 1200
    assert due(file, 1440, entered=local("10:00", "2024-06-04")) == 500


def test_the_day_of_a_period_begins_with_the_days_of_the_plan():
    caps = '{amount=5,per="calendar day",days="sun"},{amount=7,per="calendar day",days="mon"}'
    file = tariff(plan=f'day_begins="06:00"\ncaps=[{caps}]')
    monday_at_2 = local("02:00")
    assert due(file, 240, entered=monday_at_2) == 400
    assert due(file, 1440, entered=monday_at_2 - timedelta(hours=18)) == 700
    assert due(file, 1320, entered=local("08:00", "2024-06-02")) == 500


def test_a_class_with_a_plan_of_its_own_has_no_other():
    more = '[plan.bikes]\nclasses = "bike"\nrates = "bike"\n[rate.bike]\nflat = 9'
    version = TAIL.replace('"standard"', '["standard", "bikes"]')
    file = tariff(plan='rates = "hourly"', more=more, version=version)
    assert [due(file, 60), due(file, 60, vehicle_class="bike")] == [100, 900]


VERSIONS = """
[plan.dearer]
rates = "dearer"
[rate.dearer]
price = 3
per = "1 h"
[[version]]
valid_from = 2020-01-01
plans = "standard"
[[version]]
valid_from = 2024-06-04
plans = "dearer"
[[example]]
enter = 2024-06-03 10:00:00
fees = { "0 min" = 0 }
"""


@pytest.mark.parametrize(
    ("rule", "expected"), [("entry decides", 400), ("each part by its own", 800)]
)
def test_a_stay_over_a_new_version(rule, expected):
    file = tariff(top=f'across_versions = "{rule}"', plan='rates = "hourly"', version=VERSIONS)
    over = fee(file, 240, entered=local("22:00"))
    assert over.due.amount_minor == expected
    assert sum(line.amount_minor for line in over.lines) == expected
    assert due(file, 60, entered=local("00:00", "2024-06-04")) == 300
    assert due(file, 60, entered=local("00:00", "2010-06-04")) == 100


def test_grace_after_a_payment_and_then_the_difference():
    file = tariff(top='grace = "15 min"')
    assert {at: due(file, at, paid=[(100, 50)]) for at in (50, 61, 65, 66, 121)} == {
        50: 0,
        61: 0,
        65: 0,
        66: 100,
        121: 200,
    }


def test_a_payment_in_another_currency_is_told_and_not_counted():
    visit = Visit(
        entered=local("10:00"), left=local("11:00"), paid=((Money(100, "CHF"), local("10:50")),)
    )
    told = quote(tariff(), visit, BERLIN)
    assert told.due.amount_minor == 100
    assert told.notices == ("a payment in another currency is not counted",)


def test_too_much_paid_is_never_negative():
    assert due(tariff(), 60, paid=[(900, 10), (900, 20)]) == 0


SHOPS = """
[validation.cinema]
percent = 50
[validation.shop]
time = "1 h"
most = 2
[validation.cafe]
amount = 0.70
[validation.hotel]
plan = "hotel"
[plan.hotel]
rates = "night"
[rate.night]
flat = 2.00
"""


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ('["time", "percent", "amount"]', (300 - 100) // 2 - 70),
        ('["amount", "percent", "time"]', (300 - 70) // 2 - 100),
        ('["percent", "amount", "time"]', 0),
    ],
)
def test_validations_apply_in_the_declared_order(order, expected):
    file = tariff(top=f"validation_order = {order}", plan='rates = "hourly"', more=SHOPS)
    shown = ("cafe", "shop", "cinema")
    got = fee(file, 180, validations=shown)
    assert got.due.amount_minor == expected
    assert got.total.amount_minor == 300
    assert got.total.amount_minor + sum(d.amount_minor for d in got.deductions) == expected
    assert fee(file, 180, validations=shown[::-1]) == got


def test_a_validation_counts_as_often_as_it_may():
    file = tariff(plan='rates = "hourly"', more=SHOPS)
    got = fee(file, 240, validations=("shop", "shop", "shop", "never-heard"))
    assert got.due.amount_minor == 200
    assert got.notices == ("a validation is not known", "shop: counts 2 times at most")


def test_a_validation_switches_the_plan_before_others_take_off():
    file = tariff(plan='rates = "hourly"', more=SHOPS)
    assert due(file, 600, validations=("cinema", "hotel")) == 100


PASSES = """
[season.worker]
covers = "mon-fri 06:00-20:00"
[season.always]
pass_back = true
"""


@pytest.mark.parametrize(
    ("clock", "minutes", "shown", "expected"),
    [
        ("08:00", 600, "worker", 0),
        ("08:00", 720, "worker", 0),
        ("19:00", 80, "worker", 0),  # 20 minutes outside are within the free time
        ("19:00", 91, "worker", 100),
        ("05:00", 16 * 60, "worker", 200),  # an hour before, an hour after
        ("08:00", 9000, "always", 0),
        ("08:00", 60, "unheard-of", 100),
    ],
)
def test_a_pass_covers_its_hours(clock, minutes, shown, expected):
    file = tariff(plan='free = "20 min"', more=PASSES)
    assert due(file, minutes, entered=local(clock), season=shown) == expected


def test_a_pass_that_is_inside_covers_no_second_car_unless_it_may():
    file = tariff(more=PASSES)
    twice = fee(file, 60, season="worker", season_inside=True)
    assert twice.due.amount_minor == 100
    assert twice.notices == ("worker: already inside, charged as without it",)
    assert due(file, 60, season="always", season_inside=True) == 0


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("flat = 20", 2000),
        ('charge = "24 h"', 2400),
        ('since = "07:00"', 300),
        ('since = "11:00"', 2300),
    ],
)
def test_a_lost_entry(rule, expected):
    file = tariff(more=f"[lost]\n{rule}")
    lost = Visit(entered=None, left=local("10:00"))
    assert quote(file, lost, BERLIN).due.amount_minor == expected


def test_a_lost_entry_has_no_price_where_the_file_has_no_rule():
    with pytest.raises(ValueError, match="no rule for a lost one"):
        quote(tariff(), Visit(entered=None, left=local("10:00")), BERLIN)


def test_a_person_adds_a_surcharge():
    file = tariff(more='[surcharge.call_out]\nwords = "call-out"\namount = 30')
    assert [due(file, 60), due(file, 60, extras=("call_out",))] == [100, 3100]
    assert fee(file, 60, extras=("callout",)).notices == ("a surcharge is not known",)


@pytest.mark.parametrize(
    ("percent", "fractions", "tax"),
    [
        ("19", "half up", 48),
        ("19", "down", 47),
        ("8.1", "half up", 22),
        ("8.1", "up", 23),
        ("0", "up", 0),
    ],
)
def test_tax_is_part_of_the_price(percent, fractions, tax):
    file = tariff(more=f'[vat]\npercent = {percent}\nfractions = "{fractions}"')
    got = fee(file, 180)
    assert (got.due.amount_minor, got.tax.amount.amount_minor) == (300, tax)


@pytest.mark.parametrize("moment", [datetime(2024, 1, 1), datetime(1969, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_a_moment_without_zone_or_sense_is_refused(moment):
    with pytest.raises(ValueError, match="expected a"):
        quote(tariff(), Visit(entered=moment, left=local("10:00")), BERLIN)


def test_a_car_that_left_before_it_came_pays_nothing():
    assert due(tariff(), -60) == 0


def test_a_stay_of_years_is_charged_for_366_days():
    assert due(tariff(), 3 * 366 * 1440) == 366 * 24 * 100


def test_a_quote_reads_like_a_receipt():
    file = load(text(plan='caps = [{ amount = 5, per = "24 h" }]', more="[vat]\npercent = 19"))
    told = str(fee(file, 1500, paid=[(100, 10)]))
    assert [" ".join(line.split()) for line in told.splitlines()] == [
        "2024-06-03 10:00 - 2024-06-04 10:00 most that 24 h costs: 1 x 5.00 instead of 24.00 5.00",
        "2024-06-04 10:00 - 11:00 hourly, per 1 h: 1 x 1.00 1.00",
        "total 6.00",
        "2024-06-03 10:10 - 2024-06-04 11:00 already paid: 1 x -1.00 -1.00",
        "due 5.00 EUR",
        "including 19 % tax 0.96",
    ]


def test_a_line_of_many_periods_lasts_from_the_first_to_the_last():
    entered = local("10:00")
    told = fee(tariff(plan='caps = [{ amount = 5, per = "24 h" }]'), 30 * 1440 + 90)
    assert [(line.units, line.amount_minor, line.instead_minor) for line in told.lines] == [
        (30, 15000, 72000),
        (2, 200, 0),
    ]
    days, rest = told.lines
    assert (days.begin, days.end) == (entered, entered + timedelta(days=30))
    assert (rest.begin, rest.end) == (days.end, days.end + timedelta(minutes=90))


def test_a_quote_for_machines_has_names_numbers_and_moments_only():
    told = fee(tariff(), 61).as_dict()
    assert told["lines"] == [
        {
            "rule": "rate.hourly",
            "words": "hourly, per 1 h",
            "from": "2024-06-03T10:00:00+02:00",
            "to": "2024-06-03T11:01:00+02:00",
            "count": 2,
            "unit_minor": 100,
            "per_s": 0,
            "amount_minor": 200,
            "instead_minor": 0,
        }
    ]
    assert (told["currency"], told["total_minor"], told["due_minor"]) == ("EUR", 200, 200)
