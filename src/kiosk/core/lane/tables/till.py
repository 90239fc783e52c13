"""How one order's money moves on the card terminal. One machine per lane; it knows no cars.

A payment command is never repeated. What broke is asked after (`RESOLVING`) until the terminal's
last receipt settles it, or the time for asking is up and the order goes onto the operator's list.
"""

from enum import Enum
from typing import Any, Final

from kiosk.core.lane.events import (
    ChargeGivenUp,
    ChargeOrdered,
    GoodsIssued,
    GoodsWithheld,
    OpeningSeen,
    ResolveDue,
    ResolveOver,
    StatusDue,
    StopRequested,
)
from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk.core.records import OpenOrdersFound, StayLooked
from kiosk_hw.ports.terminal import (
    CardAwaited,
    CardPresented,
    LastReceiptKnown,
    LastReceiptUnknown,
    PaymentApproved,
    PaymentNotTaken,
    PaymentTaken,
    PaymentUnclear,
    ReversalMade,
    ReversalRefused,
    ReversalUnclear,
    TerminalBlocked,
    TerminalReady,
    TerminalSilent,
)


class TillState(Enum):
    """Where the money of the order in hand is."""

    OFFLINE = "offline"
    CHECKING = "checking"
    IDLE = "idle"
    AWAITING_CARD = "awaiting-card"
    WORKING = "working"
    HOLDING = "holding"
    TAKING = "taking"
    WITHHOLDING = "withholding"
    ABORTING = "aborting"
    RESOLVING = "resolving"
    REVERSING = "reversing"


_T = TillState
_ASKED: Final = (_T.AWAITING_CARD, _T.WORKING, _T.HOLDING, _T.TAKING, _T.WITHHOLDING, _T.ABORTING)
_BUSY: Final = (*_ASKED, _T.CHECKING, _T.RESOLVING, _T.REVERSING)
_TAKES: Final = (_T.AWAITING_CARD, _T.WORKING, _T.HOLDING, _T.TAKING)
_ELSEWHERE: Final = (_T.OFFLINE, *_BUSY)
_DOWN: Final = (TerminalSilent, TerminalBlocked)

