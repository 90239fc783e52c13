"""Who we are at a gateway, what its messages say for everybody, and the commands it answers."""

from dataclasses import dataclass, field
from typing import Final

from kiosk_hw.paycodes.rsa_keys import PlatformKey, SigningKey
from kiosk_hw.ports.gateway import AskOrder, AskRefund, CloseOrder, CreateOrder, RefundOrder

DESCRIPTION: Final = "停车费 Parking"
"""What the payer's bill says: this for everybody, for no plate is ever sent to a gateway."""

EXPIRES_S_MIN: Final = 65
"""Both gateways refuse an order that ends within a minute; their clock may be ahead of ours."""

ANSWER_BYTES_MAX: Final = 64 * 1024
"""An answer of either gateway has 4 KiB at most; a longer one is none."""

Asking = CreateOrder | AskOrder | CloseOrder | RefundOrder | AskRefund
"""The commands that an exchange with the gateway answers."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who we are at the gateway, and the keys on both sides. Nothing secret is in its `repr`."""

    url: str
    """Where the gateway's API is: https://host, with the path that the provider names."""
    app_id: str
    merchant_id: str
    """WeChat Pay: mchid. Alipay: the seller's 2088... number."""
    key: SigningKey
    platform_keys: tuple[PlatformKey, ...]
    """Several while the platform changes its key; the first is the one we ask it to use."""
    serial_no: str = ""
    """WeChat Pay: the serial number of the certificate of our own key."""
    api_v3_key: bytes = field(default=b"", repr=False)
    """WeChat Pay: what notifications are encrypted with."""
    notify_url: str = ""
    """Where notifications go; empty: nowhere, for the gateway is asked anyway."""

    @property
    def path(self) -> str:
        """The path of `url`; empty when it names the host alone."""
        _, _, rest = self.url.partition("://")
        _, slash, path = rest.partition("/")
        return slash + path
