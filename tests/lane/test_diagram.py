"""The diagrams of the lane's tables: every way is drawn, and nothing that is none."""

import re

import pytest

from kiosk.core.lane.diagram import TABLES, mermaid
from kiosk.core.lane.machine import Table


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_way_between_states_is_one_arrow(table: Table) -> None:
    ways = {
        (source.name, rule.dest.name)
        for rule in table.rules
        for source in rule.source
        if rule.dest is not None
    }
    drawn = re.findall(r"^    (\w+) --> (\w+): .+$", mermaid(table), re.MULTILINE)
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == ways


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_event_that_leads_elsewhere_is_named(table: Table) -> None:
    text = mermaid(table)
    for rule in table.rules:
        if rule.dest is not None:
            assert re.search(rf"\b{rule.on.__name__}\b", text)


def test_a_diagram_begins_where_its_machine_begins() -> None:
    for table in TABLES:
        assert mermaid(table).splitlines()[:2] == [
            "stateDiagram-v2",
            f"    [*] --> {table.initial.name}",
        ]
