"""Writes what a command made into a file, or prints it."""

from pathlib import Path
from typing import TextIO

from kiosk.errors import KioskError


def write(text: str, path: Path | None, out: TextIO) -> None:
    """Write the text, and print the file's name; without a file print the text.

    Raises KioskError where the file cannot be written.
    """
    if path is None:
        out.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KioskError(f"{path}: cannot be written ({error})") from error
    out.write(f"{path}\n")
