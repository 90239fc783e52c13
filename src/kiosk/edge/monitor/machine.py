"""Looks at the machine of a lane: clock, disk, keys, adapters, ports. It judges nothing."""

import ctypes
import errno
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.core.health.observations import (
    AdapterSeen,
    ClockSeen,
    DiskSeen,
    KeysSeen,
    Observation,
    PortFault,
    PortLost,
)
from kiosk.edge.links import LinkLost
from kiosk.edge.links.opening import device_path
from kiosk.edge.links.shown import shown_url
from kiosk.edge.store.store import JOURNAL_NAME

TIMEX_BYTES: Final = 512
"""Room for the `struct timex` (208 bytes on 64 bits), of which only the verdict is used."""

TIME_ERROR: Final = 5
"""adjtimex(2): the clock is not synchronised."""

_FAULTS: Final[dict[int, PortFault]] = {
    **dict.fromkeys((errno.ENOENT, errno.ENODEV, errno.ENXIO), PortFault.MISSING),
    **dict.fromkeys((errno.EBUSY, errno.EAGAIN), PortFault.IN_USE),
    **dict.fromkeys((errno.EACCES, errno.EPERM), PortFault.NOT_PERMITTED),
    **dict.fromkeys((errno.ENOTTY, errno.EISDIR), PortFault.NO_PORT),
    **dict.fromkeys((errno.EIO, errno.EPIPE, errno.ECONNRESET), PortFault.HUNG_UP),
    **dict.fromkeys(
        (errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH),
        PortFault.UNREACHABLE,
    ),
}


def look(folder: Path, keys: Path, urls: dict[str, str]) -> Iterator[Observation]:
    """Everything that can be seen without moving anything; may block on a disk that hangs."""
    yield clock()
    seen = disk(folder)
    if seen is not None:
        yield seen
    if (folder / JOURNAL_NAME).exists():
        # A lane that never ran has no keys yet, and misses none.
        yield keys_at(keys)
    for port, url in urls.items():
        latency_ms = latency_timer_ms(url)
        if latency_ms is not None:
            yield AdapterSeen(port, latency_ms)


def clock() -> ClockSeen:
    """The wall clock beside the steady one, and whether the kernel calls it synchronised."""
    wall_s, local = time.time(), datetime.now().astimezone()
    local_s = local.hour * 3600 + local.minute * 60 + local.second
    return ClockSeen(wall_s, wall_s - time.monotonic(), synchronised(), local_s=local_s)


def synchronised() -> bool:
    """Whether a time service holds the clock, as the kernel knows it."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        # A zeroed struct asks and sets nothing, which every user may.
        verdict = int(libc.adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    except (OSError, AttributeError):
        return False
    return verdict not in (-1, TIME_ERROR)


def disk(folder: Path) -> DiskSeen | None:
    """The file system that this folder is, or will be, on; None where it cannot be asked."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        seen = os.statvfs(there)
    except OSError:
        return None
    read_only = bool(seen.f_flag & os.ST_RDONLY)
    # Some file systems make inodes as they go, and count none.
    inodes = seen.f_favail if seen.f_files else None
    return DiskSeen(seen.f_bavail * seen.f_frsize, seen.f_blocks * seen.f_frsize, read_only, inodes)


def wear(folder: Path) -> str:
    """How worn the card under this folder says that it is; "" where it does not say.

    An eMMC tells it in tenths of its life, for its two kinds of cells (JEDEC 84-B51, 7.4).
    """
    try:
        number = os.stat(folder).st_dev
        block = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve()
        for place in (block, block.parent):
            told = place / "device" / "life_time"
            if told.exists():
                return _worn(told.read_text())
    except OSError:
        pass
    return ""


def _worn(text: str) -> str:
    """`0x01 0x03` as `0 to 10 %, 20 to 30 %`."""
    try:
        tenths = [int(word, 16) for word in text.split()[:2]]
    except ValueError:
        return ""
    return ", ".join(f"{10 * each - 10} to {10 * each} %" for each in tenths if 1 <= each <= 10)


def keys_at(path: Path) -> KeysSeen:
    """Whether the file of the day keys can be used."""
    if not path.exists():
        return KeysSeen(False, "no such file")
    usable = os.access(path, os.R_OK | os.W_OK)
    return KeysSeen(usable, "" if usable else "this user may not use it")


def latency_timer_ms(url: str) -> int | None:
    """How long a USB adapter holds bytes back; None where the port is none, or does not say."""
    path = device_path(url)
    if path is None:
        return None
    name = Path(os.path.realpath(path)).name
    try:
        text = Path(f"/sys/bus/usb-serial/devices/{name}/latency_timer").read_text()
        return int(text[:8])
    except (OSError, ValueError):
        return None


def port_lost(port: str, lost: LinkLost, url: str) -> PortLost:
    """What the loss of a link means to whoever keeps the lane's health."""
    fault = _FAULTS.get(lost.number, PortFault.OTHER)
    if fault is PortFault.OTHER and url.startswith(("http://", "https://")):
        fault = PortFault.UNREACHABLE
    if lost.number == 0 and "hung up" in lost.why:
        fault = PortFault.HUNG_UP
    return PortLost(port, fault, lost.why, shown_url(url))
