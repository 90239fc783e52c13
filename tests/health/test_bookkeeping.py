"""The doctor's books are bounded: slices of a minute, faults that ended, codes that exist."""

import pytest

from kiosk.core.health.findings import Findings
from kiosk.core.health.model import HISTORY_MAX, RECENT_S, Colour, Device, colour_of
from kiosk.core.health.window import SLICES_MAX, WINDOW_S, Window


def test_a_window_tells_what_grew_and_forgets_what_is_older_than_a_minute():
    window = Window()
    assert window.take({"crc": 2, "calm": 0}, 0.0) == {"crc": 2}
    assert window.take({"crc": 5, "calm": 0}, 10.0) == {"crc": 3}
    assert window.recent("crc", 12.0) == 5
    assert window.recent("crc", 12.0, 3.0) == 3
    assert window.recent("crc", WINDOW_S + 5.0) == 3
    assert window.recent("crc", 200.0) == 0
    assert window.recent("never", 12.0) == 0
    assert window.totals == {"crc": 5}


def test_a_total_that_falls_began_again():
    window = Window()
    window.take({"crc": 7}, 0.0)
    assert window.take({"crc": 2}, 1.0) == {"crc": 2}
    assert window.totals == {"crc": 9}


def test_a_window_keeps_no_more_slices_than_a_minute_has():
    window = Window()
    for second in range(1000):
        window.take({"crc": second}, float(second))
    assert len(window._slices) == SLICES_MAX


def test_what_is_found_again_keeps_its_age_and_takes_the_newer_evidence():
    findings = Findings()
    findings.find("disk.full", 10.0, free_mb=3)
    findings.find("disk.full", 20.0, free_mb=1)
    (found,) = findings.of(Device.DISK)
    assert (found.since, found.evidence) == (10.0, (("free_mb", "1"),))
    assert findings.changes == 1
    findings.drop(30.0, "disk.full", "disk.slow")
    assert findings.of(Device.DISK) == ()
    assert [each.ended for each in findings.ended] == [30.0]
    assert findings.changes == 2


def test_a_suspicion_keeps_its_age_and_ends_where_it_is_found_or_dropped():
    findings = Findings()
    for second in (10.0, 20.0):
        findings.suspect("camera.echo", second, doubled=1)
    (suspicion,) = findings.suspected_of(Device.CAMERA)
    assert (suspicion.since, suspicion.evidence) == (10.0, (("doubled", "1"),))
    assert findings.suspicions == 1
    findings.find("camera.echo", 30.0)
    findings.suspect("camera.echo", 31.0)
    assert (findings.suspected, findings.changes) == ({}, 1)
    findings.suspect("camera.silent", 32.0)
    findings.drop(33.0, "camera.silent")
    assert findings.suspected == {}
    assert [each.code for each in findings.ended] == [], "what was never found has not ended"
    with pytest.raises(LookupError):
        findings.suspect("camera.melted", 0.0)


def test_no_more_ended_faults_are_kept_than_are_told_of():
    findings = Findings()
    for second in range(3 * HISTORY_MAX):
        findings.find("disk.full", float(second))
        findings.drop(float(second), "disk.full")
    assert len(findings.ended) == HISTORY_MAX


def test_a_code_that_the_catalogue_does_not_have_is_a_defect():
    with pytest.raises(LookupError):
        Findings().find("disk.melted", 0.0)
    with pytest.raises(AssertionError, match="needs a device"):
        Findings().find("port.missing", 0.0)


@pytest.mark.parametrize(
    ("age_s", "fresh_s", "colour"),
    [
        (None, 5.0, Colour.OLD),
        (0.0, 5.0, Colour.OK),
        (5.0, 5.0, Colour.OK),
        (5.1, 5.0, Colour.RECENT),
        (RECENT_S - 0.1, 5.0, Colour.RECENT),
        (RECENT_S, 5.0, Colour.OLD),
        (RECENT_S, RECENT_S, Colour.OK),
    ],
)
def test_an_age_has_a_colour(age_s, fresh_s, colour):
    assert colour_of(age_s, fresh_s) is colour
