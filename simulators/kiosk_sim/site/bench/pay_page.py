"""The pay page: what it weighs, how fast it answers, and whether a flood of it delays an exit."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, time_ns
from typing import Final

from kiosk.config import load_page
from kiosk.core.records import Batch
from kiosk.core.shows import OfferMade
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.counter.words import COUNTER_NAME
from kiosk.edge.pay_page.composition import setting_of
from kiosk.edge.pay_page.desk import PayDesk
from kiosk.edge.pay_page.limits import Limiter, Limits
from kiosk.edge.pay_page.server import PageServer
from kiosk.edge.store.store import Store
from kiosk.screens.pay.limits import Rate
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.site.bench import flood
from kiosk_sim.site.bench.figures import Figure, figure, quantile
from kiosk_sim.site.bench.process import flooded_shares, rss_mib

FIRST_VISIT_BYTES_MAX: Final = 14 * 1024
FLOOD_S: Final = 4.0
POSTED: Final = "/p/site-1"

_TOML: Final = """
[store]
folder = "state"
[tariff]
currency = "CNY"
block_min = 60
block_amount_minor = 500
[page]
listen = "127.0.0.1:{port}"
site = "site-1"
operator = "Example Parking"
"""

_UNLIMITED: Final = (
    "import sys; from kiosk_sim.site.bench.pay_page import serve_unlimited;"
    " serve_unlimited(sys.argv[1])"
)


def figures(asks: int, exits: int) -> Iterator[Figure]:
    """Every figure of the page; none where h11 is not installed."""
    with TemporaryDirectory(prefix="kiosk-bench-") as name:
        yield from answers(Path(name), asks)
    yield from flooded_shares(exits, flooding)


@contextmanager
def flooding(folder: Path) -> Iterator[None]:
    """A page beside the lane whose folder this is, as it is served, and a flood against it."""
    port = free_port()
    (folder / "page.toml").write_text(_TOML.format(port=port), encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "page", "--config", str(folder / "page.toml")]
    ask = [sys.executable, "-m", flood.__name__, str(port), "600", POSTED]
    with served(command), subprocess.Popen(ask, stdout=subprocess.DEVNULL) as asking:
        try:
            yield
        finally:
            asking.terminate()
            asking.wait(5)


@contextmanager
def served(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """The page's process, once it says that it serves."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            if "page.ready" not in (said := process.stderr.readline()):
                raise RuntimeError(f"the page did not start: {said}")
            yield process
        finally:
            process.terminate()
            process.wait(5)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_unlimited(config: str) -> None:
    """Serve as `kiosk page` does, but answer however often one asks: what it could do at most."""
    wide = Limits(**{item.name: Rate(10**9, 1e-9) for item in fields(Limits)})

    async def serving() -> None:
        told = load_page(Path(config))
        setting = setting_of(told)
        setting.limiter = Limiter(wide)
        server = PageServer(told.page.listen, PayDesk(setting).answer, entries=wide.requests)
        await server.start()
        print("page.ready", file=sys.stderr, flush=True)
        await asyncio.Event().wait()

    asyncio.run(serving())


def answers(folder: Path, asks: int) -> Iterator[Figure]:
    """What the page weighs, how fast it answers, and what it holds in memory after a flood."""
    port = free_port()
    (folder / "page.toml").write_text(_TOML.format(port=port), encoding="utf-8")
    store = Store(folder / "state", wall=lambda: datetime.now(UTC))
    store.carry_out(Batch())
    lane = LaneSide(
        folder / "state" / COUNTER_NAME,
        "exit-1",
        ("alipay", "wechat"),
        addresses := PageAddresses("http://127.0.0.1", b"\x01" * 32),
    )
    lane.open(time_ns() // 1000)
    lane.put(OfferMade("o-1", "x-1", PlateText("沪A12345"), Money(1500, "CNY")), time_ns() // 1000)
    paths = {"lane's code": f"/l/{addresses.offer_token('o-1')}", "posted code": POSTED}
    command = [sys.executable, "-c", _UNLIMITED, str(folder / "page.toml")]
    with served(command) as process:
        for name, path in paths.items():
            whole = [float(len(_ask(port, path))) for _ in range(2)]
            goal = f"<= {FIRST_VISIT_BYTES_MAX}"
            yield figure(f"pay page, first visit, {name}", "B", whole, goal=goal)
        for name, path in paths.items():
            lane.beat(time_ns() // 1000)
            took = [1000 * _timed(port, path) for _ in range(asks)]
            middle, low, high = (quantile(took, share) for share in (0.5, 0.0, 0.99))
            name = f"pay page, answer, {name} (high: p99)"
            yield Figure(name, "ms", middle, low, high, len(took))
        said = _flood(port)
        yield figure("pay page, answers to a flood", "1/s", [said / FLOOD_S])
        yield figure("memory (RSS) of the pay page", "MiB", [rss_mib(process.pid)], goal="<= 60")
    lane.file.close()
    store.close()


def _flood(port: int) -> int:
    command = [flood.__name__, str(port), str(FLOOD_S), POSTED]
    told = subprocess.check_output([sys.executable, "-m", *command], text=True)
    counts = dict(each.split("=") for each in told.split())
    return int(counts.get("200", "0"))


def _timed(port: int, path: str) -> float:
    began = perf_counter()
    answer = _ask(port, path)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"expected a page, got {answer[:60]!r}")
    return perf_counter() - began


def _ask(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: pay.example\r\n\r\n".encode())
        whole = b""
        while chunk := line.recv(65536):
            whole += chunk
        return whole
