"""Records what passes on a link, for a technician. No card or plate byte reaches the file.

Recording is opted into per port, and what it keeps is decided by the port's `Redact`: the barrier
board's bytes are kept whole (`keep_all`); of a camera's text every letter and digit is masked
(`mask_text`), so that framing, lengths and rhythm stay to be seen; where no redaction is known to
be safe, as for a payment terminal, only time, direction and length are kept. A redaction sees what
one read brought, so it must be safe for any split of the stream.

Format: one JSON object a line. First the header, then `{"t": s, "d": "rx"|"tx", "x": hex}` or
`{"t": s, "d": ..., "n": length}`, and `{"t": s, "d": "up"|"down"}` for the link itself.
"""

import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TextIO

from kiosk.edge.links.shown import shown_url
from kiosk.edge.logs import line_of

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Where a file is renamed to `<name>.1`, replacing the one before: about an hour of polling."""

NOTES_WAITING_MAX: Final = 4096
"""Notes that may wait for a slow disk; more are dropped and counted, and the lane never waits."""

FORMAT: Final = 1
"""The number of this file format, in every header."""

Redact = Callable[[bytes], bytes]
"""What may be kept of a chunk of bytes; the same length, safe for any split of the stream."""

Direction = Literal["rx", "tx", "up", "down"]

log = logging.getLogger(__name__)

_MASK: Final = bytes(
    ord("X") if byte >= 0x80 or chr(byte).isalnum() else byte for byte in range(256)
)


def keep_all(data: bytes) -> bytes:
    """Keep every byte: only for a device that never sees a plate or a card."""
    return data


def mask_text(data: bytes) -> bytes:
    """Mask letters, digits and every byte of a national character set with `X`."""
    return data.translate(_MASK)


class Recorder:
    """Writes notes of one link to `path` in a thread of its own."""

    def __init__(
        self,
        path: str | Path,
        port: str,
        url: str,
        line: str,
        redact: Redact | None,
        file_bytes_max: int = FILE_BYTES_MAX,
    ) -> None:
        self.path = Path(path)
        self.notes = 0
        self.notes_dropped = 0
        self.failed = ""
        self._header = {
            "kiosk_recording": FORMAT,
            "port": port,
            "url": shown_url(url),
            "line": line,
            "bytes": "lengths" if redact is None else "redacted",
            "started_utc": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        self._redact = redact
        self._file_bytes_max = file_bytes_max
        self._queue: queue.Queue[str | None] = queue.Queue(NOTES_WAITING_MAX)
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        state = f" failed={self.failed!r}" if self.failed else ""
        return f"<Recorder {self.path} notes={self.notes} dropped={self.notes_dropped}{state}>"

    def note(self, direction: Direction, data: bytes, now: float) -> None:
        """Keep what may be kept of `data`; never waits and never raises for the disk."""
        if direction in ("up", "down"):
            text = f'{{"t": {now:.6f}, "d": "{direction}"}}\n'
        elif self._redact is None or len(kept := self._redact(data)) != len(data):
            text = f'{{"t": {now:.6f}, "d": "{direction}", "n": {len(data)}}}\n'
        else:
            text = f'{{"t": {now:.6f}, "d": "{direction}", "x": "{kept.hex()}"}}\n'
        try:
            if self.failed:
                raise queue.Full
            self._queue.put_nowait(text)
            self.notes += 1
        except queue.Full:
            self.notes_dropped += 1

    def close(self, wait_s: float = 2.0) -> None:
        """Write what waits, for at most `wait_s`, and close the file."""
        if not self._thread.is_alive():
            return
        try:
            self._queue.put(None, timeout=wait_s)
        except queue.Full:
            return
        self._thread.join(wait_s)

    # In the thread.

    def _write(self) -> None:
        file: TextIO | None = None
        try:
            file, size = self._fresh_file()
            while (text := self._queue.get()) is not None:
                if size + len(text) > self._file_bytes_max:
                    file.close()
                    file, size = self._fresh_file()
                size += file.write(text)
                if self._queue.empty():
                    file.flush()
        except OSError as error:
            self.failed = str(error)
            log.error(line_of("recording.failed", path=str(self.path), error=str(error)))
        finally:
            if file is not None:
                file.close()

    def _fresh_file(self) -> tuple[TextIO, int]:
        if self.path.exists():
            os.replace(self.path, self.path.with_name(self.path.name + ".1"))
        fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        file = open(fd, "w", encoding="ascii")  # noqa: SIM115 - closed by the writer's loop
        return file, file.write(json.dumps(self._header) + "\n")
