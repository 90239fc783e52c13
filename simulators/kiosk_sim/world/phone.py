"""A person with a phone: scans a code or follows a link, and pays, hesitates, or walks away.

The phone knows what is in the code, never an order of ours. How to plug it into a lane: call `look`
whenever the screen may have changed (with what its code says, or None), `tick` at `deadline`, and
look at `paid`. `counter` is a gateway's `counter`; two phones before one code are two objects with
different numbers. What each step takes is booked in the ledger: scanning and confirming to people,
the provider's own work to devices.
"""

from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Final, Protocol

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.ledger import Ledger, Share
from kiosk_sim.world.profiles import Profile

AIM_S: Final = 0.7
"""From a car at rest to a code that was read: the phone, in the hand by then, is held up and finds
it. No arm is stretched out of the window before, as it is for a card (`Profile.reach_s`): a code is
read from the seat, two metres off."""

SCANS_MAX: Final = 20
"""How often one person scans before giving up for good."""


class Sheet(Protocol):
    """What a phone shows of an order."""

    @property
    def payable(self) -> bool: ...


class Counter(Protocol):
    """Where phones pay. A link or a code is all that it is told, and which phone it is."""

    def see(self, content: str, now: float) -> Sheet | None: ...
    def begin(self, content: str, now: float) -> None: ...
    def pay(self, content: str, now: float, phone: int = 0) -> bool: ...
    def give_up(self, content: str, now: float) -> None: ...
    def decline(self, content: str, now: float) -> None: ...


@dataclass(frozen=True, slots=True)
class PhoneHabits:
    """What this person does beyond scanning and paying; the defaults are a model customer."""

    searches_s: float = 0.0
    """Looks for the phone this much longer."""
    hesitates_s: float = 0.0
    """Looks at the sheet this much longer before agreeing."""
    cancels: int = 0
    """Leaves the sheet so many times, and scans again."""
    declined: int = 0
    """So many payments are declined by the bank, and tried again."""
    walks_away: bool = False
    """Agrees, and never gives the proof: the order stays with a payer who is paying."""


class Step(Enum):
    """What the person or the provider is at."""

    IDLE = "idle"
    SCANNING = "scanning"
    LOADING = "loading"
    """The provider's app fetches the sheet."""
    CONFIRMING = "confirming"
    PAYING = "paying"
    """The provider takes the money."""
    DONE = "done"


class Phone:
    """One phone in one hand; every step is an exact future time."""

    def __init__(
        self,
        counter: Counter,
        habits: PhoneHabits,
        profile: Profile,
        rng: Random,
        ledger: Ledger,
        *,
        number: int = 0,
    ) -> None:
        self.step = Step.IDLE
        self.paid = 0
        """Orders that this phone has paid."""
        self.refused = 0
        """Payments and scans that came to nothing: closed, paid by another, declined."""
        self._counter = counter
        self._habits = habits
        self._profile = profile
        self._rng = rng
        self._ledger = ledger
        self._number = number
        self._content = ""
        self._begun_s = 0.0
        self._due = NEVER
        self._scans = self._cancelled = self._declined = 0

    def __repr__(self) -> str:
        return f"<Phone {self.step.value} paid={self.paid} refused={self.refused}>"

    def look(self, content: str | None, now: float, *, at_rest_s: float = 0.0) -> None:
        """A glance at the screen: what its code says, or None where there is none.

        Nobody scans before `at_rest_s`, while the car rolls; the phone is taken out meanwhile,
        as a card is. A code that vanishes before it is scanned is forgotten; one that was scanned
        is in the phone.
        """
        if self.step is Step.SCANNING and content != self._content:
            self.step, self._due = Step.IDLE, NEVER
        if self.step is not Step.IDLE or content is None or self._scans >= SCANS_MAX:
            return
        searches_s = self._habits.searches_s if self._scans == 0 else 0.0
        took_s = self._profile.scan.draw(self._rng) + searches_s
        self._content = content
        self._begin(Step.SCANNING, now, max(now + took_s, at_rest_s + AIM_S))

    def follow(self, link: str, now: float) -> None:
        """A tap on our page's link: the sheet opens without any scanning."""
        if self.step in (Step.IDLE, Step.SCANNING) and self._scans < SCANS_MAX:
            self._content = link
            self._load(now)

    def put_away(self, now: float) -> None:
        """The person has something better to do; a payment under way goes its way."""
        if self.step is Step.CONFIRMING:
            self._counter.give_up(self._content, now)
        if self.step is not Step.PAYING:
            self.step, self._due = Step.DONE, NEVER

    def deadline(self) -> float:
        """When the next step is done."""
        return self._due

    def tick(self, now: float) -> None:
        """Take the step that is due, if one is."""
        if self._due > now:
            return
        match self.step:
            case Step.SCANNING:
                self._book(Share.PEOPLE, "takes the phone, scans the code")
                self._load(self._due)
            case Step.LOADING:
                self._book(Share.DEVICES, "the payment sheet loads")
                self._open()
            case Step.CONFIRMING:
                self._confirm()
            case Step.PAYING:
                self._book(Share.DEVICES, "the provider takes the money")
                self._take()

    # Steps.

    def _load(self, now: float) -> None:
        self._scans += 1
        self._begin(Step.LOADING, now, now + self._profile.gateway.draw(self._rng))

    def _open(self) -> None:
        at = self._due
        sheet = self._counter.see(self._content, at)
        if sheet is None or not sheet.payable:
            self._fail()
            return
        took_s = self._profile.confirm.draw(self._rng) + self._habits.hesitates_s
        self._begin(Step.CONFIRMING, at, at + took_s)
        self._counter.begin(self._content, at)

    def _confirm(self) -> None:
        self._book(Share.PEOPLE, "confirms on the phone")
        at = self._due
        if self._habits.walks_away:
            self.step, self._due = Step.DONE, NEVER
        elif self._cancelled < self._habits.cancels:
            self._cancelled += 1
            self._counter.give_up(self._content, at)
            self.step, self._due = Step.IDLE, NEVER
        else:
            self._begin(Step.PAYING, at, at + self._profile.gateway.draw(self._rng))

    def _take(self) -> None:
        at = self._due
        if self._declined < self._habits.declined:
            self._declined += 1
            self._counter.decline(self._content, at)
            self._fail()
        elif self._counter.pay(self._content, at, self._number):
            self.paid += 1
            self.step, self._due = Step.DONE, NEVER
        else:
            self._fail()

    def _fail(self) -> None:
        """Nothing came of it: the person looks at the screen again."""
        self.refused += 1
        self.step, self._due = Step.IDLE, NEVER

    def _begin(self, step: Step, now: float, due: float) -> None:
        self.step, self._begun_s, self._due = step, now, due

    def _book(self, share: Share, what: str) -> None:
        self._ledger.book(share, self._begun_s, self._due, what)
