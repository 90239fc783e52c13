"""The log and the service manager hear of each fault once, when it is found and when it ends."""

import asyncio
import logging

from edge.waiting import until
from kiosk.core.health.doctor import Doctor
from kiosk.core.health.observations import DiskSeen
from kiosk.edge.monitor import monitoring
from kiosk.edge.monitor.monitoring import Monitoring

SOUND = DiskSeen(9_000_000_000, 16_000_000_000)
FULL = DiskSeen(0, 16_000_000_000)


def test_a_suspicion_is_told_once_as_such(monkeypatch, caplog):
    monkeypatch.setattr(monitoring, "BEAT_S", 0.01)
    caplog.set_level(logging.INFO, logger="kiosk.edge.monitor.monitoring")
    said: list[str] = []

    async def run() -> None:
        doctor = Doctor({}, 6.0)
        watch = Monitoring(doctor, said.append)
        doctor.findings.suspect("camera.echo", 1.0)
        await until(lambda: said[-1:] == ["no fault found; suspected: camera.echo"])
        doctor.findings.suspect("camera.silent", 2.0)
        doctor.findings.drop(3.0, "camera.echo")
        await until(lambda: said[-1] == "no fault found; suspected: camera.silent")
        watch.stop()

    asyncio.run(run())
    steps = [record.getMessage().split()[0] for record in caplog.records]
    assert steps == ["health.suspected", "health.suspected"]


def test_a_fault_is_told_once_and_its_end_once(monkeypatch, caplog):
    monkeypatch.setattr(monitoring, "BEAT_S", 0.01)
    caplog.set_level(logging.INFO, logger="kiosk.edge.monitor.monitoring")
    said: list[str] = []

    async def run() -> None:
        doctor = Doctor({}, 6.0)
        watch = Monitoring(doctor, said.append)
        await until(lambda: said == ["no fault found"])
        doctor.observe(FULL, 1.0)
        await until(lambda: said[-1] == "1 found: disk.full")
        doctor.observe(FULL, 2.0)
        doctor.observe(SOUND, 3.0)
        await until(lambda: said[-1] == "no fault found")
        watch.stop()
        doctor.observe(FULL, 4.0)
        later = asyncio.get_running_loop().time() + 0.05
        await until(lambda: asyncio.get_running_loop().time() > later)

    asyncio.run(run())
    assert said == ["no fault found", "1 found: disk.full", "no fault found"]
    steps = [record.getMessage().split()[0] for record in caplog.records]
    assert steps == ["health.found", "health.ended"]
    assert "code=disk.full" in caplog.records[0].getMessage()
