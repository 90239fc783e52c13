"""Reads JSON of strangers: bounded, each key once, numbers as they were written, faults in lines.

No field of any schema is known here.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn

from kiosk.tariff.reading.checking import Faults, joined, shown
from kiosk.tariff.reading.loading import TariffFault

EXCHANGE_CHARS_MAX: Final = 1024 * 1024
"""A longer text is no car park's rate tables; the longest published one has 20 Ki."""

DIGITS_MAX: Final = 12
"""Digits of a number before its point, and behind it."""


class _Twice(ValueError):
    """A key stands twice in one object."""


def parsed(text: str) -> Any:
    """The values of this text. Raises TariffFault, and nothing else whatever the text is."""
    if len(text) > EXCHANGE_CHARS_MAX:
        raise TariffFault((f"expected at most {EXCHANGE_CHARS_MAX} characters, got {len(text)}",))
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise TariffFault((f"{place}: not JSON: {error.msg}",)) from None
    except _Twice as error:
        raise TariffFault((str(error),)) from None
    except RecursionError:
        raise TariffFault(("not JSON: lists or objects within each other, too many",)) from None
    except (ValueError, ArithmeticError) as error:
        raise TariffFault((f"not JSON: {' '.join(str(error).split())[:200]}",)) from None


class Found:
    """One object of the text, where it stands, and the faults it adds to."""

    __slots__ = ("_faults", "_values", "path")

    def __init__(self, values: Mapping[str, object], path: str, faults: Faults) -> None:
        # The specification wants null to be read as absence.
        self._values = {key: value for key, value in values.items() if value is not None}
        self.path = path
        self._faults = faults

    def __repr__(self) -> str:
        return f"<Found {self.path}>"

    def fault(self, key: str, message: str) -> None:
        """Add the fault of a key."""
        self._faults(joined(self.path, key), message)

    def unfit(self, key: str, expected: str) -> None:
        """Add the fault of a key whose value is not what was expected."""
        self.fault(key, f"expected {expected}, got {shown(self._values.get(key))}")

    def get(self, key: str) -> object:
        """The value of a key; None where it is absent."""
        return self._values.get(key)

    def keys(self) -> Iterable[str]:
        """The keys that are there."""
        return self._values

    def text(self, key: str, expected: str) -> str:
        """A text of a key that must be there; "" and a fault where it is none."""
        value = self._values.get(key)
        if isinstance(value, str) and value:
            return value
        self.unfit(key, expected)
        return ""

    def flag(self, key: str) -> bool | None:
        """`true` or `false`; None where it is absent, or a fault."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            self.unfit(key, "true or false")
        return value if isinstance(value, bool) else None

    def number(self, key: str) -> Decimal | None:
        """A number without a sign, as it was written; None where it is absent, or a fault."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**DIGITS_MAX:
            value = Decimal(value)
        if not isinstance(value, Decimal) or not 0 <= value < 10**DIGITS_MAX or _wild(value):
            self.unfit(key, f"a number without a sign of at most {DIGITS_MAX} digits")
            return None
        return value

    def objects(self, key: str, most: int) -> "list[Found]":
        """The objects of a list that must be there, at least one."""
        values = self._values.get(key)
        if not isinstance(values, list) or not 0 < len(values) <= most:
            self.unfit(key, f"a list of 1 to {most} objects")
            return []
        return listed(values, joined(self.path, key), self._faults)


def listed(values: list[object], path: str, faults: Faults) -> list[Found]:
    """The objects of a list; a fault for whatever is none."""
    found = []
    for number, each in enumerate(values, 1):
        if isinstance(each, dict):
            found.append(Found(each, f"{path}[{number}]", faults))
        else:
            faults(f"{path}[{number}]", f"expected an object, got {shown(each)}")
    return found


def _wild(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return not isinstance(exponent, int) or exponent < -DIGITS_MAX


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"expected a number, got {text}")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Twice(f"expected each key once in an object, got {shown(twice)} twice")
    return values
