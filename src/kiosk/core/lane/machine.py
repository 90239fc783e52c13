"""How the lane's tables become `transitions` machines: plain, queued, no automatic transitions.

A table row says: in these states, on this event (if this guard holds), go there and do that. Every
(state, event) pair is in the table or in the machine's REFUSED set; nothing is ignored by accident.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from transitions import Machine

from kiosk.core.lane.desk import Desk

STAY = None
"""The destination of a row that acts without leaving its state."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table. Guards and actions are names of the model's methods."""

    on: type[Any]
    source: tuple[Enum, ...]
    dest: Enum | None
    do: str | None = None
    when: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One machine: its states, its rules in the order of their guards, and what it refuses."""

    name: str
    states: type[Enum]
    initial: Enum
    rules: tuple[Rule, ...]
    refused: Mapping[Enum, frozenset[type[Any]]]
    ends: frozenset[Enum] = frozenset()
    """States that nothing leaves: machines that are made for one thing and done with it."""

    def events(self) -> frozenset[type[Any]]:
        """Every event that any rule of this table answers to."""
        return frozenset(rule.on for rule in self.rules)

    def pairs(self) -> set[tuple[Enum, type[Any]]]:
        """The (state, event) pairs that rules cover."""
        return {(state, rule.on) for rule in self.rules for state in rule.source}


class Stateful:
    """A model with a table: takes events, keeps a state, and counts what it refused."""

    table: Table

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.state: Enum = self.table.initial
        self._machine, self._rules_for = machine_of(type(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.state.name}>"

    def receive(self, event: Any) -> bool:
        """Answer to the event if the table says so. False if this state refuses it."""
        kind = type(event)
        if kind not in self._rules_for[self.state]:
            if kind in self.table.refused.get(self.state, frozenset()):
                self.desk.refused[f"{self.table.name}.{self.state.value}.{kind.__name__}"] += 1
            return False
        self._machine.events[kind.__name__].trigger(self, event)
        return True


_MACHINES: Final[dict[type[Any], tuple[Machine, dict[Enum, set[type[Any]]]]]] = {}
"""One for each kind of machine; their number is that of the tables."""


def machine_of(model: type[Stateful]) -> tuple[Machine, dict[Enum, set[type[Any]]]]:
    """The machine of a table, which keeps no state of its own: all of its models share it.

    Building one takes milliseconds, and an order that is paid by code is a model of its own.
    """
    known = _MACHINES.get(model)
    if known is not None:
        return known
    table = model.table
    machine = Machine(
        model=None,
        states=table.states,
        initial=table.initial,
        transitions=[_as_transition(rule) for rule in table.rules],
        auto_transitions=False,
        queued=True,
    )
    _MACHINES[model] = machine, _rules_for(table.pairs())
    return _MACHINES[model]


def _as_transition(rule: Rule) -> dict[str, Any]:
    return {
        "trigger": rule.on.__name__,
        "source": list(rule.source),
        "dest": rule.dest,
        "conditions": rule.when,
        "unless": rule.unless,
        "after": rule.do,
    }


def _rules_for(pairs: Iterable[tuple[Enum, type[Any]]]) -> dict[Enum, set[type[Any]]]:
    answers: dict[Enum, set[type[Any]]] = {}
    for state, event in pairs:
        for every in type(state):
            answers.setdefault(every, set())
        answers[state].add(event)
    return answers
