"""What the entry does on each row of its table: open a stay for the plate, and let the car in."""

from typing import Any

from kiosk.core.lane.car import CarAtLoop
from kiosk.core.lane.events import (
    CarStayed,
    OpeningFailed,
    OpenRequested,
    PlateEntered,
    PlateWaitOver,
)
from kiosk.core.lane.tables.entry import ENTRY
from kiosk.core.records import ClosingReason, OpeningReason, StayClosed, StayOpened
from kiosk.core.shows import Picture
from kiosk.core.stopwatch import Share
from kiosk_hw.ports.camera import PlateRead, PlateUncertain


class Entry(CarAtLoop):
    """The entry's machine: the car at the arming loop, and the stay that is opened for it."""

    table = ENTRY

    def _is_plate(self, event: PlateRead | PlateUncertain | PlateEntered) -> bool:
        """A stay is only opened for a plate that was surely read: the exit will ask for it."""
        if isinstance(event, PlateUncertain) or not super()._is_plate(event):
            return False
        return self._understood is not None and self._understood.sure

    def _find(self, event: Any) -> None:
        """The plate is all that an entry asks: the stay is opened with the order to open."""
        reading = self._understood
        assert reading is not None
        car = self._car()
        self.desk.stop_waiting(PlateWaitOver)
        car.plate, car.stay_id = reading.plate, self.desk.new_id("s")
        self.desk.write(StayOpened(car.exit_id, car.stay_id, reading.plate, reading.vehicle_class))
        self.desk.step("entry.stay.opened", car.exit_id, plate=reading.plate)
        self._release(OpeningReason.ENTRY)

    def _admit_by_hand(self, event: OpenRequested) -> None:
        self.desk.note("manual-opening", event.who, self._car().exit_id)
        self._release(OpeningReason.MANUAL)

    def _admit_nobody(self, event: OpenRequested) -> None:
        self._start_passage("manual", Share.MACHINE)
        self._admit_by_hand(event)

    def _admit_unknown(self, event: Any) -> None:
        self.desk.note("entered-unknown", "nobody came; let in without a plate")
        self._release(OpeningReason.POLICY)

    def _enter_unknown(self, event: Any) -> None:
        self.desk.note("entered-unknown", "came in under an arm that stood open")
        self._forget_passage()
        self._welcome(event)

    def _drive(self, event: Any) -> None:
        self._remember_last()
        self.desk.screen(Picture.DRIVE, self._car())

    def _drive_off(self, event: Any) -> None:
        self._remember_last()
        self._welcome(event)

    def _call_stuck(self, event: OpeningFailed) -> None:
        self._undo_own_stay()
        self._call("not-opened", event.why)

    def _undo_and_doubt(self, event: OpeningFailed) -> None:
        self._undo_own_stay()
        self._doubt_presence(event)

    def _call_stayed(self, event: CarStayed) -> None:
        self._undo_stay(event)
        self._car().stay_id = None
        super()._call_stayed(event)

    def _undo_stay(self, event: CarStayed) -> None:
        if event.stay_id is not None:
            self._close_never_entered(event.exit_id, event.stay_id)

    def _undo_stay_and_welcome(self, event: CarStayed) -> None:
        self._undo_stay(event)
        self._welcome(event)

    def _undo_own_stay(self) -> None:
        car = self._car()
        if car.stay_id is not None:
            self._close_never_entered(car.exit_id, car.stay_id)
            car.stay_id = None

    def _close_never_entered(self, exit_id: str, stay_id: str) -> None:
        self.desk.write(StayClosed(exit_id, stay_id, ClosingReason.NEVER_ENTERED))

    def _back_out(self, event: Any) -> None:
        self._give_up_presence(event)
