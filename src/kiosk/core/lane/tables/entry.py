"""The entry lane: a car comes, its plate is read or typed, a stay is opened, and it is let in."""

from enum import Enum
from typing import Any, Final

from kiosk.core.lane.control_events import LockEnded, LockWanted
from kiosk.core.lane.events import (
    AnswerOver,
    BackOutOver,
    BarrierUp,
    CarPassed,
    CarStayed,
    HelpOver,
    HelpRequested,
    LaneReleased,
    OpeningFailed,
    OpenRequested,
    PlateEntered,
    PlateWaitOver,
)
from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk.core.records import StoreFailed
from kiosk_hw.ports.barrier import (
    ArmingLoopCleared,
    ArmingLoopOccupied,
    BoardReady,
    BoardSilent,
    FireRaised,
)
from kiosk_hw.ports.camera import PlateNotRead, PlateRead, PlateUncertain


class EntryState(Enum):
    """How far the car at the entry's arming loop has come."""

    OUT_OF_SERVICE = "out-of-service"
    FREE = "free"
    READING = "reading"
    ASKING = "asking"
    ADMITTING = "admitting"
    ADMITTED = "admitted"
    HELP = "help"
    VANISHED = "vanished"
    FIRE = "fire"
    LOCKED = "locked"


_E = EntryState
_UNKNOWN: Final = (_E.READING, _E.ASKING)
_STANDING: Final = (*_UNKNOWN, _E.HELP)
_GOING: Final = (_E.ADMITTING, _E.ADMITTED)
_NOT_ADMITTED: Final = tuple(state for state in _E if state is not _E.ADMITTED)
_ELSEWHERE: Final = tuple(state for state in _E if state not in _STANDING)
_READ: Final = (PlateRead, PlateUncertain)

