"""A pay page over real files, without sockets, on the test's own clock; a lane answers taps."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from kiosk.config import parse_page
from kiosk.core.records import Batch, StayOpened
from kiosk.core.shows import OfferMade, PayLinkReady
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.counter.words import COUNTER_NAME
from kiosk.edge.pay_page.asking import Answer, Asked
from kiosk.edge.pay_page.composition import setting_of
from kiosk.edge.pay_page.desk import PayDesk
from kiosk.edge.store.store import Store
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PHONE: Final = "198.51.100.7"
PROXY: Final = "127.0.0.1"
PLATE: Final = PlateText("沪A12345")
PRICE: Final = Money(1500, "CNY")
SITE: Final = "/p/site-1"

CONFIG: Final = """
[store]
folder = "state"
[tariff]
currency = "CNY"
block_min = 60
block_amount_minor = 500
free_min = 15
grace_min = 20
[page]
listen = "127.0.0.1:0"
site = "site-1"
operator = "Beispiel <GmbH>, Straße 1"
"""


class Bench:
    """One site: its store, one exit lane, and the page."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.now = 1000.0
        self._beat_at = 1002.0
        self.wall = NOON
        self.config = parse_page(config, folder)
        self.store = Store(self.config.store.folder, wall=lambda: self.wall)
        path = self.config.store.folder / COUNTER_NAME
        self.addresses = PageAddresses("https://pay.example", b"\x07" * 32)
        self.lane = LaneSide(path, "exit-1", ("alipay", "wechat"), self.addresses)
        self.taps: list[Any] = []
        self.answers: Callable[[Any], Any] = lambda tap: None
        self.setting = setting_of(self.config)
        self.setting.clock = lambda: self.now
        self.setting.wall = lambda: self.wall
        self.setting.reader._wall = lambda: self.wall
        self.setting.pause = self.pass_time
        self.desk = PayDesk(self.setting)
        self.lane.beat(self.us())
        self.lane.open(self.us())

    def us(self) -> int:
        """The time of day."""
        return round(self.wall.timestamp() * 1_000_000)

    async def pass_time(self, seconds: float) -> None:
        """Time passes; the lane looks at the counter meanwhile."""
        self.now += seconds
        self.wall += timedelta(seconds=seconds)
        if self.now >= self._beat_at:
            self._beat_at = self.now + 2.0
            self.lane.beat(self.us())
        self.look()

    def later(self, seconds: float) -> None:
        """Time passes, and the lane is still there."""
        self.now += seconds
        self.wall += timedelta(seconds=seconds)
        self.lane.beat(self.us())

    def look(self) -> None:
        """The lane takes its taps, and answers as the test wants."""
        for tap in self.lane.take(self.us()):
            self.taps.append(tap)
            answer = self.answers(tap)
            if answer is not None:
                self.lane.put(answer, self.us())

    def enter(self, plate: PlateText = PLATE, hours: float = 2.5, stay_id: str = "s-1") -> None:
        """A car came in so long ago."""
        now, self.wall = self.wall, self.wall - timedelta(hours=hours)
        self.store.carry_out(Batch((StayOpened("", stay_id, plate, "car"),)))
        self.wall = now

    def offer(self, order_id: str = "o-1") -> str:
        """The lane's screen shows a code; returns the path that it leads to."""
        self.lane.put(OfferMade(order_id, "x-1", PLATE, PRICE), self.us())
        return f"/L/{self.addresses.offer_token(order_id)}"

    def links(self, link: str = "https://sheet.example/1") -> None:
        """The lane answers every tap with this link."""

        def ready(tap: Any) -> Any:
            request = getattr(tap, "request_id", "") or getattr(tap, "order_id", "")
            return PayLinkReady(request, link) if getattr(tap, "gateway", "") else None

        self.answers = ready

    def ask(self, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
        """One request as the proxy hands it over."""
        path, _, query = target.partition("?")
        told = {"host": "pay.example", "x-forwarded-for": PHONE}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        asked = Asked(method, path, query, told, body, PROXY)
        return asyncio.run(self.desk.answer(asked))

    def get(self, target: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", target, b"", **headers)

    def post(self, target: str, fields: dict[str, str], **headers: str) -> Answer:
        """A form that a browser sends."""
        kind = {
            "content_type": "application/x-www-form-urlencoded",
            "origin": "https://pay.example",
        }
        return self.ask("POST", target, urlencode(fields).encode(), **{**kind, **headers})

    def plate(self, text: str = PLATE.text, **headers: str) -> Answer:
        """A plate is entered on the posted code's page."""
        return self.post(SITE, {"plate": text, "lang": "en"}, **headers)

    def close(self) -> None:
        """Close all files."""
        self.store.close()
        self.lane.file.close()
        self.setting.counter.file.close()
        self.setting.reader.close()


def ticket(answer: Answer) -> str:
    """The one-time token of the page's form."""
    found = re.search(rb'name="ticket" value="([A-Z2-7]+)"', answer.body)
    assert found is not None, answer.body
    return found[1].decode()


def title(answer: Answer) -> str:
    """The page's heading."""
    found = re.search("<h1>(.*?)</h1>", answer.body.decode())
    return found[1] if found else ""


def location(answer: Answer) -> str:
    """Where the answer sends the browser."""
    return dict(answer.more).get("Location", "")
