"""What a touch on a screen means to the lane. Who may connect at all is the port's matter."""

from typing import Any

from kiosk.core.lane.events import HelpRequested, LaneReleased, OpenRequested, PlateEntered
from kiosk_hw.ports.plate import PlateText

TYPED_CHARS_MAX = 32
"""The longest plate that can be typed, separators and all."""

WHO_CHARS_MAX = 32
"""The longest name of a desk or role that opens or releases."""

Touch = PlateEntered | HelpRequested | OpenRequested | LaneReleased


def touched(message: dict[str, Any]) -> Touch | None:
    """The event of `{"touch": "plate", "plate": "B AB 123"}` and its like, or None for no touch.

    The others are `help`, and with a `who` that is a role or a desk, `open` and `release`.
    """
    match message:
        case {"touch": "plate", "plate": str(text)} if 0 < len(text) <= TYPED_CHARS_MAX:
            return PlateEntered(PlateText(text))
        case {"touch": "help"}:
            return HelpRequested()
        case {"touch": "open", "who": str(who)} if 0 < len(who) <= WHO_CHARS_MAX:
            return OpenRequested(who)
        case {"touch": "release", "who": str(who)} if 0 < len(who) <= WHO_CHARS_MAX:
            return LaneReleased(who)
    return None


def driver_touched(message: dict[str, Any]) -> PlateEntered | HelpRequested | None:
    """The same for the driver's page, where nobody opens or releases: that is for staff tools."""
    match touched(message):
        case PlateEntered() | HelpRequested() as touch:
            return touch
    return None
