"""What every page of the pay page's process works with: files, limits, clocks, and one guest."""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final, TypeVar

from kiosk.config import Page as PageTable
from kiosk.core.plates.reading import PlateRules
from kiosk.core.tariff import Tariff
from kiosk.edge.counter.page_side import PageSide
from kiosk.edge.counter.tokens import TOKEN_BYTES, spelt
from kiosk.edge.counter.words import Offer, Payment, Receipt, State
from kiosk.edge.pay_page.asking import Answer, Asked
from kiosk.edge.pay_page.limits import Limiter
from kiosk.edge.store.reading import StayReader
from kiosk.screens.pay.look import Page, whole
from kiosk.screens.pay.pages import simple
from kiosk.screens.pay.providers import is_sheet
from kiosk.screens.pay.receipt import Told
from kiosk.screens.pay.routes import waits_on
from kiosk.screens.pay.tickets import Tickets
from kiosk.screens.pay.words import Speech

T = TypeVar("T", Offer, Payment)

LINK_WAIT_S: Final = 6.0
"""How long a tap waits for its link: a gateway answers in half a second, a slow one in three."""

LINK_LOOK_S: Final = 0.03
"""How often it looks whether the lane wrote one."""

HOLD_S: Final = 20.0
"""How long a page that waits for news is held; then it is answered as it is, and asks again."""

HOLDERS_MAX: Final = 96
"""Pages that wait at the same time, of all drivers; one more is answered at once, and slowly."""

CROWD_S: Final = 2.0
"""How slowly: so that nobody turns in a circle."""

WAITERS_MAX: Final = 64
"""Taps that wait at the same time, of all drivers."""

RETRY_S: Final = 60
"""When one who asked too often may ask again."""


@dataclass(slots=True, kw_only=True)
class Setting:
    """The page of one site. `clock` only goes forward; `wall` is the time of day."""

    page: PageTable
    tariff: Tariff
    rules: PlateRules
    chinese: bool
    """Chinese plates are known here: the form has a list of provinces."""
    kept_h: int
    """Hours after which nothing is kept of a stay that is over."""
    zone: tzinfo | None
    """The clock that receipts are dated by; None: this machine's."""
    counter: PageSide
    reader: StayReader
    clock: Callable[[], float]
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    """Lets so many seconds of `clock` pass."""
    limiter: Limiter = field(default_factory=Limiter)
    tickets: Tickets = field(default_factory=Tickets)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    failures: int = 0
    waiters: int = 0
    holders: int = 0

    def now_us(self) -> int:
        """The time of day as the counter counts it."""
        return round(self.wall().timestamp() * 1_000_000)

    def new_token(self) -> str:
        """A fresh token that nobody guesses."""
        return spelt(secrets.token_bytes(TOKEN_BYTES))

    def ticket_of(self, token: str) -> str:
        """The form token of a lane token's page: who can make it has been shown the page."""
        return spelt(hmac.digest(self.key, f"ticket {token}".encode(), "sha256")[:TOKEN_BYTES])

    def receipt(self, found: Receipt) -> Told:
        """What the receipt of the counter says on the page."""
        at = found.issued_utc.astimezone(self.zone)
        page = self.page
        return Told(
            *(found.receipt_id, found.amount, found.lines, found.paid_by, at),
            *(page.operator, page.tax_percent),
        )

    async def news(self, read: Callable[[], T | None], guest: "Guest") -> T | None:
        """What `read` finds; if the guest's page waits, when it is another thing than now."""
        found = first = read()
        if first is None or not first.awaits_news or guest.waits_on != first.state.value:
            return found
        if self.holders >= HOLDERS_MAX:
            await self.pause(CROWD_S)
            return read()
        self.holders += 1
        try:
            end, seen = self.clock() + HOLD_S, self.counter.file.version()
            while found == first and await self._is_written(seen, end):
                seen, found = self.counter.file.version(), read()
            return found
        finally:
            self.holders -= 1

    async def _is_written(self, seen: tuple[int, int], end: float) -> bool:
        """Wait until a lane wrote something after `seen`; False if that was not before `end`."""
        while self.counter.file.version() == seen:
            if self.clock() >= end:
                return False
            await self.pause(LINK_LOOK_S)
        return True

    async def link(self, read: Callable[[], T | None]) -> tuple[str, str]:
        """(the link that the lane gives in time, or "", and why it gives none)."""
        if self.waiters >= WAITERS_MAX:
            return "", "busy"
        self.waiters += 1
        try:
            end = self.clock() + LINK_WAIT_S
            while True:
                seen, found = self.counter.file.version(), read()
                if found is None or found.state is not State.OPEN:
                    return "", "ended"
                if found.why:
                    return "", found.why
                if found.link:
                    return (found.link, "") if is_sheet(found.link) else ("", "link")
                if not await self._is_written(seen, end):
                    return "", "late"
        finally:
            self.waiters -= 1


@dataclass(frozen=True, slots=True, repr=False)
class Guest:
    """Whoever asks, for as long as this answer takes."""

    asked: Asked
    address: str
    source: int
    """What limits count by."""
    speech: Speech
    fields: Mapping[str, str]
    """The form, if one was sent."""

    @property
    def waits_on(self) -> str:
        """What a page that waits for news has shown so far; "" for one that does not wait."""
        return waits_on(self.asked.query) if self.asked.method == "GET" else ""

    @property
    def looks(self) -> bool:
        """Whether somebody looks at the answer: no question for its head, no browser's guess."""
        told = self.asked.headers.get
        purpose = f"{told('sec-purpose', '')} {told('purpose', '')} {told('x-moz', '')}"
        return self.asked.method == "GET" and "pre" not in purpose.lower()

    @property
    def user_agent(self) -> str:
        """What browser this is."""
        return self.asked.headers.get("user-agent", "")

    def busy(self) -> Answer:
        """Too often, by this source or by all: the same answer, whatever was asked."""
        return page_answer(
            429, simple("busy", self.speech), self.speech, (("Retry-After", str(RETRY_S)),)
        )


def page_answer(
    status: int, page: Page, speech: Speech, more: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """A page as an answer."""
    return Answer(status, whole(page, speech), more=(*more, ("Content-Language", speech.language)))


def go(link: str) -> Answer:
    """To the provider's payment sheet."""
    return Answer(303, more=(("Location", link),))
