"""From a board's input bits to what they mean at the barrier: debounce, polarity, events."""

from collections import deque
from typing import Final

from kiosk_hw.barriers.model import BoardProfile, Contact, Wiring
from kiosk_hw.ports.barrier import (
    Arm,
    ArmContradictory,
    ArmingLoopCleared,
    ArmingLoopOccupied,
    ArmLeftLimit,
    ArmLowered,
    ArmRaised,
    ArmRefitted,
    ArmSwungOff,
    BarrierEvent,
    DoorClosed,
    DoorOpened,
    FireCleared,
    FireRaised,
    Inputs,
    ManualKeyReleased,
    ManualKeyTurned,
    SafetyLoopCleared,
    SafetyLoopOccupied,
)

SAMPLES_MAX: Final = 10
"""The most samples a debounce may ask for: more hide a car for a quarter second at 9600 baud."""

ARM_EVENTS: Final[dict[Arm, BarrierEvent]] = {
    Arm.LOWERED: ArmLowered(),
    Arm.RAISED: ArmRaised(),
    Arm.BETWEEN: ArmLeftLimit(),
    Arm.CONTRADICTORY: ArmContradictory(),
}

CONTACT_EVENTS: Final[tuple[tuple[str, BarrierEvent, BarrierEvent], ...]] = (
    ("fire", FireRaised(), FireCleared()),
    ("swung_off", ArmSwungOff(), ArmRefitted()),
    ("safety_loop", SafetyLoopOccupied(), SafetyLoopCleared()),
    ("arming_loop", ArmingLoopOccupied(), ArmingLoopCleared()),
    ("manual_key", ManualKeyTurned(), ManualKeyReleased()),
    ("door_open", DoorOpened(), DoorClosed()),
)
"""(field of `Inputs`, event when it becomes true, event when it becomes false), gravest first."""


class InputWatch:
    """Debounces every input by itself, so that one chattering contact hides no other.

    An input counts as changed when `samples` samples in a row agree on it; one that went back
    before is a glitch. An input that is not wired reads as at rest, whatever its terminal says.
    """

    __slots__ = ("_recent", "_stable", "_wiring", "_word_mask", "glitches", "inputs", "samples")

    def __init__(self, wiring: Wiring, profile: BoardProfile, samples: int) -> None:
        if not 1 <= samples <= SAMPLES_MAX:
            raise ValueError(f"samples must be 1..{SAMPLES_MAX}, got {samples}")
        if wiring.inputs() and max(wiring.inputs()) > profile.inputs:
            raise ValueError(f"the board has {profile.inputs} inputs, wired: {wiring.inputs()}")
        self._wiring = wiring
        self._word_mask = sum(1 << channel - 1 for channel in wiring.inputs())
        self._recent: deque[int] = deque(maxlen=samples)
        self._stable = 0
        self.samples = samples
        self.inputs: Inputs | None = None
        """The last debounced reading; None before the first."""
        self.glitches = 0

    def restart(self) -> None:
        """What comes next is a first reading again: it is compared with nothing before it."""
        self._recent.clear()

    def first(self, packed: bytes, tries_left: int) -> Inputs | None:
        """One sample of a first reading; the reading, once enough samples in a row are equal.

        With no tries left the sample counts as it is: a chattering contact must not keep the
        board from ever being ready.
        """
        word = int.from_bytes(packed, "little") & self._word_mask
        self._recent.append(word)
        is_enough = len(self._recent) == self.samples and len(set(self._recent)) == 1
        if not is_enough and tries_left > 0:
            return None
        self._recent.extend([word] * self.samples)
        self._stable = word
        self.inputs = _read(self._wiring, word)
        return self.inputs

    def take(self, packed: bytes) -> list[BarrierEvent]:
        """One more sample, and the events that it proves."""
        word = int.from_bytes(packed, "little") & self._word_mask
        wavering = self._recent[-1] ^ self._stable
        self._recent.append(word)
        self.glitches += (wavering & ~(word ^ self._stable)).bit_count()
        agreed = word ^ self._stable
        for sample in self._recent:
            agreed &= ~(sample ^ word)
        before = self.inputs
        if not agreed or before is None:
            return []
        self._stable ^= agreed
        self.inputs = _read(self._wiring, self._stable)
        return _events(before, self.inputs)

    def is_settled(self) -> bool:
        """Whether all the latest samples say what the debounced reading says."""
        return self._recent.count(self._stable) == self.samples

    def sees_safety_clear(self) -> bool:
        """Whether the safety loop is wired, and clear by the reading and by every recent sample."""
        contact = self._wiring.safety_loop
        if contact is None or self.inputs is None:
            return False
        return not any(_active(contact, word) for word in (self._stable, *self._recent))


def _active(contact: Contact | None, word: int) -> bool:
    if contact is None:
        return False
    return bool(word >> contact.channel - 1 & 1) is not contact.inverted


def _read(wiring: Wiring, word: int) -> Inputs:
    raised, lowered = _active(wiring.open_limit, word), _active(wiring.closed_limit, word)
    match raised, lowered:
        case True, True:
            arm = Arm.CONTRADICTORY
        case True, False:
            arm = Arm.RAISED
        case False, True:
            arm = Arm.LOWERED
        case _:
            arm = Arm.BETWEEN
    return Inputs(
        arm=arm,
        arming_loop=_active(wiring.arming_loop, word),
        safety_loop=_active(wiring.safety_loop, word),
        fire=_active(wiring.fire, word),
        swung_off=_active(wiring.swung_off, word),
        manual_key=_active(wiring.manual_key, word),
        door_open=_active(wiring.door, word),
    )


def _events(before: Inputs, after: Inputs) -> list[BarrierEvent]:
    events: list[BarrierEvent] = []
    if before.arm is not after.arm:
        events.append(ARM_EVENTS[after.arm])
    for name, raised, cleared in CONTACT_EVENTS:
        is_on = getattr(after, name)
        if is_on is not getattr(before, name):
            events.append(raised if is_on else cleared)
    return events
