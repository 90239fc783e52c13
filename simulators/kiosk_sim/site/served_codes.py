"""Both payment gateways beside a served lane, in its own host.

Only a lane with codes imports this room: it loads cryptography.
"""

from pathlib import Path
from random import SystemRandom
from time import time
from typing import Final

from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.orders import PAID
from kiosk_sim.devices.gateway.settings import AlipaySettings, WechatSettings
from kiosk_sim.site.gateway_keys import keys_in, write_public
from kiosk_sim.site.gateway_service import kiosk_toml
from kiosk_sim.wires.notifier import Notifier
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.world.profiles import Profile

CODES_CURRENCY: Final = "CNY"
"""What both gateways take."""


class ServedCodes:
    """The gateways on one port; `tables` of `kiosk.toml` make a lane speak to them."""

    def __init__(
        self,
        host: RealTimeHost,
        folder: Path,
        profile: Profile,
        at: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        keys = keys_in(folder)
        lines: list[Gateway] = []
        port = host.add_service(lambda: GatewayLine(lines[0]), *at)
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
