"""What the pay page says, in three languages, and which of them a phone is spoken to in."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from kiosk_hw.ports.money import MINOR_DIGITS, Money

LANGUAGES: Final = ("zh", "en", "de")
"""The languages of the texts."""

NOTICE_VERSION: Final = "1"
"""The version of the notice on `/privacy`; changed with any word of it."""

NOTICE_PREFIX: Final = "privacy."

ACCEPTED_MAX: Final = 16
"""Languages of one Accept-Language that are looked at; phones send two or three."""

NO_BREAK: Final = "\u00a0"

_SYMBOLS: Final = {"CNY": "¥", "EUR": "€", "GBP": "£", "USD": "$"}


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the page in this language."""
    path = Path(__file__).parent / "texts" / f"{language}.json"
    read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return read


def notice_digest(language: str) -> str:
    """The SHA-256 of the notice in this language, for whoever must prove what was shown."""
    notice = {key: text for key, text in texts(language).items() if key.startswith(NOTICE_PREFIX)}
    return hashlib.sha256(json.dumps(notice, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, and the others that a driver may choose instead."""

    language: str
    offered: tuple[str, ...]

    def say(self, key: str, **blanks: object) -> str:
        """The text, its blanks filled in, fit to stand in HTML."""
        return escape(texts(self.language)[key].format(**blanks))

    def knows(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in texts(self.language)

    def money(self, money: Money) -> str:
        """The amount as it is written in this language, fit to stand in HTML."""
        return self.amount(money.amount_minor, money.currency)

    def amount(self, minor: int, currency: str) -> str:
        """The same for an amount that may take away."""
        digits = MINOR_DIGITS.get(currency, 2)
        sign = "\u2212" if minor < 0 else ""
        whole, rest = divmod(abs(minor), 10**digits)
        number = self.number(f"{whole:,}.{rest:0{digits}}" if digits else f"{whole:,}")
        symbol = _SYMBOLS.get(currency)
        if symbol is None:
            return f"{sign}{number}{NO_BREAK}{currency}"
        if texts(self.language)["currency-first"] == "yes":
            return f"{sign}{symbol}{number}"
        return f"{sign}{number}{NO_BREAK}{symbol}"

    def number(self, english: str) -> str:
        """A number with its comma and its points where this language has them."""
        if texts(self.language)["decimal"] == ".":
            return english
        return english.replace(",", "\0").replace(".", ",").replace("\0", ".")

    def moment(self, when: datetime) -> str:
        """A date and the time of that day, fit to stand in HTML."""
        month = texts(self.language)["months"].split()[when.month - 1]
        date = self.say("date", year=when.year, month=month, day=when.day)
        return f"{date} {when:%H:%M}".replace(" ", NO_BREAK)


def choose(asked: str, accepted: str, offered: tuple[str, ...]) -> str:
    """The language of this phone: what its driver tapped, else what it accepts most, else ours."""
    if asked in offered:
        return asked
    liked = sorted(map(_liking, accepted.split(",")[:ACCEPTED_MAX]), key=lambda like: -like[1])
    return next((name for name, much in liked if name in offered and much > 0), offered[0])


def _liking(part: str) -> tuple[str, float]:
    """(language, how much) of `zh-CN;q=0.8` (RFC 9110 12.5.4); what cannot be read counts 0."""
    name, _, quality = part.partition(";")
    try:
        much = float(quality.strip().removeprefix("q=")) if quality.strip() else 1.0
    except ValueError:
        much = 0.0
    return name.strip().lower().partition("-")[0], much
