"""Makes the parties and ports of one lane out of its configuration. Opens no port."""

from kiosk.config import Barrier, Camera, Config, Terminal
from kiosk.config.parts import board_of, camera_of, tariff_of, terminal_of, wiring_of
from kiosk.config.spelling import password
from kiosk.edge.links import Redact, keep_all, mask_text
from kiosk.edge.port import PortConfig
from kiosk.edge.secret_file import read_secret
from kiosk.errors import ConfigError
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.hosts.line_camera import LineCamera
from kiosk_hw.ports.party import Party

_REDACTIONS: dict[str, Redact | None] = {
    "barrier": keep_all,
    "camera": mask_text,
    "terminal": None,
}
"""A board sees neither plate nor card; a camera's text is masked; a terminal's is lengths alone."""


def parties(config: Config) -> dict[str, Party]:
    """The host's half of each device, by the name of its port.

    Raises ConfigError for a file of a password or key that cannot be used.
    """
    barrier, camera, terminal = config.barrier, config.camera, config.terminal
    made: dict[str, Party] = {
        "barrier": BarrierBoard(
            board_of(barrier),
            wiring_of(barrier.wiring),
            pulse_ms=barrier.pulse_ms,
            poll_busy_s=barrier.poll_busy_ms / 1000,
            poll_idle_s=barrier.poll_idle_ms / 1000,
        ),
        "camera": LineCamera(camera_of(camera), confidence_min=camera.confidence_min_percent / 100),
    }
    if terminal is not None and config.tariff is not None:
        # A lane without a terminal never loads the largest of all protocols.
        from kiosk_hw.hosts.zvt_ecr import ZvtTerminal

        model = terminal_of(terminal, password_of(terminal))
        made["terminal"] = ZvtTerminal(model, currency=tariff_of(config.tariff).currency)
    if config.codes is not None:
        # A lane without codes loads neither cryptography nor h11.
        from kiosk.edge.codes.gateways import hosts_of

        made |= hosts_of(config.codes)
    return made


def ports(config: Config) -> dict[str, PortConfig]:
    """Where each device is, and what of its bytes a recording may keep."""
    tables: dict[str, Barrier | Camera | Terminal | None] = {
        "barrier": config.barrier,
        "camera": config.camera,
        "terminal": config.terminal,
    }
    made = {
        name: PortConfig(
            table.port,
            record=None if table.record_file is None else str(table.record_file),
            redact=_REDACTIONS[name],
        )
        for name, table in tables.items()
        if table is not None
    }
    if config.codes is not None:
        from kiosk.edge.codes.gateways import url_of

        for name, gateway in config.codes.gateways.items():
            # Bodies name payers and orders: of these ports nothing is recorded, nor shown.
            made[name] = PortConfig(url_of(gateway), ca_file=gateway.ca_file)
    return made


def password_of(terminal: Terminal) -> str:
    """The terminal's password, from the configuration or its file. No error shows a part of it."""
    path = terminal.password_file
    if path is None:
        assert terminal.password is not None, "checked when the configuration was read"
        return terminal.password
    try:
        return password(read_secret(path, "terminal.password_file", 64).decode("ascii").strip())
    except ValueError:
        fault = f"expected 6 digits in {path}, got something else"
        raise ConfigError((f"terminal.password_file: {fault}",)) from None
