"""A lane's name in a store that lanes share: the tag in its ids, held by one process at a time."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from kiosk.config import Config
from kiosk.edge.logs import line_of
from kiosk.edge.store.database import FILE_MODE, FOLDER_MODE
from kiosk.errors import JournalError

LANE_TAG_CHARS: Final = 6
"""How much of its name's hash stands in a lane's ids: gateways take ids of 32 characters."""

TAKEN: Final = -1

log = logging.getLogger(__name__)


def tag_of(config: Config) -> str:
    """How the ids of every run of this lane begin; an entry and an exit may share a name."""
    role = "entry " if config.tariff is None else ""
    return sha256(f"{role}{config.lane.name}".encode()).hexdigest()[:LANE_TAG_CHARS]


@contextmanager
def held(config: Config) -> Iterator[None]:
    """Nobody else runs a lane of this name on its store, for as long as this lasts.

    A second one would take the first one's open orders for its own, and settle them at another
    terminal. The lock ends with the process, however that ends. A folder that cannot be written
    keeps no lane from running: its store writes no order there either.

    Raises JournalError where the name is taken.
    """
    folder, name = config.store.folder, config.lane.name
    lock = _locked(folder / f"lane-{tag_of(config)}.lock")
    if lock == TAKEN:
        raise JournalError(
            f"lane.name: expected a name that no other lane of {folder} has, got {name!r}, which"
            " runs already; give each lane of a site its own name, or stop the other process"
        )
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _locked(path: Path) -> int | None:
    """The locked file; `TAKEN` where another process has it, None where no lock can be had."""
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    except OSError as error:
        log.warning(line_of("lane.name.not_held", error=error.strerror))
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        if isinstance(error, BlockingIOError):
            return TAKEN
        log.warning(line_of("lane.name.not_held", error=error.strerror))
        return None
    return file
