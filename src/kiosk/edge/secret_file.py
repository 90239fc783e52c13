"""Reads files that hold a password or a key. No fault shows a part of what is in them."""

from pathlib import Path

from kiosk.errors import ConfigError

OTHERS_READ = 0o007
OTHERS_WRITE = 0o002


def read_secret(path: Path, key: str, bytes_max: int) -> bytes:
    """The bytes of a file that only this user and its group may touch. Raises ConfigError."""
    return _read(path, key, bytes_max, OTHERS_READ, "expected a file for this user alone")


def read_public(path: Path, key: str, bytes_max: int) -> bytes:
    """The bytes of a file that everybody may read, but not everybody change."""
    return _read(
        path, key, bytes_max, OTHERS_WRITE, "expected a file that not everybody can change"
    )


def _read(path: Path, key: str, bytes_max: int, forbidden: int, wanted: str) -> bytes:
    try:
        if path.stat().st_mode & forbidden:
            mode = "600" if forbidden == OTHERS_READ else "644"
            raise ConfigError((f"{key}: {wanted}, got one for all: chmod {mode} {path}",))
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise ConfigError((f"{key}: {path} cannot be read ({error.strerror})",)) from None
    if len(data) > bytes_max:
        raise ConfigError((f"{key}: expected at most {bytes_max} bytes in {path}",))
    return data
