"""The lane's page in virtual time, its visitors, and the counter between page and lane.

Both sides look at the counter now and then, so that what lies there waits as long as it may.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from kiosk.core.lane.taps import LanePageOpened, LanePayTapped, NoticeBrought
from kiosk.core.shows import PayLinkReady
from kiosk_hw.ports.party import NEVER
from kiosk_sim.site.lane_plan import CodePlan
from kiosk_sim.world.ledger import Ledger
from kiosk_sim.world.page_tap import PageTap, Step
from kiosk_sim.world.profiles import Profile

OFFER_URL: Final = "https://pay.example/L/"

PHONE_ADDRESS: Final = "192.0.2.7"
"""Where every simulated phone asks from; an address of RFC 5737."""

TO_LANE_S: Final = 0.02
"""What the page writes waits at the counter so long: a lane that offers something looks there every
20 ms."""

TO_PAGE_S: Final = 0.03
"""What the lane writes waits there so long: a page that waits for a link looks every 30 ms."""


class VirtualPage:
    """The page, and one person before it for each plate."""

    def __init__(self, plan: CodePlan, profile: Profile, rng: Random, ledger: Ledger) -> None:
        self._plan = plan
        self._profile = profile
        self._rng = rng
        self._ledger = ledger
        self._people: dict[str, PageTap] = {}
        self._chosen: dict[str, str] = {}
        """For whose page, by its plate, each offer's link is made."""
        self._links: dict[str, str] = {}
        """The links that came before they were tapped, by the plate of whoever will."""
        self._under_way: list[tuple[float, Any]] = []
        """What lies at the counter, and when the other side finds it."""

    def __repr__(self) -> str:
        return f"<VirtualPage people={len(self._people)} under_way={len(self._under_way)}>"

    def look(self, plate: str, link: str | None, now: float, *, at_rest_s: float) -> None:
        """Whoever drives this car sees what the screen's code says."""
        if plate not in self._people:
            self._people[plate] = PageTap(self._profile, self._rng, self._ledger)
        self._people[plate].look(link, now, at_rest_s=at_rest_s)

    def hear(self, ready: PayLinkReady, now: float) -> None:
        """The lane has a link."""
        if ready.request_id in self._chosen:
            self._under_way.append((now + TO_PAGE_S, ready))

    def bring(self, notice: NoticeBrought, now: float) -> None:
        """A gateway's notification comes in."""
        self._under_way.append((now + TO_LANE_S, notice))

    def tick(self, now: float, tell: Callable[[Any, float], None]) -> list[tuple[str, str]]:
        """People take their steps; says which phones, by plate, follow which links now."""
        led: list[tuple[str, str]] = []
        for plate, person in self._people.items():
            step = person.tick(now)
            self._ask_for_link(plate, person, step, now)
            if step is Step.DONE and plate in self._links:
                led.append((plate, self._links.pop(plate)))
        found = [what for due, what in self._under_way if due <= now]
        self._under_way = [(due, what) for due, what in self._under_way if due > now]
        for what in found:
            if not isinstance(what, PayLinkReady):
                tell(what, now)
                continue
            plate = self._chosen[what.request_id]
            if self._people[plate].step is Step.DONE:
                led.append((plate, what.link))
            else:
                self._links[plate] = what.link
        return led

    def deadline(self) -> float:
        """When the next of them happens."""
        people = min((person.deadline() for person in self._people.values()), default=NEVER)
        counter = min((due for due, _ in self._under_way), default=NEVER)
        return min(people, counter)

    # Inside.

    def _ask_for_link(self, plate: str, person: PageTap, step: Step | None, now: float) -> None:
        """When the page is opened, if it is clear at which gateway; else the tap chooses."""
        offer_id = person.link.removeprefix(OFFER_URL)
        is_clear = self._plan.app or len(self._plan.providers) == 1
        opened = step is Step.TAPPING
        if opened and not is_clear:
            self._under_way.append((now + TO_LANE_S, LanePageOpened(offer_id, PHONE_ADDRESS)))
        if ((opened and is_clear) or step is Step.DONE) and offer_id not in self._chosen:
            self._chosen[offer_id] = plate
            gateway = self._rng.choice(self._plan.providers)
            tap = LanePayTapped(offer_id, gateway, PHONE_ADDRESS)
            self._under_way.append((now + TO_LANE_S, tap))
