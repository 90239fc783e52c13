"""How soon an order that can be paid is asked about again: slowly, but while a payment is likely.

Whatever is waited before a question counts as the machine's share, and every question is one of
the merchant's at the gateway. So an order is asked about every `ask_ms`, and faster only in the few
seconds in which its driver can have agreed: not while he still scans or taps, not after a doubt,
and not often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.core.lane.tables.code_order import CodeState
from kiosk_hw.ports.gateway import Way

HURRY_PAUSE_S: Final = 0.1
"""The pause while a payment is likely: with what sensing and the barrier's line take, 0.15 s of the
machine's quarter of a second. Of a gateway that answers in 0.12 s it is 4 to 5 questions a second.
"""

HURRIED_MAX: Final = 72
"""Fast questions about one order: a window of each kind, of a gateway that answers in 0.12 s.
Whoever opens the sheet, leaves it and opens it again makes a new window each time, and costs no
more than this."""


@dataclass(frozen=True, slots=True)
class Window:
    """Since an order came to its state: when a payment of it is likely."""

    from_s: float
    until_s: float


LIKELY: Final[Mapping[Way, Window]] = {Way.SCREEN: Window(3.0, 13.0), Way.PAGE: Window(1.5, 12.0)}
"""Where the gateway does not tell that somebody confirms: WeChat Pay calls an order unpaid until it
is paid. A code on the screen must be scanned, its sheet must load and be agreed to: the fastest
have paid after 3.1 s, 99 of 100 after nine, slow ones after 12. A link is made when its page is
opened or tapped: the fastest have agreed 1.6 s later, 99 of 100 within seven, slow ones within 11.
"""

CONFIRMING: Final = Window(0.5, 6.0)
"""Where it tells. It was seen up to `ask_ms` after it had begun; a face, a finger or a password
take two seconds, and who has laid the phone aside must not cost five questions a second until it
ends."""


class Pace:
    """When one order is asked about next."""

    def __init__(self, ask_s: float, way: Way, now: float) -> None:
        self.hurried = 0
        """Fast questions so far."""
        self.rests = False
        """Another code beside this one is being paid."""
        self._ask_s = ask_s
        self._likely = LIKELY[way]
        self._since_s = now
        self._doubted = False

    def __repr__(self) -> str:
        return f"<Pace hurried={self.hurried}{' doubted' if self._doubted else ''}>"

    @property
    def may_hurry(self) -> bool:
        """No answer was unbelievable yet, and no gateway wanted to be left alone."""
        return not self._doubted

    def doubt(self) -> None:
        """Ask slowly from now on."""
        self._doubted = True

    def begin(self, now: float) -> None:
        """The order can be paid from now on, or somebody confirms since now."""
        self._since_s = now

    def pause_s(self, state: CodeState, now: float, *, handed: bool = True) -> float:
        """The pause after an answer that left the order in `state`.

        `handed`: somebody may have its code or link.
        """
        if self._doubted or self.rests or not handed or self.hurried >= HURRIED_MAX:
            return self._ask_s
        pause_s = self._wished_s(state, now - self._since_s)
        self.hurried += pause_s < self._ask_s
        return pause_s

    def _wished_s(self, state: CodeState, since_s: float) -> float:
        window = CONFIRMING if state is CodeState.PAYING else self._likely
        if since_s >= window.until_s:
            return self._ask_s
        # Not beyond the moment from which a payment is likely.
        return min(self._ask_s, max(HURRY_PAUSE_S, window.from_s - since_s))
