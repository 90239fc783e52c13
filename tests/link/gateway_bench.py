"""A gateway's host on a bench: virtual time, its requests read by h11's server side, answers typed.

The bench plays the link as a shell does: it opens it when the host wishes, and hangs up.
"""

from typing import Any

import h11

from kiosk_hw.gateways.alipay import Alipay
from kiosk_hw.gateways.wechat_pay_v3 import WechatPay
from kiosk_hw.hosts.gateway_host import GatewayHost
from kiosk_hw.paycodes.messages import HttpAnswer
from kiosk_hw.ports.gateway import AskOrder, CreateOrder, GatewayEvent, RefundOrder, Way
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import LinkWish
from wire.gateway_keys import NOW_S, alipay_merchant, wechat_answer, wechat_merchant

ORDER = "p-0a1b2c-000007"
REFUND = "r-0a1b2c-000008"
FEE = Money(100, "CNY")
ASK = AskOrder(ORDER, FEE)
CREATE = CreateOrder(ORDER, FEE, Way.SCREEN, 90)
GIVE_BACK = RefundOrder(ORDER, REFUND, FEE)
CODE = "weixin://wxpay/bizpayurl?pr=JyC91EIz1"
CREATED = {"code_url": CODE}
STEPS_MAX = 10_000


def order(state: str = "SUCCESS", order_id: str = ORDER, fen: int = 100) -> dict[str, object]:
    """An order as WeChat Pay tells it."""
    return {
        "appid": "wxd678efh567hg6787",
        "mchid": "1900000109",
        "out_trade_no": order_id,
        "trade_state": state,
        "transaction_id": "4200000891202103228088184743",
        "amount": {"total": fen, "currency": "CNY"},
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    }


def http(answer: HttpAnswer, *, chunked: bool = False, close: bool = False) -> bytes:
    """The bytes of an answer, put together by hand."""
    lines = [f"HTTP/1.1 {answer.status} whatever"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if close:
        lines.append("Connection: close")
    body = answer.body
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        pieces = (body[at : at + 7] for at in range(0, len(body), 7))
        body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    elif answer.status != 204:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Bench:
    """One host, its link, and what it said and did."""

    def __init__(self, provider: str = "wechat", *, probed: bool = True, **merchant: Any) -> None:
        self.now = 0.0
        self.events: list[GatewayEvent] = []
        self.told_s: list[float] = []
        self.requests: list[tuple[str, str, bytes]] = []
        self.asked_s: list[float] = []
        self.is_up = False
        self.can_be_up = True
        self.calls = 0
        self.hang_ups = 0
        self.clock_off_s = 0.0
        self._nonces = 0
        self.headers: list[dict[str, str]] = []
        codec = (
            WechatPay(wechat_merchant(**merchant))
            if provider == "wechat"
            else Alipay(alipay_merchant(**merchant))
        )
        self.host = GatewayHost(
            provider, codec, "pay.example", wall_s=self._wall_s, nonce=self._nonce
        )
        self._server = h11.Connection(h11.SERVER)
        self.run(0.0)
        if probed:
            self.say(wechat_answer({"code": "ORDER_NOT_EXIST"}, 404, signed=False))
            self.events.clear()
            self.told_s.clear()
            self.requests.clear()
            self.asked_s.clear()

    def _wall_s(self, now: float) -> float:
        return NOW_S + now + self.clock_off_s

    def _nonce(self) -> str:
        self._nonces += 1
        return f"{self._nonces:032}"

    def command(self, *commands: Any) -> None:
        """Give commands, and let what follows at once happen."""
        for command in commands:
            self.host.command(command, self.now)
        self._settle()
        self.run(self.now)

    def say(self, answer: HttpAnswer | bytes, **form: bool) -> None:
        """The gateway answers."""
        self.hear(answer if isinstance(answer, bytes) else http(answer, **form))

    def hear(self, data: bytes) -> None:
        """Bytes come in."""
        self._note(self.host.receive(data, self.now))
        self._settle()
        self.run(self.now)

    def cut(self, *, stays: bool = False) -> None:
        """The link breaks; it can be made again unless it stays broken."""
        self.is_up = False
        self.can_be_up = self.can_be_up and not stays
        self._note(self.host.disconnected(self.now))
        self._settle()

    def pass_s(self, seconds: float) -> None:
        """Time goes on."""
        self.run(self.now + seconds)

    def run(self, until_s: float) -> None:
        """Tick the host whenever it wants to be, up to `until_s`."""
        for _ in range(STEPS_MAX):
            due = self.host.deadline()
            if due > until_s:
                self.now = until_s
                return
            self.now = max(self.now, due)
            self._note(self.host.tick(self.now))
            self._settle()
        raise AssertionError(f"the host does not come to rest: {self.host!r}")

    def take(self) -> list[GatewayEvent]:
        """The events since the last call."""
        events = list(self.events)
        self.events.clear()
        return events

    @property
    def targets(self) -> list[str]:
        """What was asked, without the query."""
        return [f"{method} {target.partition('?')[0]}" for method, target, _ in self.requests]

    def _note(self, events: Any) -> None:
        self.events += events
        self.told_s += [self.now] * len(events)

    def _settle(self) -> None:
        self._carry_off()
        match self.host.link_wish():
            case LinkWish.CALL if self.can_be_up and not self.is_up:
                self.calls += 1
                self.is_up = True
                self._server = h11.Connection(h11.SERVER)
                self._note(self.host.connected(self.now))
                self._carry_off()
            case LinkWish.HANG_UP if self.is_up:
                self.hang_ups += 1
                self.is_up = False
                self._note(self.host.disconnected(self.now))
                self._settle()

    def _carry_off(self) -> None:
        data = self.host.bytes_to_send()
        if not data or not self.is_up:
            return
        server = self._server
        server.receive_data(data)
        head, body = None, b""
        for _ in range(100):
            event = server.next_event()
            match event:
                case h11.Request():
                    head = event
                case h11.Data():
                    body += event.data
                case h11.EndOfMessage():
                    assert head is not None
                    self.asked_s.append(self.now)
                    self.headers.append({k.decode(): v.decode() for k, v in head.headers})
                    self.requests.append((head.method.decode(), head.target.decode(), body))
                    # The answer is typed by the test: h11 need not hear of it.
                    self._server = h11.Connection(h11.SERVER)
                    return
                case _:
                    raise AssertionError(f"half a request: {event}")
