"""Tells the log and the service manager what the doctor finds, as it changes. It judges nothing."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kiosk.core.health.doctor import Doctor
from kiosk.core.health.metrics import status_line
from kiosk.core.health.model import Device, Found
from kiosk.core.health.wording import words
from kiosk.edge.logs import line_of

BEAT_S: Final = 2.0
"""How often it is looked whether something changed; the doctor itself looks every second."""

log = logging.getLogger(__name__)


class Monitoring:
    """Follows one doctor until it is stopped."""

    def __init__(self, doctor: Doctor, say: Callable[[str], None]) -> None:
        self._doctor = doctor
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._changes = -1
        self._doubted: set[tuple[Device, str]] = set()
        self._told: dict[tuple[str, str], Found] = {}
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(0.0, self._beat)

    def stop(self) -> None:
        """Say no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        self._timer = self._loop.call_later(BEAT_S, self._beat)
        findings = self._doctor.findings
        doubted = findings.suspected.keys()
        if findings.changes == self._changes and doubted == self._doubted:
            return
        for doubt in doubted - self._doubted:
            log.info(_line("health.suspected", findings.suspected[doubt]))
        self._changes, self._doubted = findings.changes, set(doubted)
        now = {(each.device.value, each.code): each for each in findings.holding.values()}
        for key in now.keys() - self._told.keys():
            log.warning(_line("health.found", now[key]))
        for key in self._told.keys() - now.keys():
            log.info(_line("health.ended", self._told[key]))
        self._told = now
        self._say(status_line(self._doctor.report(self._loop.time())))


def _line(step: str, found: Found) -> str:
    facts = {"device": found.device.value, "code": found.code, "name": words(found.code).name}
    return line_of(step, **facts, **{f"saw_{name}": text for name, text in found.evidence})
