"""Reads files that hold a password or a key. No fault shows a part of what is in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.errors import ConfigError


@dataclass(frozen=True, slots=True)
class _Kind:
    """Who may do what with a file of this kind."""

    forbidden: int
    """The mode bits that it must not have."""
    mode: str
    """What cures it."""
    wanted: str


_SECRET: Final = _Kind(0o007, "600", "expected a file for this user alone")
_PUBLIC: Final = _Kind(0o002, "644", "expected a file that not everybody can change")


def read_secret(path: Path, key: str, bytes_max: int) -> bytes:
    """The bytes of a file that only this user and its group may touch. Raises ConfigError."""
    return _read(path, key, bytes_max, _SECRET)


def read_public(path: Path, key: str, bytes_max: int) -> bytes:
    """The bytes of a file that everybody may read, but not everybody change."""
    return _read(path, key, bytes_max, _PUBLIC)


def _read(path: Path, key: str, bytes_max: int, kind: _Kind) -> bytes:
    try:
        if path.stat().st_mode & kind.forbidden:
            cure = f"chmod {kind.mode} {path}"
            raise ConfigError((f"{key}: {kind.wanted}, got one for all: {cure}",))
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise ConfigError((f"{key}: {path} cannot be read ({error.strerror})",)) from None
    if len(data) > bytes_max:
        raise ConfigError((f"{key}: expected at most {bytes_max} bytes in {path}",))
    return data
