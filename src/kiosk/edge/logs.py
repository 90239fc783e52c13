"""What the process writes to its log: one `name key=value` line per step. No card or plate ever."""

import logging
import os
import string
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any, Final, TextIO

VALUE_CHARS_MAX: Final = 300
"""The longest value of one key; a device's text or an error is cut there."""

_PLAIN: Final = frozenset(string.ascii_letters + string.digits + "-+_.,:/@*#")


def set_up(
    trace: bool = False,
    stream: TextIO | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Log to `stream` (stderr): with UTC times, but without where journald adds its own."""
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(LineFormatter(with_time="JOURNAL_STREAM" not in environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Only ours at DEBUG: asyncio's debug lines show the arguments of callbacks, bytes of wires.
    logging.getLogger("kiosk").setLevel(logging.DEBUG if trace else logging.INFO)


def line_of(event: str, /, **fields: Any) -> str:
    """`lane.exit.opened exit=x7 took_s=3.1`: one line whatever the values hold."""
    return " ".join([event, *(f"{key}={_value(value)}" for key, value in fields.items())])


def frame_line(port: str, direction: str, data: bytes, shown: bool) -> str:
    """One chunk of bytes for `--trace`; only its length unless the port's bytes may be shown."""
    return f"wire.{port} {direction} " + (data.hex(" ") if shown else f"{len(data)} bytes")


def fault_line(event: str, error: BaseException) -> str:
    """Where and how our own code failed, without what it held.

    An exception's text may quote what it choked on, and that may be a plate. Only an assertion's
    text is ours from end to end.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(
        f"{os.path.basename(frame.filename)}:{frame.lineno}:{frame.name}"
        for frame in reversed(frames)
    )
    said = str(error) if isinstance(error, AssertionError) else "withheld"
    return line_of(event, error=type(error).__name__, said=said, where=where)


class LineFormatter(logging.Formatter):
    """`2026-01-31T23:59:59.123Z WARNING link.lost port=barrier ...`."""

    def __init__(self, with_time: bool) -> None:
        # journald reads a leading `<n>` as the syslog priority (sd-daemon(3)).
        start = "%(asctime)s %(levelname)s " if with_time else "%(priority)s"
        super().__init__(start + "%(message)s")
        self.converter = time.gmtime
        self.default_time_format = "%Y-%m-%dT%H:%M:%S"
        self.default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; a traceback is cut down to where it was."""
        record.priority = f"<{_priority(record.levelno)}>"
        if record.exc_info and record.exc_info[1] is not None:
            fault = fault_line("fault", record.exc_info[1])
            record.msg, record.args = f"{record.getMessage()} {fault}", ()
            record.exc_info = record.exc_text = None
        return super().format(record).replace("\n", " | ")


def _priority(level: int) -> int:
    if level >= logging.CRITICAL:
        return 2
    if level >= logging.ERROR:
        return 3
    if level >= logging.WARNING:
        return 4
    return 6 if level >= logging.INFO else 7


def _value(value: Any) -> str:
    match value:
        case float():
            return f"{value:.3f}"
        case bool():
            return "yes" if value else "no"
    text = str(value)
    if len(text) > VALUE_CHARS_MAX:
        text = text[:VALUE_CHARS_MAX] + "..."
    if text and _PLAIN.issuperset(text):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " | ")
    return f'"{quoted}"'
