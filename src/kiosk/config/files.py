"""Reads a text file that a person wrote, or says in one line why it cannot be read."""

import os
import select
import stat
from pathlib import Path
from typing import Final

from kiosk.errors import ConfigError

PIPE_WAIT_S: Final = 1.0
"""How long a pipe may bring nothing; whoever writes into one has the text at hand."""


def text_of(path: Path, bytes_max: int) -> str:
    """The text of this file. Raises ConfigError."""
    try:
        data = _bytes_of(path, bytes_max + 1)
    except FileNotFoundError:
        raise ConfigError((f"{path}: there is no such file",)) from None
    except IsADirectoryError:
        raise ConfigError((f"{path}: expected a file, got a directory",)) from None
    except (OSError, ValueError) as error:
        raise ConfigError((f"{path}: cannot be read ({error})",)) from error
    if len(data) > bytes_max:
        raise ConfigError((f"{path}: expected at most {bytes_max} bytes",))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            (f"line {line}: expected UTF-8, got byte {data[error.start]:02X}",)
        ) from None


def _bytes_of(path: Path, most: int) -> bytes:
    """The first bytes of this file, or of what comes through this pipe."""
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            return file.read(most)
        data = b""
        while len(data) < most:
            if not select.select([file], [], [], PIPE_WAIT_S)[0]:
                raise TimeoutError("expected a file, got a pipe that brings nothing")
            chunk = os.read(file.fileno(), most - len(data))
            if not chunk:
                break
            data += chunk
    return data


def _without_waiting(path: str, flags: int) -> int:
    """Opens a pipe that nobody writes to as well, where the usual way waits for good."""
    return os.open(path, flags | os.O_NONBLOCK)
