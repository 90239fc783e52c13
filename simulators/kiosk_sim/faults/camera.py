"""Faults of a plate camera, as they arise in it or in its cable. Each draws how bad it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kiosk_hw import catalog
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.ports.party import LineSettings
from kiosk_sim.faults.stage import Plant, Stage

BAUDS: Final = (4800, 19200, 38400, 57600, 115200)

OTHERS: Final = ("vivotek", "nedap_raw")
"""Templates without the marks of the simulated lane's camera, or with others."""


def _silent(stage: Stage, now: float) -> None:
    stage.camera.unplugged = True


def _garbled(stage: Stage, now: float) -> None:
    line = stage.camera.line
    baud = stage.rng.choice([baud for baud in BAUDS if baud != line.baud])
    stage.camera.line = LineSettings(baud, line.data_bits, line.parity, line.stop_bits)


def _echo(stage: Stage, now: float) -> None:
    stage.camera.echoes = True


def _wrong_template(stage: Stage, now: float) -> None:
    other = catalog.model("cameras", stage.rng.choice(OTHERS))
    assert isinstance(other, CameraModel)
    stage.camera.speaks = other


def _reads_nothing(stage: Stage, now: float) -> None:
    stage.camera.sight = replace(stage.camera.sight, no_read_share=stage.rng.uniform(0.97, 1.0))


def _low_confidence(stage: Stage, now: float) -> None:
    stage.camera.sight = replace(stage.camera.sight, unsure_share=stage.rng.uniform(0.97, 1.0))


FAULTS: Final[Mapping[str, Plant]] = {
    "camera.silent": _silent,
    "camera.garbled": _garbled,
    "camera.echo": _echo,
    "camera.wrong-template": _wrong_template,
    "camera.reads-nothing": _reads_nothing,
    "camera.low-confidence": _low_confidence,
}
