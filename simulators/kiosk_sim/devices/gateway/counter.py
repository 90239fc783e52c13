"""Where phones pay: from what a code or a link says to its order in the books. No HTTP is here."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, urlsplit

from kiosk_sim.devices.gateway.alipay.face import PATH as ALIPAY_PATH
from kiosk_sim.devices.gateway.alipay.face import AlipayFace
from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.faults import Fault, Faults
from kiosk_sim.devices.gateway.messages import Request
from kiosk_sim.devices.gateway.orders import PAID, UNPAID, Order, Payer, State
from kiosk_sim.devices.gateway.wechat.face import WechatFace

NATIVE: Final = "weixin://wxpay/bizpayurl?pr="
QR: Final = "https://qr.alipay.com/"
H5_PATH: Final = "/cgi-bin/mmpayweb-bin/checkmweb"

CONTENT_CHARS_MAX: Final = 4_096
"""The longest content that a phone takes; a wap link with its signature has about a thousand."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a payer sees on the phone."""

    amount_minor: int
    title: str
    merchant: str
    payable: bool
    paid: bool


@dataclass(frozen=True, slots=True)
class _Found:
    order: Order
    books: Books
    merchant: str
    provider: str


class PayCounter:
    """All codes and links of one gateway. `phone` tells one payer from another."""

    def __init__(
        self,
        wechat: WechatFace | None,
        alipay: AlipayFace | None,
        faults: Faults,
        wall: Callable[[float], float],
    ) -> None:
        self._wechat = wechat
        self._alipay = alipay
        self._faults = faults
        self._wall = wall

    def see(self, content: str, now: float) -> Bill | None:
        """Scan a code or follow a link; None when the phone knows no such thing."""
        found = self.find(content, now)
        if found is None:
            return None
        order = found.order
        return Bill(
            order.terms.amount_minor,
            order.terms.title,
            found.merchant,
            payable=order.state in UNPAID or self._late(order),
            paid=order.state in PAID,
        )

    def begin(self, content: str, now: float) -> None:
        """The payer has tapped pay, and proves it."""
        found = self.find(content, now)
        if found is not None:
            found.books.begin(found.order)

    def pay(self, content: str, now: float, phone: int = 0) -> bool:
        """The proof is there: take the money. False when the order cannot be paid any more."""
        found = self.find(content, now)
        if found is None:
            return False
        late = self._late(found.order)
        return found.books.pay(
            found.order, payer_of(found.provider, phone), self._wall(now), late=late
        )

    def give_up(self, content: str, now: float) -> None:
        """The payer leaves the sheet without paying."""
        found = self.find(content, now)
        if found is not None:
            found.books.give_up(found.order)

    def decline(self, content: str, now: float) -> None:
        """The payer's bank says no."""
        found = self.find(content, now)
        if found is not None:
            found.books.decline(found.order)

    def on_screens(self, now: float) -> list[str]:
        """What the codes of all orders say that stand on a screen and can be paid, oldest first."""
        now_s = self._wall(now)
        standing = [(NATIVE, self._wechat, "native"), (QR, self._alipay, "precreate")]
        return [
            f"{prefix}{order.code}"
            for prefix, face, way in standing
            if face is not None
            for order in face.books.orders()
            if order.terms.way == way and order.state in UNPAID and now_s < order.terms.expires_s
        ]

    def find(self, content: str, now: float) -> _Found | None:
        """The order behind a code or a link. A wap link makes its order, as a browser would."""
        if len(content) > CONTENT_CHARS_MAX:
            return None
        now_s = self._wall(now)
        try:
            parts = urlsplit(content)
        except ValueError:
            return None
        if self._alipay is not None and parts.path == ALIPAY_PATH:
            order = self._alipay.sheet_of(Request("GET", f"{parts.path}?{parts.query}"), now_s)
            return self._of_alipay(order) if isinstance(order, Order) else None
        code = content.removeprefix(NATIVE).removeprefix(QR)
        if parts.path == H5_PATH:
            code = parse_qs(parts.query).get("prepay_id", [""])[0]
        return self.find_code(code, now_s)

    def find_code(self, code: str, now_s: float) -> _Found | None:
        """The order with this code, whoever's it is."""
        if self._wechat is not None and (order := self._wechat.books.scan(code, now_s)):
            settings = self._wechat.settings
            return _Found(order, self._wechat.books, settings.merchant_name, "wechat")
        if self._alipay is not None and (order := self._alipay.books.scan(code, now_s)):
            return self._of_alipay(order)
        return None

    def _of_alipay(self, order: Order) -> _Found:
        assert self._alipay is not None
        settings = self._alipay.settings
        return _Found(order, self._alipay.books, settings.merchant_name, "alipay")

    def _late(self, order: Order) -> bool:
        return order.state is State.CLOSED and self._faults.holds(Fault.LATE_SUCCESS)


def payer_of(provider: str, phone: int) -> Payer:
    """Invented ids of the person with this phone, in the form of the provider's real ones."""
    digest = sha256(f"{provider} {phone}".encode()).hexdigest()
    digits = f"{int(digest, 16) % 10**12:012d}"
    if provider == "wechat":
        return Payer(f"o{digest[:27]}", "测试用户")
    return Payer(f"2088{digits}", f"138****{digits[:4]}")
