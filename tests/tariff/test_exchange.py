"""APDS rate tables: what they can say is said exactly, both ways; all else is named, never lost.

The JSON here is typed from the models of `parkingdata/spec` 4.0 (RateTable, RateLineCollection,
RateLine) and its Information Model, never written by our own export.
"""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.tariff import TariffFault, Visit, failures, load, quote, unproven
from kiosk.tariff.exchange.exporting import rate_tables
from kiosk.tariff.exchange.importing import tables_of
from kiosk.tariff.exchange.reading import EXCHANGE_CHARS_MAX
from kiosk.tariff.exchange.times import duration, from_entry, seconds
from kiosk.tariff.exchange.writing import tariff_text
from tariff.files import BERLIN, HOURLY, TAIL, local, tariff

# "In the second hour of a session the fee is $1.00, for any part of that hour" and "$2 per hour
# with a max value collection of $10, resets" are the specification's own examples.
TIERS = """
[
  {
    "id": "test 2020-01-01",
    "version": 1,
    "rateTableName": [{"language": "en", "string": "test"}],
    "availability": "public",
    "activeTimes": ["P1D"],
    "validation": false,
    "validityStart": "2020-01-01T00:00:00+01:00",
    "rateLineCollections": [
      {
        "applicableCurrency": "EUR",
        "collectionSequence": 1,
        "minTime": "PT0S",
        "maxTime": "P7D",
        "relativeTimes": false,
        "resetTime": "00:00",
        "maxValueCollection": 10.0,
        "taxIncluded": true,
        "taxRate": 19.0,
        "validStart": "2020-01-01T00:00:00+01:00",
        "rateLines": [
          {
            "sequence": 1,
            "description": "parking, first 1 h, flat",
            "rateLineType": "flatRateTier",
            "durationStart": "00:00",
            "durationEnd": "01:00",
            "value": 1.0
          },
          {
            "sequence": 2,
            "description": "parking, 1 h to 1 d 2 h, per 3 min",
            "rateLineType": "incrementingRate",
            "durationStart": "01:00",
            "durationEnd": "P1DT2H",
            "incrementPeriod": "PT3M",
            "value": 0.05
          },
          {
            "sequence": 3,
            "description": "parking, after 1 d 2 h, per 1 h",
            "rateLineType": "incrementingRate",
            "durationStart": "P1DT2H",
            "incrementPeriod": "PT1H",
            "value": 2.0
          }
        ]
      }
    ]
  }
]
"""

STEPS = """
[rate.parking]
steps = [
    { until = "1 h", flat = 1.00 },
    { until = "26 h", price = 0.05, per = "3 min" },
    { price = 2.00, per = "1 h" },
]
"""

TOP = 'max_stay = "7 d"'
DAY = 'caps = [{ amount = 10, per = "calendar day" }]'
VAT = "[vat]\npercent = 19"


def wall(**changes):
    """The rate table above with other values, each in the object that has such a key."""
    (table,) = json.loads(TIERS)
    (collection,) = table["rateLineCollections"]
    for key, value in changes.items():
        line = collection["rateLines"][-1]
        place = collection if key in collection else line if key in line else table
        place[key] = value
    return table


def with_lines(*lines, **collection):
    """A rate table of these lines, numbered, with other keys of their collection."""
    table = wall(resetTime=None, maxValueCollection=None, maxTime=None, taxRate=None)
    numbered = [{"sequence": number, **line} for number, line in enumerate(lines, 1)]
    table["rateLineCollections"][0] |= {"rateLines": numbered, **collection}
    return table


def imported(*tables, zone=BERLIN):
    return load(tariff_text(tables_of(json.dumps(tables), zone), str(zone), zone))


def refused(*tables):
    with pytest.raises(TariffFault) as raised:
        tables_of(json.dumps(tables), BERLIN)
    return list(raised.value.faults)


