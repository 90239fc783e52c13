"""The driver's screen: how long a code and a change of picture take, and what the page weighs."""

import asyncio
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, time
from typing import Any, Final

from kiosk.core.plates.grammar import PROVINCES
from kiosk.core.shows import Picture, ScreenCode, ScreenShown, as_record
from kiosk.edge.driver_screen.page import ScreenPage
from kiosk.edge.driver_screen.touches import driver_touched
from kiosk.edge.loop import new_loop
from kiosk.screens.driver.bundle import Setup, bundle
from kiosk.screens.driver.code import can_draw, draw
from kiosk_hw.ports.money import Money
from kiosk_sim.site.bench.figures import Figure, figure
from kiosk_sim.site.bench.process import controlled, rss_mib

WAIT_S: Final = 5.0
PICTURES: Final = 20
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")

_SETUP: Final = Setup("en", ("eu", "cn"), PROVINCES, "exit", 25)

_PAINTED: Final = """() => {
  window.painted = [];
  const note = (kind) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      painted.push([kind, performance.timeOrigin + performance.now()]);
    };
    channel.port2.postMessage(0);
  });
  const watch = (kind, one, name) => new MutationObserver(() => {
    if (one.getAttribute(name)) note(kind);
  }).observe(one, { attributes: true, attributeFilter: [name] });
  watch("picture", document.body, "data-picture");
  watch("code", document.querySelector("#codes path"), "d");
}"""
"""Notes when a picture or a code has been painted, in ms since 1970."""

_GROWTH: Final = """
from pathlib import Path
def rss():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
from kiosk.screens.driver.code import draw
before = rss()
draw("HTTPS://PAY.EXAMPLE.COM/L/K7Q2MZ4XH6TB3WPA5RCD2EVN")
print(rss() - before)
"""


def figures(runs: int) -> Iterator[Figure]:
    """Every figure of the screen; those that need what is not installed are left out."""
    if can_draw():
        yield from drawing(runs)
    yield from _painting()
    yield figure("memory (RSS) with a page watched", "MiB", [*_watched(runs)], goal="<= 60")


def drawing(runs: int) -> Iterator[Figure]:
    """How long one code takes, each of another content, and what pyqrcode weighs."""
    numbers = count()
    ours = _times_ms(lambda: draw(_address(next(numbers))), 20 * runs)
    peer = _segno(runs)
    against = None if peer is None else ("segno", peer.median)
    yield figure("a code drawn, 54 characters", "ms", ours, against=against)
    if peer is not None:
        yield peer
    command = (sys.executable, "-c", _GROWTH)
    growth = [float(subprocess.check_output(command, text=True)) for _ in range(runs)]
    yield figure("memory added by the first code", "MiB", growth)


def _segno(runs: int) -> Figure | None:
    try:
        import segno
    except ImportError:
        return None
    numbers = count()

    def made() -> None:
        segno.make(_address(next(numbers)), error="m", micro=False, boost_error=False)

    return figure("a code, segno", "ms", _times_ms(made, 20 * runs))


def _address(number: int) -> str:
    return f"HTTPS://PAY.EXAMPLE.COM/L/{number:028d}"


def _times_ms(act: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = perf_counter()
        act()
        took.append(1000 * (perf_counter() - began))
    return took


def _painting() -> Iterator[Figure]:
    """From the lane's show to the glass, as Chromium says that it has painted."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    if chromium is None or not can_draw():
        return
    with ExitStack() as stack:
        page = stack.enter_context(_served())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        stack.callback(browser.close)
        tab = browser.new_page(viewport={"width": 800, "height": 480})
        page(ScreenShown(Picture.WELCOME))
        tab.goto(page.url)
        tab.wait_for_selector("body[data-picture=welcome]")
        tab.evaluate(_PAINTED)
        shown = [_shown_ms(page, tab, number) for number in range(PICTURES)]
    yield figure("show to picture painted", "ms", [one for one, _ in shown], goal="<= 50")
    yield figure("show to code painted", "ms", [other for _, other in shown], goal="<= 100")


class _Served:
    """A page server in a thread of its own; calling it shows a picture."""

    def __init__(self) -> None:
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = ScreenPage("127.0.0.1:0", bundle(_SETUP), driver_touched, lambda _: None)
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(WAIT_S)
        self.url = f"http://127.0.0.1:{self._server.port()}/"

    def __call__(self, shown: ScreenShown) -> None:
        self._loop.call_soon_threadsafe(self._server.publish, as_record(shown))

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()


@contextmanager
def _served() -> Iterator[_Served]:
    with closing(_Served()) as served:
        yield served


def _shown_ms(page: _Served, tab: Any, number: int) -> tuple[float, float]:
    code = ScreenCode(_address(number))
    tab.evaluate("painted.length = 0")
    began_ms = 1000 * time()
    page(ScreenShown(Picture.DUE, "x", None, Money(1500, "CNY"), "", (code,), True))
    tab.wait_for_selector("#codes path[d^=M]", state="attached")
    tab.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    painted = {kind: at_ms - began_ms for kind, at_ms in reversed(tab.evaluate("painted"))}
    page(ScreenShown(Picture.WELCOME))
    tab.wait_for_selector("body[data-picture=welcome]")
    return painted["picture"], painted["code"]


def _watched(runs: int) -> Iterator[float]:
    """`kiosk run` with the page served and one browser's stream open."""
    for _ in range(runs):
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = f"127.0.0.1:{port}"
        with (
            TemporaryDirectory(prefix="kiosk-bench-") as name,
            controlled(Path(name), page=address) as running,
            socket.create_connection(("127.0.0.1", port), WAIT_S) as watching,
        ):
            watching.sendall(f"GET /events HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
            while b"event: beat" not in watching.recv(65536):
                pass
            yield rss_mib(running.process.pid)
