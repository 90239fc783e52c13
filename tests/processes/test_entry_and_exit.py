"""A site of one entry and one exit: two `kiosk run` processes on one store folder."""

from pathlib import Path

import pytest

from processes.real_lane import FEE_MINOR, PLATE, RealLane

OTHER = "沪LZ9Y8X"
BLOCK_MINOR = 250

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


def _entry(toml: str) -> str:
    """The same lane as an entry: no terminal, no tariff, and the stays of the exit's folder."""
    head, _, tail = toml.partition("[terminal]")
    screen = tail[tail.index("[screen]") :]
    return (
        (head + screen)
        .replace("[lane]\n", '[lane]\nrole = "entry"\n')
        .replace('folder = "state"', 'folder = "../state"')
    )


def test_a_car_that_came_in_by_the_entry_is_known_and_priced_at_the_exit(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with (
        RealLane(tmp_path / "entry", edit=_entry, state=state) as entry,
        RealLane(tmp_path / "exit", edit=_free, state=state) as leaving,
    ):
        runs = (entry.start(), leaving.start())
        assert leaving.until(lambda: not leaving.lane.terminal.busy)
        leaving.enters(OTHER)
        leaving.comes(OTHER)
        entry.comes()
        assert entry.until(lambda: bool(entry.left()), 20.0), entry.story()
        leaving.run.wait_for("exit.finished", 20.0)
        leaving.comes()
        leaving.run.wait_for("exit.finished", 20.0, count=2)
        assert leaving.until(lambda: len(leaving.bodies("stay-closed")) == 2, 5.0)
        assert leaving.logged.count("kind=card") == 2, leaving.logged
        assert leaving.lane.terminal.taken_minor() == FEE_MINOR + BLOCK_MINOR
        assert [stay["reason"] for stay in leaving.bodies("stay-closed")] == ["left", "left"]
        assert _alarms(entry, leaving) == ""
        assert [run.stop() for run in runs] == [0, 0]
        assert entry.plates_written(PLATE, OTHER) + leaving.plates_written(PLATE, OTHER) == []


def _free(toml: str) -> str:
    """The exit of the same folder; nobody parks free, so that a short stay costs a block."""
    return toml.replace('folder = "state"', 'folder = "../state"').replace(
        "free_min = 15", "free_min = 0"
    )


def _alarms(*lanes: RealLane) -> str:
    return " ".join(
        line for lane in lanes for line in lane.logged.splitlines() if "alarm.raised" in line
    )
