"""`kiosk diag` and `kiosk status` at a running lane, as a technician types them."""

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any

import pytest

from kiosk.core.lane.tenure import CONTROL_S
from kiosk_sim.world.traffic import Visit
from processes.command import Command, ran
from processes.real_lane import PLATE, RealLane

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[RealLane]:
    with RealLane(tmp_path / "l") as lane:
        lane.start()
        lane.run.wait_for("link.opened", count=3)
        yield lane


def diag(lane: RealLane, *arguments: str, by_s: float = 30.0) -> tuple[int, str]:
    return ran("kiosk", "diag", *arguments, "--config", lane.config, by_s=by_s)


def status(lane: RealLane) -> dict[str, Any]:
    _, said = ran("kiosk", "status", "--json", "--config", lane.config)
    return dict(json.loads(said.splitlines()[0]))


def is_ready(lane: RealLane) -> None:
    for _ in range(50):
        if status(lane)["states"].get("till") == "idle":
            return
    raise AssertionError(lane.story())


def socket_of(lane: RealLane) -> Path:
    (path,) = lane.state.glob("diag-*.sock")
    return path


def test_a_lane_that_does_not_run_is_told_from_one_that_is_ill(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l") as lane:
        for words in (("diag", "list"), ("status",), ("diag", "trace", "barrier")):
            code, said = ran("kiosk", *words, "--config", lane.config)
            assert code == 3, said
            assert "no lane runs here" in said
        assert ran("kiosk", "diag", "list", "--socket", "0.0.0.0:80")[0] == 2
        assert ran("kiosk", "diag", "trace", "--config", lane.config)[0] == 2


def test_status_and_list_name_each_device_and_a_pulled_plug(lane: RealLane) -> None:
    is_ready(lane)
    code, said = diag(lane, "list")
    for name in ("barrier", "camera", "terminal"):
        assert re.search(rf"^{name} +\w+ +open", said, re.MULTILINE), said
    lane.do(lambda: lane.pull("camera"))
    lane.run.wait_for("link.lost")
    code, said = ran("kiosk", "status", "--config", lane.config)
    assert code == 1, said
    assert "alarm camera-down" in said
    code, said = diag(lane, "check")
    assert (code, "lane: calls for a person, camera-down: " in said) == (1, True), said
    code, said = diag(lane, "check", "--json")
    assert (code, json.loads(said)["lane"]["well"]) == (1, False), said
    lane.do(lambda: lane.plug("camera"))
    lane.run.wait_for("alarm.cleared")


def test_a_trace_shows_a_whole_exit_and_neither_plate_nor_bytes_of_a_card(lane: RealLane) -> None:
    lane.enters()
    is_ready(lane)
    with ExitStack() as running:
        traces = {
            port: running.enter_context(
                Command("kiosk", "diag", "trace", port, "--config", lane.config, "--seconds", "12")
            )
            for port in ("barrier", "camera", "terminal")
        }
        traces["barrier"].wait_for("inputs")
        lane.comes()
        codes = {port: trace.ends(25.0) for port, trace in traces.items()}
    said = {port: trace.said for port, trace in traces.items()}
    assert lane.left(), lane.story()
    assert "output 0x0200" in said["barrier"]
    assert re.search(r"plate 沪\S+\*", said["camera"])
    assert "0601 Authorisation amount_minor=500" in said["terminal"]
    assert "[" not in said["terminal"], "no bytes of a terminal"
    # A machine that is short of time may well ask its board twice: the code then says so.
    assert codes == {port: int("!!" in words) for port, words in said.items()}, said
    assert PLATE[1:] not in "".join(said.values())


def test_an_exit_trial_locks_the_lane_and_gives_it_back(lane: RealLane) -> None:
    is_ready(lane)
    with Command("kiosk", "diag", "test-exit", "--config", lane.config) as trial:
        trial.wait_for("waiting for a car")
        closed = {"picture": "out-of-service", "note": "maintenance"}
        assert lane.until(lambda: closed.items() <= lane.pictures[-1].items())
        visit = Visit("沪B77777", lane.lane.host.now())
        lane.do(lambda: lane.lane.world.arrive(visit))
        assert trial.ends(40.0) == 0, trial.said
    assert trial.said.rstrip().endswith("passed")
    assert "arm at its upper limit" in trial.said
    assert re.search(r"up after \d\.\d s, arm_travel_s = ", trial.said)
    assert "arm up" in trial.said, "the waterfall"
    lane.run.wait_for("control.ended")
    kinds = [row["kind"] for row in lane.bodies("incident-noted")]
    assert {"control-taken", "control-ended"} <= set(kinds)
    assert not lane.bodies("payment-intended")


def test_an_exit_trial_that_waits_for_a_car_waits_for_the_arm_behind_it(lane: RealLane) -> None:
    is_ready(lane)
    lane.enters()
    lane.comes()
    lane.run.wait_for("gate.raised", 30.0)
    with Command("kiosk", "diag", "test-exit", "--wait", "--config", lane.config) as trial:
        trial.wait_for("waiting: the arm is up", 30.0)
        trial.wait_for("waiting for a car", 15.0)
        visit = Visit("沪B77777", lane.lane.host.now())
        lane.do(lambda: lane.lane.world.arrive(visit))
        assert trial.ends(40.0) == 0, trial.said
    assert "waiting: a car is leaving" in trial.said
    assert trial.said.rstrip().endswith("passed")


def held(lane: RealLane) -> socket.socket:
    """A technician's tool that has control."""
    tool = socket.socket(socket.AF_UNIX)
    tool.connect(str(socket_of(lane)))
    tool.sendall(b'{"do": "control", "who": "technician", "reason": "fault"}\n')
    lane.run.wait_for("control.locked")
    return tool


def test_a_tool_that_is_killed_gives_the_lane_back_at_once(lane: RealLane) -> None:
    is_ready(lane)
    with Command("kiosk", "diag", "test-exit", "--config", lane.config) as trial:
        trial.wait_for("waiting for a car")
        os.kill(trial.pid, SIGKILL)
        lane.run.wait_for("control.ended", by_s=2.0)
    assert status(lane)["states"]["visit"] == "free"


def test_a_technician_who_walks_away_with_an_open_line_loses_the_lane(lane: RealLane) -> None:
    is_ready(lane)
    with Command("kiosk", "diag", "test-exit", "--config", lane.config) as trial:
        trial.wait_for("waiting for a car")
        os.kill(trial.pid, SIGSTOP)
        lane.run.wait_for("control.ended", by_s=CONTROL_S + 3.0)
        os.kill(trial.pid, SIGCONT)
        assert trial.ends(5.0) == 1
        assert "not heard" in trial.said


def test_two_technicians_and_the_second_reads_who_has_the_lane(lane: RealLane) -> None:
    is_ready(lane)
    with held(lane):
        code, said = diag(lane, "test-exit", "--no-car")
        assert code == 1
        assert "technician has control of this lane" in said
    lane.run.wait_for("control.ended")
    assert status(lane)["states"]["visit"] == "free"


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 5000, b"GET / HTTP/1.1\r\n\r\n", b"[" * 4000 + b"\n", b'{"do": "renew"}\n' * 3000],
    ids=["zeros", "http", "nested", "flood"],
)
def test_garbage_and_floods_on_the_socket_move_nothing(lane: RealLane, garbage: bytes) -> None:
    is_ready(lane)
    with held(lane), socket.socket(socket.AF_UNIX) as other:
        other.connect(str(socket_of(lane)))
        other.settimeout(2.0)
        try:
            other.sendall(garbage)
            while other.recv(65536):
                pass
        except OSError:
            pass
        assert status(lane)["states"]["visit"] == "locked"
    lane.run.wait_for("control.ended")
    assert lane.run.process.poll() is None


