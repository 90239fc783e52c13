"""What one gateway's file declares. No provider's own words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk_hw.paycodes.merchant import Asking, Merchant
from kiosk_hw.paycodes.messages import Header, HttpAnswer, HttpRequest, Notice, Reading, Stamp
from kiosk_hw.ports.gateway import GatewayEvent


class GatewayCodec(Protocol):
    """One merchant at one gateway: what is asked in which words, and what answers mean.

    A command is carried out in steps, each one exchange; the codec names them.
    """

    def at_once(self, command: Asking, stamp: Stamp) -> tuple[GatewayEvent, ...]:
        """What this command comes to without any exchange; mostly nothing."""

    def first_step(self, command: Asking) -> str:
        """The step that the command begins with."""

    def request(self, step: str, command: Asking, stamp: Stamp) -> HttpRequest:
        """The request of this step, signed as of `stamp`."""

    def read(self, step: str, command: Asking, answer: HttpAnswer, wall_s: float) -> Reading:
        """What the answer to this step means. Never raises for what the gateway sent."""

    def notice(self, headers: tuple[Header, ...], body: bytes, wall_s: float) -> Notice | None:
        """The order that a notification is about; None unless it verifies and is fresh."""


@dataclass(frozen=True, slots=True)
class GatewayModel:
    """One gateway's API. An order is made in `currency`, and nothing else is understood."""

    name: str
    url: str
    """The provider's own address of the API."""
    codec: Callable[[Merchant], GatewayCodec]
    currency: str = "CNY"
    needs: tuple[str, ...] = ()
    """What of a `Merchant` this gateway cannot do without, beyond the keys."""
    has_named_keys: bool = False
    """The platform's keys have names, which its answers tell."""
