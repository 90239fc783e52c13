"""What is known of the plate at the arming loop: read, typed, read early, or read again. No table.

A camera sees cars on their approach, and once more as they drive off.
"""

from typing import Any

from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import CarPassed, PlateEntered
from kiosk.core.lane.lockable import Lockable
from kiosk.core.lane.passage import Passage
from kiosk.core.lane.reader import PlateReader, Reading
from kiosk_hw.ports.camera import PlateRead, PlateUncertain
from kiosk_hw.ports.plate import PlateText


class PlateSeen(Lockable):
    """The car at the arming loop as far as its plate tells."""

    def __init__(self, desk: Desk, reader: PlateReader) -> None:
        super().__init__(desk)
        self.car: Passage | None = None
        self._reader = reader
        self._understood: Reading | None = None
        """The latest text that was a plate."""
        self._early: tuple[Any, float] | None = None
        """What was read on approach, and when."""
        self._last: tuple[PlateText, float] | None = None
        """The plate of the car that may go, and since when."""

    # Guards.

    def _read_early(self, event: Any) -> bool:
        """A plate was read on approach, recently, and is not the one of the car that just left."""
        if self._early is None:
            return False
        read, at = self._early
        if self.desk.now - at > self.desk.settings.plate_early_s:
            return False
        return self._is_plate(read)

    def _is_plate(self, event: PlateRead | PlateUncertain | PlateEntered) -> bool:
        """Understands the text on the way: the action that follows finds it in `_understood`."""
        by_camera = None if isinstance(event, PlateEntered) else event
        understood = self._understood = self._reader.understand(
            event.plate.text,
            country=by_camera.country if by_camera else None,
            char_confidences=by_camera.char_confidences if by_camera else (),
            typed=by_camera is None,
        )
        return understood is not None and (by_camera is None or not self._is_echo(understood.plate))

    def _is_echo(self, plate: PlateText) -> bool:
        if self._last is None:
            return False
        last, at = self._last
        return plate == last and self.desk.now - at <= self.desk.settings.same_plate_s

    def _next_is_read(self, event: CarPassed) -> bool:
        return self.desk.inputs.arming_loop and self._read_early(event)

    def _wants_plate(self, event: PlateRead | PlateUncertain | PlateEntered) -> bool:
        return self._car().stay_id is None and self._is_plate(event)

    def _knows_plate(self, event: Any) -> bool:
        return self._car().plate is not None

    # Actions.

    def _keep_early(self, event: PlateRead | PlateUncertain) -> None:
        if self.car is not None and self.car.plate is not None and self._is_plate(event):
            assert self._understood is not None
            if self._understood.plate == self.car.plate:
                return
        self._early = (event, self.desk.now)

    def _remember_last(self) -> None:
        """The plate of the car that may go: the camera will say it again as the car drives off."""
        car = self._car()
        if car.plate is not None:
            self._last = (car.plate, self.desk.now)

    # Inside.

    def _car(self) -> Passage:
        assert self.car is not None, f"no car in {self.state}"
        return self.car
