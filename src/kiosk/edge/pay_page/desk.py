"""What answers at the pay page: finds who asks, in which language, and which page is wanted.

Every failure of a file ends in a page that says where to pay instead.
"""

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Final

from kiosk.core.lane.taps import NoticeBrought
from kiosk.edge.counter.words import Receipt
from kiosk.edge.logs import fault_line
from kiosk.edge.pay_page.asking import TEXT, Answer, Asked
from kiosk.edge.pay_page.offers import Offers
from kiosk.edge.pay_page.setting import Guest, Setting, page_answer
from kiosk.edge.pay_page.stays import StayPay
from kiosk.errors import JournalError
from kiosk.screens.pay.pages import privacy, simple
from kiosk.screens.pay.providers import heard
from kiosk.screens.pay.receipt import receipt
from kiosk.screens.pay.routes import Place, Route, form, query_language, route
from kiosk.screens.pay.sources import asker, source_of
from kiosk.screens.pay.words import Speech, choose

FORM_BYTES_MAX: Final = 1024
"""The longest form: a plate of 32 characters of 9 bytes each, and three short fields."""

IN_FLIGHT_MAX: Final = 32
"""Requests of one source that are being answered at once: drivers of one Wi-Fi that wait."""

NOTICE_HEADERS: Final = ("wechatpay-", "content-type", "request-id")
"""The heads of a notification that its signature needs; nothing else goes to a lane."""

NOTICE_HEADER_CHARS_MAX: Final = 1024
"""A longer head is none of a gateway's: a signature has 344 characters."""

SAY_S: Final = 600.0
"""How often a file that fails is told of: next month's failure too, and no log that fills."""

ROBOTS: Final = b"User-agent: *\nDisallow: /\n"

log = logging.getLogger(__name__)


class PayDesk:
    """The pay page of one site."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._offers = Offers(setting)
        self._stays = StayPay(setting)
        self._in_flight: dict[int, int] = {}
        self._say_at = 0.0
        self._handlers: dict[Place, Callable[[Guest, Route], Awaitable[Answer]]] = {
            Place.OFFER: self._offers.answer,
            Place.PLATE: self._stays.answer,
            Place.STATUS: self._stays.status,
            Place.RECEIPT: self._receipt,
            Place.NOTIFY: self._notify,
            Place.PRIVACY: self._privacy,
        }

    async def answer(self, asked: Asked) -> Answer:
        """The answer to one request. Never raises but for a defect of ours."""
        guest = self._guest(asked)
        flying = self._in_flight.get(guest.source, 0)
        limiter, now = self._setting.limiter, self._setting.clock()
        few = limiter.take("requests", guest.source, now)
        if not (few and limiter.take("requests_of_all", "", now)) or flying >= IN_FLIGHT_MAX:
            return guest.busy()
        self._in_flight[guest.source] = flying + 1
        try:
            return await self._answer(guest)
        except (sqlite3.Error, OSError, JournalError) as error:
            self._setting.failures += 1
            if now >= self._say_at:
                self._say_at = now + SAY_S
                log.error(fault_line("page.file.failed", error))
            return page_answer(503, simple("out", guest.speech), guest.speech)
        finally:
            left = self._in_flight[guest.source] - 1
            if left:
                self._in_flight[guest.source] = left
            else:
                del self._in_flight[guest.source]

    def tidy(self) -> None:
        """Once a minute: forget what is over, and open the store afresh."""
        setting = self._setting
        setting.tickets.clear(setting.clock())
        setting.reader.close()
        setting.counter.clear(setting.now_us())

    def beat(self) -> None:
        """Say at the counter that the page is there. Raises sqlite3.Error or OSError."""
        self._setting.counter.beat(self._setting.now_us())

    async def _answer(self, guest: Guest) -> Answer:
        asked, where = guest.asked, route(guest.asked.path)
        posted = asked.method == "POST"
        if asked.method not in ("GET", "HEAD", "POST"):
            return Answer(405, more=(("Allow", "GET, HEAD, POST"),))
        if where.place is Place.ROBOTS:
            return Answer(200, ROBOTS, TEXT)
        if where.place is Place.NONE:
            return page_answer(404, simple("none", guest.speech), guest.speech)
        if posted and where.place in (Place.OFFER, Place.PLATE):
            if len(asked.body) > FORM_BYTES_MAX:
                return Answer(413)
            if not _is_own_form(asked):
                return Answer(403)
        elif posted != (where.place is Place.NOTIFY):
            return Answer(405, more=(("Allow", "GET, HEAD"),))
        return await self._handlers[where.place](guest, where)

    def _guest(self, asked: Asked) -> Guest:
        told = asked.headers.get
        address = asker(asked.peer, told("x-forwarded-for", ""), self._setting.page.trusted_proxies)
        fields = form(asked.body[:FORM_BYTES_MAX]) if asked.method == "POST" else {}
        wanted = fields.get("lang") or query_language(asked.query)
        offered = self._setting.page.languages
        speech = Speech(choose(wanted, told("accept-language", ""), offered), offered)
        return Guest(asked, str(address), source_of(address), speech, fields)

    async def _receipt(self, guest: Guest, where: Route) -> Answer:
        found: Receipt | None = None
        if self._setting.limiter.take("token", where.name, self._setting.clock()):
            found = self._setting.counter.receipt(where.name, self._setting.now_us())
        if found is None:
            return page_answer(404, simple("none", guest.speech), guest.speech)
        told = self._setting.receipt(found)
        return page_answer(200, receipt(told, guest.speech), guest.speech)

    async def _privacy(self, guest: Guest, where: Route) -> Answer:
        page = self._setting.page
        notice = privacy(page.operator, self._setting.kept_h, guest.speech)
        return page_answer(200, notice, guest.speech)

    async def _notify(self, guest: Guest, where: Route) -> Answer:
        """Whoever may have written it: the lane verifies it, and only asks its gateway then."""
        gateway, setting = where.name.lower(), self._setting
        if not any(gateway in lane.gateways for lane in setting.counter.lanes(setting.now_us())):
            return Answer(404)
        if not setting.limiter.take("notices", "", setting.clock()):
            return Answer(503)
        headers = tuple(
            (name, value)
            for name, value in guest.asked.headers.items()
            if name.startswith(NOTICE_HEADERS) and len(value) <= NOTICE_HEADER_CHARS_MAX
        )
        notice = NoticeBrought(gateway, headers, guest.asked.body)
        if not setting.counter.bring(notice, setting.now_us()):
            return Answer(503)
        return Answer(200, heard(gateway), TEXT)


def _is_own_form(asked: Asked) -> bool:
    """Whether a form of this page sent it, as the browser says; an old one names the page alone."""
    headers = asked.headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    site = headers.get("sec-fetch-site")
    if site is not None:
        # Holds behind a proxy that rewrites Host, too.
        own = site in ("same-origin", "none")
    else:
        origin, host = headers.get("origin"), headers.get("host", "")
        own = origin is None or origin.partition("://")[2] == host
    return own and kind == "application/x-www-form-urlencoded"
