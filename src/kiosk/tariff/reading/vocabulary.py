"""Every key of a tariff file: how it is spelt, whether it must stand there, what it is without.

The manual `docs/tariff-file.md` explains each of them; a test compares the two.
"""

from collections.abc import Mapping
from typing import Final

from kiosk.tariff.measures import Fractions
from kiosk.tariff.model import Across, Boundary, Rounding
from kiosk.tariff.reading import hours
from kiosk.tariff.reading import spelling as spelt
from kiosk.tariff.reading.keys import Item, Key, Pairs, Shape, Table
from kiosk.tariff.terms import Taking

TABLES_MAX: Final = 64
"""Rates, plans, versions, classes, validations of one file, each."""

STEPS_MAX: Final = 64
"""Steps of one rate."""

CAPS_MAX: Final = 8
"""Caps of one plan."""

EXAMPLES_MAX: Final = 400
"""Example tables, and fees in each of them."""

_FRACTIONS: Final = spelt.one_of(Fractions)
_NAMES: Final = spelt.each(spelt.name, alone=True)

_PRICE: Final[Mapping[str, Item]] = {
    "price": Key(read=spelt.amount, purpose="price of one unit"),
    "per": Key(read=spelt.some_time, purpose="length of one unit"),
    "flat": Key(read=spelt.amount, purpose="paid once, however long"),
}

_RATE: Final[Mapping[str, Item]] = {
    "words": Key(read=spelt.words, purpose="what a receipt calls it"),
    "when": Key(read=hours.when, purpose="days and hours", default=()),
    **_PRICE,
    "steps": Table(
        keys={
            "until": Key(read=spelt.some_time, purpose="time until which it holds"),
            **_PRICE,
            "total": Key(read=spelt.amount, purpose="paid for it and all steps before"),
        },
        shape=Shape.LIST,
        purpose="prices that change with time",
        most=STEPS_MAX,
    ),
    "round": Key(
        read=spelt.one_of(Rounding), purpose="what of a unit counts", default=Rounding.STARTED
    ),
    "cap": Key(read=spelt.amount, purpose="most that the band costs"),
    "daily": Key(read=spelt.yes, purpose="begins anew at midnight", default=False),
}

_PLAN: Final[Mapping[str, Item]] = {
    "words": Key(read=spelt.words, purpose="what a receipt calls it"),
    "rates": Key(read=_NAMES, purpose="its rates"),
    "first": Table(
        keys={
            "rate": Key(read=spelt.name, purpose="rate of the first time", required=True),
            "time": Key(read=spelt.some_time, purpose="how long it holds", required=True),
        },
        shape=Shape.ONE,
        purpose="rate of the first time of a stay, whatever the hour",
    ),
    "free": Key(read=spelt.duration, purpose="leave within it and pay nothing", default=0),
    "deduct": Key(read=spelt.duration, purpose="first time that nobody pays", default=0),
    "free_once": Key(read=spelt.free_period, purpose="period in which a vehicle is free once"),
    "minimum": Key(read=spelt.amount, purpose="least that is paid, if anything", default=0),
    "caps": Table(
        keys={
            "amount": Key(read=spelt.each(spelt.amount, alone=True), purpose="most it costs"),
            "time": Key(read=spelt.each(spelt.some_time, alone=True), purpose="most charged"),
            "per": Key(read=spelt.period, purpose="period", required=True),
            "periods": Key(read=spelt.few, purpose="how many periods have it"),
            "restart": Key(read=spelt.yes, purpose="the next period begins anew", default=True),
            "days": Key(read=hours.days_named, purpose="periods that begin on them", default=()),
        },
        shape=Shape.LIST,
        purpose="most that periods cost",
        most=CAPS_MAX,
    ),
    "day_begins": Key(read=hours.clock, purpose="when its days begin", default=0),
    "at_band_change": Key(
        read=spelt.one_of(Boundary), purpose="a unit over a boundary", default=Boundary.SPLIT
    ),
    "due_at_start": Key(read=spelt.yes, purpose="a unit counts as it starts", default=False),
    "classes": Key(read=_NAMES, purpose="vehicle classes it is for", default=()),
    "enter": Key(read=hours.when, purpose="holds for entries in these hours", default=()),
    "leave": Key(read=hours.when, purpose="holds for exits in these hours", default=()),
    "longest": Key(read=spelt.some_time, purpose="holds for stays of at most this"),
    "once": Key(read=spelt.free_period, purpose="period in which it fits a vehicle once"),
    "alone": Key(read=spelt.yes, purpose="where it fits no other is charged", default=False),
}

