"""A simulated payment gateway: both providers behind one front, with faults, phones and notices.

No clock, port or chance of its own: `now` is seconds since the gateway began, `wall_s` the POSIX
time of that moment, `rng` a seeded one. How to plug it into a virtual lane:

    gateway = Gateway(WechatSettings.of(keys), AlipaySettings.of(keys), Random(seed), wall_s=...)
    devices["wechat"] = GatewayLine(gateway)      # one line for each connection, see line.py
    for notice in gateway.take_notices(now): ...  # `tick` and `deadline` say when
    gateway.notice_answered(notice.number, 200, b"success", now)

Phones pay through `gateway.counter` (see `kiosk_sim.world.phone`).
"""

from collections.abc import Callable
from random import Random
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.alipay.face import BILL, AlipayFace
from kiosk_sim.devices.gateway.alipay.face import PATH as ALIPAY_PATH
from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.counter import H5_PATH, PayCounter
from kiosk_sim.devices.gateway.faults import CLOCK_OFF_S, SLOW_S, Fault, Faults
from kiosk_sim.devices.gateway.front import TAP_PATH, Front
from kiosk_sim.devices.gateway.messages import HTML, Answer, Notice, Reply, Request
from kiosk_sim.devices.gateway.notices import ALIPAY_AFTER_S, FIRST_S, WECHAT_AFTER_S, Notices
from kiosk_sim.devices.gateway.orders import News, RefundState
from kiosk_sim.devices.gateway.settings import AlipaySettings, WechatSettings
from kiosk_sim.devices.gateway.sheet import PAY_PATH
from kiosk_sim.devices.gateway.wechat.face import PREFIX, WechatFace
from kiosk_sim.devices.gateway.wechat.guard import refused
from kiosk_sim.world.profiles import Spread

AT_ONCE: Final = Spread(0.0)

AFTER_NOTICE_S: Final = FIRST_S + 1.0
"""When a creation is answered that the notice shall overtake."""

STRANGER: Final = 999
"""The phone that pays what is paid before anybody could have scanned it."""

NOT_CARRIED_OUT: Final = (Fault.REFUSES, Fault.DOWN, Fault.SERVER_ERROR, Fault.TOO_MANY)


Witness = Callable[[str, Reply], None]


def _nobody(_operation: str, _reply: Reply) -> None:
    """Where nobody wants to know."""


