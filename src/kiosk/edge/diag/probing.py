"""Asks the ports of a lane that does not run, with questions that change nothing anywhere.

A board is asked for its inputs, a terminal for its status, a camera is listened to. What does not
answer as it is set is asked at other speeds, parities, addresses and framings.
"""

import asyncio
import time
from pathlib import Path
from typing import Any, Final

from kiosk.config import Barrier, Camera, Config, Terminal
from kiosk.config.parts import board_of, camera_of, terminal_of
from kiosk.core.health.doctor import Doctor
from kiosk.core.health.model import Device, device_of
from kiosk.core.health.observations import PortOpened
from kiosk.edge.devices import ports
from kiosk.edge.diag.elsewhere import found_at
from kiosk.edge.diag.questions import (
    board_questions,
    dialect_of,
    terminal_questions,
)
from kiosk.edge.diag.wire import Wire
from kiosk.edge.links import LinkLost
from kiosk.edge.links.shown import shown_url
from kiosk.edge.links.web_link import WebLink
from kiosk.edge.monitor.machine import look, port_lost, wear
from kiosk.edge.port import PortConfig
from kiosk.edge.store.store import KEYS_NAME
from kiosk.errors import UsageError
from kiosk_hw.ports.barrier import BoardSilent
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.search import (
    BoardFound,
    BoardNowhere,
    Dialect,
    TerminalFound,
    TerminalNowhere,
)
from kiosk_hw.ports.terminal import TerminalBlocked, TerminalReady, TerminalSilent
from kiosk_hw.terminals.model import Transport
from kiosk_hw.tracing.camera import CameraTracer
from kiosk_hw.tracing.frame import Frame
from kiosk_hw.zvt.codes import READY, status_meaning

OF_MACHINE: Final = ("clock", "disk", "store")
"""What is checked besides ports."""

LISTEN_S: Final = 10.0
"""How long a camera is listened to where nobody says how long: one car, or its sign of life."""


def probed(config: Config, device: str | None, listen_s: float | None) -> dict[str, Any]:
    """The health of the machine and of each port, or of one, as plain values."""
    wanted = {name: port for name, port in ports(config).items() if device in (None, name)}
    if not wanted and device not in OF_MACHINE:
        known = ", ".join((*ports(config), *OF_MACHINE))
        raise UsageError(f"{device}: expected one of {known}")
    doctor = Doctor(dict.fromkeys(wanted, dict), config.lane.arm_travel_s)
    if device is None or device in OF_MACHINE:
        keys = (config.store.keys_folder or config.store.folder / "keys") / KEYS_NAME
        for seen in look(config.store.folder, keys, {n: port.url for n, port in wanted.items()}):
            doctor.observe(seen, time.monotonic())
        if worn := wear(config.store.folder):
            doctor.note(Device.DISK, worn=worn)
    for name, port in wanted.items():
        seek = _Seek(config, doctor, name)
        try:
            if port.url.startswith(("http://", "https://")):
                _gateway(doctor, name, port)
            else:
                _probe(seek, getattr(config, name), port.url, listen_s or LISTEN_S)
        except LinkLost as error:
            doctor.observe(port_lost(name, error, port.url), time.monotonic())
            seek.elsewhere()
    doctor.tick(time.monotonic())
    return doctor.report(time.monotonic()).as_record()


class _Seek:
    """The first question to one device, for the other ports of this machine."""

    def __init__(self, config: Config, doctor: Doctor, name: str) -> None:
        self.doctor = doctor
        self._config = config
        self._name = name

    def elsewhere(self) -> bool:
        """Whether the device answers at another port; the doctor is told where."""
        config = self._config
        if self._name == "barrier":
            question = board_questions(board_of(config.barrier))[0]
        elif self._name == "terminal" and config.terminal is not None:
            model = terminal_of(config.terminal, "")
            if model.transport is not Transport.SERIAL:
                return False
            question = terminal_questions(model.line, True)[0]
        else:
            return False
        path = found_at(config, self._name, question)
        if path is not None:
            self.doctor.note(device_of(self._name), answers_at=path)
        return path is not None


