"""How one order's money moves at a gateway of payment codes. One machine for each order.

The gateway is asked, again and again, and only its verified answers move anything; a notification
makes the machine ask at once. Nothing is believed to be closed before the gateway says so, and
what is paid too late is held or given back, never kept in silence.
"""

from enum import Enum
from typing import Any, Final

from kiosk.core.lane.codes.events import (
    AskDue,
    CreateOver,
    LingerOver,
    OfferOver,
    OrderBegun,
    OrderGivenUp,
    OrderInherited,
    OrderSuperseded,
    UnknownOver,
)
from kiosk.core.lane.events import ChargeGivenUp, GoodsIssued, GoodsWithheld
from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk.core.records import StayLooked
from kiosk_hw.ports.gateway import (
    OrderAbsent,
    OrderClosed,
    OrderCreated,
    OrderNotCreated,
    OrderNoticed,
    OrderPaid,
    OrderPaying,
    OrderRefunded,
    OrderUnclear,
    OrderWaiting,
    RefundMade,
    RefundPending,
    RefundRefused,
    RefundUnclear,
)


class CodeState(Enum):
    """Where the money of one order is."""

    INTENDED = "intended"
    CREATING = "creating"
    OFFERED = "offered"
    PAYING = "paying"
    PAID = "paid"
    """The gateway has the money, and the barrier is not open yet."""
    CLOSING = "closing"
    """To be closed; if it was paid meanwhile, that is welcome."""
    DROPPING = "dropping"
    """To be closed; if it was paid meanwhile, that goes back."""
    LINGERING = "lingering"
    """The gateway does not know it, and it may still come into being."""
    RESOLVING = "resolving"
    BOOKING = "booking"
    """Written down as booked; the store says whether the stay still owed it."""
    REFUNDING = "refunding"
    RETURNING = "returning"
    """The gateway is giving the money back."""
    BOOKED = "booked"
    CLOSED = "closed"
    REVERSED = "reversed"
    UNKNOWN = "unknown"
    """On the operator's list."""


PAYABLE: Final = frozenset(
    {
        *(CodeState.INTENDED, CodeState.CREATING, CodeState.OFFERED, CodeState.PAYING),
        *(CodeState.PAID, CodeState.BOOKING, CodeState.CLOSING, CodeState.DROPPING),
        CodeState.RESOLVING,
    }
)
"""While it may still be paid, or its stay may owe it, no other order is made for that stay."""

ENDED: Final = frozenset(
    {CodeState.BOOKED, CodeState.CLOSED, CodeState.REVERSED, CodeState.UNKNOWN}
)
"""The journal has its end."""

_C = CodeState
_OPEN: Final = (_C.OFFERED, _C.PAYING)
_ENDING: Final = (_C.CLOSING, _C.DROPPING)
_ASKED: Final = (*_OPEN, _C.LINGERING, _C.RESOLVING)
_UNPAID: Final = (_C.CREATING, *_ASKED, *_ENDING)
_WELCOME: Final = tuple(state for state in _UNPAID if state is not _C.DROPPING)
_GOING_BACK: Final = (_C.REFUNDING, _C.RETURNING)
_STANDS: Final = (OrderWaiting, OrderPaying)