class Gateway:
    """One gateway with one merchant at each provider; a provider that is left out is not there."""

    def __init__(
        self,
        wechat: WechatSettings | None,
        alipay: AlipaySettings | None,
        rng: Random,
        *,
        wall_s: float,
        pace: Spread = AT_ONCE,
    ) -> None:
        self.faults = Faults()
        self.pace = pace
        """How long an answer takes, beside what it takes to reckon it."""
        self.witness: Witness = _nobody
        """Is told of each request: what it was for, and the answer that it got, if any."""
        self.unadmitted = False
        """The merchant has not signed up for what it asks for."""
        self.asked = 0
        """Requests to the providers so far, sheets and taps not counted."""
        self.wechat = None if wechat is None else WechatFace(wechat, self.faults, rng)
        self.alipay = None if alipay is None else AlipayFace(alipay, self.faults, rng)
        self.counter = PayCounter(self.wechat, self.alipay, self.faults, self.wall)
        self.notices = Notices(self.faults, rng)
        self._front = Front(self.counter, self.alipay, self.wall)
        self._rng = rng
        self._wall_s = wall_s

    def __repr__(self) -> str:
        return (
            f"<Gateway asked={self.asked} {self.faults!r} {self.wechat!r} {self.alipay!r} "
            f"{self.notices!r}>"
        )

    def wall(self, now: float) -> float:
        """POSIX seconds by the gateway's own clock."""
        return self._wall_s + now + (CLOCK_OFF_S if self.faults.holds(Fault.CLOCK_OFF) else 0.0)

    def ask(self, request: Request, now: float) -> Reply:
        """Take a request, and give its answer and what becomes of it."""
        self._settle(now)
        if request.path in (H5_PATH, PAY_PATH, TAP_PATH) or self._is_wap(request):
            reply = Reply(self._front.answer(request, now))
        else:
            reply = self._ask_provider(request, now)
            face = self._face(request)
            self.witness("" if face is None else face.operation(request), reply)
        self._settle(now)
        return reply

    # Notices, and time.

    def take_notices(self, now: float) -> list[Notice]:
        """What leaves for the merchant now. Report each answer with `notice_answered`."""
        self._settle(now)
        return self.notices.due(now, self.wall(now))

    def notice_answered(self, number: int, status: int, body: bytes, now: float) -> None:
        """The merchant's address answered a notice; status 0 when it could not be reached."""
        self.notices.answered(number, status, body)

    def tick(self, now: float) -> None:
        """Let what is due happen; notices wait for `take_notices`."""
        self._settle(now)

    def deadline(self) -> float:
        """When a notice or the end of a refund is due; at once when a phone has just paid."""
        if any(books.news for books in self._all_books()):
            return 0.0
        ends = min((books.deadline() for books in self._all_books()), default=NEVER)
        return min(self.notices.deadline(), ends - self.wall(0.0))

    # Inside.

    def _ask_provider(self, request: Request, now: float) -> Reply:
        self.asked += 1
        face = self._face(request)
        operation = "" if face is None else face.operation(request)
        after_s = self.pace.draw(self._rng) + SLOW_S * self.faults.due(Fault.SLOW, operation)
        match self.faults.first_due(NOT_CARRIED_OUT, operation):
            case Fault.DOWN:
                return Reply(None)
            case Fault.REFUSES:
                return Reply(None, cut=True)
            case Fault.SERVER_ERROR:
                return Reply(Answer(502, b"<html>502 Bad Gateway</html>", HTML), after_s)
            case Fault.TOO_MANY:
                return Reply(refused(429, "FREQUENCY_LIMITED", "too many requests"), after_s)
        if self.unadmitted:
            return Reply(refused(403, "NO_AUTH", "not signed up for this product"), after_s)
        if face is None:
            return Reply(refused(404, "RESOURCE_NOT_EXISTS", "nothing is under this path"))
        answer = face.answer(request, self.wall(now))
        if operation == "create" and self.faults.due(Fault.NOTIFY_FIRST, operation):
            self._pay_newest(face.books, now)
            after_s += AFTER_NOTICE_S
        if self.faults.due(Fault.NONSENSE, operation):
            answer = Answer(200, b"<html>maintenance</html>", HTML)
        if self.faults.due(Fault.ANSWER_LOST, operation):
            return Reply(None, after_s, cut=True)
        return Reply(answer, after_s, cut=self.faults.due(Fault.CUT, operation))

    def _face(self, request: Request) -> WechatFace | AlipayFace | None:
        if request.path.startswith(PREFIX):
            return self.wechat
        return self.alipay if request.path in (ALIPAY_PATH, BILL) else None

    def _is_wap(self, request: Request) -> bool:
        on_path = self.alipay is not None and request.path == ALIPAY_PATH
        return on_path and self.alipay is not None and self.alipay.is_sheet(request)

    def _pay_newest(self, books: Books, now: float) -> None:
        orders = books.orders()
        if orders:
            self.counter.pay(orders[-1].code, now, STRANGER)

    def _settle(self, now: float) -> None:
        """Refunds end, and what happened becomes notices."""
        ends: RefundState | None = RefundState.SUCCESS
        if self.faults.holds(Fault.REFUND_STUCK):
            ends = None
        elif self.faults.holds(Fault.REFUND_ABNORMAL):
            ends = RefundState.ABNORMAL
        for face, after_s in ((self.wechat, WECHAT_AFTER_S), (self.alipay, ALIPAY_AFTER_S)):
            if face is None:
                continue
            face.books.refunds_end = ends
            face.books.turn(self.wall(now))
            while face.books.news:
                news = face.books.news.popleft()
                self.notices.add(news, face, _address(news), after_s, now)

    def _all_books(self) -> list[Books]:
        return [face.books for face in (self.wechat, self.alipay) if face is not None]


def _address(news: News) -> str:
    """Where the merchant wants to hear of it; refunds may have an address of their own."""
    if news.refund is not None and news.refund.notify_url:
        return news.refund.notify_url
    return news.order.terms.notify_url
