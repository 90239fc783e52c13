"""What a checked table is made into: tariff, wiring, device models, line settings. Opens nothing.

Raises ValueError, in the words of the part itself, for values that make no part together.
"""

from dataclasses import fields, replace
from functools import lru_cache
from typing import Final, cast

from kiosk.config.devices import Barrier, Camera, Terminal, Wiring
from kiosk.config.schema import TariffTable
from kiosk.core.tariff import SimpleTariff, Tariff
from kiosk_hw import catalog
from kiosk_hw.barriers import model as boards
from kiosk_hw.cameras.custom import CustomCamera
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.terminals.model import TerminalModel

TARIFFS_KEPT: Final = 1
"""One process drives one lane, which has one tariff."""


@lru_cache(maxsize=TARIFFS_KEPT)
def tariff_of(table: TariffTable) -> Tariff:
    """The tariff of `[tariff]`, the same each time. Raises ConfigError for an unproven file.

    The check of the configuration has read the file and held it to its worked fees; the lane that
    runs prices with that tariff, whatever becomes of the file.
    """
    if table.file is None:
        told = {item.name: getattr(table, item.name) for item in fields(table)}
        del told["file"]
        return SimpleTariff(**told)
    # A lane without a tariff file never loads its rules.
    from kiosk.config.tariff_file import read_proven
    from kiosk.core.engine_tariff import EngineTariff

    tariff = read_proven(table.file)
    return EngineTariff(tariff.file, tariff.zone)


def wiring_of(table: Wiring) -> boards.Wiring:
    """The wiring of `[barrier.wiring]`; its keys are the board's own names."""
    return boards.Wiring(**{item.name: getattr(table, item.name) for item in fields(table)})


def board_of(table: Barrier) -> boards.BarrierModel:
    """The board of `[barrier]`, at its unit and on its line."""
    model = cast(boards.BarrierModel, catalog.model("barriers", table.model))
    return replace(model, unit=table.unit, line=line_of(model.line, table.baud))


def camera_of(table: Camera) -> CameraModel:
    """The camera of `[camera]`, from the catalog or from `[camera.custom]`."""
    model = cast(CameraModel, catalog.model("cameras", table.model))
    line = line_of(model.line, table.baud)
    if table.custom is None:
        return replace(model, line=line)
    told = {item.name: getattr(table.custom, item.name) for item in fields(table.custom)}
    return CustomCamera(**told).model(line)


def terminal_of(table: Terminal, password: str) -> TerminalModel:
    """The terminal of `[terminal]`, with the password that was read for it."""
    model = cast(TerminalModel, catalog.model("terminals", table.model))
    return replace(
        model,
        line=line_of(model.line, table.baud),
        password=password,
        goods_timeout_s=table.goods_timeout_s,
    )


def line_of(line: LineSettings, baud: int | None) -> LineSettings:
    """The model's line, at the speed that is set."""
    return line if baud is None else replace(line, baud=baud)
