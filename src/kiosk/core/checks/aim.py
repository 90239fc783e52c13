"""The aim of the camera: how many of the next cars it reads, and how surely."""

from dataclasses import dataclass
from typing import Final

EARLY_S: Final = 15.0
"""How long before the loop a read may come and still be of that car."""

LATE_S: Final = 5.0
"""How long after the loop the camera has for a car."""

RATE_MIN: Final = 0.95
"""The share of cars that a well-aimed camera reads; published requirements say 98 %."""

CONFIDENCE_MIN: Final = 0.80
"""The mean confidence below which dirt, angle or light is worth a look."""


@dataclass(slots=True)
class _Car:
    at_s: float
    read: bool = False
    doubtful: bool = False
    confidence: float | None = None


class Aim:
    """Takes cars and reads as they come. It never sees a plate."""

    def __init__(self) -> None:
        self._cars: list[_Car] = []
        self._early: tuple[float, bool, float | None] | None = None

    def car(self, now: float) -> None:
        """A car came onto the arming loop."""
        self._cars.append(_Car(now))
        if self._early is not None and now - self._early[0] <= EARLY_S:
            self._took(self._cars[-1], self._early[1], self._early[2])
        self._early = None

    def read(self, confidence: float | None, doubtful: bool, now: float) -> None:
        """The camera read a plate: of the car at the loop, or of the next one."""
        if self._cars and now - self._cars[-1].at_s <= LATE_S and not self._cars[-1].read:
            self._took(self._cars[-1], doubtful, confidence)
        else:
            self._early = (now, doubtful, confidence)

    @property
    def cars(self) -> int:
        """Cars so far."""
        return len(self._cars)

    def settled(self, now: float) -> bool:
        """Whether the last car had its time."""
        return not self._cars or self._cars[-1].read or now - self._cars[-1].at_s > LATE_S

    def rate(self) -> float:
        """The share of cars that were read without a doubt."""
        sure = sum(car.read and not car.doubtful for car in self._cars)
        return sure / len(self._cars) if self._cars else 0.0

    def confidence(self) -> float | None:
        """The mean confidence of the reads that came with one."""
        given = [car.confidence for car in self._cars if car.confidence is not None]
        return sum(given) / len(given) if given else None

    def is_good(self) -> bool:
        """Whether the camera is aimed well enough."""
        confidence = self.confidence()
        sure = confidence is None or confidence >= CONFIDENCE_MIN
        return self.rate() >= RATE_MIN and sure

    def _took(self, car: _Car, doubtful: bool, confidence: float | None) -> None:
        car.read, car.doubtful, car.confidence = True, doubtful, confidence
