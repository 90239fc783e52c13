"""A gateway of payment codes as a party: commands in, events out, HTTP on the bytes of one link.

Words and signatures are the codec's, HTTP the wire's. Nothing here is believed that the codec does
not believe: silence, a broken answer and a refused signature are all `OrderUnclear`. Whatever is
repeated is idempotent by its number: asking, making the same order, closing it, one refund.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from kiosk_hw.gateways.model import GatewayCodec
from kiosk_hw.hosts.gateway.dialogue import Dialogue, Events
from kiosk_hw.hosts.gateway.errands import unclear
from kiosk_hw.hosts.gateway.wire import HttpWire, WireState
from kiosk_hw.hosts.news import News
from kiosk_hw.paycodes.freshness import SeenIds
from kiosk_hw.paycodes.merchant import Asking
from kiosk_hw.paycodes.order_names import is_order_id
from kiosk_hw.ports.gateway import (
    CreateOrder,
    GatewayCommand,
    GatewayEvent,
    HearNotice,
    OrderNoticed,
)
from kiosk_hw.ports.party import LineSettings, LinkWish

ORDERS_MAX: Final = 64
"""Orders whose first asking is remembered, so that asking again says the very same."""

NETWORK: Final = LineSettings(10_000_000)
"""Without meaning on a network; shells that pace bytes take ten megabits."""


class GatewayHost:
    """One merchant's side of one gateway, at the address `host`; amounts must be in `currency`.

    `name` is what events of its standing call it: a lane may have two.
    """

    def __init__(
        self,
        name: str,
        codec: GatewayCodec,
        host: str,
        *,
        wall_s: Callable[[float], float],
        nonce: Callable[[], str],
        currency: str = "CNY",
    ) -> None:
        self.line = NETWORK
        self.refused = 0
        """Commands that no gateway can be told, and notices that do not verify."""
        self.seen = SeenIds()
        self._codec = codec
        self._wall_s = wall_s
        self._currency = currency
        self._wire = HttpWire(host)
        self._dialogue = Dialogue(name, codec, self._wire, wall_s=wall_s, nonce=nonce)
        self._ordered: OrderedDict[str, float] = OrderedDict()
        self._news: News[GatewayEvent] = News()

    def __repr__(self) -> str:
        return (
            f"<GatewayHost refused={self.refused} {self._dialogue!r} {self._wire!r} {self.seen!r}>"
        )

    # The verbs of a party.

    def connected(self, now: float) -> Sequence[GatewayEvent]:
        """The link is up."""
        events = [*self._news.take(), *self._drop_link("the link was made anew", now)]
        self._wire.up()
        self._dialogue.proceed(now)
        return events

    def disconnected(self, now: float) -> Sequence[GatewayEvent]:
        """The link is gone, or could not be made; no news while nothing is asked."""
        return [*self._news.take(), *self._drop_link("the connection broke", now)]

    def receive(self, data: bytes, now: float) -> Sequence[GatewayEvent]:
        """Bytes of the gateway."""
        events = self._news.take()
        answer = self._wire.receive(data)
        if answer is not None:
            events += self._dialogue.hear(answer, now)
        elif self._wire.fault and self._dialogue.running is not None:
            events += self._dialogue.broken(f"its answer broke: {self._wire.fault}", now)
        self._dialogue.proceed(now)
        return events

    def command(self, command: GatewayCommand, now: float) -> None:
        """Take a command; its event comes out of a later `receive` or `tick`."""
        if isinstance(command, HearNotice):
            self._hear_notice(command, now)
            return
        ordered_s = self._first_asked(command, now)
        if not self._can_say(command) or self._dialogue.errands.is_full():
            self.refused += 1
            self._news.add(unclear(command, "no such order, or too many at once"), now)
        elif events := self._codec.at_once(command, self._dialogue.stamp(now, ordered_s)):
            self._news.add(events, now)
        elif not self._dialogue.is_asking(command):
            self._dialogue.take(command, ordered_s, now)
            self._dialogue.proceed(now)

    def tick(self, now: float) -> Sequence[GatewayEvent]:
        """Deadlines, the silence of a gateway, probes, and errands whose turn has come."""
        events = [*self._news.take(), *self._dialogue.tick(now)]
        self._dialogue.proceed(now)
        return events

    def deadline(self) -> float:
        """The nearest of all waits."""
        return min(self._news.due, self._dialogue.deadline())

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        return self._wire.bytes_to_send()

    def link_wish(self) -> LinkWish:
        """Call when there is something to ask; hang up where no answer can be told from another."""
        if self._wire.state in (WireState.SPENT, WireState.ABANDONED):
            return LinkWish.HANG_UP
        if self._wire.state is WireState.DOWN and not self._dialogue.idle:
            return LinkWish.CALL
        return LinkWish.KEEP

    # Inside.

    def _drop_link(self, why: str, now: float) -> Events:
        answer = self._wire.down()
        if answer is not None:
            return self._dialogue.hear(answer, now)
        return self._dialogue.broken(why, now)

    def _can_say(self, command: Asking) -> bool:
        ids = [command.order_id, getattr(command, "refund_id", command.order_id)]
        amount = command.amount
        return all(map(is_order_id, ids)) and (
            amount.currency == self._currency and amount.amount_minor > 0
        )

    def _first_asked(self, command: Asking, now: float) -> float:
        """When this order was first asked for: the same number with other words is refused."""
        wall_s = self._wall_s(now)
        if not isinstance(command, CreateOrder):
            return wall_s
        wall_s = self._ordered.setdefault(command.order_id, wall_s)
        if len(self._ordered) > ORDERS_MAX:
            self._ordered.popitem(last=False)
        return wall_s

    def _hear_notice(self, heard: HearNotice, now: float) -> None:
        wall_s = self._wall_s(now)
        notice = self._codec.notice(heard.headers, heard.body, wall_s)
        if notice is None:
            self.refused += 1
        elif self.seen.is_new(notice.ids, wall_s):
            self._news.add((OrderNoticed(notice.order_id),), now)
