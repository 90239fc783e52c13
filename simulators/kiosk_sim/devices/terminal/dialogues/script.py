"""How a dialogue is written: a generator that says, rests and waits. No dialogue is here."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from kiosk_hw.zvt.reports import Answer
from kiosk_sim.devices.terminal.faults import Edge, Step
from kiosk_sim.world.cards import Card


class PowerFailed(Exception):
    """The power fails at this very step: the terminal catches it and goes dark."""


class Phase(Enum):
    """What the running dialogue waits for."""

    IDLE = "idle"
    REACTING = "about to speak"
    FLYING = "message not yet acknowledged"
    ASKING = "answer awaited"
    RESTING = "resting"
    INVITING = "card awaited"


class Hush(Enum):
    """What a dialogue hears when nothing was said."""

    TIME_UP = "time is up"
    ABORTED = "the register asks to abort"
    UNANSWERED = "no ACK or no answer came in time"
    DELIVERED = "the message has arrived"


@dataclass(frozen=True, slots=True)
class Say:
    """Send this APDU after the reaction time, then wait until it is answered.

    Without an answer the whole dialogue ends, unless it has an `answer_by_s`: then T3 ends at
    the latest by then, and the dialogue hears UNANSWERED.
    """

    apdu: bytes
    step: Step
    answered: bool = True
    """False: go on as soon as it is delivered."""
    answer_by_s: float | None = None
    last: bool = False
    """The register is master again: a new command ends the dialogue as well as an answer."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Let time pass until then."""

    until_s: float


@dataclass(frozen=True, slots=True)
class AwaitCard:
    """Invite until then; heard are a card, ABORTED or TIME_UP."""

    until_s: float


@dataclass(frozen=True, slots=True)
class Pass:
    """A boundary that no message marks: the power may fail here."""

    step: Step
    edge: Edge


Wait: TypeAlias = Say | Rest | AwaitCard | Pass


class Heard(NamedTuple):
    """What a dialogue gets for its wait, and when."""

    now: float
    what: Answer | Card | Hush


Script: TypeAlias = Generator[Wait, Heard, None]
