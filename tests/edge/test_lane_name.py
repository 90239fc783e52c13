"""Two lanes of one store never run under one name: their ids would be each other's."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edge.config_samples import EXIT
from kiosk.config import parse
from kiosk.edge.composition import serve
from kiosk.edge.lane_name import held
from kiosk.errors import JournalError

HOLDER = """
import sys
from pathlib import Path
from kiosk.edge.lane_name import held
with held(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def _try(folder: Path, name: str) -> None:
    with held(folder, name):
        raise AssertionError("let in")


def test_a_second_lane_of_the_same_name_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    with held(tmp_path, "exit-1"), pytest.raises(JournalError) as refused:
        _try(tmp_path, "exit-1")
    assert str(refused.value).startswith("lane.name: expected a name that no other lane of")
    assert "'exit-1'" in str(refused.value)


def test_another_name_another_store_and_the_next_run_are_let_in(tmp_path: Path) -> None:
    with held(tmp_path, "exit-1"), held(tmp_path, "exit-2"), held(tmp_path / "b", "exit-1"):
        pass
    with held(tmp_path, "exit-1"):
        pass


def test_the_name_is_free_again_when_its_process_is_killed(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", HOLDER, str(tmp_path), "exit-1"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(JournalError):
            _try(tmp_path, "exit-1")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with held(tmp_path, "exit-1"):
        pass


def test_a_folder_that_cannot_be_written_keeps_no_lane_from_running(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with held(tmp_path / "file", "exit-1"), held(tmp_path / "file", "exit-1"):
        pass


def test_the_lock_tells_no_name_and_is_for_this_user_alone(tmp_path: Path) -> None:
    with held(tmp_path, "exit-1"):
        (path,) = tmp_path.iterdir()
        assert path.read_bytes() == b""
        assert "exit" not in path.name
        assert os.stat(path).st_mode & 0o077 == 0


def test_a_lane_does_not_start_under_a_name_that_runs(tmp_path: Path) -> None:
    config = parse(EXIT, tmp_path)
    config = replace(config, store=replace(config.store, folder=tmp_path))
    taken = pytest.raises(JournalError, match=r"lane\.name")
    with held(tmp_path, config.lane.name), taken:
        serve(config)
