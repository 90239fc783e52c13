"""The gateways of a virtual lane and the phones before its screen: keys, lines, hosts, people."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from kiosk.core.lane.codes.desk import CodePayment
from kiosk.core.lane.taps import LanePayTapped, NoticeBrought
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
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share
from kiosk_sim.world.page_tap import PageTap, Step
from kiosk_sim.world.phone import Counter, Phone, PhoneHabits, Sheet

KEYS_SEED: Final = 7
"""One set of throwaway keys for every virtual lane: making another takes half a second."""

PHONE_ADDRESS: Final = "192.0.2.7"
"""Where every simulated phone asks from; an address of RFC 5737."""

OFFER_URL: Final = "https://pay.example/L/"

NOTIFY_URL: Final = "https://pay.example/notify/"

TO_LANE_S: Final = 0.05
"""What the page writes waits at the counter so long: a lane looks there every 50 ms."""

TO_PAGE_S: Final = 0.03
"""What the lane writes waits there so long: a page that waits for a link looks every 30 ms."""


class Quiet:
    """A gateway that never says that somebody confirms: unpaid until it is paid."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def see(self, content: str, now: float) -> Sheet | None:
        """The sheet of this code or link."""
        return self._counter.see(content, now)

    def begin(self, content: str, now: float) -> None:
        """Somebody confirms, and it is kept a secret."""

    def pay(self, content: str, now: float, phone: int = 0) -> bool:
        """The proof is there."""
        return self._counter.pay(content, now, phone)

    def give_up(self, content: str, now: float) -> None:
        """The payer leaves the sheet."""
        self._counter.give_up(content, now)

    def decline(self, content: str, now: float) -> None:
        """The payer's bank says no."""
        self._counter.decline(content, now)


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
        self._taps: dict[str, PageTap] = {}
        self._chosen: dict[str, str] = {}
        """For whose page, by its plate, each offer's link is made."""
        self._links: dict[str, str] = {}
        """The links that came before they were tapped, by the plate of whoever will."""
        self._under_way: list[tuple[float, Any]] = []
        """What lies at the counter, and when the other side finds it."""
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
            case PayLinkReady() if show.request_id in self._chosen:
                self._under_way.append((now + TO_PAGE_S, show))

    def _look(self, codes: tuple[ScreenCode, ...], now: float) -> None:
        """The screen has changed: whoever stands before it looks, if there is a phone."""
        head = self._world.traffic.head
        if head is None or head.visit.plate not in self._habits:
            return
        free_s = head.driver.free_s
        if self._plan.page:
            # A receipt's code on the screen is for those who have paid.
            link = next((c.content for c in codes if c.content.startswith(OFFER_URL)), None)
            self._tap_of(head.visit.plate).look(link, now, free_s=free_s)
            return
        phone = self._phone_of(head.visit.plate)
        content = codes[self._rng.randrange(len(codes))].content if codes else None
        phone.look(content, now, free_s=free_s)

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
        for plate, person in self._taps.items():
            self._use_page(plate, person, now)
        self.gateway.tick(now)
        for notice in self.gateway.take_notices(now):
            if self._plan.notices:
                name = notice.url.rpartition("/")[2]
                brought = NoticeBrought(name, notice.headers, notice.body)
                self._under_way.append((now + TO_LANE_S, brought))
            self.gateway.notice_answered(notice.number, 200, b"success", now)
        for found in [what for due, what in self._under_way if due <= now]:
            if isinstance(found, PayLinkReady):
                self._lead(found, now)
            else:
                tell(found, now)
        self._under_way = [(due, what) for due, what in self._under_way if due > now]

    def deadline(self) -> float:
        """When the next of them happens."""
        phones = min((phone.deadline() for phone in self._phones.values()), default=NEVER)
        taps = min((person.deadline() for person in self._taps.values()), default=NEVER)
        counter = min((due for due, _ in self._under_way), default=NEVER)
        return min(phones, taps, counter, self.gateway.deadline())

    # Inside.

    def _use_page(self, plate: str, person: PageTap, now: float) -> None:
        """The page asks for its link when it is opened, if it is clear which; else when tapped."""
        step = person.tick(now)
        offer_id = person.link.removeprefix(OFFER_URL)
        is_clear = self._plan.app or len(self._plan.providers) == 1
        opened = step is Step.TAPPING and is_clear
        if (opened or step is Step.DONE) and offer_id not in self._chosen:
            self._chosen[offer_id] = plate
            gateway = self._rng.choice(self._plan.providers)
            tap = LanePayTapped(offer_id, gateway, PHONE_ADDRESS)
            self._under_way.append((now + TO_LANE_S, tap))
        if step is Step.DONE and plate in self._links:
            self._phone_of(plate).follow(self._links.pop(plate), now)

    def _lead(self, ready: PayLinkReady, now: float) -> None:
        """The link is there: for a thumb that waits for it, or before the thumb is."""
        plate = self._chosen[ready.request_id]
        if self._taps[plate].step is Step.DONE:
            self._phone_of(plate).follow(ready.link, now)
        else:
            self._links[plate] = ready.link

    def _tap_of(self, plate: str) -> PageTap:
        if plate not in self._taps:
            self._taps[plate] = PageTap(
                self._profile, self._rng, self._world.ledger, leads=self._plan.app
            )
        return self._taps[plate]

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
