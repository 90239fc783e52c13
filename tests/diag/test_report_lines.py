"""The lines of a snapshot for people: each port with the health of its device, and what else is."""

from diag.told_lane import device, port, snapshot, suspected, with_gateways
from kiosk.edge.diag.report_lines import device_lines, fault_lines, is_well


def told(record: dict[str, object]) -> list[str]:
    return list(device_lines(record["snapshot"]))  # type: ignore[arg-type]


def test_each_gateway_is_told_once_with_the_health_that_they_have_together():
    lines = told(with_gateways())
    assert [line.split()[:2] for line in lines] == [
        ["barrier", "ok"],
        ["camera", "ok"],
        ["terminal", "ok"],
        ["wechat", "ok"],
        ["alipay", "ok"],
        ["store", "ok"],
    ]
    assert "8N1" not in lines[3]


def test_a_device_without_a_port_has_a_line_of_its_own():
    record = snapshot(ports={"barrier": port(device="barrier")})
    record["snapshot"]["health"]["devices"] = {
        "barrier": device("barrier", colour="old"),
        "clock": device("clock", seen_s=None),
    }
    barrier, clock = told(record)
    assert barrier.split()[:2] == ["barrier", "old"]
    assert "not seen yet" in clock


def test_a_suspicion_is_told_as_one_and_makes_no_lane_ill():
    told = suspected("camera", "camera.echo")["snapshot"]
    first, cure = fault_lines(told)
    assert first.startswith("camera: suspected, the next cars tell: ")
    assert first.endswith("(camera.echo): cars 1")
    assert cure.startswith("    cure     ")
    assert is_well(told)
