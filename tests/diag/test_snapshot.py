"""What a lane keeps for a technician who comes later."""

from types import SimpleNamespace

from kiosk.core.shows import ExitReported
from kiosk.core.stopwatch import Share, Stopwatch
from kiosk.edge.diag.snapshot import EXITS_MAX, Snapshots


def test_the_last_exits_are_kept_and_no_more() -> None:
    clock = SimpleNamespace(loop=SimpleNamespace(time=lambda: 1.0))
    snapshots = Snapshots("exit-1", None, clock)  # type: ignore[arg-type]
    watch = Stopwatch(0.0, "plate", Share.DEVICES)
    for number in range(EXITS_MAX + 3):
        snapshots.keep(ExitReported(f"x-{number}", "card", watch.waterfall(2.0)))
    kept = [exit_["exit"] for exit_ in snapshots.exits]
    assert kept == [f"x-{number}" for number in range(3, EXITS_MAX + 3)]
