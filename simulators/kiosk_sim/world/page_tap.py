"""A person who scans the lane's own code, and taps "pay" on its page. The sheet is the phone's."""

from enum import Enum
from random import Random
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.ledger import Ledger, Share
from kiosk_sim.world.phone import AIM_S
from kiosk_sim.world.profiles import Profile

TAP_S: Final = 1.0
"""From the page on the phone, which says the price again, to a thumb on its one button."""


class Step(Enum):
    """What the person or the page is at."""

    IDLE = "idle"
    SCANNING = "scanning"
    LOADING = "loading"
    TAPPING = "tapping"
    DONE = "done"


class PageTap:
    """One person before the lane's own code; every step is an exact future time."""

    def __init__(self, profile: Profile, rng: Random, ledger: Ledger) -> None:
        self.step = Step.IDLE
        self.link = ""
        """What the code said that was scanned."""
        self._profile = profile
        self._rng = rng
        self._ledger = ledger
        self._begun_s = 0.0
        self._due = NEVER

    def __repr__(self) -> str:
        return f"<PageTap {self.step.value}>"

    def look(self, link: str | None, now: float, *, at_rest_s: float) -> None:
        """A glance at the screen: what its code says, or None where there is none."""
        if self.step is Step.SCANNING and link != self.link:
            self.step, self._due = Step.IDLE, NEVER
        if self.step is Step.IDLE and link is not None:
            self.link = link
            took_s = self._profile.scan.draw(self._rng)
            self._go_on(Step.SCANNING, now, max(now + took_s, at_rest_s + AIM_S))

    def deadline(self) -> float:
        """When the next step is done."""
        return self._due

    def tick(self, now: float) -> Step | None:
        """Take the step that is due; says what is next, or None while nothing was due."""
        if self._due > now:
            return None
        at = self._due
        match self.step:
            case Step.SCANNING:
                self._book(Share.PEOPLE, "takes the phone, scans the code")
                self._go_on(Step.LOADING, at, at + self._profile.gateway.draw(self._rng))
            case Step.LOADING:
                self._book(Share.DEVICES, "the page loads")
                self._go_on(Step.TAPPING, at, at + TAP_S)
            case Step.TAPPING:
                self._book(Share.PEOPLE, "taps pay on the page")
                self.step, self._due = Step.DONE, NEVER
        return self.step

    def _book(self, share: Share, what: str) -> None:
        self._ledger.book(share, self._begun_s, self._due, what)

    def _go_on(self, step: Step, now: float, due: float) -> None:
        self.step, self._begun_s, self._due = step, now, due
