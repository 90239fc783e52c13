"""The driver's page served from a thread of its own, for a browser that the test drives."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from kiosk.core.plates.grammar import PROVINCES
from kiosk.core.shows import Picture, ScreenCode, ScreenShown, as_record
from kiosk.edge.driver_screen.page import ScreenPage
from kiosk.edge.driver_screen.touches import driver_touched
from kiosk.edge.loop import new_loop
from kiosk.screens.driver.bundle import Setup, bundle
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

JOIN_S: Final = 5.0

T = TypeVar("T")

EXIT: Final = "x-1-000001"
CHINESE: Final = PlateText("沪A12345")
EUROPEAN: Final = PlateText("BAB1234")

PAY: Final = ScreenCode("HTTPS://PAY.EXAMPLE.COM/L/K7Q2MZ4XH6TB3WPA5RCD2EVN")
"""A lane's code: upper-case, so that its modules are large."""

RECEIPT: Final = ScreenCode("HTTPS://PAY.EXAMPLE.COM/R/2NVE5DCR7APW3BT6HX4ZM2QK")
WECHAT: Final = ScreenCode("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "wechat")
ALIPAY: Final = ScreenCode("https://qr.alipay.com/bax03431ljhokirwl38f00a7", "alipay")
FEE: Final = Money(750, "EUR")
YUAN: Final = Money(1500, "CNY")


def due(*codes: ScreenCode, card: bool = True, **changed: Any) -> ScreenShown:
    """The picture of what is to be paid, and how."""
    usual: dict[str, Any] = {"exit_id": EXIT, "plate": EUROPEAN, "amount": FEE}
    return ScreenShown(Picture.DUE, codes=codes, card=card, **{**usual, **changed})


PICTURES: Final[dict[str, ScreenShown]] = {
    "welcome": ScreenShown(Picture.WELCOME),
    "reading": ScreenShown(Picture.READING, EXIT),
    "ask-plate": ScreenShown(Picture.ASK_PLATE, EXIT),
    "ask-plate-again": ScreenShown(Picture.ASK_PLATE, EXIT, note="again"),
    "ask-plate-no-plate": ScreenShown(Picture.ASK_PLATE, EXIT, note="no-plate", help_in_s=18.0),
    "due": due(plate=CHINESE, amount=YUAN),
    "due-declined": due(note="declined"),
    "due-both": due(PAY, plate=CHINESE, amount=YUAN),
    "due-both-much": due(PAY, amount=Money(12_345_678, "EUR")),
    "due-both-declined": due(PAY, note="declined"),
    "due-code": due(PAY, card=False),
    "due-two": due(WECHAT, ALIPAY, plate=CHINESE, amount=YUAN),
    "due-two-declined": due(WECHAT, ALIPAY, note="declined"),
    "due-late": due(PAY, help_in_s=18.0),
    "paying": ScreenShown(Picture.PAYING, EXIT, EUROPEAN, FEE),
    "paying-phone": ScreenShown(Picture.PAYING, EXIT, EUROPEAN, FEE, "phone"),
    "approved": ScreenShown(Picture.APPROVED, EXIT, EUROPEAN, FEE),
    "wait": ScreenShown(Picture.WAIT, EXIT, EUROPEAN, FEE),
    "drive": ScreenShown(Picture.DRIVE, EXIT, EUROPEAN, FEE),
    "drive-receipt": ScreenShown(Picture.DRIVE, EXIT, EUROPEAN, FEE, codes=(RECEIPT,)),
    "approved-returned": ScreenShown(Picture.APPROVED, EXIT, EUROPEAN, FEE, "returned"),
    "drive-returned-receipt": ScreenShown(
        Picture.DRIVE, EXIT, EUROPEAN, FEE, "returned", (RECEIPT,)
    ),
    "drive-returned": ScreenShown(Picture.DRIVE, EXIT, EUROPEAN, FEE, "returned"),
    "help": ScreenShown(Picture.HELP, EXIT, note="board-silent"),
    "help-no-plate": ScreenShown(Picture.HELP, EXIT, note="no-plate"),
    "help-unpaid": ScreenShown(Picture.HELP, EXIT, EUROPEAN, FEE, "unpaid", card=True),
    "help-unpaid-code": ScreenShown(Picture.HELP, EXIT, EUROPEAN, FEE, "unpaid", (PAY,), True),
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