def _probe(seek: _Seek, table: Barrier | Camera | Terminal, url: str, listen_s: float) -> None:
    match table:
        case Barrier():
            name, line = "barrier", board_of(table).line
        case Camera():
            name, line = "camera", camera_of(table).line
        case Terminal():
            name, line = "terminal", terminal_of(table, "").line
    wire = Wire(url, line)
    try:
        seek.doctor.observe(PortOpened(name, shown_url(url)), time.monotonic())
        match table:
            case Barrier():
                _board(seek, wire, table)
            case Camera():
                _camera(seek.doctor, wire, table, listen_s)
            case Terminal():
                _terminal(seek, wire, table)
    finally:
        wire.close()


def _board(seek: _Seek, wire: Wire, table: Barrier) -> None:
    model, doctor = board_of(table), seek.doctor
    first, *others = board_questions(model)
    verdict = wire.ask(first)
    now = time.monotonic()
    if verdict is not None:
        doctor.note(Device.BARRIER, answers=verdict.says)
        return
    doctor.hear("barrier", BoardSilent("no answer to a question that harms not"), now)
    for question in () if seek.elsewhere() else others:
        if wire.ask(question) is not None:
            found = BoardFound(question.line, question.unit, model.line, model.unit)
            doctor.hear("barrier", found, time.monotonic())
            return
    doctor.hear("barrier", BoardNowhere(1 + len(others)), time.monotonic())


def _terminal(seek: _Seek, wire: Wire, table: Terminal) -> None:
    model, doctor = terminal_of(table, ""), seek.doctor
    first, *others = terminal_questions(model.line, model.transport is Transport.SERIAL)
    verdict = wire.ask(first)
    now = time.monotonic()
    if verdict is not None:
        doctor.note(Device.TERMINAL, answers=verdict.says)
        if verdict.status in (None, READY):
            doctor.hear("terminal", TerminalReady(""), now)
        else:
            cure = status_meaning(verdict.status).cure
            doctor.hear("terminal", TerminalBlocked(verdict.status, cure), now - 60.0)
        return
    doctor.hear("terminal", TerminalSilent("no answer to a question that harms not"), now)
    dialect = dialect_of(wire.heard)
    if dialect is not None:
        doctor.hear("terminal", TerminalFound(dialect, "what it answers"), now)
    for question in () if dialect is Dialect.TEXT or seek.elsewhere() else others:
        if wire.ask(question) is not None and question.dialect is not None:
            found = TerminalFound(question.dialect, str(question.line))
            doctor.hear("terminal", found, time.monotonic())
            return
    if dialect is None:
        doctor.hear("terminal", TerminalNowhere(1 + len(others)), time.monotonic())


def _gateway(doctor: Doctor, name: str, port: PortConfig) -> None:
    """Connect, with TLS and its verification, and hang up: nothing is asked of a gateway."""
    why = asyncio.run(reached(port.url, port.ca_file))
    if why is not None:
        raise why
    doctor.observe(PortOpened(name, shown_url(port.url)), time.monotonic())
    doctor.note(Device.GATEWAY, answers=f"{name} can be reached")


async def reached(url: str, ca_file: Path | None) -> LinkLost | None:
    """Why a web server cannot be reached; None if it can."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[LinkLost | None] = loop.create_future()

    def end(why: LinkLost | None) -> None:
        if not ended.done():
            ended.set_result(why)

    link = WebLink(url, LineSettings(9600), loop, lambda data: None, end, ca_file=ca_file)
    link.open(lambda: end(None))
    why = await ended
    link.close()
    return why


def _camera(doctor: Doctor, wire: Wire, table: Camera, listen_s: float) -> None:
    """A camera that says nothing while no car comes is sound: nothing is concluded of silence."""
    tracer = CameraTracer(camera_of(table))
    ends = time.monotonic() + listen_s
    frames: list[Frame] = []
    while (now := time.monotonic()) < ends and not any(not frame.fault for frame in frames):
        data = wire.hear()
        if data:
            frames += tracer.feed("rx", data, now)
        elif tracer.deadline() <= now:
            frames += tracer.tick(now)
    good = [frame for frame in frames if not frame.fault]
    if good:
        doctor.note(Device.CAMERA, heard=good[0].text)
    elif frames:
        code = "camera.wrong-template" if frames[-1].fault == "content" else "camera.garbled"
        doctor.findings.find(code, time.monotonic(), Device.CAMERA, {"heard": frames[-1].text})
    else:
        doctor.note(Device.CAMERA, heard=f"nothing in {listen_s:.0f} s; let a car pass")
