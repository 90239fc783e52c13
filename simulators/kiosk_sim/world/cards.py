"""The cards and phones that simulated drivers hold against the terminal."""

from dataclasses import dataclass
from enum import Enum


class CardOutcome(Enum):
    """What the card's issuer will say."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNREADABLE = "unreadable"
    NO_CONNECTION = "no-connection"


@dataclass(frozen=True, slots=True)
class Card:
    """One card: what comes of it, and the seconds that the reader and the host take for it."""

    outcome: CardOutcome = CardOutcome.APPROVED
    field_s: float = 0.45
    """How long the card must be in the reader's field."""
    host_s: float = 1.5
    """How long the host takes to answer; 0 for a deferred authorisation."""
    left_in: bool = False
    """A chip card that its owner forgets in the slot: the terminal must ask for its removal."""
