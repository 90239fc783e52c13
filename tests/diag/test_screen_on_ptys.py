"""`kiosk diag` in a terminal of tmux, at a lane that runs: as a technician sees and uses it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest

from kiosk.core.lane.tenure import CONTROL_S
from kiosk_sim.world.traffic import Visit
from processes.command import ROOT
from processes.real_lane import RealLane, usage

pytest.importorskip("textual")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]


class Terminal:
    """One tmux server of the test's own, with one terminal."""

    def __init__(self, folder: Path, lane: RealLane, name: str, wide: int = 80, **env: str) -> None:
        paths = os.pathsep.join(str(ROOT / each) for each in ("src", "hw", "simulators"))
        told = {"LANG": "en_US.UTF-8", "PYTHONPATH": paths, **env}
        words = " ".join(f"{key}={shlex.quote(value)}" for key, value in told.items())
        diag = (
            f"{shlex.quote(sys.executable)} -m kiosk diag --config {shlex.quote(str(lane.config))}"
        )
        self._socket = folder / f"{name}.tmux"
        self.began = time.monotonic()
        self._tmux(
            *("-f", "/dev/null", "new-session", "-d", "-x", str(wide), "-y", "24"),
            f"cd {shlex.quote(str(folder))}; env -u LC_ALL {words} {diag}; echo ended with $?; cat",
        )

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server", check=False)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LANG": "C.UTF-8"},
        )
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def shown(self) -> str:
        return self._tmux("capture-pane", "-p")

    def wait_for(self, *texts: str, by_s: float = 15.0) -> str:
        ends = time.monotonic() + by_s
        while time.monotonic() < ends:
            shown = self.shown()
            if all(text in shown for text in texts):
                return shown
            time.sleep(0.05)
        raise AssertionError(f"no {texts} within {by_s} s:\n{shown}")

    def wait_for_no(self, *texts: str, by_s: float = 15.0) -> None:
        ends = time.monotonic() + by_s
        while any(text in (shown := self.shown()) for text in texts):
            assert time.monotonic() < ends, f"still {texts} after {by_s} s:\n{shown}"
            time.sleep(0.05)

    def hold(self, key: str, for_s: float) -> None:
        """As a keyboard repeats it."""
        ends = time.monotonic() + for_s
        while time.monotonic() < ends:
            self.press(key)
            time.sleep(0.05)

    def pid(self) -> int:
        """The process of the screen, below the shell of the pane."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        told = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        return int(told[0])

    def hang_up(self) -> None:
        """The terminal goes, as with an ssh line that broke."""
        self._tmux("kill-server")


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[RealLane]:
    with RealLane(tmp_path / "l") as lane:
        lane.start()
        lane.run.wait_for("link.opened", count=3)
        yield lane


@pytest.fixture
def terminal(lane: RealLane, tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(tmp_path, lane, "t") as terminal:
        terminal.wait_for("told 0 s ago")
        yield terminal


def taken(lane: RealLane, terminal: Terminal) -> None:
    terminal.press("c", "Enter")
    terminal.wait_for("YOU HAVE THE LANE (fault)")
    closed = {"picture": "out-of-service", "note": "maintenance"}
    assert lane.until(lambda: closed.items() <= lane.pictures[-1].items())


def goes_on(lane: RealLane, seconds: float) -> None:
    then = lane.lane.host.now() + seconds
    assert lane.until(lambda: lane.lane.host.now() >= then)


def test_a_technician_sees_devices_the_car_on_its_loop_and_leaves(
    lane: RealLane, terminal: Terminal
) -> None:
    terminal.wait_for("Barrier", "ok", "Camera", "Terminal")
    terminal.press("2")
    terminal.wait_for("arming loop: free", "Arm: down")
    lane.enters()
    lane.comes()
    terminal.wait_for("arming loop: OCCUPIED", "-(o)---(o)-")
    terminal.wait_for("Arm: up")
    terminal.press("9")
    terminal.wait_for("arm up", "machine", by_s=30.0)
    terminal.press("q")
    terminal.wait_for("ended with 0")


def test_the_lane_is_locked_its_arm_held_up_and_given_back(
    lane: RealLane, terminal: Terminal
) -> None:
    taken(lane, terminal)
    terminal.press("u")
    lane.run.wait_for("control.locked", count=2)
    assert "control.moving" not in lane.logged, "one press never moves the arm"
    terminal.hold("u", 2.5)
    lane.run.wait_for("control.moving")
    terminal.wait_for("arm moves: up")
    lane.run.wait_for("control.moved", by_s=10.0)
    terminal.wait_for("Arm: up")
    terminal.press("g")
    lane.run.wait_for("control.ended")
    terminal.wait_for("Take control of this lane")


def test_a_trial_exit_is_followed_to_its_end_on_the_screen(
    lane: RealLane, terminal: Terminal
) -> None:
    taken(lane, terminal)
    terminal.press("t")
    terminal.wait_for("waiting for a car on the arming loop")
    visit = Visit("沪B77777", lane.lane.host.now())
    lane.do(lambda: lane.lane.world.arrive(visit))
    terminal.wait_for("PASSED", by_s=40.0)
    terminal.press("q")
    terminal.wait_for("ended with 0")
    assert not lane.bodies("payment-intended")


def test_a_screen_that_is_killed_gives_the_lane_back_at_once(
    lane: RealLane, terminal: Terminal
) -> None:
    taken(lane, terminal)
    os.kill(terminal.pid(), SIGKILL)
    lane.run.wait_for("control.ended", by_s=2.0)


def test_a_line_that_breaks_gives_the_lane_back_at_once(lane: RealLane, terminal: Terminal) -> None:
    taken(lane, terminal)
    terminal.hang_up()
    lane.run.wait_for("control.ended", by_s=3.0)
    assert CONTROL_S > 3.0, "not by the dead-man's time"


def test_a_screen_that_stays_open_keeps_the_lane_and_says_the_seconds_left(
    lane: RealLane, terminal: Terminal
) -> None:
    taken(lane, terminal)
    goes_on(lane, CONTROL_S + 2.0)
    left = re.search(r"ends in (\d+) s", terminal.wait_for("YOU HAVE THE LANE"))
    assert left is not None
    assert 5 <= int(left[1]) <= CONTROL_S
    terminal.press("q")
    terminal.wait_for("ended with 0")
    lane.run.wait_for("control.ended", by_s=2.0)


def test_two_technicians_and_the_second_sees_who_has_the_lane(
    lane: RealLane, terminal: Terminal, tmp_path: Path
) -> None:
    taken(lane, terminal)
    with Terminal(tmp_path, lane, "second", LANG="de_DE.UTF-8") as second:
        second.wait_for("GESPERRT von Techniker (Störung)")
        second.press("c", "Enter")
        second.wait_for("Abgelehnt: Techniker hat diese Spur")
        second.press("q")
        second.wait_for("ended with 0")
    assert "control.ended" not in lane.logged


def test_a_lane_that_is_killed_is_said_so_and_met_again(lane: RealLane, terminal: Terminal) -> None:
    os.kill(lane.run.pid, SIGKILL)
    terminal.wait_for("No lane answers", "OLD DATA")
    lane.start()
    terminal.wait_for_no("No lane answers", "OLD DATA")
    terminal.wait_for("told 0 s ago")


def test_a_pulled_plug_is_in_the_first_line(lane: RealLane, terminal: Terminal) -> None:
    lane.do(lambda: lane.pull("camera"))
    shown = terminal.wait_for("Camera", "cure")
    assert "Camera: " in shown.splitlines()[0]
    lane.do(lambda: lane.plug("camera"))
    terminal.wait_for_no("Camera: ", by_s=20.0)


@pytest.mark.parametrize("env", [{"TERM": "vt100"}, {"LANG": "C"}], ids=str)
def test_an_old_terminal_sees_all_of_it_in_ascii(
    lane: RealLane, tmp_path: Path, env: dict[str, str]
) -> None:
    with Terminal(tmp_path, lane, "old", **env) as terminal:
        terminal.wait_for("told 0 s ago")
        for key in "1234567890ch":
            terminal.press(key)
            assert terminal.wait_for(f"[{key} ").isascii()


@pytest.mark.measured
def test_a_trace_of_a_busy_board_costs_the_screen_little(
    lane: RealLane, terminal: Terminal
) -> None:
    terminal.press("8")
    terminal.wait_for("inputs")
    pid = terminal.pid()
    _, _, before_s = usage(pid)
    began = time.monotonic()
    goes_on(lane, 5.0)
    rss_kib, _, after_s = usage(pid)
    assert (after_s - before_s) / (time.monotonic() - began) < 0.10
    assert rss_kib < 80 * 1024
    terminal.press("p")
    terminal.wait_for("PAUSED")
    terminal.press("s")
    name = re.search(r"(kiosk-trace-\w+\.txt)", terminal.wait_for("Saved"))
    assert name is not None
