"""What the lane needs to know of a read or typed plate, before any store is asked."""

from dataclasses import dataclass
from typing import Protocol

from kiosk.core.plates.lookalikes import lookalikes
from kiosk.core.plates.reading import PlateRules, understand
from kiosk_hw.ports.plate import PlateText


@dataclass(frozen=True, slots=True)
class Reading:
    """A plate that is one: normalised, with its class and what it may have been misread from."""

    plate: PlateText
    vehicle_class: str
    lookalikes: tuple[PlateText, ...] = ()
    sure: bool = True
    """False if the text breaks a rule of plates: a character was surely misread."""


class PlateReader(Protocol):
    """Understands the text of a camera or a driver under the site's plate rules."""

    def understand(
        self, text: str, *, country: str | None, char_confidences: tuple[float, ...], typed: bool
    ) -> Reading | None:
        """The reading, or None when the text is no plate. A typed plate has no look-alikes."""


class SiteReader:
    """The plate rules of one site."""

    def __init__(self, rules: PlateRules) -> None:
        self._rules = rules

    def understand(
        self, text: str, *, country: str | None, char_confidences: tuple[float, ...], typed: bool
    ) -> Reading | None:
        """See `PlateReader`. Who types a plate means what was typed; only a camera misreads."""
        plate = understand(text, country=country, grammars=self._rules)
        if plate is None:
            return None
        others = () if typed else lookalikes(plate.text, char_confidences)
        return Reading(plate.text, plate.vehicle_class, others, plate.sure or typed)
