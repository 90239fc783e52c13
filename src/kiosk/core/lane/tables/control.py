"""Who has control of the lane for maintenance, and what runs under it. One machine per lane.

Control is a dead-man's: it ends by itself when its tool is not heard or its person not seen. Fire
ends it at once. Nothing under it moves the arm but a key that is held down, or an exit test.
"""

from enum import Enum
from typing import Any, Final

from kiosk.core.lane.control_events import (
    ControlOver,
    ControlReleased,
    ControlRenewed,
    ControlRequested,
    ExitTrialRequested,
    HoldDue,
    HoldOver,
    LockDenied,
    LockGranted,
    LookAgainDue,
    MoveHeld,
    MoveLetGo,
    PaymentTrialRequested,
    PresenceOver,
    TrialOver,
    TrialStopped,
)
from kiosk.core.lane.events import (
    BarrierUp,
    CarPassed,
    CarStayed,
    MoneyHeld,
    MoneyRefused,
    MoneyUnclear,
    MoneyUnresolved,
    OpeningFailed,
    StopRequested,
)
from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk_hw.ports.barrier import (
    ArmingLoopOccupied,
    ArmLeftLimit,
    ArmLowered,
    ArmRaised,
    BoardSilent,
    CloseRefused,
    FireRaised,
    SafetyLoopCleared,
    SafetyLoopOccupied,
)
from kiosk_hw.ports.camera import PlateNotRead, PlateRead, PlateUncertain
from kiosk_hw.ports.terminal import CardPresented


class ControlState(Enum):
    """Who has the lane, and what is being done to it."""

    NOBODY = "nobody"
    WAITING = "waiting"
    LOCKED = "locked"
    MOVING = "moving"
    TESTING = "testing"
    PAYING = "paying"


_C = ControlState
_HELD: Final = (_C.LOCKED, _C.MOVING, _C.TESTING, _C.PAYING)
_BUSY: Final = (_C.MOVING, _C.TESTING, _C.PAYING)
_TESTS: Final = (_C.TESTING, _C.PAYING)
_NOT_PAYING: Final = tuple(state for state in _C if state is not _C.PAYING)
_WISHES: Final = (MoveHeld, ExitTrialRequested, PaymentTrialRequested)
_SEEN: Final = (SafetyLoopOccupied, SafetyLoopCleared, ArmRaised, ArmLeftLimit, CarPassed)
_READ: Final = (PlateRead, PlateUncertain, PlateNotRead)

