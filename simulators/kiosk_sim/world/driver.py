"""The person at the wheel: reads, presents a card, types a plate, drives off, or does otherwise.

A driver sees only what drivers see: the terminal's invitation, the question for the plate, the arm.
"""

from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Protocol

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.cards import Card
from kiosk_sim.world.ledger import Ledger, Share
from kiosk_sim.world.profiles import Profile


class CardReader(Protocol):
    """What a driver sees of a payment terminal."""

    def awaits_card(self) -> bool:
        """The display invites to present a card."""

    def present(self, card: Card, now: float) -> None:
        """A card is held against it."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What this driver does beyond paying and leaving; the defaults are a model customer."""

    searches_s: float = 0.0
    """Looks for the card this much longer."""
    pays: bool = True
    answers: bool = True
    """Types the plate when asked."""
    typed: str | None = None
    """What is typed instead of the plate that the car carries."""
    idles_s: float = 0.0
    """Stands this long before the open arm."""
    stalls_s: float = 0.0
    """Stops under the arm for this long."""
    backs_out_after_s: float = NEVER
    """Gives up and reverses this long after coming to a stand, whatever was paid."""
    rams_after_s: float = NEVER
    """Drives through the arm this long after coming to a stand."""
    tailgates: bool = False
    """Follows the car in front through the open arm without stopping."""


class Act(Enum):
    """What a driver does to the car or the terminal now."""

    PRESENT = "present"
    ANSWER = "answer"
    GO = "go"
    RAM = "ram"
    BACK_OUT = "back out"


class Driver:
    """One person's decisions as exact future times."""

    def __init__(
        self, habits: Habits, cards: tuple[Card, ...], profile: Profile, rng: Random, ledger: Ledger
    ) -> None:
        self.habits = habits
        self.presented = 0
        """Cards held against the reader so far."""
        self._cards = cards
        self._profile = profile
        self._rng = rng
        self._ledger = ledger
        self._stands_s = NEVER
        self._invited_s = NEVER
        self._asked_s = NEVER
        self._due = dict.fromkeys(Act, NEVER)

    def __repr__(self) -> str:
        plans = {act.value: due for act, due in self._due.items() if due != NEVER}
        return f"<Driver presented={self.presented} plans={plans}>"

    @property
    def wants_to_pay(self) -> bool:
        """Has a card in hand that the terminal has not seen, and no way out yet."""
        return self.habits.pays and self.presented < len(self._cards) and self._due[Act.GO] == NEVER

    @property
    def card(self) -> Card:
        """The card that is presented next."""
        return self._cards[self.presented]

    @property
    def at_rest_s(self) -> float:
        """From when on the car stands: nobody pays while rolling."""
        return self._stands_s

    def will_stand(self, at_s: float) -> None:
        """The car comes to rest at the terminal at `at_s`."""
        self._stands_s = at_s
        self._due[Act.BACK_OUT] = at_s + self.habits.backs_out_after_s
        self._due[Act.RAM] = at_s + self.habits.rams_after_s

    def look(self, awaits_card: bool, now: float) -> None:
        """A glance at the terminal's display."""
        if not awaits_card:
            self._invited_s = self._due[Act.PRESENT] = NEVER
        elif self._invited_s == NEVER:
            self._invited_s = now
            ready_s = now + self._profile.price_to_card.draw(self._rng) + self.habits.searches_s
            self._due[Act.PRESENT] = max(ready_s, self._stands_s + self._profile.reach_s)

    def asked_for_plate(self, now: float) -> None:
        """The screen asks for the plate."""
        if self.habits.answers and self._asked_s == NEVER:
            self._asked_s = now
            ready_s = now + self._profile.typing.draw(self._rng)
            self._due[Act.ANSWER] = max(ready_s, self._stands_s + self._profile.reach_s)

    def arm_up(self, now: float) -> None:
        """The arm stands upright before this car."""
        if self._due[Act.GO] == NEVER:
            self._due[Act.GO] = now + self._profile.reaction_s + self.habits.idles_s

    def deadline(self) -> float:
        """When this person does something next."""
        return min(self._due.values())

    def act(self, now: float) -> list[Act]:
        """What is done by now, in the order of the enum; each is done once."""
        acts = [act for act, due in self._due.items() if due <= now]
        for act in acts:
            self._due[act] = NEVER
            if act is Act.PRESENT:
                self._ledger.book(Share.PEOPLE, self._invited_s, now, "reads price, presents card")
                self._invited_s = NEVER
            elif act is Act.ANSWER:
                self._ledger.book(Share.PEOPLE, self._asked_s, now, "types the plate")
                self._asked_s = NEVER
        if Act.GO in acts:
            self._due[Act.RAM] = self._due[Act.BACK_OUT] = NEVER
        return acts

    def leave(self) -> None:
        """This person is on the way out of the lane and decides nothing more."""
        self._due = dict.fromkeys(Act, NEVER)
