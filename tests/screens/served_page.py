"""The driver's page served from a thread of its own, for a browser that the test drives."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from kiosk.core.plates.grammar import PROVINCES
from kiosk.core.shows import Picture, ScreenShown, as_record
from kiosk.edge.loop import new_loop
from kiosk.edge.screen_page import ScreenPage
from kiosk.edge.touches import driver_touched
from kiosk.screens.driver.bundle import Setup, bundle
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

JOIN_S: Final = 5.0

T = TypeVar("T")

EXIT: Final = "x-1-000001"
CHINESE: Final = PlateText("沪A12345")
EUROPEAN: Final = PlateText("BAB1234")

PICTURES: Final[dict[str, ScreenShown]] = {
    "welcome": ScreenShown(Picture.WELCOME),
    "reading": ScreenShown(Picture.READING, EXIT),
    "ask-plate": ScreenShown(Picture.ASK_PLATE, EXIT),
    "ask-plate-again": ScreenShown(Picture.ASK_PLATE, EXIT, note="again"),
    "ask-plate-no-plate": ScreenShown(Picture.ASK_PLATE, EXIT, note="no-plate"),
    "due": ScreenShown(Picture.DUE, EXIT, CHINESE, Money(1500, "CNY")),
    "due-much": ScreenShown(Picture.DUE, EXIT, EUROPEAN, Money(12_345_678, "EUR")),
    "due-declined": ScreenShown(Picture.DUE, EXIT, EUROPEAN, Money(750, "EUR"), "declined"),
    "paying": ScreenShown(Picture.PAYING, EXIT, EUROPEAN, Money(750, "EUR")),
    "wait": ScreenShown(Picture.WAIT, EXIT, EUROPEAN, Money(750, "EUR")),
    "drive": ScreenShown(Picture.DRIVE, EXIT, EUROPEAN, Money(750, "EUR")),
    "help": ScreenShown(Picture.HELP, EXIT, note="board-silent"),
    "help-no-plate": ScreenShown(Picture.HELP, EXIT, note="no-plate"),
    "help-unpaid": ScreenShown(Picture.HELP, EXIT, EUROPEAN, Money(750, "EUR"), "unpaid"),
    "out-of-service": ScreenShown(Picture.OUT_OF_SERVICE),
    "fire": ScreenShown(Picture.FIRE),
}
"""Every picture, and every note that changes what is on it."""


def setup(**changed: Any) -> Setup:
    """The page's settings of an exit lane, some of them changed."""
    usual: dict[str, Any] = {
        "language": "en",
        "keyboards": ("eu", "cn"),
        "provinces": PROVINCES,
        "role": "exit",
        "card": True,
        "hours": 25,
    }
    return Setup(**{**usual, **changed})


class ServedPage:
    """A page server in its own thread and loop; what was touched is in `told`."""

    def __init__(self, settings: Setup | None = None, port: int = 0) -> None:
        self.told: list[Any] = []
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.server = ScreenPage(
            f"127.0.0.1:{port}", bundle(settings or setup()), driver_touched, self.told.append
        )
        asyncio.run_coroutine_threadsafe(self.server.start(), self._loop).result(JOIN_S)
        self.port = self.server.port()
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> "ServedPage":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def show(self, picture: ScreenShown) -> None:
        """The lane shows this."""
        self.call(lambda: self.server.publish(as_record(picture)))

    def call(self, act: Callable[[], T]) -> T:
        """Do this in the server's loop."""

        async def acting() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self._loop).result(JOIN_S)

    def hold(self, release: threading.Event) -> None:
        """Let the loop stand still until `release`, as a process does that hangs."""
        self._loop.call_soon_threadsafe(release.wait)

    def stop(self) -> None:
        """The controller is gone."""
        if not self._thread.is_alive():
            return

        async def closing() -> None:
            self.server.close()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(closing(), self._loop).result(JOIN_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(JOIN_S)
        self._loop.close()