def fees(file, zone=BERLIN, day="2024-10-25"):
    """A dense grid of stays over a change of the clock."""
    entered = local("21:17", day)
    minutes = (*range(200), *range(200, 3000, 13), *range(3000, 9 * 1440, 307))
    stays = [timedelta(minutes=each) for each in minutes]
    return [
        quote(file, Visit(entered=entered, left=entered + stay), zone).due.amount_minor
        for stay in (*stays, *(each + timedelta(seconds=1) for each in stays))
    ]


def test_a_tariff_of_tiers_is_written_as_the_specification_has_it():
    file = tariff(rates=STEPS, top=TOP, plan=DAY, more=VAT)
    assert json.loads(rate_tables(file, BERLIN)) == json.loads(TIERS)


def test_a_rate_table_costs_what_its_words_say():
    file = imported(wall(resetTime=None, maxValueCollection=None))
    assert [quote_of(file, minutes) for minutes in (1, 60, 61, 63, 64, 1560, 1561)] == [
        100,
        100,
        105,
        105,
        110,
        100 + 500 * 5,
        100 + 500 * 5 + 200,
    ]


def quote_of(file, minutes, entered=None):
    begin = entered or local("10:00")
    visit = Visit(entered=begin, left=begin + timedelta(minutes=minutes))
    return quote(file, visit, BERLIN).due.amount_minor


def test_a_maximum_is_reached_again_after_its_reset():
    hour = {"rateLineType": "incrementingRate", "incrementPeriod": "PT1H", "value": 2}
    file = imported(with_lines(hour, resetTime="00:00", maxValueCollection=10))
    assert [quote_of(file, 60 * hours) for hours in (4, 5, 14, 15, 19, 38)] == [
        800,
        1000,
        1000,
        1200,
        2000,
        2000,
    ]
    # The dictionary's own example resets at 2 am.
    late = imported(with_lines(hour, resetTime="02:00", maxValueCollection=10))
    assert [quote_of(late, 60 * hours) for hours in (5, 16, 17, 40)] == [1000, 1000, 1200, 2000]
    once = imported(with_lines(hour, maxValueCollection=10))
    assert quote_of(once, 60 * 100) == 1000


def test_a_flat_rate_has_no_times():
    file = imported(with_lines({"rateLineType": "flatRate", "value": 4.5}))
    assert [quote_of(file, minutes) for minutes in (1, 9000)] == [450, 450]
    (line,) = json.loads(rate_tables(file, BERLIN))[0]["rateLineCollections"][0]["rateLines"]
    assert {key: line[key] for key in line if key != "description"} == {
        "sequence": 1,
        "rateLineType": "flatRate",
        "value": 4.5,
    }


SHORT = STEPS.replace("26 h", "5 h")

CAN = [
    ("tiers and a day's maximum", {"rates": SHORT, "top": TOP, "plan": DAY, "more": VAT}),
    ("an hour's price", {}),
    ("a maximum of the stay", {"plan": 'caps = [{ amount = 9, per = "stay" }]'}),
    ("a maximum of the rate", {"rates": HOURLY + "cap = 7.5"}),
    ("a rate that begins anew each day", {"rates": SHORT + "daily = true"}),
    ("a day that begins late", {"plan": 'day_begins = "02:00"\n' + DAY}),
    (
        "a rate that begins anew late",
        {"rates": SHORT + "daily = true", "plan": 'day_begins = "02:30"'},
    ),
    ("a least charge", {"plan": "minimum = 2.5"}),
    ("first time that nobody pays", {"rates": STEPS, "plan": 'deduct = "25 min"'}),
    ("a flat price", {"rates": "[rate.once]\nflat = 3.7"}),
    ("flat tiers", {"rates": STEPS.replace('price = 2.00, per = "1 h"', "flat = 9")}),
]


@pytest.mark.parametrize("parts", [row[1] for row in CAN], ids=[row[0] for row in CAN])
def test_a_tariff_that_went_out_and_came_back_charges_the_same(parts):
    file = tariff(**parts)
    text = tariff_text(tables_of(rate_tables(file, BERLIN), BERLIN), "Europe/Berlin", BERLIN)
    back = load(text)
    assert fees(back) == fees(file)
    assert (failures(back, BERLIN), unproven(back, BERLIN)) == ([], [])
    assert rate_tables(back, BERLIN).count("value") == rate_tables(file, BERLIN).count("value")


