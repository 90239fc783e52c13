"""Whether the car at the arming loop may leave. One machine per lane; each car starts it afresh.

Two steps for the driver: the plate (read, or typed once asked), then pay. Each state that waits has
a deadline, and every deadline ends in an open barrier or a person called.
"""

from enum import Enum
from typing import Any, Final

from kiosk.core.lane.codes.events import (
    CodeLeft,
    CodeScanned,
    CodesGone,
    CodesReady,
    StayPaid,
)
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
    MoneyBooked,
    MoneyHeld,
    MoneyRefused,
    MoneyUnclear,
    MoneyUnresolved,
    OpeningFailed,
    OpenRequested,
    PayOver,
    PlateEntered,
    PlateWaitOver,
    StopRequested,
    StoreOver,
    TillFree,
)
from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk.core.records import StayFound, StayMissing, StoreFailed
from kiosk_hw.ports.barrier import (
    ArmingLoopCleared,
    ArmingLoopOccupied,
    BoardReady,
    BoardSilent,
    FireRaised,
)
from kiosk_hw.ports.camera import PlateNotRead, PlateRead, PlateUncertain
from kiosk_hw.ports.terminal import CardPresented


class VisitState(Enum):
    """How far the car at the arming loop has come."""

    OUT_OF_SERVICE = "out-of-service"
    FREE = "free"
    READING = "reading"
    FINDING = "finding"
    ASKING = "asking"
    DUE = "due"
    PAYING = "paying"
    RESOLVING = "resolving"
    RELEASING = "releasing"
    RELEASED = "released"
    HELP = "help"
    VANISHED = "vanished"
    FIRE = "fire"
    LOCKED = "locked"


_V = VisitState
_UNKNOWN: Final = (_V.READING, _V.ASKING)
_STANDING: Final = (*_UNKNOWN, _V.FINDING, _V.DUE, _V.PAYING, _V.RESOLVING, _V.HELP)
_GOING: Final = (_V.RELEASING, _V.RELEASED)
_ALL: Final = tuple(_V)
_ENDS: Final = (MoneyRefused, MoneyBooked, MoneyUnresolved)
_PRICED: Final = (_V.DUE, _V.PAYING, _V.RESOLVING)
_WAITING: Final = (*_UNKNOWN, _V.FINDING, _V.HELP, _V.VANISHED, _V.OUT_OF_SERVICE)
_ASIDE: Final = (_V.PAYING, _V.RESOLVING, _V.HELP, _V.VANISHED)
_CALLING: Final = tuple(state for state in _STANDING if state is not _V.HELP)
_ELSEWHERE: Final = tuple(state for state in _V if state not in _STANDING)
_READ: Final = (PlateRead, PlateUncertain)
_UNPRICED: Final = (*_UNKNOWN, _V.HELP, _V.VANISHED)