_RULES: Final = (
    # It is made, or an earlier run of the process made it.
    Rule(OrderBegun, (_C.INTENDED,), _C.CREATING, "_create"),
    Rule(OrderInherited, (_C.INTENDED,), _C.REFUNDING, "_refund", when="_refund_began"),
    Rule(OrderInherited, (_C.INTENDED,), _C.RESOLVING, "_resolve"),
    Rule(OrderCreated, (_C.CREATING,), _C.OFFERED, "_offer"),
    Rule(OrderNotCreated, (_C.CREATING, *_ENDING, _C.LINGERING), _C.CLOSED, "_end_unpaid"),
    Rule(OrderUnclear, (_C.CREATING,), STAY, "_pause"),
    Rule(AskDue, (_C.CREATING,), STAY, "_create_again"),
    Rule(CreateOver, (_C.CREATING,), _C.CLOSING, "_close"),
    # Nobody has paid: it is asked about.
    Rule(AskDue, _ASKED, STAY, "_ask"),
    Rule(OrderNoticed, _UNPAID, STAY, "_ask"),
    Rule(OrderWaiting, (_C.OFFERED,), STAY, "_pause"),
    Rule(OrderAbsent, (_C.OFFERED,), STAY, "_pause"),
    Rule(OrderPaying, (_C.OFFERED,), _C.PAYING, "_see_scanned"),
    Rule(OrderPaying, (_C.PAYING,), STAY, "_pause"),
    Rule(OrderWaiting, (_C.PAYING,), _C.OFFERED, "_pause"),
    Rule(OrderAbsent, (_C.PAYING,), _C.OFFERED, "_pause"),
    Rule(OrderUnclear, _ASKED, STAY, "_doubt"),
    Rule(OrderClosed, _UNPAID, _C.CLOSED, "_end_unpaid"),
    # It is paid.
    Rule(OrderPaid, _UNPAID, STAY, "_doubt", unless="_is_whole"),
    Rule(OrderPaid, (_C.RESOLVING,), _C.REFUNDING, "_refund_late", when="_was_covered"),
    Rule(OrderPaid, (_C.RESOLVING,), _C.BOOKING, "_book", when="_opened_before"),
    Rule(OrderPaid, (_C.DROPPING,), _C.REFUNDING, "_refund_late"),
    Rule(OrderPaid, _WELCOME, _C.PAID, "_hold"),
    Rule(GoodsIssued, (_C.PAID,), _C.BOOKING, "_book"),
    Rule(GoodsWithheld, (_C.PAID,), _C.REFUNDING, "_refund"),
    Rule(ChargeGivenUp, (_C.PAID,), _C.REFUNDING, "_refund"),
    Rule(OrderGivenUp, (_C.PAID,), _C.REFUNDING, "_refund"),
    # It was made elsewhere: booked at once, where its stay still owes it.
    Rule(StayLooked, (_C.PAID,), _C.BOOKING, "_book_ahead", when="_is_owed"),
    Rule(StayLooked, (_C.PAID,), _C.REFUNDING, "_refund", when="_is_ahead"),
    Rule(AskDue, (_C.PAID,), STAY, "_look_again", when="_is_ahead"),
    # Of two that pay one stay, the one that the store counts first stays; the other goes back.
    Rule(StayLooked, (_C.PAID,), _C.REFUNDING, "_refund_second", when="_is_covered"),
    Rule(StayLooked, (_C.BOOKING,), _C.BOOKED, "_end_booked", when="_is_counted"),
    Rule(StayLooked, (_C.BOOKING,), _C.REFUNDING, "_refund_second", when="_is_covered"),
    Rule(AskDue, (_C.BOOKING,), STAY, "_book_again"),
    # It is wanted no more.
    Rule(OrderSuperseded, (_C.CREATING, *_OPEN, _C.RESOLVING), _C.CLOSING, "_close"),
    Rule(OfferOver, _OPEN, _C.CLOSING, "_close"),
    Rule(OrderGivenUp, (_C.CREATING, *_OPEN, _C.CLOSING, _C.RESOLVING), _C.DROPPING, "_close"),
    Rule(AskDue, _ENDING, STAY, "_close_again"),
    *(Rule(stands, _ENDING, STAY, "_pause") for stands in _STANDS),
    Rule(OrderUnclear, _ENDING, STAY, "_doubt"),
    *(Rule(stands, (_C.LINGERING, _C.RESOLVING), _C.CLOSING, "_close") for stands in _STANDS),
    Rule(OrderCreated, (_C.LINGERING,), _C.CLOSING, "_close"),
    Rule(OrderAbsent, (_C.RESOLVING,), _C.CLOSED, "_stay_closed", when="_was_closed"),
    # Whose link nobody has, there is nobody to bring it into being.
    Rule(OrderAbsent, _ENDING, _C.CLOSED, "_end_unpaid", when="_is_unseen"),
    Rule(OrderAbsent, (*_ENDING, _C.RESOLVING), _C.LINGERING, "_linger"),
    Rule(OrderAbsent, (_C.LINGERING,), STAY, "_pause"),
    Rule(LingerOver, (_C.LINGERING,), _C.CLOSED, "_end_unpaid"),
    # It goes back.
    Rule(RefundMade, _GOING_BACK, _C.REVERSED, "_end_refunded"),
    Rule(OrderRefunded, (*_UNPAID, *_GOING_BACK), _C.REVERSED, "_end_refunded"),
    Rule(RefundPending, _GOING_BACK, _C.RETURNING, "_pause"),
    Rule(RefundUnclear, _GOING_BACK, STAY, "_doubt"),
    Rule(RefundRefused, _GOING_BACK, _C.UNKNOWN, "_owe_refund"),
    Rule(AskDue, (_C.REFUNDING,), STAY, "_refund_again"),
    Rule(AskDue, (_C.RETURNING,), STAY, "_ask_refund"),
    Rule(OrderNoticed, (_C.RETURNING,), STAY, "_ask_refund"),
    # Nobody could say in time.
    Rule(UnknownOver, (_C.RESOLVING,), _C.CLOSED, "_stay_closed", when="_was_closed"),
    Rule(UnknownOver, (*_ENDING, _C.RESOLVING), _C.UNKNOWN, "_list"),
    Rule(UnknownOver, _GOING_BACK, _C.UNKNOWN, "_owe_refund"),
    # A last look at what was closed, and an ear for what was thought to be over.
    Rule(AskDue, (_C.CLOSED,), _C.RESOLVING, "_resolve"),
    Rule(OrderNoticed, (_C.UNKNOWN,), _C.RETURNING, "_return", when="_refund_began"),
    Rule(OrderNoticed, (_C.CLOSED, _C.UNKNOWN), _C.RESOLVING, "_resolve"),
)

