"""Writes frames of a running lane as a recording, and reads a recording as frames again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from kiosk.edge.links.recorder import FORMAT
from kiosk.errors import PortError
from kiosk_hw.tracing.frame import Frame, Tracer

LINE_BYTES_MAX: Final = 32 * 1024
"""The longest line of a recording."""

NOTES_MAX: Final = 1_000_000
"""Notes of one recording that are read: a day of polling has as many."""


def header(port: str, snapshot: dict[str, Any]) -> str:
    """The first line of a recording."""
    told = snapshot["ports"][port]
    return json.dumps(
        {
            "kiosk_recording": FORMAT,
            "port": port,
            "url": told["url"],
            "line": told["line"],
            "bytes": "redacted",
            "started_utc": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
    )


def note(record: dict[str, Any]) -> str:
    """One frame: its bytes where they may be kept, else how many there were."""
    frame = record["frame"]
    head = {"t": frame["at_s"], "d": frame["d"]}
    kept = record.get("kept")
    return json.dumps({**head, "x": kept} if kept is not None else {**head, "n": frame["n"]})


def told(path: Path, port: str) -> dict[str, Any]:
    """The header of a recording of this port. Raises PortError."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            found = json.loads(file.readline(LINE_BYTES_MAX))
        if found["kiosk_recording"] != FORMAT:
            raise ValueError
    except OSError as error:
        raise PortError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError):
        raise PortError(f"{path}: expected a recording of format {FORMAT}") from None
    if port and found.get("port") != port:
        raise PortError(f"{path}: expected a recording of {port}, got {found.get('port')!r}")
    if found.get("bytes") == "lengths":
        raise PortError(f"{path}: keeps lengths only, there are no bytes to replay")
    record: dict[str, Any] = found
    return record


def frames(path: Path, tracer: Tracer) -> Iterator[Frame]:
    """What a recording says, frame by frame. Raises PortError for a line that is no note."""
    with path.open(encoding="ascii", errors="replace") as file:
        file.readline(LINE_BYTES_MAX)
        for number, line in enumerate(iter(partial(file.readline, LINE_BYTES_MAX), ""), 2):
            if number > NOTES_MAX + 1:
                raise PortError(f"{path}: expected at most {NOTES_MAX} notes")
            try:
                read = json.loads(line)
                now, direction = float(read["t"]), read["d"]
                data = bytes.fromhex(read.get("x", ""))
            except (ValueError, TypeError, KeyError) as error:
                raise PortError(f"{path}, line {number}: not a note ({error!r})") from None
            if tracer.deadline() < now:
                yield from tracer.tick(now)
            if direction in ("rx", "tx") and data:
                yield from tracer.feed(direction, data, now)


class Kept:
    """A file of lines, each on the disk at once: whoever pulls the plug keeps what was recorded.

    Use it in a `with`. Raises PortError where it cannot be written, as on a disk that is full.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            # Unbuffered, so that what a full disk refused is not tried again at the end.
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise self._refused(error) from None

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        """One line."""
        data = line.encode() + b"\n"
        try:
            while data:
                data = data[self._file.write(data) or 0 :]
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> PortError:
        return PortError(f"{self._path}: cannot be written ({error.strerror})")
