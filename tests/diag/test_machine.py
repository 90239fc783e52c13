"""The machine is looked at as it is: clock, disk, keys, adapters, and why a port is lost."""

import errno
import os
import stat
from pathlib import Path

import pytest

from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device
from kiosk.core.health.observations import ClockSeen, DiskSeen, KeysSeen, PortFault
from kiosk.edge.links import LinkLost
from kiosk.edge.links.opening import open_port
from kiosk.edge.monitor import machine
from kiosk_hw.ports.party import LineSettings


def test_the_clock_is_seen_beside_the_steady_one() -> None:
    first, second = machine.clock(), machine.clock()
    assert isinstance(first, ClockSeen)
    assert first.minus_steady_s == pytest.approx(second.minus_steady_s, abs=0.05)
    assert first.local_s is not None
    assert 0 <= first.local_s < 86_400


def test_the_disk_is_that_of_the_nearest_folder_that_there_is(tmp_path: Path) -> None:
    seen = machine.disk(tmp_path / "not" / "yet")
    here = os.statvfs(tmp_path)
    assert isinstance(seen, DiskSeen)
    assert seen.size_bytes == here.f_blocks * here.f_frsize
    assert not seen.read_only


def test_keys_are_there_or_it_is_said_why_not(tmp_path: Path) -> None:
    assert machine.keys_at(tmp_path / "keys.db") == KeysSeen(False, "no such file")
    (tmp_path / "keys.db").write_bytes(b"")
    assert machine.keys_at(tmp_path / "keys.db").there


@pytest.mark.parametrize("url", ["/dev/null", "socket://127.0.0.1:1", "/dev/no-such-device"])
def test_what_has_no_latency_timer_says_nothing(url: str) -> None:
    assert machine.latency_timer_ms(url) is None


def lost_at(url: str) -> LinkLost:
    with pytest.raises(LinkLost) as found:
        open_port(url, LineSettings(9600))
    return found.value


def test_why_a_port_is_lost_is_named_by_the_kernels_own_number(tmp_path: Path) -> None:
    plain = tmp_path / "file"
    plain.write_bytes(b"")
    cases = {
        "/dev/no-such-device": PortFault.MISSING,
        str(plain): PortFault.NO_PORT,
        "socket://127.0.0.1:1": PortFault.UNREACHABLE,
    }
    for url, fault in cases.items():
        seen = machine.port_lost("camera", lost_at(url), url)
        assert (seen.fault, seen.where) == (fault, url)


@pytest.mark.parametrize(
    ("number", "why", "fault"),
    [
        (errno.EBUSY, "busy", PortFault.IN_USE),
        (errno.EACCES, "no", PortFault.NOT_PERMITTED),
        (0, "the other end hung up", PortFault.HUNG_UP),
        (0, "something else", PortFault.OTHER),
    ],
)
def test_a_loss_without_a_port_to_try_it_on(number: int, why: str, fault: PortFault) -> None:
    assert machine.port_lost("barrier", LinkLost("/x", why, "", number), "/x").fault is fault


def test_a_machine_that_is_well_gives_no_fault(tmp_path: Path) -> None:
    keys = tmp_path / "keys.db"
    keys.write_bytes(b"")
    keys.chmod(stat.S_IRUSR | stat.S_IWUSR)
    doctor = Doctor({}, 6.0)
    for seen in machine.look(tmp_path, keys, {"barrier": "/dev/null"}):
        doctor.observe(seen, 1.0)
    found = {each.code for each in doctor.report(1.0).faults} - {"disk.nearly-full", "disk.full"}
    assert found == set()
    assert doctor.report(1.0).device(Device.CLOCK).last_seen_s == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0x01 0x03\n", "0 to 10 %, 20 to 30 %"),
        ("0x0b 0x02\n", "10 to 20 %"),
        ("0x00 0x00\n", ""),
        ("what\n", ""),
        ("", ""),
    ],
)
def test_the_wear_of_a_card_is_told_in_tenths_of_its_life(text: str, says: str) -> None:
    assert machine._worn(text) == says


def test_a_disk_that_does_not_say_how_worn_it_is_is_no_fault(tmp_path: Path) -> None:
    assert isinstance(machine.wear(tmp_path / "none"), str)


def test_a_lane_that_never_ran_misses_no_keys_and_one_that_ran_does(tmp_path: Path) -> None:
    def names() -> set[str]:
        doctor = Doctor({}, 6.0)
        for seen in machine.look(tmp_path, tmp_path / "keys.db", {}):
            doctor.observe(seen, 1.0)
        return {found.code for found in doctor.report(1.0).faults}

    assert "store.keys-missing" not in names()
    (tmp_path / "journal.db").write_bytes(b"")
    assert "store.keys-missing" in names()
