"""What every plate camera can tell. Nothing but these fields ever leaves a camera's driver."""

from dataclasses import dataclass

from kiosk_hw.ports.plate import PlateText


@dataclass(frozen=True, slots=True)
class PlateRead:
    """The camera read a plate.

    `confidence` is 0.0 to 1.0 where the camera gives one; `country` is the camera's own code
    (ISO alpha-3 as a rule); `char_confidences` has one 0.0..1.0 value per character where given.
    """

    plate: PlateText
    confidence: float | None = None
    country: str | None = None
    char_confidences: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PlateUncertain:
    """The camera read a plate, but says itself that it is not sure, or is below the set minimum."""

    plate: PlateText
    confidence: float | None = None
    country: str | None = None
    char_confidences: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PlateNotRead:
    """The camera saw a vehicle and could read no plate."""

    why: str


@dataclass(frozen=True, slots=True)
class CameraReady:
    """The camera's link is up."""


@dataclass(frozen=True, slots=True)
class CameraSilent:
    """The camera's link is down."""

    why: str


CameraEvent = PlateRead | PlateUncertain | PlateNotRead | CameraReady | CameraSilent
