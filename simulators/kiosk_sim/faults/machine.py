"""Faults of the controller's machine and its ports. Each draws how bad it is."""

from collections.abc import Mapping
from typing import Final

from kiosk_sim.faults.stage import Plant, Stage

PORTS: Final = ("barrier", "camera", "terminal")


def _clock_wrong(stage: Stage, now: float) -> None:
    machine, rng = stage.machine, stage.rng
    machine.clock_off_s = rng.choice((-1.0, 1.0)) * rng.choice((600.0, 1800.0, 3600.0, 7200.0))
    if rng.random() < 0.5:
        machine.time_server = machine.synchronised = False


def _clock_jumped(stage: Stage, now: float) -> None:
    stage.machine.set_by_s += stage.rng.choice((-1.0, 1.0)) * stage.rng.uniform(5.0, 60.0)


def _clock_unsynchronised(stage: Stage, now: float) -> None:
    stage.machine.time_server = stage.machine.synchronised = False


def _disk_full(stage: Stage, now: float) -> None:
    stage.machine.free_bytes = stage.rng.randint(0, 2_000_000)


def _disk_nearly_full(stage: Stage, now: float) -> None:
    stage.machine.free_bytes = stage.rng.randint(12_000_000, 190_000_000)


def _disk_read_only(stage: Stage, now: float) -> None:
    stage.machine.read_only = True


def _disk_slow(stage: Stage, now: float) -> None:
    stage.machine.commit_s = stage.rng.uniform(0.3, 1.2)


def _store_failing(stage: Stage, now: float) -> None:
    words = ("SQLITE_CORRUPT: database disk image is malformed", "SQLITE_IOERR: disk I/O error")
    stage.machine.breaks = stage.rng.choice(words)


def _keys_missing(stage: Stage, now: float) -> None:
    stage.machine.keys_there = False


def _no_page(stage: Stage, now: float) -> None:
    stage.machine.pages = 0


def _counter_failing(stage: Stage, now: float) -> None:
    words = ("Permission denied", "unable to open database file", "no answer for 12 s")
    stage.machine.counter_breaks = stage.rng.choice(words)
    stage.machine.pay_page = False


def _other_release(stage: Stage, now: float) -> None:
    """Its page is there, and never seen: what it says stands in a file of its own."""
    stage.machine.pay_page = False
    stage.machine.counters_met += 1


def _page_away(stage: Stage, now: float) -> None:
    stage.machine.pay_page = False


def _latency(stage: Stage, now: float) -> None:
    stage.machine.latency_ms[stage.rng.choice(PORTS)] = stage.rng.randint(5, 255)


def _lost(error: str, words: str) -> Plant:
    """A port goes, and cannot be opened again."""

    def plant(stage: Stage, now: float) -> None:
        assert stage.lines is not None
        name = stage.rng.choice(PORTS)
        stage.machine.lost[name] = (error, words)
        stage.lines.unplug(name)

    return plant


FAULTS: Final[Mapping[str, Plant]] = {
    "screen.not-connected": _no_page,
    "page.counter-failing": _counter_failing,
    "page.other-release": _other_release,
    "page.away": _page_away,
    "store.failing": _store_failing,
    "store.keys-missing": _keys_missing,
    "clock.wrong": _clock_wrong,
    "clock.jumped": _clock_jumped,
    "clock.unsynchronised": _clock_unsynchronised,
    "disk.full": _disk_full,
    "disk.nearly-full": _disk_nearly_full,
    "disk.read-only": _disk_read_only,
    "disk.slow": _disk_slow,
    "port.missing": _lost("ENOENT", "No such file or directory"),
    "port.in-use": _lost("EBUSY", "Device or resource busy"),
    "port.not-permitted": _lost("EACCES", "Permission denied"),
    "port.no-port": _lost("ENOTTY", "Inappropriate ioctl for device"),
    "port.unreachable": _lost("ECONNREFUSED", "Connection refused"),
    "port.hung-up": _lost("EIO", "Input/output error"),
    "port.unusable": _lost("EINVAL", "Invalid argument"),
    "port.latency-timer": _latency,
}
