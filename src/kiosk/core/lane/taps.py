"""What the pay page tells the lane, as the counter between them hands it over. No screen is here.

The page runs in a process of its own, which strangers reach. Nothing that it says is more than a
wish: whether and what is paid, only a gateway's verified answer tells.
"""

from dataclasses import dataclass, field

from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True)
class LanePayTapped:
    """The driver whose car stands in the lane tapped "pay" on the page of the lane's code.

    Or has opened it where there is one gateway alone to tap; the tap then finds its link there.
    """

    order_id: str
    """The order that the code on the screen was made for; the page knows a token of it alone."""
    gateway: str
    """The port of the gateway that the driver chose: `wechat` or `alipay`."""
    payer_address: str = field(default="", repr=False)
    """The phone's network address, which some gateways demand; in no log, forgotten once told."""


@dataclass(frozen=True, slots=True)
class LanePageOpened:
    """A phone shows the page of the lane's code, and may tap any of several gateways."""

    order_id: str
    payer_address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StayPayTapped:
    """A driver elsewhere entered a plate on the posted code's page, and tapped "pay"."""

    request_id: str
    """Unique for this tap; the answer (`PayLinkReady`, `PayLinkRefused`) names it."""
    stay_id: str
    amount: Money
    """What the page showed. The lane charges this, or refuses: never another amount."""
    gateway: str
    payer_address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class NoticeBrought:
    """A gateway's notification came in at the page's address, unverified."""

    gateway: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
