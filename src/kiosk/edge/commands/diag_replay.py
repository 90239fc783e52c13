"""`kiosk diag replay`: prints what a recording says, frame by frame."""

from argparse import Namespace
from typing import TextIO, cast

from kiosk.edge.commands.diag_trace import frame_line
from kiosk.edge.diag.recording import frames, told
from kiosk.errors import KioskError
from kiosk_hw import catalog
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.tracing.camera import CameraTracer
from kiosk_hw.tracing.frame import Tracer
from kiosk_hw.tracing.modbus import ModbusTracer
from kiosk_hw.tracing.zvt import ZvtTracer


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print each frame; 1 if any was faulty."""
    header = told(arguments.file, "")
    faulty = False
    for frame in frames(arguments.file, _tracer(header, arguments.model)):
        faulty = faulty or bool(frame.fault)
        out.write(frame_line(frame.as_record()) + "\n")
    return 1 if faulty else 0


def _tracer(header: dict[str, str], model: str | None) -> Tracer:
    match header["port"]:
        case "barrier":
            return ModbusTracer()
        case "terminal":
            return ZvtTracer(serial=not str(header.get("url", "")).startswith("socket:"))
        case "camera":
            if model is None:
                raise KioskError("--model: expected the camera's model, as kiosk.toml has it")
            try:
                return CameraTracer(cast(CameraModel, catalog.model("cameras", model)))
            except LookupError as error:
                raise KioskError(f"--model: {error}") from None
    raise KioskError(f"expected a recording of a device, got one of {header['port']!r}")
