"""Reads the text of a tariff file into its model, or names every fault of it at once."""

import re
import tomllib
from decimal import Decimal
from typing import Final

from kiosk.errors import KioskError
from kiosk.tariff.model import Plan, TariffFile, Version
from kiosk.tariff.reading import building
from kiosk.tariff.reading.agreement import falls, judge
from kiosk.tariff.reading.checking import Faults, Values, check
from kiosk.tariff.reading.spelling import Context
from kiosk.tariff.reading.vocabulary import FILE
from kiosk.tariff.terms import Example, Lost, Season, Surcharge, Validation, Vat
from kiosk_hw.ports.money import AMOUNT_MINOR_MAX, MINOR_DIGITS

TARIFF_CHARS_MAX: Final = 256 * 1024
"""A longer text is no car park's tariff; the longest published one has 4 Ki."""

KEY_PARTS_MAX: Final = 16
"""Parts of a dotted key; a tariff file has three, and tomllib takes minutes for thousands."""

_PART: Final = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_DEEP_KEY: Final = re.compile(rf"(?<![\w-])(?>{_PART}){{{KEY_PARTS_MAX}}}")

_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_ZONE: Final = re.compile(r"""^time_zone *= *["']([^"'\n]+)["']""", re.MULTILINE)

_HINTS: Final = (
    (re.compile(r"=\s*\d+,\d+\s*(?:#|$)"), " (an amount has a point, 1.30)"),
    (re.compile(r"\d [0-2]\d:\d\d\s*(?:#|$)"), " (a moment has seconds, 10:00:00)"),
    (re.compile(r"=\s*[a-z]"), " (a text stands in quotes)"),
)
"""What a line that is not TOML most likely wanted to say."""


class TariffFault(KioskError):
    """A tariff cannot be used. `faults` names every fault, one line each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(text: str) -> TariffFile:
    """The tariff in this text. Raises TariffFault, and nothing else whatever the text is."""
    if len(text) > TARIFF_CHARS_MAX:
        raise TariffFault((f"expected at most {TARIFF_CHARS_MAX} characters, got {len(text)}",))
    deep = _DEEP_KEY.search(text)
    if deep:
        line = text.count("\n", 0, deep.start()) + 1
        raise TariffFault((f"line {line}: expected a key of at most {KEY_PARTS_MAX} parts",))
    try:
        table = tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        raise TariffFault(("not TOML: lists or tables within each other, too many",)) from None
    except ValueError as error:
        # tomllib lets int() speak for itself.
        raise TariffFault((_syntax_fault(str(error), text),)) from None
    faults = Faults()
    currency = table.get("currency")
    digits = MINOR_DIGITS.get(currency, 2) if isinstance(currency, str) else 2
    values = check(table, FILE, "", Context(digits), faults)
    made = None if faults.lines else _build(values, faults)
    if made is None or faults.lines:
        raise TariffFault(faults.all())
    return made


def zone_named(text: str) -> str | None:
    """The zone that a file with other faults names, so that whoever knows zones can judge it."""
    found = _ZONE.search(text[:TARIFF_CHARS_MAX])
    return found[1] if found else None


def _decimal(text: str) -> Decimal:
    """The number as it was written; tomllib passes nothing that Decimal does not read."""
    return Decimal(text)


def _build(values: Values, faults: Faults) -> TariffFile | None:
    calendars = dict(values["calendar"])
    rates = {name: building.rate(name, each, faults) for name, each in values["rate"].items()}
    openings = {each["first"]["rate"] for each in values["plan"].values() if each["first"]}
    for each in values["plan"].values():
        each["rates"] = each["rates"] or tuple(name for name in rates if name not in openings)
    plans = {
        name: building.plan(name, each, rates, calendars, faults)
        for name, each in values["plan"].items()
    }
    versions = tuple(Version(each["valid_from"], each["plans"]) for each in values["version"])
    judge(values, plans, versions, faults)
    class_plans: dict[tuple[str, str], Plan] = {}
    for vehicle, each in values["class"].items():
        for name, plan in plans.items():
            path = f"class.{vehicle}"
            class_plans[vehicle, name] = building.scaled(plan, each["times"], path, faults)
            _too_dear(class_plans[vehicle, name], values, path, faults)
    for name, plan in plans.items():
        _too_dear(plan, values, f"plan.{name}", faults)
    if faults.lines:
        return None
    return TariffFile(
        name=values["name"],
        currency=values["currency"],
        time_zone=values["time_zone"],
        across=values["across_versions"],
        versions=versions,
        plans=plans,
        class_plans=class_plans,
        grace_s=values["grace"],
        fractions=values["fractions"],
        round_to_minor=values["round_to"],
        round_total=values["round_total"],
        order=values["validation_order"],
        calendars=calendars,
        max_stay_s=values["max_stay"],
        max_stay_fee_minor=values["max_stay_fee"],
        falls=tuple(falls(values, plans, versions)),
        **_small_tables(values),
    )


def _too_dear(plan: Plan, values: Values, path: str, faults: Faults) -> None:
    """A fault where a year is more than a terminal can be asked for."""
    covers = [len(each["covers"]) for each in values["season"].values()]
    splits = max(covers, default=0) + len(values["version"])
    extras = sum(each["amount"] or 0 for each in values["surcharge"].values())
    flat = (values["lost"] or {}).get("flat") or 0
    most = building.dearest(plan, splits) + extras + flat + values["max_stay_fee"]
    if most > AMOUNT_MINOR_MAX:
        faults(path, f"expected a year to cost at most {AMOUNT_MINOR_MAX} minor units, got more")


def _small_tables(values: Values) -> Values:
    lost, vat = values["lost"], values["vat"]
    return {
        "validations": {
            name: Validation(
                **_named(name, each, "plan", "percent", "most"),
                time_s=each["time"],
                amount_minor=each["amount"],
            )
            for name, each in values["validation"].items()
        },
        "seasons": {
            name: Season(**_named(name, each, "covers", "pass_back"))
            for name, each in values["season"].items()
        },
        "surcharges": {
            name: Surcharge(**_named(name, each, "leave"), amount_minor=each["amount"])
            for name, each in values["surcharge"].items()
        },
        "lost": lost
        and Lost(flat_minor=lost["flat"], charge_s=lost["charge"], since_s=lost["since"]),
        "vat": vat and Vat(vat["percent"], vat["fractions"]),
        "examples": tuple(_example(each) for each in values["example"]),
    }


def _named(name: str, values: Values, *keys: str) -> Values:
    return {"name": name, "words": values["words"] or name, **{key: values[key] for key in keys}}


def _example(values: Values) -> Example:
    same = ("paid", "validations", "season", "season_inside", "free_used", "extras", "fees")
    return Example(
        entered=values["enter"],
        vehicle_class=values["class"],
        **{key: values[key] for key in same},
    )


def _syntax_fault(message: str, text: str) -> str:
    found = _PLACE.fullmatch(message)
    if found is None and "set_int_max_str_digits" in message:
        return "not TOML: a whole number of thousands of digits"
    if found is None:
        return f"not TOML: {' '.join(message.split())[:200]}"
    if not found[2]:
        return f"end of file: not TOML: {' '.join(found[1].split())[:200]}"
    line = text.split("\n")[int(found[2]) - 1]
    hint = next((said for pattern, said in _HINTS if pattern.search(line)), "")
    place = f"line {found[2]}, column {found[3]}"
    return f"{place}: not TOML: {' '.join(found[1].split())[:200]}{hint}"
