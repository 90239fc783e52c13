"""Reads a text file that a person wrote, or says in one line why it cannot be read."""

from pathlib import Path

from kiosk.errors import ConfigError


def text_of(path: Path, bytes_max: int) -> str:
    """The text of this file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
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
