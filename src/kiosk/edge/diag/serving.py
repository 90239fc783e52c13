"""Puts the diagnostic socket of one lane together: where it listens, what it shows and decodes."""

import logging
from collections.abc import Callable

from kiosk.config import Camera, Config
from kiosk.config.parts import camera_of, terminal_of
from kiosk.core.lane.lane import Lane
from kiosk.core.shows import Show, as_record
from kiosk.edge.diag.address import address_of
from kiosk.edge.diag.port import DiagPort
from kiosk.edge.diag.snapshot import Snapshots
from kiosk.edge.diag.tap import Tap
from kiosk.edge.logs import line_of
from kiosk.edge.runtime import Runtime
from kiosk.errors import PortError
from kiosk_hw.terminals.model import Transport
from kiosk_hw.tracing.frame import Tracer

log = logging.getLogger(__name__)


def tracers(config: Config) -> dict[str, Callable[[], Tracer]]:
    """What decodes each port; no codec is loaded before somebody follows its port."""
    made: dict[str, Callable[[], Tracer]] = {
        "barrier": _modbus,
        "camera": lambda: _camera(config.camera),
    }
    if config.terminal is not None:
        serial = terminal_of(config.terminal, "").transport is Transport.SERIAL
        made["terminal"] = lambda: _zvt(serial)
    if config.codes is not None:
        made |= dict.fromkeys(config.codes.gateways, _web)
    return made


def _modbus() -> Tracer:
    from kiosk_hw.tracing.modbus import ModbusTracer

    return ModbusTracer()


def _camera(table: Camera) -> Tracer:
    from kiosk_hw.tracing.camera import CameraTracer

    return CameraTracer(camera_of(table))


def _zvt(serial: bool) -> Tracer:
    from kiosk_hw.tracing.zvt import ZvtTracer

    return ZvtTracer(serial=serial)


def _web() -> Tracer:
    from kiosk_hw.tracing.web import WebTracer

    return WebTracer()


async def started(config: Config, lane: Lane, runtime: Runtime) -> "Diagnostics | None":
    """The socket, listening. Raises PortError where it was asked for by its address."""
    address = address_of(config)
    if address is None:
        return None
    made = Diagnostics(config, address, lane, runtime)
    try:
        if config.diag.listen == "state":
            config.store.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        await made.port.start()
    except OSError as error:
        if config.diag.listen != "state":
            raise PortError(f"diag.listen: {address}: {error.strerror or error}") from error
        # A lane that nobody can look into still lets cars out.
        log.error(line_of("diag.unavailable", address=address, error=str(error)))
        return None
    log.info(line_of("diag.listening", address=address))
    return made


class Diagnostics:
    """The port, and what it is fed with."""

    def __init__(self, config: Config, address: str, lane: Lane, runtime: Runtime) -> None:
        self.snapshots = Snapshots(config.lane.name, lane, runtime)
        tap = Tap({port.name: port for port in runtime.ports}, tracers(config))
        hello = {
            "lane": config.lane.name,
            "role": config.lane.role.value,
            "run": lane.desk.run_id,
            "ports": [port.name for port in runtime.ports],
        }
        self.port = DiagPort(address, hello, self.snapshots.take, runtime.tell, tap)

    def show(self, what: Show) -> None:
        """What the lane shows reaches whoever watches, and whoever comes later."""
        self.snapshots.keep(what)
        self.port.publish(what, as_record(what))