_EXAMPLE: Final[Mapping[str, Item]] = {
    "enter": Key(read=hours.moment, purpose="local time of entry"),
    "lost": Key(read=spelt.yes, purpose="the entry is not known", default=False),
    "class": Key(read=spelt.name, purpose="vehicle class", default=""),
    "paid": Pairs(
        left=hours.leaving, right=spelt.amount, purpose="earlier payments", most=EXAMPLES_MAX
    ),
    "validations": Key(read=_NAMES, purpose="what was validated", default=()),
    "season": Key(read=spelt.name, purpose="the season pass shown"),
    "season_inside": Key(read=spelt.yes, purpose="it is already inside", default=False),
    "free_used": Key(read=spelt.yes, purpose="free time is used up", default=False),
    "extras": Key(read=_NAMES, purpose="surcharges a person added", default=()),
    "fees": Pairs(
        left=hours.leaving,
        right=spelt.amount,
        purpose="exit and amount due",
        most=EXAMPLES_MAX,
        required=True,
    ),
}

FILE: Final[Mapping[str, Item]] = {
    "name": Key(read=spelt.words, purpose="name of the tariff", required=True),
    "currency": Key(read=spelt.currency, purpose="ISO 4217 code", required=True),
    "time_zone": Key(read=spelt.words, purpose="zone like Europe/Berlin", required=True),
    "across_versions": Key(
        read=spelt.one_of(Across), purpose="stays over a new version", default=Across.ENTRY
    ),
    "grace": Key(read=spelt.duration, purpose="time to leave after paying", default=0),
    "fractions": Key(read=_FRACTIONS, purpose="parts of a coin", default=Fractions.DOWN),
    "round_to": Key(read=spelt.amount, purpose="smallest amount that is paid", default=0),
    "round_total": Key(read=_FRACTIONS, purpose="how to get there", default=Fractions.DOWN),
    "validation_order": Key(
        read=spelt.each(spelt.one_of(Taking)), purpose="order of kinds", default=tuple(Taking)
    ),
    "max_stay": Key(read=spelt.some_time, purpose="longest stay that is allowed"),
    "max_stay_fee": Key(read=spelt.amount, purpose="fee of a longer one", default=0),
    "calendar": Pairs(
        left=spelt.name,
        right=hours.days_listed,
        purpose="dates with a name",
        most=TABLES_MAX,
    ),
    "version": Table(
        keys={
            "valid_from": Key(read=hours.day, purpose="first date", required=True),
            "plans": Key(read=_NAMES, purpose="plans that hold", required=True),
        },
        shape=Shape.LIST,
        purpose="which plans hold from when",
        most=TABLES_MAX,
        required=True,
    ),
    "plan": Table(
        keys=_PLAN,
        shape=Shape.NAMED,
        purpose="ways to price a stay",
        most=TABLES_MAX,
        required=True,
    ),
    "rate": Table(
        keys=_RATE,
        shape=Shape.NAMED,
        purpose="prices of bands of hours",
        most=TABLES_MAX,
        required=True,
    ),
    "class": Table(
        keys={"times": Key(read=spelt.factor, purpose="pays so often", required=True)},
        shape=Shape.NAMED,
        purpose="vehicle classes",
        most=TABLES_MAX,
    ),
    "validation": Table(
        keys={
            "words": Key(read=spelt.words, purpose="what a receipt calls it"),
            "plan": Key(read=spelt.name, purpose="plan that holds instead"),
            "time": Key(read=spelt.some_time, purpose="first time taken off"),
            "percent": Key(read=spelt.percent, purpose="part taken off"),
            "amount": Key(read=spelt.amount, purpose="amount taken off"),
            "most": Key(read=spelt.few, purpose="how many count", default=1),
        },
        shape=Shape.NAMED,
        purpose="what shops take off",
        most=TABLES_MAX,
    ),
    "season": Table(
        keys={
            "words": Key(read=spelt.words, purpose="what a receipt calls it"),
            "covers": Key(read=hours.when, purpose="days and hours it covers", default=()),
            "pass_back": Key(read=spelt.yes, purpose="counts though inside", default=False),
        },
        shape=Shape.NAMED,
        purpose="season passes",
        most=TABLES_MAX,
    ),
    "surcharge": Table(
        keys={
            "words": Key(read=spelt.words, purpose="what a receipt calls it"),
            "amount": Key(read=spelt.amount, purpose="fee on top", required=True),
            "leave": Key(read=hours.when, purpose="exits in these hours", default=()),
        },
        shape=Shape.NAMED,
        purpose="fees on top",
        most=TABLES_MAX,
    ),
    "lost": Table(
        keys={
            "flat": Key(read=spelt.amount, purpose="paid in all"),
            "charge": Key(read=spelt.some_time, purpose="stay that is charged"),
            "since": Key(read=hours.clock, purpose="inside since this hour"),
        },
        shape=Shape.ONE,
        purpose="stays without an entry",
    ),
    "vat": Table(
        keys={
            "percent": Key(read=spelt.percent, purpose="tax in the prices", required=True),
            "fractions": Key(read=_FRACTIONS, purpose="parts of a coin", default=Fractions.HALF_UP),
        },
        shape=Shape.ONE,
        purpose="tax that prices include",
    ),
    "example": Table(
        keys=_EXAMPLE,
        shape=Shape.LIST,
        purpose="worked fees that prove it",
        most=EXAMPLES_MAX,
        required=True,
    ),
}