_RULES: Final = (
    # A car comes.
    Rule(BoardReady, (_V.OUT_OF_SERVICE,), _V.READING, "_begin", when="_car_is_here"),
    Rule(BoardReady, (_V.OUT_OF_SERVICE,), _V.FREE, "_welcome"),
    Rule(BoardReady, _STANDING, _V.VANISHED, "_doubt_presence", unless="_car_is_here"),
    Rule(BoardReady, (_V.HELP,), _V.FINDING, "_begin_again", when="_called_in_silence"),
    Rule(BoardReady, (_V.HELP,), STAY, "_see_board_back"),
    Rule(BoardReady, (_V.RELEASED,), _V.READING, "_begin", when="_lowered_with_car"),
    Rule(BoardReady, (_V.RELEASED,), _V.FREE, "_welcome", when="_arm_is_lowered"),
    Rule(BoardReady, (_V.RELEASED,), STAY, "_see_again"),
    Rule(ArmingLoopOccupied, (_V.FREE,), _V.FINDING, "_begin_read", when="_read_early"),
    Rule(ArmingLoopOccupied, (_V.FREE,), _V.ASKING, "_begin_asking", when="_camera_is_down"),
    Rule(ArmingLoopOccupied, (_V.FREE,), _V.READING, "_begin"),
    # Its plate: read by the camera, or typed by the driver.
    *(Rule(read, (_V.FREE,), STAY, "_keep_early") for read in _READ),
    *(Rule(read, (_V.RELEASING, _V.RELEASED), STAY, "_keep_early") for read in _READ),
    *(Rule(read, _UNKNOWN, _V.FINDING, "_find", when="_is_plate") for read in _READ),
    *(Rule(read, (_V.READING,), _V.ASKING, "_ask") for read in _READ),
    *(Rule(read, (_V.HELP,), _V.FINDING, "_find", when="_wants_plate") for read in _READ),
    Rule(PlateNotRead, (_V.READING,), _V.ASKING, "_ask"),
    Rule(PlateWaitOver, (_V.READING,), _V.ASKING, "_ask"),
    Rule(PlateEntered, _UNKNOWN, _V.FINDING, "_find", when="_is_plate"),
    Rule(PlateEntered, (_V.HELP,), _V.FINDING, "_find", when="_wants_plate"),
    Rule(PlateEntered, (_V.ASKING,), STAY, "_ask_anew"),
    Rule(AnswerOver, (_V.ASKING,), _V.HELP, "_call_unanswered"),
    # Its stay and its fee.
    Rule(StayFound, (_V.FINDING,), STAY, "_find_again", when="_must_find_again"),
    Rule(StayFound, (_V.FINDING,), _V.RELEASING, "_release_unpriced", when="_needs_no_money"),
    Rule(StayFound, (_V.FINDING,), _V.RELEASING, "_release_held", when="_is_held_for"),
    Rule(StayFound, (_V.FINDING,), _V.RELEASING, "_release_unsettled", when="_may_settle_later"),
    Rule(StayFound, (_V.FINDING,), _V.HELP, "_call_unsettled", when="_is_unsettled"),
    Rule(StayFound, (_V.FINDING,), _V.DUE, "_show_fee"),
    Rule(StayMissing, (_V.FINDING,), STAY, "_find_again", when="_must_find_again"),
    Rule(StayMissing, (_V.FINDING,), _V.ASKING, "_ask", when="_may_ask"),
    Rule(StayMissing, (_V.FINDING,), _V.HELP, "_call_missing"),
    Rule(StoreFailed, (_V.HELP, *_ELSEWHERE), STAY, "_report_store"),
    Rule(StoreFailed, _CALLING, _V.HELP, "_call_store"),
    Rule(StoreOver, (_V.FINDING,), _V.HELP, "_call_store_slow"),
    # Its money.
    Rule(CardPresented, (_V.DUE,), _V.PAYING, "_show_paying"),
    Rule(MoneyHeld, (*_PRICED, _V.HELP), _V.RELEASING, "_release_paid", when="_holds_for_us"),
    Rule(MoneyHeld, _WAITING, STAY, "_keep_hold", when="_may_keep"),
    Rule(MoneyHeld, _ALL, STAY, "_decline_hold", unless="_is_trial"),
    Rule(MoneyRefused, (_V.DUE, _V.PAYING), _V.DUE, "_charge_again", when="_may_charge_again"),
    Rule(MoneyRefused, (_V.RESOLVING,), _V.DUE, "_charge_anew", when="_may_charge_again"),
    Rule(MoneyRefused, _PRICED, _V.DUE, "_go_on_by_code", when="_may_go_on_by_code"),
    Rule(MoneyRefused, (_V.DUE, _V.PAYING), _V.HELP, "_call_refused", when="_is_ours"),
    Rule(MoneyRefused, (_V.RESOLVING,), _V.HELP, "_call_refused", when="_is_ours"),
    Rule(MoneyUnclear, (_V.DUE, _V.PAYING), _V.RESOLVING, "_show_waiting", when="_is_ours"),
    Rule(MoneyBooked, _PRICED, _V.RELEASING, "_release_booked", when="_is_for_us"),
    Rule(MoneyBooked, (_V.HELP,), _V.RELEASING, "_release_booked", when="_is_for_us"),
    Rule(MoneyBooked, (*_UNKNOWN, _V.HELP), _V.RELEASING, "_adopt", when="_may_adopt"),
    Rule(MoneyBooked, (_V.FINDING,), STAY, "_find_later"),
    Rule(MoneyUnresolved, (_V.RESOLVING, _V.DUE), _V.RELEASING, "_release_doubt", when="_lets_out"),
    Rule(MoneyUnresolved, (_V.RESOLVING, _V.DUE), _V.HELP, "_call_unsettled", when="_is_ours"),
    *(Rule(end, (_V.VANISHED,), STAY, "_forget_order", when="_is_ours") for end in _ENDS),
    Rule(TillFree, (_V.HELP,), _V.DUE, "_offer_again", when="_waits_for_till"),
    Rule(TillFree, (_V.DUE,), STAY, "_arm_card", when="_waits_for_till"),
    # Its code, on the lane's screen or on a phone.
    Rule(CodesReady, (_V.DUE,), STAY, "_show_codes", when="_is_this_exit"),
    Rule(CodesReady, (_V.HELP,), _V.DUE, "_offer_codes_again", when="_waits_for_codes"),
    Rule(CodesGone, (_V.DUE,), _V.HELP, "_call_no_way", when="_cannot_pay"),
    Rule(CodesGone, (_V.DUE,), STAY, "_show_codes", when="_is_this_exit"),
    *(Rule(codes, _ASIDE, STAY, "_note_codes") for codes in (CodesReady, CodesGone)),
    Rule(CodeScanned, (_V.DUE,), _V.PAYING, "_show_paying", when="_is_this_exit"),
    Rule(CodeLeft, (_V.PAYING,), _V.DUE, "_show_fee_still", when="_is_this_exit"),
    Rule(StayPaid, (*_PRICED, _V.HELP), _V.FINDING, "_find_credited", when="_is_our_stay"),
    Rule(StayPaid, (_V.FINDING,), STAY, "_find_later"),
    Rule(StayPaid, (_V.VANISHED,), STAY, "_stop_charging", when="_is_our_stay"),
    Rule(PayOver, (_V.DUE,), _V.HELP, "_call_unpaid"),
    Rule(PayOver, (_V.PAYING,), STAY, "_wait_longer"),
    # It leaves.
    Rule(BarrierUp, (_V.RELEASING,), _V.RELEASED, "_drive", when="_car_is_here"),
    Rule(BarrierUp, (_V.RELEASING,), _V.FREE, "_drive_off"),
    Rule(OpeningFailed, _GOING, _V.HELP, "_call_stuck", when="_car_is_here"),
    Rule(OpeningFailed, _GOING, _V.VANISHED, "_withhold_and_doubt"),
    Rule(CarStayed, (_V.RELEASED,), _V.HELP, "_call_stayed", when="_car_is_here"),
    Rule(CarStayed, (_V.RELEASED,), _V.FREE, "_welcome"),
    Rule(ArmingLoopCleared, (_V.RELEASED,), _V.FREE, "_welcome"),
    Rule(CarPassed, (_V.RELEASED,), _V.FINDING, "_begin_read", when="_next_is_read"),
    Rule(CarPassed, (_V.RELEASED,), _V.READING, "_begin", when="_car_is_here"),
    Rule(CarPassed, (_V.RELEASED,), _V.FREE, "_welcome"),
    # It goes without leave: backwards, or under an arm that stands open.
    Rule(ArmingLoopCleared, _STANDING, _V.VANISHED, "_doubt_presence"),
    Rule(ArmingLoopOccupied, (_V.VANISHED,), _V.RELEASING, "_release_returned", when="_has_hold"),
    Rule(ArmingLoopOccupied, (_V.VANISHED,), _V.DUE, "_show_fee_again", when="_is_charging"),
    Rule(ArmingLoopOccupied, (_V.VANISHED,), _V.FINDING, "_find_again", when="_knows_plate"),
    Rule(ArmingLoopOccupied, (_V.VANISHED,), _V.READING, "_read_again"),
    Rule(BackOutOver, (_V.VANISHED,), STAY, "_doubt_presence", when="_car_is_under"),
    Rule(BackOutOver, (_V.VANISHED,), _V.FREE, "_back_out"),
    Rule(CarPassed, (_V.VANISHED,), _V.FREE, "_leave_unreleased", when="_nobody_released"),
    # A person is called, and comes or does not.
    Rule(HelpRequested, (*_UNKNOWN, _V.DUE), _V.HELP, "_call_asked"),
    Rule(HelpRequested, (_V.HELP,), STAY, "_hear"),
    Rule(HelpRequested, (_V.FINDING, _V.PAYING, _V.RESOLVING, *_ELSEWHERE), STAY, "_hear"),
    Rule(OpenRequested, _STANDING, _V.RELEASING, "_release_by_hand"),
    Rule(OpenRequested, (_V.FREE,), _V.RELEASING, "_release_nobody"),
    Rule(HelpOver, (_V.HELP,), _V.RELEASING, "_release_stuck", when="_opens_when_stuck"),
    Rule(HelpOver, (_V.HELP,), STAY, "_call_again"),
    # The lane itself.
    Rule(BoardSilent, (_V.FREE, _V.VANISHED), _V.OUT_OF_SERVICE, "_close_lane"),
    Rule(BoardSilent, (_V.RELEASED,), STAY, "_see_nothing"),
    Rule(BoardSilent, (*_UNKNOWN, _V.FINDING, _V.DUE), _V.HELP, "_call_board"),
    Rule(BoardSilent, (_V.OUT_OF_SERVICE,), STAY, "_close_lane"),
    Rule(FireRaised, tuple(state for state in _V if state is not _V.FIRE), _V.FIRE, "_burn"),
    Rule(LaneReleased, (_V.FIRE,), _V.READING, "_begin", when="_released_with_car"),
    Rule(LaneReleased, (_V.FIRE,), _V.FREE, "_welcome", unless="_fire_is_on"),
    *(Rule(read, (_V.FIRE,), STAY, "_find_in_fire", when="_is_plate") for read in _READ),
    Rule(StayFound, (_V.FIRE,), STAY, "_remember_stay"),
    Rule(CarPassed, (_V.FIRE,), STAY, "_leave_in_fire", when="_nobody_released"),
    Rule(StopRequested, (_V.DUE, _V.HELP), STAY, "_stop_charging"),
    # A technician has it: drivers are turned away, and who came meanwhile is met afterwards.
    Rule(LockWanted, (_V.FREE, _V.OUT_OF_SERVICE), _V.LOCKED, "_lock", when="_is_empty"),
    Rule(LockWanted, _UNPRICED, _V.LOCKED, "_lock", when="_is_vouched"),
    Rule(LockWanted, tuple(_V), STAY, "_deny_lock"),
    Rule(LockEnded, (_V.LOCKED,), _V.OUT_OF_SERVICE, "_close_lane", when="_board_is_silent"),
    Rule(LockEnded, (_V.LOCKED,), _V.FINDING, "_begin_read", when="_next_is_read"),
    Rule(LockEnded, (_V.LOCKED,), _V.READING, "_begin", when="_car_is_here"),
    Rule(LockEnded, (_V.LOCKED,), _V.FREE, "_welcome"),
    Rule(OpenRequested, (_V.LOCKED,), STAY, "_decline_open"),
    *(Rule(read, (_V.LOCKED,), STAY, "_keep_early") for read in _READ),
    Rule(ArmingLoopOccupied, (_V.LOCKED,), STAY, "_see_while_locked"),
    Rule(CarPassed, (_V.LOCKED,), STAY, "_see_while_locked", when="_nobody_released"),
)

