"""Where the diagnostic socket of a lane is. Apart, so that whoever only calls loads no lane."""

from pathlib import Path

from kiosk.config import Config


def address_of(config: Config) -> str | None:
    """Where this lane's socket is; None for a lane without one."""
    if config.diag.listen == "none":
        return None
    if config.diag.listen == "state":
        return f"unix:{socket_path(config.store.folder.absolute(), config.lane.name)}"
    return config.diag.listen


def socket_path(folder: Path, lane: str) -> Path:
    """The socket of a lane in the folder of its store, which several lanes may share."""
    return folder / f"diag-{lane}.sock"
