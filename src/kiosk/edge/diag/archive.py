"""What an office needs to know of a lane, as files of one archive: no plate, card or key in any.

Each file is built from what cannot hold one: the checked configuration without its secrets, the
journal, snapshots, and frames as they may be shown. Nothing is copied from the disk as it is.
"""

import io
import json
import os
import platform
import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from kiosk.config import Config
from kiosk.edge.links.shown import shown_url
from kiosk.edge.monitor.machine import look, wear
from kiosk.edge.store.inspection import last_rows
from kiosk.edge.store.store import KEYS_NAME
from kiosk.errors import JournalError, PortError

ROWS_MAX: Final = 500
"""Rows of the journal in a report: some fifty exits."""

FRAMES_MAX: Final = 5000
"""Frames of one port in a report: more than a minute of any port at full rate."""

PACKAGES: Final = ("kiosk", "pyserial", "transitions")

WITHHELD: Final = "(withheld)"

_PLATE_SHOWN: Final = re.compile(r"(plate) \S+")


def config_lines(config: Config) -> Iterator[str]:
    """The configuration that is in force, key by key; secrets and free patterns are withheld."""
    yield from _table(config, "")


def _table(table: Any, path: str) -> Iterator[str]:
    for item in fields(table):
        value = getattr(table, item.name)
        name = f"{path}.{item.name}" if path else item.name
        if is_dataclass(value) and not isinstance(value, type):
            yield from _table(value, name)
        elif value is not None:
            yield f"{name} = {_shown(item.name, value, bool(item.metadata.get('secret')))}"


def _shown(name: str, value: Any, secret: bool) -> str:
    """A pattern may spell a plate out, and a file's name or a person's words anything."""
    if secret or name in ("pattern", "own_patterns", "no_read_texts", "operator"):
        return WITHHELD
    return shown_url(str(value))


def version_lines() -> Iterator[str]:
    """What runs here."""
    for name in PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} not installed"
    yield f"python {sys.version.split()[0]}"
    yield f"{platform.system()} {platform.release()} {platform.machine()}"


def machine_lines(config: Config, urls: dict[str, str]) -> Iterator[str]:
    """Clock, disk, keys and adapters."""
    keys = (config.store.keys_folder or config.store.folder / "keys") / KEYS_NAME
    for seen in look(config.store.folder, keys, urls):
        yield f"{type(seen).__name__} {json.dumps(asdict(seen))}"
    yield f"worn {wear(config.store.folder) or 'not said'}"


def journal_lines(config: Config) -> Iterator[str]:
    """The journal's end; a journal holds no plate."""
    try:
        rows = last_rows(config.store.folder, ROWS_MAX)
    except JournalError as error:
        yield str(error)
        return
    for row in rows:
        when = row.written_utc.isoformat(" ", "milliseconds")
        yield f"{row.seq} {when} {row.exit_id or '-'} {row.kind} {row.body}"


def add_frame(lines: list[str], line: str) -> None:
    """One more line of a port's trace, unless that is one too many."""
    if len(lines) < FRAMES_MAX:
        lines.append(without_plates(line))


def without_plates(line: str) -> str:
    """A line of a trace or a watch, without even a masked plate."""
    return _PLATE_SHOWN.sub(rf"\1 {WITHHELD}", line)


def write(path: Path, files: dict[str, list[str]], made_s: float) -> None:
    """One archive for its owner alone. Raises PortError where it cannot be written."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz") as archive:
            for name, lines in files.items():
                data = "".join(f"{line}\n" for line in lines).encode()
                entry = tarfile.TarInfo(f"kiosk-report/{name}")
                entry.size, entry.mode, entry.mtime = len(data), 0o600, int(made_s)
                archive.addfile(entry, io.BytesIO(data))
    except OSError as error:
        raise PortError(f"{path}: cannot be written ({error.strerror})") from None