_RULES: Final = (
    # The terminal comes and goes.
    Rule(TerminalReady, (_T.OFFLINE,), _T.RESOLVING, "_ask_after", when="_has_open_order"),
    Rule(TerminalReady, (_T.OFFLINE,), _T.CHECKING, "_check"),
    Rule(TerminalReady, (_T.IDLE,), STAY, "_know_ready"),
    Rule(TerminalReady, (_T.CHECKING,), STAY, "_check"),
    Rule(TerminalReady, (_T.RESOLVING,), STAY, "_ask_after"),
    *(Rule(down, (_T.IDLE, _T.CHECKING), _T.OFFLINE, "_go_offline") for down in _DOWN),
    *(Rule(down, (_T.OFFLINE, _T.RESOLVING), STAY, "_stay_offline") for down in _DOWN),
    Rule(LastReceiptKnown, (_T.CHECKING,), _T.IDLE, "_remember_last"),
    Rule(LastReceiptUnknown, (_T.CHECKING,), _T.IDLE, "_remember_nothing"),
    Rule(StatusDue, (_T.IDLE,), STAY, "_ask_status"),
    Rule(StatusDue, (_T.CHECKING,), STAY, "_check"),
    Rule(StopRequested, (_T.IDLE,), STAY, "_log_off"),
    # A fee is to be taken.
    Rule(ChargeOrdered, (_T.IDLE,), _T.AWAITING_CARD, "_charge"),
    Rule(ChargeOrdered, (_T.OFFLINE,), STAY, "_turn_away"),
    Rule(ChargeOrdered, _BUSY, STAY, "_queue"),
    Rule(ChargeGivenUp, _BUSY, STAY, "_drop_queued", when="_is_queued"),
    Rule(ChargeGivenUp, (_T.AWAITING_CARD, _T.WORKING), _T.ABORTING, "_abort", when="_is_in_hand"),
    Rule(ChargeGivenUp, (_T.HOLDING,), _T.WITHHOLDING, "_withhold", when="_is_in_hand"),
    Rule(ChargeGivenUp, (_T.RESOLVING,), STAY, "_forget_wish", when="_is_in_hand"),
    Rule(GoodsWithheld, (_T.RESOLVING,), STAY, "_forget_wish", when="_is_in_hand"),
    Rule(GoodsIssued, (_T.RESOLVING,), STAY, "_know_opened", when="_is_in_hand"),
    Rule(CardAwaited, (_T.AWAITING_CARD,), STAY, "_await_card"),
    Rule(CardPresented, (_T.AWAITING_CARD,), _T.WORKING, "_see_card"),
    # The money is held until the barrier is open.
    Rule(PaymentApproved, (_T.AWAITING_CARD, _T.WORKING, _T.ABORTING), _T.HOLDING, "_hold"),
    Rule(GoodsIssued, (_T.HOLDING,), _T.TAKING, "_issue", when="_is_in_hand"),
    Rule(GoodsWithheld, (_T.HOLDING,), _T.WITHHOLDING, "_withhold", when="_is_in_hand"),
    # Of two that pay one stay, the one that the store counts first stays; the other goes back.
    Rule(StayLooked, (_T.HOLDING,), _T.WITHHOLDING, "_withhold_second", when="_covers_in_hand"),
    Rule(StayLooked, (_T.TAKING, _T.RESOLVING), STAY, "_know_covered", when="_covers_in_hand"),
    Rule(StayLooked, (_T.IDLE,), _T.REVERSING, "_reverse_second", when="_covers_booked"),
    Rule(StayLooked, _ELSEWHERE, STAY, "_owe_second", when="_covers_booked"),
    Rule(StayLooked, (_T.IDLE, *_ELSEWHERE), STAY, "_see_counted", when="_counts_booked"),
    # It ends.
    Rule(PaymentTaken, _TAKES, _T.REVERSING, "_reverse_trial", when="_is_trial"),
    Rule(PaymentNotTaken, (_T.HOLDING, _T.TAKING), _T.IDLE, "_refuse", when="_is_trial"),
    Rule(PaymentTaken, (_T.TAKING,), _T.REVERSING, "_book_and_doubt", when="_suspects_late"),
    Rule(PaymentTaken, (_T.TAKING,), _T.REVERSING, "_reverse_covered", when="_is_covered"),
    Rule(PaymentTaken, (_T.TAKING,), _T.IDLE, "_book"),
    Rule(PaymentTaken, (_T.AWAITING_CARD, _T.WORKING, _T.HOLDING), _T.IDLE, "_book_unasked"),
    Rule(PaymentTaken, (_T.WITHHOLDING, _T.ABORTING), _T.REVERSING, "_reverse_taken"),
    Rule(PaymentNotTaken, (_T.AWAITING_CARD, _T.WORKING, _T.ABORTING), _T.IDLE, "_refuse"),
    Rule(PaymentNotTaken, (_T.WITHHOLDING,), _T.IDLE, "_confirm_release"),
    Rule(PaymentNotTaken, (_T.HOLDING, _T.TAKING), _T.IDLE, "_lose_hold"),
    Rule(PaymentUnclear, _ASKED, _T.RESOLVING, "_doubt"),
    # What is not known is asked for.
    Rule(OpenOrdersFound, (_T.OFFLINE,), STAY, "_inherit"),
    Rule(OpeningSeen, (_T.OFFLINE, _T.RESOLVING), STAY, "_know_opened_before", when="_is_of_exit"),
    Rule(OpenOrdersFound, (_T.CHECKING, _T.IDLE), _T.RESOLVING, "_inherit_now", when="_lists_any"),
    Rule(OpenOrdersFound, (_T.CHECKING, _T.IDLE), STAY, None),
    Rule(LastReceiptKnown, (_T.RESOLVING,), STAY, "_ask_later", when="_awaits_board"),
    Rule(LastReceiptKnown, (_T.RESOLVING,), _T.REVERSING, "_reverse_found", when="_found_unwanted"),
    Rule(LastReceiptKnown, (_T.RESOLVING,), _T.IDLE, "_book_found", when="_found_booked"),
    Rule(LastReceiptKnown, (_T.RESOLVING,), _T.IDLE, "_refuse_found", when="_found_absent"),
    Rule(LastReceiptKnown, (_T.RESOLVING,), STAY, "_ask_later"),
    Rule(LastReceiptUnknown, (_T.RESOLVING,), STAY, "_ask_later"),
    Rule(ResolveDue, (_T.RESOLVING,), STAY, "_ask_after"),
    Rule(ResolveOver, (_T.OFFLINE, _T.RESOLVING), _T.CHECKING, "_leave_open", when="_answers"),
    Rule(ResolveOver, (_T.OFFLINE, _T.RESOLVING), _T.OFFLINE, "_leave_open"),
    Rule(ReversalMade, (_T.REVERSING,), _T.CHECKING, "_confirm_reversal"),
    Rule(ReversalRefused, (_T.REVERSING,), _T.CHECKING, "_find_nothing", when="_only_suspects"),
    Rule(ReversalRefused, (_T.REVERSING,), _T.CHECKING, "_owe_refund"),
    Rule(ReversalUnclear, (_T.REVERSING,), _T.CHECKING, "_owe_refund"),
)

