"""docs/states.md is what the tables say."""

from pathlib import Path

from kiosk.core.lane.diagram import TABLES, mermaid, page

PAGE = Path(__file__).parents[3] / "docs" / "states.md"


def test_the_page_of_states_is_not_stale():
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: kiosk states > docs/states.md"


def test_every_state_of_every_table_is_drawn():
    for table in TABLES:
        drawn = "\n".join(mermaid(table))
        for state in table.states:
            assert state.value.replace("-", "_") in drawn