def test_versions_are_tables_that_follow_one_another():
    two = TAIL.replace(
        "[[example]]",
        '[[version]]\nvalid_from = 2024-10-26\nplans = "new"\n[[example]]',
    )
    more = '[rate.dear]\nprice = 9\nper = "1 h"\n[plan.new]\nrates = "dear"'
    file = tariff(plan='rates = "hourly"', more=more, version=two)
    made = json.loads(rate_tables(file, BERLIN))
    assert [(each["validityStart"], each.get("validityEnd")) for each in made] == [
        ("2020-01-01T00:00:00+01:00", "2024-10-26T00:00:00+02:00"),
        ("2024-10-26T00:00:00+02:00", None),
    ]
    back = imported(*reversed(made))
    for day in ("2024-10-25", "2024-10-26"):
        assert fees(back, day=day) == fees(file, day=day)


@pytest.mark.parametrize(
    ("zone", "amount", "value"), [("Asia/Tokyo", "300", 300.0), ("Asia/Kuwait", "0.125", 0.125)]
)
def test_amounts_have_the_digits_of_their_currency(zone, amount, value):
    currency = {"Asia/Tokyo": "JPY", "Asia/Kuwait": "KWD"}[zone]
    text = f"""
name = "t"\ncurrency = "{currency}"\ntime_zone = "{zone}"
[rate.hourly]\nprice = {amount}\nper = "1 h"\n[plan.p]
[[version]]\nvalid_from = 2024-01-01\nplans = "p"
[[example]]\nenter = 2024-01-02 10:00:00\nfees = {{ "0 min" = 0 }}
"""
    made = json.loads(rate_tables(load(text), ZoneInfo(zone)))
    assert made[0]["rateLineCollections"][0]["rateLines"][0]["value"] == value
    back = imported(*made, zone=ZoneInfo(zone))
    assert fees(back, ZoneInfo(zone)) == fees(load(text), ZoneInfo(zone))


ALL_OF_IT = {
    "top": 'grace = "10 min"\nround_to = 0.05\nmax_stay = "2 d"\nmax_stay_fee = 5',
    "rates": HOURLY.replace('per = "1 h"', 'per = "1 h"\nround = "exact"'),
    "plan": 'free = "20 min"\nfree_once = "8 h"\ncaps = [{ amount = 9, per = "24 h" }]',
    "more": "[class.large]\ntimes = 2\n[lost]\nflat = 20\n[season.s]\n[surcharge.x]\namount = 1\n"
    '[validation.v]\npercent = 10\n[vat]\npercent = 19\nfractions = "up"',
}


def test_all_that_no_rate_table_can_say_is_named_at_once():
    with pytest.raises(TariffFault) as raised:
        rate_tables(tariff(**ALL_OF_IT), BERLIN)
    named = [fault.partition(": no rate table can say it: ")[::2] for fault in raised.value.faults]
    assert [key for key, _ in named] == [
        "grace",
        "round_to",
        "max_stay_fee",
        "vat.fractions",
        "plan.standard.free",
        "plan.standard.free_once",
        "plan.standard.caps[1]",
        "rate.hourly.round",
        "class.large",
        "validation.v",
        "season.s",
        "surcharge.x",
        "lost",
    ]
    assert all(why for _, why in named)


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"rates": '[rate.a]\nwhen = "08:00-20:00"\nflat = 1\n[rate.b]\nwhen = "20:00-08:00"\n'
          "flat = 2"}, "plan.standard.rates"),
        ({"plan": 'caps = [{ time = "5 h", per = "24 h" }]'}, "plan.standard.caps[1]"),
        ({"plan": 'caps = [{ amount = [1, 2], per = "calendar day" }]'}, "plan.standard.caps[1]"),
        ({"plan": 'caps = [{amount = 1, per = "calendar day", restart = false}]'},
         "plan.standard.caps[1]"),
        ({"plan": 'caps = [{amount = 1, per = "calendar day"}, {amount = 5, per = "stay"}]'},
         "plan.standard.caps[2]"),
        ({"plan": 'minimum = 2\ncaps = [{amount = 3, per = "calendar day"}]'},
         "plan.standard.minimum"),
        ({"plan": 'deduct = "1 h"\ncaps = [{amount = 3, per = "calendar day"}]'},
         "plan.standard.deduct"),
        ({"plan": "due_at_start = true"}, "plan.standard.due_at_start"),
        ({"rates": HOURLY.replace("1.00", "83886.08")}, "rate.hourly"),
    ],
)  # fmt: skip
def test_a_rule_that_a_rate_table_would_change_is_refused(parts, key):
    with pytest.raises(TariffFault) as raised:
        rate_tables(tariff(**parts), BERLIN)
    assert key in [fault.partition(":")[0] for fault in raised.value.faults]


