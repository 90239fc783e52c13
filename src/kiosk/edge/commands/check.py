"""`kiosk check`: names every fault of a configuration, then looks at ports and folders.

Nothing is opened, created or sent: opening a serial port already moves its control lines.
"""

import os
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from kiosk.config import Config, Monitor, TariffTable, load
from kiosk.config.addresses import is_local
from kiosk.config.parts import board_of, camera_of, tariff_of, terminal_of
from kiosk.core.records import Stay
from kiosk.edge.devices import password_of, ports
from kiosk.edge.lanes_beside import shared
from kiosk.edge.links.shown import shown_url
from kiosk.errors import ConfigError

HOURS_SHOWN: Final = (1, 3, 24, 48)
"""Stays whose prices are printed."""


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print what would be run, one line for each part; 1 if a part cannot work as it is.

    Of several lanes of one machine, what two of them claim is a fault as well.
    """
    files: list[Path] = arguments.config
    lanes: dict[str, Config] = {}
    faults: list[str] = []
    for file in files:
        of_file = f"{file}: " if len(files) > 1 else ""
        try:
            lanes[str(file)] = config = load(file)
            found = _told(config, f"{file}\n" if of_file else "", out)
        except ConfigError as error:
            found = list(error.faults)
        faults += [fault if fault.startswith(of_file) else of_file + fault for fault in found]
    faults += shared(lanes)
    out.flush()
    if faults:
        raise ConfigError(tuple(faults))
    return 0


def _told(config: Config, head: str, out: TextIO) -> list[str]:
    """Print one lane; says what keeps a part of it from working."""
    faults = [*_password_faults(config), *_key_faults(config)]
    out.write(f"{head}{'lane':11} {config.lane.name}, {config.lane.role.value}\n")
    for name, verdict, fault in _ports(config):
        out.write(f"{name:11} {verdict}\n")
        faults += [fault] if fault else []
    for name, folder in _folders(config):
        verdict, fault = folder_state(folder)
        out.write(f"{name:11} {folder}: {verdict}\n")
        faults += [f"store.{name}: {fault}"] if fault else []
    if config.tariff is not None:
        out.write(f"{'tariff':11} {_prices(config.tariff)}\n")
        out.writelines(_by_hand(config.tariff))
    out.write(f"{'screen':11} {config.screen.listen or 'none'}\n")
    out.write(f"{'metrics':11} {_collected(config.monitor)}\n")
    return faults


def _collected(monitor: Monitor) -> str:
    """Where metrics are served, and who gets them."""
    if monitor.metrics is None:
        return "none"
    if is_local(monitor.metrics):
        return f"{monitor.metrics}, for this machine alone"
    whose = ", ".join(map(str, monitor.collectors))
    return f"{monitor.metrics}, in plain text, for {whose} alone"


def port_state(url: str) -> tuple[str, str]:
    """What is seen of this port without opening it, and what keeps it from being used (or "")."""
    if "://" in url:
        return "not tried, for a connection would show at the other end", ""
    path = Path(url)
    if not path.exists():
        return "not there", "there is no such device; /dev/serial/by-id lists what is there"
    if not path.is_char_device():
        return "no device", "expected a serial device, got another kind of file"
    if not os.access(path, os.R_OK | os.W_OK):
        return "not allowed", "this user may not use it; add it to the group `dialout`"
    holder = _holder(path)
    return (f"there, in use by {holder}" if holder else "there, free"), ""


def _password_faults(config: Config) -> tuple[str, ...]:
    try:
        if config.terminal is not None:
            password_of(config.terminal)
    except ConfigError as error:
        return error.faults
    return ()


def _key_faults(config: Config) -> tuple[str, ...]:
    try:
        if config.codes is not None:
            from kiosk.edge.codes.gateways import hosts_of

            hosts_of(config.codes)
    except ConfigError as error:
        return error.faults
    return ()


def _ports(config: Config) -> Iterator[tuple[str, str, str]]:
    """(port, what is said of it, its fault or "")."""
    seen: dict[str, str] = {}
    lines = {"barrier": board_of(config.barrier).line, "camera": camera_of(config.camera).line}
    if config.terminal is not None:
        lines["terminal"] = terminal_of(config.terminal, "").line
    gateways = {} if config.codes is None else config.codes.gateways
    for name, port in ports(config).items():
        state, fault = port_state(port.url)
        if name in gateways:
            yield name, f"{gateways[name].model}, {shown_url(port.url)}: {state}", ""
            continue
        table = getattr(config, name)
        real = os.path.realpath(port.url) if "://" not in port.url else port.url
        if real in seen:
            fault = f"expected a port of its own, got that of {seen[real]} by another name"
        seen.setdefault(real, name)
        verdict = f"{table.model}, {lines[name]}, {shown_url(port.url)}: {state}"
        yield name, verdict, f"{name}.port: {fault}" if fault else ""


def _prices(table: TariffTable) -> str:
    """What stays of some lengths cost, so that a slip in the minor units is seen at once."""
    tariff, entered = tariff_of(table), datetime(2026, 1, 1, tzinfo=UTC)
    stay = Stay("", "", entered)
    dues = (f"{h} h {tariff.fee(stay, entered + timedelta(hours=h)).due}" for h in HOURS_SHOWN)
    return f"{table.file}: {', '.join(dues)}" if table.file else ", ".join(dues)


def _by_hand(table: TariffTable) -> Iterator[str]:
    """What a tariff file has and no lane uses, so that nobody waits for the lane to charge it."""
    from kiosk.core.engine_tariff import EngineTariff  # a lane without a file loads no rules

    tariff = tariff_of(table)
    if isinstance(tariff, EngineTariff) and tariff.by_hand:
        yield f"{'':11} not at the lane, a person charges it: {', '.join(tariff.by_hand)}\n"


def _folders(config: Config) -> Iterator[tuple[str, Path]]:
    yield "folder", config.store.folder
    if config.store.keys_folder is not None:
        yield "keys_folder", config.store.keys_folder


def folder_state(folder: Path) -> tuple[str, str]:
    """What is seen of this folder, and what keeps the store from using it (or "")."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        return "no folder", f"expected a folder, got the file {there}"
    if not os.access(there, os.W_OK | os.X_OK):
        return "not allowed", f"this user may not write in {there}"
    return ("there, writable" if there == folder else "will be made"), ""


def _holder(path: Path) -> str:
    """The process that has this device open, as far as this user may see; "" if none."""
    real = os.path.realpath(path)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            held = any(os.readlink(fd) == real for fd in (process / "fd").iterdir())
            if held:
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            # Another user's process, or one that has just ended.
            continue
    return ""
