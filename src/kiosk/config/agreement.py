"""What the tables of `kiosk.toml` demand of each other, and of the catalog of device models.

Each check yields one line for each fault, and looks at fields that are sound by themselves.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

from kiosk.config.addresses import is_local, shared_addresses
from kiosk.config.checking import shown
from kiosk.config.codes_agreement import codes_disagreements, drawing_disagreements
from kiosk.config.devices import Barrier, Camera, Terminal
from kiosk.config.parts import board_of, camera_of, tariff_of, terminal_of
from kiosk.config.schema import Config, Monitor, Page, PageConfig, Plates, TariffTable
from kiosk.core.settings import Role
from kiosk.errors import ConfigError
from kiosk_hw.barriers.model import BarrierModel, Contact
from kiosk_hw.lines.pattern_bounds import check_pattern
from kiosk_hw.ports.plate import PLATE_CHARS_MAX
from kiosk_hw.terminals.model import Transport
from kiosk_hw.zvt import currencies

CUSTOM_CAMERA: Final = "custom"
"""The camera model whose telegrams stand in the configuration itself."""

DEVICES: Final = ("barrier", "camera", "terminal")


def disagreements(config: Config) -> Iterator[str]:
    """One line for each fault between keys."""
    tables = {item.name: getattr(config, item.name) for item in fields(Config)}
    yield from shared_ports(tables)
    yield from shared_addresses(tables)
    yield from _role(config)
    yield from _polls(config.barrier)
    yield from _wiring(config.barrier, board_of(config.barrier))
    yield from _camera(config.camera)
    if config.terminal is not None:
        yield from _terminal(config.terminal, config.lane.arm_travel_s)
        yield from _transport(config.terminal)
    if config.tariff is not None:
        yield from _tariff(config.tariff, config.terminal)
    if config.codes is not None and config.lane.role is Role.EXIT:
        yield from codes_disagreements(config.codes, config.tariff)
        yield from drawing_disagreements(config.screen.page)
    yield from _plates(config.plates)
    if config.page is not None:
        yield from _page(config.page)
    yield from _monitor(config.monitor)


def _monitor(monitor: Monitor) -> Iterator[str]:
    """Metrics are served beyond this machine to those that are named, and to nobody else."""
    if monitor.metrics is None or is_local(monitor.metrics):
        return
    if all(network.is_loopback for network in monitor.collectors):
        yield (
            "monitor.collectors: expected who may collect from other machines, such as"
            f' ["192.0.2.10"], for metrics at {monitor.metrics}, got this machine alone'
        )


def page_disagreements(config: PageConfig) -> Iterator[str]:
    """The same for what the pay page reads."""
    yield from _tariff(config.tariff, None)
    yield from _plates(config.plates)
    yield from _page(config.page)


def _page(page: Page) -> Iterator[str]:
    if not page.languages:
        yield "page.languages: expected a language, got none"


def _plates(plates: Plates) -> Iterator[str]:
    for number, source in enumerate(plates.own_patterns):
        try:
            check_pattern(re.compile(source), PLATE_CHARS_MAX)
        except ValueError as error:
            yield f"plates.own_patterns[{number}]: {str(error).removeprefix('pattern: ')}"
    if not plates.grammars and not plates.own_patterns:
        yield "plates.grammars: expected a country, or a pattern in own_patterns, got neither"


def shared_ports(tables: Mapping[str, object]) -> Iterator[str]:
    """One line for each device that claims another one's port; works on unchecked tables too."""
    taken: dict[str, str] = {}
    for name in DEVICES:
        table = tables.get(name)
        port = table.get("port") if isinstance(table, dict) else getattr(table, "port", None)
        if not isinstance(port, str):
            continue
        if port in taken:
            yield f"{name}.port: expected a port of its own, got that of {taken[port]}"
        taken.setdefault(port, name)


def _role(config: Config) -> Iterator[str]:
    if config.lane.role is Role.EXIT:
        if config.tariff is None:
            yield "tariff: missing (an exit lane must know what a stay costs)"
        return
    for name in ("terminal", "tariff", "codes"):
        if getattr(config, name) is not None:
            yield f"{name}: expected no such table in an entry lane, which takes no money"


