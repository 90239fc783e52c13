"""The page of the lane's code: the amount is there already, one tap pays.

The order is made when its page is opened, once for each offer. Where it is clear which gateway
the phone pays at, the tap finds its link there; where it is not, the lane keeps a link of each
until the tap says which. The page never leads on by itself: who pays says so.

The token is all the proof there is, and all that is needed: it is on the lane's own screen, fits
one order, and says nothing once that order is over but what became of it.
"""

import hmac
from dataclasses import replace
from typing import Final

from kiosk.edge.counter.words import Offer, State, TapTaken
from kiosk.edge.pay_page.asking import Answer
from kiosk.edge.pay_page.setting import Guest, Setting, go, page_answer
from kiosk.screens.pay.look import Page
from kiosk.screens.pay.pages import Fee, fee, paid, returned, simple, waiting
from kiosk.screens.pay.providers import for_phone, is_sheet
from kiosk.screens.pay.receipt import within
from kiosk.screens.pay.routes import Route

OTHER_CHOSEN: Final = "other-chosen"
"""Why this tap gets no link: a later one chose another gateway, and one order stands at a time."""


class Offers:
    """Answers `/l/<token>`."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    async def answer(self, guest: Guest, where: Route) -> Answer:
        """Show the order, or what became of it; on a tap, lead to the payment."""
        setting, token = self._setting, where.name
        if not setting.limiter.take("token", token, setting.clock()):
            return guest.busy()
        offer = await setting.news(lambda: setting.counter.offer(token, setting.now_us()), guest)
        if offer is None:
            return page_answer(404, simple("gone", guest.speech), guest.speech)
        gateways = self._gateways(offer, guest)
        chosen = guest.fields.get("gateway", "")
        ticket = guest.fields.get("ticket", "")
        is_tap = chosen in gateways and hmac.compare_digest(
            ticket.encode(), setting.ticket_of(token).encode()
        )
        if offer.state is State.OPEN and is_tap:
            return await self._tap(offer, token, chosen, guest)
        self._open(offer, token, gateways, guest)
        return page_answer(200, self._page(offer, token, gateways, guest), guest.speech)

    def _open(self, offer: Offer, token: str, gateways: tuple[str, ...], guest: Guest) -> None:
        """Have the order made before any tap, or one at each gateway that may be tapped.

        A second opening changes nothing, nor does one where somebody has chosen. Nothing is
        charged by it: an order that nobody agrees to is closed with its offer.
        """
        setting = self._setting
        is_first = offer.state is State.OPEN and not offer.gateway and guest.looks
        if not is_first or not gateways:
            return
        if not setting.limiter.take("opened", guest.source, setting.clock()):
            return
        if len(gateways) == 1:
            setting.counter.tap_offer(token, gateways[0], guest.address, setting.now_us())
        else:
            setting.counter.open_offer(token, guest.address, setting.now_us())

    async def _tap(self, offer: Offer, token: str, gateway: str, guest: Guest) -> Answer:
        setting = self._setting
        if not setting.limiter.take("taps", guest.source, setting.clock()):
            return guest.busy()
        taken = setting.counter.tap_offer(token, gateway, guest.address, setting.now_us())
        if taken is TapTaken.FULL:
            return guest.busy()
        if taken is TapTaken.TAKEN:
            link, why = await setting.link(lambda: self._chosen(token, gateway))
            if link:
                return go(link)
            if why != OTHER_CHOSEN:
                setting.counter.take_back(offer.order_id)
        refused = simple("refused", guest.speech, again="try-again")
        return page_answer(200, refused, guest.speech)

    def _chosen(self, token: str, gateway: str) -> Offer | None:
        """The offer, as far as it is this choice's: no phone is led to what another one chose."""
        offer = self._setting.counter.offer(token, self._setting.now_us())
        if offer is None or offer.gateway == gateway:
            return offer
        return replace(offer, link="", why=OTHER_CHOSEN)

    def _gateways(self, offer: Offer, guest: Guest) -> tuple[str, ...]:
        lanes = self._setting.counter.lanes(self._setting.now_us())
        open_ = [lane.gateways for lane in lanes if lane.lane == offer.lane]
        return for_phone(guest.user_agent, open_[0] if open_ else ())

    def _page(self, offer: Offer, token: str, gateways: tuple[str, ...], guest: Guest) -> Page:
        setting, speech = self._setting, guest.speech
        match offer.state:
            case State.PAID:
                found = setting.counter.receipt_of(offer.order_id, setting.now_us())
                receipt = within(setting.receipt(found), speech) if found else ""
                page = paid("paid.lane", None, receipt, speech)
                return replace(page, waits=State.PAID.value if offer.awaits_last_word else "")
            case State.RETURNED:
                return returned(offer.amount, speech)
            case State.ENDED:
                return simple("ended", speech, text="lane")
            case _ if offer.link and is_sheet(offer.link) and offer.gateway in gateways:
                others = tuple(each for each in gateways if each != offer.gateway)
                other = Fee(offer.amount, offer.plate, others, setting.ticket_of(token))
                return waiting(offer.amount, offer.link, speech, other if others else None)
        ticket = setting.ticket_of(token)
        return fee(Fee(offer.amount, offer.plate, gateways, ticket), speech)
