"""`kiosk-sim lane --every-s`: one command and `kiosk run` are a lane that cars leave."""

from pathlib import Path

import pytest

from processes.command import Command, ran

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def test_cars_of_a_served_lane_came_in_before_they_leave(tmp_path: Path) -> None:
    lane = ("lane", "--folder", tmp_path, "--every-s", "11", "--seed", "3")
    with Command("kiosk_sim", *lane) as sim:
        sim.wait_for("ready: kiosk run")
        with Command("kiosk", "run", "--config", tmp_path / "kiosk.toml") as run:
            said = run.wait_for("exit.finished", 60.0)
            assert "kind=card" in said
            code, said = ran("kiosk", "diag", "check", "--config", tmp_path / "kiosk.toml")
            assert code == 0, said
            assert run.stop() == 0
        assert sim.stop() == 0
