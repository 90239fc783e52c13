"""What monitors collect: the lines are typed by hand from Prometheus's text format 0.0.4."""

import re

import pytest

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.doctor import Doctor
from kiosk.core.health.metrics import exposition, status_line
from kiosk.core.health.model import Device
from kiosk.core.health.observations import DiskSeen, PortFault, PortLost

LINE = re.compile(r'[a-z_]+\{([a-z]+="([^"\\\n]|\\[\\"n])*",?)*\} -?[0-9.]+')


def sick():
    counts = {"exchanges": 5}
    doctor = Doctor({"barrier": lambda: counts}, 6.0)
    doctor.tick(10.0)
    doctor.observe(DiskSeen(0, 1_000_000_000), 11.0)
    doctor.observe(PortLost("camera", PortFault.MISSING, "ENOENT", "/dev/camera"), 12.0)
    return doctor


def test_each_fault_has_a_line_and_those_that_are_found_say_1():
    told = exposition(sick().report(14.0), "exit-1").splitlines()
    full = 'lane="exit-1",device="disk",code="disk.full",severity="stops"'
    assert f"kiosk_fault{{{full}}} 1" in told
    gone = 'lane="exit-1",device="camera",code="port.missing",severity="stops"'
    assert f"kiosk_fault{{{gone}}} 1" in told
    calm = 'lane="exit-1",device="barrier",code="barrier.silent",severity="stops"'
    assert f"kiosk_fault{{{calm}}} 0" in told
    assert 'kiosk_faults{lane="exit-1"} 2' in told
    assert 'kiosk_device_last_seen_seconds{lane="exit-1",device="barrier"} 4.0' in told
    exchanges = 'lane="exit-1",device="barrier",event="exchanges"'
    assert f"kiosk_device_events_total{{{exchanges}}} 5" in told
    owned = sum(1 for fault in CATALOGUE.values() if fault.device is not None)
    assert sum(line.startswith("kiosk_fault{") for line in told) == owned + 1


def test_every_line_is_a_comment_or_a_sample():
    for line in exposition(sick().report(14.0), 'a "lane" \\ of\nmine').splitlines():
        assert line.startswith("# ") or LINE.fullmatch(line), line


@pytest.mark.parametrize(
    ("lane", "label"), [('a"b', r"a\"b"), ("a\\b", r"a\\b"), ("a\nb", r"a\nb")]
)
def test_what_would_end_a_label_is_escaped(lane, label):
    assert f'kiosk_faults{{lane="{label}"}} 0' in exposition(Doctor({}, 6.0).report(0.0), lane)


def test_the_service_manager_is_told_the_codes():
    assert status_line(Doctor({}, 6.0).report(0.0)) == "no fault found"
    assert status_line(sick().report(14.0)) == "2 found: disk.full, port.missing"


def test_a_suspicion_is_counted_and_named_apart_from_what_is_found():
    doctor = Doctor({}, 6.0)
    doctor.findings.suspect("camera.echo", 3.0, doubled=1)
    health = doctor.report(4.0)
    told = exposition(health, "exit-1").splitlines()
    assert 'kiosk_faults_suspected{lane="exit-1"} 1' in told
    assert 'kiosk_faults{lane="exit-1"} 0' in told
    assert status_line(health) == "no fault found; suspected: camera.echo"
    assert health.as_record()["suspected"] == ["camera.echo"]


def test_a_record_of_the_lane_is_plain_values_with_ages():
    record = sick().report(14.0).as_record()
    assert record["faults"] == ["disk.full", "port.missing"]
    barrier = record["devices"]["barrier"]
    assert (barrier["last_seen_s"], barrier["colour"]) == (4.0, "recent")
    assert barrier["rates"]["exchanges"] == {"recent": 5, "per_min": 5.0, "total": 5}
    (missing,) = record["devices"]["camera"]["faults"]
    assert missing["since_s"] == 2.0
    assert missing["evidence"] == {"where": "/dev/camera", "why": "ENOENT"}


def test_a_device_that_this_lane_does_not_have_is_named_as_such():
    with pytest.raises(LookupError, match="gateway"):
        sick().report(14.0).device(Device.GATEWAY)
