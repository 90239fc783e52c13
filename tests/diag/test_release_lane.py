"""A lane that stands latched is released by a person, and by nobody while the fire contact asks."""

import asyncio
import io
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from diag.told_lane import QUIET, Seen, snapshot
from kiosk.core.lane.events import LaneReleased
from kiosk.edge.commands import diag_release_lane
from kiosk.edge.diag.port import DiagPort
from kiosk.edge.diag.tap import Tap
from kiosk.edge.diag.wishes import wish_of
from kiosk.screens.technician.handling import Say
from kiosk.screens.technician.words import LANGUAGES

FIRE = {**QUIET, "fire": True}


class Gate:
    """What a lane's socket says of its gate, which lets go where a person may end it."""

    def __init__(self, state: str, *, fire: bool = False, stays: bool = False) -> None:
        self.state, self.fire, self.stays = state, fire, stays
        self.told: list[Any] = []

    def snapshot(self) -> dict[str, Any]:
        return {"states": {"gate": self.state}, "inputs": {"fire": self.fire}}

    def tell(self, event: Any) -> None:
        self.told.append(event)
        if isinstance(event, LaneReleased) and not self.stays:
            self.state = "standing-open"


@asynccontextmanager
async def reached(gate: Gate) -> AsyncIterator[str]:
    port = DiagPort("127.0.0.1:0", {"lane": "exit-1"}, gate.snapshot, gate.tell, Tap({}, {}))
    await port.start()
    try:
        yield f"127.0.0.1:{port.port()}"
    finally:
        port.close()


def released(gate: Gate) -> tuple[int, str]:
    """The command at a lane with this gate: its exit code, and what it prints."""

    async def run() -> tuple[int, str]:
        out = io.StringIO()
        async with reached(gate) as address:
            typed = Namespace(config=None, socket=address, who="office")
            code = await asyncio.to_thread(diag_release_lane.execute, typed, out)
        return code, out.getvalue()

    return asyncio.run(run())


@pytest.mark.parametrize("state", ["held", "faulty"])
def test_a_latched_lane_is_released_by_a_role_that_the_journal_keeps(state: str) -> None:
    gate = Gate(state)
    code, said = released(gate)
    assert (code, said) == (
        0,
        "released: the gate is standing-open; the barrier closes by itself\n",
    )
    assert LaneReleased("office") in gate.told


def test_nobody_releases_it_while_the_fire_contact_asks() -> None:
    gate = Gate("held", fire=True)
    code, said = released(gate)
    assert (code, said) == (1, "not released: the fire contact still asks for an open lane\n")
    assert LaneReleased("office") not in gate.told


def test_a_lane_that_is_not_latched_is_left_alone() -> None:
    gate = Gate("lowered")
    assert released(gate) == (0, "nothing is latched: the gate is lowered\n")
    assert LaneReleased("office") not in gate.told


def test_a_lane_that_does_not_let_go_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diag_release_lane, "ANSWER_S", 0.1)
    assert released(Gate("held", stays=True)) == (1, "not released: the gate is still held\n")


def test_only_a_role_releases() -> None:
    assert wish_of({"do": "release-lane", "who": "office-2"}, "t") == LaneReleased("office-2")
    assert wish_of({"do": "release-lane", "who": "Li Wei"}, "t") is None
    assert wish_of({"do": "release-lane"}, "t") is None


# On the screen.


def latched(inputs: dict[str, Any] = QUIET, gate: str = "held") -> dict[str, Any]:
    return snapshot(states={"gate": gate, "control": "nobody"}, inputs=inputs)


def said(acts: list[Any]) -> list[dict[str, Any]]:
    return [act.message for act in acts if isinstance(act, Say)]


@pytest.mark.parametrize("gate", ["held", "faulty"])
def test_the_key_warns_first_and_y_releases(gate: str) -> None:
    seen = Seen(latched(gate=gate))
    for pane in ("1", "2", "c"):
        seen.press(pane)
        assert "key f" in seen.shown()
    assert said(seen.press("f")) == []
    assert "nobody and nothing under the arm" in " ".join(seen.shown().split())
    assert said(seen.press("y")) == [{"do": "release-lane", "who": "technician"}]
    assert said(seen.press("y")) == []


@pytest.mark.parametrize("other", ["n", "enter", "2", "q"])
def test_any_other_key_does_not_release(other: str) -> None:
    seen = Seen(latched())
    seen.press("f", other)
    assert said(seen.press("y")) == []


def test_a_lane_that_is_not_latched_or_not_reached_knows_no_such_key() -> None:
    seen = Seen(snapshot())
    assert said(seen.press("f", "y")) == []
    assert "key f" not in seen.shown()
    seen = Seen(latched())
    seen.session.lost("gone", seen.now)
    assert said(seen.press("f", "y")) == []


def test_while_the_contact_asks_it_says_what_is_waited_for() -> None:
    seen = Seen(latched(FIRE))
    assert "Once the fire contact is quiet, key f" in " ".join(seen.shown().split())
    assert said(seen.press("f", "y")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_warning_fits_a_console(language: str) -> None:
    seen = Seen(latched(), language=language)
    seen.press("f")
    assert any("y" in line for line in seen.lines()[:12])