# What a state does not answer to: not asked for, not its business, or of an exit that is over.
_CARD: Final = frozenset({CardAwaited, CardPresented})
_GOODS: Final = frozenset({GoodsIssued, GoodsWithheld})
_VERDICTS: Final = frozenset({PaymentApproved, PaymentNotTaken, PaymentTaken, PaymentUnclear})
_RECEIPTS: Final = frozenset({LastReceiptKnown, LastReceiptUnknown})
_REVERSALS: Final = frozenset({ReversalMade, ReversalRefused, ReversalUnclear})
_RESOLVE_TIMES: Final = frozenset({ResolveDue, ResolveOver})
_IDLE_ONLY: Final = frozenset(
    {
        OpeningSeen,
        OpenOrdersFound,
        StatusDue,
        StopRequested,
        TerminalBlocked,
        TerminalReady,
        TerminalSilent,
    }
)
_REFUSED: Final[dict[Enum, frozenset[type[Any]]]] = {
    _T.OFFLINE: _CARD
    | _GOODS
    | _VERDICTS
    | _RECEIPTS
    | _REVERSALS
    | frozenset({ChargeGivenUp, ResolveDue, StatusDue, StopRequested}),
    _T.CHECKING: _CARD
    | _GOODS
    | _VERDICTS
    | _REVERSALS
    | _RESOLVE_TIMES
    | frozenset({OpeningSeen, StopRequested}),
    _T.IDLE: _CARD
    | _GOODS
    | _VERDICTS
    | _RECEIPTS
    | _REVERSALS
    | _RESOLVE_TIMES
    | frozenset({OpeningSeen, ChargeGivenUp}),
    _T.AWAITING_CARD: _GOODS | _RECEIPTS | _REVERSALS | _RESOLVE_TIMES | _IDLE_ONLY,
    _T.WORKING: _CARD | _GOODS | _RECEIPTS | _REVERSALS | _RESOLVE_TIMES | _IDLE_ONLY,
    _T.HOLDING: _CARD
    | _RECEIPTS
    | _REVERSALS
    | _RESOLVE_TIMES
    | _IDLE_ONLY
    | frozenset({PaymentApproved}),
    _T.TAKING: _CARD
    | _GOODS
    | _RECEIPTS
    | _REVERSALS
    | _RESOLVE_TIMES
    | _IDLE_ONLY
    | frozenset({PaymentApproved}),
    _T.WITHHOLDING: _CARD
    | _GOODS
    | _RECEIPTS
    | _REVERSALS
    | _RESOLVE_TIMES
    | _IDLE_ONLY
    | frozenset({PaymentApproved}),
    _T.ABORTING: _CARD | _GOODS | _RECEIPTS | _REVERSALS | _RESOLVE_TIMES | _IDLE_ONLY,
    _T.RESOLVING: _CARD
    | _VERDICTS
    | _REVERSALS
    | frozenset({OpenOrdersFound, StatusDue, StopRequested}),
    _T.REVERSING: _CARD | _GOODS | _VERDICTS | _RECEIPTS | _RESOLVE_TIMES | _IDLE_ONLY,
}

TILL: Final = Table("till", TillState, TillState.OFFLINE, _RULES, _REFUSED)
