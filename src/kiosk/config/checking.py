"""Turns a parsed TOML table into a table of the schema, and names every fault of it in one line.

What is expected is read off the dataclass alone; no key of any table is known here.
"""

import builtins
from collections import abc
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from kiosk_hw import catalog

SHOWN_CHARS_MAX: Final = 60
"""Characters of a wrong value or key that a fault shows; the rest is cut."""

T = TypeVar("T")


class _Unfit(Exception):
    """A value does not fit; the text says what was expected."""


def build(
    kind: type[T], table: Mapping[str, object], path: str, base: Path, faults: list[str]
) -> T | None:
    """Build `kind` from the table at `path`, or None; every fault is added to `faults`.

    Relative paths are taken from `base`.
    """
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    values: dict[str, object] = {}
    before = len(faults)
    for key, value in table.items():
        if key not in known:
            faults.append(f"{_join(path, key)}: unknown key{_nearest(key, known)}")
            continue
        taken = _take(known[key], hints[key], value, _join(path, key), base, faults)
        values[key] = taken
    for key, item in known.items():
        if key not in table and item.default is MISSING and item.default_factory is MISSING:
            faults.append(f"{_join(path, key)}: missing ({item.metadata['purpose']})")
    return kind(**values) if len(faults) == before else None


def shown(value: object) -> str:
    """A value as a fault shows it: on one line, cut, and as TOML spells it."""
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
            text = "a date or time"
        case _:
            text = f"{value:.17g}" if isinstance(value, float) else _digits(value)
    return text if len(text) <= SHOWN_CHARS_MAX else f"{text[:SHOWN_CHARS_MAX]}..."


def _take(
    item: "Field[Any]", hint: Any, value: object, path: str, base: Path, faults: list[str]
) -> object:
    """The value of one key as the schema holds it; None, and a fault more, if it does not fit."""
    inner = _without_none(hint)
    if is_dataclass(inner) and isinstance(inner, type) and "read" not in item.metadata:
        if isinstance(value, dict):
            return build(inner, value, path, base, faults)
        faults.append(f"{path}: expected a table, got {shown(value)}")
        return None
    match get_origin(inner), value:
        case builtins.tuple, list():
            each = get_args(inner)[0]
            return tuple(
                _take(item, each, one, f"{path}[{number}]", base, faults)
                for number, one in enumerate(value)
            )
        case abc.Mapping, dict():
            each = get_args(inner)[1]
            return {
                name: _take(item, each, one, _join(path, name), base, faults)
                for name, one in value.items()
            }
    try:
        return _fit(item.metadata, inner, value, base)
    except _Unfit as expected:
        got = _kind(value) if item.metadata.get("secret") else shown(value)
        faults.append(f"{path}: expected {expected}, got {got}")
        return None


def _fit(metadata: Mapping[str, Any], inner: Any, value: object, base: Path) -> object:
    origin = get_origin(inner)
    if origin is not None:
        raise _Unfit("a list" if origin is tuple else "a table")
    if "read" in metadata:
        return _read(metadata["read"], value)
    if issubclass(inner, Enum):
        return _one_of(value, {each.value: each for each in inner})
    if inner is Path:
        return base / _path(value)
    fitting = _typed(inner, value, metadata)
    if "choices" in metadata:
        return _one_of(fitting, {choice: choice for choice in metadata["choices"]})
    if "catalog" in metadata:
        return _one_of(fitting, {name: name for name in catalog.names(metadata["catalog"])})
    return fitting


def _typed(inner: type, value: object, metadata: Mapping[str, Any]) -> object:
    """A text, or a number within its bounds or choices; `true` is none, though Python says so."""
    if inner is str:
        if not isinstance(value, str):
            raise _Unfit("a text")
        return value
    bounds = f"{metadata['low']} to {metadata['high']}" if "low" in metadata else ""
    wanted = (int, float) if inner is float else int
    if isinstance(value, bool) or not isinstance(value, wanted):
        what = "a number" if inner is float else "a whole number"
        choices = metadata.get("choices")
        raise _Unfit(_listed(choices) if choices else f"{what} from {bounds}")
    if bounds and not metadata["low"] <= value <= metadata["high"]:
        raise _Unfit(bounds)
    return inner(value)


def _read(read: Any, value: object) -> object:
    try:
        if isinstance(value, str):
            return read(value)
        read("")
    except ValueError as error:
        raise _Unfit(str(error)) from None
    raise _Unfit("a text")


def _one_of(value: object, choices: Mapping[Any, object]) -> object:
    if isinstance(value, (str, int)) and value in choices:
        return choices[value]
    raise _Unfit(_listed(choices))


def _listed(choices: Iterable[object]) -> str:
    return "one of " + ", ".join(str(choice) for choice in choices)


def _path(value: object) -> str:
    if isinstance(value, str) and value and value.isprintable():
        return value
    raise _Unfit("a path")


def _kind(value: object) -> str:
    """What came instead of a secret, without showing it."""
    if isinstance(value, str):
        return f"a text of {len(value)} characters"
    return "a number" if isinstance(value, (int, float)) else "something else"


def _digits(value: object) -> str:
    """A whole number as text; one beyond Python's own limit for printing as what it is."""
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"


def _nearest(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # Only faulty files pay for this import.

    found = get_close_matches(key, list(known), n=1)
    return f" (did you mean '{found[0]}'?)" if found else ""


def _without_none(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return next(each for each in get_args(hint) if each is not NoneType)
    return hint


def _join(path: str, key: str) -> str:
    bare = key.isascii() and key.replace("_", "a").replace("-", "a").isalnum()
    spelt = key if bare and len(key) <= SHOWN_CHARS_MAX else shown(key)
    return f"{path}.{spelt}" if path else spelt
