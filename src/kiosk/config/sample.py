"""Writes the sample `kiosk.toml` off the schema: each key once, and none that is gone."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any, Final, get_args, get_type_hints

from kiosk.config.schema import Config
from kiosk_hw import catalog

_HEAD: Final = """\
# kiosk.toml: one lane. Written by `kiosk sample`; `kiosk check kiosk.toml` names every fault.
# Units stand last in a key's name: _s seconds, _ms milliseconds, _min minutes, _h hours,
# _minor cents. What stands in brackets is allowed. A key that is left out has the value shown,
# or the default that is named; a required key cannot be left out.
"""


def sample() -> str:
    """A complete configuration of an exit lane, each key with what it is for."""
    return "\n".join([_HEAD.rstrip(), *_table(Config, "", idle=False)]) + "\n"


def _table(kind: type, path: str, *, idle: bool) -> Iterator[str]:
    hints = get_type_hints(kind)
    mark = "# " if idle else ""
    inner: list[tuple[Field[Any], type]] = []
    for item in fields(kind):
        nested = _nested(hints[item.name])
        if nested is not None:
            inner.append((item, nested))
        else:
            yield from _key(item, hints[item.name], mark)
    for item, nested in inner:
        name = f"{path}.{item.name}" if path else item.name
        inner_idle = idle or bool(item.metadata.get("idle"))
        yield ""
        yield f"# {_capital(item.metadata['purpose'])}."
        yield f"{'# ' if inner_idle else ''}[{name}]"
        yield from _table(nested, name, idle=inner_idle)


def _key(item: "Field[Any]", hint: Any, mark: str) -> Iterator[str]:
    metadata = item.metadata
    value = metadata.get("example", item.default)
    bracket = "; ".join(_limits(item, hint, value))
    off = "# " if metadata.get("idle") else ""
    yield f"# {_capital(metadata['purpose'])}.{f' [{bracket}]' if bracket else ''}"
    yield f"{mark or off}{item.name} = {_toml(value)}"


def _limits(item: "Field[Any]", hint: Any, value: object) -> Iterator[str]:
    metadata = item.metadata
    if "low" in metadata:
        yield f"{_toml(metadata['low'])} to {_toml(metadata['high'])}"
    elif "catalog" in metadata:
        yield ", ".join(catalog.names(metadata["catalog"]))
    elif "choices" in metadata:
        yield ", ".join(str(choice) for choice in metadata["choices"])
    elif isinstance(hint, type) and issubclass(hint, Enum):
        yield ", ".join(each.value for each in hint)
    default = item.default if item.default_factory is MISSING else item.default_factory()
    if default is MISSING:
        yield "required"
    elif "read" not in metadata and default is not None and default != value:
        yield f"default {_toml(default)}"


def _nested(hint: Any) -> type | None:
    kinds = [each for each in (hint, *get_args(hint)) if isinstance(each, type)]
    found = [each for each in kinds if is_dataclass(each)]
    return found[0] if found and f"{found[0].__module__}".startswith("kiosk.config") else None


def _toml(value: object) -> str:
    match value:
        case Enum():
            return _toml(value.value)
        case str():
            return f"'{value}'" if "\\" in value or '"' in value else f'"{value}"'
        case dict():
            pairs = (f"{name} = {_toml(each)}" for name, each in value.items())
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        case tuple():
            return f"[{', '.join(_toml(each) for each in value)}]"
    return str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
