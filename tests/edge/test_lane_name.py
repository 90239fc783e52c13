"""Two lanes of one store never run under one name: their ids would be each other's."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edge.config_samples import ENTRY, EXIT
from kiosk.config import Config, parse
from kiosk.edge.composition import serve
from kiosk.edge.lane_name import held, tag_of
from kiosk.errors import JournalError

HOLDER = """
import sys
from pathlib import Path
from kiosk.config import load
from kiosk.edge.lane_name import held
with held(load(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def lane(folder: Path, name: str = "exit-1", text: str = EXIT) -> Config:
    """A lane of this name with its store in this folder."""
    config = parse(text, folder)
    store, named = replace(config.store, folder=folder), replace(config.lane, name=name)
    return replace(config, store=store, lane=named)


def take(config: Config) -> None:
    with held(config):
        raise AssertionError("let in")


def test_a_second_lane_of_the_same_name_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    with held(lane(tmp_path)), pytest.raises(JournalError) as refused:
        take(lane(tmp_path))
    assert str(refused.value).startswith("lane.name: expected a name that no other lane of")
    assert "'exit-1'" in str(refused.value)


def test_another_name_another_store_and_the_next_run_are_let_in(tmp_path: Path) -> None:
    with held(lane(tmp_path)), held(lane(tmp_path, "exit-2")), held(lane(tmp_path / "b")):
        pass
    with held(lane(tmp_path)):
        pass


def test_an_entry_may_be_called_as_its_exit_is(tmp_path: Path) -> None:
    entry = lane(tmp_path, text=ENTRY)
    assert tag_of(entry) != tag_of(lane(tmp_path))
    with held(lane(tmp_path)), held(entry):
        pass


def test_the_name_is_free_again_when_its_process_is_killed(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(EXIT)
    config = parse(EXIT, tmp_path)
    arguments = [sys.executable, "-c", HOLDER, str(tmp_path / "kiosk.toml")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(JournalError):
            take(config)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with held(config):
        pass


def test_a_folder_that_cannot_be_written_keeps_no_lane_from_running(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with held(lane(tmp_path / "file")), held(lane(tmp_path / "file")):
        pass


def test_the_lock_tells_no_name_and_is_for_this_user_alone(tmp_path: Path) -> None:
    with held(lane(tmp_path)):
        (path,) = tmp_path.iterdir()
        assert path.read_bytes() == b""
        assert "exit" not in path.name
        assert os.stat(path).st_mode & 0o077 == 0


def test_a_lane_does_not_start_under_a_name_that_runs(tmp_path: Path) -> None:
    taken = pytest.raises(JournalError, match=r"lane\.name")
    with held(lane(tmp_path)), taken:
        serve(lane(tmp_path))
