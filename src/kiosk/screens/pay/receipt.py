"""The receipt: amount, its lines, the tax in it, who took it and when. It names no vehicle."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from html import escape

from kiosk.screens.pay.look import Page
from kiosk.screens.pay.words import Speech
from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True)
class Told:
    """What one receipt says."""

    number: str
    amount: Money
    lines: tuple[str, ...]
    paid_by: str
    paid_at: datetime
    """On the clock of the car park."""
    operator: str
    tax_percent: float


def tax_in(amount: Money, percent: float) -> Money:
    """The tax that this amount includes, rounded half up to the minor unit."""
    share = Fraction(str(percent))
    tax = amount.amount_minor * share / (100 + share)
    return Money(int(tax + Fraction(1, 2)), amount.currency)


def receipt(told: Told, speech: Speech) -> Page:
    """A page of its own."""
    return Page(speech.say("receipt.title"), body_of(told, speech))


def within(told: Told, speech: Speech) -> str:
    """The receipt below something else."""
    return f"<h2>{speech.say('receipt.title')}</h2>{body_of(told, speech)}"


def body_of(told: Told, speech: Speech) -> str:
    """Everything but the heading."""
    lines = "".join(
        f"<tr><th scope='row' colspan='2'>{escape(line)}</th></tr>" for line in told.lines
    )
    total = _row(speech.say("receipt.total"), speech.money(told.amount))
    tax = ""
    if told.tax_percent:
        words = speech.say("receipt.tax", percent=f"{told.tax_percent:g}")
        tax = _row(words, speech.money(tax_in(told.amount, told.tax_percent)))
    keys = (f"gateway.{told.paid_by}", f"receipt.by:{told.paid_by}")
    by = next((speech.say(key) for key in keys if speech.knows(key)), escape(told.paid_by))
    facts = (
        ("date", f"{told.paid_at:%Y-%m-%d %H:%M}"),
        ("by", by),
        ("number", escape(told.number)),
        ("operator", escape(told.operator)),
    )
    listed = "".join(f"<dt>{speech.say(f'receipt.{key}')}</dt><dd>{v}</dd>" for key, v in facts)
    keep = f'<p class="hint">{speech.say("receipt.keep")}</p>'
    return f"<table>{lines}{tax}{total}</table><dl>{listed}</dl>{keep}"


def _row(label: str, value: str) -> str:
    return f"<tr><th scope='row'>{label}</th><td>{value}</td></tr>"
