"""The gateways of a virtual lane and the phones before its screen: keys, lines, hosts, people."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from kiosk.core.lane.codes.desk import CodePayment
from kiosk.core.lane.taps import NoticeBrought
from kiosk.core.shows import PayLinkReady, ScreenCode, ScreenShown, Show
from kiosk_hw.gateways.alipay import Alipay
from kiosk_hw.gateways.wechat_pay_v3 import WechatPay
from kiosk_hw.hosts.gateway_host import GatewayHost
from kiosk_hw.paycodes.merchant import Merchant
from kiosk_hw.paycodes.rsa_keys import platform_key, signing_key
from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.keys import private_pem, public_pem
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.orders import PAID, State
from kiosk_sim.devices.gateway.settings import (
    ALIPAY_ORIGIN,
    WECHAT_API_ORIGIN,
    AlipaySettings,
    Keyring,
    WechatSettings,
)
from kiosk_sim.site.lane_plan import LanePlan
from kiosk_sim.site.scenario import START_UTC
from kiosk_sim.site.virtual_page import OFFER_URL, VirtualPage
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share
from kiosk_sim.world.phone import Phone, PhoneHabits
from kiosk_sim.world.quiet import Quiet

KEYS_SEED: Final = 7
"""One set of throwaway keys for every virtual lane: making another takes half a second."""

NOTIFY_URL: Final = "https://pay.example/notify/"


class VirtualCodes:
    """Both providers' books behind one line each, and the phones of those who come."""

    def __init__(self, plan: LanePlan, world: LaneWorld) -> None:
        assert plan.codes is not None, "a plan without codes"
        keys, seed = Keyring.seeded(KEYS_SEED), plan.seed
        self._keys = keys
        self._plan = plan.codes
        self._profile = plan.profile
        self._world = world
        self._rng = Random(f"{seed} phones")
        self._habits: dict[str, PhoneHabits] = {}
        self._phones: dict[str, Phone] = {}
        self._page = VirtualPage(plan.codes, plan.profile, self._rng, world.ledger)
        self.wechat = WechatSettings.of(keys)
        self.alipay = AlipaySettings.of(keys)
        self.gateway = Gateway(
            self.wechat if "wechat" in plan.codes.providers else None,
            self.alipay if "alipay" in plan.codes.providers else None,
            Random(f"{seed} gateway"),
            wall_s=START_UTC.timestamp(),
            pace=plan.profile.gateway,
        )
        self.lines = {name: GatewayLine(self.gateway, self._book) for name in plan.codes.providers}

    def payment(self) -> CodePayment:
        """What the lane needs to know of them."""
        url = (lambda offer_id: OFFER_URL + offer_id) if self._plan.page else None
        return CodePayment(self._plan.providers, url)

    def expect(self, plate: str, habits: PhoneHabits) -> None:
        """Whoever drives this car pays with a phone."""
        self._habits[plate] = habits

    def hosts(self, run_id: str) -> dict[str, GatewayHost]:
        """Our half of each dialogue, for a process that begins now."""
        return {name: self._host(name, run_id) for name in self._plan.providers}

    def see(self, show: Show, now: float) -> None:
        """What the lane shows, on its screen or on the page that a phone has open."""
        match show:
            case ScreenShown():
                self._look(show.codes, now)
            case PayLinkReady():
                self._page.hear(show, now)

    def _look(self, codes: tuple[ScreenCode, ...], now: float) -> None:
        """The screen has changed: whoever stands before it looks, if there is a phone."""
        head = self._world.traffic.head
        if head is None or head.visit.plate not in self._habits:
            return
        at_rest_s = head.driver.at_rest_s
        if self._plan.page:
            # A receipt's code on the screen is for those who have paid.
            link = next((c.content for c in codes if c.content.startswith(OFFER_URL)), None)
            self._page.look(head.visit.plate, link, now, at_rest_s=at_rest_s)
            return
        phone = self._phone_of(head.visit.plate)
        content = codes[self._rng.randrange(len(codes))].content if codes else None
        phone.look(content, now, at_rest_s=at_rest_s)

    def paid(self) -> list[str]:
        """The numbers of the orders whose money the operator has, as the gateways say them."""
        return [
            order.number
            for face in (self.gateway.wechat, self.gateway.alipay)
            if face is not None
            for order in face.books.orders()
            if order.state in PAID and order.state is not State.REFUND
        ]

    def taken_minor(self) -> int:
        """What the operator has of them."""
        return sum(
            order.terms.amount_minor
            for face in (self.gateway.wechat, self.gateway.alipay)
            if face is not None
            for order in face.books.orders()
            if order.state in PAID and order.state is not State.REFUND
        )

    # Time.

    def tick(self, now: float, tell: Callable[[Any, float], None]) -> None:
        """People take their next step, and notices come in."""
        for phone in self._phones.values():
            phone.tick(now)
        self.gateway.tick(now)
        for notice in self.gateway.take_notices(now):
            if self._plan.notices:
                name = notice.url.rpartition("/")[2]
                self._page.bring(NoticeBrought(name, notice.headers, notice.body), now)
            self.gateway.notice_answered(notice.number, 200, b"success", now)
        for plate, link in self._page.tick(now, tell):
            self._phone_of(plate).follow(link, now)

    def deadline(self) -> float:
        """When the next of them happens."""
        phones = min((phone.deadline() for phone in self._phones.values()), default=NEVER)
        return min(phones, self._page.deadline(), self.gateway.deadline())

    # Inside.

    def _phone_of(self, plate: str) -> Phone:
        if plate not in self._phones:
            counter = self.gateway.counter
            self._phones[plate] = Phone(
                counter if self._plan.tells_paying else Quiet(counter),
                self._habits[plate],
                self._profile,
                self._rng,
                self._world.ledger,
                number=len(self._phones),
            )
        return self._phones[plate]

    def _host(self, name: str, run_id: str) -> GatewayHost:
        nonces = Random(f"{run_id} {name} nonces")
        codec = (
            WechatPay(self._merchant(name)) if name == "wechat" else Alipay(self._merchant(name))
        )
        return GatewayHost(
            name,
            codec,
            f"{name}.example",
            wall_s=lambda now: START_UTC.timestamp() + now,
            nonce=lambda: f"{nonces.getrandbits(128):032x}",
        )

    def _merchant(self, name: str) -> Merchant:
        key = signing_key(private_pem(self._keys.merchant).encode())
        if name == "alipay":
            platform = platform_key("", public_pem(self._keys.platform.public_key()).encode())
            return Merchant(
                f"{ALIPAY_ORIGIN}/gateway.do",
                self.alipay.app_id,
                self.alipay.seller_id,
                key,
                (platform,),
                notify_url=NOTIFY_URL + name,
            )
        known = self.wechat.public_key
        platform = platform_key(known.serial, public_pem(known.key.public_key()).encode())
        return Merchant(
            WECHAT_API_ORIGIN,
            self.wechat.appid,
            self.wechat.mchid,
            key,
            (platform,),
            serial_no=self.wechat.merchant_serial,
            api_v3_key=self.wechat.api_v3_key,
            notify_url=NOTIFY_URL + name,
        )

    def _book(self, start_s: float, end_s: float) -> None:
        self._world.ledger.book(Share.DEVICES, start_s, end_s, "gateway")


class Scene:
    """The lane's world and the phones in it, as one surrounding of the virtual shell."""

    def __init__(
        self, world: LaneWorld, codes: VirtualCodes, tell: Callable[[Any, float], None]
    ) -> None:
        self._world = world
        self._codes = codes
        self._tell = tell

    def __repr__(self) -> str:
        return f"<Scene {self._world!r}>"

    def tick(self, now: float) -> None:
        """Cars, arm, people, phones."""
        self._world.tick(now)
        self._codes.tick(now, self._tell)

    def deadline(self) -> float:
        """When something happens next."""
        return min(self._world.deadline(), self._codes.deadline())