def test_a_stop_of_the_lane_under_control_is_written_down_and_the_next_run_is_free(
    lane: RealLane,
) -> None:
    is_ready(lane)
    with held(lane):
        assert lane.run.stop() == 0
    whys = [row["why"] for row in lane.bodies("incident-noted") if row["kind"] == "control-ended"]
    assert whys == ["technician: the process was asked to end"]
    lane.start()
    is_ready(lane)
    assert status(lane)["control"]["state"] == "nobody"


def test_a_socket_that_cannot_be_had_stops_no_lane(tmp_path: Path) -> None:
    with RealLane(tmp_path / ("l" * 90)) as lane:
        lane.config.write_text(
            lane.config.read_text().replace(f"unix:{lane.folder / 'screen.sock'}", "127.0.0.1:0")
        )
        lane.start()
        lane.run.wait_for("diag.unavailable")
        assert lane.run.process.poll() is None


def test_a_socket_that_was_asked_for_and_cannot_be_had_is_a_fault(tmp_path: Path) -> None:
    def edit(toml: str) -> str:
        return toml + f'\n[diag]\nlisten = "unix:{tmp_path}/no/such/folder.sock"\n'

    with RealLane(tmp_path / "l", edit=edit) as lane:
        code, said = ran("kiosk", "run", "--config", lane.config)
        assert code == 1
        assert "diag.listen" in said


