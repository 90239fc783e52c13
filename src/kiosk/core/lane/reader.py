"""What the lane needs to know of a read or typed plate, before any store is asked."""

from dataclasses import dataclass
from typing import Protocol

from kiosk_hw.ports.plate import PlateText


@dataclass(frozen=True, slots=True)
class Reading:
    """A plate that is one: normalised, with its class and what it may have been misread from."""

    plate: PlateText
    vehicle_class: str
    lookalikes: tuple[PlateText, ...] = ()


class PlateReader(Protocol):
    """Understands the text of a camera or a driver under the site's plate rules."""

    def understand(
        self, text: str, *, country: str | None, char_confidences: tuple[float, ...], typed: bool
    ) -> Reading | None:
        """The reading, or None when the text is no plate. A typed plate has no look-alikes."""
