"""`kiosk-sim demo`: it runs by itself, with and without a terminal, and leaves nothing behind."""

import json
import os
import pty
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from signal import SIGHUP, SIGINT, SIGTERM, Signals
from socket import socket

import pytest

from kiosk_sim.site.scenario import Plates
from processes.command import Command, ran

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

GOAL_S = 10.0
PLATES = [plates.next() for plates in [Plates(Random(7))] for _ in range(4)]
"""The plates of seed 7, which are also those of the cars in the demonstration."""


def _demo(folder: Path, *arguments: str, **options: int) -> Command:
    """A demonstration whose temporary folder is ours to look into."""
    return Command("kiosk_sim", "demo", *arguments, env={"TMPDIR": str(folder)}, **options)


def _orphans(folder: Path) -> list[str]:
    """Processes that still work in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(words.replace(b"\0", b" ").decode())
    return found


@dataclass
class Played:
    """What came of one whole demonstration."""

    code: int
    said: str
    folder: Path


def _plain(folder: Path) -> Played:
    with _demo(folder, "--exits", "2", "--profile", "best", "--every-s", "2") as demo:
        return Played(demo.ends(40.0), demo.said, folder)


def _on_a_terminal(folder: Path) -> Played:
    ours, theirs = pty.openpty()
    said = b""
    try:
        with _demo(folder, "--exits", "1", "--profile", "best", stdout=theirs) as demo:
            os.close(theirs)
            while part := _read(ours):
                said += part
            return Played(demo.ends(20.0), said.decode(), folder)
    finally:
        os.close(ours)


def _read(fd: int) -> bytes:
    """What a terminal shows next; empty when the last process on it has ended."""
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""


def _served(folder: Path) -> Played:
    with _demo(folder, "--exits", "1", "--profile", "best", "--serve") as demo:
        demo.wait_for("exit 1 (card)", 30.0)
        with pytest.raises(AssertionError, match=r"no 'runtime\.stopping'"):
            demo.wait_for("runtime.stopping", 3.0)
        return Played(demo.stop(SIGINT), demo.said, folder)


def _by_code(folder: Path) -> Played:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        page = f"127.0.0.1:{free.getsockname()[1]}"
    with _demo(folder, "--exits", "1", "--profile", "best", "--page", page) as demo:
        return Played(demo.ends(30.0), demo.said, folder)


RUNS: dict[str, Callable[[Path], Played]] = {
    "code": _by_code,
    "plain": _plain,
    "terminal": _on_a_terminal,
    "served": _served,
}


@pytest.fixture(scope="module", autouse=True)
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Played]]]:
    """Whole demonstrations, which take their time while the other tests of this module run."""
    with ThreadPoolExecutor(len(RUNS)) as pool:
        yield {name: pool.submit(run, tmp_path_factory.mktemp(name)) for name, run in RUNS.items()}


@pytest.fixture
def played(playing: dict[str, Future[Played]]) -> Played:
    return playing["plain"].result(50.0)


def test_with_the_drivers_page_the_first_driver_pays_by_phone_what_the_screen_shows(
    playing: dict[str, Future[Played]],
) -> None:
    played = playing["code"].result(50.0)
    assert played.code == 0
    assert "exit 1 (code)" in played.said
    assert "confirms on the phone" in played.said
    assert re.search(r"1 of 1 exits, slowest \d\.\d\d s of 10 s, taken 5\.00 CNY", played.said)


@pytest.mark.parametrize("number", [SIGINT, SIGTERM, SIGHUP])
def test_a_signal_ends_demonstration_and_controller(tmp_path: Path, number: Signals) -> None:
    with _demo(tmp_path, "--exits", "1") as demo:
        demo.wait_for("link.opened port=terminal")
        assert demo.stop(number) == 1
        assert "runtime.stopped" in demo.said, "the controller said goodbye"
        assert "link.lost" not in demo.said, "its devices were still there"
        assert "0 of 1 exits" in demo.said
        assert "Traceback" not in demo.said
    assert list(tmp_path.iterdir()) == []
    assert _orphans(tmp_path) == []


def test_a_signal_before_anything_runs_leaves_nothing(tmp_path: Path) -> None:
    with _demo(tmp_path, "--exits", "1") as demo:
        demo.wait_for("devices")
        demo.tell(SIGTERM)
        assert demo.ends() == 1
    assert list(tmp_path.iterdir()) == []
    assert _orphans(tmp_path) == []


def _virtual(seed: int, hash_seed: str, exits: int = 40) -> dict[str, object]:
    arguments = ("demo", "--virtual", "--json", "--exits", str(exits), "--seed", str(seed))
    with Command("kiosk_sim", *arguments, env={"PYTHONHASHSEED": hash_seed}) as command:
        assert command.ends(30.0) == 0, command.said
        found = json.loads(command.said)
    assert isinstance(found, dict)
    return found


def test_one_seed_gives_one_timeline_in_every_process_and_another_seed_another() -> None:
    with ThreadPoolExecutor(2) as pool:
        first, again, other = pool.map(_virtual, (7, 7, 8), ("1", "2", "1"))
    assert first == again
    assert first["timeline_sha256"] != other["timeline_sha256"]
    assert first["exits"] == 40
    assert {
        "p50_s",
        "p95_s",
        "max_s",
        "machine_share_p99_ms",
        "people_s",
        "devices_s",
        "timeline_sha256",
    } <= first.keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--exits", "0"), "expected 1 to 10000, got '0'"),
        (("--every-s", "nan"), "expected 1 to 86400 seconds, got 'nan'"),
        (("--profile", "warp"), "expected one of best, typical, slow, got 'warp'"),
    ],
)
def test_wrong_wishes_end_with_2(arguments: tuple[str, ...], said: str) -> None:
    code, words = ran("kiosk_sim", "demo", *arguments)
    assert (code, said in words) == (2, True), words


def test_the_demonstration_ends_by_itself_and_leaves_nothing(
    played: Played,
) -> None:
    code, said, folder = played.code, played.said, played.folder
    assert code == 0, said
    assert list(folder.iterdir()) == []
    assert _orphans(folder) == []


def test_every_exit_is_drawn_and_stays_below_ten_seconds(played: Played) -> None:
    said = played.said
    assert re.findall(r"^exit (\d) \((\w+)\)$", said, re.M) == [("1", "card"), ("2", "prepaid")]
    totals = [float(found) for found in re.findall(r"^  arm up +([\d.]+) s", said, re.M)]
    assert len(totals) == 2
    assert max(totals) <= GOAL_S
    assert "safety violations 0" in said
    assert "2 of 2 exits" in said
    assert "Traceback" not in said


def test_no_plate_is_said_in_full(played: Played) -> None:
    said = played.said
    assert [plate for plate in PLATES if plate in said or plate[1:] in said] == []


def test_a_demonstration_on_a_terminal_ends_by_itself(
    playing: dict[str, Future[Played]],
) -> None:
    played = playing["terminal"].result(50.0)
    assert (played.code, "1 of 1 exits" in played.said) == (0, True), played.said
    assert list(played.folder.iterdir()) == []


def test_a_served_demonstration_runs_on_after_its_last_car(
    playing: dict[str, Future[Played]],
) -> None:
    played = playing["served"].result(50.0)
    assert (played.code, "1 of 1 exits" in played.said) == (0, True), played.said
    assert list(played.folder.iterdir()) == []
