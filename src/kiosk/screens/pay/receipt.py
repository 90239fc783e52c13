"""The receipt: amount, its lines, the tax in it, who took it and when. It names no vehicle.

All of it is in the driver's language: what a fee is made of comes as numbers, never as words.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from html import escape

from kiosk.core.receipt import ReceiptLine
from kiosk.screens.pay.look import Page
from kiosk.screens.pay.words import Speech
from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True)
class Told:
    """What one receipt says."""

    number: str
    amount: Money
    lines: tuple[ReceiptLine, ...]
    paid_by: str
    paid_at: datetime
    """On the clock of the car park, which the times of the lines are told by as well."""
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
    lines = "".join(_line(each, told, speech) for each in told.lines)
    total = _row(speech.say("receipt.total"), speech.money(told.amount), "sum")
    tax = ""
    if told.tax_percent:
        words = speech.say("receipt.tax", percent=speech.number(f"{told.tax_percent:g}"))
        tax = _row(words, speech.money(tax_in(told.amount, told.tax_percent)))
    keys = (f"gateway.{told.paid_by}", f"receipt.by:{told.paid_by}")
    by = next((speech.say(key) for key in keys if speech.knows(key)), escape(told.paid_by))
    facts = (
        ("date", speech.moment(told.paid_at)),
        ("by", by),
        ("number", escape(told.number)),
        ("operator", escape(told.operator)),
    )
    listed = "".join(f"<dt>{speech.say(f'receipt.{key}')}</dt><dd>{v}</dd>" for key, v in facts)
    keep = f'<p class="hint">{speech.say("receipt.keep")}</p>'
    return f"<table>{lines}{total}{tax}</table><dl>{listed}</dl>{keep}"


def _line(line: ReceiptLine, told: Told, speech: Speech) -> str:
    """What it is for, when, and how its amount comes about."""
    currency, zone = told.amount.currency, told.paid_at.tzinfo
    more = []
    if line.begin is not None and line.end is not None:
        begin, end = line.begin.astimezone(zone), line.end.astimezone(zone)
        until = f"{end:%H:%M}" if begin.date() == end.date() else speech.moment(end)
        more.append(f"{speech.moment(begin)} – {until}")
    if line.count:
        more.append(f"{line.count} × {speech.amount(line.unit_minor, currency)}")
    if line.instead_minor:
        more.append(speech.say("line.instead", amount=speech.amount(line.instead_minor, currency)))
    small = f"<small>{'<br>'.join(more)}</small>" if more else ""
    words = speech.say(f"line.{line.charge.value}")
    return _row(f"{words}{small}", speech.amount(line.amount_minor, currency))


def _row(label: str, value: str, kind: str = "") -> str:
    look = f' class="{kind}"' if kind else ""
    return f"<tr{look}><th scope='row'>{label}</th><td>{value}</td></tr>"
