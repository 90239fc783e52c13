"""What the machine of a technician's screen says itself: disk, clock, network; changes nothing."""

import os
import socket
import time
from pathlib import Path

from kiosk.config import Config
from kiosk.core.health.observations import DiskSeen, KeysSeen
from kiosk.edge.diag.address import address_of
from kiosk.edge.monitor import machine
from kiosk.edge.store.inspection import unresolved_count
from kiosk.edge.store.store import JOURNAL_NAME, KEYS_NAME

_NETS = Path("/sys/class/net")
_ROUTES = Path("/proc/net/route")
_NAMES = Path("/etc/resolv.conf")


def surroundings(config: Config | None) -> dict[str, str]:
    """Facts by name, in words that need no language."""
    told = {
        "local": time.strftime("%Y-%m-%d %H:%M:%S %Z"),
        "utc": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        "synchronised": "yes" if machine.synchronised() else "no",
        "host": socket.gethostname(),
        "interfaces": ", ".join(_interfaces()) or "none",
        "route": _default_route() or "none",
        "names": ", ".join(_name_servers()) or "none",
    }
    return told if config is None else {**told, **_of_store(config)}


def _of_store(config: Config) -> dict[str, str]:
    folder = config.store.folder
    seen = machine.disk(folder)
    keys = machine.keys_at((config.store.keys_folder or folder / "keys") / KEYS_NAME)
    return {
        "store": str(folder.absolute()),
        "journal": _size(folder / JOURNAL_NAME),
        "unresolved": _unresolved(folder),
        "keys": _keys(keys),
        "disk": "none" if seen is None else _disk(seen),
        "lane": address_of(config) or "none",
    }


def _unresolved(folder: Path) -> str:
    count = unresolved_count(folder)
    return "none" if count is None else str(count)


def _keys(seen: KeysSeen) -> str:
    return "yes" if seen.there else f"no ({seen.why})"


def _disk(seen: DiskSeen) -> str:
    share = seen.free_bytes / max(1, seen.size_bytes)
    state = ", read-only" if seen.read_only else ""
    return f"{seen.free_bytes / 1e9:.1f} GB / {seen.size_bytes / 1e9:.1f} GB ({share:.0%}){state}"


def _size(path: Path) -> str:
    try:
        seen = path.stat()
    except OSError:
        return "none"
    return f"{seen.st_size / 1e6:.2f} MB, {max(0.0, time.time() - seen.st_mtime):.0f} s"


def _interfaces() -> list[str]:
    try:
        names = sorted(os.listdir(_NETS))[:8]
    except OSError:
        return []
    return [f"{name} {_read(_NETS / name / 'operstate').strip() or '?'}" for name in names]


def _default_route() -> str:
    for row in _read(_ROUTES).splitlines()[1:]:
        fields = row.split()
        if len(fields) > 2 and fields[1] == "00000000":
            packed = bytes.fromhex(fields[2])[::-1]
            return f"{socket.inet_ntoa(packed)} ({fields[0]})"
    return ""


def _name_servers() -> list[str]:
    rows = (row.split() for row in _read(_NAMES).splitlines())
    return [row[1] for row in rows if len(row) > 1 and row[0] == "nameserver"][:3]


def _read(path: Path) -> str:
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return file.read(64 * 1024)
    except OSError:
        return ""
