"""The pay page served on a real port in a thread of its own, with a lane that answers its taps."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.config import parse_page
from kiosk.core.records import Batch, StayOpened
from kiosk.core.shows import OfferMade
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.port import CounterPort
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.counter.words import COUNTER_NAME
from kiosk.edge.pay_page.composition import setting_of
from kiosk.edge.pay_page.desk import PayDesk
from kiosk.edge.pay_page.door import ENTRIES
from kiosk.edge.pay_page.limits import Limiter, Limits
from kiosk.edge.pay_page.server import PageServer
from kiosk.edge.store.store import Store
from kiosk.screens.pay.limits import Rate
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText
from page.page_bench import CONFIG, PLATE, PRICE

JOIN_S: Final = 5.0


class ServedPayPage:
    """One site at `url`; what is tapped is in `told` and answered by `answers`."""

    def __init__(
        self,
        folder: Path,
        config: str = CONFIG,
        limits: Limits | None = None,
        entries: Rate = ENTRIES,
    ) -> None:
        self.config = parse_page(config, folder)
        self.folder = self.config.store.folder
        self.store = Store(self.folder, wall=lambda: self.wall)
        self.wall = datetime.now(UTC)
        self.store.carry_out(Batch())
        self.told: list[Any] = []
        self.answers: Callable[[Any], Any] = lambda tap: None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        setting = setting_of(self.config)
        if limits is not None:
            setting.limiter = Limiter(limits)
        self.desk = PayDesk(setting)
        self.setting = setting
        self.server = PageServer("127.0.0.1:0", self.desk.answer, entries=entries)
        asyncio.run_coroutine_threadsafe(self.server.start(), self._loop).result(JOIN_S)
        self.port = self.server.port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.addresses = PageAddresses(self.url, b"\x07" * 32)
        path = self.folder / COUNTER_NAME
        side = LaneSide(path, "exit-1", ("alipay", "wechat"), self.addresses)
        self.counter = CounterPort(side, lambda act, *told: act(*told), self._tapped)
        self.counter.start()
        until(lambda: self.setting.counter.lanes(setting.now_us()))

    def __enter__(self) -> "ServedPayPage":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _tapped(self, tap: Any) -> None:
        self.told.append(tap)
        answer = self.answers(tap)
        if answer is not None:
            self.counter.publish(answer)

    def enter(self, plate: PlateText = PLATE, hours: float = 2.5, stay_id: str = "s-1") -> None:
        """A car came in so long ago."""
        self.wall = datetime.now(UTC) - timedelta(hours=hours)
        self.store.carry_out(Batch((StayOpened("", stay_id, plate, "car"),)))

    def offer(self, order_id: str = "o-1", amount: Money = PRICE) -> str:
        """The lane's screen shows a code; returns what it says."""
        self.counter.publish(OfferMade(order_id, "x-1", PLATE, amount))
        token = self.addresses.offer_token(order_id)
        until(lambda: self.setting.counter.offer(token, self.setting.now_us()))
        return self.addresses.offer_url(order_id)

    def connect(self) -> socket.socket:
        """A connection, as any stranger makes one."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=JOIN_S)

    def stop(self) -> None:
        """The page is gone, and the lane."""
        self.counter.close()

        async def closing() -> None:
            self.server.close()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(closing(), self._loop).result(JOIN_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(JOIN_S)
        self._loop.close()
        self.setting.counter.file.close()
        self.setting.reader.close()
        self.store.close()


def until(said: Callable[[], Any], within_s: float = 5.0) -> Any:
    """Wait for it; returns what it said."""
    end = time.monotonic() + within_s
    while not (found := said()):
        assert time.monotonic() < end
        time.sleep(0.005)
    return found
