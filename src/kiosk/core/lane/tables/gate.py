"""How the arm moves safely. One machine per lane; it knows cars and limits, never money.

The arm is opened by one row only: `ReleaseOrdered`. No row closes it onto a car: a barrier closes
itself on its own hard-wired safety loop.
"""

from enum import Enum
from typing import Any, Final

from kiosk.core.lane.control_events import LaneAskedFor
from kiosk.core.lane.events import LaneReleased, LeaveOver, PassOver, ReleaseOrdered, TravelOver
from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk.core.records import OpeningLeft
from kiosk_hw.ports.barrier import (
    ArmContradictory,
    ArmingLoopCleared,
    ArmingLoopOccupied,
    ArmLeftLimit,
    ArmLowered,
    ArmRaised,
    ArmRefitted,
    ArmSwungOff,
    BoardReady,
    BoardSilent,
    FireCleared,
    FireRaised,
    OpenPulsed,
    OpenUnconfirmed,
    SafetyLoopCleared,
    SafetyLoopOccupied,
)


class GateState(Enum):
    """What the arm is doing, and for whom."""

    STARTING = "starting"
    LOWERED = "lowered"
    OPENING = "opening"
    RAISED = "raised"
    PASSING = "passing"
    CLOSING = "closing"
    STANDING_OPEN = "standing-open"
    HELD = "held"
    FAULTY = "faulty"
    SILENT = "silent"


_G = GateState
_MOVING: Final = (_G.LOWERED, _G.OPENING, _G.RAISED, _G.PASSING, _G.CLOSING, _G.STANDING_OPEN)
_NOT_HELD: Final = (_G.STARTING, *_MOVING, _G.FAULTY, _G.SILENT)
_BACK: Final = (_G.STARTING, _G.SILENT)

