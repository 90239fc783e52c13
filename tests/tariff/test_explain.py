"""The sign of a tariff: every rule of a file is said, in three languages, by its numbers."""

import itertools
import re
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.tariff import load
from kiosk.tariff.explaining.phrases import SENTENCES
from kiosk.tariff.explaining.sign import sign
from kiosk.tariff.explaining.speech import LANGUAGES
from kiosk.tariff.explaining.words import WORDS
from kiosk.tariff.wording import spelled

EXAMPLES = Path(__file__).parents[2] / "examples" / "tariffs"
FILES = sorted(EXAMPLES.glob("*.toml"))
KEYS = re.compile(r"[a-z]+_[a-z]+|[{}]|None|\bper_s\b|Fraction|Decimal")

RICH = """
name = "Rich"
currency = "EUR"
time_zone = "Europe/Berlin"
across_versions = "entry decides"
grace = "10 min"
fractions = "down"
round_to = 0.10
round_total = "down"
validation_order = ["time", "percent", "amount"]
max_stay = "7 d"
max_stay_fee = 41
[calendar]
holiday = [2024-01-01, 2024-12-25]
[rate.day]
when = "08:00-18:00"
steps = [{ until = "2 h", price = 1.10, per = "30 min" }, { price = 2.20, per = "1 h" }]
[rate.night]
when = "18:00-08:00"
price = 0.70
per = "20 min"
round = "started"
cap = 5.50
[rate.sunday]
when = "sun holiday"
flat = 6.60
daily = true
[rate.arrival]
flat = 3.30
[plan.standard]
first = { rate = "arrival", time = "1 h" }
free = "15 min"
deduct = "5 min"
free_once = "8 h"
minimum = 1.30
day_begins = "05:00"
at_band_change = "split"
due_at_start = true
caps = [
    { amount = 17, per = "24 h", restart = false },
    { amount = 23, per = "calendar day", restart = false },
]
[plan.evening]
enter = "18:00-24:00"
leave = "18:00-24:00"
longest = "6 h"
rates = ["day", "night", "sunday"]
[plan.bus]
classes = "bus"
rates = ["day", "night", "sunday"]
[class.large]
times = 2
[validation.shop]
words = "Shop"
time = "45 min"
most = 3
[validation.club]
words = "Club"
percent = 25
[validation.cinema]
words = "Cinema"
amount = 1.90
[season.work]
words = "Work pass"
covers = "mon-fri 06:00-20:00"
pass_back = true
[surcharge.late]
words = "Late exit"
amount = 9
leave = "22:00-24:00"
[lost]
flat = 33
[vat]
percent = 19
fractions = "half up"
[[version]]
valid_from = 2024-01-01
plans = ["standard", "evening", "bus"]
[[version]]
valid_from = 2025-01-01
plans = ["standard"]
[[example]]
enter = 2024-06-03 10:00:00
fees = { "1 min" = 0 }
"""

