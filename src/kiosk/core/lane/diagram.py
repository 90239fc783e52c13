"""Draws the lane's tables as Mermaid state diagrams: no drawing can differ from the code."""

from typing import Final

from kiosk.core.lane.machine import STAY, Rule, Table
from kiosk.core.lane.tables.entry import ENTRY
from kiosk.core.lane.tables.gate import GATE
from kiosk.core.lane.tables.till import TILL
from kiosk.core.lane.tables.visit import VISIT

TABLES: Final = (GATE, VISIT, TILL, ENTRY)
"""Every table of a lane: an exit runs the first three, an entry the first and the last."""


def mermaid(table: Table) -> str:
    """The table as a `stateDiagram-v2`: one arrow for each pair of states.

    Rows that stay in their state are left out; they are what the machine does, not where it goes.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    for rule in table.rules:
        if rule.dest is STAY:
            continue
        for source in rule.source:
            way = (source.name, rule.dest.name)
            arrows.setdefault(way, []).append(_label(rule))
    lines = ["stateDiagram-v2", f"    [*] --> {table.initial.name}"]
    for (source_name, dest_name), labels in arrows.items():
        lines.append(f"    {source_name} --> {dest_name}: {'<br/>'.join(dict.fromkeys(labels))}")
    return "\n".join(lines) + "\n"


def _label(rule: Rule) -> str:
    guards = [rule.when] if rule.when else []
    guards += [f"not {rule.unless}"] if rule.unless else []
    words = " and ".join(guards).replace("_", " ").strip()
    return f"{rule.on.__name__} ({' '.join(words.split())})" if words else rule.on.__name__
