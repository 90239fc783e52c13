"""Events of a technician's control over the lane: wishes, answers among machines, deadlines."""

from dataclasses import dataclass
from enum import Enum
from re import fullmatch
from typing import Final

ARM_IS_UP: Final = "the arm is up"
"""Why no trial opens it: it may still come down behind the last car."""

ROLES: Final = ("technician", "installer", "inspector", "operator", "office")
"""Who may take control: a role, never a person's name; a number tells two of one role apart."""


class ControlReason(Enum):
    """Why control is taken: a fixed list, so that the journal can hold no plate and no name."""

    FAULT = "fault"
    INSPECTION = "inspection"
    WIRING = "wiring"
    REPAIR = "repair"
    ADJUSTMENT = "adjustment"
    CLEANING = "cleaning"
    TRAINING = "training"


class Way(Enum):
    """Where a held key moves the arm."""

    OPEN = "open"
    CLOSE = "close"


def is_role(text: str) -> bool:
    """Whether this is one of `ROLES`, alone or numbered: `technician`, `office-2`."""
    return fullmatch(f"({'|'.join(ROLES)})(-[0-9]{{1,2}})?", text) is not None


# What a technician's tool brings. `holder` is the tool's connection: only the one that took
# control can use it or give it back.


@dataclass(frozen=True, slots=True)
class ControlRequested:
    """Lock the lane out for me."""

    holder: str
    who: str
    reason: ControlReason
    wait: bool = False
    """Lock it as soon as it is empty, instead of refusing."""
    vouched: bool = False
    """I have looked, and no car is there: a loop may lie."""


@dataclass(frozen=True, slots=True)
class ControlRenewed:
    """The tool is still there; `present` says that a person just did something on it."""

    holder: str
    present: bool


@dataclass(frozen=True, slots=True)
class ControlReleased:
    """Control is given back, or its connection is gone."""

    holder: str
    why: str = "released"


@dataclass(frozen=True, slots=True)
class MoveHeld:
    """The key that moves the arm is held down; sent again and again while it is."""

    holder: str
    way: Way


@dataclass(frozen=True, slots=True)
class MoveLetGo:
    """The key is let go."""

    holder: str


@dataclass(frozen=True, slots=True)
class ExitTrialRequested:
    """Run one exit without money, with a car or anything that the loops feel, or without."""

    holder: str
    with_car: bool = True


@dataclass(frozen=True, slots=True)
class PaymentTrialRequested:
    """Take the smallest amount there is from the technician's card, and give it back at once."""

    holder: str


@dataclass(frozen=True, slots=True)
class TrialStopped:
    """Stop the test that runs."""

    holder: str


# Among the machines.


@dataclass(frozen=True, slots=True)
class LaneAskedFor:
    """From control to the gate: is a released car on its way?"""

    vouched: bool


@dataclass(frozen=True, slots=True)
class LockWanted:
    """From the gate on to visit or entry: lock, if no car stands here."""

    vouched: bool


@dataclass(frozen=True, slots=True)
class LockGranted:
    """The lane is out of service."""


@dataclass(frozen=True, slots=True)
class LockDenied:
    """It is not, for this reason."""

    why: str


@dataclass(frozen=True, slots=True)
class LockEnded:
    """Nobody has control any more: go on with whoever stands there."""


# Deadlines.


@dataclass(frozen=True, slots=True)
class ControlOver:
    """The technician's tool was not heard for too long."""


@dataclass(frozen=True, slots=True)
class PresenceOver:
    """The tool is there, and nobody has touched it for too long."""


@dataclass(frozen=True, slots=True)
class LookAgainDue:
    """Look whether the lane is empty now."""


@dataclass(frozen=True, slots=True)
class HoldDue:
    """The key was held for long enough to mean it."""


@dataclass(frozen=True, slots=True)
class HoldOver:
    """The key was not heard of: it counts as let go."""


@dataclass(frozen=True, slots=True)
class TrialOver:
    """The test had the time that it needs."""