# What a state does not answer to: not asked for, not its business, or of an exit that is over.
_PLATES: Final = frozenset({PlateEntered, PlateNotRead, PlateRead, PlateUncertain, PlateWaitOver})
_TIMES: Final = frozenset({AnswerOver, HelpOver})
_STAYS: Final = frozenset({StayFound, StayMissing, StoreOver})
_GATE: Final = frozenset({BarrierUp, OpeningFailed})
_MONEY: Final = frozenset(
    {CardPresented, MoneyBooked, MoneyRefused, MoneyUnclear, MoneyUnresolved, PayOver}
)
_MONEY_OF_OTHERS: Final = frozenset(
    {CardPresented, MoneyRefused, MoneyUnclear, MoneyUnresolved, PayOver}
)
_CODES: Final = frozenset({CodeLeft, CodeScanned, CodesGone, CodesReady, StayPaid})
_PHONES: Final = frozenset({CodeLeft, CodeScanned})
_REFUSED: Final[dict[Enum, frozenset[type[Any]]]] = {
    _V.OUT_OF_SERVICE: _CODES
    | _PLATES
    | _TIMES
    | _STAYS
    | _GATE
    | _MONEY
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopCleared,
            ArmingLoopOccupied,
            BackOutOver,
            CarPassed,
            CarStayed,
            LaneReleased,
            OpenRequested,
            StopRequested,
            TillFree,
        }
    ),
    _V.FREE: _CODES
    | _TIMES
    | _STAYS
    | _GATE
    | _MONEY
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopCleared,
            BackOutOver,
            BoardReady,
            CarPassed,
            CarStayed,
            LaneReleased,
            PlateEntered,
            PlateNotRead,
            PlateWaitOver,
            StopRequested,
            TillFree,
        }
    ),
    _V.READING: _CODES
    | _TIMES
    | _STAYS
    | _GATE
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            CarPassed,
            CarStayed,
            LaneReleased,
            StopRequested,
            TillFree,
        }
    ),
    _V.FINDING: (_CODES - {StayPaid})
    | _PLATES
    | _TIMES
    | _GATE
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            CarPassed,
            CarStayed,
            LaneReleased,
            StopRequested,
            TillFree,
        }
    ),
    _V.ASKING: _CODES
    | _STAYS
    | _GATE
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            CarPassed,
            CarStayed,
            HelpOver,
            LaneReleased,
            PlateNotRead,
            PlateWaitOver,
            StopRequested,
            TillFree,
        }
    ),
    _V.DUE: frozenset({CodeLeft})
    | _PLATES
    | _TIMES
    | _STAYS
    | _GATE
    | frozenset({ArmingLoopOccupied, BackOutOver, CarPassed, CarStayed, LaneReleased}),
    _V.PAYING: frozenset({CodeScanned})
    | _PLATES
    | _TIMES
    | _STAYS
    | _GATE
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            BoardSilent,
            CarPassed,
            CarStayed,
            CardPresented,
            LaneReleased,
            MoneyUnresolved,
            StopRequested,
            TillFree,
        }
    ),
    _V.RESOLVING: _PHONES
    | _PLATES
    | _TIMES
    | _STAYS
    | _GATE
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            BoardSilent,
            CarPassed,
            CarStayed,
            CardPresented,
            LaneReleased,
            MoneyUnclear,
            PayOver,
            StopRequested,
            TillFree,
        }
    ),
    _V.RELEASING: _CODES
    | _TIMES
    | _STAYS
    | _MONEY
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopCleared,
            ArmingLoopOccupied,
            BackOutOver,
            BoardReady,
            BoardSilent,
            CarPassed,
            CarStayed,
            LaneReleased,
            OpenRequested,
            PlateEntered,
            PlateNotRead,
            PlateWaitOver,
            StopRequested,
            TillFree,
        }
    ),
    _V.RELEASED: _CODES
    | _TIMES
    | _STAYS
    | _MONEY
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopOccupied,
            BackOutOver,
            BarrierUp,
            LaneReleased,
            OpenRequested,
            PlateEntered,
            PlateNotRead,
            PlateWaitOver,
            StopRequested,
            TillFree,
        }
    ),
    _V.HELP: _PHONES
    | _STAYS
    | _GATE
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            AnswerOver,
            ArmingLoopOccupied,
            BackOutOver,
            BoardSilent,
            CarPassed,
            CarStayed,
            LaneReleased,
            PlateNotRead,
            PlateWaitOver,
        }
    ),
    _V.VANISHED: _PHONES
    | _PLATES
    | _TIMES
    | _STAYS
    | _GATE
    | frozenset(
        {
            ArmingLoopCleared,
            BoardReady,
            CarStayed,
            CardPresented,
            LaneReleased,
            MoneyUnclear,
            OpenRequested,
            PayOver,
            StopRequested,
            TillFree,
        }
    ),
    _V.FIRE: _CODES
    | _TIMES
    | _GATE
    | _MONEY
    | _MONEY_OF_OTHERS
    | frozenset(
        {
            ArmingLoopCleared,
            ArmingLoopOccupied,
            BackOutOver,
            BoardReady,
            BoardSilent,
            CarStayed,
            FireRaised,
            OpenRequested,
            PlateEntered,
            PlateNotRead,
            PlateWaitOver,
            StayMissing,
            StopRequested,
            StoreOver,
            TillFree,
        }
    ),
}

_OF_LOCK: Final = frozenset({LockEnded})
_ELSE: Final = {state: refused | _OF_LOCK for state, refused in _REFUSED.items()}
_LOCKED: Final = (
    _TIMES
    | _STAYS
    | _GATE
    | _MONEY
    | _CODES
    | frozenset(
        {ArmingLoopCleared, BackOutOver, BoardReady, BoardSilent, CarStayed, LaneReleased}
        | {PlateEntered, PlateNotRead, PlateWaitOver, StopRequested, TillFree}
    )
)

VISIT: Final = Table(
    "visit", VisitState, VisitState.OUT_OF_SERVICE, _RULES, {**_ELSE, _V.LOCKED: _LOCKED}
)
