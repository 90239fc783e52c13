"""A stage for the simulated gateway: a merchant of hand-written requests, in virtual time.

The merchant's signatures are made here from the manuals' words, by neither side's code.
"""

import json
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.settings import AlipaySettings, Keyring, WechatSettings

SEED: Final = 1
WALL_S: Final = 1_800_000_000.0
"""15 January 2027, 16:00 in Beijing."""

NOTIFY: Final = "https://kiosk.example.org/notice"
TURNS_MAX: Final = 1_000

ORDER: Final[dict[str, Any]] = {
    "appid": "wx0000000000000001",
    "mchid": "1900000001",
    "description": "Parking",
    "out_trade_no": "order-0001",
    "notify_url": NOTIFY,
    "amount": {"total": 1250, "currency": "CNY"},
}

H5: Final = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}


class Answered:
    """One answer, taken apart."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }

    @property
    def record(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Stage:
    """A gateway, a line to it, and the clock of both."""

    def __init__(self, seed: int = SEED, **options: Any) -> None:
        self.keys = Keyring.seeded(SEED)
        self.now = 0.0
        self.gateway = Gateway(
            WechatSettings.of(self.keys),
            AlipaySettings.of(self.keys),
            Random(seed),
            wall_s=WALL_S,
            **options,
        )
        self.nonces = 0
        self.line = GatewayLine(self.gateway)
        self.line.connected(0.0)

    def pass_time(self, seconds: float) -> None:
        """Let time go on, each deadline at its time."""
        until = self.now + seconds
        for _ in range(TURNS_MAX):
            due = min(self.line.deadline(), self.gateway.deadline())
            if due > until:
                self.now = until
                return
            self.now = max(due, self.now)
            self.line.tick(self.now)
            self.gateway.tick(self.now)
            if self.gateway.notices.deadline() <= self.now:
                self.gateway.take_notices(self.now)
        raise AssertionError(f"still busy after {TURNS_MAX} turns: {self.gateway!r}")

    def raw(self, data: bytes, piece: int = 0) -> bytes:
        """Say these bytes, in pieces if wanted, and take what comes at once or when it is due."""
        step = piece or max(len(data), 1)
        for start in range(0, len(data), step):
            self.line.receive(data[start : start + step], self.now)
        out = b""
        for _ in range(TURNS_MAX):
            out += self.line.bytes_to_send()
            due = self.line.deadline()
            if due == NEVER or due > self.now + 30.0:
                return out
            self.now = max(self.now, due)
            self.line.tick(self.now)
        raise AssertionError(f"still busy after {TURNS_MAX} turns: {self.line!r}")

    # WeChat Pay.

    def wechat_bytes(self, method: str, target: str, body: Any = None, **other: str) -> bytes:
        """A signed request; `other` replaces what is signed or said."""
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        self.nonces += 1
        nonce = other.get("nonce", f"nonce{self.nonces:06d}")
        timestamp = other.get("timestamp", str(int(WALL_S + self.now)))
        signed = f"{method}\n{other.get('signed_target', target)}\n{timestamp}\n{nonce}\n{text}\n"
        values = {
            "mchid": other.get("mchid", "1900000001"),
            "nonce_str": nonce,
            "signature": other.get("signature", self.signature(signed)),
            "timestamp": timestamp,
            "serial_no": other.get("serial", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
        }
        pairs = ",".join(f'{name}="{value}"' for name, value in values.items())
        headers = {
            "Host": "api.mch.weixin.qq.com",
            "Authorization": other.get("authorization", f"WECHATPAY2-SHA256-RSA2048 {pairs}"),
            "Accept": other.get("accept", "application/json"),
            "User-Agent": other.get("agent", "stage"),
            "Content-Type": other.get("kind", "application/json"),
            "Content-Length": str(len(text.encode())),
        }
        if "wanted_serial" in other:
            headers["Wechatpay-Serial"] = other["wanted_serial"]
        return http(method, target, headers, text.encode())

    def wechat(self, method: str, target: str, body: Any = None, **other: str) -> Answered:
        """Its answer."""
        return Answered(self.raw(self.wechat_bytes(method, target, body, **other)))

    def native(self, **changes: Any) -> Answered:
        """Create an order for the screen."""
        return self.wechat("POST", "/v3/pay/transactions/native", {**ORDER, **changes})

    def code(self, **changes: Any) -> str:
        """The code of a new order."""
        return str(self.native(**changes).record["code_url"])

    def query(self, number: str = "order-0001") -> Answered:
        """Ask for an order."""
        return self.wechat("GET", f"/v3/pay/transactions/out-trade-no/{number}?mchid=1900000001")

    def close(self, number: str = "order-0001") -> Answered:
        """Close an order."""
        target = f"/v3/pay/transactions/out-trade-no/{number}/close"
        return self.wechat("POST", target, {"mchid": "1900000001"})

    def refund(
        self, number: str = "refund-1", amount: int = 1250, total: int = 1250, **changes: Any
    ) -> Answered:
        """Give an order back."""
        body = {
            "out_trade_no": "order-0001",
            "out_refund_no": number,
            "amount": {"refund": amount, "total": total, "currency": "CNY"},
        }
        return self.wechat("POST", "/v3/refund/domestic/refunds", {**body, **changes})

    # Alipay.

    def alipay_values(self, name: str, content: Any, **other: str) -> dict[str, str]:
        """The signed parameters; `other` adds to them, or replaces them before signing."""
        moment = datetime.fromtimestamp(WALL_S + self.now, timezone(timedelta(hours=8)))
        values = {
            "app_id": "2021000000000001",
            "method": name,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": moment.strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": content if isinstance(content, str) else json.dumps(content),
            **other,
        }
        text = "&".join(f"{name}={value}" for name, value in sorted(values.items()) if value)
        return {**values, "sign": self.signature(text)}

    def alipay_raw(self, values: dict[str, str]) -> Answered:
        """The answer to these parameters as a form."""
        body = urlencode(values).encode()
        headers = {
            "Host": "openapi.alipay.com",
            "Content-Type": "application/x-www-form-urlencoded;charset=utf-8",
            "Content-Length": str(len(body)),
        }
        return Answered(self.raw(http("POST", "/gateway.do", headers, body)))

    def alipay(self, method: str, content: Any = None, **other: str) -> Any:
        """The inner object of the answer."""
        values = self.alipay_values(f"alipay.trade.{method}", content or {}, **other)
        record = self.alipay_raw(values).record
        return record[f"alipay_trade_{method.replace('.', '_')}_response"]

    def precreate(self, number: str = "order_0001", **changes: Any) -> Any:
        """Create an order for the screen."""
        content = {"out_trade_no": number, "total_amount": "12.50", "subject": "Parking"}
        return self.alipay("precreate", {**content, **changes}, notify_url=NOTIFY)

    # Both.

    def signature(self, text: str) -> str:
        """The merchant's signature of this text."""
        return b64encode(self.keys.merchant.sign(text.encode(), PKCS1v15(), SHA256())).decode()

    def get(self, target: str) -> Answered:
        """What a browser sees."""
        return Answered(self.raw(http("GET", target, {"Host": "wx.tenpay.com"}, b"")))

    def notices(self, seconds: float) -> list[tuple[float, Any]]:
        """(moment, notice) of everything that leaves within so many seconds, never heard."""
        until = self.now + seconds
        found: list[tuple[float, Any]] = []
        for _ in range(TURNS_MAX):
            due = self.gateway.deadline()
            if due > until:
                self.now = until
                return found
            self.now = max(due, self.now)
            found += [(self.now, notice) for notice in self.gateway.take_notices(self.now)]
        raise AssertionError(f"still busy after {TURNS_MAX} turns: {self.gateway!r}")


def http(method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
    """A request as bytes."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {v}" for name, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
