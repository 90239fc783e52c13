"""The phones of those drivers of a served lane who pay by code: which code, which page, which way.

They see what the screen shows and nothing else; whose car stands before it, the world knows.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.wires.browsing import Browser
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share
from kiosk_sim.world.phone import AIM_S, SCANS_MAX, Phone, PhoneHabits, Step
from kiosk_sim.world.profiles import Profile

SCANNED: Final = ("due", "help")
"""The pictures whose codes are there to be paid."""

PHONES_MAX: Final = 256
"""Phones that are remembered, the latest: those of cars that wait or stand in the lane."""

LOOK_S: Final = 0.02
"""How often a page that loads is looked at."""


@dataclass(slots=True)
class _Hand:
    """One driver's phone, and the page that it is about to open."""

    phone: Phone
    number: int
    page: str = ""
    seen_s: float = 0.0
    opens_s: float = NEVER
    visits: int = 0


class Phones:
    """A party without a wire: each expected driver scans what the screen shows, and pays."""

    def __init__(self, gateway: Gateway, world: LaneWorld, profile: Profile, seed: int) -> None:
        self._gateway = gateway
        self._world = world
        self._profile = profile
        self._rng = Random(seed)
        self._hands: OrderedDict[str, _Hand] = OrderedDict()
        self._number = 0
        self._browser: Browser | None = None
        self._look_at = 0.0

    def __repr__(self) -> str:
        return f"<Phones {len(self._hands)} {self._browser!r}>"

    def expect(self, plate: str) -> None:
        """Whoever drives this car pays by code."""
        ledger = self._world.ledger
        phone = Phone(
            self._gateway.counter,
            PhoneHabits(),
            self._profile,
            self._rng,
            ledger,
            number=self._number,
        )
        self._hands[plate] = _Hand(phone, self._number)
        self._number += 1
        while len(self._hands) > PHONES_MAX:
            self._hands.popitem(last=False)

    def see(self, picture: Mapping[str, Any], now: float) -> None:
        """The screen changed: whoever stands before it and pays by code looks at its code."""
        head = self._world.traffic.head
        hand = None if head is None else self._hands.get(head.visit.plate)
        if head is None or hand is None:
            return
        codes = picture["codes"] if picture["picture"] in SCANNED else []
        # With two codes each driver takes the own provider's.
        content = codes[hand.number % len(codes)]["content"] if codes else None
        if content is not None and content.lower().startswith("http"):
            self._aim(hand, content, head.driver.at_rest_s, now)
        else:
            hand.page, hand.opens_s = "", NEVER
            hand.phone.look(content, now, at_rest_s=head.driver.at_rest_s)

    def deadline(self) -> float:
        """When one of them does something next."""
        hands = self._hands.values()
        due = min((min(hand.phone.deadline(), hand.opens_s) for hand in hands), default=NEVER)
        loads = self._browser is not None and self._browser.under_way > 0
        return min(due, self._look_at) if loads else due

    def tick(self, now: float) -> None:
        """Each does what is due."""
        self._look_at = now + LOOK_S
        for hand in self._hands.values():
            if hand.opens_s <= now:
                self._open(hand, now)
            hand.phone.tick(now)
        for page, link in self._browser.found() if self._browser else ():
            for hand in self._hands.values():
                if hand.page == page:
                    self._follow(hand, link, now)

    def close(self) -> None:
        """Open no more pages."""
        if self._browser is not None:
            self._browser.close()

    # Inside: a code that is the pay page's address.

    def _aim(self, hand: _Hand, page: str, at_rest_s: float, now: float) -> None:
        if page == hand.page or hand.visits >= SCANS_MAX or hand.phone.step is not Step.IDLE:
            return
        hand.page, hand.seen_s = page, now
        hand.opens_s = max(now + self._profile.scan.draw(self._rng), at_rest_s + AIM_S)

    def _open(self, hand: _Hand, now: float) -> None:
        if self._browser is None:
            self._browser = Browser()
        self._world.ledger.book(Share.PEOPLE, hand.seen_s, now, "takes the phone, scans the code")
        hand.seen_s, hand.opens_s, hand.visits = now, NEVER, hand.visits + 1
        self._browser.open(hand.page, hand.number)

    def _follow(self, hand: _Hand, link: str, now: float) -> None:
        if link:
            hand.phone.follow(link, now)
        elif hand.visits < SCANS_MAX:
            hand.seen_s = now
            hand.opens_s = now + self._profile.scan.draw(self._rng)
