"""What looking costs: who follows every port at full rate takes little of the processor."""

import json
import socket
import threading
import time
from pathlib import Path

import pytest

from processes.real_lane import RealLane, usage

pytestmark = [pytest.mark.slow, pytest.mark.measured, pytest.mark.timeout(60)]

SECONDS = 6.0

SHARE_MAX = 0.05
"""Of one core, on top of what the lane takes anyway."""


def cpu_share(pid: int) -> float:
    before, began = usage(pid)[2], time.monotonic()
    time.sleep(SECONDS)
    return (usage(pid)[2] - before) / (time.monotonic() - began)


def follow(path: Path, stop: threading.Event, heard: list[int]) -> None:
    with socket.socket(socket.AF_UNIX) as tool:
        tool.connect(str(path))
        asked = [{"do": "watch"}]
        asked += [{"do": "trace", "port": port} for port in ("barrier", "camera", "terminal")]
        for message in asked:
            tool.sendall(json.dumps(message).encode() + b"\n")
        tool.settimeout(0.2)
        while not stop.is_set():
            try:
                heard.append(len(tool.recv(65536)))
            except TimeoutError:
                continue


def test_a_follower_of_every_port_costs_the_lane_little(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l") as lane:
        lane.start()
        lane.run.wait_for("link.opened", count=3)
        alone = cpu_share(lane.run.pid)
        (path,) = lane.state.glob("diag-*.sock")
        stop, heard = threading.Event(), [0]
        follower = threading.Thread(target=follow, args=(path, stop, heard))
        follower.start()
        followed = cpu_share(lane.run.pid)
        stop.set()
        follower.join(5.0)
        assert sum(heard) > 10_000, "the follower was fed"
        assert followed - alone <= SHARE_MAX, f"{alone:.2%} alone, {followed:.2%} followed"