_RULES: Final = (
    # A car comes.
    Rule(BoardReady, (_E.OUT_OF_SERVICE,), _E.READING, "_begin", when="_car_is_here"),
    Rule(BoardReady, (_E.OUT_OF_SERVICE,), _E.FREE, "_welcome"),
    Rule(BoardReady, _STANDING, _E.VANISHED, "_doubt_presence", unless="_car_is_here"),
    Rule(BoardReady, (_E.HELP,), STAY, "_see_board_back"),
    Rule(BoardReady, (_E.ADMITTED,), _E.READING, "_begin", when="_lowered_with_car"),
    Rule(BoardReady, (_E.ADMITTED,), _E.FREE, "_welcome", when="_arm_is_lowered"),
    Rule(BoardReady, (_E.ADMITTED,), STAY, "_see_again"),
    Rule(ArmingLoopOccupied, (_E.FREE,), _E.ADMITTING, "_begin_read", when="_read_early"),
    Rule(ArmingLoopOccupied, (_E.FREE,), _E.ASKING, "_begin_asking", when="_camera_is_down"),
    Rule(ArmingLoopOccupied, (_E.FREE,), _E.READING, "_begin"),
    # Its plate.
    *(Rule(read, (_E.FREE,), STAY, "_keep_early") for read in _READ),
    *(Rule(read, (_E.ADMITTING, _E.ADMITTED), STAY, "_keep_early") for read in _READ),
    *(Rule(read, _STANDING, _E.ADMITTING, "_find", when="_is_plate") for read in _READ),
    *(Rule(read, (_E.READING,), _E.ASKING, "_ask") for read in _READ),
    Rule(PlateNotRead, (_E.READING,), _E.ASKING, "_ask"),
    Rule(PlateWaitOver, (_E.READING,), _E.ASKING, "_ask"),
    Rule(PlateEntered, _STANDING, _E.ADMITTING, "_find", when="_is_plate"),
    Rule(PlateEntered, (_E.ASKING,), STAY, "_ask_anew"),
    Rule(AnswerOver, (_E.ASKING,), _E.HELP, "_call_unanswered"),
    # It comes in.
    Rule(BarrierUp, (_E.ADMITTING,), _E.ADMITTED, "_drive", when="_car_is_here"),
    Rule(BarrierUp, (_E.ADMITTING,), _E.FREE, "_drive_off"),
    Rule(OpeningFailed, _GOING, _E.HELP, "_call_stuck", when="_car_is_here"),
    Rule(OpeningFailed, _GOING, _E.VANISHED, "_undo_and_doubt"),
    Rule(ArmingLoopCleared, (_E.ADMITTED,), _E.FREE, "_welcome"),
    Rule(CarPassed, (_E.ADMITTED,), _E.ADMITTING, "_begin_read", when="_next_is_read"),
    Rule(CarPassed, (_E.ADMITTED,), _E.READING, "_begin", when="_car_is_here"),
    Rule(CarPassed, (_E.ADMITTED,), _E.FREE, "_welcome"),
    Rule(CarStayed, (_E.ADMITTED,), _E.HELP, "_call_stayed", when="_car_is_here"),
    Rule(CarStayed, (_E.ADMITTED,), _E.FREE, "_undo_stay_and_welcome"),
    Rule(CarStayed, _NOT_ADMITTED, STAY, "_undo_stay"),
    # It goes without leave.
    Rule(ArmingLoopCleared, _STANDING, _E.VANISHED, "_doubt_presence"),
    Rule(ArmingLoopOccupied, (_E.VANISHED,), _E.READING, "_read_again"),
    Rule(BackOutOver, (_E.VANISHED,), STAY, "_doubt_presence", when="_car_is_under"),
    Rule(BackOutOver, (_E.VANISHED,), _E.FREE, "_back_out"),
    Rule(CarPassed, (_E.VANISHED,), _E.FREE, "_enter_unknown", when="_nobody_released"),
    # A person is called, and comes or does not.
    Rule(HelpRequested, _UNKNOWN, _E.HELP, "_call_asked"),
    Rule(HelpRequested, (_E.HELP,), STAY, "_hear"),
    Rule(HelpRequested, _ELSEWHERE, STAY, "_hear"),
    Rule(OpenRequested, _STANDING, _E.ADMITTING, "_admit_by_hand"),
    Rule(OpenRequested, (_E.FREE,), _E.ADMITTING, "_admit_nobody"),
    Rule(HelpOver, (_E.HELP,), _E.ADMITTING, "_admit_unknown", when="_opens_when_stuck"),
    Rule(HelpOver, (_E.HELP,), STAY, "_call_again"),
    Rule(StoreFailed, (*_UNKNOWN, _E.ADMITTING), _E.HELP, "_call_store"),
    # The lane itself.
    Rule(BoardSilent, (_E.FREE, _E.VANISHED), _E.OUT_OF_SERVICE, "_close_lane"),
    Rule(BoardSilent, (_E.ADMITTED,), STAY, "_see_nothing"),
    Rule(BoardSilent, _UNKNOWN, _E.HELP, "_call_board"),
    Rule(BoardSilent, (_E.OUT_OF_SERVICE,), STAY, "_close_lane"),
    Rule(FireRaised, tuple(state for state in _E if state is not _E.FIRE), _E.FIRE, "_burn"),
    Rule(LaneReleased, (_E.FIRE,), _E.READING, "_begin", when="_released_with_car"),
    Rule(LaneReleased, (_E.FIRE,), _E.FREE, "_welcome", unless="_fire_is_on"),
    # A technician has it: drivers are turned away, and who came meanwhile is met afterwards.
    Rule(LockWanted, (_E.FREE, _E.OUT_OF_SERVICE), _E.LOCKED, "_lock", when="_is_empty"),
    Rule(LockWanted, (*_STANDING, _E.VANISHED), _E.LOCKED, "_lock", when="_is_vouched"),
    Rule(LockWanted, tuple(_E), STAY, "_deny_lock"),
    Rule(LockEnded, (_E.LOCKED,), _E.OUT_OF_SERVICE, "_close_lane", when="_board_is_silent"),
    Rule(LockEnded, (_E.LOCKED,), _E.ADMITTING, "_begin_read", when="_next_is_read"),
    Rule(LockEnded, (_E.LOCKED,), _E.READING, "_begin", when="_car_is_here"),
    Rule(LockEnded, (_E.LOCKED,), _E.FREE, "_welcome"),
    Rule(OpenRequested, (_E.LOCKED,), STAY, "_decline_open"),
    *(Rule(read, (_E.LOCKED,), STAY, "_keep_early") for read in _READ),
    Rule(ArmingLoopOccupied, (_E.LOCKED,), STAY, "_see_while_locked"),
    Rule(CarPassed, (_E.LOCKED,), STAY, "_see_while_locked", when="_nobody_released"),
)

