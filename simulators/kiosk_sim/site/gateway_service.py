"""`kiosk-sim gateway`: both payment gateways for any client, in real time; and `kiosk-sim pay`."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from random import SystemRandom
from ssl import create_default_context
from time import time
from typing import Final, TextIO
from urllib.parse import urlencode

from kiosk_sim.devices.gateway.faults import WHAT, fault_named
from kiosk_sim.devices.gateway.front import TAP_PATH
from kiosk_sim.devices.gateway.gateway import AT_ONCE, Gateway
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.messages import Reply
from kiosk_sim.devices.gateway.settings import AlipaySettings, WechatSettings
from kiosk_sim.site.gateway_keys import (
    API_V3,
    CA,
    MERCHANT,
    PLATFORM_PUBLIC,
    keys_in,
    tls_for,
    write_public,
)
from kiosk_sim.site.stopping import stopped_by_signals
from kiosk_sim.wires.notifier import Notifier
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.world.ledger import Ledger
from kiosk_sim.world.phone import Phone, PhoneHabits
from kiosk_sim.world.profiles import PROFILES, Profile

LOOK_S: Final = 0.1
"""How often somebody looks for a new code."""

PHONES_MAX: Final = 50
"""People who pay at the same time; whoever is behind them waits."""

_REFUSAL: Final = re.compile(rb'"(?:sub_)?code":"([A-Za-z][^"]*)","(?:sub_msg|message)":"([^"]*)"')

TAP_S: Final = 10.0
"""What a tap may take."""


@dataclass(frozen=True, slots=True)
class GatewayPlan:
    """What the command line asks for."""

    address: tuple[str, int]
    folder: Path
    faults: Sequence[str] = ()
    """Each `NAME[@OPERATION][:TIMES]`."""
    profile: str = ""
    """Whose pace answers have; empty: at once."""
    tls: bool = False
    payer: str = ""
    """Whose pace somebody has who scans and pays every code; empty: nobody does."""
    trace: bool = False
    """A line for each request: an integrator sees why one was refused."""
    notify_to: tuple[str, int] | None = None
    """HOST, PORT of this machine where notices go, whatever address the orders name."""


def serve_gateway(plan: GatewayPlan, out: TextIO) -> None:
    """Serve until stopped; prints where, and the tables of `kiosk.toml` that speak to it.

    Raises ValueError for a fault that there is not, and for a file that is no key.
    """
    faults = [fault_named(text) for text in plan.faults]
    folder = plan.folder.resolve()
    keys = keys_in(folder)
    host = RealTimeHost()
    pace = PROFILES[plan.profile].gateway if plan.profile else AT_ONCE
    with stopped_by_signals(host.stop), host:
        tls = tls_for(folder, plan.address[0], time()) if plan.tls else None
        lines: list[Gateway] = []
        port = host.add_service(lambda: GatewayLine(lines[0]), *plan.address, tls)
        origin = f"{'https' if tls else 'http'}://{port.address[0]}:{port.address[1]}"
        wechat, alipay = WechatSettings.of(keys, origin), AlipaySettings.of(keys, origin)
        gateway = Gateway(wechat, alipay, SystemRandom(), wall_s=time() - host.now(), pace=pace)
        lines.append(gateway)
        if plan.trace:
            gateway.witness = lambda operation, reply: print(
                traced(operation, reply), file=out, flush=True
            )
        for fault, times, only in faults:
            gateway.faults.set(fault, times, only)
            print(f"fault: {fault.value}: {WHAT[fault]}", file=out)
        write_public(folder, wechat, time())
        notifier = Notifier(gateway, plan.notify_to)
        host.add(notifier)
        if plan.payer:
            host.add(Payers(gateway, PROFILES[plan.payer]))
        print(f"gateway: {origin}", file=out)
        print(kiosk_toml(folder, wechat, alipay, tls is not None), file=out, flush=True)
        host.run()
        notifier.close()


def traced(operation: str, reply: Reply) -> str:
    """One request as a line: what for, the status, and the words of a refusal, never of a payer."""
    if reply.answer is None:
        return f"{operation or '?'}: no answer"
    refusal = _REFUSAL.search(reply.answer.body)
    why = "" if refusal is None else f" {refusal[1].decode()}: {refusal[2].decode()}"
    cut = ", cut" if reply.cut else ""
    return f"{operation or '?'}: {reply.answer.status}{why}{cut}"


class Payers:
    """Somebody who scans and pays each code that an order puts on a screen."""

    def __init__(self, gateway: Gateway, profile: Profile) -> None:
        self._counter = gateway.counter
        self._profile = profile
        self._rng = SystemRandom()
        self._phones: dict[str, Phone] = {}
        self._look_at = 0.0
        self._number = 0

    def deadline(self) -> float:
        """When screens are looked at, or a phone does something."""
        return min([self._look_at, *(phone.deadline() for phone in self._phones.values())])

    def tick(self, now: float) -> None:
        """Phones do what is due; those whose code is gone are put away."""
        for phone in self._phones.values():
            phone.tick(now)
        if now < self._look_at:
            return
        self._look_at = now + LOOK_S
        codes = self._counter.on_screens(now)[:PHONES_MAX]
        self._phones = {code: self._phones.get(code) or self._new() for code in codes}
        for code, phone in self._phones.items():
            phone.look(code, now)

    def _new(self) -> Phone:
        self._number += 1
        return Phone(
            self._counter,
            PhoneHabits(),
            self._profile,
            self._rng,
            Ledger(),
            number=self._number,
        )


def kiosk_toml(folder: Path, wechat: WechatSettings, alipay: AlipaySettings, tls: bool) -> str:
    """The tables of `kiosk.toml` for the merchant that this gateway knows."""
    key, public = folder / MERCHANT, folder / PLATFORM_PUBLIC
    trust = f'ca_file = "{folder / CA}"\n' if tls else ""
    return (
        "\n[codes.wechat]\n"
        f'url = "{wechat.origin}"\n{trust}'
        f'app_id = "{wechat.appid}"\n'
        f'merchant_id = "{wechat.mchid}"\n'
        f'serial_no = "{wechat.merchant_serial}"\n'
        f'key_file = "{key}"\n'
        f'api_v3_key_file = "{folder / API_V3}"\n'
        f'platform_keys = {{ "{wechat.public_key.serial}" = "{public}" }}\n'
        "\n[codes.alipay]\n"
        f'url = "{alipay.origin}/gateway.do"\n{trust}'
        f'app_id = "{alipay.app_id}"\n'
        f'merchant_id = "{alipay.seller_id}"\n'
        f'key_file = "{key}"\n'
        f'platform_keys = {{ "alipay" = "{public}" }}\n'
    )


def tap(
    code: str, act: str, gateway: tuple[str, int], out: TextIO, *, ca: Path | None = None
) -> int:
    """Scan this code, or follow this link, and pay or let the bank decline; 0 when that was done.

    Raises OSError when no gateway is there, and ValueError when it has no such order.
    """
    if ca is None:
        link = HTTPConnection(*gateway, timeout=TAP_S)
    else:
        trust = create_default_context(cafile=str(ca))
        link = HTTPSConnection(*gateway, timeout=TAP_S, context=trust)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        link.request("POST", TAP_PATH, urlencode({"code": code, "act": act}), kind)
        answer = link.getresponse()
        record = json.loads(answer.read(4096))
    except HTTPException as error:
        raise ValueError(f"expected a gateway, got {error!r}") from None
    finally:
        link.close()
    if answer.status != 200:
        raise ValueError("expected a code or a link of a standing order of this gateway")
    amount = record["amount_minor"]
    done = record["paid"] or act != "pay"
    what = {"pay": "paid", "decline": "declined", "look": "due"}[act] if done else "not payable"
    print(f"{what}: {amount // 100}.{amount % 100:02d} CNY, {record['title']}", file=out)
    return 0 if done else 1
