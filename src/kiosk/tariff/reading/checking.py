"""Holds parsed TOML against the keys of a tariff file, and names every fault in one line each.

A fault says where, what was expected and what came. No single key is known here.
"""

from collections.abc import Iterable, Mapping
from datetime import date, time
from difflib import get_close_matches
from typing import Any, Final

from kiosk.tariff.reading.keys import Item, Key, Pairs, Shape, Table
from kiosk.tariff.reading.spelling import Context, Reader, Unfit, name

SHOWN_CHARS_MAX: Final = 60
"""Characters of a wrong value or key that a fault shows; the rest is cut."""

FAULTS_MAX: Final = 200
"""Faults that are named at once; nobody reads more, and a wild file could have millions."""

Values = dict[str, Any]
"""A checked table: each key with what its reader made, or its default."""


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.left_out = 0

    def __call__(self, path: str, message: str) -> None:
        """Add the fault of `path`."""
        if len(self.lines) < FAULTS_MAX:
            self.lines.append(f"{path}: {message}" if path else message)
        else:
            self.left_out += 1

    def all(self) -> tuple[str, ...]:
        """Every fault, and how many more there are."""
        more = (f"and {self.left_out} more faults",) if self.left_out else ()
        return (*self.lines, *more)


def check(
    found: Mapping[str, object],
    items: Mapping[str, Item],
    path: str,
    context: Context,
    faults: Faults,
) -> Values:
    """The values of a table; a key with a fault has its default."""
    values: Values = {key: _absent(item) for key, item in items.items()}
    for key, value in found.items():
        where = joined(path, key)
        if key not in items:
            # Guessing takes longer than reading, and beyond the most faults nobody sees a guess.
            faults(where, f"unknown key{'' if faults.left_out else nearest(key, items)}")
        else:
            values[key] = _item(items[key], value, where, context, faults)
    for key, item in items.items():
        if item.required and key not in found:
            faults(joined(path, key), f"missing ({item.purpose})")
    return values


def shown(value: object) -> str:
    """A value as a fault shows it: on one line, cut."""
    match value:
        case bool():
            text = str(value).lower()
        case dict():
            text = "a table"
        case list():
            text = "a list"
        case str():
            text = repr(value[: SHOWN_CHARS_MAX + 1])
        case date() | time():
            text = str(value)
        case int() if abs(value) > 10**SHOWN_CHARS_MAX:
            text = "a number of very many digits"
        case _:
            text = str(value)
    return text if len(text) <= SHOWN_CHARS_MAX else f"{text[:SHOWN_CHARS_MAX]}..."


def nearest(key: str, known: Iterable[str]) -> str:
    """A guess at what was meant, in words, or nothing."""
    found = get_close_matches(key[:SHOWN_CHARS_MAX], list(known), n=1)
    return f" (did you mean '{found[0]}'?)" if found else ""


def joined(path: str, key: str) -> str:
    """The path of a key within a table."""
    bare = key.isascii() and key.replace("_", "a").replace("-", "a").isalnum()
    spelled = key if bare and len(key) <= SHOWN_CHARS_MAX else shown(key)
    return f"{path}.{spelled}" if path else spelled


def _absent(item: Item) -> object:
    match item:
        case Key():
            return item.default
        case Table(shape=Shape.ONE):
            return None
        case Table(shape=Shape.NAMED):
            return {}
    return ()


def _item(item: Item, value: object, path: str, context: Context, faults: Faults) -> object:
    match item:
        case Key():
            return _value(item.read, value, path, context, faults, item.default)
        case Pairs():
            return _pairs(item, value, path, context, faults)
        case Table():
            return _table(item, value, path, context, faults)


def _value(
    read: Reader, value: object, path: str, context: Context, faults: Faults, default: object
) -> object:
    try:
        return read(value, context)
    except Unfit as expected:
        got = value if expected.got is None else expected.got
        faults(path, f"expected {expected}, got {shown(got)}")
        return default


def _table(item: Table, value: object, path: str, context: Context, faults: Faults) -> object:
    match item.shape, value:
        case Shape.ONE, dict():
            return check(value, item.keys, path, context, faults)
        case Shape.NAMED, dict():
            if len(value) > item.most:
                faults(path, f"expected at most {item.most} tables, got {len(value)}")
                return {}
            tables = {key: (joined(path, key), each) for key, each in value.items()}
            for key, (where, _) in tables.items():
                _value(name, key, where, context, faults, "")
            return {
                key: _inner(item, each, where, context, faults)
                for key, (where, each) in tables.items()
            }
        case Shape.LIST, list():
            if len(value) > item.most:
                faults(path, f"expected at most {item.most} tables, got {len(value)}")
                return ()
            return tuple(
                _inner(item, each, f"{path}[{number}]", context, faults)
                for number, each in enumerate(value, 1)
            )
    faults(path, f"expected {item.shape.value}{_written(item, path)}, got {shown(value)}")
    return _absent(item)


def _written(item: Table, path: str) -> str:
    """How such tables stand in the file."""
    match item.shape:
        case Shape.NAMED:
            return f" like [{path}.standard]"
        case Shape.LIST if "." in path:
            return " like [{ ... }]"
        case Shape.LIST:
            return f" like [[{path}]]"
    return ""


def _inner(item: Table, value: object, path: str, context: Context, faults: Faults) -> Values:
    if not isinstance(value, dict):
        faults(path, f"expected a table, got {shown(value)}")
        return {key: _absent(each) for key, each in item.keys.items()}
    return check(value, item.keys, path, context, faults)


def _pairs(
    item: Pairs, value: object, path: str, context: Context, faults: Faults
) -> tuple[tuple[Any, Any], ...]:
    if not isinstance(value, dict) or not value or len(value) > item.most:
        got = f"{len(value)} of them" if isinstance(value, dict) else shown(value)
        faults(path, f"expected a table of 1 to {item.most} pairs, got {got}")
        return ()
    return tuple(
        (
            _value(item.left, key, joined(path, key), context, faults, None),
            _value(item.right, each, joined(path, key), context, faults, None),
        )
        for key, each in value.items()
    )
