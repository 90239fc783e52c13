"""What a pane is drawn from: the session, the choices, the words, the room and the moment."""

from dataclasses import dataclass

from kiosk.screens.technician.handling import Handling
from kiosk.screens.technician.session import Session
from kiosk.screens.technician.told import Snapshot
from kiosk.screens.technician.words import Words


@dataclass(frozen=True, slots=True)
class View:
    """One moment on one screen."""

    session: Session
    handling: Handling
    words: Words
    width: int
    height: int
    """Lines that the pane has."""
    now: float

    @property
    def told(self) -> Snapshot:
        """The last snapshot."""
        return self.session.snapshot
