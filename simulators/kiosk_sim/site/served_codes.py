"""Both payment gateways beside a served lane, in its own host, and the phones of its drivers.

Only a lane with codes imports this room: it loads cryptography.
"""

from collections.abc import Mapping
from pathlib import Path
from random import Random, SystemRandom
from time import time
from typing import Any, Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.orders import PAID
from kiosk_sim.devices.gateway.settings import AlipaySettings, WechatSettings
from kiosk_sim.site.gateway_keys import keys_in, write_public
from kiosk_sim.site.gateway_service import kiosk_toml
from kiosk_sim.wires.notifier import Notifier
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.world.ledger import Ledger
from kiosk_sim.world.phone import Phone, PhoneHabits
from kiosk_sim.world.profiles import Profile

CODES_CURRENCY: Final = "CNY"
"""What both gateways take."""

SCANNED: Final = ("due", "help")
"""The pictures whose codes are there to be paid."""


class ServedCodes:
    """The gateways on a loopback port; `tables` of `kiosk.toml` make a lane speak to them."""

    def __init__(self, host: RealTimeHost, folder: Path, profile: Profile) -> None:
        keys = keys_in(folder)
        lines: list[Gateway] = []
        port = host.add_service(lambda: GatewayLine(lines[0]), "127.0.0.1", 0)
        self.address = (str(port.address[0]), int(port.address[1]))
        origin = f"http://{self.address[0]}:{self.address[1]}"
        wechat, alipay = WechatSettings.of(keys, origin), AlipaySettings.of(keys, origin)
        self.gateway = Gateway(
            wechat, alipay, SystemRandom(), wall_s=time() - host.now(), pace=profile.gateway
        )
        lines.append(self.gateway)
        write_public(folder, wechat, time())
        self._notifier = Notifier(self.gateway, None)
        host.add(self._notifier)
        self.tables = kiosk_toml(folder, wechat, alipay, False)

    def taken_minor(self) -> int:
        """What was paid by code and not given back."""
        faces = (self.gateway.wechat, self.gateway.alipay)
        orders = [order for face in faces if face is not None for order in face.books.orders()]
        paid = [order for order in orders if order.state in PAID]
        return sum(order.terms.amount_minor - order.refunded_minor for order in paid)

    def close(self) -> None:
        """Bring no more notices."""
        self._notifier.close()


class Phones:
    """The phones of those drivers who pay by code, by their places in the queue: 0 comes first."""

    def __init__(
        self, gateway: Gateway, payers: frozenset[int], profile: Profile, seed: int, ledger: Ledger
    ) -> None:
        rng = Random(seed)
        habits = PhoneHabits()
        self._phones = {
            place: Phone(gateway.counter, habits, profile, rng, ledger, number=place)
            for place in sorted(payers)
        }
        self._places: dict[str, int] = {}

    def see(self, picture: Mapping[str, Any], now: float) -> None:
        """The screen changed: whoever stands before it and pays by code looks at its code."""
        exit_id = picture.get("exit", "")
        if not exit_id:
            return
        place = self._places.setdefault(exit_id, len(self._places))
        phone = self._phones.get(place)
        if phone is not None:
            codes = picture["codes"] if picture["picture"] in SCANNED else []
            # With two codes each driver takes the own provider's.
            phone.look(codes[place % len(codes)]["content"] if codes else None, now)

    def deadline(self) -> float:
        """When one of them does something next."""
        return min([NEVER, *(phone.deadline() for phone in self._phones.values())])

    def tick(self, now: float) -> None:
        """Each does what is due."""
        for phone in self._phones.values():
            phone.tick(now)
