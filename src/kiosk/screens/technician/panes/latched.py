"""A lane that stands as it is until a person releases it: what that does, and with which key."""

from kiosk.screens.technician.lines import Line, wrapped
from kiosk.screens.technician.view import View


def latched_lines(view: View) -> list[Line]:
    """What releases a lane that stands as it is until somebody does; nothing for any other."""
    words = view.words
    if not view.session.is_latched:
        return []
    if view.told.inputs.get("fire"):
        return wrapped(words("release.fire"), view.width, 1, "alert", "! ")
    key = "release.confirm" if view.handling.confirming == "release" else "release.offer"
    return wrapped(words(key), view.width, 1, "alert", "! ")
