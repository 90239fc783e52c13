"""The tables are total, their hooks exist, nothing is a dead end, and every wait ends."""

import inspect
from abc import ABC

import pytest

from kiosk.core.lane import control_events, events
from kiosk.core.lane.codes import events as code_events
from kiosk.core.lane.codes.order import CodeOrder
from kiosk.core.lane.control import Control
from kiosk.core.lane.diagram import TABLES
from kiosk.core.lane.entry import Entry
from kiosk.core.lane.gate import Gate
from kiosk.core.lane.machine import Stateful
from kiosk.core.lane.tables.code_order import CODE_ORDER, CodeState
from kiosk.core.lane.tables.control import CONTROL, ControlState
from kiosk.core.lane.tables.gate import GATE, GateState
from kiosk.core.lane.tables.till import TILL, TillState
from kiosk.core.lane.tables.visit import VISIT, VisitState
from kiosk.core.lane.till import Till
from kiosk.core.lane.visit import Visit
from kiosk_hw.ports import barrier, terminal

MODELS = {
    "visit": Visit,
    "till": Till,
    "code order": CodeOrder,
    "gate": Gate,
    "entry": Entry,
    "control": Control,
}

WAITED_FOR_BY_OTHERS = {
    # The terminal's own deadlines end these (T3 and T4): each order gets one of four last words.
    *(TillState.AWAITING_CARD, TillState.WORKING, TillState.HOLDING, TillState.TAKING),
    *(TillState.WITHHOLDING, TillState.ABORTING, TillState.REVERSING),
    # The gate's travel time ends it: the barrier is up, or the opening failed.
    VisitState.RELEASING,
    # Control ends by itself, and tells.
    VisitState.LOCKED,
    # The visit says whether the barrier opened for it, in every state that it can be in.
    CodeState.PAID,
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_pair_of_state_and_event_is_a_rule_or_a_refusal_and_never_both(table):
    everything = {(state, event) for state in table.states for event in table.events()}
    refused = {(state, event) for state, events_ in table.refused.items() for event in events_}
    assert everything - table.pairs() - refused == set(), "neither ruled nor refused"
    assert table.pairs() & refused == set(), "both ruled and refused"
    assert refused <= everything, "refuses what no rule of this table answers to"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_guard_and_action_is_a_method_of_the_model(table):
    model = MODELS[table.name]
    for rule in table.rules:
        for name in (rule.do, rule.when, rule.unless):
            assert name is None or callable(getattr(model, name, None)), f"{table.name}: {name}"


def test_every_action_and_guard_of_a_model_and_of_its_rooms_is_used_by_some_table():
    hooks = {
        name
        for table in TABLES
        for rule in table.rules
        for name in (rule.do, rule.when, rule.unless)
    }
    rooms = {room for model in MODELS.values() for room in model.__mro__} - {Stateful, object, ABC}
    unused = {
        f"{room.__name__}.{name}"
        for room in rooms
        for name, member in vars(room).items()
        if inspect.isfunction(member) and "event" in inspect.signature(member).parameters
        if name not in hooks and not any(f".{name}(" in inspect.getsource(each) for each in rooms)
    }
    assert unused == set()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_state_is_reached_and_left(table):
    reached = {table.initial} | {rule.dest for rule in table.rules if rule.dest}
    left = {
        source for rule in table.rules for source in rule.source if rule.dest not in (None, source)
    }
    assert reached == set(table.states)
    assert left == set(table.states) - table.ends


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_rule_behind_one_without_a_guard_could_never_apply(table):
    closed = set()
    for rule in table.rules:
        for source in rule.source:
            assert (source, rule.on) not in closed, f"{source} {rule.on.__name__} is never reached"
            if rule.when is None and rule.unless is None:
                closed.add((source, rule.on))


def test_every_deadline_has_a_state_that_waits_for_it():
    deadlines = [
        kind
        for module in (events, control_events, code_events)
        for name, kind in vars(module).items()
        if isinstance(kind, type) and name.endswith(("Over", "Due"))
        if name not in ("RecoverDue", "CodesDue")
    ]
    assert len(deadlines) >= 10
    for deadline in deadlines:
        assert any(deadline in table.events() for table in TABLES), deadline


def test_every_state_in_which_a_car_waits_has_a_deadline():
    over = {
        kind for kind in vars(events).values() if getattr(kind, "__name__", "").endswith("Over")
    }
    resting = {VisitState.FREE, VisitState.OUT_OF_SERVICE, VisitState.RELEASED, VisitState.FIRE}
    for state in VisitState:
        waits = {rule.on for rule in VISIT.rules if state in rule.source} & over
        if state is VisitState.RESOLVING:
            waits |= {rule.on for rule in TILL.rules if TillState.RESOLVING in rule.source} & over
        assert waits or state in resting | WAITED_FOR_BY_OTHERS, f"{state} waits for ever"
    orders = {CodeState.CREATING, CodeState.OFFERED, CodeState.PAYING, CodeState.CLOSING}
    orders |= {CodeState.DROPPING, CodeState.LINGERING, CodeState.RESOLVING}
    for state in orders | {CodeState.REFUNDING, CodeState.RETURNING}:
        ends = {rule.on for rule in CODE_ORDER.rules if state in rule.source}
        assert any(kind.__name__.endswith("Over") for kind in ends), f"{state} waits for ever"
    for state in (GateState.OPENING, GateState.RAISED, GateState.PASSING, GateState.CLOSING):
        assert {rule.on for rule in GATE.rules if state in rule.source} & over, state


def test_the_terminal_gives_each_asked_state_a_last_word():
    words = {terminal.PaymentTaken, terminal.PaymentNotTaken, terminal.PaymentUnclear}
    for state in WAITED_FOR_BY_OTHERS & set(TillState) - {TillState.REVERSING}:
        answered = {rule.on for rule in TILL.rules if state in rule.source}
        assert words <= answered, state


def test_only_a_release_orders_an_opening():
    openers = {rule.on for rule in GATE.rules if rule.do == "_open"}
    assert openers == {events.ReleaseOrdered}
    opening = {rule.on for rule in GATE.rules if rule.dest is GateState.OPENING}
    reopening = {barrier.BoardReady, barrier.ArmLowered, barrier.SafetyLoopCleared}
    assert opening == {events.ReleaseOrdered} | reopening


def test_no_rule_of_any_table_closes_the_arm_but_a_technicians_held_key():
    import inspect

    for name, model in MODELS.items():
        if name != "control":
            assert "CloseBarrier" not in inspect.getsource(inspect.getmodule(model))
    closing = [rule for rule in CONTROL.rules if rule.do == "_move"]
    assert "CloseBarrier" in inspect.getsource(Control._move)
    assert [(rule.on, rule.source) for rule in closing] == [
        (control_events.HoldDue, (ControlState.MOVING,))
    ]


def test_every_state_under_control_ends_when_the_tool_or_its_person_goes_away():
    for state in set(ControlState) - {ControlState.NOBODY}:
        ends = {rule.on for rule in CONTROL.rules if state in rule.source and rule.dest}
        assert control_events.ControlOver in ends, state
        if state is not ControlState.WAITING:
            assert control_events.PresenceOver in ends, state
            assert barrier.FireRaised in ends, state


def test_fire_opens_from_every_state():
    assert {
        source for rule in GATE.rules if rule.on is barrier.FireRaised for source in rule.source
    } == set(GateState)