def test_what_stands_aside_of_the_price_is_left_out_where_somebody_says_so():
    file = tariff(top='grace = "10 min"', more="[lost]\nflat = 20", plan='free = "9 min"')
    with pytest.raises(TariffFault) as raised:
        rate_tables(file, BERLIN, ("grace", "lost", "plan.standard.free", "season.none"))
    assert [fault.partition(":")[0] for fault in raised.value.faults] == [
        "plan.standard.free",
        "season.none",
    ]
    aside = tariff(top='grace = "10 min"', more="[lost]\nflat = 20")
    assert fees(imported(*json.loads(rate_tables(aside, BERLIN, ("grace", "lost"))))) == fees(aside)


LINE = {"rateLineType": "incrementingRate", "incrementPeriod": "PT1H", "value": 1}
FIRST = {**LINE, "durationEnd": "02:00"}
SECOND = {**LINE, "durationStart": "02:00"}
PATH = "rateTable[1].rateLineCollections[1]"

REFUSED = [
    (wall(rateSupersedeLink="x"), "rateTable[1].", "rateSupersedeLink"),
    (wall(validity={}), "", "validity"),
    (wall(rateType="contract"), "", "rateType: expected hourly or daily"),
    (wall(activeTimes=["PT8H"]), "", "activeTimes: expected P1D"),
    (wall(validityStart="2020-01-01T08:00:00+01:00"), "", "validityStart: expected midnight in"),
    (wall(validityStart="yesterday"), "", "validityStart: expected a moment"),
    (wall(validityStart="0001-01-01T00:00:00+23:00"), "", "validityStart: expected a moment"),
    (wall(validityStart="9999-12-31T23:59:59-12:00"), "", "validityStart: expected a"),
    (wall(validityEnd="2025-01-01T00:00:00+01:00"), "", "validityEnd: expected none"),
    (wall(rateTableName=[]), "", "rateTableName: expected a list with a name"),
    (wall(rateLineCollections=[]), "", "rateLineCollections: expected a list of 1 to"),
    (wall(applicableCurrency="euro"), PATH, "applicableCurrency: expected three"),
    (wall(resetTime="2 am"), PATH, "resetTime: expected a clock time"),
    (wall(resetTime="P2D"), PATH, "resetTime: expected a clock time"),
    (wall(minTime="PT1H"), PATH, "minTime: expected PT0S"),
    (wall(maxTime="P1M"), PATH, "maxTime: expected a duration"),
    (wall(taxIncluded=False), PATH, "taxIncluded: expected true"),
    (wall(taxRate=101), PATH, "taxRate: expected 0 to 100"),
    (wall(maxValueCollection=0.105), PATH, "maxValueCollection: expected an amount with at most 2"),
    (with_lines(LINE, taxValue=1), PATH, "taxValue: no tariff file can say it"),
    (with_lines(LINE, referenceTimeStart="x"), PATH, "referenceTimeStart: no tariff file"),
    (with_lines({**LINE, "value": 1.999}), PATH, "rateLines[1].value: expected an amount"),
    (with_lines({**LINE, "value": -1}), PATH, "rateLines[1].value: expected a number without a"),
    (with_lines({**LINE, "value": None}), PATH, "rateLines[1].value: expected an amount"),
    (with_lines({**LINE, "value": "1"}), PATH, "rateLines[1].value: expected a number"),
    (with_lines({**LINE, "value": True}), PATH, "rateLines[1].value: expected a number"),
    (with_lines({**LINE, "sequence": "1"}), PATH, "rateLines[1].sequence: expected a whole"),
    (with_lines({**LINE, "rateLineType": "perUnit"}), PATH, "rateLineType: expected one of"),
    (with_lines({**LINE, "incrementPeriod": None}), PATH, "incrementPeriod: expected a duration"),
    (with_lines({**LINE, "incrementPeriod": "PT0S"}), PATH, "incrementPeriod: expected a duration"),
    (with_lines({**LINE, "incrementPeriod": "P1Y"}), PATH, "incrementPeriod: expected 01:30, or"),
    (with_lines({**LINE, "usageCondition": "once"}), PATH, "usageCondition: expected unlimited"),
    (with_lines({**LINE, "rateLineTax": {}}), PATH, "rateLineTax: no tariff file can say it"),
    (with_lines({**LINE, "rateLineType": "flatRate"}), PATH, "expected flatRateTier for a price"),
    (with_lines({**LINE, "durationStart": "01:00"}), PATH, "durationStart: expected 00:00"),
    (with_lines(FIRST), PATH, "rateLines[1].durationEnd: expected none"),
    (with_lines(FIRST, SECOND | {"durationStart": "03:00"}), PATH, "durationStart: expected"),
    (with_lines(LINE, SECOND), PATH, "rateLines[1].durationEnd: expected the time at which"),
    (with_lines({**FIRST, "durationEnd": "01:30"}, {**LINE, "durationStart": "01:30"}), PATH,
     "rateLines[1].durationEnd: expected whole increments"),
    (with_lines({**FIRST, "maxValue": 1}, SECOND), PATH, "rateLines[1].maxValue: no tariff file"),
    (with_lines({**FIRST, "minValue": 1}, SECOND), PATH, "rateLines[1].minValue: no tariff file"),
    (with_lines({"rateLineType": "flatRateTier", "durationEnd": "02:00", "value": 1,
                 "incrementPeriod": "PT1H"}, SECOND), PATH, "incrementPeriod: expected the whole"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "path", "fault"), REFUSED, ids=[row[2][:50] for row in REFUSED])
