"""What `[codes]` makes: hosts with keys out of files, ports without a trace, and real TLS."""

import asyncio
import io
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from edge.test_config_codes import BOTH
from edge.tls_server import Authority, serving
from edge.waiting import until
from kiosk.config import Config, parse
from kiosk.edge.commands import check
from kiosk.edge.devices import parties, ports
from kiosk.edge.port import Port, PortConfig
from kiosk.errors import ConfigError
from kiosk_hw.hosts.gateway_host import GatewayHost
from kiosk_hw.ports.gateway import (
    AskOrder,
    CreateOrder,
    GatewayReady,
    OrderCreated,
    OrderPaid,
    Way,
)
from kiosk_hw.ports.money import Money
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.settings import AlipaySettings, WechatSettings
from kiosk_sim.site.gateway_keys import keys_in, write_public
from kiosk_sim.site.gateway_service import kiosk_toml
from wire.gateway_keys import private_pem, public_pem

APIV3 = "0123456789abcdefghijklmnopqrstuv"
READY = BOTH.replace('password_file = "terminal.password"', 'password = "135790"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("wechat-key.pem", "alipay-key.pem"):
        (tmp_path / name).write_bytes(private_pem("merchant"))
    (tmp_path / "wechat.apiv3").write_text(APIV3 + "\n")
    for name in ("new.pem", "old.pem", "alipay.pem"):
        (tmp_path / name).write_bytes(public_pem(name))
    for path in tmp_path.iterdir():
        path.chmod(0o644 if path.name in ("new.pem", "old.pem", "alipay.pem") else 0o600)
    return tmp_path


def test_a_lane_with_codes_has_a_party_and_a_port_for_each_gateway(folder: Path) -> None:
    config = parse(READY + '[codes]\npage_url = "https://pay.example.com"\n', folder)
    made, where = parties(config), ports(config)
    assert set(made) == set(where) == {"barrier", "camera", "terminal", "wechat", "alipay"}
    assert where["wechat"] == PortConfig("https://api.mch.weixin.qq.com")
    assert where["alipay"] == PortConfig("https://openapi.alipay.com/gateway.do")
    assert isinstance(made["wechat"], GatewayHost)
    shown = f"{made} {where} {config}"
    assert APIV3 not in shown
    assert "PRIVATE" not in shown
    host = made["wechat"]
    host.connected(0.0)
    host.command(CreateOrder("p-0a1b2c-000007", Money(100, "CNY"), Way.SCREEN, 90), 0.0)
    sent = host.bytes_to_send()
    assert b"host: api.mch.weixin.qq.com" in sent.lower()
    assert b'"notify_url":"https://pay.example.com/notify/wechat"' in sent


def test_an_address_and_its_authority_can_be_others(folder: Path) -> None:
    more = 'url = "https://localhost:8090/gateway.do"\nca_file = "ca.pem"\n'
    config = parse(READY + more, folder)
    assert ports(config)["alipay"] == PortConfig(
        "https://localhost:8090/gateway.do", ca_file=folder / "ca.pem"
    )


def faults_of(config: Config) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        parties(config)
    with pytest.raises(ConfigError) as checked:
        check.execute(Namespace(config=[_written(config)]), io.StringIO())
    told = [fault for fault in checked.value.faults if fault.startswith("codes.")]
    assert told == list(raised.value.faults), "kiosk check says what kiosk run would say"
    return told


_TEXTS: dict[int, Path] = {}


def _written(config: Config) -> Path:
    return _TEXTS[id(config)]


def configured(folder: Path) -> Config:
    path = folder / "kiosk.toml"
    path.write_text(READY, encoding="utf-8")
    config = parse(READY, folder)
    _TEXTS[id(config)] = path
    return config


SPOILED: list[tuple[str, Callable[[Path], object], str]] = [
    ("wechat-key.pem", lambda p: p.chmod(0o644), "codes.wechat.key_file: expected a file for this"),
    ("wechat.apiv3", lambda p: p.chmod(0o604), "codes.wechat.api_v3_key_file: expected a file for"),
    ("new.pem", lambda p: p.chmod(0o666),
     "codes.wechat.platform_keys.PUB_KEY_ID_01: expected a file that not everybody can change"),
    ("wechat-key.pem", lambda p: p.unlink(), "codes.wechat.key_file: "),
    ("alipay-key.pem", lambda p: p.write_bytes(public_pem("x")),
     "codes.alipay.key_file: expected a private key in PEM without a passphrase, in "),
    ("alipay.pem", lambda p: p.write_text("MIIBIjANBg"),
     "codes.alipay.platform_keys.alipay: expected a public key or a certificate in PEM, in "),
    ("wechat.apiv3", lambda p: p.write_text("short"),
     "codes.wechat.api_v3_key_file: expected 32 characters without a blank in "),
    ("wechat.apiv3", lambda p: p.write_text("0123456789 abcdefghijklmnopqrstu"),
     "codes.wechat.api_v3_key_file: expected 32 characters without a blank in "),
    ("wechat.apiv3", lambda p: p.write_text("x" * 70_000),
     "codes.wechat.api_v3_key_file: expected at most 65536 bytes in "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spoil", "line"), SPOILED)
def test_a_key_that_cannot_be_used_is_one_line(
    name: str, spoil: Callable[[Path], object], line: str, folder: Path
) -> None:
    spoil(folder / name)
    (fault,) = faults_of(configured(folder))
    assert fault.startswith(line)
    assert "MIIB" not in fault


def test_all_keys_that_cannot_be_used_are_named_at_once(folder: Path) -> None:
    for name in ("wechat-key.pem", "wechat.apiv3", "new.pem", "old.pem", "alipay-key.pem"):
        (folder / name).unlink()
    assert len(faults_of(configured(folder))) == 5


def test_kiosk_check_tells_where_the_gateways_are(folder: Path) -> None:
    configured(folder)
    out = io.StringIO()
    with pytest.raises(ConfigError):
        check.execute(Namespace(config=[folder / "kiosk.toml"]), out)
    assert "wechat      wechat_pay_v3, https://api.mch.weixin.qq.com: not tried" in out.getvalue()


def test_a_lane_without_codes_loads_neither_cryptography_nor_http(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from kiosk.config import parse\n"
        "from kiosk.edge.devices import parties, ports\n"
        "from kiosk.edge import composition, runtime\n"
        "from edge.config_samples import EXIT\n"
        "config = parse(EXIT.replace('password_file = \"terminal.password\"', "
        "'password = \"135790\"'))\n"
        "parties(config), ports(config)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('cryptography', 'h11')])\n"
    )
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": paths, "PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "[]\n"


class OneParty:
    """A controller of one party, as far as a port needs one; notes events, and ticks."""

    def __init__(self, name: str, party: GatewayHost) -> None:
        self.parties = {name: party}
        self.party = party
        self.events: list[Any] = []
        self.observer = None

    def connected(self, port: str, now: float) -> None:
        self.events += self.party.connected(now)

    def disconnected(self, port: str, now: float) -> None:
        self.events += self.party.disconnected(now)

    def receive(self, port: str, data: bytes, now: float) -> None:
        self.events += self.party.receive(data, now)

    def bytes_to_send(self, port: str) -> bytes:
        return self.party.bytes_to_send()


@pytest.mark.slow
def test_an_order_is_made_and_paid_over_real_tls_against_the_simulator(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The whole way: `[codes]` of the simulator's own table, verified TLS, HTTP, signatures."""
    authority = Authority(tmp_path)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        keys = keys_in(tmp_path)
        wechat, alipay = WechatSettings.of(keys), AlipaySettings.of(keys)
        gateway = Gateway(wechat, alipay, Random(1), wall_s=time.time() - loop.time())
        write_public(tmp_path, wechat, time.time())
        async with serving(partial(_serve, gateway), authority.context()) as number:
            table = kiosk_toml(tmp_path, wechat, alipay, False)
            for origin in (wechat.origin, alipay.origin):
                table = table.replace(f'url = "{origin}', f'url = "https://localhost:{number}')
            table = table.replace("\napp_id", f'\nca_file = "{authority.ca_file}"\napp_id')
            config = parse(READY[: READY.index("[codes.wechat]")] + table, tmp_path)
            made, where = parties(config), ports(config)
            for name in ("wechat", "alipay"):
                host = made[name]
                assert isinstance(host, GatewayHost)
                await _pay(OneParty(name, host), where[name], gateway)

    caplog.set_level("DEBUG")
    asyncio.run(run())
    assert "p-0a1b2c" not in caplog.text, "no byte of these ports is ever logged"


async def _serve(
    gateway: Gateway, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One line to the simulated gateway, on a real connection."""
    loop = asyncio.get_running_loop()
    line = GatewayLine(gateway)
    line.connected(loop.time())
    while True:
        wait_s = min(max(line.deadline() - loop.time(), 0.0), 0.5)
        try:
            data = await asyncio.wait_for(reader.read(65536), wait_s)
            if not data:
                return
            line.receive(data, loop.time())
        except TimeoutError:
            pass
        line.tick(loop.time())
        writer.write(line.bytes_to_send())


async def _pay(one: OneParty, where: PortConfig, gateway: Gateway) -> None:
    name, loop = next(iter(one.parties)), asyncio.get_running_loop()

    def step(now: float, verb: Callable[..., None], *arguments: Any) -> None:
        verb(*arguments, now)
        settle(now)

    def settle(now: float) -> None:
        for _ in range(10):
            if one.party.deadline() <= now:
                one.events += one.party.tick(now)
        port.flush(now)

    port = Port(name, where, one, loop, step)  # type: ignore[arg-type]
    port.link.start()

    async def happened(kind: type) -> Any:
        def look() -> bool:
            settle(loop.time())
            return any(isinstance(event, kind) for event in one.events)

        await until(look)
        return next(event for event in one.events if isinstance(event, kind))

    await happened(GatewayReady)
    order, fee = f"p-0a1b2c-{name}", Money(1250, "CNY")
    one.party.command(CreateOrder(order, fee, Way.SCREEN, 120), loop.time())
    created = await happened(OrderCreated)
    assert gateway.counter.pay(created.content, loop.time())
    one.party.command(AskOrder(order, fee), loop.time())
    paid = await happened(OrderPaid)
    assert (paid.order_id, paid.amount) == (order, fee)
    port.close()