def test_a_lane_without_a_socket_says_so(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l", edit=lambda toml: toml + '\n[diag]\nlisten = "none"\n') as lane:
        lane.start()
        code, said = ran("kiosk", "status", "--config", lane.config)
        assert code == 3
        assert "listen is none" in said


def test_a_captured_board_is_served_again_and_answers_as_on_that_day(lane: RealLane) -> None:
    is_ready(lane)
    recording = lane.folder / "barrier.recording"
    code, said = diag(lane, "capture", "barrier", "--seconds", "3", "--save", str(recording))
    assert (code, "frames" in said) == (0, True), said
    code, said = ran("kiosk", "diag", "replay", recording)
    assert "unit 1: inputs" in said
    link = lane.folder / "again"
    with Command("kiosk_sim", "replay", recording, "--pty", link) as again:
        again.wait_for("replay:")
        port = os.open(link, os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(port, bytes.fromhex("01 02 00 00 00 08 79 CC"))
            assert os.read(port, 1) == b"\x01"
        finally:
            os.close(port)


def test_a_walk_along_the_wiring_names_each_input_that_was_not_seen(lane: RealLane) -> None:
    is_ready(lane)
    world = lane.lane.world
    with Command(
        "kiosk", "diag", "check", "--walk", "--seconds", "8", "--config", lane.config
    ) as walk:
        walk.wait_for("ready: begin")
        for turned in (True, False):
            lane.do(lambda turned=turned: world.turn_key(turned, lane.lane.host.now()))  # type: ignore[misc]
            walk.wait_for(f"manual_key {'on' if turned else 'off'};")
        assert walk.ends(20.0) == 1, walk.said
    assert "fire: DI5 was never on" in walk.said
    assert "manual_key: " not in walk.said
    assert "closed_limit: " not in walk.said, "the key moved the arm"


def test_the_aim_is_told_of_the_next_cars(lane: RealLane) -> None:
    lane.enters()
    is_ready(lane)
    with Command(
        "kiosk",
        "diag",
        "check",
        "camera",
        "--cars",
        "1",
        "--seconds",
        "20",
        "--config",
        lane.config,
    ) as aim:
        lane.run.wait_for("runtime.ready")
        assert lane.until(lambda: lane.lane.camera is not None)
        lane.comes()
        code = aim.ends(30.0)
    assert (code, "100% of 1 cars were read" in aim.said) == (0, True), aim.said


def test_a_port_that_this_lane_does_not_have_is_named(lane: RealLane) -> None:
    for tool in (("trace",), ("capture", "--save", str(lane.folder / "none"))):
        code, said = diag(lane, tool[0], "modem", *tool[1:])
        assert code == 2, "typed wrong, which is not a lane that is ill"
        assert "modem: this lane has no such port; expected one of barrier, camera" in said
    code, said = diag(lane, "check", "modem")
    assert code == 2
    assert "modem: expected one of" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_disk_that_is_full_is_told_in_one_line(lane: RealLane) -> None:
    for tool in ("trace", "capture"):
        code, said = diag(lane, tool, "barrier", "--seconds", "9", "--save", "/dev/full")
        assert code == 1
        assert "/dev/full: cannot be written (No space left on device)" in said
        assert "Traceback" not in said


def test_what_is_typed_wrong_is_told_in_short(tmp_path: Path) -> None:
    code, said = ran("kiosk", "diag", "check", "--cars", "0")
    assert (code, "expected 1 to 1000 cars, got '0'" in said) == (2, True), said
    assert len(said) < 1500, "no list of all numbers that could have been typed"
    code, said = ran("kiosk", "diag", "list", "--socket", "192.0.2.7:80")
    assert (code, "expected unix:/path" in said) == (2, True), said
