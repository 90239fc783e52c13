"""Our host and the simulated gateway, written apart from each other, at one table."""

from functools import cache
from random import Random
from typing import Any

from kiosk_hw.gateways.alipay import Alipay
from kiosk_hw.gateways.wechat_pay_v3 import WechatPay
from kiosk_hw.hosts.gateway_host import GatewayHost
from kiosk_hw.paycodes.merchant import Merchant
from kiosk_hw.paycodes.rsa_keys import platform_key, signing_key
from kiosk_hw.ports.gateway import GatewayEvent
from kiosk_hw.ports.party import LinkWish
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.keys import private_pem, public_pem
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.settings import AlipaySettings, Keyring, WechatSettings

WALL_S = 1_800_000_000.0
STEPS_MAX = 20_000
TRAVEL_S = 0.02
"""How long bytes take one way."""

KEYS = Keyring.seeded(7)
WECHAT = WechatSettings.of(KEYS)
ALIPAY = AlipaySettings.of(KEYS)


@cache
def merchant(provider: str, *, rotated: bool = False) -> Merchant:
    """The merchant that the simulated gateway knows; keys are read once, for that is slow."""
    key = signing_key(private_pem(KEYS.merchant).encode())
    if provider == "alipay":
        platform = platform_key("", public_pem(KEYS.platform.public_key()).encode())
        url = "https://openapi.alipay.com/gateway.do"
        return Merchant(url, ALIPAY.app_id, ALIPAY.seller_id, key, (platform,))
    known = [WECHAT.public_key, *(WECHAT.certificates if rotated else ())]
    return Merchant(
        "https://api.mch.weixin.qq.com",
        WECHAT.appid,
        WECHAT.mchid,
        key,
        tuple(
            platform_key(each.serial, public_pem(each.key.public_key()).encode()) for each in known
        ),
        serial_no=WECHAT.merchant_serial,
        api_v3_key=WECHAT.api_v3_key,
        notify_url="https://pay.example/notify/wechat",
    )


class Table:
    """A host, a gateway, and bytes that take `TRAVEL_S` between them."""

    def __init__(self, provider: str, *, rotated: bool = False) -> None:
        self.now = 0.0
        self.told: list[tuple[float, GatewayEvent]] = []
        self._nonces = 0
        ours = merchant(provider, rotated=rotated)
        codec = WechatPay(ours) if provider == "wechat" else Alipay(ours)
        self.host = GatewayHost(
            provider,
            codec,
            "gateway.example",
            wall_s=lambda now: WALL_S + now,
            nonce=self._nonce,
        )
        self.gateway = Gateway(WECHAT, ALIPAY, Random(7), wall_s=WALL_S)
        self.line = GatewayLine(self.gateway)
        self.is_up = False
        self._on_the_way: list[tuple[float, bool, bytes]] = []
        self.run(1.0)

    def _nonce(self) -> str:
        self._nonces += 1
        return f"{self._nonces:032}"

    def run(self, seconds: float) -> None:
        """Let time go on."""
        until = self.now + seconds
        for _ in range(STEPS_MAX):
            self._settle()
            arrival = min((at for at, _, _ in self._on_the_way), default=until + 1)
            due = min(arrival, self.host.deadline(), self.line.deadline(), self.gateway.deadline())
            if due > until:
                self.now = until
                return
            self.now = max(self.now, due)
            self._deliver()
            self._note(self.host.tick(self.now))
            self.line.tick(self.now)
            self.gateway.tick(self.now)
            self.gateway.take_notices(self.now)
        raise AssertionError(f"no rest: {self.host!r} {self.gateway!r}")

    def do(self, command: Any, seconds: float = 1.0) -> list[GatewayEvent]:
        """Give a command; the events of the next seconds."""
        before = len(self.told)
        self.host.command(command, self.now)
        self.run(seconds)
        return [event for _, event in self.told[before:]]

    def _note(self, events: Any) -> None:
        self.told += [(self.now, event) for event in events]

    def _settle(self) -> None:
        for _ in range(10):
            data = self.host.bytes_to_send()
            if data and self.is_up:
                self._on_the_way.append((self.now + TRAVEL_S, True, data))
            data = self.line.bytes_to_send()
            if data and self.is_up:
                self._on_the_way.append((self.now + TRAVEL_S, False, data))
            if self.line.hung_up and self.is_up and not self._on_the_way:
                self._end()
            match self.host.link_wish():
                case LinkWish.CALL if not self.is_up:
                    self.is_up = True
                    self.line.connected(self.now)
                    self._note(self.host.connected(self.now))
                case LinkWish.HANG_UP if self.is_up:
                    self.line.disconnected(self.now)
                    self._end()
                case _:
                    return

    def _end(self) -> None:
        self.is_up = False
        self._on_the_way.clear()
        self._note(self.host.disconnected(self.now))

    def _deliver(self) -> None:
        due = [each for each in self._on_the_way if each[0] <= self.now]
        self._on_the_way = [each for each in self._on_the_way if each[0] > self.now]
        for _, is_ours, data in due:
            if is_ours:
                self.line.receive(data, self.now)
            else:
                self._note(self.host.receive(data, self.now))
