"""What exit and entry have in common: a car stands at the arming loop and is asked who it is."""

from abc import abstractmethod
from typing import Any, Final

from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import (
    AnswerOver,
    BackOutOver,
    CarPassed,
    CarStayed,
    HelpOver,
    LaneReleased,
    PayOver,
    PlateEntered,
    PlateWaitOver,
    ReleaseOrdered,
    StoreOver,
)
from kiosk.core.lane.passage import Passage
from kiosk.core.lane.plate_seen import PlateSeen
from kiosk.core.lane.reader import PlateReader
from kiosk.core.records import OpeningReason
from kiosk.core.settings import WhenStuck
from kiosk.core.shows import Picture
from kiosk.core.stopwatch import Share, Stopwatch
from kiosk_hw.ports.barrier import Arm

BACK_OUT_S: Final = 3.0
"""A car that left the arming loop without an exit sequence may come back this long."""

TUNE_OUT_S: Final = 120.0
"""A car that stood for so long may stand there still, though the loop reports free: detectors take
a standing car for the road itself after minutes (FEIG VEK M1H: five), never sooner."""

_WAITS: Final = (PlateWaitOver, AnswerOver, PayOver, HelpOver, BackOutOver, StoreOver)


class CarAtLoop(PlateSeen):
    """The car at the arming loop: its passage, its plate, and the person who is called for it."""

    def __init__(self, desk: Desk, reader: PlateReader) -> None:
        super().__init__(desk, reader)
        self.here_since_start = False
        self._is_start = True
        self.camera_is_down = False

    # Guards.

    def _car_is_here(self, event: Any) -> bool:
        return self.desk.inputs.arming_loop

    def _arm_is_lowered(self, event: Any) -> bool:
        return self.desk.inputs.arm is Arm.LOWERED

    def _lowered_with_car(self, event: Any) -> bool:
        return self._arm_is_lowered(event) and self.desk.inputs.arming_loop

    def _car_is_under(self, event: Any) -> bool:
        return self.desk.inputs.safety_loop

    def _fire_is_on(self, event: Any) -> bool:
        return self.desk.inputs.fire

    def _released_with_car(self, event: LaneReleased) -> bool:
        return not self.desk.inputs.fire and self.desk.inputs.arming_loop

    def _camera_is_down(self, event: Any) -> bool:
        return self.camera_is_down

    def _opens_when_stuck(self, event: Any) -> bool:
        return self.desk.settings.when_stuck is WhenStuck.OPEN

    def _nobody_released(self, event: CarPassed) -> bool:
        return event.exit_id == ""

    # A car comes.

    def _welcome(self, event: Any) -> None:
        """The loop is free, or about to be the next car's."""
        self._leave_car()
        self.here_since_start = self._is_start = False
        self.desk.screen(Picture.WELCOME)

    def _begin(self, event: Any) -> None:
        self._leave_car()
        self.here_since_start, self._is_start = self._is_start, False
        self._start_passage("plate", Share.DEVICES)
        self.desk.wait(PlateWaitOver, self.desk.settings.plate_wait_s)
        self.desk.screen(Picture.READING, self._car())

    def _begin_read(self, event: Any) -> None:
        self._leave_car()
        self._start_passage("stay and fee", Share.MACHINE)
        self._early = None
        self._find(event)

    def _begin_asking(self, event: Any) -> None:
        self._leave_car()
        self._start_passage("plate", Share.PEOPLE)
        self._ask(event)

    def _read_again(self, event: Any) -> None:
        self.desk.stop_waiting(BackOutOver)
        self.desk.wait(PlateWaitOver, self.desk.settings.plate_wait_s)
        self.desk.screen(Picture.READING, self._car())

    def _start_passage(self, name: str, share: Share) -> None:
        exit_id = self.desk.new_id("x")
        self.car = Passage(exit_id, Stopwatch(self.desk.now, name, share))
        self.desk.passages[exit_id] = self.car
        self.desk.step("visit.arrived", exit_id)

    # Its plate.

    @abstractmethod
    def _find(self, event: Any) -> None:
        """The plate in `_understood` is known: go on with it."""

    def _ask(self, event: Any) -> None:
        """Ask the driver; the camera's late word is still taken."""
        car = self._car()
        car.asks += 1
        self.desk.stop_waiting(PlateWaitOver, StoreOver)
        self.desk.wait(AnswerOver, self.desk.settings.answer_s)
        car.stopwatch.switch("typing", Share.PEOPLE, self.desk.now)
        self.desk.screen(Picture.ASK_PLATE, car, "again" if car.asks > 1 else "")
        self.desk.step("visit.plate.asked", car.exit_id, ask=car.asks, on=type(event).__name__)

    def _ask_anew(self, event: PlateEntered) -> None:
        """What was typed is no plate: say so, and wait on."""
        self.desk.screen(Picture.ASK_PLATE, self._car(), "no-plate")

    # It may go.

    def _release(self, reason: OpeningReason) -> None:
        car = self._car()
        car.kind = car.kind or reason.value
        if reason in (OpeningReason.POLICY, OpeningReason.MANUAL):
            car.kind = reason.value
        self.desk.stop_waiting(*_WAITS)
        car.stopwatch.switch("release", Share.MACHINE, self.desk.now)
        self.desk.passages[car.exit_id] = car
        self.desk.post(ReleaseOrdered(car.exit_id, car.stay_id, reason))
        paid = reason is OpeningReason.PAID
        self.desk.screen(Picture.APPROVED if paid else Picture.WAIT, car)

    # It goes without leave.

    def _doubt_presence(self, event: Any) -> None:
        """Presence that ends without an exit sequence: backed out, or a detector's lie."""
        self.desk.stop_waiting(PlateWaitOver, AnswerOver, PayOver, HelpOver)
        self.desk.wait(BackOutOver, BACK_OUT_S)

    def _give_up_presence(self, event: Any) -> None:
        """Backed out; but after minutes the loop's word is no proof, and a person has to look."""
        car = self._car()
        stood_s = self.desk.now - car.stopwatch.started_at
        self.desk.note("backed-out", "", car.exit_id)
        self._forget_passage()
        self._welcome(event)
        if stood_s >= TUNE_OUT_S:
            self.desk.alarm("help:presence-lost", "a car that stood for minutes is sensed no more")
            self.desk.screen(Picture.HELP, None, "presence-lost")

    def _burn(self, event: Any) -> None:
        self.desk.stop_waiting(*_WAITS)
        self._forget_passage()
        self.desk.screen(Picture.FIRE)

    # A person is called.

    def _call(self, kind: str, why: str) -> None:
        car = self.car
        self.desk.stop_waiting(*_WAITS)
        if car is not None:
            car.leaving = False
            unseen = kind in ("not-opened", "board-silent")
            car.called_in_silence = unseen and "board-silent" in self.desk.alarms
        self.desk.alarm(f"help:{kind}", why, car.exit_id if car else "")
        self.desk.wait(HelpOver, self.desk.settings.help_s)
        self.desk.screen(Picture.HELP, car, kind)
        if car is not None:
            car.stopwatch.switch("help", Share.PEOPLE, self.desk.now)

    def _call_asked(self, event: Any) -> None:
        self._call("asked", "the driver asks for a person")

    def _call_stayed(self, event: CarStayed) -> None:
        """Let go, and still here: the arm came down again before the car went."""
        car = self._car()
        car.raised, car.openings, car.order_id = False, 0, None
        self._call("not-left", "the arm came down before the car had left")

    def _hear(self, event: Any) -> None:
        """A person is wanted, but what goes on needs no waiting for one."""
        self.desk.alarm("help:asked", "the driver asks for a person")

    def _call_unanswered(self, event: Any) -> None:
        self._call("no-plate", "the driver typed no plate")

    def _call_store(self, event: Any) -> None:
        self._call("store-down", event.why)

    def _call_board(self, event: Any) -> None:
        self._call("board-silent", event.why)

    def _call_again(self, event: Any) -> None:
        exit_id = self._car().exit_id
        self.desk.note("still-waiting", "a car waits for a person", exit_id)
        self.desk.wait(HelpOver, self.desk.settings.help_s)

    def _see_board_back(self, event: Any) -> None:
        self.desk.step("visit.board.back", self._car().exit_id)

    def _see_nothing(self, event: Any) -> None:
        """The car may go, or has gone: what becomes of it is seen when the board is back."""
        self.desk.screen(Picture.OUT_OF_SERVICE)

    def _see_again(self, event: Any) -> None:
        self.desk.screen(Picture.DRIVE, self._car())

    def _close_lane(self, event: Any) -> None:
        self._leave_car()
        self.desk.screen(Picture.OUT_OF_SERVICE)

    # Inside.

    def _leave_car(self) -> None:
        """Done with this car; the gate may still watch it pass."""
        self.desk.stop_waiting(*_WAITS)
        if self.car is not None:
            self.car.plate = None
        self.car = None
        self._calm_help()

    def _calm_help(self) -> None:
        for kind in [kind for kind in self.desk.alarms if kind.startswith("help:")]:
            self.desk.calm(kind)

    def _forget_everybody(self) -> None:
        self._forget_passage()
        self._leave_car()
        self._early = None

    def _forget_passage(self) -> None:
        if self.car is not None:
            self.desk.passages.pop(self.car.exit_id, None)
