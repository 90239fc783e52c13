"""What clock, disk, store, ports and screen prove, as tables: what was seen in, names out."""

import pytest

from health.told import approved, found, holding, told
from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device
from kiosk.core.health.observations import (
    AdapterSeen,
    ClockSeen,
    CounterSeen,
    DiskSeen,
    KeysSeen,
    Noted,
    PagesSeen,
    PortFault,
    PortLost,
    PortOpened,
)
from kiosk.core.health.rooms.counter import REPLACED_S
from kiosk.core.records import StoreFailed

EIGHT_S = 8 * 3600


def clock(at, off_s=0.0, *, checked=True, server=True, set_by_s=0.0):
    """The clock as it is seen at this moment."""
    steady = EIGHT_S + set_by_s + off_s
    offset = off_s if server else None
    return (at, ClockSeen(steady + at, steady, checked, offset, int(steady + at) % 86_400))


def disk(free, **more):
    return DiskSeen(free, 16_000_000_000, **more)


def lost(fault, port="camera"):
    return PortLost(port, fault, "why", "/dev/camera")


STORIES = [
    ("clock.wrong", [clock(5.0), clock(10.0, 1800.0)]),
    ("clock.wrong", [clock(5.0, -3600.0)]),
    ("clock.wrong", [clock(5.0), clock(10.0, 3600.0, checked=False, server=False),
                     (12.0, approved("080012"))]),
    ("clock.jumped", [clock(5.0), clock(10.0, set_by_s=30.0)]),
    ("clock.jumped", [clock(5.0, server=False), clock(10.0, set_by_s=-7.0, server=False)]),
    ("clock.jumped", [*(clock(at, server=False) for at in (5.0, 10.0)),
                      *(clock(at, set_by_s=900.0, server=False) for at in (15.0, 45.0, 76.0))]),
    ("clock.unsynchronised", [clock(5.0), *(clock(at, checked=False, server=False)
                                           for at in (10.0, 40.0, 60.0))]),
    ("terminal.clock-wrong", [clock(5.0), (10.0, approved("090010"))]),
    ("terminal.clock-wrong", [clock(5.0, server=False), (10.0, approved("073010"))]),
    ("disk.full", [(10.0, disk(4_000_000))]),
    ("disk.full", [(10.0, disk(9_000_000_000, free_inodes=0))]),
    ("disk.full", [(10.0, ("store", StoreFailed("SQLITE_FULL: database or disk is full")))]),
    ("disk.nearly-full", [(10.0, disk(100_000_000))]),
    ("disk.read-only", [(10.0, disk(9_000_000_000, read_only=True))]),
    ("disk.read-only",
     [(10.0, ("store", StoreFailed("SQLITE_READONLY: attempt to write a readonly database")))]),
    ("store.failing", [(10.0, ("store", StoreFailed("SQLITE_IOERR: disk I/O error")))]),
    ("store.keys-missing", [(10.0, KeysSeen(False, "gone")),
                            (11.0, ("store", StoreFailed("SQLITE_CANTOPEN: unable")))]),
    ("screen.not-connected", [(10.0, PagesSeen(0))]),
    ("page.counter-failing", [(at, CounterSeen(False, "Permission denied")) for at in (9.0, 20.0)]),
    ("page.away", [(at, CounterSeen(at < 20.0)) for at in (10.0, 20.0, 30.0)]),
    ("page.other-release", [(10.0, CounterSeen(True)), (20.0, CounterSeen(False, "", 1))]),
    ("port.latency-timer", [(10.0, AdapterSeen("barrier", 16))]),
    ("port.missing", [(10.0, lost(PortFault.MISSING))]),
    ("port.in-use", [(10.0, lost(PortFault.IN_USE))]),
    ("port.not-permitted", [(10.0, lost(PortFault.NOT_PERMITTED))]),
    ("port.no-port", [(10.0, lost(PortFault.NO_PORT))]),
    ("port.unreachable", [(10.0, lost(PortFault.UNREACHABLE))]),
    ("port.unusable", [(10.0, lost(PortFault.OTHER))]),
    ("port.hung-up", [(at, lost(PortFault.HUNG_UP)) for at in (10.0, 15.0, 20.0)]),
    ("store.failing", [(10.0, Noted(Device.STORE, "store.failing", True))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "lines"), STORIES)
def test_what_was_seen_of_the_machine_is_called_by_its_name(code, lines):
    assert found(told(lines, 85.0)) == {code}


SOUND = {
    "a clock that is slewed": [clock(5.0), clock(10.0, set_by_s=0.4), clock(15.0, set_by_s=0.8)],
    "receipts of a terminal that is a minute off": [clock(5.0), (10.0, approved("080050"))],
    "a machine that starts, not yet checked": [
        clock(at, checked=False, server=False) for at in (5.0, 80.0)
    ],
    "a receipt without a time": [clock(5.0), (10.0, approved(""))],
    "a screen that reloads": [(10.0, PagesSeen(0)), (20.0, PagesSeen(1))],
    "a pay page that restarts": [
        (at, CounterSeen(at not in (20.0, 25.0))) for at in (10.0, 20.0, 25.0, 26.0)
    ],
    "a counter that failed once": [
        (at, CounterSeen(True, "locked" * (at == 20.0))) for at in (10.0, 20.0, 30.0)
    ],
    "a page and then its lane are brought up to date": [
        (10.0, CounterSeen(True, "", 1)),
        (20.0, CounterSeen(False, "", 2)),
        (24.0, CounterSeen(True, "", 2)),
    ],
    "a counter that fails because the disk is full": [
        (at, CounterSeen(False, "database or disk is full")) for at in (10.0, 20.0)
    ],
    "an adapter that is quick": [(10.0, AdapterSeen("barrier", 1))],
    "a connection that was lost once": [(10.0, lost(PortFault.HUNG_UP))],
    "lost now and then, hours apart": [
        (at, lost(PortFault.HUNG_UP)) for at in (5.0, 40.0, 75.0)
    ],
}  # fmt: skip


@pytest.mark.parametrize("why", SOUND)
def test_a_sound_machine_has_no_name(why):
    full = [(9.0, disk(0))] if "disk is full" in why else []
    assert found(told([*full, *SOUND[why]], 85.0)) - {"disk.full"} == set(), why


MENDED = [
    ("clock.wrong", [clock(5.0, 1800.0), clock(10.0, 0.3)]),
    ("disk.full", [(10.0, disk(0)), (20.0, disk(9_000_000_000))]),
    ("disk.read-only", [(10.0, disk(9, read_only=True)), (20.0, disk(9_000_000_000))]),
    ("screen.not-connected", [(10.0, PagesSeen(0)), (40.0, PagesSeen(1))]),
    ("port.missing", [(10.0, lost(PortFault.MISSING)), (20.0, PortOpened("camera"))]),
    ("port.latency-timer", [(10.0, AdapterSeen("camera", 16)), (20.0, AdapterSeen("camera", 1))]),
    ("store.failing", [(10.0, Noted(Device.STORE, "store.failing", True)),
                       (20.0, Noted(Device.STORE, "store.failing", False))]),
    ("terminal.clock-wrong", [clock(5.0), (10.0, approved("090010")), (20.0, approved("080020"))]),
    ("page.away", [(10.0, CounterSeen(False)), (20.0, CounterSeen(True))]),
    ("page.counter-failing", [(5.0, CounterSeen(True, "locked")), (35.0, CounterSeen(True))]),
    ("page.other-release", [(5.0, CounterSeen(False)), (9.0, CounterSeen(False, "", 1)),
                            (25.0, CounterSeen(True, "", 1))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "lines"), MENDED)
def test_what_is_seen_to_work_again_loses_its_name(code, lines):
    doctor = told(lines, 60.0)
    assert code in found(doctor)
    assert code not in holding(doctor)


def test_a_counter_that_fails_says_with_what():
    lines = [(at, CounterSeen(True, why)) for at, why in ((9.0, "locked"), (20.0, "no answer"))]
    (found_,) = told(lines, 40.0).findings.of(Device.PAGE)
    assert dict(found_.evidence) == {"why": "no answer"}


def test_a_page_of_another_release_explains_what_was_found_before_it():
    away = [(at, CounterSeen(False)) for at in (5.0, 15.0)]
    doctor = told([*away, (20.0, CounterSeen(False, "", 1))], 40.0)
    assert "page.away" in found(doctor)
    assert holding(doctor) == {"page.other-release"}
    doctor = told([*away, (20.0, CounterSeen(False, "", 1))], 20.0 + REPLACED_S + 5.0)
    assert holding(doctor) == {"page.away"}, "its page has not come back since"


def commits(*seconds):
    doctor = Doctor({}, 6.0)
    for number, took_s in enumerate(seconds):
        doctor.committed(took_s, (), float(number))
    return holding(doctor)


def test_a_disk_is_slow_when_several_of_the_last_commits_were():
    assert commits(0.001, 0.4, 0.001, 0.4) == set()
    assert commits(0.001, 0.4, 0.001, 0.4, 0.3) == {"disk.slow"}
    assert commits(0.4, 0.4, 0.4, *[0.001] * 8) == set()


def test_a_store_that_works_again_disproves_what_kept_it_from_it():
    doctor = Doctor({}, 6.0)
    doctor.committed(0.1, (StoreFailed("SQLITE_FULL: database or disk is full"),), 1.0)
    assert holding(doctor) == {"disk.full"}
    doctor.committed(0.1, (), 2.0)
    assert holding(doctor) == set()


def test_a_port_has_one_fault_at_a_time():
    doctor = told([(10.0, lost(PortFault.MISSING)), (20.0, lost(PortFault.IN_USE))], 30.0)
    assert holding(doctor) == {"port.in-use"}
