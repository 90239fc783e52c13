"""The machines as text: a mermaid diagram and a table each, made from the tables that run."""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from kiosk.core.lane.machine import Rule, Table
from kiosk.core.lane.tables.code_order import CODE_ORDER
from kiosk.core.lane.tables.control import CONTROL
from kiosk.core.lane.tables.entry import ENTRY
from kiosk.core.lane.tables.gate import GATE
from kiosk.core.lane.tables.till import TILL
from kiosk.core.lane.tables.visit import VISIT

TABLES: Final = (VISIT, TILL, CODE_ORDER, GATE, ENTRY, CONTROL)

_HEAD: Final = """# The lane's states

Made from the tables by `kiosk states`; a test fails when this page is stale. An event that a state
neither lists nor refuses cannot exist. `[guard]` must hold, `[not guard]` must not, for a row to
apply; rows of one state and event are tried from top to bottom.
"""


def page() -> str:
    """The whole of `docs/states.md`."""
    return "\n".join((_HEAD, *(section(table) for table in TABLES)))


def section(table: Table) -> str:
    """One machine: what it is for, its diagram, its rules, and what it refuses."""
    states = ", ".join(f"`{state.value}`" for state in table.states)
    lines = [f"## {table.name.capitalize()}", "", f"States: {states}.", "", "```mermaid"]
    lines += [
        *mermaid(table),
        "```",
        "",
        "| state | on | guard | to | does |",
        "|---|---|---|---|---|",
    ]
    lines += _rows(table)
    lines += ["", "Refused (counted, nothing happens):", ""]
    for state in table.states:
        events = ", ".join(sorted(event.__name__ for event in table.refused.get(state, ())))
        lines.append(f"- `{state.value}`: {events or 'nothing'}")
    return "\n".join((*lines, ""))


def mermaid(table: Table) -> Iterator[str]:
    """A state diagram; rows between the same two states share an arrow."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {_name(table.initial)}"
    arrows: dict[tuple[Enum, Enum], list[str]] = {}
    for rule in table.rules:
        if rule.dest is None:
            continue
        for source in rule.source:
            labels = arrows.setdefault((source, rule.dest), [])
            if rule.on.__name__ not in labels:
                labels.append(rule.on.__name__)
    for (source, dest), labels in arrows.items():
        yield f"    {_name(source)} --> {_name(dest)}: {' / '.join(labels)}"
    for end in (state for state in table.states if state in table.ends):
        yield f"    {_name(end)} --> [*]"


def _rows(table: Table) -> Iterator[str]:
    for state in table.states:
        for rule in table.rules:
            if state in rule.source:
                dest = f"`{rule.dest.value}`" if rule.dest else "stays"
                yield (
                    f"| `{state.value}` | {rule.on.__name__} | {_guard(rule)} | {dest} "
                    f"| {_words(rule.do)} |"
                )


def _guard(rule: Rule) -> str:
    if rule.when:
        return f"[{_words(rule.when)}]"
    return f"[not {_words(rule.unless)}]" if rule.unless else ""


def _words(name: str | None) -> str:
    return (name or "").strip("_").replace("_", " ")


def _name(state: Enum) -> str:
    return str(state.value).replace("-", "_")