# What a state does not answer to: answers to what it did not ask, late or twice; deadlines of other
# states; wishes for what is over.
_BIRTH: Final = frozenset({OrderBegun, OrderInherited})
_WISHES: Final = frozenset({OrderGivenUp, OrderSuperseded})
_GOODS: Final = frozenset({ChargeGivenUp, GoodsIssued, GoodsWithheld, StayLooked})
_MADE: Final = frozenset({OrderCreated, OrderNotCreated})
_FOUND: Final = frozenset(
    {OrderAbsent, OrderClosed, OrderPaid, OrderPaying, OrderUnclear, OrderWaiting}
)
_REFUNDS: Final = frozenset({RefundMade, RefundPending, RefundRefused, RefundUnclear})
_OVERS: Final = frozenset({CreateOver, LingerOver, OfferOver, UnknownOver})
_NEVER_ASKED: Final = _BIRTH | _GOODS | _REFUNDS
_OVER: Final = _NEVER_ASKED | _WISHES | _MADE | _FOUND | _OVERS | frozenset({OrderRefunded})
_REFUSED: Final[dict[Enum, frozenset[type[Any]]]] = {
    _C.INTENDED: (_OVER - _BIRTH) | frozenset({AskDue, OrderNoticed}),
    _C.CREATING: _NEVER_ASKED
    | (_OVERS - {CreateOver})
    | frozenset({OrderAbsent, OrderPaying, OrderWaiting}),
    _C.OFFERED: _NEVER_ASKED | _MADE | (_OVERS - {OfferOver}),
    _C.PAYING: _NEVER_ASKED | _MADE | (_OVERS - {OfferOver}),
    _C.PAID: _BIRTH
    | _MADE
    | _FOUND
    | _REFUNDS
    | _OVERS
    | frozenset({OrderNoticed, OrderRefunded, OrderSuperseded}),
    _C.CLOSING: _NEVER_ASKED
    | (_OVERS - {UnknownOver})
    | frozenset({OrderCreated, OrderSuperseded}),
    _C.DROPPING: _NEVER_ASKED | _WISHES | (_OVERS - {UnknownOver}) | frozenset({OrderCreated}),
    _C.LINGERING: _NEVER_ASKED | _WISHES | (_OVERS - {LingerOver}),
    _C.RESOLVING: _NEVER_ASKED | _MADE | (_OVERS - {UnknownOver}),
    _C.REFUNDING: (_OVER - _REFUNDS - {UnknownOver, OrderRefunded}) | frozenset({OrderNoticed}),
    _C.RETURNING: _OVER - _REFUNDS - {UnknownOver, OrderRefunded},
    _C.BOOKING: (_OVER - {StayLooked}) | frozenset({OrderNoticed}),
    _C.BOOKED: _OVER | frozenset({AskDue, OrderNoticed}),
    _C.CLOSED: _OVER,
    _C.REVERSED: _OVER | frozenset({AskDue, OrderNoticed}),
    _C.UNKNOWN: _OVER | frozenset({AskDue}),
}

_ENDS: Final = frozenset({_C.BOOKED, _C.REVERSED})

CODE_ORDER: Final = Table("code order", CodeState, CodeState.INTENDED, _RULES, _REFUSED, _ENDS)