def _polls(barrier: Barrier) -> Iterator[str]:
    if barrier.poll_busy_ms > barrier.poll_idle_ms:
        yield (
            f"barrier.poll_busy_ms: expected at most poll_idle_ms = {barrier.poll_idle_ms},"
            f" got {barrier.poll_busy_ms}"
        )


def _wiring(barrier: Barrier, board: BarrierModel) -> Iterator[str]:
    taken: dict[str, str] = {}
    for item in fields(barrier.wiring):
        value = getattr(barrier.wiring, item.name)
        if value is None:
            continue
        is_input = isinstance(value, Contact)
        number = value.channel if is_input else value
        contact = f"{'DI' if is_input else 'DO'}{number}"
        if contact in taken:
            yield f"barrier.wiring.{item.name}: {contact} is wired as {taken[contact]} already"
        taken.setdefault(contact, item.name)
        if number > (board.profile.inputs if is_input else board.profile.outputs):
            yield f"barrier.wiring.{item.name}: {barrier.model} has no {contact}"


def _camera(camera: Camera) -> Iterator[str]:
    if camera.model == CUSTOM_CAMERA:
        if camera.custom is None:
            yield 'camera.custom: missing (the telegrams of model = "custom")'
            return
        try:
            camera_of(camera)
        except ValueError as error:
            yield f"camera.custom.{error}"
    elif camera.custom is not None:
        yield f'camera.custom: expected model = "custom" with it, got {camera.model!r}'


def _terminal(terminal: Terminal, arm_travel_s: float) -> Iterator[str]:
    if (terminal.password is None) == (terminal.password_file is None):
        count = "neither" if terminal.password is None else "both"
        yield f"terminal.password_file: expected this or password, got {count}"
    # The arm may be tried twice before the money is let go.
    if terminal.goods_timeout_s <= 2 * arm_travel_s:
        yield (
            f"terminal.goods_timeout_s: expected more than twice lane.arm_travel_s ="
            f" {arm_travel_s}, got {terminal.goods_timeout_s}"
        )


def _transport(terminal: Terminal) -> Iterator[str]:
    if terminal_of(terminal, "").transport is not Transport.TCP:
        return
    if not terminal.port.startswith("socket://"):
        yield f"terminal.port: expected socket://address:20007, got {shown(terminal.port)}"
    if terminal.baud is not None:
        yield f"terminal.baud: expected none, for {terminal.model} has no line speed"


def _tariff(table: TariffTable, terminal: Terminal | None) -> Iterator[str]:
    simple = (table.currency, table.block_min, table.block_amount_minor)
    if table.file is None and None in simple:
        return  # What is missing is named already.
    try:
        currency = tariff_of(table).currency
    except ConfigError as error:
        yield from (f"tariff.file: {fault}" for fault in error.faults)
        return
    except ValueError as error:
        yield f"tariff: {error}"
        return
    if terminal is not None and currency not in currencies.NUMBERS:
        known = ", ".join(currencies.NUMBERS)
        key = "currency" if table.file is None else "file"
        yield f"tariff.{key}: expected one of {known} at a terminal, got {currency}"


def tariff_file_faults(table: object, folder: Path) -> Iterator[str]:
    """One line for each fault of the tariff file that this unchecked `[tariff]` names."""
    name = table.get("file") if isinstance(table, dict) else None
    if isinstance(name, str) and name.isprintable() and name:
        try:
            tariff_of(TariffTable(file=folder / name))
        except ConfigError as error:
            yield from (f"tariff.file: {fault}" for fault in error.faults)


def tariff_choice(table: object) -> Iterator[str]:
    """One line for each key of `[tariff]` that is too much or missing; takes unchecked tables."""
    if not isinstance(table, dict):
        return
    known = {item.name: item for item in fields(TariffTable)}
    if "file" in table:
        for name in table:
            if name in known and name != "file":
                yield f"tariff.{name}: expected none beside file, which says all of it"
        return
    for name in ("currency", "block_min", "block_amount_minor"):
        if name not in table:
            yield f"tariff.{name}: missing ({known[name].metadata['purpose']})"