_RULES: Final = (
    # The board answers: outputs are off, inputs are read, nothing is pulsed blindly.
    Rule(BoardReady, _BACK, _G.HELD, "_hold", when="_fire_is_on"),
    Rule(BoardReady, _BACK, _G.FAULTY, "_report_contradiction", when="_limits_contradict"),
    Rule(BoardReady, (_G.SILENT,), _G.PASSING, "_find_under", when="_released_and_under"),
    Rule(BoardReady, (_G.SILENT,), _G.RAISED, "_raise", when="_released_and_raised"),
    Rule(BoardReady, (_G.SILENT,), _G.OPENING, "_open_again", when="_released_and_waiting"),
    Rule(BoardReady, (_G.SILENT,), _G.LOWERED, "_lose_sight", when="_released_and_lowered"),
    Rule(BoardReady, (_G.SILENT,), _G.OPENING, "_find_opening", when="_released_and_opening"),
    Rule(BoardReady, (_G.SILENT,), _G.CLOSING, "_await_lowering", when="_released"),
    Rule(BoardReady, _BACK, _G.LOWERED, "_find_lowered", when="_arm_is_lowered"),
    Rule(BoardReady, (_G.STARTING,), _G.PASSING, "_find_left_under", when="_was_left_under"),
    Rule(BoardReady, _BACK, _G.STANDING_OPEN, "_find_open"),
    # An earlier run opened it for a car that has not been seen leaving.
    Rule(OpeningLeft, (_G.STARTING, _G.LOWERED), STAY, "_remember_opening"),
    Rule(OpeningLeft, (_G.STANDING_OPEN,), _G.PASSING, "_find_left_under", when="_was_left_under"),
    Rule(OpeningLeft, (_G.STANDING_OPEN,), STAY, "_remember_opening"),
    Rule(BoardReady, (_G.HELD,), STAY, "_hold"),
    Rule(BoardSilent, (*_MOVING, _G.FAULTY), _G.SILENT, "_lose_board"),
    Rule(BoardSilent, (_G.STARTING, _G.HELD), STAY, "_lose_board"),
    # A car may go.
    Rule(ReleaseOrdered, (_G.LOWERED, _G.STANDING_OPEN, _G.FAULTY), _G.OPENING, "_open"),
    Rule(ReleaseOrdered, (_G.CLOSING,), _G.OPENING, "_open"),
    Rule(ReleaseOrdered, (_G.OPENING, _G.RAISED, _G.PASSING), STAY, "_queue"),
    Rule(ReleaseOrdered, (_G.HELD,), STAY, "_let_through"),
    Rule(ReleaseOrdered, (_G.STARTING, _G.SILENT), STAY, "_cannot_open"),
    # The arm goes up.
    Rule(OpenPulsed, (_G.OPENING,), _G.RAISED, "_raise", when="_arm_is_raised"),
    Rule(OpenPulsed, (_G.OPENING,), STAY, "_await_arm"),
    Rule(OpenUnconfirmed, (_G.OPENING,), STAY, "_doubt_pulse"),
    Rule(ArmRaised, (_G.OPENING,), _G.RAISED, "_raise"),
    Rule(TravelOver, (_G.OPENING,), _G.RAISED, "_raise", when="_arm_is_raised"),
    Rule(TravelOver, (_G.OPENING,), STAY, "_open_again", when="_may_try_again"),
    Rule(TravelOver, (_G.OPENING,), _G.FAULTY, "_give_up"),
    Rule(TravelOver, (_G.SILENT,), STAY, "_fail_unseen"),
    Rule(SafetyLoopOccupied, (_G.OPENING, _G.RAISED), _G.PASSING, "_go_under"),
    # It is up, and the car has yet to go.
    Rule(ArmLeftLimit, (_G.RAISED,), _G.CLOSING, "_await_lowering"),
    Rule(ArmLowered, (_G.RAISED, _G.CLOSING), _G.OPENING, "_open_again", when="_owes_an_opening"),
    Rule(ArmLowered, (_G.RAISED,), _G.LOWERED, "_lose_sight"),
    Rule(ArmingLoopCleared, (_G.RAISED,), STAY, "_doubt_presence", unless="_car_is_under"),
    Rule(ArmingLoopOccupied, (_G.RAISED,), STAY, "_see_presence"),
    Rule(LeaveOver, (_G.RAISED,), STAY, "_urge", when="_car_waits"),
    Rule(LeaveOver, (_G.RAISED,), _G.CLOSING, "_lose_sight"),
    # A car is under the arm.
    Rule(ArmRaised, (_G.PASSING,), STAY, "_raise_late"),
    Rule(ArmLeftLimit, (_G.PASSING,), STAY, "_lift_off_car", when="_arm_was_up"),
    Rule(ArmLowered, (_G.PASSING,), STAY, "_lift_off_car"),
    Rule(ArmingLoopOccupied, (_G.PASSING,), STAY, "_suspect_tailgate"),
    Rule(PassOver, (_G.PASSING,), STAY, "_report_standing"),
    Rule(ArmingLoopCleared, (_G.PASSING,), STAY, "_see_rear"),
    Rule(SafetyLoopCleared, (_G.PASSING,), _G.CLOSING, "_doubt_passing", when="_rear_unseen"),
    Rule(SafetyLoopCleared, (_G.PASSING,), _G.OPENING, "_pass_and_open", when="_next_is_released"),
    Rule(SafetyLoopCleared, (_G.PASSING,), _G.CLOSING, "_pass"),
    # The arm comes down by itself.
    Rule(ArmLowered, (_G.CLOSING, _G.STANDING_OPEN), _G.LOWERED, "_rest"),
    Rule(ArmLeftLimit, (_G.CLOSING, _G.STANDING_OPEN), STAY, "_await_lowering"),
    Rule(ArmRaised, (_G.CLOSING,), _G.RAISED, "_raise", when="_released"),
    Rule(ArmRaised, (_G.CLOSING, _G.STANDING_OPEN), STAY, "_await_lowering"),
    Rule(SafetyLoopOccupied, (_G.CLOSING,), _G.PASSING, "_go_under", when="_released"),
    Rule(SafetyLoopOccupied, (_G.CLOSING,), _G.PASSING, "_follow"),
    Rule(SafetyLoopOccupied, (_G.STANDING_OPEN, _G.FAULTY), _G.PASSING, "_go_unreleased"),
    Rule(TravelOver, (_G.CLOSING,), _G.LOWERED, "_rest", when="_arm_is_lowered"),
    Rule(TravelOver, (_G.CLOSING,), _G.STANDING_OPEN, "_report_open", when="_arm_is_raised"),
    Rule(TravelOver, (_G.CLOSING,), STAY, "_free_jam", when="_may_try_again"),
    Rule(TravelOver, (_G.STANDING_OPEN,), STAY, "_report_open", when="_arm_is_raised"),
    Rule(TravelOver, (_G.CLOSING, _G.STANDING_OPEN), _G.FAULTY, "_give_up"),
    # A technician asks for the lane: first the car goes that was let go.
    Rule(LaneAskedFor, tuple(_G), STAY, "_deny_lane", when="_is_let_through"),
    Rule(LaneAskedFor, tuple(_G), STAY, "_ask_on"),
    # It moves without our command.
    Rule(ArmLeftLimit, (_G.LOWERED,), _G.STANDING_OPEN, "_report_forced"),
    Rule(ArmRaised, (_G.LOWERED,), _G.STANDING_OPEN, "_report_forced"),
    Rule(SafetyLoopOccupied, (_G.LOWERED,), STAY, "_see_from_behind"),
    # Fire: open and hold, whatever else goes on, until released by hand.
    Rule(FireRaised, _NOT_HELD, _G.HELD, "_hold"),
    Rule(FireRaised, (_G.HELD,), STAY, "_hold"),
    Rule(FireCleared, (_G.HELD,), STAY, "_await_release"),
    Rule(LaneReleased, (_G.HELD,), STAY, "_refuse_release", when="_fire_is_on"),
    Rule(LaneReleased, (_G.HELD,), _G.STANDING_OPEN, "_let_go"),
    Rule(ArmRaised, (_G.HELD,), STAY, "_raise_late"),
    Rule(ArmLowered, (_G.HELD,), STAY, "_hold"),
    Rule(SafetyLoopCleared, (_G.HELD, _G.FAULTY), STAY, "_pass_as_it_is"),
    # Faults, and how they end.
    Rule(ArmContradictory, (*_MOVING, _G.FAULTY), _G.FAULTY, "_report_contradiction"),
    Rule(ArmSwungOff, (*_MOVING, _G.FAULTY), _G.FAULTY, "_report_swung_off"),
    Rule(ArmRefitted, (_G.FAULTY,), _G.LOWERED, "_repair", when="_arm_is_lowered"),
    Rule(ArmRefitted, (_G.FAULTY,), _G.STANDING_OPEN, "_repair"),
    Rule(ArmRaised, (_G.FAULTY,), _G.STANDING_OPEN, "_repair"),
    Rule(ArmLeftLimit, (_G.FAULTY,), _G.STANDING_OPEN, "_repair"),
    Rule(ArmLowered, (_G.FAULTY,), _G.LOWERED, "_repair"),
    Rule(LaneReleased, (_G.FAULTY,), _G.LOWERED, "_repair", when="_arm_is_lowered"),
    Rule(LaneReleased, (_G.FAULTY,), _G.STANDING_OPEN, "_repair"),
)

