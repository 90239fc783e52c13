"""The page of the posted code: a plate is entered, its fee shown, one tap pays. No tracker.

Whether nothing is due, no such car is here, or it is no plate at all: the same steps are taken, the
same bytes sent, after the same time. A plate is in memory for one answer, in no address or log.
"""

import hmac
from datetime import timedelta
from typing import Final

from kiosk.core.lane.taps import StayPayTapped
from kiosk.core.records import Stay
from kiosk.edge.counter.words import OpenLane, Payment, Receipt, State, TapTaken
from kiosk.edge.pay_page.asking import Answer
from kiosk.edge.pay_page.setting import Guest, Setting, go, page_answer
from kiosk.screens.pay.look import Page
from kiosk.screens.pay.pages import (
    Fee,
    Grace,
    fee,
    nothing,
    paid,
    plate_form,
    returned,
    simple,
    waiting,
)
from kiosk.screens.pay.providers import for_phone, is_sheet
from kiosk.screens.pay.receipt import within
from kiosk.screens.pay.routes import Route
from kiosk.screens.pay.typed import typed_plate
from kiosk_hw.ports.plate import PlateText

LOOKED_S: Final = 0.3
"""When a looked-up plate is answered: 30 times what looking takes, so that its own time is lost."""

PRICE_CHANGED: Final = "amount-changed"
"""Why a lane gives no link: another block of the tariff began while the driver read the price."""

PAID_MEANWHILE: Final = "nothing-due"
"""The same: somebody else paid, or the car has left."""

_MINUTE_S: Final = 60

_NO_PLATE: Final = PlateText("-")
"""Looked up in place of what is no plate: no stay has it."""

_NO_STAY: Final = timedelta(hours=3)
"""How long the stay took that is priced in place of none."""


class StayPay:
    """Answers `/p/<site>` and `/s/<request>`."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    async def answer(self, guest: Guest, where: Route) -> Answer:
        """The form; on a plate, its fee; on a tap, lead to the payment."""
        if where.name != self._setting.page.site:
            return page_answer(404, simple("none", guest.speech), guest.speech)
        if "ticket" in guest.fields:
            return await self._tap(guest)
        if guest.asked.method == "POST":
            return await self._looked(guest)
        first = self._setting.page.province or ""
        page = plate_form(self._setting.chinese, first, guest.speech)
        return page_answer(200, page, guest.speech)

    async def _looked(self, guest: Guest) -> Answer:
        setting = self._setting
        answer_at = setting.clock() + LOOKED_S
        answer = self._look(guest)
        await setting.pause(max(0.0, answer_at - setting.clock()))
        return answer

    def _look(self, guest: Guest) -> Answer:
        setting, speech, fields = self._setting, guest.speech, guest.fields
        typed = typed_plate(fields.get("province", ""), fields.get("plate", ""), setting.rules)
        plate, now = typed or _NO_PLATE, setting.clock()
        if not self._may_look(typed.text if typed else repr(fields), guest.source, now):
            return guest.busy()
        found = setting.reader.look(plate)
        asked_utc = found.asked_utc if found else setting.wall()
        stay = found.stay if found else Stay("", "car", asked_utc - _NO_STAY)
        due = setting.tariff.fee(stay, asked_utc).due
        lanes = setting.counter.lanes(setting.now_us())
        gateways = {gateway for lane in lanes for gateway in lane.gateways}
        told = Fee(due, plate.masked(), for_phone(guest.user_agent, gateways), setting.new_token())
        pages = (nothing(speech), fee(told, speech, languages=False))
        is_due = found is not None and not stay.unsettled and due.amount_minor > 0
        if is_due:
            setting.tickets.issue(told.ticket, stay.stay_id, due, now)
        return page_answer(200, pages[is_due], speech)

    def _may_look(self, text: str, source: int, now: float) -> bool:
        """Every text is counted alike, a plate or none, known or not: the limits tell nothing."""
        take = self._setting.limiter.take
        mark = hmac.digest(self._setting.key, text.encode("utf-8", "replace"), "sha256")
        return (
            take("plates", source, now)
            and take("plate", mark, now)
            and take("plates_of_all", "", now)
        )

    async def _tap(self, guest: Guest) -> Answer:
        setting, speech = self._setting, guest.speech
        now = setting.clock()
        if not setting.limiter.take("taps", guest.source, now):
            return guest.busy()
        gateway = guest.fields.get("gateway", "")
        ticket = setting.tickets.find(guest.fields["ticket"], now)
        if ticket is None:
            return page_answer(200, simple("changed", speech, again="try-again"), speech)
        lanes = [
            each for each in setting.counter.lanes(setting.now_us()) if gateway in each.gateways
        ]
        if not lanes:
            return page_answer(200, simple("refused", speech, again="try-again"), speech)
        before = setting.counter.payment(ticket.requests.get(gateway, ""), setting.now_us())
        if before is not None and before.state is State.PAID:
            return page_answer(200, self._status_page(before, guest), speech)
        if before is None or before.state is State.ENDED:
            ticket.requests[gateway] = setting.new_token()
        request_id = ticket.requests[gateway]
        tap = StayPayTapped(request_id, ticket.stay_id, ticket.amount, gateway, guest.address)
        taken = setting.counter.tap_stay(tap, lane_of(ticket.stay_id, lanes), setting.now_us())
        if taken is TapTaken.FULL:
            return guest.busy()
        link, why = await setting.link(
            lambda: setting.counter.payment(tap.request_id, setting.now_us())
        )
        if link:
            return go(link)
        setting.counter.take_back(tap.request_id)
        # What the lane has refused it never charges: the next tap is another request.
        ticket.requests.pop(gateway, None)
        if why == PAID_MEANWHILE:
            return page_answer(200, nothing(speech), speech)
        words = "changed" if why == PRICE_CHANGED else "refused"
        return page_answer(200, simple(words, speech, again="try-again"), speech)

    async def status(self, guest: Guest, where: Route) -> Answer:
        """What became of a tap; its payer comes back here from the payment."""
        setting = self._setting
        if not setting.limiter.take("token", where.name, setting.clock()):
            return guest.busy()
        found = await setting.news(
            lambda: setting.counter.payment(where.name, setting.now_us()), guest
        )
        if found is None:
            return page_answer(404, simple("none", guest.speech), guest.speech)
        return page_answer(200, self._status_page(found, guest), guest.speech)

    def _status_page(self, found: Payment, guest: Guest) -> Page:
        setting, speech = self._setting, guest.speech
        match found.state:
            case State.PAID:
                kept = setting.counter.receipt_of(found.receipt_id, setting.now_us())
                receipt = within(setting.receipt(kept), speech) if kept else ""
                return paid("paid.stay", self._grace(kept), receipt, speech)
            case State.RETURNED:
                return returned(found.amount, speech)
            case State.ENDED:
                return simple("ended", speech, text="stay")
            case _ if found.why:
                return simple("refused", speech)
        return waiting(found.amount, found.link if is_sheet(found.link) else "", speech)

    def _grace(self, kept: Receipt | None) -> Grace | None:
        """From the payment on, as the tariff counts it."""
        leave_s = self._setting.tariff.leave_s
        if kept is None or leave_s < _MINUTE_S:
            return None
        until = kept.issued_utc.astimezone(self._setting.zone) + timedelta(seconds=leave_s)
        return Grace(int(leave_s // _MINUTE_S), until)


def lane_of(stay_id: str, lanes: list[OpenLane]) -> str:
    """The same lane for the same stay, so that one lane sees all that is tapped for it."""
    return lanes[sum(stay_id.encode()) % len(lanes)].lane
