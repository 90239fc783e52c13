"""A simulated plate camera of any model on a line: reads, misreads and no-reads, drawn by seed.

Plates here are invented ones; they are in no repr all the same.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from heapq import heappop, heappush
from random import Random
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.world.ledger import Share

TELEGRAMS_MAX: Final = 64
"""Telegrams that may wait to be sent; a camera's own spool is of that size."""

DUPLICATE_S: Final = 0.2
"""How soon a duplicate follows its telegram."""

CONFUSABLE: Final = ("0ODQ", "8B", "1ILT7", "5S", "2Z", "6GC", "UV", "MN", "EF")
"""Characters that plate readers take for each other."""


class Outcome(Enum):
    """What comes of one car in view."""

    READ = "read"
    MISREAD = "misread"
    """One character is taken for a look-alike, with middling confidence."""
    UNSURE = "unsure"
    """The right plate, but the camera doubts it."""
    NO_READ = "no-read"
    SILENT = "silent"
    """The camera does not notice the car at all."""


_CONFIDENCES: Final = {
    Outcome.READ: (0.88, 0.99),
    Outcome.MISREAD: (0.60, 0.90),
    Outcome.UNSURE: (0.20, 0.45),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How well and how often this camera reads; shares are 0.0 to 1.0 of all cars."""

    read_s: float = 0.3
    no_read_s: float = 1.5
    """After this time the camera gives up and says so; some take 6 s."""
    misread_share: float = 0.0
    unsure_share: float = 0.0
    no_read_share: float = 0.0
    silent_share: float = 0.0
    duplicate_share: float = 0.0
    """Telegrams that are sent twice."""
    again_s: float = NEVER
    """A free-running camera reads again this often while the car stands in view."""
    country: str = ""


class SimulatedCamera:
    """One camera on its line. Wire `car_in_view` and `car_gone` to the world's callbacks."""

    def __init__(
        self,
        model: CameraModel,
        rng: Random,
        book: Callable[[Share, float, float, str], None],
        sight: Sight,
    ) -> None:
        self.line = model.line
        self.sight = sight
        self.unplugged = False
        """The camera is dead: nothing leaves until it is set back."""
        self.echoes = False
        """Both pairs of its cable are joined: it hears itself, and repeats what it heard."""
        self.speaks: CameraModel | None = None
        """Somebody typed the template of this other model into it."""
        self.telegrams = 0
        self.dropped = 0
        """Telegrams that nobody could hear, or beyond `TELEGRAMS_MAX`."""
        self.outcomes = dict.fromkeys(Outcome, 0)
        self._model = model
        self._rng = rng
        self._book = book
        self._forced: deque[Outcome] = deque(maxlen=TELEGRAMS_MAX)
        self._due: list[tuple[float, int, bytes]] = []
        self._number = 0
        self._in_view: str | None = None
        self._again_at_s = NEVER
        self._outbox = b""

    def __repr__(self) -> str:
        outcomes = {outcome.value: count for outcome, count in self.outcomes.items() if count}
        return (
            f"<SimulatedCamera {self._model.name} telegrams={self.telegrams} "
            f"dropped={self.dropped} {outcomes}>"
        )

    # The scene.

    def expect(self, *outcomes: Outcome) -> None:
        """What comes of the next cars, whatever the shares say."""
        self._forced.extend(outcomes)

    def car_in_view(self, plate: str, now: float) -> None:
        """A plate comes into view."""
        self._in_view = plate
        self._look(plate, now, booked=True)

    def car_gone(self, plate: str, now: float) -> None:
        """The plate leaves the view; what was read is sent all the same."""
        if self._in_view == plate:
            self._in_view = None
            self._again_at_s = NEVER

    # The line.

    def connected(self, now: float) -> None:
        """The line is plugged in; the camera does not notice."""

    def disconnected(self, now: float) -> None:
        """The line is pulled out; the camera goes on talking to nobody."""
        self._outbox = b""

    def receive(self, data: bytes, now: float) -> None:
        """Nothing that is said to a template camera means anything to it."""

    def tick(self, now: float) -> None:
        """It is `now`: telegrams leave, a free-running camera reads again."""
        while self._due and self._due[0][0] <= now:
            telegram = heappop(self._due)[2]
            if self.unplugged:
                self.dropped += 1
                continue
            self._outbox += telegram * (1 + self.echoes)
            self.telegrams += 1
        if self._again_at_s <= now and self._in_view is not None:
            self._look(self._in_view, self._again_at_s, booked=False)

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return min(self._due[0][0] if self._due else NEVER, self._again_at_s)

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        if not self._outbox:
            return b""
        data, self._outbox = self._outbox, b""
        return data

    # Inside.

    def _look(self, plate: str, now: float, booked: bool) -> None:
        sight, outcome = self.sight, self._outcome()
        self.outcomes[outcome] += 1
        self._again_at_s = now + sight.again_s
        if outcome is Outcome.SILENT:
            return
        takes_s = sight.no_read_s if outcome is Outcome.NO_READ else sight.read_s
        if booked:
            self._book(Share.DEVICES, now, now + takes_s, f"plate {outcome.value}")
        self._number += 1
        telegram = self._telegram(plate, outcome)
        if telegram:
            self._send(telegram, now + takes_s)
            if sight.duplicate_share and self._rng.random() < sight.duplicate_share:
                self._send(telegram, now + takes_s + DUPLICATE_S)

    def _outcome(self) -> Outcome:
        if self._forced:
            return self._forced.popleft()
        sight = self.sight
        left = self._rng.random()
        for outcome, share in (
            (Outcome.MISREAD, sight.misread_share),
            (Outcome.UNSURE, sight.unsure_share),
            (Outcome.NO_READ, sight.no_read_share),
            (Outcome.SILENT, sight.silent_share),
        ):
            left -= share
            if left < 0.0:
                return outcome
        return Outcome.READ

    def _telegram(self, plate: str, outcome: Outcome) -> bytes:
        model = self.speaks or self._model
        if outcome is Outcome.NO_READ:
            return model.encode_not_read(self._number)
        text = misread(plate, self._rng) if outcome is Outcome.MISREAD else plate
        return model.encode_read(
            PlateText(text),
            self.sight.country or None,
            self._rng.uniform(*_CONFIDENCES[outcome]),
            uncertain=outcome is Outcome.UNSURE,
            number=self._number,
        )

    def _send(self, telegram: bytes, at_s: float) -> None:
        if len(self._due) >= TELEGRAMS_MAX:
            self.dropped += 1
            return
        heappush(self._due, (at_s, self._number, telegram))


def misread(plate: str, rng: Random) -> str:
    """The plate with one character taken for a look-alike; as it is if it has none."""
    found = [(at, group) for at, char in enumerate(plate) for group in CONFUSABLE if char in group]
    if not found:
        return plate
    at, group = rng.choice(found)
    return plate[:at] + rng.choice(group.replace(plate[at], "")) + plate[at + 1 :]
