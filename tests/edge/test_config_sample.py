"""The sample `kiosk.toml`: made from the schema, complete, sound, and documented."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from kiosk.config import Config, parse
from kiosk.config.sample import sample

ROOT = Path(__file__).resolve().parents[2]


def keys(kind: type = Config, path: str = "") -> list[tuple[str, Any]]:
    """Every key of the schema as (`[table] key`, its field)."""
    found: list[tuple[str, Any]] = []
    for item in fields(kind):
        hint = get_type_hints(kind)[item.name]
        nested = next((k for k in (hint, *get_args(hint)) if is_dataclass(k)), None)
        if isinstance(nested, type) and nested.__module__.startswith("kiosk.config"):
            found += keys(nested, f"{path}.{item.name}" if path else item.name)
        else:
            found.append((f"[{path}] {item.name}", item))
    return found


def test_the_documented_file_is_the_sample() -> None:
    assert (ROOT / "docs" / "kiosk.toml").read_text(encoding="utf-8") == sample()


def test_the_sample_can_be_used() -> None:
    assert parse(sample()).terminal is not None


def test_the_sample_names_every_key_once_in_its_table() -> None:
    table, named = "", []
    for line in sample().splitlines():
        if found := re.fullmatch(r"(?:# )?\[([a-z.]+)\]", line):
            table = found[1]
        elif found := re.fullmatch(r"(?:# )?([a-z0-9_]+) = .*", line):
            named.append(f"[{table}] {found[1]}")
    assert sorted(named) == sorted(name for name, _ in keys())


def test_the_sample_can_be_used_with_a_camera_of_its_own() -> None:
    text = sample().replace('"nedap_raw"', '"custom"')
    start, end = text.index("# [camera.custom]"), text.index("# The payment terminal")
    custom = "\n".join(
        line.removeprefix("# ") if re.match(r"# (\[|\w+ = )", line) else line
        for line in text[start:end].splitlines()
    )
    assert parse(text[:start] + custom + "\n" + text[end:]).camera.custom is not None


@pytest.mark.parametrize(("name", "item"), keys(), ids=lambda value: str(value)[:40])
def test_every_key_says_its_purpose_and_every_number_its_bounds(name: str, item: Any) -> None:
    assert len(item.metadata["purpose"]) > 5
    if item.type in (int, float, int | None):
        assert {"low", "choices", "read"} & item.metadata.keys(), name