_RULES: Final = (
    # Control is taken, at once or when the lane is empty.
    Rule(ControlRequested, (_C.NOBODY,), _C.WAITING, "_ask"),
    Rule(ControlRequested, (_C.WAITING, *_HELD), STAY, "_turn_away"),
    Rule(LockGranted, (_C.WAITING,), _C.LOCKED, "_take"),
    Rule(LockDenied, (_C.WAITING,), STAY, "_wait_for_empty", when="_may_wait"),
    Rule(LockDenied, (_C.WAITING,), _C.NOBODY, "_deny"),
    Rule(LookAgainDue, (_C.WAITING,), STAY, "_ask_again"),
    # It is kept, and ends.
    Rule(ControlRenewed, (_C.WAITING, *_HELD), STAY, "_renew"),
    Rule(ControlReleased, (_C.WAITING,), _C.NOBODY, "_give_up"),
    Rule(ControlOver, (_C.WAITING,), _C.NOBODY, "_give_up"),
    Rule(ControlReleased, _HELD, _C.NOBODY, "_end"),
    Rule(ControlOver, _HELD, _C.NOBODY, "_end_unheard"),
    Rule(PresenceOver, _HELD, _C.NOBODY, "_end_unattended"),
    Rule(FireRaised, _HELD, _C.NOBODY, "_end_in_fire"),
    Rule(StopRequested, _HELD, _C.NOBODY, "_end_stopped"),
    # The arm moves while a key is held.
    Rule(MoveHeld, (_C.LOCKED,), _C.MOVING, "_begin_hold", when="_may_move"),
    Rule(MoveHeld, (_C.LOCKED,), STAY, "_refuse_move"),
    Rule(MoveHeld, (_C.MOVING,), STAY, "_hold_on", when="_same_way"),
    Rule(MoveHeld, (_C.MOVING,), _C.LOCKED, "_let_go"),
    Rule(HoldDue, (_C.MOVING,), STAY, "_move"),
    Rule(HoldOver, (_C.MOVING,), _C.LOCKED, "_let_go"),
    Rule(MoveLetGo, (_C.MOVING,), _C.LOCKED, "_let_go"),
    Rule(SafetyLoopOccupied, (_C.MOVING,), _C.LOCKED, "_let_go", when="_closes"),
    Rule(CloseRefused, (_C.MOVING,), _C.LOCKED, "_tell_refused"),
    Rule(OpeningFailed, (_C.MOVING,), _C.LOCKED, "_tell_failed"),
    Rule(ArmRaised, (_C.MOVING,), STAY, "_tell_moved"),
    Rule(ArmLowered, (_C.MOVING,), STAY, "_tell_moved"),
    # One exit without money.
    Rule(ExitTrialRequested, (_C.LOCKED,), _C.TESTING, "_begin_exit", when="_may_open"),
    Rule(ExitTrialRequested, (_C.LOCKED,), STAY, "_refuse_exit"),
    Rule(ArmingLoopOccupied, (_C.TESTING,), STAY, "_open_for_trial", unless="_trial_opened"),
    *(Rule(read, (_C.TESTING,), STAY, "_see_plate") for read in _READ),
    Rule(BarrierUp, (_C.TESTING,), STAY, "_see_up"),
    *(Rule(seen, (_C.TESTING,), STAY, "_see") for seen in _SEEN),
    Rule(ArmLowered, (_C.TESTING,), _C.LOCKED, "_finish_exit", when="_was_up"),
    Rule(CarStayed, (_C.TESTING,), STAY, "_see"),
    Rule(OpeningFailed, (_C.TESTING,), _C.LOCKED, "_fail_exit"),
    Rule(BoardSilent, (_C.MOVING,), _C.LOCKED, "_tell_failed"),
    Rule(BoardSilent, (_C.TESTING,), _C.LOCKED, "_fail_exit"),
    # The smallest payment there is, and back.
    Rule(PaymentTrialRequested, (_C.LOCKED,), _C.PAYING, "_begin_payment", when="_may_pay"),
    Rule(PaymentTrialRequested, (_C.LOCKED,), STAY, "_refuse_payment"),
    Rule(CardPresented, (_C.PAYING,), STAY, "_see"),
    Rule(MoneyHeld, (_C.PAYING,), STAY, "_take_money", when="_is_trial"),
    Rule(MoneyHeld, _NOT_PAYING, STAY, "_decline_money", when="_is_trial"),
    Rule(MoneyUnclear, (_C.PAYING,), STAY, "_see", when="_is_trial"),
    Rule(MoneyRefused, (_C.PAYING,), _C.LOCKED, "_finish_payment", when="_is_trial"),
    Rule(MoneyUnresolved, (_C.PAYING,), _C.LOCKED, "_leave_payment", when="_is_trial"),
    # Tests end.
    *(Rule(end, (_C.TESTING,), _C.LOCKED, "_stop_exit") for end in (TrialOver, TrialStopped)),
    *(Rule(end, (_C.PAYING,), _C.LOCKED, "_stop_payment") for end in (TrialOver, TrialStopped)),
    *(Rule(wish, _TESTS, STAY, "_refuse_busy") for wish in _WISHES),
    *(Rule(wish, (_C.MOVING,), STAY, "_refuse_busy") for wish in _WISHES if wish is not MoveHeld),
)

# What a state does not answer to: not asked for, not its business, or of a test that is over.
_OF_CONTROL: Final = frozenset({LockDenied, LockGranted, LookAgainDue})
_OF_MOVES: Final = frozenset({HoldDue, HoldOver, MoveLetGo})
_OF_TESTS: Final = frozenset({TrialOver, TrialStopped})
_OF_BOARD: Final = frozenset(
    {ArmingLoopOccupied, ArmLeftLimit, ArmLowered, ArmRaised, BoardSilent, CloseRefused}
    | {SafetyLoopCleared, SafetyLoopOccupied}
)
_OF_GATE: Final = frozenset({BarrierUp, CarPassed, CarStayed, OpeningFailed})
_OF_MONEY: Final = frozenset({CardPresented, MoneyRefused, MoneyUnclear, MoneyUnresolved})
_ALONE: Final = frozenset({FireRaised, PresenceOver, StopRequested})
_REFUSED: Final[dict[Enum, frozenset[type[Any]]]] = {
    _C.NOBODY: _OF_CONTROL
    | _OF_MOVES
    | _OF_TESTS
    | _OF_BOARD
    | _OF_GATE
    | _OF_MONEY
    | _ALONE
    | frozenset({ControlOver, ControlReleased, ControlRenewed, *_READ, *_WISHES}),
    _C.WAITING: _OF_MOVES
    | _OF_TESTS
    | _OF_BOARD
    | _OF_GATE
    | _OF_MONEY
    | _ALONE
    | frozenset({*_READ, *_WISHES}),
    _C.LOCKED: _OF_CONTROL
    | _OF_MOVES
    | _OF_TESTS
    | _OF_BOARD
    | _OF_GATE
    | _OF_MONEY
    | frozenset(_READ),
    _C.MOVING: _OF_CONTROL
    | _OF_TESTS
    | _OF_MONEY
    | frozenset(_READ)
    | frozenset({ArmingLoopOccupied, ArmLeftLimit, BarrierUp, CarPassed, CarStayed})
    | frozenset({SafetyLoopCleared}),
    _C.TESTING: _OF_CONTROL | _OF_MOVES | _OF_MONEY | frozenset({CloseRefused}),
    _C.PAYING: _OF_CONTROL | _OF_MOVES | _OF_BOARD | _OF_GATE | frozenset(_READ),
}

CONTROL: Final = Table("control", ControlState, ControlState.NOBODY, _RULES, _REFUSED)