# What a state does not answer to: not asked for, not its business, or of an exit that is over.
_ANSWERS: Final = frozenset({OpenPulsed, OpenUnconfirmed})
_WATCH: Final = frozenset({LeaveOver, PassOver})
_CALM: Final = frozenset({ArmRefitted, BoardReady, FireCleared})
_LOOPS: Final = frozenset({ArmingLoopCleared, ArmingLoopOccupied})
_INPUTS: Final = frozenset(
    {
        ArmContradictory,
        ArmLeftLimit,
        ArmLowered,
        ArmRefitted,
        ArmSwungOff,
        FireCleared,
        SafetyLoopCleared,
        SafetyLoopOccupied,
    }
)
_REFUSED: Final[dict[Enum, frozenset[type[Any]]]] = {
    _G.STARTING: _ANSWERS
    | _WATCH
    | _LOOPS
    | _INPUTS
    | frozenset({ArmRaised, LaneReleased, TravelOver}),
    _G.LOWERED: _ANSWERS
    | _WATCH
    | _CALM
    | _LOOPS
    | frozenset({ArmLowered, LaneReleased, SafetyLoopCleared, TravelOver}),
    _G.OPENING: _WATCH
    | _CALM
    | _LOOPS
    | frozenset({ArmLeftLimit, ArmLowered, LaneReleased, SafetyLoopCleared}),
    _G.RAISED: _ANSWERS
    | _CALM
    | frozenset({ArmRaised, LaneReleased, PassOver, SafetyLoopCleared, TravelOver}),
    _G.PASSING: _ANSWERS
    | _CALM
    | frozenset({LaneReleased, LeaveOver, SafetyLoopOccupied, TravelOver}),
    _G.CLOSING: _ANSWERS | _WATCH | _CALM | _LOOPS | frozenset({LaneReleased, SafetyLoopCleared}),
    _G.STANDING_OPEN: _ANSWERS
    | _WATCH
    | _CALM
    | _LOOPS
    | frozenset({LaneReleased, SafetyLoopCleared}),
    _G.HELD: _ANSWERS
    | _WATCH
    | _LOOPS
    | frozenset(
        {ArmContradictory, ArmLeftLimit, ArmRefitted, ArmSwungOff, SafetyLoopOccupied, TravelOver}
    ),
    _G.FAULTY: _ANSWERS | _WATCH | _LOOPS | frozenset({BoardReady, FireCleared, TravelOver}),
    _G.SILENT: _ANSWERS
    | _WATCH
    | _LOOPS
    | _INPUTS
    | frozenset({ArmRaised, BoardSilent, LaneReleased}),
}

_STARTED: Final = (_G.STARTING, _G.LOWERED, _G.STANDING_OPEN)
_ASKED_AT_START: Final = frozenset({OpeningLeft})
_ELSE: Final = {
    state: refused if state in _STARTED else refused | _ASKED_AT_START
    for state, refused in _REFUSED.items()
}

GATE: Final = Table("gate", GateState, GateState.STARTING, _RULES, _ELSE)
