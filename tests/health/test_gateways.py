"""Gateways of payment codes in the lane's health: two ports, one device, and no false alarm."""

from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device, device_of
from kiosk.core.health.observations import PortFault, PortLost, PortOpened


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
