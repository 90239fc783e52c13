"""Gateways of payment codes in the lane's health: two ports, one device, and no false alarm."""

import pytest

from health.told import found, holding, told
from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device, device_of
from kiosk.core.health.observations import PortFault, PortLost, PortOpened
from kiosk_hw.ports.gateway import GatewayBlocked, GatewayReady, GatewaySilent


def test_a_port_of_a_device_is_that_device_and_any_other_is_a_gateway():
    assert [device_of(name) for name in ("barrier", "camera", "terminal")] == [
        Device.BARRIER,
        Device.CAMERA,
        Device.TERMINAL,
    ]
    assert [device_of(name) for name in ("wechat", "alipay")] == [Device.GATEWAY] * 2


def test_a_web_server_may_hang_up_as_often_as_it_likes():
    doctor = Doctor({}, 12.0)
    for second in range(100):
        doctor.observe(PortOpened("wechat"), second)
        doctor.observe(PortLost("wechat", PortFault.HUNG_UP, "web", "idle"), second + 0.5)
    assert doctor.findings.holding == {}
    for second in range(100):
        doctor.observe(PortOpened("terminal"), second)
        doctor.observe(PortLost("terminal", PortFault.HUNG_UP, "line", "gone"), second + 0.5)
    assert doctor.findings.holding != {}, "of a device's line it is a fault"


def says(at, event):
    return (at, (event.gateway, event))


AWAY = GatewaySilent("wechat", "no answer")

STORIES = [
    ("gateway.unreachable", [says(10.0, AWAY)]),
    ("gateway.clock-refused", [says(10.0, GatewayBlocked("wechat", "CLOCK_OFF", ""))]),
    ("gateway.clock-refused", [says(10.0, GatewayBlocked("alipay", "isv.invalid-timestamp", ""))]),
    ("gateway.signature-refused", [says(10.0, GatewayBlocked("wechat", "SIGN_ERROR", ""))]),
    ("gateway.signature-refused",
     [says(10.0, GatewayBlocked("alipay", "isv.missing-signature-key", ""))]),
    ("gateway.platform-key", [says(10.0, GatewayBlocked("wechat", "ANSWER_UNVERIFIED", ""))]),
    ("gateway.platform-key", [says(10.0, GatewayBlocked("wechat", "PLATFORM_KEY_UNKNOWN", ""))]),
    ("gateway.refuses", [says(10.0, GatewayBlocked("wechat", "NO_AUTH", ""))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "lines"), STORIES)
def test_what_a_gateway_says_is_called_by_its_name_until_it_is_ready(code, lines):
    assert found(told(lines, 20.0)) == {code}
    ((_, (port, event)),) = lines
    mended = told([*lines, says(20.0, GatewayReady(event.gateway))], 22.0)
    assert holding(mended) == set(), port


def test_a_gateway_that_is_back_at_once_was_never_away():
    assert found(told([says(10.0, AWAY), says(14.0, GatewayReady("wechat"))], 30.0)) == set()


def test_one_gateway_that_is_back_does_not_excuse_the_other():
    lines = [says(10.0, AWAY), says(10.0, GatewaySilent("alipay", "no answer"))]
    doctor = told([*lines, says(20.0, GatewayReady("wechat"))], 30.0)
    assert holding(doctor) == {"gateway.unreachable"}
    (away,) = doctor.findings.of(Device.GATEWAY)
    assert dict(away.evidence) == {"alipay": "no answer"}
