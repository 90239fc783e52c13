"""Who comes to the lane: kinds of exits, invented plates, and how long each car stood. Seeded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from random import Random
from typing import Final

from kiosk.core.tariff import SimpleTariff
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.phone import PhoneHabits
from kiosk_sim.world.traffic import MODEL_CUSTOMER

START_UTC: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""The time of day when a simulation begins; nothing depends on which."""

HEADWAY_S: Final = 18.0
"""200 cars an hour."""

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SERIALS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"

DEMO_TARIFF: Final = SimpleTariff(
    currency="EUR",
    free_min=15,
    block_min=60,
    block_amount_minor=250,
    cap_24h_amount_minor=2000,
    grace_min=15,
)


class Kind(Enum):
    """Why a car may leave."""

    CARD = "card"
    PREPAID = "prepaid"
    FREE = "free"
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class Guest:
    """One car of a scenario: its plate, why it may leave, and when it comes."""

    plate: str
    kind: Kind
    at_s: float
    habits: Habits = MODEL_CUSTOMER
    cards: tuple[Card, ...] | None = None
    """What the driver presents, one for each invitation; None for one good card."""
    phone: PhoneHabits | None = None
    """How the driver pays by code, where there is one to scan."""

    @property
    def stayed_s(self) -> float:
        """How long it has been parked when it comes to the exit."""
        return 300.0 if self.kind is Kind.FREE else 7000.0


class Plates:
    """Invented plates of one seed, each once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def next(self) -> str:
        """A plate of the usual mainland form that nobody had in this run."""
        while True:
            letter = self._rng.choice(_LETTERS)
            plate = f"沪{letter}" + "".join(self._rng.choice(_SERIALS) for _ in range(5))
            if plate not in self._used:
                self._used.add(plate)
                return plate


def guests(
    rng: Random, exits: int, kinds: Sequence[Kind], *, headway_s: float = HEADWAY_S, from_s: float
) -> Iterator[Guest]:
    """`exits` cars, their kinds in turn, about `headway_s` apart."""
    plates = Plates(rng)
    at_s = from_s
    for number in range(exits):
        yield Guest(plates.next(), kinds[number % len(kinds)], round(at_s, 3))
        at_s += headway_s * (0.75 + 0.5 * rng.random())
