"""The technician's screen: how soon it shows, what it weighs, what tracing a full line costs it."""

import asyncio
import os
import pty
import select
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from termios import TIOCSWINSZ
from time import monotonic
from typing import Any, Final

from kiosk.edge.diag.port import DiagPort
from kiosk.edge.diag.tap import Tap
from kiosk.edge.loop import new_loop
from kiosk_hw.tracing.modbus import ModbusTracer
from kiosk_sim.site.bench.figures import Figure, figure

TRACED_S: Final = 10.0
SETTLED_S: Final = 2.0
WAIT_S: Final = 20.0
BATCH_S: Final = 0.01

POLL: Final = bytes.fromhex("01 02 00 00 00 08 79 CC")
REPLY: Final = bytes.fromhex("01 02 01 05 61 8B")
EXCHANGE_S: Final = 10 * (len(POLL) + len(REPLY)) / 115200
"""Poll and reply back to back, without a pause: no board is asked as often."""


def figures(runs: int) -> Iterator[Figure]:
    """Nothing where Textual is not installed."""
    if find_spec("textual") is None:
        return
    with TemporaryDirectory(prefix="kiosk-bench-") as name, _busy_line(Path(name)) as line:
        told = [_life(line) for _ in range(runs)]
    yield figure("kiosk diag: first paint", "ms", [each.paint_ms for each in told], goal="<= 1000")
    yield figure("kiosk diag: CPU until painted", "ms", [each.cpu_ms for each in told])
    yield figure("kiosk diag: memory (RSS), tracing", "MiB", [each.rss_mib for each in told])
    name = f"kiosk diag: load, {2 / EXCHANGE_S:.0f} frames/s"
    yield figure(name, "%", [each.load_percent for each in told], goal="<= 10")


@dataclass(frozen=True, slots=True)
class Life:
    """One start of the screen, and some seconds of a trace."""

    paint_ms: float
    cpu_ms: float
    rss_mib: float
    load_percent: float


class _Wire:
    """A board's port that is never silent, as the tap sees it."""

    on_bytes: Any = None
    is_over = False


@contextmanager
def _busy_line(folder: Path) -> Iterator[str]:
    """A diagnostic socket, in a thread, whose barrier talks without a pause."""
    address = f"unix:{folder / 'diag.sock'}"
    loop, wire = new_loop(), _Wire()
    tap = Tap({"barrier": wire}, {"barrier": ModbusTracer})
    hello = {"lane": "bench", "role": "exit", "run": "1", "ports": ["barrier"]}
    port = DiagPort(address, hello, lambda: {"lane": "bench", "up_s": 1.0}, lambda _: None, tap)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(port.start(), loop).result(WAIT_S)
    talking = asyncio.run_coroutine_threadsafe(_talk(wire), loop)
    try:
        yield address
    finally:
        wire.is_over = True
        talking.result(WAIT_S)
        loop.call_soon_threadsafe(port.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WAIT_S)
        loop.close()


async def _talk(wire: _Wire) -> None:
    at = asyncio.get_running_loop().time()
    while not wire.is_over:
        await asyncio.sleep(BATCH_S)
        now = asyncio.get_running_loop().time()
        while at < now:
            if wire.on_bytes is not None:
                wire.on_bytes("tx", POLL, at)
                wire.on_bytes("rx", REPLY, at + EXCHANGE_S / 2)
            at += EXCHANGE_S


def _life(address: str) -> Life:
    began = monotonic()
    pid, fd = pty.fork()
    if pid == 0:
        words = ("-m", "kiosk", "diag", "--socket", address, "--language", "en")
        env = {**os.environ, "TERM": "xterm-256color", "LANG": "en_US.UTF-8"}
        os.execve(sys.executable, [sys.executable, *words], env)
    ioctl(fd, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        _read(fd, WAIT_S, b"Overview")
        paint_ms, cpu_ms = 1000 * (monotonic() - began), 1000 * _cpu_s(pid)
        _read(fd, SETTLED_S)
        os.write(fd, b"8")
        _read(fd, WAIT_S, b"inputs")
        before_s, since = _cpu_s(pid), monotonic()
        _read(fd, TRACED_S)
        load = 100 * (_cpu_s(pid) - before_s) / (monotonic() - since)
        return Life(paint_ms, cpu_ms, _rss_mib(pid), load)
    finally:
        os.kill(pid, SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)


def _read(fd: int, for_s: float, until: bytes | None = None) -> None:
    """What a terminal would show, read away; ends early once it shows this."""
    ends, seen = monotonic() + for_s, b""
    while (left_s := ends - monotonic()) > 0:
        if select.select([fd], [], [], min(left_s, 0.05))[0]:
            seen = seen[-1000:] + os.read(fd, 65536)
        if until is not None and until in seen:
            return
    if until is not None:
        raise RuntimeError(f"expected {until!r} within {for_s:.0f} s, got {seen[-500:]!r}")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