def test_what_no_tariff_file_can_say_is_named(table, path, fault):
    faults = refused(table)
    assert [each for each in faults if path in each and fault in each], faults
    assert len(faults) == 1


def test_every_fault_of_all_tables_is_named_at_once():
    faults = refused(wall(resetTime="2 am", taxIncluded=False), wall(rateTableName=7))
    assert len(faults) == 3
    assert faults[2].startswith("rateTable[2].rateTableName: expected a list with a name")


def test_two_collections_are_not_added_up():
    table = wall()
    table["rateLineCollections"] *= 2
    assert refused(table) == [
        "rateTable[1].rateLineCollections: expected one, for a tariff file adds none up"
    ]


def test_tables_that_leave_a_gap_or_differ_in_what_stands_once_are_refused():
    early = wall(validityEnd="2021-01-01T00:00:00+01:00")
    late = wall(validityStart="2022-01-01T00:00:00+01:00", taxRate=7.0)
    late["rateLineCollections"][0]["validStart"] = late["validityStart"]
    differ, gap = sorted(refused(early, late), reverse=True)
    assert gap.startswith("rateTable[1].validityEnd: expected 2022-01-01, where the next")
    assert differ == "rateTable[2].taxRate: expected the same in each table, got 19 and 7"


def test_attributes_that_nobody_knows_and_nulls_are_left_alone():
    table = wall(maxTime=None) | {"futureThing": {"a": [1]}, "validityEnd": None}
    assert fees(imported(table)) == fees(imported(wall(maxTime="P366D")))


