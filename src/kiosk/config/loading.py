"""Reads `kiosk.toml`: the file, its TOML, every key, and what the tables demand of each other."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Final

from kiosk.config.addresses import shared_addresses
from kiosk.config.agreement import (
    disagreements,
    page_disagreements,
    shared_ports,
    tariff_choice,
    tariff_file_faults,
)
from kiosk.config.checking import build, shown
from kiosk.config.files import text_of
from kiosk.config.schema import Config, PageConfig
from kiosk.config.spelling import page_url
from kiosk.errors import ConfigError

CONFIG_BYTES_MAX: Final = 256 * 1024
"""A longer file is no lane's configuration; the sample with all its words has about 8 KiB."""

_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def load(path: Path) -> Config:
    """The configuration in this file. Raises ConfigError that names all faults at once."""
    text = text_of(path, CONFIG_BYTES_MAX)
    return parse(text, path.absolute().parent)


def parse(text: str, folder: Path = Path()) -> Config:
    """The configuration in this text; its relative paths start at `folder`.

    Raises ConfigError that names all faults at once, and nothing else whatever the text is.
    """
    table = _toml(text)
    faults: list[str] = []
    config = build(Config, table, "", folder, faults)
    faults.extend(tariff_choice(table.get("tariff")))
    if config is None:
        faults.extend(shared_ports(table))
        faults.extend(shared_addresses(table))
        faults.extend(tariff_file_faults(table.get("tariff"), folder))
    else:
        faults.extend(disagreements(config))
    if config is None or faults:
        raise ConfigError(tuple(faults))
    return config


def load_page(path: Path) -> PageConfig:
    """What the pay page needs, from a lane's file or one of its own. Raises ConfigError."""
    return parse_page(text_of(path, CONFIG_BYTES_MAX), path.absolute().parent)


def parse_page(text: str, folder: Path = Path()) -> PageConfig:
    """The same from this text. A lane's other tables are left unread, its secrets among them."""
    table = _toml(text)
    ours = {item.name for item in fields(PageConfig)}
    others = {item.name for item in fields(Config)} - ours
    faults: list[str] = []
    told = {name: value for name, value in table.items() if name not in others}
    config = build(PageConfig, told, "", folder, faults)
    faults.extend(tariff_choice(table.get("tariff")))
    if config is not None:
        faults.extend(page_disagreements(config))
    if config is None or faults:
        raise ConfigError(tuple(faults))
    return config


def page_url_in(path: Path) -> str | None:
    """The address of the pay page in a lane's file, whose keys are not read. Raises ConfigError."""
    codes = _toml(text_of(path, CONFIG_BYTES_MAX)).get("codes")
    told = codes.get("page_url") if isinstance(codes, dict) else None
    try:
        return page_url(told) if isinstance(told, str) else None
    except ValueError as error:
        raise ConfigError((f"codes.page_url: expected {error}, got {shown(told)}",)) from None


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # tomllib lets int() and the recursion limit speak for themselves.
        raise ConfigError((_syntax_fault(str(error)),)) from None


def _syntax_fault(message: str) -> str:
    found = _PLACE.fullmatch(message)
    if found is None:
        return f"not TOML: {' '.join(message.split())[:200]}"
    place = f"line {found[2]}, column {found[3]}" if found[2] else "end of file"
    return f"{place}: not TOML: {' '.join(found[1].split())[:200]}"
