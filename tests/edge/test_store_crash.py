"""Processes killed in mid-write: nothing acknowledged is lost, no batch is half there."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.store_desk import Desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

REPO = Path(__file__).parents[2]
PATH = os.pathsep.join(str(REPO / room) for room in ("src", "hw", "simulators", "tests"))

WRITE_FOR_EVER = """
import sys
from datetime import timedelta
from edge.store_desk import Desk
from kiosk.core.records import BarrierOpened, IncidentNoted, StayOpened
from kiosk_hw.ports.plate import PlateText
desk = Desk(sys.argv[1])
number = int(sys.argv[2])
while True:
    desk.now += timedelta(hours=3)
    name = f"s{number}"
    desk.write(
        StayOpened("", name, PlateText(f"B{number}"), "car"),
        IncidentNoted(name, "test", "y" * 3000),
        BarrierOpened(name),
    )
    print(number, flush=True)
    number += 1
"""

OPEN_AND_SWEEP_FOR_EVER = """
import sys
from datetime import timedelta
from edge.store_desk import Desk
print("begin", flush=True)
desk = Desk(sys.argv[1])
number = 0
while True:
    desk.now += timedelta(days=1)
    desk.enter(f"{sys.argv[2]}-{number}", f"B{number}")
    desk.leave(f"{sys.argv[2]}-{number}")
    desk.store.sweep()
    number += 1
"""


def _child(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PATH},
    )


@pytest.mark.parametrize("seed", range(3))
def test_no_acknowledged_row_is_lost_when_the_process_is_killed(tmp_path: Path, seed: int) -> None:
    rnd = random.Random(seed)
    acknowledged = -1
    for _ in range(5):
        with _child(WRITE_FOR_EVER, str(tmp_path), str(acknowledged + 1)) as child:
            assert child.stdout is not None
            for _ in range(rnd.randrange(1, 60)):
                acknowledged = int(child.stdout.readline())
            child.send_signal(signal.SIGKILL)
            # What it said between the last line read and its death was acknowledged as well.
            for line in child.stdout:
                acknowledged = int(line)
        present = _assert_whole(tmp_path)
        assert present in (acknowledged, acknowledged + 1)
        acknowledged = present


def _assert_whole(folder: Path) -> int:
    """Every batch is there whole, and its stay can be found. Returns the last one's number."""
    desk = Desk(folder)
    db = desk.store._opened().db
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    sql = "SELECT kind, count(*), count(DISTINCT body || exit_id) FROM journal GROUP BY kind"
    counts = {kind: (count, distinct) for kind, count, distinct in db.execute(sql)}
    last: int = counts["barrier-opened"][0] - 1
    assert set(counts.values()) == {(last + 1, last + 1)}
    for number in range(last + 1):
        found = desk.found(f"B{number}")
        assert found.stay.stay_id == f"s{number}"
    desk.store.close()
    return last


@pytest.mark.parametrize("seed", range(12))
def test_a_store_killed_while_it_is_made_or_swept_opens_again(tmp_path: Path, seed: int) -> None:
    rnd = random.Random(seed)
    for life in range(2):
        with _child(OPEN_AND_SWEEP_FOR_EVER, str(tmp_path), f"{seed}-{life}") as child:
            assert child.stdout is not None
            child.stdout.readline()
            try:
                child.wait(rnd.random() ** 3 * 0.2)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
    desk = Desk(tmp_path)
    desk.later(days=40_000)
    desk.store.sweep()
    db = desk.store._opened().db
    assert db.execute("SELECT count(*) FROM stays WHERE closed_us IS NOT NULL").fetchone() == (0,)
    open_days = db.execute("SELECT DISTINCT day FROM stays").fetchall()
    assert desk.store._opened().ring.days() == [day for (day,) in open_days]
