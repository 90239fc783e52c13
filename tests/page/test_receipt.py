"""The receipt wholly in one language: what a fee is made of, its money, its times."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.core.engine_tariff import EngineTariff
from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.records import FEE_LINES_MAX, Stay
from kiosk.core.tariff import Item, Line, Quote, SimpleTariff
from kiosk.screens.pay.receipt import Told, body_of
from kiosk.screens.pay.words import LANGUAGES, Speech, texts
from kiosk.tariff import load
from kiosk_hw.ports.money import Money

EXAMPLES = Path(__file__).parents[2] / "examples" / "tariffs"
ZONE = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 2, 28, 20, 30, tzinfo=UTC)
PAID_AT = datetime(2026, 3, 1, 7, 5, tzinfo=UTC).astimezone(ZONE)

LINES = (
    ReceiptLine(Charge.PARKING, 120_000, 4, 0, NIGHT, NIGHT + timedelta(hours=2)),
    ReceiptLine(Charge.CAP, 1600, 2, 3000, NIGHT, NIGHT + timedelta(hours=10)),
    ReceiptLine(Charge.PAID, -500),
)


def said(language, lines=LINES, currency="EUR", percent=7.5):
    """The receipt's text, each cell on a line of its own."""
    told = Told("o-1", Money(121_100, currency), lines, "card", PAID_AT, "Example Ltd", percent)
    html = body_of(told, Speech(language, LANGUAGES))
    text = unescape(re.sub("<[^>]+>", "\n", html)).replace("\u00a0", " ")
    return [line for line in text.split("\n") if line]


TOLD = {
    "de": [
        *("Parken", "28.2.2026 21:30 – 23:30", "4 × 300,00 €", "1.200,00 €"),
        *("Höchstbetrag", "28.2.2026 21:30 – 1.3.2026 07:30", "2 × 8,00 €"),
        *("statt 30,00 €", "16,00 €", "Schon bezahlt", "−5,00 €"),
        *("Summe", "1.211,00 €", "darin 7,5 % Steuer", "84,49 €"),
        *("Bezahlt", "1.3.2026 08:05"),
    ],
    "en": [
        *("Parking", "28 Feb 2026 21:30 – 23:30", "4 × €300.00", "€1,200.00"),
        *("Most that is charged", "28 Feb 2026 21:30 – 1 Mar 2026 07:30", "2 × €8.00"),
        *("instead of €30.00", "€16.00", "Paid before", "−€5.00"),
        *("Total", "€1,211.00", "of which 7.5 % tax", "€84.49"),
        *("Paid", "1 Mar 2026 08:05"),
    ],
    "zh": [
        *("停车费", "2026年2月28日 21:30 – 23:30", "4 × €300.00", "€1,200.00"),
        *("封顶收费", "2026年2月28日 21:30 – 2026年3月1日 07:30", "2 × €8.00"),
        *("原为 €30.00", "€16.00", "已付金额", "−€5.00"),
        *("合计", "€1,211.00", "其中税款（7.5%）", "€84.49"),
        *("支付时间", "2026年3月1日 08:05"),
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_wholly_in_its_language(language):
    assert said(language)[: len(TOLD[language])] == TOLD[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_line_stands_for_has_its_words(language):
    for charge in Charge:
        (words, amount, *_) = said(language, (ReceiptLine(charge, 100),), "CNY", 0)
        assert words == texts(language)[f"line.{charge.value}"]
        assert "1" in amount
    words = [texts(language)[f"line.{charge.value}"] for charge in Charge]
    assert len({*words}) == len(words), "no two of them read alike"


def test_a_currency_without_small_coins_or_sign_keeps_its_own_spelling():
    (_, yen, *_) = said("en", (ReceiptLine(Charge.PARKING, -1500),), "JPY", 0)
    (_, dinar, *_) = said("de", (ReceiptLine(Charge.PARKING, 1_234_567),), "KWD", 0)
    assert (yen, dinar) == ("−1,500 JPY", "1.234,567 KWD")


def test_the_simple_tariff_says_each_thing_it_charges():
    assert [Line(item, 0, 5).receipt().charge.name for item in Item] == [each.name for each in Item]
    tariff = SimpleTariff(
        currency="EUR", block_min=60, block_amount_minor=200, cap_24h_amount_minor=1000
    )
    paid = ((Money(500, "EUR"), NIGHT), (Money(100, "EUR"), NIGHT))
    quote = tariff.fee(Stay("s-1", "car", NIGHT, paid=paid), NIGHT + timedelta(hours=26))
    assert quote.receipt() == (
        ReceiptLine(Charge.DAYS, 1000, 1),
        ReceiptLine(Charge.BLOCKS, 400, 2),
        ReceiptLine(Charge.PAID, -600),
    )


def test_lines_are_bounded_like_those_of_the_journal():
    lines = (Line(Item.DAYS, 1, 1),) * (FEE_LINES_MAX + 1)
    quote = Quote(Money(1, "EUR"), Money(1, "EUR"), lines)
    assert len(quote.receipt()) == len(quote.told()) == FEE_LINES_MAX


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_receipt_by_any_tariff_file_adds_up_and_has_no_word_of_the_file(path):
    file = load(path.read_text(encoding="utf-8"))
    zone = ZoneInfo(file.time_zone)
    tariff = EngineTariff(file, zone)
    entered = datetime(2025, 6, 6, 15, 20, tzinfo=zone)
    for hours in (1, 5, 30, 75):
        stay = Stay("s-1", "car", entered, paid=((Money(1, file.currency), entered),))
        quote = tariff.fee(stay, entered + timedelta(hours=hours))
        lines = quote.receipt()
        assert sum(line.amount_minor for line in lines) == quote.due.amount_minor
        for line in lines:
            assert line.unit_minor * max(line.count, 1) == line.amount_minor
        assert {Charge.PARKING, Charge.CAP, Charge.FREE} & {line.charge for line in lines}