# What a state does not answer to: not asked for, not its business, or of an exit that is over.
_PLATES: Final = frozenset({PlateEntered, PlateNotRead, PlateWaitOver})
_TIMES: Final = frozenset({AnswerOver, HelpOver})
_GATE: Final = frozenset({BarrierUp, OpeningFailed})
_REFUSED: Final[dict[Enum, frozenset[type[Any]]]] = {
    _E.OUT_OF_SERVICE: _PLATES
    | _TIMES
    | _GATE
    | frozenset(
        {
            ArmingLoopCleared,
            ArmingLoopOccupied,
            BackOutOver,
            CarPassed,
            LaneReleased,
            OpenRequested,
            PlateRead,
            PlateUncertain,
            StoreFailed,
        }
    ),
    _E.FREE: _PLATES
    | _TIMES
    | _GATE
    | frozenset({ArmingLoopCleared, BackOutOver, BoardReady, CarPassed, LaneReleased, StoreFailed}),
    _E.READING: _TIMES
    | _GATE
    | frozenset({ArmingLoopOccupied, BackOutOver, CarPassed, LaneReleased}),
    _E.ASKING: _GATE
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            CarPassed,
            HelpOver,
            LaneReleased,
            PlateNotRead,
            PlateWaitOver,
        }
    ),
    _E.ADMITTING: _PLATES
    | _TIMES
    | frozenset(
        {
            ArmingLoopCleared,
            ArmingLoopOccupied,
            BackOutOver,
            BoardReady,
            BoardSilent,
            CarPassed,
            LaneReleased,
            OpenRequested,
        }
    ),
    _E.ADMITTED: _PLATES
    | _TIMES
    | frozenset(
        {ArmingLoopOccupied, BackOutOver, BarrierUp, LaneReleased, OpenRequested, StoreFailed}
    ),
    _E.HELP: _GATE
    | frozenset(
        {
            AnswerOver,
            ArmingLoopOccupied,
            BackOutOver,
            BoardSilent,
            CarPassed,
            LaneReleased,
            PlateNotRead,
            PlateWaitOver,
            StoreFailed,
        }
    ),
    _E.VANISHED: _PLATES
    | _TIMES
    | _GATE
    | frozenset(
        {
            ArmingLoopCleared,
            BoardReady,
            LaneReleased,
            OpenRequested,
            PlateRead,
            PlateUncertain,
            StoreFailed,
        }
    ),
    _E.FIRE: _PLATES
    | _TIMES
    | _GATE
    | frozenset(
        {
            ArmingLoopCleared,
            ArmingLoopOccupied,
            BackOutOver,
            BoardReady,
            BoardSilent,
            CarPassed,
            FireRaised,
            OpenRequested,
            PlateRead,
            PlateUncertain,
            StoreFailed,
        }
    ),
}

_OF_LOCK: Final = frozenset({LockEnded})
_ELSE: Final = {state: refused | _OF_LOCK for state, refused in _REFUSED.items()}
_LOCKED: Final = (
    _PLATES
    | _TIMES
    | _GATE
    | frozenset(
        {ArmingLoopCleared, BackOutOver, BoardReady, BoardSilent, LaneReleased, StoreFailed}
    )
)

ENTRY: Final = Table(
    "entry", EntryState, EntryState.OUT_OF_SERVICE, _RULES, {**_ELSE, _E.LOCKED: _LOCKED}
)