def test_a_page_of_the_api_and_a_table_alone_are_read_like_a_list():
    (table,) = json.loads(TIERS)
    for found in (table, [table], {"meta": {"total": 1}, "data": [table]}):
        assert len(tables_of(json.dumps(found), BERLIN)) == 1


def test_feeds_count_from_zero_and_describe_in_languages():
    words = [{"language": "fr", "string": "par heure"}]
    table = with_lines({**LINE, "sequence": 0, "description": words, "maxValue": 21})
    text = tariff_text(tables_of(json.dumps(table), BERLIN), "Europe/Berlin", BERLIN)
    assert 'words = "par heure"' in text
    assert quote_of(load(text), 60 * 40) == 2100


HOSTILE = [
    ("", "line 1, column 1: not JSON"),
    ("nothing", "line 1, column 1: not JSON"),
    ("[" * 200_000, "not JSON"),
    ('{"a":' * 150_000, "not JSON"),
    ("[1e999999999999999999999]", "not JSON"),
    ("[" + "9" * 6000 + "]", "not JSON"),
    ("[NaN]", "not JSON: expected a number, got NaN"),
    ('{"a": 1, "a": 2}', "expected each key once in an object, got 'a' twice"),
    (" " * 2_000_000, "expected at most 1048576 characters"),
    ("3", "expected 1 to 64 rate tables, got 3"),
    ("[]", "expected 1 to 64 rate tables, got a list"),
    ("[{}" + ",{}" * 64 + "]", "expected 1 to 64 rate tables, got a list"),
    ('{"data": {}}', "expected 1 to 64 rate tables, got a table"),
    ("[[]]", "rateTable[1]: expected an object, got a list"),
    ('[{"rateLineCollections": [7]}]', "rateTable[1].rateLineCollections[1]: expected an object"),
]


@pytest.mark.parametrize(("text", "fault"), HOSTILE, ids=[row[1][:40] for row in HOSTILE])
def test_hostile_text_is_refused_in_a_line(text, fault):
    with pytest.raises(TariffFault) as raised:
        tables_of(text, BERLIN)
    assert [each for each in raised.value.faults if each.startswith(fault)], raised.value.faults
    assert all("\n" not in each and len(each) < 400 for each in raised.value.faults)


@pytest.mark.parametrize("value", [1e300, -(10**15), 1e-300, [], {}, "", False])
@pytest.mark.parametrize("key", ["value", "taxRate", "maxValueCollection"])
def test_a_wild_value_is_refused_in_a_line(key, value):
    for fault in refused(wall(**{key: value})):
        assert "\n" not in fault
        assert len(fault) < 300


@pytest.mark.parametrize(
    ("text", "length_s"),
    [("PT0S", 0), ("PT1H30M", 5400), ("P1D", 86400), ("P1DT1S", 86401), ("P1W", 604800),
     ("P366D", 31622400)],
)  # fmt: skip
def test_a_duration_is_read_and_spelt(text, length_s):
    assert seconds(text) == length_s
    assert seconds(duration(length_s)) == length_s


@pytest.mark.parametrize(
    "text", ["P", "PT", "P1Y", "P1M", "P367D", "1h", "24:00", "7:5", "", 5, None]
)
def test_what_is_no_duration_is_none(text):
    assert seconds(text) is None


def test_a_tier_begins_at_a_clock_time_where_one_can_say_it():
    assert [from_entry(at) for at in (0, 5400, 86340, 86400, 90, 93600)] == [
        "00:00",
        "01:30",
        "23:59",
        "P1D",
        "PT1M30S",
        "P1DT2H",
    ]


def test_tables_that_are_too_long_are_refused_before_they_are_read():
    filled = TIERS.ljust(EXCHANGE_CHARS_MAX)
    assert tables_of(filled, BERLIN) == tables_of(TIERS, BERLIN)
    with pytest.raises(TariffFault, match=f"at most {EXCHANGE_CHARS_MAX} characters"):
        tables_of(filled + " ", BERLIN)
