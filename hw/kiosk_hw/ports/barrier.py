"""What every barrier board can be told and can tell: the arm, the loops and the contacts."""

from dataclasses import dataclass
from enum import Enum

from kiosk_hw.ports.search import BoardFound, BoardNowhere


class Arm(Enum):
    """Where the limit switches say that the arm is."""

    LOWERED = "lowered"
    RAISED = "raised"
    BETWEEN = "between"
    CONTRADICTORY = "contradictory"
    """Both limits at once: a wiring fault."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """One debounced reading of the board: the arm, both loops, and the contacts around them."""

    arm: Arm
    arming_loop: bool
    safety_loop: bool
    fire: bool = False
    swung_off: bool = False
    manual_key: bool = False
    door_open: bool = False


# Commands.


@dataclass(frozen=True, slots=True)
class OpenBarrier:
    """Give one OPEN pulse, timed by the board; a repeat with the same exit id gives none."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class HoldOpen:
    """Keep the OPEN contact closed until `ReleaseHold` (fire, or a technician)."""


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Let go of a held OPEN contact; the barrier then behaves as its own controls say."""


@dataclass(frozen=True, slots=True)
class CloseBarrier:
    """Give one CLOSE pulse, if a CLOSE output is wired at all.

    Refused (`CloseRefused`) unless the safety loop is known clear by a sample younger than three
    polls.
    """


@dataclass(frozen=True, slots=True)
class SwitchLamp:
    """Switch the lane's lamp: green when on, red when off."""

    on: bool


BarrierCommand = OpenBarrier | HoldOpen | ReleaseHold | CloseBarrier | SwitchLamp

# Events.


@dataclass(frozen=True, slots=True)
class BoardReady:
    """The board answers (first time or again), its outputs are off and its inputs were read."""

    inputs: Inputs


@dataclass(frozen=True, slots=True)
class BoardSilent:
    """The board does not answer; what the arm does is not known until `BoardReady`."""

    why: str


@dataclass(frozen=True, slots=True)
class ArmingLoopOccupied:
    """A vehicle came onto the arming loop, in front of the arm."""


@dataclass(frozen=True, slots=True)
class ArmingLoopCleared:
    """The arming loop reports free."""


@dataclass(frozen=True, slots=True)
class SafetyLoopOccupied:
    """A vehicle is under the arm."""


@dataclass(frozen=True, slots=True)
class SafetyLoopCleared:
    """The safety loop reports free."""


@dataclass(frozen=True, slots=True)
class ArmRaised:
    """The arm reached its upper limit."""


@dataclass(frozen=True, slots=True)
class ArmLowered:
    """The arm reached its lower limit."""


@dataclass(frozen=True, slots=True)
class ArmLeftLimit:
    """The arm left a limit and is between both."""


@dataclass(frozen=True, slots=True)
class ArmContradictory:
    """Both limit switches report at once: a wiring fault."""


@dataclass(frozen=True, slots=True)
class FireRaised:
    """The fire contact asks for an open lane (normally closed, so that a cut wire is fire)."""


@dataclass(frozen=True, slots=True)
class FireCleared:
    """The fire contact is at rest again; the lane stays open until released by hand."""


@dataclass(frozen=True, slots=True)
class ArmSwungOff:
    """The arm was knocked out of its holder."""


@dataclass(frozen=True, slots=True)
class ArmRefitted:
    """The arm sits in its holder again."""


@dataclass(frozen=True, slots=True)
class ManualKeyTurned:
    """Somebody opens by the key switch."""


@dataclass(frozen=True, slots=True)
class ManualKeyReleased:
    """The key switch is at rest again."""


@dataclass(frozen=True, slots=True)
class DoorOpened:
    """The cabinet's door was opened."""


@dataclass(frozen=True, slots=True)
class DoorClosed:
    """The cabinet's door was closed."""


@dataclass(frozen=True, slots=True)
class OpenPulsed:
    """The board confirmed that the OPEN pulse of this exit runs or ran."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class OpenUnconfirmed:
    """The OPEN pulse of this exit was not confirmed within the allowed tries; it may have run."""

    exit_id: str


@dataclass(frozen=True, slots=True)
class CloseRefused:
    """A CLOSE was not given: no CLOSE output, or the safety loop is not known clear."""

    why: str


BarrierEvent = (
    BoardReady
    | BoardSilent
    | BoardFound
    | BoardNowhere
    | ArmingLoopOccupied
    | ArmingLoopCleared
    | SafetyLoopOccupied
    | SafetyLoopCleared
    | ArmRaised
    | ArmLowered
    | ArmLeftLimit
    | ArmContradictory
    | FireRaised
    | FireCleared
    | ArmSwungOff
    | ArmRefitted
    | ManualKeyTurned
    | ManualKeyReleased
    | DoorOpened
    | DoorClosed
    | OpenPulsed
    | OpenUnconfirmed
    | CloseRefused
)