CHANGES = [
    ('name = "Rich"', 'name = "Poor"'),
    ('currency = "EUR"', 'currency = "CHF"'),
    ("Europe/Berlin", "Europe/Zurich"),
    ("entry decides", "each part by its own"),
    ('grace = "10 min"', 'grace = "11 min"'),
    ('fractions = "down"', 'fractions = "up"'),
    ("round_to = 0.10", "round_to = 0.20"),
    ('round_total = "down"', 'round_total = "up"'),
    ('["time", "percent", "amount"]', '["amount", "percent", "time"]'),
    ('max_stay = "7 d"', 'max_stay = "6 d"'),
    ("max_stay_fee = 41", "max_stay_fee = 42"),
    ("2024-12-25]", "2024-12-26]"),
    ("08:00", "07:00"),
    ('until = "2 h"', 'until = "3 h"'),
    ("price = 1.10", "price = 1.20"),
    ('per = "30 min"', 'per = "15 min"'),
    ("cap = 5.50", "cap = 5.60"),
    ("flat = 6.60", "flat = 6.70"),
    ("daily = true", "daily = false"),
    ('free = "15 min"', 'free = "16 min"'),
    ('deduct = "5 min"', 'deduct = "6 min"'),
    ('free_once = "8 h"', 'free_once = "calendar day"'),
    ("minimum = 1.30", "minimum = 1.40"),
    ('"split"', '"start decides"'),
    ('day_begins = "05:00"', 'day_begins = "06:00"'),
    ('day_begins = "05:00"', ""),
    ("due_at_start = true", 'words = "standard"'),
    ("flat = 3.30", "flat = 3.40"),
    ('time = "1 h"', 'time = "2 h"'),
    ("amount = 17", "amount = [17, 18]"),
    ("amount = 17", 'amount = 17, days = "mon-fri"'),
    ('longest = "6 h"', 'longest = "6 h"\nalone = true'),
    ('longest = "6 h"', 'longest = "6 h"\nonce = "8 h"'),
    ("mon-fri 06:00", "mon-fri not holiday 06:00"),
    ("amount = 17", "amount = 17, periods = 1"),
    ("amount = 17", "amount = 17, periods = 2"),
    ('per = "24 h"', 'per = "calendar day"'),
    ("restart = false", "restart = true"),
    ('enter = "18:00-24:00"', 'enter = "19:00-24:00"'),
    ('\nleave = "18:00-24:00"', '\nleave = "19:00-24:00"'),
    ('longest = "6 h"', 'longest = "5 h"'),
    ('classes = "bus"', 'classes = "taxi"'),
    ("times = 2", "times = 3"),
    ("times = 2", "times = 0"),
    ('words = "Shop"', 'words = "Store"'),
    ('time = "45 min"', 'time = "46 min"'),
    ("most = 3", "most = 4"),
    ("percent = 25", "percent = 26"),
    ("amount = 1.90", "amount = 1.80"),
    ("mon-fri", "mon-sat"),
    ("pass_back = true", "pass_back = false"),
    ("amount = 9", "amount = 8"),
    ("22:00-24:00", "23:00-24:00"),
    ("flat = 33", "flat = 34"),
    ("flat = 33", 'charge = "24 h"'),
    ("flat = 33", 'since = "06:00"'),
    ("percent = 19", "percent = 20"),
    ('fractions = "half up"', 'fractions = "up"'),
    ("2025-01-01", "2026-01-01"),
    ('plans = ["standard"]', 'plans = ["standard", "evening"]'),
]


def said_of(steps):
    """The prices of steps; of flat ones at the begin, what each comes to with those before it."""
    flat = [step.price_minor for step in itertools.takewhile(lambda step: not step.unit_s, steps)]
    return [*itertools.accumulate(flat), *(step.price_minor for step in steps[len(flat) :])]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sign_says_every_price_and_no_key_of_the_file(path, language, capsys):
    assert main(["tariff", "explain", str(path), "--language", language]) == 0
    said = capsys.readouterr().out
    file = load(path.read_text(encoding="utf-8"))
    body = said.replace(file.time_zone, "")
    assert KEYS.findall(body) == []
    digits = set(re.findall(r"\d+(?:[.,]\d+)?", said.replace(",", ".")))
    plans = [plan for version in file.versions for plan in map(file.plans.get, version.plans)]
    prices = {price for plan in plans for rate in plan.rates for price in said_of(rate.steps)}
    prices -= {0}  # said in words: free
    prices |= {amount for plan in plans for cap in plan.caps for amount in cap.amounts_minor}
    assert {spelled(minor, file.currency) for minor in prices} <= digits


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("was", "now"), CHANGES, ids=lambda text: text.strip()[:40])
def test_whatever_changes_in_a_file_changes_the_sign(was, now, language):
    assert RICH.count(was) >= 1
    changed = RICH.replace(was, now)
    assert sign(load(changed), language) != sign(load(RICH), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["first", "free", "until", "hours", "and", "table"])
def test_a_name_of_the_file_is_no_phrase_of_ours(name, language):
    assert name in WORDS
    named = RICH.replace("[plan.evening]", f"[plan.{name}]").replace('"evening"', f'"{name}"')
    said = sign(load(named), language)
    assert KEYS.findall(said) == []
    assert f"{name.replace('_', ' ')}" in said.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rich_sign_leaks_nothing(language):
    assert KEYS.findall(sign(load(RICH), language)) == []


def test_every_phrase_has_the_same_parts_in_all_languages():
    for texts in (*SENTENCES.values(), *WORDS.values()):
        free = {"length", "name", "month", "begin"}
        parts = {frozenset(re.findall(r"\{(\w+)\}", text)) - free for text in texts}
        assert len(parts) == 1, texts


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1.30 EUR per hour or part of it"),
        ("de", "1,30 EUR je angefangene Stunde"),
        ("zh", "每小时1.30欧元，不足1小时按1小时计"),
        ("zh", "其他日期 18:30-次日08:00："),
        ("de", "Sonntag und Feiertage: 1,30 EUR"),
    ],
)
def test_a_price_is_said_as_a_sign_says_it(language, said):
    file = load((EXAMPLES / "t08-deggendorf.toml").read_text(encoding="utf-8"))
    assert said in sign(file, language)
